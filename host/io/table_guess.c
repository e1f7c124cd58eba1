/* dtypes of columns by the texts of the first rows. */
#include <string.h>

#include "base/error.h"
#include "io/table_driver.h"

/* An integer that is written as one: digits behind a sign, or 0x. "-0" may be meant for a float. */
static bool is_integer_text(const char *text, size_t length)
{
    size_t k = length && (text[0] == '-' || text[0] == '+');
    bool zero = true;
    if (length - k > 2 && text[k] == '0' && (text[k + 1] | 0x20) == 'x') return true;
    if (k == length) return false;
    for (size_t n = k; n < length; n++) {
        if (text[n] < '0' || text[n] > '9') return false;
        zero = zero && text[n] == '0';
    }
    return !(zero && text[0] == '-');
}

enum mr_number_status mr_check_exact(const char *text, size_t length, double value)
{
    mr_scalar magnitude;
    bool is_signed = length && (text[0] == '-' || text[0] == '+');
    if (!is_integer_text(text, length)) return MR_NUMBER_OK;
    double size = value < 0 ? -value : value;
    if (mr_parse_number(text + is_signed, length - is_signed, MR_U64, &magnitude) ||
        !(size < 0x1p64) || (uint64_t)size != magnitude.u64)
        return MR_NUMBER_INEXACT;
    return MR_NUMBER_OK;
}

void mr_guess_add(struct mr_guess *g, const char *text, size_t length)
{
    mr_scalar value;
    for (; length && *text == ' '; length--) text++;
    while (length && text[length - 1] == ' ') length--;
    if (mr_is_missing(text, length)) return;
    bool is_integer = is_integer_text(text, length);
    bool is_word =
        !is_integer && !mr_parse_number(text, length, MR_BOOL, &value) && (text[0] | 0x20) >= 'a';
    g->seen = true;
    g->no_bool = g->no_bool || !is_word;
    g->no_i64 =
        g->no_i64 || !is_integer || (length > 18 && mr_parse_number(text, length, MR_I64, &value));
    g->no_u64 = g->no_u64 || !is_integer || text[0] == '-' ||
                (length > 18 && mr_parse_number(text, length, MR_U64, &value));
}

static mr_dtype guessed(const struct mr_guess *g)
{
    if (!g->seen) return MR_F64;
    return !g->no_bool ? MR_BOOL : !g->no_i64 ? MR_I64 : !g->no_u64 ? MR_U64 : MR_F64;
}

bool mr_table_samples(const struct mr_table *t, const struct mr_table_format *format)
{
    return t->input.seekable && !format->has_dtype && !format->in_order &&
           t->missing != MR_TABLE_MISSING_NAN;
}

mr_status mr_table_set_dtypes(struct mr_table *t, const struct mr_table_format *format,
                              const struct mr_guess guesses[], mr_error *err)
{
    if (format->dtypes && format->dtype_count != t->column_count) {
        mr_status st = mr_fail(err, MR_E_VALUE, "%s: %zu dtypes for %zu columns", t->input.name,
                               format->dtype_count, t->column_count);
        return mr_error_hint(err, st, "give one for each column, in their order, or one for all");
    }
    for (size_t k = 0; k < t->column_count; k++) {
        struct table_column *column = &t->columns[k];
        column->is_guessed = !format->has_dtype;
        column->dtype = format->dtypes      ? format->dtypes[k]
                        : format->has_dtype ? format->dtype
                        : guesses           ? guessed(&guesses[k])
                                            : MR_F64;
        if (t->missing == MR_TABLE_MISSING_NAN && column->dtype != MR_F64 &&
            column->dtype != MR_F32) {
            mr_status st = mr_fail(err, MR_E_TYPE, "%s: a missing value cannot be nan in %s",
                                   t->input.name, mr_dtype_name(column->dtype));
            return mr_error_hint(err, st, "read it with dtype=f64, or with missing=skip");
        }
    }
    if (guesses && t->sampled_rows)
        mr_table_note(t, "dtypes by %zu row%s", t->sampled_rows, t->sampled_rows == 1 ? "" : "s");
    return MR_OK;
}
