#include "ir/partial.h"

#include <math.h>

#include "ir/aggregate.h"

/* Chan, Golub, LeVeque: Updating formulae and a pairwise algorithm for computing sample variances
 * (1979), equations 2.1: a + c is the mean, b the sum of squared deviations. What rounding takes
 * from a, c has: else a large mean would cost as many digits as it has before the deviations'. */
static struct mr_partial join_moments(enum mr_aggregate aggregate, mr_dtype dtype,
                                      const struct mr_partial *x, const struct mr_partial *y)
{
    (void)aggregate, (void)dtype;
    if (x->count == 0) return *y;
    if (y->count == 0) return *x;
    double nx = (double)x->count, ny = (double)y->count, n = (double)(x->count + y->count);
    double delta = (y->a.f64 - x->a.f64) + (y->c.f64 - x->c.f64), share = ny / n;
    double moved = x->c.f64 + delta * share;
    struct mr_partial out = {.count = x->count + y->count};
    out.a.f64 = x->a.f64 + moved;
    out.b.f64 = (x->b.f64 + y->b.f64) + (delta * delta) * (nx * share);
    double added = out.a.f64 - x->a.f64;
    out.c.f64 = (x->a.f64 - (out.a.f64 - added)) + (moved - added); /* Knuth's TwoSum */
    return out;
}

/* b * 2^64 + a: integers of 128 bits. Of forged states b may be any number. */
static struct mr_partial join_beyond(const struct mr_partial *x, const struct mr_partial *y)
{
    struct mr_partial out = {.count = x->count + y->count};
    out.a.u64 = x->a.u64 + y->a.u64;
    out.b.u64 = x->b.u64 + y->b.u64 + (out.a.u64 < x->a.u64);
    return out;
}

/* The older of equals; NaN before any number. */
static bool is_better(enum mr_aggregate fold, mr_dtype dtype, mr_scalar newer, mr_scalar older)
{
    mr_scalar best = mr_fold(fold, dtype, older, newer);
    if (!mr_dtype_is_float(dtype)) return best.u64 == newer.u64 && newer.u64 != older.u64;
    if (isnan(older.f64) || isnan(newer.f64)) return isnan(newer.f64) && !isnan(older.f64);
    return best.f64 == newer.f64 && newer.f64 != older.f64;
}

static struct mr_partial join_places(enum mr_aggregate aggregate, mr_dtype dtype,
                                     const struct mr_partial *x, const struct mr_partial *y)
{
    const enum mr_aggregate fold = mr_aggregate_of(aggregate)->fold;
    bool is_newer = x->count == 0 || (y->count && is_better(fold, dtype, y->a, x->a));
    struct mr_partial out = is_newer ? *y : *x;
    out.count = x->count + y->count;
    return out;
}

/* ---- the forms ---- */

static size_t list_fold(enum mr_aggregate aggregate, mr_dtype dtype, mr_dtype out[3])
{
    out[0] = dtype;
    out[1] = MR_I64;
    return mr_sums_beyond(aggregate, dtype) ? 2 : 1;
}

static void begin_fold(enum mr_aggregate aggregate, mr_dtype dtype, struct mr_partial *nothing)
{
    nothing->a = mr_fold_identity(mr_aggregate_of(aggregate)->fold, dtype);
}

static struct mr_partial join_folds(enum mr_aggregate aggregate, mr_dtype dtype,
                                    const struct mr_partial *x, const struct mr_partial *y)
{
    struct mr_partial out = {.count = x->count + y->count};
    if (mr_sums_beyond(aggregate, dtype)) return join_beyond(x, y);
    out.a = mr_fold(mr_aggregate_of(aggregate)->fold, dtype, x->a, y->a);
    return out;
}

static size_t list_moments(enum mr_aggregate aggregate, mr_dtype dtype, mr_dtype out[3])
{
    (void)aggregate, (void)dtype;
    out[0] = out[1] = out[2] = MR_F64;
    return 3;
}

static size_t list_place(enum mr_aggregate aggregate, mr_dtype dtype, mr_dtype out[3])
{
    (void)aggregate;
    out[0] = dtype;
    out[1] = MR_I64;
    return 2;
}

static size_t list_decision(enum mr_aggregate aggregate, mr_dtype dtype, mr_dtype out[3])
{
    (void)aggregate, (void)dtype;
    out[0] = MR_I64;
    return 1;
}

static void begin_decision(enum mr_aggregate aggregate, mr_dtype dtype, struct mr_partial *nothing)
{
    (void)aggregate, (void)dtype;
    nothing->a.i64 = INT64_MAX;
}

static struct mr_partial join_decisions(enum mr_aggregate aggregate, mr_dtype dtype,
                                        const struct mr_partial *x, const struct mr_partial *y)
{
    struct mr_partial out = {.count = x->count + y->count};
    (void)aggregate, (void)dtype;
    out.a.i64 = x->a.i64 < y->a.i64 ? x->a.i64 : y->a.i64;
    return out;
}

/* What is NULL there is nothing of, besides the number of elements. */
static const struct form {
    struct mr_partials_class class;
    size_t (*list)(enum mr_aggregate aggregate, mr_dtype dtype, mr_dtype out[3]);
    void (*begin)(enum mr_aggregate aggregate, mr_dtype dtype, struct mr_partial *nothing);
    struct mr_partial (*join)(enum mr_aggregate aggregate, mr_dtype dtype,
                              const struct mr_partial *x, const struct mr_partial *y);
} forms[MR_PARTIALS_FORMS] = {
    [MR_PARTIALS_NONE] = {.class = {.takes_element = true}},
    [MR_PARTIALS_COUNT] = {.class = {.needs_no_values = true}},
    [MR_PARTIALS_FOLD] = {{.is_fold = true},
                          .list = list_fold,
                          .begin = begin_fold,
                          .join = join_folds},
    [MR_PARTIALS_MOMENTS] = {.list = list_moments, .join = join_moments},
    [MR_PARTIALS_PLACE] = {{.has_place = true}, .list = list_place, .join = join_places},
    [MR_PARTIALS_DECISION] = {{.may_decide = true},
                              .list = list_decision,
                              .begin = begin_decision,
                              .join = join_decisions},
    [MR_PARTIALS_BINS] = {.class = {.has_bins = true}},
    [MR_PARTIALS_FIXED] = {.class = {.has_bins = true, .is_exact = true}},
};

static const struct form *form_of(enum mr_aggregate aggregate)
{
    return &forms[mr_aggregate_of(aggregate)->partials];
}

const struct mr_partials_class *mr_partials_of(enum mr_aggregate aggregate)
{
    return &form_of(aggregate)->class;
}

size_t mr_partial_dtypes(enum mr_aggregate aggregate, mr_dtype dtype, mr_dtype out[3])
{
    const struct form *form = form_of(aggregate);
    return form->list ? form->list(aggregate, dtype, out) : 0;
}

struct mr_partial mr_partial_of_nothing(enum mr_aggregate aggregate, mr_dtype dtype)
{
    const struct form *form = form_of(aggregate);
    struct mr_partial nothing = {.count = 0};
    if (form->begin) form->begin(aggregate, dtype, &nothing);
    return nothing;
}

struct mr_partial mr_partial_join(enum mr_aggregate aggregate, mr_dtype dtype,
                                  const struct mr_partial *x, const struct mr_partial *y)
{
    const struct form *form = form_of(aggregate);
    if (!form->join) return (struct mr_partial){.count = x->count + y->count};
    return form->join(aggregate, dtype, x, y);
}

/* ---- sums beyond 64 bits ---- */

double mr_partial_beyond(const struct mr_partial *total)
{
    bool is_negative = total->b.i64 < 0;
    uint64_t high = total->b.u64, low = total->a.u64;
    if (is_negative) {
        low = 0 - low;
        high = ~high + (low == 0);
    }
    /* Fewer than 2^63 elements, each below 2^64: the highest bit of 128 is not reached. */
    int bits = 0;
    while (bits < 63 && high >> bits) bits++;
    /* The 64 bits from the highest on: f64 keeps 53, so the last may stand for all below. */
    uint64_t top = low;
    if (bits) top = high << (64 - bits) | low >> bits | (low << (64 - bits) != 0);
    double size = ldexp((double)top, bits);
    return is_negative ? -size : size;
}

bool mr_partial_wrapped(enum mr_aggregate aggregate, mr_dtype dtype, const struct mr_partial *total)
{
    if (!mr_sums_beyond(aggregate, dtype)) return false;
    bool is_negative = mr_dtype_is_signed(dtype) && total->a.i64 < 0;
    return total->b.i64 != (is_negative ? -1 : 0);
}
