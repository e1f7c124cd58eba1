#include <math.h>

#include "ops/draw.h"

enum { P, SEED, STREAM };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_source_check(seq, MR_BOOL, MR_LENGTH_WITHOUT_END, err);
}

/* uniform() < p in integers: of the 2^53 values of uniform, ceil(p 2^53) lie below p. */
static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    struct ir_body *b = l->body;
    mr_scalar below;
    (void)err;
    below.u64 = (uint64_t)ceil(mr_draw_number(seq, P) * 0x1p53);
    ir_value word = mr_draw(l, seq, MR_FN_PHILOX_PAIR, MR_U64, SEED, position);
    ir_value bits = mr_ir_binary(b, IR_SHR, word, mr_ir_const_int(b, MR_U64, 11));
    columns[0] = mr_ir_binary(b, IR_LT, bits, mr_ir_param(b, MR_U64, below, &seq->args[P]));
    return MR_OK;
}

/* The first eight numbers of uniform(): 0.88 0.61 0.90 0.95 0.04 0.46 0.69 0.06. */
const struct mr_op mr_op_bernoulli = {
    .name = "bernoulli",
    .brief = "true with probability p, without end",
    .example = "bernoulli(0.3, seed=7) | take(4)",
    .role = MR_SOURCE,
    .params = {{"p", MR_PARAM_NUMBER, .fallback = "0.5", .range = MR_WITHIN(0, 1),
                .brief = "the probability"},
               MR_DRAW_PARAMS},
    .check = check,
    .lower = lower,
    .known = {{"bernoulli() | take(10)", "false false true true true true true true false false"},
              {"bernoulli(1) | take(2)", "true true"},
              {"bernoulli(0) | take(2)", "false false"},
              {"bernoulli() | take(0)", ""}},
};
