/* JSON Lines: an object a line. Columns are members that are numbers, true or false; null, and a
 * member that is not there, are missing values. "NaN" and "Infinity" in quotes are numbers, as
 * jsonl_sink.c writes them. */
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "io/json_members.h"
#include "io/table_driver.h"
#include "io/text_reader.h"

enum { MEMBER_LIMIT = 1 << 12 };

struct jsonl {
    struct text_reader text;
    int64_t row; /* the one that the next object holds */
};

static mr_status bad_line(const struct mr_table *t, int64_t line, const struct mr_json_object *o,
                          mr_error *err)
{
    char shown[MR_SHOWN_BYTES];
    return mr_fail(err, MR_E_FORMAT, "%s:%" PRId64 ":%zu: %s: '%s'", t->input.name, line,
                   (size_t)(o->at - o->line) + 1, o->fault,
                   mr_show_text(shown, o->line, (size_t)(o->end - o->line)));
}

static bool is_blank(const char *line, size_t length)
{
    for (size_t k = 0; k < length; k++)
        if (!memchr(" \t\r", line[k], 3)) return false;
    return true;
}

/* The column that the member is for, of which there are `count`, or -1. They mostly come in
 * order. */
static int column_of(const struct mr_table *t, const struct mr_json_member *m, size_t expected)
{
    for (size_t n = 0; n < t->column_count; n++) {
        size_t k = (expected + n) % t->column_count;
        if (mr_json_is(m->key, m->key_length, t->columns[k].name)) return (int)k;
    }
    return -1;
}

static mr_status fail_member(const struct mr_table *t, int64_t line, const char *name,
                             const char *what, mr_error *err)
{
    char shown[MR_SHOWN_BYTES];
    return mr_fail(err, MR_E_FORMAT, "%s:%" PRId64 ": \"%s\" %s", t->input.name, line,
                   mr_show_name(shown, name), what);
}

/* ---- opening ---- */

/* Names of the first object, unescaped into one block behind the array of pointers. */
static mr_status first_names(struct mr_table *t, const char *line, size_t length, char ***names,
                             size_t *count, mr_error *err)
{
    struct mr_json_object o = mr_json_object_of(line, length);
    struct mr_json_member m;
    const size_t array_bytes = MEMBER_LIMIT * sizeof(char *);
    *names = mr_alloc(array_bytes + length + 1, 1);
    if (!*names) return mr_fail_no_memory(err, "the names of columns");
    char *block = (char *)*names + array_bytes;
    while (mr_json_next(&o, &m)) {
        if (*count == MEMBER_LIMIT)
            return mr_fail(err, MR_E_LIMIT, "%s: has more than %d columns", t->input.name,
                           (int)MEMBER_LIMIT);
        (*names)[(*count)++] = block;
        size_t used = mr_json_plain(block, m.key, m.key_length);
        if (memchr(block, '\0', used))
            return mr_fail(err, MR_E_FORMAT, "%s:1: the name of member %zu, from 0, has a NUL byte",
                           t->input.name, *count - 1);
        block += used;
        *block++ = '\0';
    }
    return o.fault ? bad_line(t, 1, &o, err) : MR_OK;
}

static mr_status check_once(const struct mr_table *t, const char *name, char *const names[],
                            size_t count, mr_error *err)
{
    size_t found = 0;
    for (size_t k = 0; k < count; k++) found += strcmp(names[k], name) == 0;
    return found > 1 ? fail_member(t, 1, name, "is there twice", err) : MR_OK;
}

/* An empty file has whatever is asked for. */
static mr_status choose_columns(struct mr_table *t, const struct mr_table_format *format,
                                const char *line, size_t length, mr_error *err)
{
    char **names = NULL;
    size_t known = 0;
    mr_status st = line ? first_names(t, line, length, &names, &known, err) : MR_OK;
    size_t count = format->column_count ? format->column_count : known ? known : 1;
    const char *const *all = (const char *const *)names;
    for (size_t k = 0; !st && k < count; k++) {
        const char *name = known ? names[k < known ? k : 0] : NULL;
        size_t field = k;
        if (format->column_count && line) {
            if (!mr_table_is_numbered(format, k))
                st = check_once(t, format->columns[k], names, known, err);
            if (!st) st = mr_table_find_field(t, format, k, all, known, &field, err);
            if (!st) name = names[field];
        } else if (format->column_count) {
            name = format->columns[k];
        }
        if (!st && known) st = check_once(t, name, names, known, err);
        if (!st) st = mr_table_add_column(t, name, MR_F64, field, count == 1, err);
    }
    mr_free(names);
    return st;
}

/* Looks at the first rows, and goes back. */
static mr_status sample_rows(struct mr_table *t, struct mr_guess guesses[], mr_error *err)
{
    struct jsonl *j = t->state;
    const char *line;
    size_t length;
    mr_status st = MR_OK;
    while (t->sampled_rows < MR_SAMPLE_ROWS && j->text.read_bytes < MR_SAMPLE_BYTES) {
        if ((st = mr_text_reader_line(&j->text, &line, &length, err)) || !line) break;
        struct mr_json_object o = mr_json_object_of(line, length);
        struct mr_json_member m;
        for (size_t seen = 0; mr_json_next(&o, &m);) {
            int k = column_of(t, &m, seen);
            if (k < 0) continue;
            mr_guess_add(&guesses[k], m.text, m.length);
            seen++;
        }
        if (o.fault) break;
        t->sampled_rows += !is_blank(line, length);
    }
    (void)mr_text_reader_seek(&j->text, 1, 0);
    return mr_guess_status(st);
}

static mr_status open_jsonl(struct mr_table *t, const struct mr_table_format *format, mr_error *err)
{
    struct jsonl *j = mr_alloc(1, sizeof *j);
    struct mr_guess guesses[MR_TABLE_MAX_COLUMNS] = {{0}};
    const char *line;
    size_t length = 0;
    if (!j) return mr_fail_no_memory(err, "a table");
    t->state = j;
    t->scratch_bytes = sizeof *j + MR_TEXT_BYTES;
    MR_TRY(mr_text_reader_open(&j->text, &t->input, err));
    MR_TRY(mr_text_reader_ahead(&j->text, 0, &line, &length, err));
    MR_TRY(choose_columns(t, format, line, length, err));
    mr_text_reader_remember(&j->text, 0);
    bool samples = mr_table_samples(t, format);
    if (samples) MR_TRY(sample_rows(t, guesses, err));
    return mr_table_set_dtypes(t, format, samples ? guesses : NULL, err);
}

static void close_jsonl(struct mr_table *t)
{
    struct jsonl *j = t->state;
    if (j) mr_text_reader_close(&j->text);
}

/* ---- reading ---- */

static bool is_word_of(const struct mr_json_member *m, const char *const words[], size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (strlen(words[k]) == m->length && memcmp(words[k], m->text, m->length) == 0) return true;
    return false;
}

/* What other programs read as one, too: many write NaN without quotes, and missing values in them.
 */
static bool is_value(const struct mr_json_member *m)
{
    static const char *const words[] = {"NaN", "Infinity", "-Infinity", "true", "false", "null"};
    if (!m->is_string) return mr_json_is_number(m->text, m->length) || is_word_of(m, words, 6);
    return is_word_of(m, words, 3) || mr_is_missing(m->text, m->length);
}

static mr_status fail_value(const struct mr_table *t, const struct text_place *place,
                            const struct mr_json_member *m, mr_error *err)
{
    char shown[MR_SHOWN_BYTES], name[MR_SHOWN_BYTES];
    mr_status st = mr_fail(
        err, MR_E_FORMAT, "%s:%" PRId64 ":%zu: column '%s': '%s' is no number%s", t->input.name,
        place->line, place->byte, mr_show_name(name, t->columns[place->column].name),
        mr_show_text(shown, m->text, m->length), m->is_string ? ", but a string" : " of JSON");
    return mr_error_hint(err, st, "correct %s, or choose other columns", mr_table_writer(t));
}

/* What is not there is like null. */
static mr_status put_missing(struct mr_table *t, unsigned seen, int64_t line, size_t length,
                             void *const columns[], size_t at, mr_error *err)
{
    for (size_t k = 0; k < t->column_count; k++) {
        if (seen >> k & 1) continue;
        if (t->missing == MR_TABLE_MISSING_ERROR && columns[k]) {
            mr_status st = fail_member(t, line, t->columns[k].name, "is not there", err);
            return mr_error_hint(err, st, "missing=nan or missing=skip say what that is to give");
        }
        struct text_place place = {line, length, k};
        MR_TRY(mr_table_put_number(t, &place, "null", 4, columns, at, err));
    }
    return MR_OK;
}

static mr_status put_row(struct mr_table *t, const char *text, size_t length, int64_t line,
                         void *const columns[], size_t at, mr_error *err)
{
    struct mr_json_object o = mr_json_object_of(text, length);
    struct mr_json_member m;
    unsigned seen = 0;
    for (size_t expected = 0; mr_json_next(&o, &m);) {
        int k = column_of(t, &m, expected);
        if (k < 0) continue;
        expected = (size_t)k + 1;
        const char *name = t->columns[k].name;
        if (seen >> k & 1) return fail_member(t, line, name, "is there twice", err);
        if (m.is_nested && columns[k]) return fail_member(t, line, name, "is no number", err);
        seen |= 1u << k;
        struct text_place place = {line, (size_t)(m.text - text) + 1, (size_t)k};
        if (columns[k] && !is_value(&m)) return fail_value(t, &place, &m, err);
        MR_TRY(mr_table_put_number(t, &place, m.text, m.length, columns, at, err));
    }
    if (o.fault) return bad_line(t, line, &o, err);
    return put_missing(t, seen, line, length, columns, at, err);
}

/* Whether the row is left out, as reading it would tell. */
static bool is_skipped(const struct mr_table *t, const char *text, size_t length)
{
    struct mr_json_object o = mr_json_object_of(text, length);
    struct mr_json_member m;
    unsigned there = 0;
    if (t->missing != MR_TABLE_MISSING_SKIP) return false;
    for (size_t expected = 0; mr_json_next(&o, &m);) {
        int k = column_of(t, &m, expected);
        if (k < 0) continue;
        expected = (size_t)k + 1;
        if (!mr_is_missing(m.text, m.length)) there |= 1u << k;
    }
    return there != (1u << t->column_count) - 1;
}

/* The next line that is not blank; NULL at the end, and in a lull. */
static mr_status take_object(struct jsonl *j, const char **line, size_t *length, int64_t *number,
                             mr_error *err)
{
    mr_text_reader_remember(&j->text, j->row);
    do {
        *number = j->text.line;
        MR_TRY(mr_text_reader_line(&j->text, line, length, err));
    } while (*line && is_blank(*line, *length));
    return MR_OK;
}

static mr_status read_jsonl(struct mr_table *t, int64_t first_row, int64_t step, size_t rows,
                            void *const columns[], size_t *got, mr_error *err)
{
    struct jsonl *j = t->state;
    while (*got < rows) {
        const char *line;
        size_t length;
        int64_t number, row = first_row + (int64_t)*got * step;
        if (row != j->row) j->row = mr_text_reader_seek(&j->text, j->row, row);
        MR_TRY(take_object(j, &line, &length, &number, err));
        if (!line) return MR_OK;
        if (j->row < row) {
            j->row += !is_skipped(t, line, length);
            continue;
        }
        MR_TRY(put_row(t, line, length, number, columns, *got, err));
        bool skips = t->skips_row;
        t->skips_row = false;
        j->row += !skips;
        *got += !skips;
    }
    return MR_OK;
}

static struct mr_table_place tell_jsonl(const struct mr_table *t)
{
    const struct jsonl *j = t->state;
    return mr_text_reader_tell(&j->text, j->row);
}

static void go_jsonl(struct mr_table *t, const struct mr_table_place *place)
{
    struct jsonl *j = t->state;
    j->row = place->row;
    mr_text_reader_go(&j->text, place);
}

const struct table_driver mr_jsonl_table = {
    .name = "jsonl",
    .suffixes = {{".jsonl", 0}, {".ndjson", 0}},
    .names_columns = true,
    .takes_dtypes = true,
    .takes_missing = true,
    .open = open_jsonl,
    .tell = tell_jsonl,
    .go = go_jsonl,
    .read = read_jsonl,
    .close = close_jsonl,
};
