#include "ops/direction.h"

enum { DIM, SEED, STREAM };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_direction_check(seq, DIM, err);
}

/* Exponential columns over their sum (Devroye 1986, Non-uniform random variate generation,
 * V.2.2). */
static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    mr_direction_draws(l, seq, MR_FN_EXPONENTIAL_F64, SEED, position, columns);
    ir_value sum = columns[0];
    for (size_t k = 1; k < seq->column_count; k++)
        sum = mr_ir_binary(l->body, IR_ADD, sum, columns[k]);
    mr_direction_divide(l, seq, sum, columns);
    return MR_OK;
}

/* The known answers are the first numbers of exponential(), divided by their sum in 50 digits. */
const struct mr_op mr_op_simplex = {
    .name = "simplex",
    .brief = "random shares of a whole, every division equally likely, 2^64 / dim of them",
    .example = "simplex(3, seed=7) | take(4)",
    .role = MR_SOURCE,
    .params = {{"dim", MR_PARAM_COUNT, .fallback = "3", .range = MR_WITHIN(1, MR_MAX_COLUMNS),
                .brief = "columns of a point"},
               MR_DRAW_PARAMS},
    .check = check,
    .lower = lower,
    .known = {{"simplex(3) | map(round(x2 * 1e9)) | take(3)",
               "617606596.0 227048535.0 174467610.0"},
              {"simplex(1) | take(2)", "1.0 1.0"},
              {"simplex() | take(0)", ""}},
};
