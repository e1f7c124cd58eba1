#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "io/table_driver.h"

static mr_status fail_twice(const struct mr_table *t, size_t field, const char *name, mr_error *err)
{
    char shown[MR_SHOWN_BYTES];
    mr_status st = mr_fail(err, MR_E_NAME, "%s: column %zu, '%s', is chosen twice", t->input.name,
                           field, mr_show_text(shown, name, strlen(name)));
    return mr_error_hint(err, st, "choose it once; map() makes several of it");
}

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
        if (t->columns[k].field == field) return fail_twice(t, field, name, err);
        mr_status st =
            mr_fail(err, MR_E_NAME, "%s: columns %zu and %zu are both named '%s'", t->input.name,
                    t->columns[k].field, field, mr_show_text(shown, name, strlen(name)));
        return mr_error_hint(err, st, "choose one of them by its 0-based number");
    }
    char *copy = mr_text_copy(name, strlen(name));
    if (!copy) return mr_fail_no_memory(err, "a column's name");
    t->columns[t->column_count++] =
        (struct table_column){.name = copy, .dtype = dtype, .field = field};
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
    return mr_error_hint(err, st, "use %s or a number from 0 to %zu without quotes",
                         names ? "a name of its header, in back quotes if it has blanks or signs,"
                               : "x0, x1, ...",
                         count - 1);
}

/* The name of field k: what the header says, else x and its number. */
static bool is_name_of(const char *wanted, const char *const *names, size_t k, size_t count)
{
    char numbered[32];
    if (names && names[k][0]) return strcmp(names[k], wanted) == 0;
    if (count == 1 && strcmp(wanted, "x") == 0) return true;
    (void)snprintf(numbered, sizeof numbered, "x%zu", k);
    return strcmp(numbered, wanted) == 0;
}

mr_status mr_table_find_field(const struct mr_table *t, const struct mr_table_format *format,
                              size_t k, const char *const *names, size_t count, size_t *field,
                              mr_error *err)
{
    const char *wanted = format->columns[k];
    char shown[MR_SHOWN_BYTES];
    size_t found = 0;
    if (mr_table_is_numbered(format, k))
        return parse_index(wanted, count, field) ? MR_OK
                                                 : unknown_column(t, wanted, names, count, err);
    for (size_t n = 0; n < count; n++) {
        if (!is_name_of(wanted, names, n, count)) continue;
        if (found++ == 0) {
            *field = n;
            continue;
        }
        mr_status st =
            mr_fail(err, MR_E_NAME, "%s: columns %zu and %zu are both named '%s'", t->input.name,
                    *field, n, mr_show_text(shown, wanted, strlen(wanted)));
        return mr_error_hint(err, st, "choose one of them by its 0-based number");
    }
    return found ? MR_OK : unknown_column(t, wanted, names, count, err);
}

void mr_table_note(struct mr_table *t, const char *format, ...)
{
    size_t used = strlen(t->note);
    va_list list;
    if (used) used += (size_t)snprintf(t->note + used, sizeof t->note - used, "; ");
    if (used >= sizeof t->note) return;
    va_start(list, format);
    (void)vsnprintf(t->note + used, sizeof t->note - used, format, list);
    va_end(list);
}
