#include "npy_file.h"

#include <string.h>

#include "base/byte_order.h"
#include "suite.h"

struct npy_file npy_of(const char *dictionary, const void *data, size_t data_bytes)
{
    struct npy_file f = {.count = 10};
    size_t length = strlen(dictionary);
    memcpy(f.bytes, "\x93NUMPY\x01\x00", 8);
    f.bytes[8] = (unsigned char)(length & 255);
    f.bytes[9] = (unsigned char)(length >> 8);
    memcpy(f.bytes + 10, dictionary, length);
    if (data_bytes) memcpy(f.bytes + 10 + length, data, data_bytes);
    f.count += length + data_bytes;
    return f;
}

struct npy_file npy_of_i32(const char *dictionary, const int32_t *values, size_t count)
{
    struct npy_file f = npy_of(dictionary, values, 4 * count);
    mr_order_bytes(f.bytes + f.count - 4 * count, 4, count);
    return f;
}

struct mr_table *npy_open(const struct npy_file *f, struct scratch *s,
                          const struct mr_table_format *format, mr_error *err)
{
    struct mr_table *t;
    *s = scratch_with("data.npy", f->bytes, f->count);
    CU_ASSERT_EQUAL(mr_table_open(&t, s->path, format, err) == MR_OK, t != NULL);
    return t;
}

void npy_drop(struct mr_table **t, const struct scratch *s)
{
    mr_table_close(t);
    scratch_remove(s);
}
