#include <float.h>
#include <math.h>

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
    char text[MR_NUMBER_TEXT];
    for (size_t k = START; k <= STOP; k++)
        if (!isfinite(real_argument(seq, k)))
            return mr_op_fail(seq, &seq->args[k], err, MR_E_VALUE, "%s=%s must be finite",
                              seq->op->params[k].name, mr_number_text(&seq->args[k], text));
    return mr_source_check(seq, MR_F64, mr_length_argument(&seq->args[NUM]), err);
}

/* What comes before the last: start + i*step. Where the width is beyond the largest double the step
 * is not, and where the step has lost bits below the least normal one, i/last has them. */
static ir_value before_last(struct ir_body *b, const struct mr_seq *seq, ir_value first,
                            ir_value position)
{
    double start = real_argument(seq, START), stop = real_argument(seq, STOP);
    double last = (double)(seq->length.most - 1), width = stop - start;
    bool is_wide = isinf(width);
    mr_scalar step = {.f64 = is_wide ? stop / last - start / last : width / last};
    if (!(last > 1)) return first;
    if (width == 0 || is_wide || fabs(step.f64) >= DBL_MIN)
        return mr_progression_code(b, MR_F64, first, step, is_wide, &seq->length, position);
    ir_value part =
        mr_ir_binary(b, IR_DIV, mr_ir_cast(b, MR_F64, position),
                     mr_ir_param(b, MR_F64, (mr_scalar){.f64 = last}, &seq->length.kind));
    step.f64 = width;
    ir_value product =
        mr_ir_binary(b, IR_MUL, part, mr_ir_param(b, MR_F64, step, &seq->length.most));
    return mr_ir_binary(b, IR_ADD, product, first);
}

/* Rounding must not move the last. */
static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    struct ir_body *b = l->body;
    int64_t last = seq->length.most - 1;
    mr_scalar end = {.f64 = real_argument(seq, last > 0 ? STOP : START)};
    ir_value first = mr_lower_argument(l, &seq->args[START], MR_F64);
    ir_value inner = before_last(b, seq, first, position);
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
              {"linspace(-1.5e308, 1.5e308, 5)", "-1.5e+308 -7.5e+307 0.0 7.5e+307 1.5e+308"},
              {"linspace(0, 5e-323, 5)", "0.0 1e-323 2.5e-323 4e-323 5e-323"},
              {"linspace(2, 7, 1)", "2.0"},
              {"linspace(2, 7, 0)", ""}},
};
