/* What a good description may not mean. */
#include <millrace/sequence.h>

#include "ir/op.h"

/* The `left`-th power-like node of a tree, counted down; NULL when there are fewer. */
static const struct mr_expr *find_power(const struct mr_expr *expr, size_t *left)
{
    /* Sums lean to the left, thousands deep. */
    for (; expr; expr = expr->arg_count ? expr->args[0] : NULL) {
        if (expr->looks_like_power && (*left)-- == 0) return expr;
        for (size_t k = 1; k < expr->arg_count; k++) {
            const struct mr_expr *found = find_power(expr->args[k], left);
            if (found) return found;
        }
    }
    return NULL;
}

/* Whose it is, in *owner. Inputs come first, as in the text. */
static const struct mr_expr *find_in(const struct mr_seq *seq, size_t *left,
                                     const struct mr_seq **owner)
{
    const struct mr_expr *found = NULL;
    for (size_t k = 0; k < seq->input_count && !found; k++)
        found = find_in(seq->inputs[k], left, owner);
    if (found) return found;
    *owner = seq;
    for (size_t k = 0; k < seq->expr_count && !found; k++) found = find_power(seq->exprs[k], left);
    for (size_t k = 0; k < MR_MAX_PARAMS && !found; k++) {
        bool is_shared = false; /* with seq->exprs */
        for (size_t n = 0; n < seq->expr_count; n++)
            is_shared = is_shared || seq->exprs[n] == seq->args[k].expr;
        if (!is_shared) found = find_power(seq->args[k].expr, left);
    }
    return found;
}

mr_status mr_seq_notice(mr_error *out, const mr_seq *seq, size_t index)
{
    const struct mr_seq *owner = NULL;
    size_t left = index;
    if (!out || !seq) return mr_fail_null(out, __func__, out ? "seq" : "out");
    const struct mr_expr *power = find_in(seq, &left, &owner);
    if (!power) return mr_fail(out, MR_E_VALUE, "there is no notice %zu", index);
    mr_fail(out, MR_OK, "%s: ^ is exclusive or, not a power", owner->op->name);
    mr_error_hint(
        out, MR_OK,
        "a power is pow(a, b), a square x*x; for exclusive or without this notice write "
        "the number as 0x%llx",
        (unsigned long long)power->args[power->args[1]->kind != MR_EXPR_INTEGER ? 0 : 1]->integer);
    mr_error_at(out, MR_OK, owner->op->name, power->span);
    return mr_error_quote(out, MR_OK, owner->written ? owner->written->text : NULL);
}
