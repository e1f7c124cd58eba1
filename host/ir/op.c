#include "ir/op.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct mr_op *mr_op_find(const char *name, bool first)
{
    for (size_t k = 0; k < mr_ops_count; k++) {
        const struct mr_op *op = mr_ops[k];
        if (op->is_internal || (op->role == MR_SOURCE) != first) continue;
        if (strcmp(op->name, name) == 0) return op;
    }
    return NULL;
}

mr_status mr_op_fail(const struct mr_seq *seq, const struct mr_argument *argument, mr_error *err,
                     mr_status status, const char *format, ...)
{
    if (!err) return status;
    char message[sizeof err->message];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(message, sizeof message, format, list);
    va_end(list);
    mr_fail(err, status, "%s: %s", seq->op->name, message);
    bool is_written = argument && argument->span.column;
    mr_error_at(err, status, seq->op->name, is_written ? argument->span : seq->span);
    return mr_error_quote(err, status, seq->written ? seq->written->text : NULL);
}

mr_status mr_op_blame(const struct mr_seq *seq, mr_status status, mr_error *err)
{
    mr_error_at(err, status, seq->op->name, seq->span);
    return mr_error_quote(err, status, seq->written ? seq->written->text : NULL);
}

/* Claims on, in the order in which unclaim() walks. */
static mr_status claim(const struct mr_seq *seq, size_t *count, mr_error *err)
{
    for (size_t k = 0; k < seq->input_count; k++) MR_TRY(claim(seq->inputs[k], count, err));
    if (!seq->op->feed || !seq->op->feed->claim) return MR_OK;
    MR_TRY(seq->op->feed->claim(seq, err));
    ++*count;
    return MR_OK;
}

mr_status mr_seq_claim(const struct mr_seq *seq, size_t *count, mr_error *err)
{
    *count = 0;
    mr_status st = claim(seq, count, err);
    if (st != MR_OK) mr_seq_unclaim(seq, count);
    return st;
}

void mr_seq_unclaim(const struct mr_seq *seq, size_t *count)
{
    if (!seq || *count == 0) return;
    for (size_t k = 0; k < seq->input_count; k++) mr_seq_unclaim(seq->inputs[k], count);
    if (*count == 0 || !seq->op->feed || !seq->op->feed->unclaim) return;
    seq->op->feed->unclaim(seq);
    --*count;
}

const char *mr_param_choice(const struct mr_param *param, int choice, size_t *length)
{
    const char *word = param->choices;
    while (choice-- > 0) word = strchr(word, '|') + 1;
    *length = strcspn(word, "|");
    return word;
}

size_t mr_list_length(const struct mr_argument *list)
{
    return list->expr ? list->expr->arg_count : 0;
}

struct mr_number mr_list_number(const struct mr_argument *list, size_t n)
{
    struct mr_number number = {.is_real = false};
    (void)mr_constant_expr(list->expr->args[n], "", &number, NULL);
    return number;
}

void mr_op_like_input(struct mr_seq *seq)
{
    const struct mr_seq *input = seq->inputs[0];
    memcpy(seq->columns, input->columns, sizeof seq->columns);
    seq->column_count = input->column_count;
    seq->length = input->length;
    seq->access = input->access;
    seq->is_live = input->is_live;
}

mr_status mr_op_add_column(struct mr_seq *seq, const char *name, mr_dtype dtype, mr_error *err)
{
    char shown[MR_SHOWN_BYTES];
    mr_status bad = mr_name_check(err, seq->op->name, name);
    if (bad) return mr_error_at(err, bad, seq->op->name, seq->span);
    if (mr_seq_column(seq, name) >= 0) {
        mr_status st = mr_op_fail(seq, NULL, err, MR_E_NAME, "two columns are named '%s'",
                                  mr_show_text(shown, name, strlen(name)));
        return mr_error_hint(err, st, "give each its own name");
    }
    if (seq->column_count == MR_MAX_COLUMNS) {
        mr_status st =
            mr_op_fail(seq, NULL, err, MR_E_LIMIT, "more than %d columns", MR_MAX_COLUMNS);
        return mr_error_hint(err, st, "leave out what later stages do not need");
    }
    struct mr_column *column = &seq->columns[seq->column_count++];
    (void)snprintf(column->name, sizeof column->name, "%s", name);
    column->dtype = dtype;
    return MR_OK;
}
