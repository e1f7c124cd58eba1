#include "ir/expr.h"

#include <string.h>

#include "base/memory.h"
#include "ir/function.h"

const char *mr_operator_spelling(enum mr_operator op)
{
    static const char *const spellings[MR_OPERATOR_COUNT] = {
#define OPERATOR_SPELLING(constant, spelling, precedence, operands) [constant] = spelling,
        MR_OPERATOR_TABLE(OPERATOR_SPELLING)
#undef OPERATOR_SPELLING
    };
    return spellings[op];
}

struct mr_expr *mr_expr_create(enum mr_expr_kind kind, struct mr_span span, const char *name,
                               size_t name_length, struct mr_expr **args, size_t arg_count)
{
    struct mr_expr *expr = mr_alloc(1, sizeof *expr);
    char *copy = name ? mr_text_copy(name, name_length) : NULL;
    if (!expr || (name && !copy)) {
        for (size_t k = 0; k < arg_count; k++) mr_expr_destroy(&args[k]);
        mr_free(args);
        mr_free(copy);
        mr_free(expr);
        return NULL;
    }
    *expr = (struct mr_expr){
        .kind = kind, .span = span, .name = copy, .args = args, .arg_count = arg_count};
    return expr;
}

struct mr_expr *mr_expr_copy(const struct mr_expr *expr)
{
    struct mr_expr **args = NULL;
    if (expr->arg_count) {
        args = mr_alloc(expr->arg_count, sizeof *args);
        if (!args) return NULL;
    }
    bool whole = true;
    for (size_t k = 0; k < expr->arg_count; k++) {
        args[k] = mr_expr_copy(expr->args[k]);
        whole = whole && args[k];
    }
    struct mr_expr *copy =
        mr_expr_create(expr->kind, expr->span, expr->name, expr->name ? strlen(expr->name) : 0,
                       args, expr->arg_count);
    if (!copy) return NULL;
    copy->op = expr->op;
    copy->is_quoted = expr->is_quoted;
    copy->is_hex = expr->is_hex;
    copy->is_enclosed = expr->is_enclosed;
    copy->looks_like_power = expr->looks_like_power;
    copy->looks_like_mask = expr->looks_like_mask;
    copy->integer = expr->integer;
    copy->real = expr->real;
    if (expr->constant_name) {
        copy->constant_name = mr_text_copy(expr->constant_name, strlen(expr->constant_name));
        whole = whole && copy->constant_name;
    }
    if (!whole) mr_expr_destroy(&copy);
    return copy;
}

void mr_expr_destroy(struct mr_expr **expr)
{
    if (!expr || !*expr) return;
    for (size_t k = 0; k < (*expr)->arg_count; k++) mr_expr_destroy(&(*expr)->args[k]);
    mr_free((*expr)->args);
    mr_free((*expr)->name);
    mr_free((*expr)->constant_name);
    mr_free(*expr);
    *expr = NULL;
}

size_t mr_expr_size(const struct mr_expr *expr)
{
    size_t size = 1;
    for (size_t k = 0; k < expr->arg_count; k++) size += mr_expr_size(expr->args[k]);
    return size;
}

bool mr_expr_uses_index(const struct mr_expr *expr)
{
    if (expr->kind == MR_EXPR_NAME) return !expr->is_quoted && strcmp(expr->name, "i") == 0;
    bool is_call = expr->kind == MR_EXPR_CALL && expr->name; /* or a list */
    const struct mr_function *f = is_call ? mr_function_find(expr->name) : NULL;
    if (f && mr_function_uses_index(f)) return true;
    for (size_t k = 0; k < expr->arg_count; k++)
        if (mr_expr_uses_index(expr->args[k])) return true;
    return false;
}
