/* A number of a text file, or what stands in its place. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "io/table_driver.h"

bool mr_is_missing(const char *text, size_t length)
{
    static const char *const words[] = {"na", "n/a", "null", "none"};
    if (length == 0) return true;
    if (length > 4) return false;
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
        size_t n = 0;
        while (n < length && words[k][n] &&
               (text[n] == words[k][n] || (text[n] | 0x20) == words[k][n]))
            n++;
        if (n == length && !words[k][n]) return true;
    }
    return false;
}

static void store(void *column, size_t at, mr_dtype dtype, mr_scalar value)
{
    switch (dtype) {
    case MR_BOOL: ((uint8_t *)column)[at] = (uint8_t)value.u64; break;
    case MR_I32: ((int32_t *)column)[at] = (int32_t)value.i64; break;
    case MR_U32: ((uint32_t *)column)[at] = (uint32_t)value.u64; break;
    case MR_I64: ((int64_t *)column)[at] = value.i64; break;
    case MR_U64: ((uint64_t *)column)[at] = value.u64; break;
    case MR_F32: ((float *)column)[at] = (float)value.f64; break;
    case MR_F64: ((double *)column)[at] = value.f64; break;
    case MR_DTYPE_NONE:
    case MR_DTYPE_COUNT: break;
    }
}

const char *mr_table_writer(const struct mr_table *t)
{
    return t->input.seekable ? "the file" : "what writes it";
}

mr_status mr_table_hint(const struct mr_table *t, const char *lead, const char *parameters,
                        const char *tail, mr_error *err, mr_status status)
{
    return t->is_stdin ? mr_error_hint(err, status, "%sread(\"-\", %s)%s", lead, parameters, tail)
                       : mr_error_hint(err, status, "%s%s%s", lead, parameters, tail);
}

static mr_status hint_none(const struct mr_table *t, mr_error *err, mr_status status)
{
    return mr_error_hint(err, status, "correct %s%s", mr_table_writer(t),
                         t->driver->names_columns ? ", or choose other columns" : "");
}

/* What reads the value that a column's dtype does not take; NULL: nothing. */
static const char *way_out(const struct mr_table *t, const struct table_column *column,
                           const char *text, size_t length, enum mr_number_status why)
{
    mr_scalar value;
    if (why == MR_NUMBER_INEXACT)
        return t->missing == MR_TABLE_MISSING_NAN
                   ? "read it with dtype=f64, which rounds"
                   : "read it with dtype=i64 or u64; dtype=f64 rounds";
    /* The first rows of a guessed bool are words, which no other dtype takes. */
    if (why == MR_NUMBER_MALFORMED || (column->dtype == MR_BOOL && column->is_guessed)) return NULL;
    if (why == MR_NUMBER_FRACTION || column->dtype == MR_BOOL) return "read it with dtype=f64";
    if (!column->is_guessed && mr_parse_number(text, length, MR_I64, &value) == MR_NUMBER_OK)
        return "read it with dtype=i64";
    if (mr_parse_number(text, length, MR_U64, &value) == MR_NUMBER_OK)
        return "read it with dtype=u64, or f64, which rounds";
    if (mr_parse_number(text, length, MR_F64, &value) != MR_NUMBER_OK) return NULL;
    return column->is_guessed || isfinite(value.f64) ? "read it with dtype=f64, which rounds"
                                                     : "read it with dtype=f64";
}

static mr_status bad_number(const struct mr_table *t, const struct text_place *place,
                            const char *text, size_t length, enum mr_number_status why,
                            mr_error *err)
{
    char shown[MR_SHOWN_BYTES], name[MR_SHOWN_BYTES], sample[64] = "";
    const struct table_column *column = &t->columns[place->column];
    const char *dtype = mr_dtype_name(column->dtype);
    mr_show_text(shown, text, length);
    mr_show_text(name, column->name, strlen(column->name));
    if (column->is_guessed && t->sampled_rows && why != MR_NUMBER_MALFORMED)
        (void)snprintf(sample, sizeof sample, ", which the first %zu rows suggest",
                       t->sampled_rows);
#define PLACE "%s:%" PRId64 ":%zu: column '%s': "
#define PLACE_VALUES t->input.name, place->line, place->byte, name
    mr_status st;
    if (mr_is_missing(text, length)) {
        if (length == 0)
            st = mr_fail(err, MR_E_FORMAT, PLACE "the field is empty", PLACE_VALUES);
        else
            st = mr_fail(err, MR_E_FORMAT, PLACE "'%s' is a missing value", PLACE_VALUES, shown);
        return mr_table_hint(t, "read it with ", "missing=nan",
                             ", or missing=skip to leave out its row", err, st);
    }
    if (why == MR_NUMBER_INEXACT)
        st = mr_fail(err, MR_E_FORMAT, PLACE "'%s' is an integer that f64 cannot hold exactly",
                     PLACE_VALUES, shown);
    else if (why == MR_NUMBER_FRACTION)
        st = mr_fail(err, MR_E_FORMAT, PLACE "'%s' is no integer, but the column is %s%s",
                     PLACE_VALUES, shown, dtype, sample);
    else if (why == MR_NUMBER_OUT_OF_RANGE)
        st = mr_fail(err, MR_E_FORMAT, PLACE "'%s' does not fit %s%s", PLACE_VALUES, shown, dtype,
                     sample);
    else
        st = mr_fail(err, MR_E_FORMAT, PLACE "'%s' is not a number (%s)", PLACE_VALUES, shown,
                     dtype);
    if (why == MR_NUMBER_MALFORMED && memchr(text, ',', length))
        return mr_error_hint(err, st, "numbers have a decimal point: convert them, as by tr , .");
    if (why == MR_NUMBER_MALFORMED && (memchr(text, ';', length) || memchr(text, '\t', length)))
        return mr_error_hint(err, st, "if that are two fields, say separator=");
    const char *way = way_out(t, column, text, length, why);
    return way ? mr_error_hint(err, st, "%s", way) : hint_none(t, err, st);
#undef PLACE
#undef PLACE_VALUES
}

/* No number of the column's dtype: one with blanks around it in quotes, a missing value, or an
 * error. */
static mr_status put_other(struct mr_table *t, const struct text_place *place, const char *text,
                           size_t length, enum mr_number_status why, void *const columns[],
                           size_t at, mr_error *err)
{
    mr_dtype dtype = t->columns[place->column].dtype;
    const char *end = text + length;
    while (text < end && *text == ' ') text++;
    while (text < end && end[-1] == ' ') end--;
    if ((size_t)(end - text) < length)
        return mr_table_put_number(t, place, text, (size_t)(end - text), columns, at, err);
    if (t->missing == MR_TABLE_MISSING_ERROR || !mr_is_missing(text, length))
        return bad_number(t, place, text, length, why, err);
    if (t->missing == MR_TABLE_MISSING_SKIP)
        t->skips_row = true;
    else if (dtype == MR_F32)
        ((float *)columns[place->column])[at] = NAN;
    else
        ((double *)columns[place->column])[at] = (double)NAN;
    return MR_OK;
}

/* Whether the row is left out is all that is asked of a column that nobody reads. */
static void pass_over(struct mr_table *t, const char *text, size_t length)
{
    const char *end = text + length;
    if (t->missing != MR_TABLE_MISSING_SKIP) return;
    while (text < end && *text == ' ') text++;
    while (text < end && end[-1] == ' ') end--;
    t->skips_row = t->skips_row || mr_is_missing(text, (size_t)(end - text));
}

mr_status mr_table_put_number(struct mr_table *t, const struct text_place *place, const char *text,
                              size_t length, void *const columns[], size_t at, mr_error *err)
{
    mr_scalar value;
    const struct table_column *column = &t->columns[place->column];
    if (!columns[place->column]) {
        pass_over(t, text, length);
        return MR_OK;
    }
    enum mr_number_status why = mr_parse_number(text, length, column->dtype, &value);
    /* Below 2^53 every integer is a double. */
    if (!why && column->is_guessed && column->dtype == MR_F64 && !(fabs(value.f64) < 0x1p53))
        why = mr_check_exact(text, length, value.f64);
    if (why) return put_other(t, place, text, length, why, columns, at, err);
    store(columns[place->column], at, column->dtype, value);
    return MR_OK;
}
