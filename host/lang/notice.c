/* What a good description may not mean. */
#include <millrace/sequence.h>

#include "ir/op.h"

/* The `left`-th node of a tree that may mean something else, counted down; NULL when there are
 * fewer. */
static const struct mr_expr *find_node(const struct mr_expr *expr, size_t *left)
{
    /* Sums lean to the left, thousands deep. */
    for (; expr; expr = expr->arg_count ? expr->args[0] : NULL) {
        if ((expr->looks_like_power || expr->looks_like_mask) && (*left)-- == 0) return expr;
        for (size_t k = 1; k < expr->arg_count; k++) {
            const struct mr_expr *found = find_node(expr->args[k], left);
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
    for (size_t k = 0; k < seq->expr_count && !found; k++) found = find_node(seq->exprs[k], left);
    for (size_t k = 0; k < MR_MAX_PARAMS && !found; k++) {
        bool is_shared = false; /* with seq->exprs */
        for (size_t n = 0; n < seq->expr_count; n++)
            is_shared = is_shared || seq->exprs[n] == seq->args[k].expr;
        if (!is_shared) found = find_node(seq->args[k].expr, left);
    }
    return found;
}

static mr_status note_power(mr_error *out, const char *op, const struct mr_expr *power)
{
    const struct mr_expr *number = power->args[power->args[1]->kind != MR_EXPR_INTEGER ? 0 : 1];
    mr_fail(out, MR_OK, "%s: ^ is exclusive or, not a power", op);
    return mr_error_hint(out, MR_OK,
                         "a power is pow(a, b), a square x*x; for exclusive or without this notice "
                         "write the number as 0x%llx",
                         (unsigned long long)number->integer);
}

static mr_status note_mask(mr_error *out, const char *op, const struct mr_expr *mask)
{
    const char *sign = mask->op == MR_OPERATOR_BIT_AND  ? "&"
                       : mask->op == MR_OPERATOR_BIT_OR ? "|"
                                                        : "^";
    mr_fail(out, MR_OK, "%s: as in C, and not as in Python, comparisons come before %s", op, sign);
    return mr_error_hint(out, MR_OK,
                         "write (a %s b) == c; where the truth is meant, a %s (b == c) is without "
                         "this notice",
                         sign, sign);
}

mr_status mr_seq_notice(mr_error *out, const mr_seq *seq, size_t index)
{
    const struct mr_seq *owner = NULL;
    size_t left = index;
    if (!out || !seq) return mr_fail_null(out, __func__, out ? "seq" : "out");
    const struct mr_expr *found = find_in(seq, &left, &owner);
    if (!found) return mr_fail(out, MR_E_VALUE, "there is no notice %zu", index);
    if (found->looks_like_power)
        note_power(out, owner->op->name, found);
    else
        note_mask(out, owner->op->name, found);
    mr_error_at(out, MR_OK, owner->op->name, found->span);
    return mr_error_quote(out, MR_OK, owner->written ? owner->written->text : NULL);
}
