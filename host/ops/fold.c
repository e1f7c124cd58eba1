#include "ir/constant.h"
#include "ops/stage.h"
#include "ops/variables.h"

enum { INIT, WHILE };

static const struct mr_variables_at at = {
    .init = INIT, .goes_on = WHILE, .starts_are_known = true, .has_input = true};

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    mr_stage_in_order(seq, MR_KIND_FOLD);
    seq->aggregate = MR_LAST;
    seq->length = mr_length_known(1);
    seq->settings.extent = INT64_MAX;
    return mr_variables_check(seq, &at, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    ir_value inputs[MR_MAX_COLUMNS];
    MR_TRY(mr_lower_input(l, seq, position, inputs, err));
    return mr_variables_lower(l, seq, &at, inputs, position, true, columns, err);
}

/* Its start: a number known beforehand (mr_variables_check()). */
static mr_scalar of_nothing(const struct mr_seq *seq, size_t column)
{
    struct mr_number number;
    mr_scalar value = {.u64 = 0};
    const struct mr_expr *start = mr_variable_start(seq, &at, column);
    if (mr_constant_expr(start, seq->op->name, &number, NULL) == MR_OK)
        (void)mr_number_as(&number, seq->columns[column].dtype, &value);
    return value;
}

const struct mr_op mr_op_fold = {
    .name = "fold",
    .brief = "what variables of one's own are after the last element",
    .example = "range(1, 6) | fold(h: h*31 + x, init=7)",
    .role = MR_TERMINAL,
    .params = {{"init", MR_PARAM_STARTS, .by_name = true,
                .brief = "where the variables start; of no element this is the result"},
               {"while", MR_PARAM_EXPR, .by_name = true, .optional = true,
                .brief = "ends before the first element after which this does not hold"},
               {"variables", MR_PARAM_EXPRS,
                .brief = "their next values, of the variables, the element and its position i; "
                         "labels name them"}},
    .check = check,
    .lower = lower,
    .of_nothing = of_nothing,
    .known = {{"range(1, 6) | fold(h: h*31 + x, init=7)", "201390172"},
              {"range(5) | fold(n: n + 1, s: s + 0.5*x, init=(0, 0))", "5,5.0"},
              {"range(10) | filter(x % 3 == 1) | fold(p: p*x, init=1)", "28"},
              {"range(0) | fold(p: p*x, init=1)", "1"}},
};
