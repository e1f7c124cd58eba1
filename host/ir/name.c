/* Names in expressions: columns, `x`, `i`, and numbers that have names. */
#include <stdio.h>
#include <string.h>

#include "ir/foreign.h"
#include "ir/function.h"
#include "ir/operand.h"

/* As it is written: in back quotes `i` would be a column. */
static const char *show_known(char out[MR_SHOWN_BYTES], const char *name, const char *position)
{
    return position && name == position ? position : mr_show_name(out, name);
}

/* Columns are known here, or there are none at all: a start, a distance. */
static mr_status fail_unknown(const struct mr_walk *w, const struct mr_expr *expr, bool has_columns)
{
    char shown[MR_SHOWN_BYTES];
    const char *name = mr_show_text(shown, expr->name, strlen(expr->name));
    if (has_columns) return mr_walk_fail(w, expr, MR_E_NAME, "unknown column '%s'", name);
    return mr_walk_fail(w, expr, MR_E_NAME, "'%s' is no number, and only numbers may stand here",
                        name);
}

static mr_status fail_name(const struct mr_walk *w, const struct mr_expr *expr)
{
    const char *known[MR_MAX_SCOPE + 2], *position = NULL;
    size_t count = 0;
    for (size_t k = 0; k < w->scope->column_count; k++) known[count++] = w->scope->columns[k].name;
    if (count > 0 && count == w->scope->variable_count + 1 && strcmp(known[count - 1], "x") != 0)
        known[count++] = "x";
    if (w->scope->position != IR_NONE) known[count++] = position = "i";
    char shown[MR_SHOWN_BYTES];
    mr_status st = fail_unknown(w, expr, count > 0);
    const char *nearest = mr_nearest_name(expr->name, known, count);
    if (nearest)
        return mr_error_hint(w->err, st, "did you mean '%s'?",
                             show_known(shown, nearest, position));
    if (mr_function_find(expr->name))
        return mr_error_hint(w->err, st, "%s is a function: %s(...)", expr->name, expr->name);
    const char *here = mr_foreign_name(expr->name);
    if (here) return mr_error_hint(w->err, st, "%s", here);
    char list[160] = "";
    size_t length = 0;
    for (size_t k = 0; k < count; k++) {
        const char *name = show_known(shown, known[k], position);
        if (length + strlen(name) + 3 > sizeof list) break;
        length +=
            (size_t)snprintf(list + length, sizeof list - length, "%s%s", k ? ", " : "", name);
    }
    if (count) return mr_error_hint(w->err, st, "there is: %s", list);
    return mr_error_hint(w->err, st, "write a number, or what is computed of numbers, as 2*pi");
}

/* Whether a name is that of column k: `x` is the only one's second name. */
static bool is_column(const struct mr_scope *s, size_t k, const char *name, bool is_quoted)
{
    bool is_only = s->column_count == s->variable_count + 1 && k == s->variable_count;
    if (is_only && !is_quoted && strcmp(name, "x") == 0) return true;
    return strcmp(name, s->columns[k].name) == 0;
}

mr_status mr_walk_check_name(const struct mr_walk *w, const struct mr_expr *expr)
{
    const struct mr_scope *s = w->scope;
    const char *meaning = expr->is_quoted ? NULL : mr_name_meaning(expr->name);
    for (size_t k = 0; meaning && k < s->column_count; k++) {
        if (strcmp(expr->name, s->columns[k].name) != 0) continue;
        mr_status st = mr_walk_fail(
            w, expr, MR_E_NAME, "'%s' is %s, and a column has this name too", expr->name, meaning);
        return mr_error_hint(w->err, st,
                             "write `%s` for the column; to use both, rename it: map(a: `%s`, ...)",
                             expr->name, expr->name);
    }
    return MR_OK;
}

mr_status mr_walk_check_constant(const struct mr_walk *w, const struct mr_expr *expr)
{
    const struct mr_scope *s = w->scope;
    const char *name = expr->constant_name;
    for (size_t k = 0; name && k < s->column_count; k++) {
        if (!is_column(s, k, name, false)) continue;
        mr_status st = mr_walk_fail(w, expr, MR_E_NAME,
                                    "'%s' is a constant, and a column has this name too", name);
        return mr_error_hint(w->err, st, "write `%s` for the column, or rename the constant",
                             s->columns[k].name);
    }
    return MR_OK;
}

bool mr_named_number(const char *name, double *out)
{
    static const struct {
        const char *name;
        double value;
    } numbers[] = {{"pi", 0x1.921fb54442d18p+1}, {"e", 0x1.5bf0a8b145769p+1}};
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
        *out = numbers[k].value;
        if (strcmp(name, numbers[k].name) == 0) return true;
    }
    return false;
}

mr_status mr_walk_name(struct mr_walk *w, const struct mr_expr *expr, struct mr_operand *out)
{
    const struct mr_scope *s = w->scope;
    MR_TRY(mr_walk_check_name(w, expr));
    if (s->position != IR_NONE && !expr->is_quoted && strcmp(expr->name, "i") == 0) {
        *out = mr_operand_computed(expr, MR_I64, s->position);
        return MR_OK;
    }
    for (size_t k = 0; k < s->column_count; k++) {
        if (!is_column(s, k, expr->name, expr->is_quoted)) continue;
        if (s->gives_way && s->gives_way[k])
            *out = mr_operand_constant(expr, MR_I64, (mr_scalar){.i64 = 1}, true);
        else
            *out = mr_operand_computed(expr, s->columns[k].dtype, s->values[k]);
        return MR_OK;
    }
    mr_scalar value;
    if (expr->is_quoted || !mr_named_number(expr->name, &value.f64)) return fail_name(w, expr);
    *out = mr_operand_constant(expr, MR_F64, value, true);
    return MR_OK;
}
