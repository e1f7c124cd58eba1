#include "ops/progression.h"
#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    mr_dtype dtype;
    mr_scalar ignored;
    MR_TRY(mr_progression_dtype(&dtype, seq, 2, 2, err));
    MR_TRY(mr_progression_start(&ignored, seq, 0, dtype, err));
    MR_TRY(mr_progression_step(&ignored, seq, 1, dtype, err));
    return mr_source_check(seq, dtype, MR_LENGTH_WITHOUT_END, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    return mr_progression_lower(l, seq, 0, 1, false, position, columns, err);
}

const struct mr_op mr_op_count = {
    .name = "count",
    .brief = "start, start+step, start+2*step, ... without end",
    .example = "count(10, 5) | take(3)",
    .role = MR_SOURCE,
    .params = {{"start", MR_PARAM_NUMBER, .fallback = "0", .brief = "the first element"},
               {"step", MR_PARAM_NUMBER, .fallback = "1",
                .brief = "between elements; integers wrap at the end of their range"},
               {"dtype", MR_PARAM_DTYPE, .optional = true,
                .brief = "i64, or f64 when start or step has a fraction; any but bool"}},
    .check = check,
    .lower = lower,
    .known = {{"count() | take(3)", "0 1 2"},
              {"count(10, -5, dtype=i32) | take(4)", "10 5 0 -5"},
              {"count(0.5, 0.25) | take(3)", "0.5 0.75 1.0"},
              {"count(0, -1, dtype=u32) | take(2)", "0 4294967295"},
              {"count(9223372036854775807) | take(2)", "9223372036854775807 -9223372036854775808"},
              {"count() | take(0)", ""}},
};
