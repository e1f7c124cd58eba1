#include "ops/stage.h"

enum { SEED, STREAM, DTYPE };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    mr_dtype dtype = seq->args[DTYPE].dtype;
    if (!mr_dtype_is_float(dtype)) {
        mr_status st = mr_op_fail(seq, &seq->args[DTYPE], err, MR_E_TYPE, "dtype=%s is no float",
                                  mr_dtype_name(dtype));
        return mr_error_hint(err, st, "use f32 or f64; philox() gives random integers");
    }
    return mr_source_check(seq, dtype, MR_LENGTH_INFINITE, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    mr_dtype dtype = seq->columns[0].dtype;
    const ir_value args[] = {position, mr_lower_argument(l, &seq->args[SEED], MR_U64),
                             mr_lower_argument(l, &seq->args[STREAM], MR_U64)};
    columns[0] = mr_ir_call(l->body, dtype == MR_F32 ? MR_FN_UNIFORM_F32 : MR_FN_UNIFORM_F64, dtype,
                            args, 3);
    return MR_OK;
}

const struct mr_op mr_op_uniform = {
    .name = "uniform",
    .brief = "random floats in [0, 1) from Philox4x32-10, without end",
    .example = "uniform(42) | map(x < 0.5 ? 0 : 1) | take(8)",
    .role = MR_SOURCE,
    .params = {{"seed", MR_PARAM_SEED, .fallback = "0", .brief = "the key, 0 to 2^64-1"},
               {"stream", MR_PARAM_SEED, .fallback = "0",
                .brief = "one of 2^64 independent sequences of a seed"},
               {"dtype", MR_PARAM_DTYPE, .fallback = "f64",
                .brief = "f64: 53 bits of two words; f32: 24 bits of one"}},
    .check = check,
    .lower = lower,
    .known = {{"uniform() | take(2)", "0.8805201978886142 0.6054818538799213"},
              {"uniform(dtype=f32) | take(4)", "0.39904642 0.88052016 0.73571277 0.6054818"},
              {"uniform(20111115, dtype=f32) | skip(9999) | take(1)", "0.4552009"},
              {"uniform() | take(0)", ""}},
};
