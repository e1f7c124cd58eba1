#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "io/table_driver.h"
#include "io/text_window.h"

enum { FIELD_LIMIT = 1 << 16 };

struct csv {
    struct text_window window;
    char separator;
    size_t fields;                      /* of each line; 0: the file is empty */
    int64_t row;                        /* the one that the next line holds */
    int64_t empty_line;                 /* the first since the row before; 0: none */
    size_t order[MR_TABLE_MAX_COLUMNS]; /* columns by ascending field */
};

/* Walks along one line. */
struct fields {
    const char *line, *p, *end;
    char separator;
    size_t count;     /* fields taken */
    const char *text; /* the last one, without blanks and quotes around it */
    size_t length;
    bool quoted;
    const char *fault; /* NULL: the line is well-formed so far */
};

static struct fields fields_of(const char *line, size_t length, char separator)
{
    return (struct fields){.line = line, .p = line, .end = line + length, .separator = separator};
}

static bool is_blank(const struct fields *f, char c)
{
    return c == ' ' || (c == '\t' && f->separator != '\t');
}

/* RFC 4180, section 2: quotes around a field, "" for one within; blanks around are let through. */
static void take_quoted(struct fields *f, const char *p)
{
    f->quoted = true;
    f->text = ++p;
    for (;; p += 2) {
        p = memchr(p, '"', (size_t)(f->end - p));
        if (!p) {
            f->fault = "a quote is not closed on its line";
            return;
        }
        if (f->end - p < 2 || p[1] != '"') break;
    }
    f->length = (size_t)(p - f->text);
    for (p++; p < f->end && is_blank(f, *p); p++) {
    }
    if (p < f->end && *p != f->separator) f->fault = "text follows a closing quote";
    f->p = p;
}

/* False at the line's end. A line of n separators has n + 1 fields. */
static bool next_field(struct fields *f)
{
    if (f->fault || (f->count && f->p == f->end)) return false;
    const char *p = f->count ? f->p + 1 : f->p; /* after the separator */
    f->count++;
    f->quoted = false;
    while (p < f->end && is_blank(f, *p)) p++;
    f->text = p;
    if (p < f->end && *p == '"') {
        take_quoted(f, p);
        return !f->fault;
    }
    const char *stop = memchr(p, f->separator, (size_t)(f->end - p));
    f->p = stop = stop ? stop : f->end;
    while (stop > p && is_blank(f, stop[-1])) stop--;
    f->length = (size_t)(stop - p);
    return true;
}

static char detect_separator(const char *line, size_t length)
{
    bool seen_tab = false, seen_semicolon = false, quoted = false;
    for (size_t k = 0; k < length; k++) {
        quoted ^= line[k] == '"';
        seen_tab |= !quoted && line[k] == '\t';
        seen_semicolon |= !quoted && line[k] == ';';
    }
    return seen_tab ? '\t' : seen_semicolon ? ';' : ',';
}

static mr_status bad_line(const struct mr_table *t, int64_t line, const struct fields *f,
                          const char *fault, mr_error *err)
{
    char shown[MR_SHOWN_BYTES];
    return mr_fail(err, MR_E_FORMAT, "%s:%" PRId64 ":%zu: %s: '%s'", t->input.name, line,
                   (size_t)(f->text - f->line) + 1, fault,
                   mr_show_text(shown, f->text, (size_t)(f->end - f->text)));
}

static bool is_header(struct fields f)
{
    mr_scalar value;
    while (next_field(&f)) {
        if (mr_parse_number(f.text, f.length, MR_F64, &value) != MR_NUMBER_MALFORMED) continue;
        if (mr_parse_number(f.text, f.length, MR_BOOL, &value)) return true;
    }
    return f.fault != NULL;
}

/* Names of a header line, unescaped into one block behind the array of pointers. */
static mr_status header_names(const struct mr_table *t, struct fields f, size_t count,
                              const char ***out, mr_error *err)
{
    size_t array_bytes = count * sizeof(char *), at = 0;
    const char **names = mr_alloc(array_bytes + (size_t)(f.end - f.line) + count + 1, 1);
    if (!names) return mr_fail_no_memory(err, "a header's names");
    char *block = (char *)names + array_bytes;
    *out = names;
    for (size_t k = 0; k < count && next_field(&f); k++) {
        names[k] = block + at;
        for (size_t n = 0; n < f.length; n++) {
            if (!f.text[n]) return bad_line(t, 1, &f, "a NUL byte in a column's name", err);
            block[at++] = f.text[n];
            n += f.quoted && f.text[n] == '"';
        }
        block[at++] = '\0';
    }
    return MR_OK;
}

static mr_status choose_columns(struct mr_table *t, const struct mr_table_format *format,
                                const char *const *names, mr_error *err)
{
    struct csv *c = t->state;
    mr_dtype dtype = format->has_dtype ? format->dtype : MR_F64;
    size_t fields = c->fields ? c->fields : 1;
    size_t count = format->column_count ? format->column_count : fields;
    for (size_t k = 0; k < count; k++) {
        size_t field = k;
        const char *name = names ? names[k < fields ? k : 0] : NULL;
        if (format->column_count && c->fields) {
            MR_TRY(mr_table_find_field(t, format->columns[k], names, fields, &field, err));
            name = names ? names[field] : NULL;
        } else if (format->column_count) {
            name = format->columns[k]; /* of an empty file, which has whatever is asked for */
        }
        MR_TRY(mr_table_add_column(t, name, dtype, field, fields == 1 && count == 1, err));
        size_t at = k;
        for (; at && t->columns[c->order[at - 1]].field > field; at--)
            c->order[at] = c->order[at - 1];
        c->order[at] = k;
    }
    return MR_OK;
}

/* Looks at the first line without taking it, and takes it if it is a header. */
static mr_status read_first_line(struct mr_table *t, const struct mr_table_format *format,
                                 mr_error *err)
{
    struct csv *c = t->state;
    const char *line, **names = NULL;
    size_t length;
    MR_TRY(mr_text_window_line(&c->window, &line, &length, err));
    if (!line) return choose_columns(t, format, NULL, err);
    c->separator = format->separator ? format->separator : detect_separator(line, length);
    struct fields f = fields_of(line, length, c->separator);
    while (next_field(&f)) {
    }
    if (f.fault) return bad_line(t, 1, &f, f.fault, err);
    c->fields = f.count;
    if (c->fields > FIELD_LIMIT)
        return mr_fail(err, MR_E_LIMIT, "%s: has %zu columns, the limit is %d", t->input.name,
                       c->fields, (int)FIELD_LIMIT);
    f = fields_of(line, length, c->separator);
    bool header = format->header == MR_TABLE_HEADER_YES;
    if (format->header == MR_TABLE_HEADER_AUTO) header = length > 0 && is_header(f);
    mr_status st = MR_OK;
    if (header) {
        st = header_names(t, f, c->fields, &names, err);
    } else {
        c->window.begin = (size_t)(line - c->window.buffer);
        c->window.line = 1;
    }
    if (!st) st = choose_columns(t, format, names, err);
    mr_free(names);
    return st;
}

static mr_status open_csv(struct mr_table *t, const struct mr_table_format *format, mr_error *err)
{
    struct csv *c = mr_alloc(1, sizeof *c);
    if (!c) return mr_fail_no_memory(err, "a table");
    t->state = c;
    t->scratch_bytes = sizeof *c + MR_WINDOW_BYTES;
    MR_TRY(mr_text_window_open(&c->window, &t->input, err));
    MR_TRY(read_first_line(t, format, err));
    mr_text_window_mark(&c->window, 0);
    return MR_OK;
}

static void close_csv(struct mr_table *t)
{
    struct csv *c = t->state;
    if (c) mr_text_window_close(&c->window);
}

/* Empty lines may stand at a file's end, but nowhere else. */
static mr_status fail_empty_line(const struct mr_table *t, int64_t line, mr_error *err)
{
    mr_status st =
        mr_fail(err, MR_E_FORMAT, "%s:%" PRId64 ": the line is empty", t->input.name, line);
    return mr_error_hint(err, st, "remove it, or write nan for a missing value");
}

static mr_status put_row(struct mr_table *t, struct fields f, int64_t line, void *const columns[],
                         size_t at, mr_error *err)
{
    const struct csv *c = t->state;
    size_t taken = 0;
    while (next_field(&f)) {
        if (taken == t->column_count || t->columns[c->order[taken]].field != f.count - 1) continue;
        struct text_place place = {line, (size_t)(f.text - f.line) + 1, c->order[taken++]};
        MR_TRY(mr_table_put_number(t, place, f.text, f.length, columns, at, err));
    }
    if (f.fault) return bad_line(t, line, &f, f.fault, err);
    if (f.count == c->fields) return MR_OK;
    mr_status st =
        mr_fail(err, MR_E_FORMAT, "%s:%" PRId64 ": has %zu field%s, the first line has %zu",
                t->input.name, line, f.count, f.count == 1 ? "" : "s", c->fields);
    return mr_error_hint(err, st, "correct the file; its fields are separated by %s",
                         c->separator == '\t'  ? "tabs"
                         : c->separator == ';' ? "semicolons"
                                               : "commas");
}

/* Goes to `row`; false in *found if the file ends before it. */
static mr_status seek_row(struct mr_table *t, int64_t row, bool *found, mr_error *err)
{
    struct csv *c = t->state;
    const char *line = "";
    size_t length;
    c->row = mr_text_window_seek(&c->window, c->row, row);
    c->empty_line = 0;
    for (; c->row < row; c->row++) {
        mr_text_window_mark(&c->window, c->row);
        MR_TRY(mr_text_window_line(&c->window, &line, &length, err));
        if (!line) break;
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
        mr_text_window_mark(&c->window, c->row);
        int64_t number = c->window.line;
        MR_TRY(mr_text_window_line(&c->window, &line, &length, err));
        if (!line) return MR_OK;
        if (length == 0 && !c->empty_line) c->empty_line = number;
        if (length == 0) continue;
        if (c->empty_line) return fail_empty_line(t, c->empty_line, err);
        c->row++;
        MR_TRY(put_row(t, fields_of(line, length, c->separator), number, columns, *got, err));
        ++*got;
    }
    return MR_OK;
}

const struct table_driver mr_csv_driver = {
    .open = open_csv,
    .read = read_csv,
    .close = close_csv,
};
