#include "ops/stage.h"
#include "ops/step.h"

enum { EXPR, X0, STEPS, LENGTH };

/* Steps are written out one after the other, so that they fuse with what comes before and after;
 * kernels beyond this take long to compile. */
enum { NODE_LIMIT = 4096 };

static mr_status check_size(const struct mr_seq *seq, mr_error *err)
{
    int64_t steps = mr_count_argument(&seq->args[STEPS]);
    int64_t most = NODE_LIMIT / (int64_t)mr_expr_size(seq->args[EXPR].expr);
    char text[MR_NUMBER_TEXT];
    if (steps <= most) return MR_OK;
    mr_status st = mr_op_fail(seq, &seq->args[STEPS], err, MR_E_LIMIT,
                              "steps=%s of this expression are above the limit of %lld",
                              mr_number_text(&seq->args[STEPS], text), (long long)most);
    return mr_error_hint(err, st, "iterate() takes one start any number of steps");
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    mr_dtype start, dtype;
    const struct mr_scope scope = {.owner = seq, .position = 0};
    MR_TRY(check_size(seq, err));
    MR_TRY(mr_type_expr(&scope, seq->args[X0].expr, &start, err));
    MR_TRY(mr_step_dtype(seq, EXPR, start, &dtype, err));
    return mr_source_check(seq, dtype, mr_length_argument(&seq->args[LENGTH]), err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    const struct mr_scope scope = {.owner = seq, .position = position};
    int64_t steps = mr_count_argument(&seq->args[STEPS]);
    ir_value x;
    MR_TRY(mr_lower_expr(l, &scope, seq->args[X0].expr, &x, err));
    x = mr_ir_cast(l->body, seq->columns[0].dtype, x);
    for (int64_t k = 0; k < steps; k++) MR_TRY(mr_step_lower(l, seq, EXPR, x, position, &x, err));
    columns[0] = x;
    return mr_body_status(l->body, err);
}

const struct mr_op mr_op_trajectories = {
    .name = "trajectories",
    .brief = "where many starts arrive after some steps of a map, each x = expr",
    .example = "trajectories(3.7*x*(1-x), (i+0.5)/8, steps=10, length=8)",
    .role = MR_SOURCE,
    .params = {{"expr", MR_PARAM_EXPR, .brief = "the next x, of x and the start's number i"},
               {"x0", MR_PARAM_EXPR, .brief = "the start, of its number i"},
               {"steps", MR_PARAM_COUNT,
                .brief = "how many; times the expression's size up to 4096"},
               {"length", MR_PARAM_COUNT, .fallback = "inf", .brief = "how many starts"}},
    .check = check,
    .lower = lower,
    .known = {{"trajectories(x*x, i, 3, length=4)", "0 1 256 6561"},
              {"trajectories(x % 2 == 0 ? x/2 : 3*x+1, i+1, 7, 6)", "4 1 1 2 2 2"},
              {"trajectories(0.5*(x + 2/x), 1, 3) | take(1)", "1.4142156862745097"},
              {"trajectories(x+i, 100, 2, 3)", "100 102 104"},
              {"trajectories(x+1, i*0.5, 0, 3)", "0.0 0.5 1.0"}},
};
