/* Measures kernels/lib/math_*.cl against MPFR: ulp [--quick] [--markdown] [--docs FILE] [name...]
 *
 * Prints the largest error of each function in units in the last place of the exact result, and
 * where it was. Exits 1 if a bound that the library documents is exceeded. Takes 1e6 points a row;
 * in f32, every argument in a unary row's range, against the f64 functions (their error is below
 * 2^-28 ulp of an f32). --quick takes the first 1e5 of the same points for both, unless the
 * environment's MILLRACE_TESTS is long. --markdown prints the table's rows of
 * docs/functions.md; --docs FILE compares with them: points are always the same, so that none may
 * be worse than the worst that is written there.
 *
 * MPFR takes its time. So a point's error is first found by the C library's long double function,
 * and MPFR asked where that comes near the largest so far, and at each 64th point, to see that the
 * long double function can be trusted; where it cannot, MPFR is asked everywhere.
 *
 * Stands alone: it needs the kernel sources, not the library. */
#include <float.h>
#include <math.h>
#include <mpfr.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/library_math.h"

enum { PRECISION = 128 };

typedef int (*mpfr_unary)(mpfr_t, const mpfr_t, mpfr_rnd_t);
typedef int (*mpfr_binary)(mpfr_t, const mpfr_t, const mpfr_t, mpfr_rnd_t);

/* How the second argument of a binary function is drawn. */
enum pairing { UNARY, ANY_PAIR, NEAR_PAIR, POWER_PAIR };

/* One function. Points are drawn half uniformly among the numbers of [from, to] (so every exponent
 * has its share), half uniformly from the interval [low, high]; and around every `edge`. Where the
 * long double function makes it cheap, half of all points are drawn where errors are large instead:
 * one in four from [tiny_from, tiny_to], whose results are the least normal and the subnormal
 * numbers, the others about the worst points so far. */
struct row {
    const char *name;
    double (*f64)(double);
    float (*f32)(float);
    double (*f64_pair)(double, double);
    float (*f32_pair)(float, float);
    mpfr_unary exact;
    mpfr_binary exact_pair;
    long double (*near)(long double); /* the same but for its last bits; NULL: there is none */
    long double (*near_pair)(long double, long double);
    enum pairing pairing;
    double from, to, low, high;
    double bound; /* ulp */
    double edges[8];
    double unit_of;            /* an error counts in ulps of this where the result is smaller */
    double tiny_from, tiny_to; /* of an argument, or the exponents of tiny results of two */
};

/* ---- references that MPFR has not ---- */

static int exact_lgamma(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    int sign;
    return mpfr_lgamma(y, &sign, x, round);
}

/* Newton's step from a guess that is right to an ulp is right to nearly twice the digits. */
static double newton_guess;

/* y + (p - erf(y)) sqrt(pi)/2 exp(y^2). */
static int exact_erfinv(mpfr_t y, const mpfr_t p, mpfr_rnd_t round)
{
    if (isinf(newton_guess)) return mpfr_set_d(y, newton_guess, round);
    mpfr_t a, b;
    mpfr_inits2(PRECISION, a, b, (mpfr_ptr)0);
    mpfr_set_d(y, newton_guess, round);
    mpfr_erf(a, y, round);
    mpfr_sub(a, p, a, round);
    mpfr_sqr(b, y, round);
    mpfr_exp(b, b, round);
    mpfr_mul(a, a, b, round);
    mpfr_const_pi(b, round);
    mpfr_sqrt(b, b, round);
    mpfr_mul(a, a, b, round);
    mpfr_div_2ui(a, a, 1, round);
    int inexact = mpfr_add(y, y, a, round);
    mpfr_clears(a, b, (mpfr_ptr)0);
    return inexact;
}

/* y + (p - erfc(-y / sqrt 2) / 2) sqrt(2 pi) exp(y^2 / 2). */
static int exact_normal_quantile(mpfr_t y, const mpfr_t p, mpfr_rnd_t round)
{
    if (isinf(newton_guess)) return mpfr_set_d(y, newton_guess, round);
    mpfr_t a, b;
    mpfr_inits2(PRECISION, a, b, (mpfr_ptr)0);
    mpfr_set_d(y, newton_guess, round);
    mpfr_sqrt_ui(a, 2, round);
    mpfr_div(a, y, a, round);
    mpfr_neg(a, a, round);
    mpfr_erfc(a, a, round);
    mpfr_div_2ui(a, a, 1, round);
    mpfr_sub(a, p, a, round);
    mpfr_sqr(b, y, round);
    mpfr_div_2ui(b, b, 1, round);
    mpfr_exp(b, b, round);
    mpfr_mul(a, a, b, round);
    mpfr_const_pi(b, round);
    mpfr_mul_2ui(b, b, 1, round);
    mpfr_sqrt(b, b, round);
    mpfr_mul(a, a, b, round);
    int inexact = mpfr_add(y, y, a, round);
    mpfr_clears(a, b, (mpfr_ptr)0);
    return inexact;
}

/* The same step as exact_normal_quantile(). */
static long double near_normal_quantile(long double p)
{
    const long double y = (long double)newton_guess, root_2 = 1.41421356237309504880L;
    const long double root_2_pi = 2.50662827463100050242L;
    return y + (p - erfcl(-y / root_2) / 2) * root_2_pi * expl(y * y / 2);
}

static double sin_turn_f64(double x)
{
    return mr_sincos_turn_f64(x).sin;
}
static double cos_turn_f64(double x)
{
    return mr_sincos_turn_f64(x).cos;
}
static float sin_turn_f32(float x)
{
    return mr_sincos_turn_f32(x).sin;
}
static float cos_turn_f32(float x)
{
    return mr_sincos_turn_f32(x).cos;
}

/* sin(2 pi x): x less its half turns is exact. */
static int exact_sin_turn(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    mpfr_t f, half_turns;
    mpfr_inits2(PRECISION, f, half_turns, (mpfr_ptr)0);
    mpfr_mul_2ui(f, x, 1, round);
    mpfr_rint(half_turns, f, MPFR_RNDN);
    mpfr_sub(f, f, half_turns, round);
    bool is_odd = mpfr_get_si(half_turns, MPFR_RNDN) % 2 != 0;
    mpfr_const_pi(half_turns, round);
    mpfr_mul(f, f, half_turns, round);
    int inexact = mpfr_sin(y, f, round);
    if (is_odd) mpfr_neg(y, y, round);
    mpfr_clears(f, half_turns, (mpfr_ptr)0);
    return inexact;
}

static int exact_cos_turn(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    mpfr_t moved;
    mpfr_init2(moved, 8 * PRECISION);
    mpfr_set_d(moved, 0.25, round);
    mpfr_sub(moved, moved, x, round);
    int inexact = exact_sin_turn(y, moved, round);
    mpfr_clear(moved);
    return inexact;
}

#define TURN(fn) .f64 = fn##_f64, .f32 = fn##_f32, .exact = exact_##fn
#define BOTH(fn) .f64 = mr_##fn##_f64, .f32 = mr_##fn##_f32, .exact = mpfr_##fn, .near = fn##l
#define BOTH_OWN(fn) .f64 = mr_##fn##_f64, .f32 = mr_##fn##_f32, .exact = exact_##fn
#define BOTH_PAIR(fn)                                                                              \
    .f64_pair = mr_##fn##_f64, .f32_pair = mr_##fn##_f32, .exact_pair = mpfr_##fn,                 \
    .near_pair = fn##l
#define MAX 0x1.fffffffffffffp1023

static const struct row rows[] = {
    {"exp", BOTH(exp), .from = -746, .to = 710, .low = -2, .high = 2, .bound = 1,
     .tiny_from = -745.2, .tiny_to = -707, .edges = {-0x1.625fa2ac462e7p+9}},
    {"exp2", BOTH(exp2), .from = -1076, .to = 1024, .low = -2, .high = 2, .bound = 1,
     .tiny_from = -1075, .tiny_to = -1021, .edges = {-0x1.ff3e418e8a200p+9}},
    {"expm1", BOTH(expm1), .from = -50, .to = 710, .low = -2, .high = 3, .bound = 1},
    {"log", BOTH(log), .from = 0x1p-1074, .to = MAX, .low = 0.5, .high = 2, .bound = 1,
     .edges = {1, 0.70710678118654757, 1.4142135623730951}},
    {"log2", BOTH(log2), .from = 0x1p-1074, .to = MAX, .low = 0.5, .high = 2, .bound = 1,
     .edges = {1, 0.70710678118654757, 1.4142135623730951}},
    {"log10", BOTH(log10), .from = 0x1p-1074, .to = MAX, .low = 0.5, .high = 2, .bound = 1,
     .edges = {1, 0.70710678118654757, 1.4142135623730951}},
    {"log1p", BOTH(log1p), .from = -1, .to = MAX, .low = -0.6, .high = 1, .bound = 1,
     .edges = {-0.29289321881345243, 0.41421356237309503, -1}},
    {"pow", BOTH_PAIR(pow), .pairing = POWER_PAIR, .from = 0x1p-1074, .to = MAX, .low = 0.5,
     .high = 2, .bound = 1, .tiny_from = -1075, .tiny_to = -1020},
    {"sin", BOTH(sin), .from = -MAX, .to = MAX, .low = -10, .high = 10, .bound = 1,
     .edges = {3.1415926535897931, 6.2831853071795862, 0x1p20, 0x1.6ac5b262ca1ffp849}},
    {"cos", BOTH(cos), .from = -MAX, .to = MAX, .low = -10, .high = 10, .bound = 1,
     .edges = {1.5707963267948966, 4.7123889803846897, 0x1p20, 0x1.6ac5b262ca1ffp849}},
    {"tan", BOTH(tan), .from = -MAX, .to = MAX, .low = -10, .high = 10, .bound = 2,
     .edges = {1.5707963267948966, 3.1415926535897931, 0x1p20, 0x1.6ac5b262ca1ffp849}},
    {"sin_turn", TURN(sin_turn), .from = -1, .to = 1, .low = -1, .high = 1, .bound = 2,
     .edges = {0.125, 0.25, 0.5, 0.75}},
    {"cos_turn", TURN(cos_turn), .from = -1, .to = 1, .low = -1, .high = 1, .bound = 1,
     .edges = {0.125, 0.25, 0.5, 0.75}},
    {"asin", BOTH(asin), .from = -1, .to = 1, .low = -1, .high = 1, .bound = 1,
     .edges = {0.5, -0.5, 1, -1}},
    {"acos", BOTH(acos), .from = -1, .to = 1, .low = -1, .high = 1, .bound = 1,
     .edges = {0.5, -0.5, 1, -1}},
    {"atan", BOTH(atan), .from = -MAX, .to = MAX, .low = -5, .high = 5, .bound = 1,
     .edges = {0.25, 0.72, 1.386, 4.236}},
    {"atan2", BOTH_PAIR(atan2), .pairing = NEAR_PAIR, .from = -MAX, .to = MAX, .low = -5, .high = 5,
     .bound = 1, .tiny_from = -1075, .tiny_to = -1020},
    {"sinh", BOTH(sinh), .from = -711, .to = 711, .low = -3, .high = 3, .bound = 1},
    {"cosh", BOTH(cosh), .from = -711, .to = 711, .low = -3, .high = 3, .bound = 1},
    {"tanh", BOTH(tanh), .from = -30, .to = 30, .low = -5, .high = 5, .bound = 1,
     .edges = {-0x1.e876470348264p+1}},
    {"cbrt", BOTH(cbrt), .from = -MAX, .to = MAX, .low = -8, .high = 8, .bound = 1,
     .edges = {1, 8, 27}},
    {"hypot", BOTH_PAIR(hypot), .pairing = NEAR_PAIR, .from = -MAX, .to = MAX, .low = -5, .high = 5,
     .bound = 1},
    {"erf", BOTH(erf), .from = -7, .to = 7, .low = -3, .high = 3, .bound = 1, .edges = {1, -1}},
    {"erfc", BOTH(erfc), .from = -7, .to = 27.3, .low = -1, .high = 27, .bound = 2,
     .tiny_from = 26.5, .tiny_to = 27.23, .edges = {0x1.a8b48d6de1824p+4}},
    {"erfinv", BOTH_OWN(erfinv), .from = -1, .to = 1, .low = -1, .high = 1, .bound = 2,
     .edges = {0.5, -0.5, 1, -1}},
    {"normal_quantile", BOTH_OWN(normal_quantile), .near = near_normal_quantile, .from = 0x1p-1074,
     .to = 1, .low = 0, .high = 1, .bound = 2, .edges = {0.25, 0.5, 0.75, 1}},
    {"lgamma", BOTH_OWN(lgamma), .near = lgammal, .from = 0x1p-1074, .to = 0x1p1014, .low = 0,
     .high = 20, .bound = 2, .edges = {0.5, 1, 2, 8}},
    {"lgamma(x < 0)", BOTH_OWN(lgamma), .near = lgammal, .from = -0x1p54, .to = -0x1p-1074,
     .low = -20, .high = 0, .bound = 2, .edges = {-0.5, -2.4570247382208004, -2.7476826467274127},
     .unit_of = 1},
};

/* ---- drawing points ---- */

static uint64_t random_state = 20;

/* splitmix64 (Steele, Lea, Flood 2014, Fast splittable pseudorandom number generators). */
static uint64_t random_u64(void)
{
    uint64_t z = (random_state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static double random_unit(void)
{
    return (double)(random_u64() >> 11) * 0x1p-53;
}

/* Numbers of one format in their order; the distance of neighbours is 1. */
static int64_t order_of(double x, bool single)
{
    int64_t bits = single ? AS_I32((float)x) & INT32_MAX : AS_I64(x) & INT64_MAX;
    return signbit(x) ? -bits : bits;
}

static double number_of(int64_t order, bool single)
{
    uint64_t bits = (uint64_t)(order < 0 ? -order : order);
    double x = single ? (double)AS_F32((uint32_t)bits) : AS_F64(bits);
    return order < 0 ? -x : x;
}

static double clip(double x, bool single)
{
    double most = single ? 0x1.fffffep127 : MAX, least = single ? 0x1p-149 : 0x1p-1074;
    if (x > most) return most;
    if (x < -most) return -most;
    if (x != 0 && fabs(x) < least) return x < 0 ? -least : least;
    return x;
}

static double draw(const struct row *r, bool single, uint64_t n)
{
    double from = clip(r->from, single), to = clip(r->to, single);
    if (n < 1024 && r->edges[n / 128] != 0) {
        double edge = clip(r->edges[n / 128], single);
        double x = number_of(order_of(edge, single) + (int64_t)(n % 128) - 64, single);
        return x < from ? from : x > to ? to : x;
    }
    if (n & 1) {
        double x = r->low + (r->high - r->low) * random_unit();
        return single ? (double)(float)x : x;
    }
    int64_t first = order_of(from, single), last = order_of(to, single);
    uint64_t span = (uint64_t)last - (uint64_t)first;
    return number_of((int64_t)((uint64_t)first + (uint64_t)((double)span * random_unit())), single);
}

static double draw_second(const struct row *r, bool single, double x, uint64_t n)
{
    double y = draw(r, single, n | 1024);
    if (r->pairing == NEAR_PAIR && n % 4 < 3)
        y = (random_unit() - 0.5) * ldexp(x, (int)(random_u64() % (n % 4 == 1 ? 120 : 8)) - 4);
    if (r->pairing == POWER_PAIR)
        y = (random_unit() * (single ? 195 : 1460) - (single ? 104 : 748)) / log(x);
    y = clip(y, single);
    return single ? (double)(float)y : y;
}

/* ---- measuring ---- */

struct worst {
    double ulps, x, y;
};

/* The worst of the points that came to each place, so that no hill takes all. */
enum { HILLS = 64 };

static double moved(double x, bool single)
{
    int64_t most = (int64_t)1 << (random_u64() % (single ? 20 : 44));
    int64_t step = (int64_t)(random_u64() % (uint64_t)(2 * most + 1)) - most;
    return clip(number_of(order_of(x, single) + step, single), single);
}

/* A result 2^e, tiny_from <= e <= tiny_to (in f32 as near to its own least number): x for y. */
static double second_of_tiny(const struct row *r, bool single, double x)
{
    double e = r->tiny_from + (r->tiny_to - r->tiny_from) * random_unit() + (single ? 925 : 0);
    if (single && r->tiny_to - e > 28) e = r->tiny_to + 925 - 28 * random_unit();
    double y = r->pairing == POWER_PAIR ? e / log2(fabs(x)) : x / exp2(e);
    return single ? (double)(float)clip(y, single) : clip(y, single);
}

/* The point in place of (x, y), which was drawn evenly. */
static void draw_hard(const struct row *r, bool single, uint64_t n, const struct worst hills[HILLS],
                      double *x, double *y)
{
    const struct worst *hill = &hills[random_u64() % HILLS];
    if (n % 8 == 2 && r->tiny_to != 0) {
        if (r->pairing != UNARY)
            *y = second_of_tiny(r, single, *x);
        else if (!single)
            *x = r->tiny_from + (r->tiny_to - r->tiny_from) * random_unit();
    } else if (hill->ulps > 0) {
        *x = moved(hill->x, single);
        *y = r->pairing == UNARY || n % 16 < 8 ? hill->y : moved(hill->y, single);
        double from = clip(r->from, single), to = clip(r->to, single);
        *x = *x < from ? from : *x > to ? to : *x;
    }
}

static double ulps_between(double got, const mpfr_t exact, bool single, double unit_of)
{
    int digits = single ? 24 : 53;
    long least = single ? -149 : -1074, most = single ? 128 : 1024;
    if (isnan(got)) return mpfr_nan_p(exact) ? 0 : INFINITY;
    if (mpfr_inf_p(exact)) return isinf(got) ? 0 : INFINITY;
    if (mpfr_nan_p(exact)) return INFINITY;
    long unit = least;
    if (!mpfr_zero_p(exact) && mpfr_get_exp(exact) - digits > least)
        unit = mpfr_get_exp(exact) - digits;
    if (unit_of != 0 && unit < ilogb(unit_of) + 1 - digits) unit = ilogb(unit_of) + 1 - digits;
    mpfr_t d;
    mpfr_init2(d, 2 * PRECISION);
    if (isinf(got)) { /* an overflow that rounding explains stands for 2^most */
        if (unit > most - digits) unit = most - digits;
        mpfr_set_si_2exp(d, got > 0 ? 1 : -1, most, MPFR_RNDN);
        if (mpfr_cmpabs(exact, d) > 0) mpfr_set(d, exact, MPFR_RNDN);
    } else {
        mpfr_set_d(d, got, MPFR_RNDN);
    }
    mpfr_sub(d, d, exact, MPFR_RNDN);
    mpfr_mul_2si(d, d, -unit, MPFR_RNDN);
    double ulps = fabs(mpfr_get_d(d, MPFR_RNDN));
    mpfr_clear(d);
    return ulps;
}

/* An error of this much more or less than the long double function's is still possible. */
static const double near_margin = 1.0 / 64;

/* The same by the long double function; INFINITY where only MPFR can tell. */
static double ulps_nearly(const struct row *r, double got, double x, double y, bool single)
{
    if (LDBL_MANT_DIG < 64 || !(r->near || r->near_pair)) return INFINITY;
    const long double exact =
        r->near ? r->near((long double)x) : r->near_pair((long double)x, (long double)y);
    int digits = single ? 24 : 53, least = single ? -149 : -1074, unit;
    if (!isfinite(got) || !isfinite(exact) || exact == 0) return INFINITY;
    (void)frexpl(exact, &unit);
    unit = unit - digits > least ? unit - digits : least;
    if (r->unit_of != 0 && unit < ilogb(r->unit_of) + 1 - digits)
        unit = ilogb(r->unit_of) + 1 - digits;
    return (double)ldexpl(fabsl((long double)got - exact), -unit);
}

/* False if the long double function turned out to be off. */
static bool measure_by(struct worst *w, const struct row *r, bool single, uint64_t points,
                       bool uses_near)
{
    mpfr_t mx, my, exact;
    bool is_off = false;
    mpfr_inits2(PRECISION, mx, my, exact, (mpfr_ptr)0);
    random_state = 20;
    *w = (struct worst){0};
    struct worst hills[HILLS] = {{0}};
    bool is_hard = r->near || r->near_pair;
    for (uint64_t n = 0; n < points && !is_off; n++) {
        double x = draw(r, single, n), y = 0, got;
        if (r->pairing != UNARY) y = draw_second(r, single, x, n);
        if (is_hard && n >= 1024 && n % 4 >= 2) draw_hard(r, single, n, hills, &x, &y);
        if (r->pairing != UNARY) {
            got = single ? (double)r->f32_pair((float)x, (float)y) : r->f64_pair(x, y);
        } else {
            got = single ? (double)r->f32((float)x) : r->f64(x);
            newton_guess = got;
        }
        double nearly = uses_near ? ulps_nearly(r, got, x, y, single) : INFINITY;
        struct worst *hill = &hills[n / 4 % HILLS];
        if (isfinite(nearly) && nearly > hill->ulps) *hill = (struct worst){nearly, x, y};
        if (n % 64 && nearly < w->ulps - near_margin) continue;
        mpfr_set_d(mx, x, MPFR_RNDN);
        mpfr_set_d(my, y, MPFR_RNDN);
        if (r->pairing != UNARY)
            r->exact_pair(exact, mx, my, MPFR_RNDN);
        else
            r->exact(exact, mx, MPFR_RNDN);
        double ulps = ulps_between(got, exact, single, r->unit_of);
        is_off = isfinite(nearly) && fabs(nearly - ulps) > near_margin;
        if (ulps > w->ulps) *w = (struct worst){ulps, x, y};
    }
    mpfr_clears(mx, my, exact, (mpfr_ptr)0);
    return !is_off;
}

static struct worst measure(const struct row *r, bool single, uint64_t points)
{
    struct worst w;
    if (!measure_by(&w, r, single, points, true)) (void)measure_by(&w, r, single, points, false);
    return w;
}

static bool report(const struct row *r, const char *dtype, struct worst w)
{
    printf("%-16s %s  %8.4f  %4g  %a", r->name, dtype, w.ulps, r->bound, w.x);
    if (r->pairing != UNARY) printf(", %a", w.y);
    bool fits = w.ulps <= r->bound;
    printf("%s\n", fits ? "" : "  EXCEEDED");
    fflush(stdout);
    return fits;
}

static void print_cell(const struct row *r, struct worst w)
{
    printf(" %.4f | `%a", w.ulps, w.x);
    if (r->pairing != UNARY) printf(", %a", w.y);
    printf("` |");
}

static void print_markdown(const struct row *r, struct worst f64, struct worst f32)
{
    printf("| `%s` | %g |", r->name, r->bound);
    print_cell(r, f64);
    print_cell(r, f32);
    printf("\n");
    fflush(stdout);
}

/* True if the page has a row for the function with errors as large as these or larger. */
static bool is_documented(const char *page, const struct row *r, struct worst f64, struct worst f32)
{
    static const double rounding = 0.00005;
    char line[256], begin[64];
    double bound, wide, narrow;
    FILE *file = fopen(page, "r");
    bool found = false;
    (void)snprintf(begin, sizeof begin, "| `%s` |", r->name);
    while (file && !found && fgets(line, sizeof line, file))
        found = strncmp(line, begin, strlen(begin)) == 0;
    if (file) (void)fclose(file);
    bool right = found &&
                 sscanf(line + strlen(begin), " %lf | %lf | `%*[^`]` | %lf |", &bound, &wide,
                        &narrow) == 3 &&
                 bound == r->bound && f64.ulps <= wide + rounding && f32.ulps <= narrow + rounding;
    if (!right) printf("%s: %s does not say so\n", r->name, page);
    return right;
}

static struct worst measure_all_f32(const struct row *r)
{
    struct worst w = {0};
    for (uint64_t bits = 0; bits < UINT64_C(1) << 32; bits++) {
        float x = AS_F32((uint32_t)bits);
        if (!((double)x >= r->from && (double)x <= r->to)) continue;
        double exact = r->f64((double)x), got = (double)r->f32(x);
        if (isnan(exact) || isinf(exact)) {
            bool same = isnan(exact) ? isnan(got) : exact == got;
            if (!same) w = (struct worst){INFINITY, (double)x, 0};
            continue;
        }
        int unit = (int)(AS_U64(exact) >> 52 & 0x7ff) - 1023 - 23;
        unit = unit < -149 ? -149 : unit > 104 ? 104 : unit;
        if (r->unit_of != 0 && unit < ilogb(r->unit_of) - 23) unit = ilogb(r->unit_of) - 23;
        if (isinf(got)) got = fabs(exact) >= 0x1p128 ? exact : copysign(0x1p128, got);
        double ulps = fabs(got - exact) * AS_F64((uint64_t)(1023 - unit) << 52);
        if (!(ulps <= w.ulps)) w = (struct worst){isnan(ulps) ? INFINITY : ulps, (double)x, 0};
    }
    return w;
}

static bool chosen(const char *name, char **names)
{
    if (!*names) return true;
    for (; *names; names++)
        if (strcmp(name, *names) == 0) return true;
    return false;
}

struct options {
    bool quick, markdown;
    const char *docs;
};

static bool measure_row(const struct row *r, const struct options *o)
{
    uint64_t points = o->quick ? 100000 : 1000000;
    bool all_f32 = !o->quick && r->pairing == UNARY, fits = true;
    struct worst f64 = measure(r, false, points);
    struct worst f32 = all_f32 ? measure_all_f32(r) : measure(r, true, points);
    if (o->markdown) {
        print_markdown(r, f64, f32);
        fits = f64.ulps <= r->bound && f32.ulps <= r->bound;
    } else {
        fits &= report(r, "f64", f64);
        fits &= report(r, "f32", f32);
    }
    if (o->docs) fits &= is_documented(o->docs, r, f64, f32);
    return fits;
}

int main(int argc, char **argv)
{
    struct options o = {false, false, NULL};
    const char *tests = getenv("MILLRACE_TESTS");
    bool fits = true, is_long = tests && strcmp(tests, "long") == 0;
    (void)argc;
    for (argv++; *argv && **argv == '-'; argv++) {
        o.quick = o.quick || (strcmp(*argv, "--quick") == 0 && !is_long);
        o.markdown = o.markdown || strcmp(*argv, "--markdown") == 0;
        if (strcmp(*argv, "--docs") == 0 && argv[1]) o.docs = *++argv;
    }
    if (!o.markdown)
        printf("%-16s %s  %8s  %4s  %s\n", "function", "dtype", "max ulp", "bound", "at");
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
        if (chosen(rows[k].name, argv)) fits &= measure_row(&rows[k], &o);
    mpfr_free_cache();
    return fits ? 0 : 1;
}
