/* A value at once, and a plan in words. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rig.h"

/* Sums in closed form; the others by hand. */
static const struct {
    const char *text;
    mr_dtype dtype;
    mr_scalar value;
} rows[] = {
    {"range(100000) | sum()", MR_I64, {.i64 = 4999950000}},
    {"range(100000, dtype=u32) | sum()", MR_U64, {.u64 = 4999950000}},
    {"range(100000) | filter(x % 2 == 1) | count()", MR_I64, {.i64 = 50000}},
    {"range(100001) | mean()", MR_F64, {.f64 = 50000}},
    {"range(1, 21) | prod()", MR_I64, {.i64 = 2432902008176640000}},
    {"range(5, 100000) | min()", MR_I64, {.i64 = 5}},
    {"range(5, 100000) | map(f32(x)/2) | max()", MR_F32, {.f64 = 49999.5}},
    {"range(100000) | map((x - 777)*(x - 777)) | argmin()", MR_I64, {.i64 = 777}},
    {"range(100000) | map((x - 777)*(x - 777)) | argmax()", MR_I64, {.i64 = 99999}},
    {"range(100000) | map(x == 99999) | any()", MR_BOOL, {.u64 = 1}},
    {"range(100000) | map(x < 99999) | all()", MR_BOOL, {.u64 = 0}},
    {"range(7, 100000) | first()", MR_I64, {.i64 = 7}},
    {"range(7, 100000) | scan(max) | last()", MR_I64, {.i64 = 99999}},
    {"range(0) | sum()", MR_I64, {.i64 = 0}},
    /* The fixed tree in f32, each addition rounded by Python's struct.pack("f"). */
    {"gen(f32(1)/(1 + f32(i)), 100000) | sum(narrow)", MR_F32, {.f64 = 12.090147972106934}},
    {"range(100000) | sum(narrow)", MR_I64, {.i64 = 4999950000}},
    {"repeat(f32(0.25), 1000) | mean(narrow)", MR_F32, {.f64 = 0.25}},
    {"range(5) | mean(narrow)", MR_F64, {.f64 = 2}},
    /* Would take minutes if anybody looked at the elements. */
    {"range(1000000000000) | scan(sum) | count()", MR_I64, {.i64 = 1000000000000}},
    {"range(1000000000000) | map(x + 7) | last()", MR_I64, {.i64 = 1000000000006}},
    {"range(0) | prod()", MR_I64, {.i64 = 1}},
    {"range(0) | count()", MR_I64, {.i64 = 0}},
    {"linspace(0, 1, 5) | var()", MR_F64, {.f64 = 0.125}},
};

static void a_terminal_gives_one_value(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
            mr_seq *seq = NULL;
            mr_error err = {0};
            mr_scalar value = {.u64 = 77};
            mr_dtype dtype = MR_DTYPE_COUNT;
            mr_stream_params params = rig_params(rig, 1000, 2);
            mr_status st = mr_seq_parse(&seq, rows[k].text, &err);
            if (st == MR_OK) st = mr_reduce(seq, &params, &value, &dtype, &err);
            bool good = st == MR_OK && dtype == rows[k].dtype && value.u64 == rows[k].value.u64;
            CU_ASSERT_TRUE(good);
            if (!good)
                printf("\n%s: %s: %s, %s %llx", rig->name, rows[k].text, err.message,
                       mr_dtype_name(dtype), (unsigned long long)value.u64);
            mr_seq_release(&seq);
        }
}

static void what_is_not_one_value_is_refused(void)
{
    static const struct {
        const char *text;
        mr_status st;
    } refused[] = {
        {"range(10)", MR_E_STATE},
        {"range(10) | map(a: x, b: 2*x) | sum()", MR_E_STATE},
        {"range(10) | hist(4, 0, 10)", MR_E_STATE},
        {"range(0) | min()", MR_E_EMPTY},
        {"range(10) | filter(x > 10) | first()", MR_E_EMPTY},
        {"range(10) | filter(x > 10) | argmax()", MR_E_EMPTY},
        {"range(10) | map(1/x) | sum()", MR_E_DIVISION},
    };
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < sizeof refused / sizeof refused[0]; k++) {
            mr_seq *seq = rig_parse(refused[k].text);
            mr_stream_params params = rig_params(rig, 0, 0);
            mr_scalar value;
            mr_error err = {0};
            mr_status st = mr_reduce(seq, &params, &value, NULL, &err);
            CU_ASSERT_EQUAL(st, refused[k].st);
            if (st != refused[k].st)
                printf("\n%s: %s: %s", rig->name, refused[k].text, mr_status_name(st));
            CU_ASSERT_EQUAL(mr_reduce(seq, &params, &value, NULL, NULL), refused[k].st);
            CU_ASSERT_NOT_EQUAL(err.hint[0], '\0');
            mr_seq_release(&seq);
        }
}

static void a_terminal_as_a_stream_is_one_row_then_the_end(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_stream_params params = rig_params(rig, 64, 2);
        mr_stream *s = rig_open_text("range(1000) | map(a: x, b: x/2.0) | sum()", &params);
        mr_batch batch;
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
        CU_ASSERT_EQUAL(batch.len, 1);
        CU_ASSERT_EQUAL(*(const int64_t *)batch.columns[0], 499500);
        CU_ASSERT_EQUAL(*(const double *)batch.columns[1], 249750);
        CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
        CU_ASSERT_EQUAL(batch.len, 0);
        mr_stream_close(&s);

        s = rig_open_text("range(1000) | hist(200, 0, 1000)", &params);
        size_t bins = 0;
        for (batch.len = 1; batch.len; bins += batch.len) {
            CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
            CU_ASSERT_EQUAL(batch.position, (int64_t)bins);
            for (size_t k = 0; k < batch.len; k++)
                CU_ASSERT_EQUAL(((const uint64_t *)batch.columns[0])[k], 5);
        }
        CU_ASSERT_EQUAL(bins, 200);
        mr_stream_close(&s);
    }
}

static void a_plan_is_told_in_words(void)
{
    static const struct {
        const char *text, *says[4];
    } told[] = {
        {"range(1000) | map(x*x) | filter(x % 7 == 2) | sum()",
         {"columns: x i64; 1 element", "segment 1", "filters are masks", "memory: at most"}},
        {"count() | scan(sum) | map(x + 1)",
         {"endless", "segment 2", "reads segment 1", "each element needs the sum of those before"}},
        {"range(1000) | filter(x > 3) | window(5, mean)",
         {"how many elements survive is known only afterwards", "halo of 4", "batches of 65536",
          "ring of 3"}},
    };
    for (size_t k = 0; k < sizeof told / sizeof told[0]; k++) {
        mr_seq *seq = rig_parse(told[k].text);
        char *text = NULL;
        mr_error err = {0};
        CU_ASSERT_EQUAL(mr_explain(&text, seq, NULL, false, &err), MR_OK);
        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        for (size_t n = 0; n < 4; n++) {
            bool said = strstr(text, told[k].says[n]) != NULL;
            CU_ASSERT_TRUE(said);
            if (!said) printf("\nno '%s' in:\n%s", told[k].says[n], text);
        }
        CU_ASSERT_PTR_NULL(strstr(text, "__kernel"));
        mr_text_free(&text);
        CU_ASSERT_PTR_NULL(text);
        CU_ASSERT_EQUAL(mr_explain(&text, seq, NULL, true, &err), MR_OK);
        CU_ASSERT_PTR_NOT_NULL(strstr(text, "__kernel void mr_"));
        mr_text_free(&text);
        mr_seq_release(&seq);
    }
    mr_text_free(NULL);
}

/* The bound is the same before the run and after it. */
static void what_explain_bounds_is_what_the_stream_reports(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_seq *seq = rig_parse("range(1000) | scan(sum) | chunk(5, mean)");
        mr_stream_params params = rig_params(rig, 4096, 4);
        char *text = NULL, host[64], device[64];
        CU_ASSERT_EQUAL_FATAL(mr_explain(&text, seq, &params, false, NULL), MR_OK);
        mr_stream *s = rig_open(seq, &params);
        mr_stats stats;
        mr_stream_stats(s, &stats);
        (void)snprintf(host, sizeof host, "%.1f", (double)stats.peak_host_bytes / 1024);
        (void)snprintf(device, sizeof device, "%.1f", (double)stats.peak_device_bytes / 1024);
        const char *line = strstr(text, "memory: at most");
        CU_ASSERT_PTR_NOT_NULL_FATAL(line);
        bool small = stats.peak_host_bytes < 1 << 20 && stats.peak_device_bytes < 1 << 20;
        CU_ASSERT_TRUE(!small || (strstr(line, host) && strstr(line, device)));
        mr_stream_close(&s);
        mr_text_free(&text);
        mr_seq_release(&seq);
    }
}

SUITE(reduce, {"a_terminal_gives_one_value", a_terminal_gives_one_value},
      {"what_is_not_one_value_is_refused", what_is_not_one_value_is_refused},
      {"a_terminal_as_a_stream_is_one_row_then_the_end",
       a_terminal_as_a_stream_is_one_row_then_the_end},
      {"a_plan_is_told_in_words", a_plan_is_told_in_words},
      {"what_explain_bounds_is_what_the_stream_reports",
       what_explain_bounds_is_what_the_stream_reports},
      NOTHING_IS_LEFT_BEHIND);
