#include "ops/recurring.h"

#include "ops/stage.h"

mr_status mr_recurring_check(struct mr_seq *seq, mr_dtype dtype, mr_error *err)
{
    MR_TRY(mr_source_check(seq, dtype, MR_LENGTH_WITHOUT_END, err));
    seq->kind = MR_KIND_RECUR;
    seq->access = MR_FROM_ANY;
    return MR_OK;
}

mr_status mr_recurring_check_dtype(const struct mr_seq *seq, size_t dtype, size_t modulus,
                                   uint64_t most, const char *way_out, mr_error *err)
{
    const struct mr_argument *argument = &seq->args[dtype];
    struct mr_number number = {.value.u64 = most};
    mr_scalar ignored;
    if (!mr_dtype_is_integer(argument->dtype)) {
        mr_status st = mr_op_fail(seq, argument, err, MR_E_TYPE, "dtype=%s is no integer",
                                  mr_dtype_name(argument->dtype));
        return mr_error_hint(err, st, "%s", way_out);
    }
    if (mr_number_as(&number, argument->dtype, &ignored)) return MR_OK;
    mr_status st =
        mr_op_fail(seq, argument, err, MR_E_TYPE, "dtype=%s does not hold all numbers below %s",
                   mr_dtype_name(argument->dtype), seq->op->params[modulus].name);
    return mr_error_hint(err, st, "use dtype=u64");
}

void mr_recurring_lower_words(struct mr_lowering *l, const struct mr_seq *seq, size_t bytes,
                              ir_value *columns)
{
    columns[0] = mr_ir_const_int(l->body, MR_U64, 0);
    columns[1] = mr_ir_words(l->body, seq->context, bytes / sizeof(uint64_t));
}
