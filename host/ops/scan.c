#include <stdio.h>

#include "ops/stage.h"
#include "ops/variables.h"

enum { OP, INIT, WHILE, EVERY };

static const struct mr_variables_at at = {
    .init = INIT, .goes_on = WHILE, .starts_are_known = true, .has_input = true};

static mr_status check_aggregate(struct mr_seq *seq, mr_error *err)
{
    for (size_t k = INIT; k <= EVERY; k++)
        if (seq->args[k].present || seq->expr_count)
            return mr_op_fail(seq, &seq->args[OP], err, MR_E_ARITY,
                              "it is either an operator or variables with their next values");
    mr_stage_in_order(seq, MR_KIND_SCAN);
    seq->aggregate = mr_aggregate_argument(seq, OP);
    for (size_t c = 0; c < seq->column_count; c++)
        seq->columns[c].dtype = mr_running_dtype(seq->aggregate, seq->columns[c].dtype);
    return MR_OK;
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    if (seq->args[OP].present) return check_aggregate(seq, err);
    if (!seq->expr_count) {
        mr_status st = mr_op_fail(seq, NULL, err, MR_E_ARITY, "op is missing");
        return mr_error_hint(err, st, "write scan(sum), or scan(s: s + x, init=0)");
    }
    mr_stage_in_order(seq, MR_KIND_STATE);
    MR_TRY(mr_variables_check(seq, &at, err));
    if (seq->args[WHILE].present) seq->length = mr_length_some(seq->length);
    mr_every_check(seq, EVERY);
    return MR_OK;
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    ir_value inputs[MR_MAX_COLUMNS];
    if (seq->kind == MR_KIND_SCAN) return mr_lower_input(l, seq, position, columns, err);
    MR_TRY(mr_lower_input(l, seq, position, inputs, err));
    return mr_variables_lower(l, seq, &at, inputs, position, true, columns, err);
}

const struct mr_op mr_op_scan = {
    .name = "scan",
    .brief = "the running sum, product, minimum or maximum, or variables of one's own",
    .example = "range(1, 6) | scan(sum)",
    .role = MR_STAGE,
    .params = {{"op", MR_PARAM_CHOICE, .choices = "sum|prod|min|max", .optional = true,
                .brief = "what runs; sums and products of integers are 64 bits wide"},
               {"init", MR_PARAM_STARTS, .by_name = true, .optional = true,
                .brief = "where variables start, before the first element"},
               {"while", MR_PARAM_EXPR, .by_name = true, .optional = true,
                .brief = "ends before the first element for which this does not hold"},
               MR_EVERY_PARAM,
               {"variables", MR_PARAM_EXPRS, .optional = true,
                .brief = "their next values, of the variables, the element and its position i; "
                         "labels name them"}},
    .check = check,
    .lower = lower,
    .known = {{"range(1, 6) | scan(sum)", "1 3 6 10 15"},
              {"range(1, 6) | scan(prod)", "1 2 6 24 120"},
              {"range(6) | map((x*5+3) % 7) | scan(max)", "3 3 6 6 6 6"},
              {"range(4) | map(0.5) | scan(sum)", "0.5 1.0 1.5 2.0"},
              {"range(1, 5) | scan(s: 0.5*s + x, init=0)", "1.0 2.5 4.25 6.125"},
              {"range(6) | scan(s: s + x, n: n + 1, init=(10, 0), every=3)",
               "10,1 11,2 13,3 13,1 17,2 22,3"},
              {"range(0) | scan(sum)", ""}},
};
