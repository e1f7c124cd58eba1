#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "io/table_driver.h"

mr_status mr_table_add_column(struct mr_table *t, const char *name, mr_dtype dtype, size_t field,
                              bool alone, mr_error *err)
{
    char numbered[32], shown[MR_SHOWN_BYTES];
    if (!name || !*name) {
        (void)snprintf(numbered, sizeof numbered, "x%zu", field);
        name = alone ? "x" : numbered;
    }
    if (t->column_count == MR_TABLE_MAX_COLUMNS) {
        mr_status st = mr_fail(err, MR_E_LIMIT, "%s: has more than %d columns", t->input.name,
                               MR_TABLE_MAX_COLUMNS);
        return mr_error_hint(err, st, "choose up to %d of them by name or 0-based number",
                             MR_TABLE_MAX_COLUMNS);
    }
    MR_TRY(mr_name_check(err, t->input.name, name));
    for (size_t k = 0; k < t->column_count; k++) {
        if (strcmp(t->columns[k].name, name) != 0) continue;
        mr_status st =
            mr_fail(err, MR_E_NAME, "%s: columns %zu and %zu are both named '%s'", t->input.name,
                    t->columns[k].field, field, mr_show_text(shown, name, strlen(name)));
        return mr_error_hint(err, st, "choose one of them by its 0-based number");
    }
    char *copy = mr_text_copy(name, strlen(name));
    if (!copy) return mr_fail_no_memory(err, "a column's name");
    t->columns[t->column_count++] = (struct table_column){copy, dtype, field};
    return MR_OK;
}

static bool parse_index(const char *text, size_t count, size_t *field)
{
    mr_scalar value;
    size_t length = strlen(text);
    if (!length || strspn(text, "0123456789") != length) return false;
    if (mr_parse_number(text, length, MR_U64, &value) || value.u64 >= count) return false;
    *field = (size_t)value.u64;
    return true;
}

static mr_status unknown_column(const struct mr_table *t, const char *wanted,
                                const char *const *names, size_t count, mr_error *err)
{
    char shown[MR_SHOWN_BYTES];
    mr_status st = mr_fail(err, MR_E_NAME, "%s: column '%s' is none of its %zu columns",
                           t->input.name, mr_show_text(shown, wanted, strlen(wanted)), count);
    const char *nearest = names ? mr_nearest_name(wanted, names, count) : NULL;
    if (nearest) return mr_error_hint(err, st, "did you mean '%s'?", mr_show_name(shown, nearest));
    if (count == 0) return mr_error_hint(err, st, "leave the choice of columns out");
    return mr_error_hint(err, st, "use %s or a number from 0 to %zu",
                         names ? "a name of its header" : "x0, x1, ...", count - 1);
}

mr_status mr_table_find_field(const struct mr_table *t, const char *wanted,
                              const char *const *names, size_t count, size_t *field, mr_error *err)
{
    for (size_t k = 0; names && k < count; k++) {
        if (strcmp(names[k], wanted) != 0) continue;
        *field = k;
        for (size_t m = k + 1; m < count; m++) {
            if (strcmp(names[m], wanted) != 0) continue;
            char shown[MR_SHOWN_BYTES];
            mr_status st =
                mr_fail(err, MR_E_NAME, "%s: columns %zu and %zu are both named '%s'",
                        t->input.name, k, m, mr_show_text(shown, wanted, strlen(wanted)));
            return mr_error_hint(err, st, "choose one of them by its 0-based number");
        }
        return MR_OK;
    }
    if (!names && wanted[0] == 'x' && parse_index(wanted + 1, count, field)) return MR_OK;
    if (!names && count == 1 && strcmp(wanted, "x") == 0) {
        *field = 0;
        return MR_OK;
    }
    if (parse_index(wanted, count, field)) return MR_OK;
    return unknown_column(t, wanted, names, count, err);
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

static mr_status bad_number(const struct mr_table *t, struct text_place place, const char *text,
                            size_t length, enum mr_number_status why, mr_error *err)
{
    char shown[MR_SHOWN_BYTES], name[MR_SHOWN_BYTES];
    const struct table_column *column = &t->columns[place.column];
    const char *dtype = mr_dtype_name(column->dtype);
    mr_show_text(shown, text, length);
    mr_show_text(name, column->name, strlen(column->name));
#define PLACE "%s:%" PRId64 ":%zu: column '%s': "
#define PLACE_VALUES t->input.name, place.line, place.byte, name
    mr_status st;
    if (length == 0) {
        st = mr_fail(err, MR_E_FORMAT, PLACE "the field is empty", PLACE_VALUES);
        return mr_error_hint(err, st, "a missing value can be written nan");
    }
    if (why == MR_NUMBER_FRACTION) {
        st = mr_fail(err, MR_E_FORMAT, PLACE "'%s' is no integer, %s is asked for", PLACE_VALUES,
                     shown, dtype);
        return mr_error_hint(err, st, "read it with dtype=f64");
    }
    if (why == MR_NUMBER_OUT_OF_RANGE) {
        st = mr_fail(err, MR_E_FORMAT, PLACE "'%s' does not fit %s", PLACE_VALUES, shown, dtype);
        return mr_error_hint(err, st, "choose a wider dtype");
    }
    st = mr_fail(err, MR_E_FORMAT, PLACE "'%s' is not a number (%s)", PLACE_VALUES, shown, dtype);
    return mr_error_hint(err, st, "correct the file, or choose other columns");
#undef PLACE
#undef PLACE_VALUES
}

mr_status mr_table_put_number(const struct mr_table *t, struct text_place place, const char *text,
                              size_t length, void *const columns[], size_t at, mr_error *err)
{
    mr_scalar value;
    mr_dtype dtype = t->columns[place.column].dtype;
    enum mr_number_status why = mr_parse_number(text, length, dtype, &value);
    if (why) return bad_number(t, place, text, length, why, err);
    store(columns[place.column], at, dtype, value);
    return MR_OK;
}
