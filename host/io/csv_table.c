#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "io/csv_head.h"
#include "io/table_driver.h"
#include "io/text_reader.h"

struct csv {
    struct text_reader text;
    char separator;
    size_t fields;                           /* of each line; 0: the file is empty */
    int64_t row;                             /* the one that the next line holds */
    int64_t empty_line;                      /* the first since the row before; 0: none */
    size_t order[MR_TABLE_MAX_COLUMNS];      /* columns by ascending field */
    size_t wanted[MR_TABLE_MAX_COLUMNS + 1]; /* 1 + those fields, and 0 */
};

static mr_status choose_columns(struct mr_table *t, const struct mr_table_format *format,
                                const char *const *names, mr_error *err)
{
    struct csv *c = t->state;
    size_t fields = c->fields ? c->fields : 1;
    size_t count = format->column_count ? format->column_count : fields;
    for (size_t k = 0; k < count; k++) {
        size_t field = k;
        const char *name = names ? names[k < fields ? k : 0] : NULL;
        if (format->column_count && c->fields) {
            MR_TRY(mr_table_find_field(t, format, k, names, fields, &field, err));
            name = names ? names[field] : NULL;
        } else if (format->column_count) {
            name = format->columns[k]; /* of an empty file, which has whatever is asked for */
        }
        MR_TRY(mr_table_add_column(t, name, MR_F64, field, fields == 1 && count == 1, err));
        size_t at = k;
        for (; at && t->columns[c->order[at - 1]].field > field; at--)
            c->order[at] = c->order[at - 1];
        c->order[at] = k;
    }
    for (size_t k = 0; k < count; k++) c->wanted[k] = t->columns[c->order[k]].field + 1;
    return MR_OK;
}

/* Looks at the first rows, and goes back. */
static mr_status sample_rows(struct mr_table *t, struct mr_guess guesses[], mr_error *err)
{
    mr_status st = MR_OK;
    struct csv *c = t->state;
    struct text_reader *r = &c->text;
    const char *line;
    size_t length;
    int64_t limit = r->read_bytes + MR_SAMPLE_BYTES;
    while (t->sampled_rows < MR_SAMPLE_ROWS && r->read_bytes < limit) {
        if ((st = mr_csv_take_row(r, &line, &length, err)) || !line || length == 0) break;
        struct fields f = fields_of(line, length, c->separator);
        for (size_t taken = 0; next_field(&f);)
            if (f.count == c->wanted[taken])
                mr_guess_add(&guesses[c->order[taken++]], f.text, f.length);
        t->sampled_rows++;
    }
    (void)mr_text_reader_seek(r, 1, 0);
    return mr_guess_status(st);
}

static mr_status open_csv(struct mr_table *t, const struct mr_table_format *format, mr_error *err)
{
    struct csv *c = mr_alloc(1, sizeof *c);
    struct csv_head head = {0};
    struct mr_guess guesses[MR_TABLE_MAX_COLUMNS] = {{0}};
    if (!c) return mr_fail_no_memory(err, "a table");
    t->state = c;
    t->scratch_bytes = sizeof *c + MR_TEXT_BYTES;
    MR_TRY(mr_text_reader_open(&c->text, &t->input, err));
    mr_status st = mr_csv_read_head(t, &c->text, format, &head, err);
    c->separator = head.separator;
    c->fields = head.fields;
    if (!st) st = choose_columns(t, format, head.names, err);
    mr_free(head.names);
    if (st) return st;
    mr_text_reader_remember(&c->text, 0);
    bool samples = mr_table_samples(t, format);
    if (samples) MR_TRY(sample_rows(t, guesses, err));
    return mr_table_set_dtypes(t, format, samples ? guesses : NULL, err);
}

static void close_csv(struct mr_table *t)
{
    struct csv *c = t->state;
    if (c) mr_text_reader_close(&c->text);
}

/* Empty lines may stand at a file's end, but nowhere else. */
static mr_status fail_empty_line(const struct mr_table *t, int64_t line, mr_error *err)
{
    mr_status st =
        mr_fail(err, MR_E_FORMAT, "%s:%" PRId64 ": the line is empty", t->input.name, line);
    return mr_error_hint(err, st, "remove it, or write nan where a value is missing");
}

static mr_status put_row(struct mr_table *t, const char *text, size_t length, int64_t line,
                         void *const columns[], size_t at, mr_error *err);

/* A row whose quote is still open at the line's end goes on with the next lines. In a lull it
 * waits for them, as a row that is not here yet. */
static mr_status put_long_row(struct mr_table *t, struct fields f, int64_t line,
                              void *const columns[], size_t at, mr_error *err)
{
    struct csv *c = t->state;
    const char *text;
    size_t length;
    mr_error open_quote;
    mr_csv_bad_line(t, line, &f, f.fault, &open_quote);
    MR_TRY(mr_text_reader_close_quote(&c->text, &text, &length, err));
    if (text) return put_row(t, text, length, line, columns, at, err);
    t->skips_row = t->input.is_in_lull;
    if (t->skips_row) return MR_OK;
    if (err) *err = open_quote;
    return open_quote.status;
}

/* `f` by value, for that of put_row() to live in registers. */
static mr_status put_odd_row(struct mr_table *t, struct fields f, int64_t line,
                             void *const columns[], size_t at, mr_error *err)
{
    const struct csv *c = t->state;
    bool may_go_on = f.is_open && !memchr(f.line, c->text.newline, (size_t)(f.end - f.line));
    if (may_go_on) return put_long_row(t, f, line, columns, at, err);
    if (f.fault) return mr_csv_bad_line(t, line, &f, f.fault, err);
    return mr_csv_bad_count(t, line, f.count, c->fields, c->separator, err);
}

static mr_status put_row(struct mr_table *t, const char *text, size_t length, int64_t line,
                         void *const columns[], size_t at, mr_error *err)
{
    const struct csv *c = t->state;
    struct fields f = fields_of(text, length, c->separator);
    size_t taken = 0;
    while (next_field(&f)) {
        if (f.count != c->wanted[taken]) continue;
        struct text_place place = {line, (size_t)(f.text - f.line) + 1, c->order[taken++]};
        MR_TRY(mr_table_put_number(t, &place, f.text, f.length, columns, at, err));
    }
    if (!f.fault && f.count == c->fields) return MR_OK;
    return put_odd_row(t, f, line, columns, at, err);
}

/* Whether a row is left out for a missing value. */
static bool is_skipped(const struct mr_table *t, struct fields f)
{
    const struct csv *c = t->state;
    size_t taken = 0;
    if (t->missing != MR_TABLE_MISSING_SKIP) return false;
    while (next_field(&f)) {
        if (f.count != c->wanted[taken]) continue;
        if (mr_is_missing(f.text, f.length)) return true;
        taken++;
    }
    return false;
}

/* Goes to `row`; false in *found if the file ends before it. */
static mr_status seek_row(struct mr_table *t, int64_t row, bool *found, mr_error *err)
{
    struct csv *c = t->state;
    const char *line = "";
    size_t length;
    c->row = mr_text_reader_seek(&c->text, c->row, row);
    c->empty_line = 0;
    while (c->row < row) {
        mr_text_reader_remember(&c->text, c->row);
        MR_TRY(mr_csv_take_row(&c->text, &line, &length, err));
        if (!line) break;
        c->row += !is_skipped(t, fields_of(line, length, c->separator));
    }
    *found = line != NULL;
    return MR_OK;
}

static mr_status read_csv(struct mr_table *t, int64_t first_row, int64_t step, size_t rows,
                          void *const columns[], size_t *got, mr_error *err)
{
    struct csv *c = t->state;
    while (*got < rows) {
        const char *line;
        size_t length;
        bool found = true;
        int64_t row = first_row + (int64_t)*got * step;
        if (row != c->row) MR_TRY(seek_row(t, row, &found, err));
        if (!found) return MR_OK;
        mr_text_reader_remember(&c->text, c->row);
        int64_t number = c->text.line;
        MR_TRY(mr_text_reader_line(&c->text, &line, &length, err));
        if (!line) return MR_OK;
        if (length == 0 && !(c->fields == 1 && t->missing == MR_TABLE_MISSING_SKIP)) {
            if (!c->empty_line) c->empty_line = number;
            continue;
        }
        if (c->empty_line) return fail_empty_line(t, c->empty_line, err);
        MR_TRY(put_row(t, line, length, number, columns, *got, err));
        if (t->skips_row) {
            t->skips_row = false;
            if (t->input.is_in_lull) return MR_OK;
            continue;
        }
        c->row++;
        ++*got;
    }
    return MR_OK;
}

static struct mr_table_place tell_csv(const struct mr_table *t)
{
    const struct csv *c = t->state;
    struct mr_table_place place = mr_text_reader_tell(&c->text, c->row);
    place.empty_line = c->empty_line;
    return place;
}

static void go_csv(struct mr_table *t, const struct mr_table_place *place)
{
    struct csv *c = t->state;
    c->row = place->row;
    c->empty_line = place->empty_line;
    mr_text_reader_go(&c->text, place);
}

const struct table_driver mr_csv_table = {
    .name = "csv",
    .suffixes = {{".csv", 0}, {".tsv", '\t'}},
    .has_header = true,
    .names_columns = true,
    .takes_dtypes = true,
    .takes_missing = true,
    .open = open_csv,
    .tell = tell_csv,
    .go = go_csv,
    .read = read_csv,
    .close = close_csv,
};
