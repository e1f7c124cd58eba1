#include "ops/caller_source.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

mr_status mr_caller_source_create(struct mr_seq **out, const struct mr_op *op, void *context,
                                  mr_error *err)
{
    struct mr_seq *seq = mr_alloc(1, sizeof *seq);
    *out = seq;
    if (!seq) {
        op->free_context(context);
        return mr_fail_no_memory(err, "a sequence");
    }
    atomic_init(&seq->references, 1);
    seq->op = op;
    seq->context = context;
    seq->stage_count = 1;
    return MR_OK;
}

mr_status mr_caller_source_column(struct mr_seq *seq, const char *name, size_t at, size_t count,
                                  mr_dtype dtype, mr_error *err)
{
    char numbered[MR_NAME_BYTES];
    (void)snprintf(numbered, sizeof numbered, count > 1 ? "x%zu" : "x", at);
    if (mr_dtype_size(dtype) == 0) {
        mr_status st =
            mr_op_fail(seq, NULL, err, MR_E_VALUE, "column %zu: %d is no dtype", at, (int)dtype);
        return mr_error_hint(err, st, "give one for each column: MR_I64, MR_F64, ...");
    }
    return mr_op_add_column(seq, name ? name : numbered, dtype, err);
}

static mr_status check_column(const struct mr_seq *seq, const struct mr_memory_source *memory,
                              size_t at, mr_error *err)
{
    const void *data = memory->is_device ? memory->buffers[at] : memory->data[at];
    size_t size = mr_dtype_size(memory->dtypes[at]);
    if (!data && (memory->count || memory->is_device))
        return mr_op_fail(seq, NULL, err, MR_E_VALUE, "column %zu is NULL", at);
    if (memory->count > PTRDIFF_MAX / size)
        return mr_op_fail(seq, NULL, err, MR_E_VALUE, "count=%zu is more than memory can hold",
                          memory->count);
    if (memory->is_device || (uintptr_t)data % size == 0) return MR_OK;
    return mr_op_fail(seq, NULL, err, MR_E_VALUE,
                      "column %zu is not aligned to its %zu-byte elements", at, size);
}

static mr_status describe(struct mr_seq *seq, const struct mr_memory_source *memory, mr_error *err)
{
    for (size_t k = 0; k < memory->column_count; k++) {
        MR_TRY(mr_caller_source_column(seq, memory->names[k], k, memory->column_count,
                                       memory->dtypes[k], err));
        MR_TRY(check_column(seq, memory, k, err));
    }
    seq->kind = MR_KIND_FUSED;
    seq->access = MR_ANYWHERE;
    seq->length = mr_length_known((int64_t)memory->count);
    return MR_OK;
}

mr_status mr_memory_sequence(struct mr_seq **out, const struct mr_op *op,
                             const struct mr_memory_source *memory, mr_error *err)
{
    struct mr_seq *seq;
    struct mr_memory_source *copy = mr_alloc(1, sizeof *copy);
    if (!copy) return mr_fail_no_memory(err, "a sequence");
    MR_TRY(mr_caller_source_create(&seq, op, copy, err));
    mr_status st = describe(seq, memory, err);
    if (st != MR_OK) {
        mr_seq_unref(&seq); /* without what releases: the memory stays the caller's */
        return st;
    }
    *copy = *memory;
    memset(copy->names, 0, sizeof copy->names); /* the columns have them */
    *out = seq;
    return MR_OK;
}

void mr_memory_free(void *memory)
{
    struct mr_memory_source *m = memory;
    for (size_t k = 0; k < m->column_count; k++)
        if (m->releases[k]) m->releases[k](m->owners[k]);
    mr_free(m);
}

mr_status mr_memory_lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                          ir_value *columns, mr_error *err)
{
    return l->memory(l, seq, position, columns, err);
}
