#include "ops/draw.h"

enum { P, SEED, STREAM };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_source_check(seq, MR_I64, MR_LENGTH_WITHOUT_END, err);
}

/* The first success comes in the trial in which an exponential waiting time of rate -log(1 - p)
 * ends (Devroye 1986, Non-uniform random variate generation, X.2.2). */
static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    struct ir_body *b = l->body;
    ir_value unit = mr_draw(l, seq, MR_FN_EXPONENTIAL_F64, MR_F64, SEED, position);
    ir_value failure = mr_ir_unary(b, IR_NEG, mr_lower_argument(l, &seq->args[P], MR_F64));
    ir_value rate = mr_ir_unary(b, IR_NEG, mr_ir_call(b, MR_FN_LOG1P, MR_F64, &failure, 1));
    ir_value trials = mr_ir_unary(b, IR_FLOOR, mr_ir_binary(b, IR_DIV, unit, rate));
    ir_value one = mr_ir_const_int(b, MR_F64, 1);
    columns[0] = mr_ir_cast(b, MR_I64, mr_ir_binary(b, IR_ADD, trials, one));
    return MR_OK;
}

const struct mr_op mr_op_geometric = {
    .name = "geometric",
    .brief = "the number of the first success in trials of probability p, without end",
    .example = "geometric(0.2, seed=7) | take(4)",
    .role = MR_SOURCE,
    /* 36.8 / p, the longest waiting time, must be an i64. */
    .params = {{"p", MR_PARAM_NUMBER, .range = MR_WITHIN(4e-18, 1),
                .brief = "the probability of success"},
               MR_DRAW_PARAMS},
    .check = check,
    .lower = lower,
    .known = {{"geometric(0.2) | take(10)", "1 3 5 15 6 6 4 4 2 1"},
              {"geometric(1) | take(3)", "1 1 1"},
              {"geometric(0.5) | take(0)", ""}},
};
