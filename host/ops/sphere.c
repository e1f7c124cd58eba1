#include "ops/direction.h"

enum { DIM, SEED, STREAM };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_direction_check(seq, DIM, err);
}

/* Normal columns have no preferred direction (Muller 1959, A note on a method for generating points
 * uniformly on n-dimensional spheres). */
static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    struct ir_body *b = l->body;
    mr_direction_draws(l, seq, MR_FN_NORMAL_F64, SEED, position, columns);
    ir_value sum = mr_ir_binary(b, IR_MUL, columns[0], columns[0]);
    for (size_t k = 1; k < seq->column_count; k++)
        sum = mr_ir_binary(b, IR_ADD, sum, mr_ir_binary(b, IR_MUL, columns[k], columns[k]));
    mr_direction_divide(l, seq, mr_ir_unary(b, IR_SQRT, sum), columns);
    return MR_OK;
}

/* The known answers are the first numbers of normal(), divided by their length in 50 digits. */
const struct mr_op mr_op_sphere = {
    .name = "sphere",
    .brief = "random points on the unit sphere, 2^64 / dim of them",
    .example = "sphere(3, seed=7) | take(4)",
    .role = MR_SOURCE,
    .params = {{"dim", MR_PARAM_COUNT, .fallback = "3", .range = MR_WITHIN(1, MR_MAX_COLUMNS),
                .brief = "columns of a point"},
               MR_DRAW_PARAMS},
    .check = check,
    .lower = lower,
    .known = {{"sphere(3) | map(round(x2 * 1e9)) | take(3)", "939759071.0 967962936.0 488076276.0"},
              {"sphere(1) | take(4)", "-1.0 -1.0 1.0 1.0"},
              {"sphere() | take(0)", ""}},
};
