/* Zeros, infinities, NaN, poles and ends of ranges, through whole pipelines: results as C11's Annex
 * F asks, which the C library's functions keep, and as Python has them for mod and floordiv. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <millrace/millrace.h>

#include "floored.h"
#include "suite.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define OF_ONE(fn)                                                                                 \
    {                                                                                              \
#fn, .f64 = fn, .f32 = fn##f                                                               \
    }
#define OF_TWO(fn)                                                                                 \
    {                                                                                              \
#fn, .f64_pair = fn, .f32_pair = fn##f                                                     \
    }

enum { COLUMNS = 8 };

static const struct function {
    const char *name;
    double (*f64)(double);
    float (*f32)(float);
    double (*f64_pair)(double, double);
    float (*f32_pair)(float, float);
} of_one[] = {OF_ONE(sqrt),  OF_ONE(cbrt), OF_ONE(exp),   OF_ONE(exp2),  OF_ONE(expm1),
              OF_ONE(log),   OF_ONE(log2), OF_ONE(log10), OF_ONE(log1p), OF_ONE(sin),
              OF_ONE(cos),   OF_ONE(tan),  OF_ONE(asin),  OF_ONE(acos),  OF_ONE(atan),
              OF_ONE(sinh),  OF_ONE(cosh), OF_ONE(tanh),  OF_ONE(erf),   OF_ONE(erfc),
              OF_ONE(floor), OF_ONE(ceil), OF_ONE(round), OF_ONE(trunc), OF_ONE(lgamma)},
  of_two[] = {OF_TWO(pow),
              OF_TWO(atan2),
              OF_TWO(hypot),
              OF_TWO(fmod),
              {"mod", .f64_pair = floored_mod, .f32_pair = floored_modf},
              {"floordiv", .f64_pair = floored_quotient, .f32_pair = floored_quotientf}};

static const double specials[] = {
    0.0, -0.0, 1,  -1,         INFINITY,    -INFINITY, NAN, 2,  -2,   0.5,  -0.5,  2.5,   -2.5,
    3,   -3,   -4, 0x1p24 + 2, -0x1p24 + 1, -750,      710, 90, -110, 1e38, -1e38, -1e30,
};
/* And what only f64 has, or only f32: the least numbers and those near the greatest. */
static const double wide[] = {0x1p-1074, -0x1p-1074, 1e300, -1e300, 0x1p53 + 2, -0x1p53 + 1};
static const double narrow[] = {0x1p-149, -0x1p-149, 0x1.fffffep127, 0x1p-126, 0x1p23, -0x1p23 + 1};

enum { NUMBERS = LENGTH(specials) + LENGTH(wide), PAIRS = NUMBERS * NUMBERS };

static double numbers[2][NUMBERS]; /* of f64 and of f32 */

static void fill_numbers(void)
{
    for (int is_f32 = 0; is_f32 < 2; is_f32++)
        for (size_t k = 0; k < NUMBERS; k++)
            numbers[is_f32][k] = k < LENGTH(specials) ? specials[k]
                                 : is_f32             ? narrow[k - LENGTH(specials)]
                                                      : wide[k - LENGTH(specials)];
}

/* ---- what is right ---- */

static double expected(const struct function *f, bool is_f32, double x, double y)
{
    if (f->f64_pair) return is_f32 ? (double)f->f32_pair((float)x, (float)y) : f->f64_pair(x, y);
    return is_f32 ? (double)f->f32((float)x) : f->f64(x);
}

/* Special results are the same to the sign of a zero; others are not this test's business, but they
 * must be about right. */
static bool is_right(double got, double want)
{
    if (isnan(want)) return isnan(got) != 0;
    if (isinf(want) || want == 0 || fabs(want) == 1)
        return got == want && signbit(got) == signbit(want);
    return fabs(got - want) <= 1e-6 * fabs(want) + 1e-44;
}

static void check_column(const struct function *f, bool is_f32, const char *engine,
                         const mr_batch *batch, size_t column)
{
    size_t wrong = 0;
    for (size_t k = 0; k < batch->len; k++) {
        double x = numbers[is_f32][f->f64_pair ? k / NUMBERS : k], y = numbers[is_f32][k % NUMBERS];
        double want = expected(f, is_f32, x, y);
        double got = is_f32 ? (double)((const float *)batch->columns[column])[k]
                            : ((const double *)batch->columns[column])[k];
        if (is_right(got, want)) continue;
        if (wrong++ == 0)
            printf("\n  %s of %s on %s: (%a, %a) gives %a, expected %a", f->name,
                   is_f32 ? "f32" : "f64", engine, x, y, got, want);
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

/* ---- through a pipeline ---- */

/* "map(exp(a), log(a))" or "map(pow(a, b))". */
static void write_map(char *out, size_t size, const struct function *f, size_t count)
{
    size_t at = (size_t)snprintf(out, size, "map(");
    for (size_t k = 0; k < count; k++)
        at += (size_t)snprintf(out + at, size - at, "%s%s(%s)", k ? ", " : "", f[k].name,
                               f[k].f64_pair ? "a, b" : "a");
    (void)snprintf(out + at, size - at, ")");
}

static void run(const struct function *f, size_t count, bool is_f32, const void *const memory[2],
                size_t length)
{
    static const struct {
        const char *name;
        mr_engine_choice choice;
    } engines[] = {{"the host engine", MR_ENGINE_HOST}, {"a device", MR_ENGINE_OPENCL}};
    mr_dtype dtype = is_f32 ? MR_F32 : MR_F64;
    const mr_array arrays[] = {{.name = "a", .dtype = dtype, .data = memory[0]},
                               {.name = "b", .dtype = dtype, .data = memory[1]}};
    char map[COLUMNS * 16];
    mr_seq *source = NULL, *mapped = NULL;
    write_map(map, sizeof map, f, count);
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_array(&source, arrays, 2, length, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_seq_pipe(&mapped, source, map, NULL), MR_OK);
    for (size_t e = 0; e < LENGTH(engines); e++) {
        const mr_stream_params params = {.engine = engines[e].choice, .batch_elems = length};
        mr_stream *stream = NULL;
        mr_batch batch;
        CU_ASSERT_EQUAL_FATAL(mr_stream_open(&stream, mapped, &params, NULL), MR_OK);
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(stream, &batch, NULL), MR_OK);
        CU_ASSERT_EQUAL(batch.len, length);
        for (size_t c = 0; c < count; c++) check_column(&f[c], is_f32, engines[e].name, &batch, c);
        mr_stream_close(&stream);
    }
    mr_seq_release(&mapped);
    mr_seq_release(&source);
}

static void check_functions(const struct function *f, size_t count, size_t length)
{
    static double f64[2][PAIRS];
    static float f32[2][PAIRS];
    fill_numbers();
    for (size_t k = 0; k < length; k++)
        for (int n = 0; n < 2; n++) {
            size_t which = n == 0 && length == PAIRS ? k / NUMBERS : k % NUMBERS;
            f64[n][k] = numbers[0][which];
            f32[n][k] = (float)numbers[1][which];
        }
    for (size_t k = 0; k < count; k += COLUMNS) {
        size_t some = count - k < COLUMNS ? count - k : COLUMNS;
        run(f + k, some, false, (const void *const[]){f64[0], f64[1]}, length);
        run(f + k, some, true, (const void *const[]){f32[0], f32[1]}, length);
    }
}

static void functions_of_one_number_follow_annex_f_on_both_engines(void)
{
    check_functions(of_one, LENGTH(of_one), NUMBERS);
}

static void functions_of_two_numbers_follow_annex_f_on_both_engines(void)
{
    check_functions(of_two, LENGTH(of_two), PAIRS);
}

SUITE(specials,
      {"functions_of_one_number_follow_annex_f_on_both_engines",
       functions_of_one_number_follow_annex_f_on_both_engines},
      {"functions_of_two_numbers_follow_annex_f_on_both_engines",
       functions_of_two_numbers_follow_annex_f_on_both_engines});
