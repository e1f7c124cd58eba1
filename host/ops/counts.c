#include "ops/counts.h"

#include <assert.h>
#include <math.h>

#include "base/memory.h"

enum { MOST_KINDS = 16384 }; /* 128 KiB: of a CPU core's second cache */

/* Counts of a weight below 2^-70 of the greatest are left out: those more than 9.9 standard
 * deviations away. */
static const double least_weight = 0x1p-70;

static double variance(const struct mr_counts *c)
{
    return c->mean * (1 - c->p);
}

bool mr_counts_are_narrow(const struct mr_counts *c)
{
    return variance(c) <= 800 * 800;
}

/* How much likelier k + 1 is than k. */
static double ratio(const struct mr_counts *c, double k)
{
    return (isinf(c->n) ? c->mean : (c->n - k) * (c->p / (1 - c->p))) / (k + 1);
}

/* Weights from the likeliest count on, whose own is 1, down and up; middle: of MOST_KINDS before
 * it and as many behind. Divisions and products: the same bits on every host. */
static size_t fill_weights(double *middle, double **weights, double *first,
                           const struct mr_counts *c)
{
    double low = isinf(c->n) ? floor(c->mean) : floor((c->n + 1) * c->p), high = low;
    size_t below = 0, above = 0;
    double w = 1;
    *middle = 1;
    while (low > 0 && (w /= ratio(c, low - 1)) >= least_weight) {
        middle[-(ptrdiff_t)(++below)] = w;
        low--;
    }
    w = 1;
    while (high < c->n && (w *= ratio(c, high)) >= least_weight) {
        middle[++above] = w;
        high++;
    }
    *first = low;
    *weights = middle - below;
    assert(below + above < MOST_KINDS);
    return below + above + 1;
}

static void reverse(double weights[], size_t count)
{
    for (size_t k = 0; k < count / 2; k++) {
        double held = weights[k];
        weights[k] = weights[count - 1 - k];
        weights[count - 1 - k] = held;
    }
}

static mr_status make_kinds(struct mr_seq *seq, size_t seed_at, const struct mr_counts *c,
                            bool is_mirrored, mr_error *err)
{
    double first, *weights;
    double *room = mr_alloc(2 * MOST_KINDS, sizeof *room);
    if (!room) return mr_fail_no_memory(err, "a distribution's kinds");
    size_t count = fill_weights(room + MOST_KINDS, &weights, &first, c);
    if (is_mirrored) {
        reverse(weights, count);
        first = c->n - (first + (double)(count - 1));
    }
    mr_status st = mr_alias_make(seq, seed_at, weights, count, (int64_t)first, err);
    mr_free(room);
    return st;
}

/* The words of kernels/lib/counts.cl that tell of a centre. */
static void put_centre(mr_scalar out[3], double m)
{
    out[0].f64 = m;
    out[1].f64 = isinf(m) ? 0 : 1 / m;
    out[2].f64 = 1 / (24 * m * m);
}

/* The constants are those of Hoermann's PTRS and BTRS, in the order of kernels/lib/counts.cl. */
static mr_status make_rejection(struct mr_seq *seq, size_t seed_at, const struct mr_counts *c,
                                mr_error *err)
{
    mr_scalar at[14] = {{0}};
    uint64_t words[14];
    bool is_poisson = isinf(c->n);
    double spread = sqrt(variance(c));
    double b = (is_poisson ? 0.931 : 1.15) + 2.53 * spread;
    at[2].f64 = c->mean + (is_poisson ? 0.43 : 0.5);
    at[3].f64 = c->n;
    at[4].f64 = is_poisson ? -0.059 + 0.02483 * b : -0.0873 + 0.0248 * b + 0.01 * c->p;
    at[5].f64 = b;
    at[6].f64 = is_poisson ? 0.9277 - 3.6224 / (b - 2) : 0.92 - 4.2 / b;
    at[7].f64 = is_poisson ? (1.1239 + 1.1328 / (b - 3.4)) * sqrt(6.283185307179586 * c->mean)
                           : (2.83 + 5.1 / b) * spread;
    put_centre(at + 8, is_poisson ? c->mean : (c->n + 1) * c->p);
    put_centre(at + 11, is_poisson ? HUGE_VAL : (c->n + 1) * (1 - c->p));
    for (size_t k = 0; k < 14; k++) words[k] = at[k].u64;
    return mr_draw_set_words(seq, seed_at, words, 14, err);
}

mr_status mr_counts_make(struct mr_seq *seq, size_t seed_at, const struct mr_counts *c,
                         bool is_mirrored, mr_error *err)
{
    if (mr_counts_are_narrow(c)) return make_kinds(seq, seed_at, c, is_mirrored, err);
    return make_rejection(seq, seed_at, c, err);
}

ir_value mr_counts_lower(struct mr_lowering *l, const struct mr_seq *seq, const struct mr_counts *c,
                         ir_value position)
{
    if (mr_counts_are_narrow(c)) return mr_alias_lower(l, seq, position);
    return mr_ir_cast(l->body, MR_I64, mr_draw_by_words(l, seq, MR_FN_COUNTS, MR_F64, position));
}
