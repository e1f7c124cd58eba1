#include <math.h>

#include "ops/progression.h"
#include "ops/stage.h"

enum { START, STOP, STEP, DTYPE };

/* Wide enough for every difference and product of two 64-bit numbers. */
__extension__ typedef __int128 wide;

static wide wide_number(const struct mr_number *number)
{
    if (number->is_real) return (wide)number->value.f64;
    return number->is_negative ? (wide)number->value.i64 : (wide)number->value.u64;
}

/* In the dtype of the elements. */
static double real_number(const struct mr_argument *argument, mr_dtype dtype)
{
    mr_scalar value;
    (void)mr_number_as(&argument->number, dtype, &value);
    return value.f64;
}

static mr_status fail_too_long(const struct mr_seq *seq, mr_error *err)
{
    mr_status st = mr_op_fail(seq, &seq->args[STOP], err, MR_E_VALUE,
                              "more than 2^63-1 elements from start to stop");
    return mr_error_hint(err, st, "use count(start, step) for a sequence without end");
}

static struct mr_progression progression(const struct mr_seq *seq, mr_dtype dtype)
{
    double start = real_number(&seq->args[START], dtype);
    double stop = real_number(&seq->args[STOP], dtype);
    return (struct mr_progression){.dtype = dtype,
                                   .start = start,
                                   .step = real_number(&seq->args[STEP], dtype),
                                   .is_wide = mr_progression_is_wide(dtype, start, stop)};
}

static bool is_before(const struct mr_progression *p, int64_t position, double stop)
{
    double value = mr_progression_at(p, position);
    return p->step > 0 ? value < stop : value > stop;
}

/* Elements never turn back: products and sums keep their order when they are rounded. So how many
 * are before stop is found by halves, of the elements themselves; a quotient (stop - start) / step
 * is rounded, and counts one too many for a third of all short decimals. */
static mr_status float_length(struct mr_seq *seq, mr_dtype dtype, int64_t *length, mr_error *err)
{
    struct mr_progression p = progression(seq, dtype);
    double stop = real_number(&seq->args[STOP], dtype);
    int64_t before = 0, end = INT64_MAX - 1;
    if (!isfinite(p.start) || !isfinite(p.step) || isnan(stop))
        return mr_op_fail(seq, &seq->args[isnan(stop) ? STOP : START], err, MR_E_VALUE,
                          "start and step must be finite, and stop a number");
    if (is_before(&p, end, stop)) return fail_too_long(seq, err);
    while (before < end) {
        int64_t middle = before + (end - before) / 2;
        if (is_before(&p, middle, stop))
            before = middle + 1;
        else
            end = middle;
    }
    *length = before;
    return MR_OK;
}

/* Values do not wrap: as the first fits, all do if the last does. */
static mr_status integer_length(struct mr_seq *seq, mr_dtype dtype, int64_t *length, mr_error *err)
{
    mr_scalar ignored;
    for (int k = START; k <= STEP; k++)
        if (!mr_number_as(&seq->args[k].number, MR_I64, &ignored) &&
            !mr_number_as(&seq->args[k].number, MR_U64, &ignored))
            return mr_progression_start(&ignored, seq, (size_t)k, MR_I64, err);
    wide start = wide_number(&seq->args[START].number);
    wide step = wide_number(&seq->args[STEP].number);
    wide span = wide_number(&seq->args[STOP].number) - start;
    wide steps = 0;
    if (span > 0 && step > 0) steps = (span + step - 1) / step;
    if (span < 0 && step < 0) steps = (span + step + 1) / step;
    if (steps > INT64_MAX) return fail_too_long(seq, err);
    wide last = start + (steps > 0 ? steps - 1 : 0) * step;
    bool negative = last < 0;
    struct mr_number number = {.is_negative = negative, .value.u64 = (uint64_t)last};
    if (!mr_number_as(&number, dtype, &ignored)) {
        mr_status st = mr_op_fail(seq, &seq->args[STOP], err, MR_E_VALUE,
                                  "elements before stop do not fit %s", mr_dtype_name(dtype));
        return mr_error_hint(err, st, "choose a wider dtype, such as dtype=i64");
    }
    *length = (int64_t)steps;
    return MR_OK;
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    mr_dtype dtype;
    mr_scalar step, ignored;
    int64_t length = 0;
    if (!seq->args[STOP].present && !seq->args[START].expr) {
        mr_status st = mr_op_fail(seq, NULL, err, MR_E_ARITY, "stop is missing");
        return mr_error_hint(err, st, "write range(10), or count() for a sequence without end");
    }
    if (!seq->args[STOP].present) { /* range(stop), as in Python */
        seq->args[STOP] = seq->args[START];
        seq->args[START] = (struct mr_argument){.present = true};
    }
    seq->args[START].is_written = true;
    MR_TRY(mr_progression_dtype(&dtype, seq, 3, DTYPE, err));
    MR_TRY(mr_progression_start(&ignored, seq, START, dtype, err));
    MR_TRY(mr_progression_step(&step, seq, STEP, dtype, err));
    if (real_number(&seq->args[STEP], MR_F64) == 0)
        return mr_op_fail(seq, &seq->args[STEP], err, MR_E_VALUE, "step=0 must not be zero");
    if (mr_dtype_is_float(dtype)) {
        MR_TRY(mr_progression_start(&ignored, seq, STOP, dtype, err));
        MR_TRY(float_length(seq, dtype, &length, err));
    } else {
        MR_TRY(integer_length(seq, dtype, &length, err));
    }
    return mr_source_check(seq, dtype, mr_length_known(length), err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    mr_dtype dtype = seq->columns[0].dtype;
    bool is_wide = mr_dtype_is_float(dtype) && progression(seq, dtype).is_wide;
    return mr_progression_lower(l, seq, START, STEP, is_wide, position, columns, err);
}

const struct mr_op mr_op_range = {
    .name = "range",
    .brief = "start, start+step, ... before stop, as Python's range",
    .example = "range(10, 0, -3)",
    .role = MR_SOURCE,
    .params = {{"start", MR_PARAM_NUMBER, .fallback = "0",
                .brief = "the first element; alone, range(stop) starts at 0"},
               {"stop", MR_PARAM_NUMBER, .optional = true, .brief = "the end, itself left out"},
               {"step", MR_PARAM_NUMBER, .fallback = "1",
                .brief = "between elements, negative to go down; not 0"},
               {"dtype", MR_PARAM_DTYPE, .optional = true,
                .brief = "i64, or f64 when an argument has a fraction; any but bool"}},
    .check = check,
    .lower = lower,
    .known =
        {
            {"range(5)", "0 1 2 3 4"},
            {"range(10, 0, -3)", "10 7 4 1"},
            {"range(stop=3)", "0 1 2"},
            {"range(1, 1.3, 0.1)", "1.0 1.1 1.2"},
            {"range(1e308, -1e308, -1e308)", "1e+308 0.0"},
            {"range(3, 0, -1, dtype=u32)", "3 2 1"},
            {"range(18446744073709551614, 18446744073709551615, dtype=u64)",
             "18446744073709551614"},
            {"range(0, 5, -1)", ""},
        },
};
