#include "io/dense.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

enum {
    SCRATCH_BYTES = 64 << 10,
    ROW_BYTES_LIMIT = 1 << 20, /* of a pipe, which has to be read whole */
    NEAR_BYTES = 4 << 10       /* rows further apart are read one by one */
};

mr_status mr_dense_attach(struct mr_table *t, int64_t offset, size_t fields, mr_error *err)
{
    struct dense *d = mr_alloc(1, sizeof *d);
    if (!d) return mr_fail_no_memory(err, "a table");
    t->state = d;
    d->offset = offset;
    d->item_bytes = mr_dtype_size(t->columns[0].dtype);
    d->row_bytes = fields * d->item_bytes;
    size_t first = t->columns[0].field, last = first;
    for (size_t k = 1; k < t->column_count; k++) {
        size_t field = t->columns[k].field;
        first = field < first ? field : first;
        last = field > last ? field : last;
    }
    d->span_first = first * d->item_bytes;
    d->span_bytes = (last - first + 1) * d->item_bytes;
    d->scratch_bytes = SCRATCH_BYTES;
    if (!t->input.seekable && d->row_bytes > SCRATCH_BYTES) {
        if (d->row_bytes > ROW_BYTES_LIMIT)
            return mr_fail(err, MR_E_LIMIT, "%s: a row has %zu bytes, the limit for a pipe is %d",
                           t->input.name, d->row_bytes, (int)ROW_BYTES_LIMIT);
        d->scratch_bytes = d->row_bytes;
    }
    size_t begun_bytes = t->input.seekable ? 0 : d->row_bytes;
    d->scratch = mr_alloc(d->scratch_bytes + begun_bytes, 1);
    if (!d->scratch) return mr_fail_no_memory(err, "a table's scratch buffer");
    d->begun = d->scratch + d->scratch_bytes;
    t->scratch_bytes = d->scratch_bytes + begun_bytes;
    return MR_OK;
}

void mr_dense_close(struct mr_table *t)
{
    struct dense *d = t->state;
    if (d) mr_free(d->scratch);
}

/* As mr_input_read(), but of a pipe always whole rows, except at the end. */
static mr_status read_bytes(struct mr_table *t, int64_t offset, unsigned char *buffer, size_t bytes,
                            size_t *got, mr_error *err)
{
    struct dense *d = t->state;
    size_t begun = d->begun_bytes;
    if (t->input.seekable) return mr_input_read(&t->input, offset, buffer, bytes, got, err);
    memcpy(buffer, d->begun, begun);
    d->begun_bytes = 0;
    mr_status st = mr_input_read(&t->input, 0, buffer + begun, bytes - begun, got, err);
    *got += begun;
    if (!t->input.is_in_lull) return st;
    d->begun_bytes = *got % d->row_bytes;
    *got -= d->begun_bytes;
    memcpy(d->begun, buffer + *got, d->begun_bytes);
    return st;
}

/* Reads fewer than `bytes` bytes without an error only at the end of a raw pipe, or in a lull. */
static mr_status read_rows(struct mr_table *t, int64_t offset, void *buffer, size_t bytes,
                           size_t row_bytes, size_t *rows, mr_error *err)
{
    size_t got = 0;
    mr_status st = read_bytes(t, offset, buffer, bytes, &got, err);
    *rows = got / row_bytes;
    if (st || got == bytes || t->input.is_in_lull) return st;
    if (t->input.seekable)
        return mr_fail(err, MR_E_FORMAT, "%s: became shorter while it was read", t->input.name);
    if (t->row_count >= 0)
        return mr_fail(err, MR_E_FORMAT,
                       "%s: ended after %" PRId64 " of the %" PRId64 " rows its header promises",
                       t->input.name, t->next_row + (int64_t)*rows, t->row_count);
    if (got % row_bytes == 0) return MR_OK;
    st = mr_fail(err, MR_E_FORMAT, "%s: ended with %zu bytes that are no full row of %zu",
                 t->input.name, got % row_bytes, row_bytes);
    return mr_error_hint(err, st, "check its dtype and that its writer finished");
}

static void copy_items(unsigned char *to, const unsigned char *from, ptrdiff_t stride, size_t count,
                       size_t item_bytes)
{
    for (size_t k = 0; k < count; k++) {
        const unsigned char *item = from + (ptrdiff_t)k * stride;
        switch (item_bytes) {
        case 8: memcpy(to + 8 * k, item, 8); break;
        case 4: memcpy(to + 4 * k, item, 4); break;
        default: to[k] = *item; break;
        }
    }
}

/* `count` rows of the scratch buffer, stride bytes apart and last first if it is negative. */
static void scatter(const struct mr_table *t, const unsigned char *rows, ptrdiff_t stride,
                    size_t count, void *const columns[], size_t at)
{
    const struct dense *d = t->state;
    if (stride < 0) rows += (ptrdiff_t)(count - 1) * -stride;
    for (size_t k = 0; k < t->column_count; k++)
        if (columns[k])
            copy_items((unsigned char *)columns[k] + at * d->item_bytes,
                       rows + (t->columns[k].field * d->item_bytes - d->span_first), stride, count,
                       d->item_bytes);
}

/* One row wider than the scratch buffer, item by item. */
static mr_status read_wide_row(struct mr_table *t, int64_t row, void *const columns[], size_t at,
                               mr_error *err)
{
    const struct dense *d = t->state;
    for (size_t k = 0; k < t->column_count; k++) {
        size_t complete;
        if (!columns[k]) continue;
        int64_t offset = d->offset + row * (int64_t)d->row_bytes +
                         (int64_t)(t->columns[k].field * d->item_bytes);
        MR_TRY(read_rows(t, offset, (unsigned char *)columns[k] + at * d->item_bytes, d->item_bytes,
                         d->item_bytes, &complete, err));
    }
    return MR_OK;
}

/* Spans of near rows through the scratch buffer, distant ones each on their own. */
static mr_status gather(struct mr_table *t, int64_t first_row, int64_t step, size_t rows,
                        void *const columns[], size_t *got, mr_error *err)
{
    const struct dense *d = t->state;
    const uint64_t apart = step < 0 ? 0 - (uint64_t)step : (uint64_t)step;
    const bool near = apart <= NEAR_BYTES / d->row_bytes && d->span_bytes <= d->scratch_bytes;
    const size_t stride = near ? (size_t)apart * d->row_bytes : 0;
    const size_t most = near ? (d->scratch_bytes - d->span_bytes) / stride + 1 : 1;
    while (*got < rows) {
        size_t count = rows - *got < most ? rows - *got : most, complete;
        int64_t row = first_row + (int64_t)*got * step;
        if (d->span_bytes > d->scratch_bytes) {
            MR_TRY(read_wide_row(t, row, columns, (*got)++, err));
            continue;
        }
        int64_t lowest = step < 0 ? row + (int64_t)(count - 1) * step : row;
        size_t bytes = (count - 1) * stride + d->span_bytes;
        MR_TRY(read_rows(t, d->offset + lowest * (int64_t)d->row_bytes + (int64_t)d->span_first,
                         d->scratch, bytes, bytes, &complete, err));
        scatter(t, d->scratch, step < 0 ? -(ptrdiff_t)stride : (ptrdiff_t)stride, count, columns,
                *got);
        *got += count;
    }
    return MR_OK;
}

static mr_status stream(struct mr_table *t, size_t rows, void *const columns[], size_t *got,
                        mr_error *err)
{
    const struct dense *d = t->state;
    const size_t most = d->scratch_bytes / d->row_bytes;
    while (*got < rows) {
        size_t count = rows - *got < most ? rows - *got : most, complete = 0;
        mr_status st =
            read_rows(t, 0, d->scratch, count * d->row_bytes, d->row_bytes, &complete, err);
        scatter(t, d->scratch + d->span_first, (ptrdiff_t)d->row_bytes, complete, columns, *got);
        *got += complete;
        if (st || complete < count) return st;
    }
    return MR_OK;
}

/* A stored bool is 0 or 1; other non-zero bytes of a file mean true. */
static void normalise_bools(const struct mr_table *t, void *const columns[], size_t count)
{
    for (size_t k = 0; k < t->column_count; k++) {
        uint8_t *flags = columns[k];
        for (size_t n = 0; t->columns[k].dtype == MR_BOOL && n < count; n++)
            flags[n] = flags[n] != 0;
    }
}

mr_status mr_dense_read(struct mr_table *t, int64_t first_row, int64_t step, size_t rows,
                        void *const columns[], size_t *got, mr_error *err)
{
    const struct dense *d = t->state;
    mr_status st;
    if (d->row_bytes == d->item_bytes && step == 1)
        st = read_rows(t, d->offset + first_row * (int64_t)d->row_bytes, columns[0],
                       rows * d->row_bytes, d->row_bytes, got, err);
    else if (t->input.seekable)
        st = gather(t, first_row, step, rows, columns, got, err);
    else
        st = stream(t, rows, columns, got, err);
    normalise_bools(t, columns, *got);
    return st;
}

bool mr_dense_map(struct mr_table *t, int64_t first_row, size_t rows, struct mr_mapping *out)
{
    const struct dense *d = t->state;
    const int64_t offset = d->offset + first_row * (int64_t)d->row_bytes;
    const bool is_column = d->row_bytes == d->item_bytes && t->columns[0].dtype != MR_BOOL;
    if (!is_column || (t->input.start + offset) % (int64_t)d->item_bytes) return false;
    return mr_input_map(&t->input, offset, rows * d->row_bytes, out);
}
