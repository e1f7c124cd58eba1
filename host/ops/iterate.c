#include "ops/stage.h"
#include "ops/step.h"

enum { EXPR, X0 };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    mr_dtype dtype;
    mr_scalar ignored;
    char text[MR_NUMBER_TEXT];
    const struct mr_number *x0 = &seq->args[X0].number;
    MR_TRY(mr_step_dtype(seq, EXPR, x0->is_real ? MR_F64 : MR_I64, &dtype, err));
    if (!mr_number_as(x0, dtype, &ignored))
        return mr_error_hint(err,
                             mr_op_fail(seq, &seq->args[X0], err, MR_E_VALUE,
                                        "x0=%s does not fit %s",
                                        mr_number_text(&seq->args[X0], text), mr_dtype_name(dtype)),
                             "cast the expression to a dtype that holds it");
    MR_TRY(mr_source_check(seq, dtype, MR_LENGTH_WITHOUT_END, err));
    seq->kind = MR_KIND_ITERATE;
    seq->access = MR_FROM_START;
    return MR_OK;
}

/* columns[0] is the element at the position; answers the next, then the first of all. */
static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    columns[1] = mr_lower_argument(l, &seq->args[X0], seq->columns[0].dtype);
    return mr_step_lower(l, seq, EXPR, columns[0], position, &columns[0], err);
}

const struct mr_op mr_op_iterate = {
    .name = "iterate",
    .brief = "one trajectory: x0, then each time expr of the x before; sequential by nature",
    .example = "iterate(3.7*x*(1-x), 0.5) | take(5)",
    .role = MR_SOURCE,
    .params = {{"expr", MR_PARAM_EXPR, .brief = "the next x, of x and its position i"},
               {"x0", MR_PARAM_NUMBER, .brief = "the first element"}},
    .check = check,
    .lower = lower,
    .known = {{"iterate(2*x, 1) | take(8)", "1 2 4 8 16 32 64 128"},
              {"iterate(x % 2 == 0 ? x/2 : 3*x+1, 6) | take_while(x != 1)", "6 3 10 5 16 8 4 2"},
              {"iterate(0.5*(x + 2/x), 1) | take(4)",
               "1.0 1.5 1.4166666666666665 1.4142156862745097"},
              {"iterate(x + i, 0) | take(6)", "0 0 1 3 6 10"},
              {"iterate(x*x, 3) | skip(2) | take(2)", "81 6561"}},
};
