#include "ops/direction.h"

#include <stdio.h>

mr_status mr_direction_check(struct mr_seq *seq, size_t dim_at, mr_error *err)
{
    int64_t dim = mr_count_argument(&seq->args[dim_at]);
    seq->kind = MR_KIND_FUSED;
    seq->access = MR_ANYWHERE;
    /* A column is a draw of its own, and draws have positions below 2^64. */
    uint64_t most = UINT64_MAX / (uint64_t)dim + (dim == 4 || dim == 8);
    seq->length = dim <= 2 ? MR_LENGTH_WITHOUT_END : mr_length_known((int64_t)most);
    for (int64_t k = 0; k < dim; k++) {
        char name[MR_NAME_BYTES];
        (void)snprintf(name, sizeof name, dim > 1 ? "x%d" : "x", (int)k);
        MR_TRY(mr_op_add_column(seq, name, MR_F64, err));
    }
    return MR_OK;
}

void mr_direction_draws(struct mr_lowering *l, const struct mr_seq *seq,
                        enum mr_library_fn function, size_t seed_at, ir_value position,
                        ir_value *columns)
{
    struct ir_body *b = l->body;
    ir_value first =
        mr_ir_binary(b, IR_MUL, position, mr_ir_const_int(b, MR_I64, (int64_t)seq->column_count));
    for (size_t k = 0; k < seq->column_count; k++) {
        ir_value at = mr_ir_binary(b, IR_ADD, first, mr_ir_const_int(b, MR_I64, (int64_t)k));
        columns[k] = mr_draw(l, seq, function, MR_F64, seed_at, at);
    }
}

void mr_direction_divide(struct mr_lowering *l, const struct mr_seq *seq, ir_value divisor,
                         ir_value *columns)
{
    struct ir_body *b = l->body;
    ir_value is_zero = mr_ir_binary(b, IR_EQ, divisor, mr_ir_const_int(b, MR_F64, 0));
    for (size_t k = 0; k < seq->column_count; k++)
        columns[k] = mr_ir_ternary(b, IR_SELECT, is_zero, mr_ir_const_int(b, MR_F64, k == 0),
                                   mr_ir_binary(b, IR_DIV, columns[k], divisor));
}
