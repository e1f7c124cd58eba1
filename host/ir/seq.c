#include "ir/seq.h"

#include <string.h>

#include <millrace/sequence.h>

#include "base/memory.h"
#include "ir/op.h"

struct mr_seq *mr_seq_ref(struct mr_seq *seq)
{
    atomic_fetch_add_explicit(&seq->references, 1, memory_order_relaxed);
    return seq;
}

struct mr_written *mr_written_create(const char *text)
{
    size_t length = strlen(text);
    struct mr_written *written = mr_alloc(1, sizeof *written + length + 1);
    if (!written) return NULL;
    atomic_init(&written->references, 1);
    memcpy(written->text, text, length + 1);
    return written;
}

struct mr_written *mr_written_ref(struct mr_written *written)
{
    if (written) atomic_fetch_add_explicit(&written->references, 1, memory_order_relaxed);
    return written;
}

void mr_written_unref(struct mr_written **written)
{
    struct mr_written *dead = *written;
    *written = NULL;
    if (!dead) return;
    if (atomic_fetch_sub_explicit(&dead->references, 1, memory_order_acq_rel) == 1) mr_free(dead);
}

/* Expressions of the element lie in seq->exprs; constants belong to their argument. */
static void free_arguments(struct mr_seq *seq)
{
    for (size_t k = 0; k < MR_MAX_PARAMS; k++) {
        struct mr_expr *expr = (struct mr_expr *)seq->args[k].expr;
        for (size_t n = 0; n < seq->expr_count; n++)
            if (seq->exprs[n] == expr) expr = NULL;
        mr_expr_destroy(&expr);
    }
    for (size_t n = 0; n < seq->expr_count; n++) mr_expr_destroy(&seq->exprs[n]);
    mr_free(seq->exprs);
    mr_free(seq->expr_labels);
    mr_free(seq->text);
    mr_free(seq->note);
}

void mr_seq_unref(struct mr_seq **seq)
{
    struct mr_seq *dead = seq ? *seq : NULL;
    if (!dead) return;
    *seq = NULL;
    if (atomic_fetch_sub_explicit(&dead->references, 1, memory_order_acq_rel) != 1) return;
    if (dead->context && dead->op->free_context) dead->op->free_context(dead->context);
    free_arguments(dead);
    /* As deep as MR_MAX_STAGES at most. */
    for (size_t k = 0; k < dead->input_count; k++) mr_seq_unref(&dead->inputs[k]);
    mr_written_unref(&dead->written);
    mr_free(dead->inputs);
    mr_free(dead->input_labels);
    mr_free(dead);
}

mr_seq *mr_seq_retain(const mr_seq *seq)
{
    return seq ? mr_seq_ref((struct mr_seq *)seq) : NULL;
}

void mr_seq_release(mr_seq **seq)
{
    mr_seq_unref(seq);
}

int mr_seq_column(const struct mr_seq *seq, const char *name)
{
    for (size_t k = 0; k < seq->column_count; k++)
        if (strcmp(seq->columns[k].name, name) == 0) return (int)k;
    return -1;
}

const struct mr_seq *mr_seq_not_seekable(const struct mr_seq *seq)
{
    if (seq->access != MR_FROM_START) return NULL;
    for (size_t k = 0; k < seq->input_count; k++) {
        const struct mr_seq *deeper = mr_seq_not_seekable(seq->inputs[k]);
        if (deeper) return deeper;
    }
    return seq;
}

const struct mr_seq *mr_seq_uncounted(const struct mr_seq *seq)
{
    for (size_t k = 0; k < seq->input_count; k++)
        if (seq->inputs[k]->length.kind == MR_LENGTH_UNKNOWN)
            return mr_seq_uncounted(seq->inputs[k]);
    return seq;
}

mr_length_kind mr_seq_length(const mr_seq *seq, int64_t *count)
{
    if (count) *count = seq ? seq->length.most : INT64_MAX;
    return seq ? seq->length.kind : MR_LENGTH_UNKNOWN;
}

size_t mr_seq_column_count(const mr_seq *seq)
{
    return seq ? seq->column_count : 0;
}

const char *mr_seq_column_name(const mr_seq *seq, size_t column)
{
    return column < mr_seq_column_count(seq) ? seq->columns[column].name : NULL;
}

mr_dtype mr_seq_column_dtype(const mr_seq *seq, size_t column)
{
    return column < mr_seq_column_count(seq) ? seq->columns[column].dtype : MR_DTYPE_NONE;
}
