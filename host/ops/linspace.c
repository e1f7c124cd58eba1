#include "ops/progression.h"
#include "ops/stage.h"

enum { START, STOP, NUM };

static double real_argument(const struct mr_seq *seq, size_t at)
{
    mr_scalar value;
    (void)mr_number_as(&seq->args[at].number, MR_F64, &value);
    return value.f64;
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_source_check(seq, MR_F64, mr_length_argument(&seq->args[NUM]), err);
}

/* start + i*step, except that rounding must not move the last. */
static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    struct ir_body *b = l->body;
    int64_t last = seq->length.most - 1;
    double start = real_argument(seq, START), stop = real_argument(seq, STOP);
    mr_scalar step = {.f64 = last > 0 ? (stop - start) / (double)last : 0.0};
    mr_scalar end = {.f64 = last > 0 ? stop : start};
    ir_value first = mr_lower_argument(l, &seq->args[START], MR_F64);
    ir_value inner = mr_progression_code(b, MR_F64, first, step, &seq->length, position);
    ir_value is_last = mr_ir_binary(
        b, IR_EQ, position, mr_ir_param(b, MR_I64, (mr_scalar){.i64 = last}, &seq->args[NUM]));
    columns[0] =
        mr_ir_ternary(b, IR_SELECT, is_last, mr_ir_param(b, MR_F64, end, &seq->args[STOP]), inner);
    return MR_OK;
}

const struct mr_op mr_op_linspace = {
    .name = "linspace",
    .brief = "num evenly spaced f64 from start to stop, both included",
    .example = "linspace(0, 1, 5)",
    .role = MR_SOURCE,
    .params = {{"start", MR_PARAM_NUMBER, .brief = "the first element"},
               {"stop", MR_PARAM_NUMBER, .brief = "the last element, exactly"},
               {"num", MR_PARAM_COUNT, .fallback = "50", .brief = "how many; 1 gives start alone"}},
    .check = check,
    .lower = lower,
    .known = {{"linspace(0, 1, 5)", "0.0 0.25 0.5 0.75 1.0"},
              {"linspace(1, 0, 3)", "1.0 0.5 0.0"},
              {"linspace(2, 7, 1)", "2.0"},
              {"linspace(2, 7, 0)", ""}},
};
