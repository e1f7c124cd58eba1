#include "ir/aggregate.h"

#include <string.h>

enum mr_aggregate mr_aggregate_named(const char *name, size_t length, bool tells_wrap)
{
    for (enum mr_aggregate a = MR_NO_AGGREGATE + 1; a < MR_AGGREGATE_COUNT; a++) {
        const struct mr_aggregate_class *class = mr_aggregate_of(a);
        bool is_named = strlen(class->name) == length && !memcmp(class->name, name, length);
        if (is_named && class->tells_wrap == tells_wrap) return a;
    }
    return MR_NO_AGGREGATE;
}

bool mr_sums_beyond(enum mr_aggregate aggregate, mr_dtype dtype)
{
    return mr_aggregate_of(aggregate)->sums_beyond && mr_dtype_is_integer(dtype);
}

mr_dtype mr_wide_dtype(mr_dtype dtype)
{
    if (mr_dtype_is_float(dtype)) return MR_F64;
    return dtype == MR_U32 || dtype == MR_U64 ? MR_U64 : MR_I64;
}

mr_dtype mr_running_dtype(enum mr_aggregate aggregate, mr_dtype dtype)
{
    const struct mr_aggregate_class *class = mr_aggregate_of(aggregate);
    if (mr_fold_chooses(class->fold)) return dtype;
    if (class->finishing == MR_FINISHED_AS_MEAN) return dtype == MR_F32 ? MR_F32 : MR_F64;
    return mr_dtype_is_float(dtype) ? dtype : mr_wide_dtype(dtype);
}

mr_dtype mr_aggregate_dtype(enum mr_aggregate aggregate, mr_dtype dtype)
{
    return mr_aggregate_of(aggregate)->result(dtype);
}

ir_value mr_value_as_it_is(struct ir_body *b, ir_value x, const struct mr_settings *settings)
{
    (void)b;
    (void)settings;
    return x;
}

ir_value mr_value_wide(struct ir_body *b, ir_value x, const struct mr_settings *settings)
{
    (void)settings;
    return mr_ir_cast(b, mr_wide_dtype(mr_ir_dtype(b, x)), x);
}

ir_value mr_value_f64(struct ir_body *b, ir_value x, const struct mr_settings *settings)
{
    (void)settings;
    return mr_ir_cast(b, MR_F64, x);
}

/* Lanes of bytes are not compared. */
ir_value mr_value_ordered(struct ir_body *b, ir_value x, const struct mr_settings *settings)
{
    (void)settings;
    return mr_ir_dtype(b, x) == MR_BOOL ? mr_ir_cast(b, MR_U32, x) : x;
}

mr_dtype mr_result_as_it_is(mr_dtype column)
{
    return column;
}

mr_dtype mr_result_f64(mr_dtype column)
{
    (void)column;
    return MR_F64;
}

mr_dtype mr_result_i64(mr_dtype column)
{
    (void)column;
    return MR_I64;
}
