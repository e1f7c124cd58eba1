#include "io/csv_head.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/error.h"
#include "base/memory.h"

enum { FIELD_LIMIT = 1 << 16 };

mr_status mr_csv_bad_line(const struct mr_table *t, int64_t line, const struct fields *f,
                          const char *fault, mr_error *err)
{
    char shown[MR_SHOWN_BYTES];
    return mr_fail(err, MR_E_FORMAT, "%s:%" PRId64 ":%zu: %s: '%s'", t->input.name, line,
                   (size_t)(f->text - f->line) + 1, fault,
                   mr_show_text(shown, f->text, (size_t)(f->end - f->text)));
}

static const char *separator_name(char separator)
{
    return separator == '\t' ? "tab" : separator == ';' ? "semicolon" : "comma";
}

mr_status mr_csv_bad_count(const struct mr_table *t, int64_t line, size_t count, size_t expected,
                           char separator, mr_error *err)
{
    mr_status st =
        mr_fail(err, MR_E_FORMAT, "%s:%" PRId64 ": has %zu field%s, the first line has %zu",
                t->input.name, line, count, count == 1 ? "" : "s", expected);
    return mr_error_hint(err, st,
                         "correct %s (lines of comment are lines, too); if its fields are "
                         "not separated by %ss, say separator=",
                         mr_table_writer(t), separator_name(separator));
}

mr_status mr_csv_take_row(struct text_reader *r, const char **line, size_t *length, mr_error *err)
{
    size_t first;
    MR_TRY(mr_text_reader_line(r, line, length, err));
    if (!*line || !mr_has_open_quote(*line, *length)) return MR_OK;
    const char *whole;
    first = *length;
    MR_TRY(mr_text_reader_close_quote(r, &whole, length, err));
    *line = whole ? whole : r->buffer + r->begin - r->taken;
    if (!whole) *length = first;
    return MR_OK;
}

/* ---- separator ---- */

static mr_status find_separator(struct mr_table *t, const char *line, size_t length,
                                char *separator, mr_error *err)
{
    static const char all[] = ",;\t";
    bool quoted = false, seen[3] = {false};
    size_t kinds = 0;
    for (size_t k = 0; k < length; k++) {
        quoted ^= line[k] == '"';
        const char *found = quoted || !line[k] ? NULL : strchr(all, line[k]);
        if (!found || seen[found - all]) continue;
        seen[found - all] = true;
        kinds++;
        *separator = *found;
    }
    if (kinds == 0) *separator = ',';
    if (kinds <= 1) return MR_OK;
    mr_status st =
        mr_fail(err, MR_E_FORMAT, "%s:1: cannot tell what separates its fields: it has %s and %s",
                t->input.name, seen[0] ? "commas" : "semicolons",
                seen[0] && seen[1] ? "semicolons" : "tabs");
    return mr_error_hint(err, st, "say separator=comma, semicolon or tab");
}

/* ---- header ---- */

enum field_class {
    A_NUMBER,  /* 12, -inf */
    A_WORD,    /* a value that may be a name as well: nan, inf, true */
    A_GAP,     /* empty, NA */
    A_STRANGE, /* begins as numbers do and is none: 2020-01-31 */
    A_NAME
};

static enum field_class class_of(const char *text, size_t length)
{
    mr_scalar value;
    if (mr_is_missing(text, length)) return A_GAP;
    bool is_signed = text[0] == '-' || text[0] == '+' || text[0] == '.';
    char first = text[is_signed && length > 1];
    bool begins = first >= '0' && first <= '9';
    if (mr_parse_number(text, length, MR_F64, &value) != MR_NUMBER_MALFORMED)
        return begins || is_signed ? A_NUMBER : A_WORD;
    if (mr_parse_number(text, length, MR_BOOL, &value) == MR_NUMBER_OK) return A_WORD;
    return begins ? A_STRANGE : A_NAME;
}

bool mr_csv_is_plain_name(const char *name)
{
    size_t length = strlen(name);
    return length && class_of(name, length) == A_NAME && !strpbrk(name, ",;\t\"\r\n") &&
           name[0] != ' ' && name[length - 1] != ' ';
}

/* What a header cannot be, or has to be, of the fields of the first two lines. */
struct votes {
    size_t fields, numbers, words, names, quoted; /* of the first line */
    size_t words_over_words, names_over_values;
    const char *doubt; /* why it may be neither, at `text` */
    const char *text;
    size_t length;
};

static void doubt(struct votes *v, const char *why, const struct fields *f)
{
    if (v->doubt) return;
    v->doubt = why;
    v->text = f->text;
    v->length = f->length;
}

/* A field in quotes over one without is a text, also "2019": who writes so quotes texts only. */
static void vote(struct votes *v, const struct fields *above, const struct fields *below)
{
    enum field_class one = class_of(above->text, above->length);
    enum field_class two = below ? class_of(below->text, below->length) : A_NAME;
    if (above->quoted && below && !below->quoted && above->length) one = A_NAME;
    v->fields++;
    v->quoted += above->quoted;
    v->numbers += one == A_NUMBER;
    v->words += one == A_WORD;
    v->names += one == A_NAME;
    v->words_over_words += one == A_WORD && two == A_WORD;
    v->names_over_values += one == A_NAME && two != A_NAME;
    if (one == A_GAP) doubt(v, above->length ? "is a missing value" : "is empty", above);
    if (one == A_STRANGE) doubt(v, "is neither a name nor a number", above);
    if (one == A_NUMBER && above->quoted && !below) doubt(v, "in quotes may be a name", above);
}

static struct votes count_votes(struct fields above, struct fields *below)
{
    struct votes v = {0};
    while (next_field(&above)) {
        bool has_below = below && next_field(below);
        vote(&v, &above, has_below ? below : NULL);
    }
    return v;
}

static mr_status unclear(const struct mr_table *t, const struct votes *v, mr_error *err)
{
    char shown[MR_SHOWN_BYTES];
    mr_status st = MR_E_FORMAT;
    const char *name = t->input.name;
    static const char lead[] = "cannot tell whether it is a header";
    if (v->doubt)
        mr_fail(err, st, "%s:1: %s: '%s' %s", name, lead, mr_show_text(shown, v->text, v->length),
                v->doubt);
    else if (v->numbers)
        mr_fail(err, st, "%s:1: %s: it has names and numbers", name, lead);
    else if (v->names)
        mr_fail(err, st, "%s:1: %s: line 2 has no numbers either", name, lead);
    else
        mr_fail(err, st, "%s:1: %s: inf, nan, true and false may be values or names", name, lead);
    return mr_error_hint(err, st, "say header=yes or header=no");
}

/* Whether one of the columns that are asked for by name is a name of the first line. */
static bool is_named(const struct mr_table_format *format, struct fields f)
{
    while (next_field(&f))
        for (size_t k = 0; k < format->column_count; k++)
            if (!mr_table_is_numbered(format, k) && f.length == strlen(format->columns[k]) &&
                memcmp(f.text, format->columns[k], f.length) == 0)
                return true;
    return false;
}

/* Two lines decide; the second is waited for only where the first may be a header. */
static mr_status decide_header(struct mr_table *t, struct text_reader *r, struct csv_head *head,
                               mr_error *err)
{
    const char *line, *second;
    size_t length, second_length = 0;
    MR_TRY(mr_text_reader_ahead(r, 0, &line, &length, err));
    struct votes v = count_votes(fields_of(line, length, head->separator), NULL);
    if (v.numbers && v.numbers + v.words == v.fields && !v.quoted) return MR_OK;
    MR_TRY(mr_text_reader_ahead(r, 1, &second, &second_length, err));
    MR_TRY(mr_text_reader_ahead(r, 0, &line, &length, err));
    struct fields below = fields_of(second, second_length, head->separator);
    bool has_second = second && second_length;
    v = count_votes(fields_of(line, length, head->separator), has_second ? &below : NULL);
    while (has_second && next_field(&below)) {
    }
    if (v.numbers && v.numbers + v.words == v.fields && !v.doubt) return MR_OK;
    if (v.words == v.fields && v.words_over_words == v.fields && has_second) return MR_OK;
    if (below.fault) return mr_csv_bad_line(t, 2, &below, below.fault, err);
    if (has_second && below.count != head->fields)
        return mr_csv_bad_count(t, 2, below.count, head->fields, head->separator, err);
    head->has_header =
        v.names && v.names + v.words == v.fields && (v.names_over_values || !has_second);
    return head->has_header ? MR_OK : unclear(t, &v, err);
}

/* Names of a header line, unescaped into one block behind the array of pointers. */
static mr_status header_names(const struct mr_table *t, struct fields f, struct csv_head *head,
                              mr_error *err)
{
    size_t array_bytes = head->fields * sizeof(char *), at = 0;
    head->names = mr_alloc(array_bytes + (size_t)(f.end - f.line) + head->fields + 1, 1);
    if (!head->names) return mr_fail_no_memory(err, "a header's names");
    char *block = (char *)head->names + array_bytes;
    for (size_t k = 0; k < head->fields && next_field(&f); k++) {
        head->names[k] = block + at;
        for (size_t n = 0; n < f.length; n++) {
            if (!f.text[n]) return mr_csv_bad_line(t, 1, &f, "a NUL byte in a column's name", err);
            bool is_line_end = f.text[n] == '\n' || f.text[n] == '\r';
            block[at++] = is_line_end ? ' ' : f.text[n]; /* no pipeline could say it */
            n += f.quoted && f.text[n] == '"';
        }
        block[at++] = '\0';
    }
    return MR_OK;
}

static mr_status choose_header(struct mr_table *t, struct text_reader *r,
                               const struct mr_table_format *format, struct csv_head *head,
                               mr_error *err)
{
    const char *line, *how = "as asked";
    size_t length;
    MR_TRY(mr_text_reader_ahead(r, 0, &line, &length, err));
    struct fields f = fields_of(line, length, head->separator);
    head->has_header = format->header == MR_TABLE_HEADER_YES;
    if (format->header == MR_TABLE_HEADER_AUTO && length > 0) {
        head->has_header = is_named(format, f);
        how = "as columns= names it";
        if (!head->has_header) {
            MR_TRY(decide_header(t, r, head, err));
            how = head->has_header ? "names, no numbers" : "numbers";
        }
    }
    if (length > 0)
        mr_table_note(t, "line 1 is %s (%s)", head->has_header ? "the header" : "data", how);
    if (!head->has_header) return MR_OK;
    MR_TRY(mr_csv_take_row(r, &line, &length, err));
    return header_names(t, fields_of(line, length, head->separator), head, err);
}

mr_status mr_csv_read_head(struct mr_table *t, struct text_reader *r,
                           const struct mr_table_format *format, struct csv_head *out,
                           mr_error *err)
{
    const char *line;
    size_t length;
    *out = (struct csv_head){.separator = format->separator ? format->separator : ','};
    MR_TRY(mr_text_reader_find_line_end(r, err));
    MR_TRY(mr_text_reader_ahead(r, 0, &line, &length, err));
    if (!line) return MR_OK;
    if (!format->separator) MR_TRY(find_separator(t, line, length, &out->separator, err));
    struct fields f = fields_of(line, length, out->separator);
    while (next_field(&f)) {
    }
    if (f.fault) return mr_csv_bad_line(t, 1, &f, f.fault, err);
    out->fields = f.count;
    if (out->fields > FIELD_LIMIT)
        return mr_fail(err, MR_E_LIMIT, "%s: has %zu columns, the limit is %d", t->input.name,
                       out->fields, (int)FIELD_LIMIT);
    MR_TRY(choose_header(t, r, format, out, err));
    if (out->fields > 1 || out->separator != ',')
        mr_table_note(t, "separated by %ss%s", separator_name(out->separator),
                      r->newline == '\r' ? ", lines by CR" : "");
    return MR_OK;
}
