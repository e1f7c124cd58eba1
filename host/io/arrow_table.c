/* Arrow IPC files and streams: their record batches one after the other, rows by their number.
 *
 * A file is its stream, between its first bytes and its footer; the footer is not needed, since all
 * messages are passed when the table is opened, for the number of rows. Places of some record
 * batches are remembered then. */
#include <inttypes.h>
#include <string.h>

#include "base/bits.h"
#include "base/error.h"
#include "base/memory.h"
#include "io/arrow_batch.h"

/* Makes the record batch that has the row the current one. */
static mr_status find_row(struct mr_table *t, int64_t row, mr_error *err)
{
    struct mr_arrow_reader *a = t->state;
    struct mr_arrow_batch b = a->batch;
    bool is_over = false;
    if (row >= b.row && row - b.row < b.rows) return MR_OK;
    size_t low = 0, high = a->mark_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        *(a->marks[middle].row <= row ? &low : &high) = middle;
    }
    int64_t number = (int64_t)low * a->marks_apart;
    if (row < b.row || b.number < number)
        b = (struct mr_arrow_batch){
            .number = number - 1, .row = a->marks[low].row, .next = a->marks[low].at};
    do MR_TRY(mr_arrow_next_batch(t, &b, &is_over, err));
    while (!is_over && row - b.row >= b.rows);
    if (is_over) return mr_arrow_fail_changed(t, "has fewer rows than when it was opened", err);
    a->batch = b;
    return MR_OK;
}

/* ---- opening ---- */

static void mark(struct mr_arrow_reader *a, const struct mr_arrow_batch *before)
{
    int64_t number = before->number + 1;
    if (number % a->marks_apart) return;
    if (a->mark_count == MR_ARROW_MARKS) {
        for (size_t k = 0; k < MR_ARROW_MARKS / 2; k++) a->marks[k] = a->marks[2 * k];
        a->mark_count = MR_ARROW_MARKS / 2;
        a->marks_apart *= 2;
    }
    a->marks[a->mark_count].row = before->row + before->rows;
    a->marks[a->mark_count++].at = before->next;
}

/* Whether what follows the messages is what should: a footer, or nothing. What fills up before it
 * is no record batch, which has more bytes. */
static bool ends_rightly(const struct mr_arrow_reader *a, int64_t at)
{
    return a->end - at <= (a->is_file ? MR_ARROW_ALIGNMENT : 0);
}

static mr_status count_rows(struct mr_table *t, int64_t first, mr_error *err)
{
    struct mr_arrow_reader *a = t->state;
    struct mr_arrow_batch b = {.number = -1, .next = first};
    a->marks_apart = 1;
    for (bool is_over = false; !is_over;) {
        mark(a, &b);
        MR_TRY(mr_arrow_next_batch(t, &b, &is_over, err));
        if (b.rows > INT64_MAX - 1 - b.row)
            return mr_arrow_fail_damaged(t, "its number of rows", err);
    }
    if (!ends_rightly(a, b.next))
        return mr_arrow_fail_message(t, b.next, "comes after the mark of the end", err);
    if (!a->is_file && !a->has_end_mark) mr_table_note(t, "without a mark of its end");
    t->row_count = b.row;
    a->batch = (struct mr_arrow_batch){.number = -1, .next = first};
    return MR_OK;
}

/* Where the messages begin and end. */
static mr_status find_messages(struct mr_table *t, int64_t *first, mr_error *err)
{
    enum { TAIL = sizeof(uint32_t) + MR_ARROW_MAGIC_BYTES };
    struct mr_arrow_reader *a = t->state;
    unsigned char head[MR_ARROW_FILE_HEAD_BYTES] = {0}, tail[TAIL];
    const int64_t size = t->input.size_bytes;
    size_t got;
    *first = 0;
    a->end = size;
    MR_TRY(mr_input_read(&t->input, 0, head, sizeof head, &got, err));
    a->is_file = memcmp(head, MR_ARROW_MAGIC, MR_ARROW_MAGIC_BYTES) == 0;
    if (!a->is_file) return MR_OK;
    *first = MR_ARROW_FILE_HEAD_BYTES;
    if (size >= *first + TAIL) {
        MR_TRY(mr_arrow_read_bytes(t, size - TAIL, tail, TAIL, err));
        a->end = size - TAIL - (int64_t)mr_arrow_word(tail);
        if (memcmp(tail + sizeof(uint32_t), MR_ARROW_MAGIC, MR_ARROW_MAGIC_BYTES) == 0 &&
            a->end >= *first)
            return MR_OK;
    }
    mr_status st =
        mr_fail(err, MR_E_FORMAT, "%s: the end of an Arrow file is missing", t->input.name);
    return mr_error_hint(err, st, "it is cut short: copy or write it again");
}

static mr_status open_arrow(struct mr_table *t, const struct mr_table_format *format, mr_error *err)
{
    struct mr_arrow_message m;
    int64_t first;
    struct mr_arrow_reader *a = t->state = mr_alloc(1, sizeof *a);
    if (!a) return mr_fail_no_memory(err, "a table");
    if (!t->input.seekable) {
        mr_status st = mr_fail(err, MR_E_NOT_SEEKABLE, "%s: Arrow is read from files, not pipes",
                               t->input.name);
        return mr_error_hint(err, st, "write it to a file first");
    }
    a->told = mr_alloc(MR_ARROW_FIRST_BYTES, 1);
    if (!a->told) return mr_fail_no_memory(err, "a message");
    a->told_room = MR_ARROW_FIRST_BYTES;
    MR_TRY(find_messages(t, &first, err));
    MR_TRY(mr_arrow_read_message(t, first, &m, err));
    if (m.kind != MR_ARROW_SCHEMA) return mr_arrow_fail_damaged(t, "its first message", err);
    a->layout.version = m.version;
    MR_TRY(mr_arrow_choose(t, format, &m.told, m.header, &a->layout, err));
    MR_TRY(count_rows(t, m.next, err));
    t->scratch_bytes = sizeof *a + a->told_room;
    return MR_OK;
}

static void close_arrow(struct mr_table *t)
{
    struct mr_arrow_reader *a = t->state;
    if (a) mr_free(a->told);
}

/* ---- rows ---- */

/* Items of so many bits, `step` apart, from the one with this number on, of a buffer at `at`. */
struct items {
    int64_t at, first, step;
    unsigned bits; /* 1, or those of whole bytes */
};

/* How many of `count` items fit the scratch buffer with what is between them. */
static size_t fitting(const struct items *i, size_t count)
{
    const uint64_t room = (uint64_t)(MR_ARROW_SCRATCH_BYTES - 1) * 8 / i->bits;
    const uint64_t apart = i->step < 0 ? 0 - (uint64_t)i->step : (uint64_t)i->step;
    const uint64_t most = 1 + (room - 1) / apart;
    return count < most ? count : (size_t)most;
}

/* Reads up to `count` items into `out`, bits as bytes; *done of them. */
static mr_status read_some(struct mr_table *t, const struct items *i, size_t count, void *out,
                           size_t *done, mr_error *err)
{
    struct mr_arrow_reader *a = t->state;
    const size_t n = *done = fitting(i, count);
    const int64_t last = i->first + (int64_t)(n - 1) * i->step;
    const int64_t low = i->step < 0 ? last : i->first, high = i->step < 0 ? i->first : last;
    const int64_t size = i->bits / 8;
    const int64_t from = size ? low * size : low / 8, to = size ? (high + 1) * size : high / 8 + 1;
    MR_TRY(mr_arrow_read_bytes(t, i->at + from, a->scratch, (size_t)(to - from), err));
    for (size_t k = 0; k < n; k++) {
        int64_t item = i->first + (int64_t)k * i->step;
        if (size == 0)
            ((uint8_t *)out)[k] = mr_bit_at(a->scratch, (size_t)(item - from * 8));
        else
            memcpy((char *)out + k * (size_t)size, a->scratch + (item - low) * size, (size_t)size);
    }
    return MR_OK;
}

static mr_status read_items(struct mr_table *t, struct items i, size_t count, void *out,
                            mr_error *err)
{
    const size_t size = i.bits == 1 ? 1 : i.bits / 8;
    if (i.step == 1 && i.bits > 1)
        return mr_arrow_read_bytes(t, i.at + i.first * (int64_t)size, out, count * size, err);
    for (size_t n = 0, done = 0; n < count; n += done, i.first += (int64_t)done * i.step)
        MR_TRY(read_some(t, &i, count - n, (char *)out + n * size, &done, err));
    return MR_OK;
}

/* How many of *count rows of the current record batch come before a null. */
static mr_status rows_before_null(struct mr_table *t, size_t k, int64_t row, int64_t step,
                                  size_t *count, mr_error *err)
{
    const struct mr_arrow_batch *b = &((struct mr_arrow_reader *)t->state)->batch;
    uint8_t valid[512];
    struct items i = {.at = b->columns[k].valid, .first = row - b->row, .step = step, .bits = 1};
    if (!b->columns[k].tells_nulls) return MR_OK;
    for (size_t n = 0; n < *count;) {
        size_t some = *count - n < sizeof valid ? *count - n : sizeof valid;
        MR_TRY(read_items(t, i, some, valid, err));
        const uint8_t *null = memchr(valid, 0, some);
        if (null) *count = n + (size_t)(null - valid);
        n += some;
        i.first += (int64_t)some * step;
    }
    return MR_OK;
}

static mr_status fail_null(const struct mr_table *t, size_t column, int64_t row, mr_error *err)
{
    char shown[MR_SHOWN_BYTES];
    mr_status st = mr_fail(err, MR_E_FORMAT, "%s: column '%s': row %" PRId64 " is null",
                           t->input.name, mr_show_name(shown, t->columns[column].name), row);
    return mr_error_hint(err, st, "fill or drop nulls where the file is written");
}

/* Rows of the current record batch, up to a null. */
static mr_status read_within(struct mr_table *t, int64_t row, int64_t step, size_t count,
                             void *const columns[], size_t *got, mr_error *err)
{
    const struct mr_arrow_batch *b = &((struct mr_arrow_reader *)t->state)->batch;
    size_t before = count, null_in = 0;
    for (size_t k = 0; k < t->column_count; k++) {
        const size_t most = before;
        if (!columns[k]) continue;
        MR_TRY(rows_before_null(t, k, row, step, &before, err));
        if (before < most) null_in = k;
    }
    for (size_t k = 0; k < t->column_count && before; k++) {
        const mr_dtype dtype = t->columns[k].dtype;
        const size_t size = mr_dtype_size(dtype);
        if (!columns[k]) continue;
        struct items i = {.at = b->columns[k].values,
                          .first = row - b->row,
                          .step = step,
                          .bits = dtype == MR_BOOL ? 1 : (unsigned)size * 8};
        MR_TRY(read_items(t, i, before, (char *)columns[k] + *got * size, err));
    }
    *got += before;
    return before == count ? MR_OK : fail_null(t, null_in, row + (int64_t)before * step, err);
}

static mr_status read_arrow(struct mr_table *t, int64_t first_row, int64_t step, size_t rows,
                            void *const columns[], size_t *got, mr_error *err)
{
    const struct mr_arrow_batch *b = &((struct mr_arrow_reader *)t->state)->batch;
    while (*got < rows) {
        const int64_t row = first_row + (int64_t)*got * step;
        MR_TRY(find_row(t, row, err));
        const uint64_t apart = step < 0 ? 0 - (uint64_t)step : (uint64_t)step;
        const int64_t room = step < 0 ? row - b->row : b->row + b->rows - 1 - row;
        const uint64_t within = 1 + (uint64_t)room / apart;
        const size_t count = rows - *got < within ? rows - *got : (size_t)within;
        MR_TRY(read_within(t, row, step, count, columns, got, err));
    }
    return MR_OK;
}

static bool map_arrow(struct mr_table *t, int64_t first_row, size_t rows, struct mr_mapping *out)
{
    const struct mr_arrow_batch *b = &((struct mr_arrow_reader *)t->state)->batch;
    const mr_dtype dtype = t->columns[0].dtype;
    const int64_t size = (int64_t)mr_dtype_size(dtype);
    mr_error err;
    if (t->column_count > 1 || dtype == MR_BOOL || find_row(t, first_row, &err)) return false;
    const int64_t within = b->row + b->rows - first_row;
    const int64_t at = b->columns[0].values + (first_row - b->row) * size;
    if (b->columns[0].tells_nulls || within < (int64_t)rows || (t->input.start + at) % size)
        return false;
    return mr_input_map(&t->input, at, rows * (size_t)size, out);
}

const struct table_driver mr_arrow_table = {
    .name = "arrow",
    .is_binary = true,
    .suffixes = {{".arrow", 0}, {".arrows", 0}, {".feather", 0}},
    .magic = MR_ARROW_MAGIC,
    .needs_file = true,
    .open = open_arrow,
    .read = read_arrow,
    .map = map_arrow,
    .close = close_arrow,
};
