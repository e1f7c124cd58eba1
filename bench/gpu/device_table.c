/* The conformance table in short, on one device: each kind of kernel, on every dtype, against the
 * model of tests/conformance, which shares nothing with the library. Needs no test framework.
 *
 *     device_table DEVICE SECONDS [ROWS]
 *
 * Exit codes: 0 all that ran agree, 1 some do not, 3 nothing could be run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <millrace/millrace.h>

#include "delivery.h"
#include "pattern_text.h"

bool tests_small, tests_host; /* delivery.c asks: no interpreter of kernels here */
const char *tests_shape;      /* ... and the device's own shape */

/* The kinds come one after the other in the first rows, so that few rows see all of them. */
static const char *const patterns[] = {
    "range(N) | map(x*x - 7*x)",
    "range(0, N, dtype=u64) | map(x*x) | filter(x % 7 == 2) | sum()",
    EVERY_DTYPE " | filter(i % 3 != 1)",
    EVERY_DTYPE " | scan(sum)",
    EVERY_DTYPE " | window(5, sum)",
    EVERY_DTYPE " | chunk(7, sum)",
    "uniform(7) | take(N)",
    "fibonacci(mod=1000003) | take(N)",
    EVERY_DTYPE " | take_while(i < M)",
    EVERY_DTYPE " | drop_while(i < K)",
    "chain(range(K), range(N) | filter(x % 4 != 0))",
    "range(N) | map(f64(x)) | hist(20, 0, 5000)",
    EVERY_DTYPE " | var()",
    "range(N) | map(100 / (x - K))",
    EVERY_DTYPE " | slice(K, M, 3)",
    EVERY_DTYPE " | diff()",
    EVERY_DTYPE " | enumerate(-3)",
    EVERY_DTYPE " | map(bool(g), i32(g), u32(g), i64(g), u64(f), f32(e), f64(e))",
    EVERY_DTYPE " | map(p: a ^ (i % 2 == 0), q: b + d, r: d*i, s: f*g)",
    EVERY_DTYPE " | map(d / (b - 7), floordiv(d, d | 1))",
    EVERY_DTYPE " | map(exp(f*0.01), sin(g), log(abs(g) + 1), sqrt(abs(f)), pow(abs(g), 0.3))",
    EVERY_DTYPE " | map(erf(g*0.01), cbrt(g), tanh(f), atan2(g, f), f / 3.0, g / 7.0)",
    EVERY_DTYPE " | map(min(b, 5), max(d, -d), clamp(g, -1, 1), popcount(e), clz(e), mod(d, 7))",
    EVERY_DTYPE " | scan(max)",
    EVERY_DTYPE " | scan(prod)",
    EVERY_DTYPE " | window(4, min)",
    EVERY_DTYPE " | window(7, mean)",
    EVERY_DTYPE " | chunk(1025, mean)",
    EVERY_DTYPE " | chunk(100, max)",
    EVERY_DTYPE " | sum()",
    EVERY_DTYPE " | mean()",
    EVERY_DTYPE " | prod()",
    EVERY_DTYPE " | min()",
    EVERY_DTYPE " | argmax()",
    EVERY_DTYPE " | any()",
    EVERY_DTYPE " | all()",
    EVERY_DTYPE " | count()",
    EVERY_DTYPE " | last()",
    "philox(4) | take(N) | window(3000, max)",
    "linspace(-1, 3.75, N) | map(x*x*0.5 + 1) | sum()",
    "gen(1.0/(i + 1), N) | scan(sum)",
    "zip(a: uniform(1), b: uniform(2)) | take(N) | filter(a*a + b*b < 1) | count()",
    "zip(x: range(N), y: range(N) | filter(x % 4 != 0)) | map(x + y)",
    "range(N) | filter(x % 3 == 0) | map(x*i) | filter(x % 2 == 0) | map(x + 1)",
    "range(N) | filter(x % 2 == 0) | map(i32(x) / i32(x - K))",
    "range(N) | map(x*x - 1000*x) | filter(x % 2 == 0) | skip(3) | argmin()",
    "range(N) | map(6 / (x - 1000)) | window(6, max)",
    "uniform(3) | take(N) | filter(x < 0.5) | map(x*2) | filter(x > 0.25) | first()",
};
enum { PATTERNS = sizeof patterns / sizeof patterns[0], TEXT_BYTES = 1000 };

/* Within a leaf, around one, and over several batches. */
static const size_t lengths[] = {5, 1023, 1025, 5500};
enum { LENGTHS = sizeof lengths / sizeof lengths[0] };

struct count {
    size_t agree, differ, left_out; /* left out: needs what the device lacks */
};

static double now_s(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* False, with why in got->message, when it cannot be run there. */
static bool run_on(struct model_result *got, const char *text, const char *device, size_t batch,
                   mr_status *status)
{
    const mr_stream_params params = {
        .engine = MR_ENGINE_OPENCL, .device = device, .batch_elems = batch, .ring_slots = 2};
    mr_seq *seq = NULL;
    mr_stream *stream = NULL;
    mr_error err;
    *status = mr_seq_parse(&seq, text, &err);
    if (!*status) *status = mr_stream_open(&stream, seq, &params, &err);
    if (*status)
        (void)snprintf(got->message, sizeof got->message, "%.190s", err.message);
    else
        deliver_columns(got, seq);
    bool ran = !*status && deliver_rest(got, stream, batch, SIZE_MAX);
    mr_stream_close(&stream);
    mr_seq_release(&seq);
    return ran;
}

static void check(struct count *c, const char *text, const char *device, size_t batch)
{
    struct model_result expected, got = {0};
    char difference[300] = "";
    mr_status status = MR_OK;
    bool agrees = model_run(&expected, text, SIZE_MAX);
    if (!agrees) (void)snprintf(difference, sizeof difference, "model: %s", expected.message);
    if (agrees && !run_on(&got, text, device, batch, &status)) {
        agrees = false;
        (void)snprintf(difference, sizeof difference, "%s", got.message);
    } else if (agrees) {
        agrees = same_elements(difference, sizeof difference, &expected, 0, &got);
    }
    bool is_left_out = status == MR_E_NO_FP64;
    c->left_out += is_left_out;
    c->agree += agrees;
    c->differ += !agrees && !is_left_out;
    if (!agrees && !is_left_out) printf("DIFFERENT: %s (batch %zu): %s\n", text, batch, difference);
    (void)fflush(stdout);
    model_free(&expected);
    model_free(&got);
}

int main(int argc, char **argv)
{
    if (argc < 3) return 2;
    double end = now_s() + strtod(argv[2], NULL);
    size_t rows = argc > 3 ? strtoul(argv[3], NULL, 10) : PATTERNS, row = 0;
    struct count c = {0};
    for (; row < rows && row < PATTERNS && now_s() < end; row++)
        for (size_t k = 0; k < LENGTHS; k++) {
            char text[TEXT_BYTES];
            pattern_text(text, sizeof text, patterns[row], lengths[k]);
            check(&c, text, argv[1], k % 2 ? 1000 : 4096);
        }
    printf("%zu of %zu runs of %zu patterns agree with the model", c.agree, c.agree + c.differ,
           row);
    if (c.left_out) printf(", %zu need f64, which the device lacks", c.left_out);
    if (row < rows && row < PATTERNS) printf("; no time was left for %zu patterns", PATTERNS - row);
    printf("\n");
    return c.differ ? 1 : c.agree ? 0 : 3;
}
