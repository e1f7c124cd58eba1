/* A program that was built with -ffast-math, whose start-up code has subnormals flushed to zero: it
 * gets the same bits as any other. */
#include <inttypes.h>
#include <stdio.h>

#include <millrace/millrace.h>

/* Bits, since the program's own comparisons take subnormals for zeros: Python's of 15 * 5e-310,
 * 1e-320, 3 * 1e-40 rounded to f32 each time, and 1e-310 / 3. */
static const struct {
    const char *text;
    uint64_t bits;
} rows[] = {
    {"gen(5e-310 * i, 6) | sum()", UINT64_C(0x564a0da136e99)},
    {"repeat(1e-320, 1) | max()", UINT64_C(0x7e8)},
    {"gen(f32(1e-40) * f32(3), 1) | map(f64(x)) | sum(exact)", UINT64_C(0x37ba223000000000)},
    {"repeat(1e-310, 3000) | map(x / 3) | mean()", UINT64_C(0x622d925a20e)},
};

static int run(const char *text, uint64_t bits, mr_engine_choice engine)
{
    const mr_stream_params params = {.engine = engine};
    mr_seq *seq = NULL;
    mr_scalar value = {.u64 = 0};
    mr_error err = {0};
    mr_status st = mr_seq_parse(&seq, text, &err);
    if (st == MR_OK) st = mr_reduce(seq, &params, &value, NULL, &err);
    mr_seq_release(&seq);
    if (st == MR_OK && value.u64 == bits) return 0;
    printf("%s: 0x%" PRIx64 ", not 0x%" PRIx64 " %s\n", text, value.u64, bits, err.message);
    return 1;
}

static int flushes(void)
{
    static const volatile double least_normal = 0x1p-1022;
    return least_normal / 2 == 0;
}

int main(void)
{
    int failures = 0;
#ifdef __SSE2_MATH__
    failures += !flushes();
    if (failures) printf("-ffast-math flushes nothing: this tests nothing\n");
#endif
    int flushed = flushes();
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        failures += run(rows[k].text, rows[k].bits, MR_ENGINE_HOST);
        failures += run(rows[k].text, rows[k].bits, MR_ENGINE_AUTO);
    }
    if (flushes() != flushed) failures++;
    return failures != 0;
}
