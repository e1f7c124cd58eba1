/* "MRRUN\n"  version  what it wrote, and how far  the stream's state  checksum of all that */
#include "cli/state_file.h"

#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "cli/whole_file.h"
#include "ring/bytes.h"

static const char magic[] = "MRRUN\n";

enum {
    VERSION = 3,
    NAME_BYTES = 32,
    MAGIC_BYTES = sizeof magic - 1,
    CHECKSUM_BYTES = 8,
    MOST_BYTES = 1 << 28 /* what is read must have an end */
};

enum { IS_WHOLE = 1, HAS_FILE = 2 };

/* ---- writing ---- */

static void put(struct mr_bytes_out *out, const struct mr_saved *s)
{
    mr_put_bytes(out, magic, MAGIC_BYTES);
    mr_put_number(out, VERSION);
    mr_put_number(out, (s->place.is_whole ? IS_WHOLE : 0) | (s->has_file ? HAS_FILE : 0));
    const char *format = mr_sink_format_name(s->format);
    mr_put_number(out, strlen(format));
    mr_put_bytes(out, format, strlen(format));
    mr_put_number(out, (unsigned char)s->separator);
    mr_put_number(out, (uint64_t)s->place.bytes);
    mr_put_number(out, (uint64_t)s->place.rows);
    mr_put_word(out, s->place.hash);
    mr_put_number(out, s->place.held_bytes);
    mr_put_bytes(out, s->place.held, s->place.held_bytes);
    mr_put_number(out, s->stream_bytes);
    mr_put_bytes(out, s->stream, s->stream_bytes);
}

mr_status mr_saved_write(const struct mr_saved *saved, const char *path, mr_error *err)
{
    struct mr_bytes_out out = {.bytes = NULL};
    put(&out, saved);
    size_t size = out.used + CHECKSUM_BYTES;
    if (size > MOST_BYTES) {
        mr_status st =
            mr_fail(err, MR_E_LIMIT, "%s: what is to be saved has %zu bytes, the limit is %d", path,
                    size, (int)MOST_BYTES);
        return mr_error_hint(err, st, "leave --save out, or count into fewer bins");
    }
    unsigned char *bytes = mr_alloc(size, 1);
    if (!bytes) return mr_fail_no_memory(err, "what is saved");
    out = (struct mr_bytes_out){.bytes = bytes, .size = size};
    put(&out, saved);
    mr_put_word(&out, mr_hash_bytes(MR_HASH_SEED, bytes, out.used));
    mr_status st = mr_whole_file_write(path, bytes, size, err);
    mr_free(bytes);
    return st;
}

/* ---- reading ---- */

static mr_status fail_damaged(const char *path, mr_error *err)
{
    mr_status st = mr_fail(err, MR_E_FORMAT, "%s: is damaged or cut short", path);
    return mr_error_hint(err, st, "begin anew, or take a copy of it that is whole");
}

static mr_status take_bytes(void **out, size_t *count, struct mr_bytes_in *in, const char *path,
                            mr_error *err)
{
    *count = (size_t)mr_get_at_most(in, MOST_BYTES);
    if (in->is_bad || *count > in->size - in->at) return fail_damaged(path, err);
    *out = mr_alloc(*count + 1, 1);
    if (!*out) return mr_fail_no_memory(err, "what was saved");
    mr_get_bytes(in, *out, *count);
    return MR_OK;
}

static mr_status take(struct mr_saved *out, struct mr_bytes_in *in, const char *path, mr_error *err)
{
    char name[NAME_BYTES] = "";
    uint64_t version = mr_get_number(in);
    if (!in->is_bad && version != VERSION) {
        mr_status st = mr_fail(err, MR_E_FORMAT, "%s: is of version %llu, not of %d", path,
                               (unsigned long long)version, VERSION);
        return mr_error_hint(err, st, "go on with the millrace that saved it");
    }
    if (in->is_bad || in->size < in->at + CHECKSUM_BYTES) return fail_damaged(path, err);
    struct mr_bytes_in end = {.bytes = in->bytes, .size = in->size, .at = in->size};
    end.at = in->size -= CHECKSUM_BYTES;
    if (mr_get_word(&end) != mr_hash_bytes(MR_HASH_SEED, in->bytes, in->size))
        return fail_damaged(path, err);
    uint64_t flags = mr_get_number(in);
    out->place.is_whole = flags & IS_WHOLE;
    out->has_file = flags & HAS_FILE;
    size_t length = (size_t)mr_get_at_most(in, NAME_BYTES);
    mr_get_bytes(in, name, length);
    out->format = mr_sink_format_named(name, length);
    if (!in->is_bad && out->format == MR_SINK_COUNT)
        return mr_fail(err, MR_E_FORMAT, "%s: the run wrote '%.*s', which is no format here", path,
                       (int)length, name);
    out->separator = (char)mr_get_at_most(in, 127);
    out->place.bytes = mr_get_at_most(in, INT64_MAX);
    out->place.rows = mr_get_at_most(in, INT64_MAX);
    out->place.hash = mr_get_word(in);
    MR_TRY(take_bytes(&out->place.held, &out->place.held_bytes, in, path, err));
    MR_TRY(take_bytes(&out->stream, &out->stream_bytes, in, path, err));
    return in->at == in->size ? MR_OK : fail_damaged(path, err);
}

mr_status mr_saved_read(struct mr_saved *out, const char *path, mr_error *err)
{
    struct mr_strbuf buf = {0};
    *out = (struct mr_saved){0};
    mr_status st = mr_whole_file_read(&buf, path, MOST_BYTES + 1, err);
    struct mr_bytes_in in = {.bytes = (const unsigned char *)mr_strbuf_text(&buf),
                             .size = buf.length,
                             .at = MAGIC_BYTES};
    bool is_one = buf.length > MAGIC_BYTES && memcmp(in.bytes, magic, MAGIC_BYTES) == 0;
    if (!st && !is_one) {
        st = mr_fail(err, MR_E_FORMAT, "%s: is no file that --save wrote", path);
        mr_error_hint(err, st, "millrace --save FILE 'PIPELINE' writes one");
    }
    if (!st && buf.length > MOST_BYTES) {
        st = mr_fail(err, MR_E_LIMIT, "%s: has more than %d bytes, the most that a saved run has",
                     path, (int)MOST_BYTES);
        mr_error_hint(err, st, "begin anew, or name the file that --save wrote");
    }
    if (!st) st = take(out, &in, path, err);
    mr_strbuf_free(&buf);
    if (st) mr_saved_free(out);
    return st;
}

void mr_saved_free(struct mr_saved *saved)
{
    mr_sink_place_free(&saved->place);
    mr_free(saved->stream);
    *saved = (struct mr_saved){0};
}
