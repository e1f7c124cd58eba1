/* Arrow IPC: a file for NAME.arrow and NAME.feather, else a stream; a stream also for a pipe of
 * such a name, of which a reader cannot look at the end first.
 *
 * Record batches are cut at fixed rows, whatever the batches that rows came in, so that the bytes
 * depend on the values alone, and a run that is gone on with writes those of one that was not
 * interrupted. Only a stream that somebody may read along is cut where it is flushed, too. What
 * fills no record batch yet is held, and belongs to what is saved. */
#include <inttypes.h>
#include <string.h>

#include "base/bits.h"
#include "base/byte_order.h"
#include "base/memory.h"
#include "io/arrow_message.h"
#include "io/sink_driver.h"
#include "io/table.h"

enum { BATCH_ROWS = 1 << 16 };

static const char file_head[MR_ARROW_FILE_HEAD_BYTES] = MR_ARROW_MAGIC;

struct arrow {
    bool is_file;
    bool is_read_along;
    struct mr_arrow_columns columns; /* names only while it is opened */
    struct mr_flat head;             /* the schema */
    struct mr_flat footer;           /* up to the number of record batches */
    size_t held;                     /* rows */
    void *values[MR_SINK_COLUMNS];   /* of those, room for BATCH_ROWS of each */
};

/* ---- opening ---- */

static size_t head_bytes(const struct arrow *a)
{
    return (a->is_file ? MR_ARROW_FILE_HEAD_BYTES : 0) + a->head.used;
}

static mr_status open_arrow(struct mr_sink *s, const struct mr_sink_layout *layout, mr_error *err)
{
    const size_t values_at = mr_arrow_aligned(sizeof(struct arrow));
    char numbered[MR_SINK_COLUMNS][32];
    struct arrow *a = s->state = mr_alloc(1, values_at + BATCH_ROWS * s->row_bytes);
    if (!a) return mr_fail_no_memory(err, "a record batch");
    a->is_read_along = mr_sink_is_followed(s);
    a->is_file = !a->is_read_along &&
                 (mr_has_suffix(s->path, ".arrow") || mr_has_suffix(s->path, ".feather"));
    a->columns.count = s->column_count;
    uint8_t *at = (uint8_t *)a + values_at;
    for (size_t k = 0; k < s->column_count; k++) {
        a->columns.dtypes[k] = s->dtypes[k];
        a->columns.names[k] = mr_sink_name(layout, k, numbered[k]);
        a->values[k] = at;
        at += BATCH_ROWS * mr_dtype_size(s->dtypes[k]);
    }
    mr_arrow_put_schema(&a->head, &a->columns, a->is_file ? MR_ARROW_FILE_HEAD_BYTES : 0);
    mr_arrow_put_footer(&a->footer, &a->columns);
    memset(a->columns.names, 0, sizeof a->columns.names);
    if (!a->head.is_full && !a->footer.is_full) return MR_OK;
    return mr_fail(err, MR_E_LIMIT, "%s: the names of its columns are too long", s->output.name);
}

static mr_status begin_arrow(struct mr_sink *s, const struct mr_sink_layout *layout, mr_error *err)
{
    const struct arrow *a = s->state;
    (void)layout;
    if (a->is_file) MR_TRY(mr_sink_put(s, file_head, sizeof file_head, err));
    return mr_sink_put(s, a->head.bytes, a->head.used, err);
}

/* ---- rows ---- */

static mr_status fill_up(struct mr_sink *s, size_t written, mr_error *err)
{
    static const char nothing[MR_ARROW_ALIGNMENT];
    return mr_sink_put(s, nothing, mr_arrow_aligned(written) - written, err);
}

static mr_status put_bits(struct mr_sink *s, const uint8_t *flags, size_t count, mr_error *err)
{
    for (size_t n = 0; n < count;) {
        char *p;
        size_t some = count - n < MR_SINK_BYTES ? count - n : MR_SINK_BYTES;
        MR_TRY(mr_sink_room(s, (some + 7) / 8, &p, err));
        mr_bits_pack((uint8_t *)p, flags + n, some);
        s->used += (some + 7) / 8;
        n += some;
    }
    return MR_OK;
}

/* Rows from `first` on. */
static mr_status put_batch(struct mr_sink *s, const void *const columns[], size_t first,
                           size_t rows, mr_error *err)
{
    const struct arrow *a = s->state;
    struct mr_flat told;
    size_t body_bytes;
    mr_arrow_put_batch(&told, &a->columns, rows, &body_bytes);
    MR_TRY(mr_sink_put(s, told.bytes, told.used, err));
    for (size_t k = 0; k < s->column_count; k++) {
        const size_t size = mr_dtype_size(s->dtypes[k]);
        const uint8_t *values = (const uint8_t *)columns[k] + first * size;
        MR_TRY(s->dtypes[k] == MR_BOOL ? put_bits(s, values, rows, err)
                                       : mr_sink_put_values(s, values, size, rows, err));
        MR_TRY(fill_up(s, mr_arrow_values_bytes(s->dtypes[k], rows), err));
    }
    return MR_OK;
}

static mr_status put_held(struct mr_sink *s, mr_error *err)
{
    struct arrow *a = s->state;
    size_t rows = a->held;
    a->held = 0;
    return rows ? put_batch(s, (const void *const *)a->values, 0, rows, err) : MR_OK;
}

static void hold(const struct mr_sink *s, const void *const columns[], size_t first, size_t rows)
{
    struct arrow *a = s->state;
    for (size_t k = 0; k < s->column_count; k++) {
        size_t size = mr_dtype_size(s->dtypes[k]);
        memcpy((uint8_t *)a->values[k] + a->held * size, (const uint8_t *)columns[k] + first * size,
               rows * size);
    }
    a->held += rows;
}

static mr_status write_arrow(struct mr_sink *s, const void *const columns[], size_t rows,
                             mr_error *err)
{
    struct arrow *a = s->state;
    for (size_t n = 0; n < rows;) {
        size_t room = BATCH_ROWS - a->held, some = rows - n < room ? rows - n : room;
        if (some == BATCH_ROWS)
            MR_TRY(put_batch(s, columns, n, some, err));
        else
            hold(s, columns, n, some);
        s->rows += (int64_t)some;
        n += some;
        if (a->held == BATCH_ROWS) MR_TRY(put_held(s, err));
    }
    return MR_OK;
}

static mr_status flush_arrow(struct mr_sink *s, mr_error *err)
{
    const struct arrow *a = s->state;
    return a->is_read_along ? put_held(s, err) : MR_OK;
}

/* ---- the end ---- */

/* Bytes of a record batch. */
static int64_t batch_bytes(const struct arrow *a, size_t rows, int64_t *told_bytes)
{
    struct mr_flat told;
    size_t body_bytes;
    mr_arrow_put_batch(&told, &a->columns, rows, &body_bytes);
    *told_bytes = (int64_t)told.used;
    return (int64_t)(told.used + body_bytes);
}

/* All record batches but the last are alike. */
static mr_status put_blocks(struct mr_sink *s, int64_t batches, mr_error *err)
{
    const struct arrow *a = s->state;
    unsigned char block[MR_ARROW_BLOCK_BYTES];
    int64_t told_bytes, at = (int64_t)head_bytes(a);
    int64_t bytes = batch_bytes(a, BATCH_ROWS, &told_bytes);
    for (int64_t k = 0; k < batches; k++) {
        if (k == batches - 1)
            bytes = batch_bytes(a, (size_t)(s->rows - k * BATCH_ROWS), &told_bytes);
        mr_arrow_put_block(block, at, told_bytes, bytes - told_bytes);
        MR_TRY(mr_sink_put(s, block, sizeof block, err));
        at += bytes;
    }
    return MR_OK;
}

static mr_status put_footer(struct mr_sink *s, mr_error *err)
{
    struct arrow *a = s->state;
    const int64_t batches = (s->rows + BATCH_ROWS - 1) / BATCH_ROWS;
    const int64_t most = (INT32_MAX - MR_FLAT_BYTES) / MR_ARROW_BLOCK_BYTES;
    if (batches > most) {
        mr_status st =
            mr_fail(err, MR_E_LIMIT,
                    "%s: has %" PRId64 " rows, and the footer of an Arrow file room for %" PRId64,
                    s->output.name, s->rows, most * BATCH_ROWS);
        return mr_error_hint(err, st, "write a stream, NAME.arrows");
    }
    const uint32_t footer_bytes =
        (uint32_t)(a->footer.used + (size_t)batches * MR_ARROW_BLOCK_BYTES);
    unsigned char end[sizeof footer_bytes];
    for (size_t k = 0; k < sizeof end; k++) end[k] = (unsigned char)(footer_bytes >> 8 * k);
    mr_flat_put(&a->footer, a->footer.used - sizeof(uint32_t), batches, sizeof(uint32_t));
    MR_TRY(mr_sink_put(s, a->footer.bytes, a->footer.used, err));
    MR_TRY(put_blocks(s, batches, err));
    MR_TRY(mr_sink_put(s, end, sizeof end, err));
    return mr_sink_put(s, MR_ARROW_MAGIC, MR_ARROW_MAGIC_BYTES, err);
}

static mr_status finish_arrow(struct mr_sink *s, mr_error *err)
{
    static const unsigned char end[MR_ARROW_PREFIX_BYTES] = {0xff, 0xff, 0xff, 0xff};
    const struct arrow *a = s->state;
    MR_TRY(put_held(s, err));
    if (s->is_broken_off) return MR_OK;
    MR_TRY(mr_sink_put(s, end, sizeof end, err));
    return a->is_file ? put_footer(s, err) : MR_OK;
}

/* ---- going on ---- */

static mr_status save_arrow(const struct mr_sink *s, struct mr_sink_place *out, mr_error *err)
{
    const struct arrow *a = s->state;
    if (a->held == 0) return MR_OK;
    uint8_t *at = out->held = mr_alloc(a->held, s->row_bytes);
    if (!at) return mr_fail_no_memory(err, "what is saved");
    out->held_bytes = a->held * s->row_bytes;
    for (size_t k = 0; k < s->column_count; k++) {
        const size_t size = mr_dtype_size(s->dtypes[k]);
        memcpy(at, a->values[k], a->held * size);
        mr_order_bytes(at, size, a->held);
        at += a->held * size;
    }
    return MR_OK;
}

/* Whether what was saved has the rows that it should, behind this head. */
static mr_status check_place(const struct mr_sink *s, const struct mr_sink_place *from, bool *fits,
                             mr_error *err)
{
    const struct arrow *a = s->state;
    const int64_t held = (int64_t)(from->held_bytes / s->row_bytes);
    int64_t told_bytes, before = (int64_t)(head_bytes(a) - a->head.used);
    const int64_t written = from->rows - held, body = from->bytes - (int64_t)head_bytes(a);
    const int64_t bytes = batch_bytes(a, BATCH_ROWS, &told_bytes);
    *fits = from->held_bytes % s->row_bytes == 0 && held < BATCH_ROWS && held <= from->rows;
    if (!*fits || !mr_sink_is_partial(s)) return MR_OK;
    *fits = from->is_whole || (written % BATCH_ROWS == 0 && body % bytes == 0 &&
                               body / bytes == written / BATCH_ROWS);
    if (*fits) MR_TRY(mr_output_holds(&s->output, 0, file_head, (size_t)before, fits, err));
    if (!*fits) return MR_OK;
    return mr_output_holds(&s->output, before, a->head.bytes, a->head.used, fits, err);
}

static mr_status go_on_arrow(struct mr_sink *s, const struct mr_sink_place *from, mr_error *err)
{
    struct arrow *a = s->state;
    bool fits;
    const uint8_t *at = from->held;
    MR_TRY(check_place(s, from, &fits, err));
    if (!fits) {
        mr_status st = mr_fail(err, MR_E_STATE,
                               "%s: was saved as another form of Arrow's, or with "
                               "other columns",
                               s->output.name);
        return mr_error_hint(err, st, "give it the name that it had, or begin anew");
    }
    a->held = from->held_bytes / s->row_bytes;
    for (size_t k = 0; k < s->column_count && a->held; k++) {
        const size_t size = mr_dtype_size(s->dtypes[k]);
        memcpy(a->values[k], at, a->held * size);
        mr_order_bytes(a->values[k], size, a->held);
        at += a->held * size;
    }
    return MR_OK;
}

const struct sink_driver mr_arrow_sink = {
    .name = "arrow",
    .is_binary = true,
    .has_utf8_names = true,
    .open = open_arrow,
    .begin = begin_arrow,
    .write = write_arrow,
    .flush = flush_arrow,
    .finish = finish_arrow,
    .save = save_arrow,
    .go_on = go_on_arrow,
};
