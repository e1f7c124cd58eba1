#include "ops/stage.h"

enum { VALUE, TIMES, DTYPE };

/* Without dtype= the value's own: i64 for 7, f64 for 7.0, bool for true. */
static mr_status value_dtype(const struct mr_seq *seq, mr_dtype *out, mr_error *err)
{
    const struct mr_argument *value = &seq->args[VALUE];
    const struct mr_scope nothing = {.owner = seq, .position = IR_NONE};
    if (seq->args[DTYPE].present) {
        *out = seq->args[DTYPE].dtype;
        return MR_OK;
    }
    if (value->expr) return mr_type_expr(&nothing, value->expr, out, err);
    *out = value->number.is_real ? MR_F64 : MR_I64;
    return MR_OK;
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    mr_dtype dtype;
    mr_scalar ignored;
    char text[MR_NUMBER_TEXT];
    MR_TRY(value_dtype(seq, &dtype, err));
    if (!mr_number_as(&seq->args[VALUE].number, dtype, &ignored)) {
        mr_status st =
            mr_op_fail(seq, &seq->args[VALUE], err, MR_E_VALUE, "value=%s does not fit %s",
                       mr_number_text(&seq->args[VALUE], text), mr_dtype_name(dtype));
        return mr_error_hint(err, st, "choose a dtype that holds it");
    }
    return mr_source_check(seq, dtype, mr_length_argument(&seq->args[TIMES]), err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)position, (void)err;
    columns[0] = mr_lower_argument(l, &seq->args[VALUE], seq->columns[0].dtype);
    return MR_OK;
}

const struct mr_op mr_op_repeat = {
    .name = "repeat",
    .brief = "one value, over and over",
    .example = "repeat(7, 3)",
    .role = MR_SOURCE,
    .params = {{"value", MR_PARAM_NUMBER, .brief = "the element"},
               {"times", MR_PARAM_COUNT, .fallback = "inf", .brief = "how often"},
               {"dtype", MR_PARAM_DTYPE, .optional = true, .brief = "the value's own if absent"}},
    .check = check,
    .lower = lower,
    .known = {{"repeat(7, 3)", "7 7 7"},
              {"repeat(0.5) | take(2)", "0.5 0.5"},
              {"repeat(1, 2, dtype=bool)", "true true"},
              {"repeat(1, 0)", ""}},
};
