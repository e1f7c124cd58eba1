#include "stream/seal.h"

#include <inttypes.h>
#include <string.h>

#include <millrace/limits.h>
#include <millrace/version.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"

enum { MAGIC_BYTES = 8, CHECKSUM_BYTES = 8 };

static uint64_t checksum(const unsigned char *bytes, size_t size)
{
    return mr_hash_bytes(MR_HASH_SEED, bytes, size);
}

void mr_seal_begin(const struct mr_seal *seal, struct mr_bytes_out *out)
{
    mr_put_bytes(out, seal->magic, MAGIC_BYTES);
    mr_put_number(out, (uint64_t)seal->format);
    mr_put_text(out, mr_version());
}

void mr_seal_end(struct mr_bytes_out *out)
{
    mr_put_word(out, out->used <= out->size ? checksum(out->bytes, out->used) : 0);
}

mr_status mr_seal_fail_damaged(const struct mr_seal *seal, size_t size, mr_error *err)
{
    mr_status st =
        mr_fail(err, MR_E_FORMAT, "%s is damaged or cut short (%zu bytes)", seal->name, size);
    return mr_error_hint(err, st, "%s", seal->remedy);
}

static mr_status check_format(struct mr_bytes_in *in, const struct mr_seal *seal, mr_error *err)
{
    char head[MAGIC_BYTES];
    mr_get_bytes(in, head, sizeof head);
    if (in->is_bad || memcmp(head, seal->magic, sizeof head) != 0) {
        if (seal->where) return mr_fail(err, MR_E_FORMAT, "%s is not %s", seal->where, seal->whole);
        return mr_fail(err, MR_E_FORMAT, "these %zu bytes are not %s", in->size, seal->whole);
    }
    uint64_t format = mr_get_number(in);
    if (in->is_bad || format == (uint64_t)seal->format) return MR_OK;
    mr_status st =
        mr_fail(err, MR_E_FORMAT, "%s has format %" PRIu64 ", and millrace %s reads format %d",
                seal->name, format, mr_version(), seal->format);
    return mr_error_hint(err, st, "%s", seal->writer);
}

mr_status mr_seal_open(struct mr_bytes_in *in, const struct mr_seal *seal, const void *bytes,
                       size_t size, mr_error *err)
{
    *in = (struct mr_bytes_in){.bytes = bytes, .size = size};
    MR_TRY(check_format(in, seal, err));
    if (in->is_bad || size < in->at + CHECKSUM_BYTES) return mr_seal_fail_damaged(seal, size, err);
    struct mr_bytes_in sum = {.bytes = bytes, .size = size, .at = size - CHECKSUM_BYTES};
    if (mr_get_word(&sum) != checksum(bytes, size - CHECKSUM_BYTES))
        return mr_seal_fail_damaged(seal, size, err);
    in->size = size - CHECKSUM_BYTES;
    return MR_OK;
}

/* ---- texts ---- */

void mr_put_text(struct mr_bytes_out *out, const char *text)
{
    size_t length = strlen(text);
    mr_put_number(out, length);
    mr_put_bytes(out, text, length);
}

char *mr_get_text(struct mr_bytes_in *in)
{
    size_t length = (size_t)mr_get_at_most(in, MR_MAX_TEXT_BYTES);
    in->is_bad = in->is_bad || length > in->size - in->at;
    if (in->is_bad) return NULL;
    char *text = mr_text_copy((const char *)in->bytes + in->at, length);
    in->at += length;
    return text;
}
