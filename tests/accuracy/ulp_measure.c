/* How far a function's results are from the exact ones.
 *
 * MPFR takes its time. So a point's error is first found by the C library's long double function,
 * and MPFR asked where that comes near the largest so far, and at each 64th point, to see that the
 * long double function can be trusted; where it cannot, MPFR is asked everywhere. */
#include <float.h>
#include <math.h>

#include "engine/c_prelude.h"
#include "ulp_row.h"

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
static double ulps_nearly(const struct ulp_row *r, double got, double x, double y, bool single)
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
static bool measure_by(struct ulp_worst *w, const struct ulp_row *r, bool single, uint64_t points,
                       bool uses_near)
{
    mpfr_t mx, my, exact;
    bool is_off = false;
    mpfr_inits2(PRECISION, mx, my, exact, (mpfr_ptr)0);
    ulp_begin_points();
    *w = (struct ulp_worst){0};
    struct ulp_worst hills[HILLS] = {{0}};
    bool is_hard = r->near || r->near_pair;
    for (uint64_t n = 0; n < points && !is_off; n++) {
        double x = ulp_draw(r, single, n), y = 0, got;
        if (r->pairing != UNARY) y = ulp_draw_second(r, single, x, n);
        if (is_hard && n >= 1024 && n % 4 >= 2) ulp_draw_hard(r, single, n, hills, &x, &y);
        if (r->pairing != UNARY) {
            got = single ? (double)r->f32_pair((float)x, (float)y) : r->f64_pair(x, y);
        } else {
            got = single ? (double)r->f32((float)x) : r->f64(x);
            ulp_guess = got;
        }
        double nearly = uses_near ? ulps_nearly(r, got, x, y, single) : INFINITY;
        struct ulp_worst *hill = &hills[n / 4 % HILLS];
        if (isfinite(nearly) && nearly > hill->ulps) *hill = (struct ulp_worst){nearly, x, y};
        if (n % 64 && nearly < w->ulps - near_margin) continue;
        mpfr_set_d(mx, x, MPFR_RNDN);
        mpfr_set_d(my, y, MPFR_RNDN);
        if (r->pairing != UNARY)
            r->exact_pair(exact, mx, my, MPFR_RNDN);
        else
            r->exact(exact, mx, MPFR_RNDN);
        double ulps = ulps_between(got, exact, single, r->unit_of);
        is_off = isfinite(nearly) && fabs(nearly - ulps) > near_margin;
        if (ulps > w->ulps) *w = (struct ulp_worst){ulps, x, y};
    }
    mpfr_clears(mx, my, exact, (mpfr_ptr)0);
    return !is_off;
}

struct ulp_worst ulp_measure(const struct ulp_row *r, bool single, uint64_t points)
{
    struct ulp_worst w;
    if (!measure_by(&w, r, single, points, true)) (void)measure_by(&w, r, single, points, false);
    return w;
}

struct ulp_worst ulp_measure_all_f32(const struct ulp_row *r)
{
    struct ulp_worst w = {0};
    for (uint64_t bits = 0; bits < UINT64_C(1) << 32; bits++) {
        float x = AS_F32((uint32_t)bits);
        if (!((double)x >= r->from && (double)x <= r->to)) continue;
        double exact = r->f64((double)x), got = (double)r->f32(x);
        if (isnan(exact) || isinf(exact)) {
            bool same = isnan(exact) ? isnan(got) : exact == got;
            if (!same) w = (struct ulp_worst){INFINITY, (double)x, 0};
            continue;
        }
        int unit = (int)(AS_U64(exact) >> 52 & 0x7ff) - 1023 - 23;
        unit = unit < -149 ? -149 : unit > 104 ? 104 : unit;
        if (r->unit_of != 0 && unit < ilogb(r->unit_of) - 23) unit = ilogb(r->unit_of) - 23;
        if (isinf(got)) got = fabs(exact) >= 0x1p128 ? exact : copysign(0x1p128, got);
        double ulps = fabs(got - exact) * AS_F64((uint64_t)(1023 - unit) << 52);
        if (!(ulps <= w.ulps)) w = (struct ulp_worst){isnan(ulps) ? INFINITY : ulps, (double)x, 0};
    }
    return w;
}
