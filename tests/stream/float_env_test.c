/* No bit depends on the floating-point environment of the thread that calls, and it is left as it
 * was. */
#include <fenv.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rig.h"

#ifdef __SSE2_MATH__
#include <xmmintrin.h>
#endif

/* ---- environments ---- */

struct environment {
    const char *name;
    int rounding;
    unsigned control; /* of SSE, instead; 0: none */
};

static const struct environment environments[] = {
    {"upward", FE_UPWARD, 0},          {"downward", FE_DOWNWARD, 0},
    {"toward zero", FE_TOWARDZERO, 0},
#ifdef __SSE2_MATH__
    {"subnormals flushed", 0, 0x9fc0}, {"division by zero traps", 0, 0x1d80},
#endif
};
enum { ENVIRONMENTS = sizeof environments / sizeof environments[0] };

static void set_environment(const struct environment *e)
{
#ifdef __SSE2_MATH__
    if (e->control) {
        _mm_setcsr(e->control);
        return;
    }
#endif
    CU_ASSERT_EQUAL(fesetround(e->rounding), 0);
}

static bool is_environment(const struct environment *e)
{
#ifdef __SSE2_MATH__
    if (e->control) return (_mm_getcsr() & ~0x3fu) == e->control;
#endif
    return fegetround() == e->rounding;
}

/* ---- pipelines that it would show in ---- */

/* Literals, constants folded, parameters; lanes, folds, trees, bins; what the host alone does. */
static const char *const texts[] = {
    "gen(i * 0.1 + 1e-310 * i, 3000) | map(x / 3, f32(x) * f32(1e-40), exp(x / 100), 1 / (x - x))",
    "linspace(0, 0.3, 3000) | var()",
    "gen(1.0 / (i + 1), 3000) | map(x, f32(x)) | sum()",
    "gen(f32(1e-39) / f32(i + 1), 3000) | mean()",
    "gen(1.0 / (i + 1), 3000) | sum(exact)",
    "gen(0.1 * i, 3000) | scan(sum)",
    "iterate(x / 3.1, 1e-300) | take(40)",
    "normal(7) | take(3000) | window(7, mean)",
    "gen(i * 0.1, 3000) | chunk(1100, mean)",
    "range(0, 300, 0.1) | hist(30, 0.1, 300.3)",
};
enum { TEXTS = sizeof texts / sizeof texts[0], MOST_BYTES = 4 * 3000 * 8 };

static size_t take_all(unsigned char *out, const char *text, const mr_stream_params *params)
{
    mr_seq *seq = rig_parse(text);
    mr_stream *s = rig_open(seq, params);
    mr_batch batch = {.len = 1};
    size_t bytes = 0;
    while (batch.len) {
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
        for (size_t c = 0; c < batch.column_count && batch.len; c++) {
            size_t size = batch.len * mr_dtype_size(mr_seq_column_dtype(seq, c));
            CU_ASSERT_TRUE_FATAL(bytes + size <= MOST_BYTES);
            memcpy(out + bytes, batch.columns[c], size);
            bytes += size;
        }
    }
    mr_stream_close(&s);
    mr_seq_release(&seq);
    return bytes;
}

static void check_text(const struct rig *rig, const char *text)
{
    static unsigned char expected[MOST_BYTES], got[MOST_BYTES];
    mr_stream_params params = rig_params(rig, 1000, 2);
    size_t bytes = take_all(expected, text, &params);
    for (size_t k = 0; k < ENVIRONMENTS; k++) {
        fenv_t before;
        CU_ASSERT_EQUAL(fegetenv(&before), 0);
        set_environment(&environments[k]);
        size_t same = take_all(got, text, &params);
        bool kept = is_environment(&environments[k]);
        CU_ASSERT_EQUAL(fesetenv(&before), 0);
        bool right = kept && same == bytes && memcmp(got, expected, bytes) == 0;
        if (!right) printf("\n%s, %s: %s", rig->name, environments[k].name, text);
        CU_ASSERT_TRUE(right);
    }
}

/* On devices a few: drivers set what their threads compute in. */
static void no_bit_depends_on_the_callers_environment(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < (rig->engine == MR_ENGINE_HOST ? TEXTS : 3); k++)
            if (!rig->knobs.staged_copies) check_text(rig, texts[k]);
}

/* ---- callbacks ---- */

struct watch {
    const struct environment *environment;
    int64_t wrong;
};

/* A third, as the caller rounds it; and by way of another stream. */
static int fill_watched(void *user, int64_t first, size_t count, void *const columns[], size_t *got)
{
    struct watch *w = user;
    mr_scalar nested = {.f64 = 0};
    mr_seq *seq = NULL;
    w->wrong += !is_environment(w->environment);
    if (mr_seq_parse(&seq, "gen(0.1 * i, 3) | sum()", NULL) != MR_OK ||
        mr_reduce(seq, &(mr_stream_params){.engine = MR_ENGINE_HOST}, &nested, NULL, NULL) != MR_OK)
        w->wrong++;
    mr_seq_release(&seq);
    w->wrong += nested.u64 != UINT64_C(0x3fd3333333333334) || !is_environment(w->environment);
    *got = first + (int64_t)count > 2000 ? 2000 - (size_t)first : count;
    for (size_t k = 0; k < *got; k++) ((double *)columns[0])[k] = 0.1;
    return 0;
}

static void callbacks_have_their_callers_environment(void)
{
    for (size_t k = 0; k < ENVIRONMENTS; k++) {
        struct watch w = {.environment = &environments[k]};
        const mr_callback_params callback = {
            .fill = fill_watched, .user = &w, .column_count = 1, .dtypes = {MR_F64}};
        mr_seq *seq = NULL;
        mr_scalar sum = {.f64 = 0};
        fenv_t before;
        CU_ASSERT_EQUAL_FATAL(mr_seq_from_callback(&seq, &callback, NULL), MR_OK);
        mr_seq *total = rig_pipe(seq, "sum()");
        CU_ASSERT_EQUAL(fegetenv(&before), 0);
        set_environment(&environments[k]);
        const mr_stream_params params = {.engine = MR_ENGINE_HOST};
        mr_status st = mr_reduce(total, &params, &sum, NULL, NULL);
        w.wrong += !is_environment(&environments[k]);
        CU_ASSERT_EQUAL(fesetenv(&before), 0);
        CU_ASSERT_EQUAL(st, MR_OK);
        CU_ASSERT_EQUAL(w.wrong, 0);
        CU_ASSERT_DOUBLE_EQUAL(sum.f64, 200.0, 1e-9);
        mr_seq_release(&total);
        mr_seq_release(&seq);
    }
}

SUITE(float_env,
      {"no_bit_depends_on_the_callers_environment", no_bit_depends_on_the_callers_environment},
      {"callbacks_have_their_callers_environment", callbacks_have_their_callers_environment});
