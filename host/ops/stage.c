#include "ops/stage.h"

#include "io/number.h"

int64_t mr_count_argument(const struct mr_argument *argument)
{
    mr_scalar value;
    return mr_number_as(&argument->number, MR_I64, &value) ? value.i64 : INT64_MAX;
}

const char *mr_number_text(const struct mr_argument *argument, char out[MR_NUMBER_TEXT])
{
    const struct mr_number *n = &argument->number;
    mr_dtype dtype = n->is_real ? MR_F64 : n->is_negative ? MR_I64 : MR_U64;
    (void)mr_format_number(out, dtype, &n->value);
    return out;
}

struct mr_length mr_length_argument(const struct mr_argument *argument)
{
    if (argument->is_endless) return MR_LENGTH_WITHOUT_END;
    return mr_length_known(mr_count_argument(argument));
}

struct mr_scope mr_stage_scope(const struct mr_seq *seq, const ir_value *values, ir_value position)
{
    const struct mr_seq *input = seq->inputs[0];
    return (struct mr_scope){.owner = seq,
                             .columns = input->columns,
                             .column_count = input->column_count,
                             .values = values,
                             .position = position,
                             .has_neighbours = true};
}

static ir_value differs(struct ir_body *b, ir_value x, ir_value y)
{
    ir_value unequal = mr_ir_binary(b, IR_NE, x, y);
    if (!mr_dtype_is_float(mr_ir_dtype(b, x))) return unequal;
    ir_value nans =
        mr_ir_binary(b, IR_AND, mr_ir_unary(b, IR_ISNAN, x), mr_ir_unary(b, IR_ISNAN, y));
    return mr_ir_binary(b, IR_AND, unequal, mr_ir_unary(b, IR_NOT, nans));
}

ir_value mr_lower_differs(struct ir_body *b, const ir_value x[], const ir_value y[], size_t count)
{
    ir_value any = differs(b, x[0], y[0]);
    for (size_t c = 1; c < count; c++) any = mr_ir_binary(b, IR_OR, any, differs(b, x[c], y[c]));
    return any;
}

void mr_stage_in_order(struct mr_seq *seq, enum mr_kind kind)
{
    mr_op_like_input(seq);
    seq->kind = kind;
    seq->access = MR_FROM_START;
}

mr_status mr_predicate_check(struct mr_seq *seq, enum mr_kind kind, mr_error *err)
{
    mr_dtype dtype;
    struct mr_scope scope = mr_stage_scope(seq, NULL, 0);
    MR_TRY(mr_type_expr(&scope, seq->args[0].expr, &dtype, err));
    mr_stage_in_order(seq, kind);
    seq->length = mr_length_some(seq->length);
    return MR_OK;
}

mr_status mr_predicate_lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                             ir_value *columns, mr_error *err)
{
    ir_value keep;
    MR_TRY(mr_lower_input(l, seq, position, columns, err));
    struct mr_scope scope = mr_stage_scope(seq, columns, position);
    MR_TRY(mr_lower_expr(l, &scope, seq->args[0].expr, &keep, err));
    mr_dtype dtype = mr_ir_dtype(l->body, keep);
    if (dtype != MR_BOOL)
        keep = mr_ir_binary(l->body, IR_NE, keep, mr_ir_const_int(l->body, dtype, 0));
    l->keep = keep;
    return MR_OK;
}

mr_status mr_source_check(struct mr_seq *seq, mr_dtype dtype, struct mr_length length,
                          mr_error *err)
{
    seq->kind = MR_KIND_FUSED;
    seq->access = MR_ANYWHERE;
    seq->length = length;
    return mr_op_add_column(seq, "x", dtype, err);
}

enum mr_aggregate mr_aggregate_argument(const struct mr_seq *seq, size_t at)
{
    size_t length;
    const char *name = mr_param_choice(&seq->op->params[at], seq->args[at].choice, &length);
    return mr_aggregate_named(name, length, false);
}

mr_status mr_reduce_check(struct mr_seq *seq, enum mr_aggregate aggregate, mr_error *err)
{
    (void)err;
    mr_stage_in_order(seq, mr_aggregate_of(aggregate)->kind);
    seq->aggregate = aggregate;
    seq->settings.extent = INT64_MAX;
    seq->length = mr_length_known(1);
    for (size_t k = 0; k < seq->column_count; k++) {
        mr_dtype dtype = seq->columns[k].dtype;
        bool is_kept = seq->settings.is_narrow && dtype == MR_F32;
        seq->columns[k].dtype = is_kept ? MR_F32 : mr_aggregate_dtype(aggregate, dtype);
    }
    return MR_OK;
}

mr_status mr_sum_check(struct mr_seq *seq, enum mr_aggregate tree, enum mr_aggregate exact,
                       mr_error *err)
{
    enum { TREE, EXACT, NARROW };
    int mode = seq->args[0].choice;
    seq->settings.is_narrow = mode == NARROW;
    return mr_reduce_check(seq, mode == EXACT ? exact : tree, err);
}
