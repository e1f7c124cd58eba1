#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "conformance/same_runs.h"
#include "lang/refusal.h"
#include "suite.h"

static const struct run runs[] = {{MR_ENGINE_HOST, 65536, 2, .staged = false},
                                  {MR_ENGINE_HOST, 1000, 3, .staged = false},
                                  {MR_ENGINE_OPENCL, 65536, 2, .staged = false},
                                  {MR_ENGINE_OPENCL, 1000, 5, .staged = false}};
enum { RUNS = sizeof runs / sizeof runs[0] };

/* Of the bits of all coordinates, point by point. */
static uint64_t digest(const struct model_result *points)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t k = 0; k < points->column[0].len; k++)
        for (size_t c = 0; c < points->columns; c++) {
            uint64_t bits;
            memcpy(&bits, (const double *)points->column[c].data + k, sizeof bits);
            hash = (hash ^ bits) * UINT64_C(0x100000001b3);
            hash ^= hash >> 32;
        }
    return hash;
}

/* Digests of 1e5 points in 8 dimensions of scipy.stats.qmc.Sobol(scramble=False, bits=30) and
 * Halton(scramble=False), SciPy 1.17.1. */
static void points_are_those_of_scipy(void)
{
    static const struct {
        const char *text;
        uint64_t digest;
    } rows[] = {
        {"sobol(8)", UINT64_C(0x1c50b9c76470c410)},
        {"sobol(8, first=504)", UINT64_C(0x19645f21ae428c31)},
        {"sobol(8, first=1103)", UINT64_C(0x64f9045b86d5be56)},
        {"halton(8)", UINT64_C(0x482628775257f407)},
        {"halton(8, first=100)", UINT64_C(0x4001f994b8960834)},
        {"halton(8, first=1016)", UINT64_C(0x15e7425556e0546a)},
    };
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++)
        for (size_t k = 0; k < RUNS; k++) {
            struct model_result points;
            CU_ASSERT_TRUE(deliver_text(&points, rows[row].text, runs[k], 100000));
            CU_ASSERT_EQUAL(digest(&points), rows[row].digest);
            model_free(&points);
        }
}

/* By their definitions in long integers, or in the same order of f64 operations. */
static void points_far_out_are_right(void)
{
    static const struct {
        const char *text;
        double x[8];
        double error;
    } rows[] = {
        {"sobol(8) | skip(1e15)",
         {5.5637097667649016e-05, 0.2197057271979288, 0.7796583663648518, 0.6279871858291086,
          0.9174491858504092, 0.9551027942171908, 0.9789347747876702, 0.43812088712285036},
         0},
        {"sobol(8, first=1103) | skip(1000000000000003)",
         {0.5452984345135947, 0.24913946839882417, 0.8333581111180814, 0.34543020749722775,
          0.19592772493903166, 0.2334714098096322, 0.32810584737018633, 0.42341749149056884},
         0},
        {"halton(8) | skip(1e15)",
         {2.1168378856906145e-05, 0.36566877171181056, 2.3719627980800005e-11, 0.8726374372320228,
          0.9387714501935495, 0.9674867334112442, 0.7478807965522216, 0.4256752192398685},
         0},
        {"halton(8) | skip(9e18)",
         {1.983493541513645e-06, 0.038083089684641996, 9.85495278452736e-14, 0.28676937954516324,
          0.8502149361464271, 0.7087422251579801, 0.9775347082225464, 0.4811098929815849},
         0},
        {"r2(8) | skip(1e15)",
         {0.427898749949185, 0.724473495779253, 0.8790988969214392, 0.19970654109355737,
          0.8074523818119647, 0.3157896753124095, 0.228247223330732, 0.6851599180248161},
         0x1p-53},
        {"r2(8) | skip(1000000)",
         {0.7412333026402824, 0.6552951263249486, 0.33885372769401445, 0.670126442717313,
          0.34678053359297384, 0.15606462456066383, 0.458963690456873, 0.8715980058629147},
         0x1p-53},
    };
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++)
        for (size_t k = 0; k < RUNS; k++) {
            struct model_result points;
            char text[80];
            (void)snprintf(text, sizeof text, "%s | take(1)", rows[row].text);
            CU_ASSERT_TRUE_FATAL(deliver_text(&points, text, runs[k], 1) && points.columns == 8);
            for (size_t c = 0; c < 8; c++) {
                double x = ((const double *)points.column[c].data)[0];
                CU_ASSERT_TRUE(fabs(x - rows[row].x[c]) <= rows[row].error);
            }
            model_free(&points);
        }
}

static void engines_batches_and_rings_change_nothing(void)
{
    static const char *const pipelines[] = {
        "sobol(3, scramble=owen, seed=5) | take(5000)",
        "sobol(2, first=9, scramble=shift, seed=6) | skip(999999999999) | take(5000)",
        "sobol(2, first=9, scramble=owen) | skip(3) | take(5000)",
        "count(0, 7) | take(5000) | enumerate() | shuffle(2)",
        "sobol(2) | slice(1, 30000, 6)",
        "halton(2, first=3) | slice(5, 30000, 6)",
        "halton(3) | skip(4503599627370000) | take(1000)",
        "halton(2, first=7, scramble=digits, seed=8) | skip(5) | take(3000)",
        "halton(3, first=1, scramble=digits) | skip(4503599627370000) | take(1000)",
        "r2(5, start=0.25) | skip(77) | take(5000)",
    };
    assert_same_runs(pipelines, sizeof pipelines / sizeof pipelines[0], runs, RUNS, 5000);
}

/* The first 2^10 points of dimensions 0 and 1 are a (0, 10, 2)-net: one in each elementary box. */
static void scrambling_keeps_the_net(void)
{
    static const char *const texts[] = {"sobol(2)", "sobol(2, scramble=shift, seed=3)",
                                        "sobol(2, scramble=owen, seed=3)"};
    enum { M = 10, COUNT = 1 << M };
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        struct model_result points;
        CU_ASSERT_TRUE_FATAL(deliver_text(&points, texts[t], runs[0], COUNT));
        const double *x = points.column[0].data, *y = points.column[1].data;
        for (int m = 0; m <= M; m++) {
            uint8_t met[COUNT] = {0};
            size_t boxes = 0;
            for (size_t k = 0; k < COUNT; k++) {
                size_t box = (size_t)ldexp(x[k], m) << (M - m) | (size_t)ldexp(y[k], M - m);
                boxes += !met[box];
                met[box] = 1;
            }
            CU_ASSERT_EQUAL(boxes, COUNT);
        }
        model_free(&points);
    }
}

/* Of the first 2^4 3^3 5^2 points in bases 2, 3 and 5 one is in each box of such sides. */
static void scrambled_digits_keep_the_boxes(void)
{
    enum { X = 16, Y = 27, Z = 25, COUNT = X * Y * Z };
    struct model_result points;
    uint8_t met[COUNT] = {0};
    size_t boxes = 0;
    CU_ASSERT_TRUE_FATAL(
        deliver_text(&points, "halton(3, scramble=digits, seed=3)", runs[0], COUNT));
    const double *x = points.column[0].data, *y = points.column[1].data;
    const double *z = points.column[2].data;
    for (size_t k = 0; k < COUNT; k++) {
        size_t box = ((size_t)(x[k] * X) * Y + (size_t)(y[k] * Y)) * Z + (size_t)(z[k] * Z);
        boxes += !met[box];
        met[box] = 1;
    }
    CU_ASSERT_EQUAL(boxes, COUNT);
    model_free(&points);
}

/* Over seeds each point is uniform, and two that share their first box lie in its halves. */
static void scrambled_points_are_uniform_over_seeds(void)
{
    static const char *const texts[] = {"sobol(1, first=4, scramble=owen, seed=",
                                        "halton(1, scramble=digits, seed="};
    enum { SEEDS = 2000, CELLS = 16 };
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        double counts[CELLS] = {0}, sum = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            char text[64];
            struct model_result points;
            (void)snprintf(text, sizeof text, "%s%d)", texts[t], seed);
            CU_ASSERT_TRUE_FATAL(deliver_text(&points, text, runs[0], 2));
            const double *x = points.column[0].data;
            counts[(size_t)(x[1] * CELLS)]++;
            CU_ASSERT_NOT_EQUAL(x[0] < 0.5, x[1] < 0.5);
            model_free(&points);
        }
        for (size_t k = 0; k < CELLS; k++) {
            double distance = counts[k] - (double)SEEDS / CELLS;
            sum += distance * distance / ((double)SEEDS / CELLS);
        }
        CU_ASSERT_TRUE(sum < 38); /* fifteen degrees of freedom: one in 1000 */
    }
}

/* Nested uniform scrambling has an error of about N^-1.5 for smooth functions. */
static void scrambled_means_are_close(void)
{
    double squares = 0;
    for (int seed = 0; seed < 20; seed++) {
        char text[96];
        struct model_result mean;
        (void)snprintf(text, sizeof text,
                       "sobol(3, scramble=owen, seed=%d) | take(1024) | map(x0*x1*x2) | mean()",
                       seed);
        CU_ASSERT_TRUE_FATAL(deliver_text(&mean, text, runs[0], 1));
        double error = ((const double *)mean.column[0].data)[0] - 0.125;
        squares += error * error / 20;
        model_free(&mean);
    }
    CU_ASSERT_TRUE(sqrt(squares) < 1e-4); /* independent points: 4.6e-3 */
}

static void arguments_outside_their_range_are_refused(void)
{
    static const struct refusal rows[] = {
        {"sobol(9)", MR_E_VALUE, 7, "dim=9 must be from 1 to 8"},
        {"halton(0)", MR_E_VALUE, 8, "dim=0 must be from 1 to 8"},
        {"sobol(8, first=1104)", MR_E_LIMIT, 16, "first=1104 is above the limit of 1103"},
        {"halton(2, first=1023)", MR_E_LIMIT, 17, "first=1023 is above the limit of 1022"},
        {"r2(2, start=1)", MR_E_VALUE, 13, "start=1 must be in [0, 1)"},
        {"sobol(scramble=sideways)", MR_E_NAME, 16, "scramble"},
        {"halton(scramble=owen)", MR_E_NAME, 17, "scramble"},
    };
    assert_refused(rows, sizeof rows / sizeof rows[0]);
}

SUITE(point, {"points_are_those_of_scipy", points_are_those_of_scipy},
      {"points_far_out_are_right", points_far_out_are_right},
      {"engines_batches_and_rings_change_nothing", engines_batches_and_rings_change_nothing},
      {"scrambling_keeps_the_net", scrambling_keeps_the_net},
      {"scrambled_digits_keep_the_boxes", scrambled_digits_keep_the_boxes},
      {"scrambled_points_are_uniform_over_seeds", scrambled_points_are_uniform_over_seeds},
      {"scrambled_means_are_close", scrambled_means_are_close},
      {"arguments_outside_their_range_are_refused", arguments_outside_their_range_are_refused});
