#include <math.h>

#include "ops/progression.h"
#include "ops/stage.h"

enum { START, STOP, STEP, DTYPE };

/* An integer that i64 or u64 holds. */
struct integer {
    bool is_negative;
    uint64_t magnitude;
};

static struct integer integer_of(const struct mr_argument *argument)
{
    mr_scalar value;
    if (!mr_number_as(&argument->number, MR_I64, &value)) {
        (void)mr_number_as(&argument->number, MR_U64, &value);
        return (struct integer){false, value.u64};
    }
    bool is_negative = value.i64 < 0;
    return (struct integer){is_negative, is_negative ? 0 - value.u64 : value.u64};
}

static bool is_less(struct integer x, struct integer y)
{
    if (x.is_negative != y.is_negative) return x.is_negative;
    return x.is_negative ? x.magnitude > y.magnitude : x.magnitude < y.magnitude;
}

/* The number of 65 bits, `carry` and `low`, divided; 2^64-1 where 64 bits do not hold that. */
static uint64_t quotient(bool carry, uint64_t low, uint64_t by)
{
    if (!carry) return low / by;
    if (by == 1) return UINT64_MAX;
    /* 2^64 is by * whole + rest, 0 < rest <= by. */
    uint64_t whole = UINT64_MAX / by, rest = UINT64_MAX % by + 1;
    return whole + low / by + (low % by >= by - rest);
}

/* How many elements come after the first. */
static uint64_t count_more(struct integer start, struct integer step, struct integer stop)
{
    struct integer low = step.is_negative ? stop : start, high = step.is_negative ? start : stop;
    if (!is_less(low, high)) return 0;
    bool crosses_0 = low.is_negative && !high.is_negative;
    uint64_t distance = crosses_0         ? low.magnitude + high.magnitude
                        : low.is_negative ? low.magnitude - high.magnitude
                                          : high.magnitude - low.magnitude;
    bool carry = crosses_0 && distance < low.magnitude && distance > 0;
    return quotient(carry, distance - 1, step.magnitude);
}

/* The last element. It may be below 0 and still be what u64 says modulo 2^64. */
static struct mr_number last_of(struct integer start, struct integer step, uint64_t more)
{
    uint64_t first = start.is_negative ? 0 - start.magnitude : start.magnitude;
    uint64_t way = more * step.magnitude;
    bool is_negative = step.is_negative
                           ? start.is_negative || more > start.magnitude / step.magnitude
                           : start.is_negative && more <= (start.magnitude - 1) / step.magnitude;
    return (struct mr_number){.is_negative = is_negative,
                              .value.u64 = step.is_negative ? first - way : first + way};
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
    struct integer start = integer_of(&seq->args[START]), step = integer_of(&seq->args[STEP]);
    struct integer stop = integer_of(&seq->args[STOP]);
    bool is_empty = step.is_negative ? !is_less(stop, start) : !is_less(start, stop);
    uint64_t more = count_more(start, step, stop);
    if (more >= INT64_MAX) return fail_too_long(seq, err);
    struct mr_number number = last_of(start, step, more);
    if (!mr_number_as(&number, dtype, &ignored)) {
        mr_status st = mr_op_fail(seq, &seq->args[STOP], err, MR_E_VALUE,
                                  "elements before stop do not fit %s", mr_dtype_name(dtype));
        return mr_error_hint(err, st, "choose a wider dtype, such as dtype=i64");
    }
    *length = is_empty ? 0 : (int64_t)more + 1;
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
