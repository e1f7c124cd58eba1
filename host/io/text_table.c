#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "io/table_driver.h"
#include "io/text_reader.h"

struct text {
    struct text_reader text;
    int64_t row; /* the next */
};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void close_text(struct mr_table *t)
{
    struct text *x = t->state;
    if (x) mr_text_reader_close(&x->text);
}

/* Takes the next number's text; *length == 0 at the end, and in a lull. */
static mr_status next_word(struct text_reader *r, const char **word, size_t *length, mr_error *err)
{
    *length = 0;
    for (;;) {
        while (r->begin < r->end && is_space(r->buffer[r->begin])) {
            bool newline = r->buffer[r->begin++] == '\n';
            r->line += newline;
            r->line_bytes = newline ? 0 : r->line_bytes + 1;
        }
        if (r->begin < r->end) break;
        if (r->at_end) return MR_OK;
        MR_TRY(mr_text_reader_fill(r, "number", err));
        if (r->input->is_in_lull) return MR_OK;
    }
    size_t count = 1;
    for (;;) {
        while (r->begin + count < r->end && !is_space(r->buffer[r->begin + count])) count++;
        if (r->begin + count < r->end || r->at_end) break;
        MR_TRY(mr_text_reader_fill(r, "number", err));
        if (r->input->is_in_lull) return MR_OK;
    }
    *word = r->buffer + r->begin;
    *length = count;
    return MR_OK;
}

/* Looks at the first numbers, and goes back. */
static mr_status sample_words(struct mr_table *t, struct text_reader *r, struct mr_guess *guess,
                              mr_error *err)
{
    mr_status st = MR_OK;
    const char *word;
    size_t length;
    mr_text_reader_remember(r, 0);
    while (t->sampled_rows < MR_SAMPLE_ROWS && r->read_bytes < MR_SAMPLE_BYTES) {
        if ((st = next_word(r, &word, &length, err)) || length == 0) break;
        mr_guess_add(guess, word, length);
        r->begin += length;
        t->sampled_rows++;
    }
    (void)mr_text_reader_seek(r, 1, 0);
    return mr_guess_status(st);
}

static mr_status open_text(struct mr_table *t, const struct mr_table_format *format, mr_error *err)
{
    if (format->column_count > 1) {
        mr_status st = mr_fail(err, MR_E_VALUE, "%s: text has one column, %zu are asked for",
                               t->input.name, format->column_count);
        return mr_error_hint(err, st, "read it as csv with a tab or comma as separator");
    }
    struct text *x = mr_alloc(1, sizeof *x);
    if (!x) return mr_fail_no_memory(err, "a table");
    t->state = x;
    t->scratch_bytes = sizeof *x + MR_TEXT_BYTES;
    MR_TRY(mr_table_add_column(t, format->column_count ? format->columns[0] : NULL, MR_F64, 0, true,
                               err));
    MR_TRY(mr_text_reader_open(&x->text, &t->input, err));
    struct mr_guess guess = {0};
    bool samples = mr_table_samples(t, format);
    if (samples) MR_TRY(sample_words(t, &x->text, &guess, err));
    return mr_table_set_dtypes(t, format, samples ? &guess : NULL, err);
}

static mr_status read_text(struct mr_table *t, int64_t first_row, int64_t step, size_t rows,
                           void *const columns[], size_t *got, mr_error *err)
{
    struct text *x = t->state;
    while (*got < rows) {
        const char *word;
        size_t length;
        bool skips = false;
        int64_t row = first_row + (int64_t)*got * step;
        x->row = mr_text_reader_seek(&x->text, x->row, row);
        MR_TRY(next_word(&x->text, &word, &length, err));
        if (length == 0) return MR_OK;
        mr_text_reader_remember(&x->text, x->row);
        if (x->row == row) {
            struct text_place place = {x->text.line, x->text.line_bytes + 1, 0};
            mr_status st = mr_table_put_number(t, &place, word, length, columns, *got, err);
            if (st && (memchr(word, ',', length) || memchr(word, ';', length)))
                mr_table_hint(t, "if these are columns: ", "format=csv, columns=(0, 1)", "", err,
                              st);
            MR_TRY(st);
            skips = t->skips_row;
            t->skips_row = false;
            *got += !skips;
        } else {
            skips = t->missing == MR_TABLE_MISSING_SKIP && mr_is_missing(word, length);
        }
        x->row += !skips;
        x->text.begin += length;
        x->text.line_bytes += length;
    }
    return MR_OK;
}

static struct mr_table_place tell_text(const struct mr_table *t)
{
    const struct text *x = t->state;
    return mr_text_reader_tell(&x->text, x->row);
}

static void go_text(struct mr_table *t, const struct mr_table_place *place)
{
    struct text *x = t->state;
    x->row = place->row;
    mr_text_reader_go(&x->text, place);
}

const struct table_driver mr_text_table = {
    .name = "text",
    .suffixes = {{".txt", 0}, {".dat", 0}},
    .takes_missing = true,
    .open = open_text,
    .tell = tell_text,
    .go = go_text,
    .read = read_text,
    .close = close_text,
};
