#include "ops/stage.h"
#include "ops/variables.h"

enum { INIT, WHILE, EVERY, X0 };

static const struct mr_variables_at at = {
    .init = INIT, .goes_on = WHILE, .has_x0 = true, .x0 = X0, .starts_are_known = true};

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    seq->kind = MR_KIND_STATE;
    seq->access = MR_FROM_START;
    seq->length = MR_LENGTH_WITHOUT_END;
    MR_TRY(mr_variables_check(seq, &at, err));
    if (seq->args[WHILE].present) seq->length = mr_length_some(seq->length);
    mr_every_check(seq, EVERY);
    return MR_OK;
}

/* Element n is made at position n, from the one before, of which `i` is the position. */
static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    ir_value before = mr_ir_binary(l->body, IR_SUB, position, mr_ir_const_int(l->body, MR_I64, 1));
    return mr_variables_lower(l, seq, &at, NULL, before, false, columns, err);
}

const struct mr_op mr_op_iterate = {
    .name = "iterate",
    .brief = "one trajectory: the start, then each time the next values of those before; "
             "sequential by nature",
    .example = "iterate(3.7*x*(1-x), 0.5) | take(5)",
    .role = MR_SOURCE,
    .params = {{"init", MR_PARAM_STARTS, .by_name = true, .optional = true,
                .brief = "where the variables start: the first element"},
               {"while", MR_PARAM_EXPR, .by_name = true, .optional = true,
                .brief = "ends before the first element for which this does not hold"},
               MR_EVERY_PARAM,
               {"x0", MR_PARAM_NUMBER, .by_name = true, .optional = true,
                .brief = "the start of one variable x; also as a second expression: "
                         "iterate(expr, x0)"},
               {"variables", MR_PARAM_EXPRS,
                .brief = "their next values, of the variables and the position i; labels name "
                         "them, one without is x"}},
    .check = check,
    .lower = lower,
    .known = {{"iterate(2*x, 1) | take(8)", "1 2 4 8 16 32 64 128"},
              {"iterate(x % 2 == 0 ? x/2 : 3*x+1, 6) | take_while(x != 1)", "6 3 10 5 16 8 4 2"},
              {"iterate(0.5*(x + 2/x), 1) | take(4)",
               "1.0 1.5 1.4166666666666665 1.4142156862745097"},
              {"iterate(x + i, 0) | take(6)", "0 0 1 3 6 10"},
              {"iterate(a: b, b: a + b, init=(0, 1), while=a < 20) | map(a)", "0 1 1 2 3 5 8 13"},
              {"iterate(x*3, init=1, every=3) | take(7)", "1 3 9 1 3 9 1"},
              {"iterate(x - 1, init=3, while=x > 0) | map(6/x)", "2 3 6"},
              {"iterate(x*x, 3) | skip(2) | take(2)", "81 6561"}},
};
