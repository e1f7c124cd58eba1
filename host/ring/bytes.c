#include "ring/bytes.h"

#include <string.h>

void mr_put_bytes(struct mr_bytes_out *out, const void *bytes, size_t count)
{
    if (count && out->used <= out->size && count <= out->size - out->used)
        memcpy(out->bytes + out->used, bytes, count);
    out->used += count;
}

void mr_put_number(struct mr_bytes_out *out, uint64_t number)
{
    unsigned char groups[10];
    size_t count = 0;
    for (; number > 0x7f; number >>= 7) groups[count++] = (unsigned char)(number | 0x80);
    groups[count++] = (unsigned char)number;
    mr_put_bytes(out, groups, count);
}

void mr_put_signed(struct mr_bytes_out *out, int64_t number)
{
    uint64_t size = (uint64_t)(number < 0 ? ~number : number);
    mr_put_number(out, size << 1 | (number < 0));
}

void mr_put_word(struct mr_bytes_out *out, uint64_t word)
{
    unsigned char bytes[8];
    for (size_t k = 0; k < sizeof bytes; k++) bytes[k] = (unsigned char)(word >> 8 * k);
    mr_put_bytes(out, bytes, sizeof bytes);
}

void mr_get_bytes(struct mr_bytes_in *in, void *bytes, size_t count)
{
    if (count == 0) return;
    in->is_bad = in->is_bad || count > in->size - in->at;
    if (in->is_bad) {
        memset(bytes, 0, count);
        return;
    }
    memcpy(bytes, in->bytes + in->at, count);
    in->at += count;
}

uint64_t mr_get_number(struct mr_bytes_in *in)
{
    uint64_t number = 0;
    unsigned char group = 0x80;
    for (unsigned shift = 0; group & 0x80; shift += 7) {
        mr_get_bytes(in, &group, 1);
        in->is_bad = in->is_bad || (shift == 63 && group > 1);
        if (in->is_bad) return 0;
        number |= (uint64_t)(group & 0x7f) << shift;
    }
    return number;
}

int64_t mr_get_signed(struct mr_bytes_in *in)
{
    uint64_t number = mr_get_number(in);
    int64_t size = (int64_t)(number >> 1);
    return number & 1 ? ~size : size;
}

uint64_t mr_get_word(struct mr_bytes_in *in)
{
    unsigned char bytes[8];
    uint64_t word = 0;
    mr_get_bytes(in, bytes, sizeof bytes);
    for (size_t k = 0; k < sizeof bytes; k++) word |= (uint64_t)bytes[k] << 8 * k;
    return word;
}

int64_t mr_get_at_most(struct mr_bytes_in *in, int64_t most)
{
    uint64_t number = mr_get_number(in);
    in->is_bad = in->is_bad || number > (uint64_t)most;
    return in->is_bad ? 0 : (int64_t)number;
}
