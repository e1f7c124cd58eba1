/* mr_stream_params.native_math. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "conformance/delivery.h"
#include "suite.h"

enum { BATCH = 512, ELEMENTS = 2000 };

static bool pull(struct model_result *out, const char *text, mr_engine_choice engine,
                 bool native_math, mr_stats *stats)
{
    const mr_stream_params params = {
        .engine = engine, .batch_elems = BATCH, .native_math = native_math};
    mr_seq *seq = NULL;
    mr_stream *stream = NULL;
    memset(out, 0, sizeof *out);
    bool pulled = mr_seq_parse(&seq, text, NULL) == MR_OK &&
                  mr_stream_open(&stream, seq, &params, NULL) == MR_OK;
    out->columns = pulled ? mr_seq_column_count(seq) : 0;
    for (size_t c = 0; c < out->columns; c++) out->column[c].dtype = mr_seq_column_dtype(seq, c);
    pulled = pulled && deliver_rest(out, stream, BATCH, ELEMENTS);
    if (stream) mr_stream_stats(stream, stats);
    mr_stream_close(&stream);
    mr_seq_release(&seq);
    return pulled;
}

static void native_functions_are_close_to_the_own_ones(void)
{
    static const char *const functions[] = {
        "exp(x)",   "exp2(x)",   "expm1(x)",    "log(x)",      "log2(x)",    "log10(x)",
        "log1p(x)", "sin(x)",    "cos(x)",      "tan(x)",      "sinh(x)",    "cosh(x)",
        "tanh(x)",  "asin(x/8)", "acos(-x)",    "atan(x)",     "cbrt(x)",    "erf(x)",
        "erfc(x)",  "lgamma(x)", "pow(x, 1.5)", "atan2(x, 3)", "hypot(x, 3)"};
    for (size_t k = 0; k < sizeof functions / sizeof functions[0]; k++) {
        char text[96];
        struct model_result own, native;
        mr_stats stats = {.elements = 0};
        (void)snprintf(text, sizeof text, "linspace(0.001, 7.5, %d) | map(%s)", ELEMENTS,
                       functions[k]);
        CU_ASSERT_TRUE_FATAL(pull(&own, text, MR_ENGINE_OPENCL, false, &stats));
        CU_ASSERT_FALSE(stats.native_math);
        CU_ASSERT_TRUE_FATAL(pull(&native, text, MR_ENGINE_OPENCL, true, &stats));
        CU_ASSERT_TRUE(stats.native_math);
        const double *a = own.column[0].data, *b = native.column[0].data;
        for (size_t n = 0; n < ELEMENTS; n++)
            CU_ASSERT_TRUE((isnan(a[n]) && isnan(b[n])) ||
                           fabs(a[n] - b[n]) <= 0x1p-45 * (fabs(a[n]) + 0x1p-8));
        model_free(&own);
        model_free(&native);
    }
}

/* Random sources and quantiles know no other functions than the library's. */
static void what_has_no_native_form_keeps_its_bits(void)
{
    static const char *const rows[] = {
        "normal() | map(sqrt(abs(x)))",
        "gamma(0.7)",
        "uniform() | map(normal_quantile(x), erfinv(x))",
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct model_result own, native;
        char difference[256] = "";
        mr_stats stats = {.elements = 0};
        CU_ASSERT_TRUE(pull(&own, rows[k], MR_ENGINE_OPENCL, false, &stats));
        CU_ASSERT_TRUE(pull(&native, rows[k], MR_ENGINE_OPENCL, true, &stats));
        CU_ASSERT_FALSE(stats.native_math);
        CU_ASSERT_TRUE(same_elements(difference, sizeof difference, &own, 0, &native));
        model_free(&own);
        model_free(&native);
    }
}

SUITE(native_math,
      {"native_functions_are_close_to_the_own_ones", native_functions_are_close_to_the_own_ones},
      {"what_has_no_native_form_keeps_its_bits", what_has_no_native_form_keeps_its_bits});
