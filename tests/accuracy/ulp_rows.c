/* Each function of the library: its exact reference, where its points are drawn, its bound. */
#include "ulp_row.h"

#include <math.h>

#include "engine/library_math.h"

static int exact_lgamma(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    int sign;
    return mpfr_lgamma(y, &sign, x, round);
}

double ulp_guess;

/* y + (p - erf(y)) sqrt(pi)/2 exp(y^2). */
static int exact_erfinv(mpfr_t y, const mpfr_t p, mpfr_rnd_t round)
{
    if (isinf(ulp_guess)) return mpfr_set_d(y, ulp_guess, round);
    mpfr_t a, b;
    mpfr_inits2(PRECISION, a, b, (mpfr_ptr)0);
    mpfr_set_d(y, ulp_guess, round);
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
    if (isinf(ulp_guess)) return mpfr_set_d(y, ulp_guess, round);
    mpfr_t a, b;
    mpfr_inits2(PRECISION, a, b, (mpfr_ptr)0);
    mpfr_set_d(y, ulp_guess, round);
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
    const long double y = (long double)ulp_guess, root_2 = 1.41421356237309504880L;
    const long double root_2_pi = 2.50662827463100050242L;
    return y + (p - erfcl(-y / root_2) / 2) * root_2_pi * expl(y * y / 2);
}

static double sin_turn_f64(double x)
{
    return mr_sincos_circle_f64(x).sin;
}
static double cos_turn_f64(double x)
{
    return mr_sincos_circle_f64(x).cos;
}
static float sin_turn_f32(float x)
{
    return mr_sincos_circle_f32(x).sin;
}
static float cos_turn_f32(float x)
{
    return mr_sincos_circle_f32(x).cos;
}

/* sin(2 pi x): x less its half circles is exact. */
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

const struct ulp_row ulp_rows[] = {
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

const size_t ulp_row_count = sizeof ulp_rows / sizeof ulp_rows[0];
