#include "io/arrow_batch.h"

#include <inttypes.h>

#include "base/error.h"
#include "base/memory.h"

enum { VERSION_LEAST = 3 /* V4 */ };

/* Fields of the tables Message, RecordBatch and BodyCompression. */
enum { VERSION, HEADER_NUMBER, HEADER, BODY_BYTES };
enum { ROWS, NODES, BUFFERS, COMPRESSION, VIEW_BUFFERS };
enum { CODEC };
enum { WORD = sizeof(int64_t), PAIR = 2 * WORD }; /* a node: rows, nulls; a buffer: at, bytes */

/* ---- messages ---- */

mr_status mr_arrow_read_bytes(struct mr_table *t, int64_t at, void *to, size_t bytes, mr_error *err)
{
    size_t got;
    MR_TRY(mr_input_read(&t->input, at, to, bytes, &got, err));
    if (got == bytes) return MR_OK;
    return mr_arrow_fail_changed(t, "became shorter while it was read", err);
}

mr_status mr_arrow_fail_changed(const struct mr_table *t, const char *what, mr_error *err)
{
    mr_status st = mr_fail(err, MR_E_FORMAT, "%s: %s", t->input.name, what);
    return mr_error_hint(err, st,
                         "write a new file and rename it, so that readers keep the old one");
}

mr_status mr_arrow_fail_message(const struct mr_table *t, int64_t at, const char *what,
                                mr_error *err)
{
    mr_status st = mr_fail(err, MR_E_FORMAT, "%s: the message at byte %" PRId64 " %s",
                           t->input.name, at, what);
    return mr_error_hint(err, st, "the file is damaged or cut short: copy or write it again");
}

/* What is told by the message at `at`: `bytes` bytes, behind a prefix of which some were read. */
static mr_status read_told(struct mr_table *t, int64_t at, size_t have, size_t bytes, mr_error *err)
{
    struct mr_arrow_reader *a = t->state;
    if (bytes <= have) return MR_OK;
    if (bytes > a->told_room) {
        unsigned char *more = mr_resize(a->told, bytes, 1);
        if (!more) return mr_fail_no_memory(err, "a message");
        a->told = more;
        a->told_room = bytes;
    }
    return mr_arrow_read_bytes(t, at + (int64_t)have, a->told + have, bytes - have, err);
}

static mr_status parse_message(const struct mr_table *t, int64_t at, int64_t left,
                               struct mr_arrow_message *m, mr_error *err)
{
    struct mr_flat_view *v = &m->told;
    size_t root = mr_flat_root(v);
    m->version = (int)mr_flat_number(v, root, VERSION, 2);
    m->kind = (enum mr_arrow_header)mr_flat_number(v, root, HEADER_NUMBER, 1);
    m->header = mr_flat_refer(v, root, HEADER);
    m->body_bytes = mr_flat_number(v, root, BODY_BYTES, WORD);
    if (v->is_bad || m->header == 0 || m->kind == 0)
        return mr_arrow_fail_message(t, at, "is none of Arrow's", err);
    if (m->body_bytes < 0 || m->body_bytes > left)
        return mr_arrow_fail_message(t, at, "has less behind it than it says", err);
    if (m->version < VERSION_LEAST) {
        mr_status st = mr_fail(err, MR_E_FORMAT, "%s: is of version %d of Arrow's metadata",
                               t->input.name, m->version + 1);
        return mr_error_hint(err, st,
                             "versions 4 and 5 are read: write it with Arrow 0.8 or later");
    }
    m->next = m->body + m->body_bytes;
    return MR_OK;
}

/* Its prefix is a mark and a length; before 0.15 of Arrow, the length alone. */
mr_status mr_arrow_read_message(struct mr_table *t, int64_t at, struct mr_arrow_message *m,
                                mr_error *err)
{
    struct mr_arrow_reader *a = t->state;
    const int64_t left = a->end - at;
    const size_t have = left < MR_ARROW_FIRST_BYTES ? (size_t)left : MR_ARROW_FIRST_BYTES;
    *m = (struct mr_arrow_message){.next = at};
    if (left == 0) return MR_OK;
    MR_TRY(mr_arrow_read_bytes(t, at, a->told, have, err));
    if (have < sizeof(uint32_t)) return mr_arrow_fail_message(t, at, "is cut short", err);
    bool is_marked = mr_arrow_word(a->told) == UINT32_MAX;
    size_t prefix = is_marked ? MR_ARROW_PREFIX_BYTES : sizeof(uint32_t);
    if (have < prefix) return mr_arrow_fail_message(t, at, "is cut short", err);
    size_t bytes = mr_arrow_word(a->told + prefix - sizeof(uint32_t));
    m->next = at + (int64_t)prefix;
    a->has_end_mark = bytes == 0;
    if (bytes == 0) return MR_OK;
    if ((int64_t)bytes > left - (int64_t)prefix)
        return mr_arrow_fail_message(t, at, "is cut short", err);
    if (bytes > MR_ARROW_TOLD_BYTES) {
        mr_status st = mr_fail(err, MR_E_LIMIT,
                               "%s: the message at byte %" PRId64 " has a head of %zu bytes, "
                               "the limit is %d",
                               t->input.name, at, bytes, (int)MR_ARROW_TOLD_BYTES);
        return mr_error_hint(err, st, "write fewer columns, or their schema without metadata");
    }
    MR_TRY(read_told(t, at, have, prefix + bytes, err));
    m->told = (struct mr_flat_view){.bytes = a->told + prefix, .size = bytes};
    m->body = at + (int64_t)(prefix + bytes);
    return parse_message(t, at, a->end - m->body, m, err);
}

/* ---- record batches ---- */

static mr_status fail_batch(const struct mr_table *t, const struct mr_arrow_batch *b, size_t column,
                            const char *what, mr_error *err)
{
    char shown[MR_SHOWN_BYTES];
    mr_status st =
        mr_fail(err, MR_E_FORMAT, "%s: record batch %" PRId64 ", from 0, column '%s': %s",
                t->input.name, b->number, mr_show_name(shown, t->columns[column].name), what);
    return mr_error_hint(err, st, "the file is damaged: copy or write it again");
}

static mr_status fail_compressed(const struct mr_table *t, struct mr_flat_view *v, size_t table,
                                 mr_error *err)
{
    const char *codec = mr_flat_number(v, table, CODEC, 1) ? "zstd" : "lz4";
    mr_status st =
        mr_fail(err, MR_E_TYPE, "%s: its record batches are compressed (%s)", t->input.name, codec);
    return mr_error_hint(err, st,
                         "write it without: compression=\"uncompressed\" of pyarrow's "
                         "feather and of Polars, None of pyarrow's IpcWriteOptions");
}

/* The bytes of buffer n, in the body; false: they are not there. */
static bool buffer_of(struct mr_arrow_message *m, size_t first, size_t n, int64_t *at,
                      int64_t *bytes)
{
    int64_t offset = mr_flat_get(&m->told, first + n * PAIR, WORD);
    *bytes = mr_flat_get(&m->told, first + n * PAIR + WORD, WORD);
    if (offset < 0 || *bytes < 0 || offset > m->body_bytes || *bytes > m->body_bytes - offset)
        return false;
    *at = m->body + offset;
    return true;
}

static bool has_bits(int64_t bytes, int64_t rows)
{
    return rows / 8 + (rows % 8 != 0) <= bytes;
}

/* Adds the buffers that the views before it have in this record batch. */
static bool pass_views(struct mr_arrow_message *m, struct mr_arrow_place *place)
{
    size_t first, count = mr_flat_items(&m->told, m->header, VIEW_BUFFERS, WORD, &first);
    if (place->views_before > count) return false;
    for (size_t n = 0; n < place->views_before; n++) {
        int64_t more = mr_flat_get(&m->told, first + n * WORD, WORD);
        if (more < 0 || more > MR_ARROW_TOLD_BYTES) return false;
        place->buffer += (size_t)more;
    }
    return true;
}

/* Where column k has its values; otherwise what is wrong. */
static const char *place_column(const struct mr_table *t, struct mr_arrow_message *m,
                                struct mr_arrow_batch *b, size_t k)
{
    struct mr_arrow_place place = ((const struct mr_arrow_reader *)t->state)->layout.places[k];
    struct mr_flat_view *v = &m->told;
    size_t nodes, buffers;
    size_t node_count = mr_flat_items(v, m->header, NODES, PAIR, &nodes);
    size_t buffer_count = mr_flat_items(v, m->header, BUFFERS, PAIR, &buffers);
    if (!pass_views(m, &place) || place.node >= node_count || place.buffer + 1 >= buffer_count)
        return "its buffers are not told";
    int64_t valid_bytes, value_bytes;
    if (!buffer_of(m, buffers, place.buffer, &b->columns[k].valid, &valid_bytes) ||
        !buffer_of(m, buffers, place.buffer + 1, &b->columns[k].values, &value_bytes))
        return "its buffers are outside of the record batch";
    int64_t rows = mr_flat_get(v, nodes + place.node * PAIR, WORD);
    int64_t nulls = mr_flat_get(v, nodes + place.node * PAIR + WORD, WORD);
    if (rows != b->rows || nulls < 0 || nulls > rows) return "it has another number of rows";
    const mr_dtype dtype = t->columns[k].dtype;
    bool has_values = dtype == MR_BOOL ? has_bits(value_bytes, rows)
                                       : rows <= value_bytes / (int64_t)mr_dtype_size(dtype);
    /* Where it is told which are null, that counts, however many there should be. */
    b->columns[k].tells_nulls = nulls || valid_bytes;
    if (!has_values || (b->columns[k].tells_nulls && !has_bits(valid_bytes, rows)))
        return "its buffers are too short";
    return NULL;
}

static mr_status parse_batch(const struct mr_table *t, struct mr_arrow_message *m,
                             struct mr_arrow_batch *b, mr_error *err)
{
    struct mr_flat_view *v = &m->told;
    b->rows = mr_flat_number(v, m->header, ROWS, WORD);
    size_t compression = mr_flat_refer(v, m->header, COMPRESSION);
    if (compression && !v->is_bad) return fail_compressed(t, v, compression, err);
    for (size_t k = 0; k < t->column_count; k++) {
        const char *wrong =
            b->rows < 0 ? "it has another number of rows" : place_column(t, m, b, k);
        if (v->is_bad) wrong = "it is no record batch of Arrow's";
        if (wrong) return fail_batch(t, b, k, wrong, err);
    }
    return MR_OK;
}

mr_status mr_arrow_next_batch(struct mr_table *t, struct mr_arrow_batch *b, bool *is_over,
                              mr_error *err)
{
    const struct mr_arrow_reader *a = t->state;
    struct mr_arrow_message m;
    b->row += b->rows;
    b->number++;
    for (*is_over = false;; b->next = m.next) {
        const int64_t at = b->next;
        MR_TRY(mr_arrow_read_message(t, at, &m, err));
        *is_over = m.kind == 0;
        if (m.kind == MR_ARROW_DICTIONARY && a->layout.has_dictionaries) continue;
        b->next = m.next;
        b->rows = 0;
        if (*is_over) return MR_OK;
        if (m.kind == MR_ARROW_BATCH) return parse_batch(t, &m, b, err);
        return mr_arrow_fail_message(t, at, "is no record batch", err);
    }
}
