/* What the files of ulp share: a function to be measured, its points, its worst error. */
#ifndef MR_TESTS_ACCURACY_ULP_ROW_H
#define MR_TESTS_ACCURACY_ULP_ROW_H

#include <mpfr.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PRECISION = 128 };

#define MAX 0x1.fffffffffffffp1023

typedef int (*mpfr_unary)(mpfr_t, const mpfr_t, mpfr_rnd_t);
typedef int (*mpfr_binary)(mpfr_t, const mpfr_t, const mpfr_t, mpfr_rnd_t);

/* How the second argument of a binary function is drawn. */
enum pairing { UNARY, ANY_PAIR, NEAR_PAIR, POWER_PAIR };

/* One function. Points are drawn half uniformly among the numbers of [from, to] (so every exponent
 * has its share), half uniformly from the interval [low, high]; and around every `edge`. Where the
 * long double function makes it cheap, half of all points are drawn where errors are large instead:
 * one in four from [tiny_from, tiny_to], whose results are the least normal and the subnormal
 * numbers, the others about the worst points so far. */
struct ulp_row {
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

struct ulp_worst {
    double ulps, x, y;
};

/* The worst of the points that came to each place, so that no hill takes all. */
enum { HILLS = 64 };

/* ulp_rows.c: what is measured. */
extern const struct ulp_row ulp_rows[];
extern const size_t ulp_row_count;

/* What the function gave at the point that is measured now, for references that MPFR has not:
 * Newton's step from a guess that is right to an ulp is right to nearly twice the digits. */
extern double ulp_guess;

/* ulp_points.c: point n; every row begins them anew, and has always the same. */
void ulp_begin_points(void);
double ulp_draw(const struct ulp_row *r, bool single, uint64_t n);
double ulp_draw_second(const struct ulp_row *r, bool single, double x, uint64_t n);

/* The point in place of (x, y), which was drawn evenly. */
void ulp_draw_hard(const struct ulp_row *r, bool single, uint64_t n,
                   const struct ulp_worst hills[HILLS], double *x, double *y);

/* ulp_measure.c: of so many points, or of every f32 of a unary row's range. */
struct ulp_worst ulp_measure(const struct ulp_row *r, bool single, uint64_t points);
struct ulp_worst ulp_measure_all_f32(const struct ulp_row *r);

#endif
