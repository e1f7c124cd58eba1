/* range and linspace of floats, beside loops over the elements themselves. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <millrace/stream.h>

#include "suite.h"

enum { MOST = 2000 };

/* Elements before stop, the way docs say they are computed; MOST if there are more. */
static int64_t count_f64(double start, double stop, double step)
{
    int64_t n = 0;
    for (; n < MOST; n++) {
        double product = (double)n * step, value = product + start;
        if (step > 0 ? !(value < stop) : !(value > stop)) break;
    }
    return n;
}

static int64_t count_f32(float start, float stop, float step)
{
    int64_t n = 0;
    for (; n < MOST; n++) {
        float product = (float)n * step, value = product + start;
        if (step > 0 ? !(value < stop) : !(value > stop)) break;
    }
    return n;
}

static int64_t length_of(const char *text)
{
    mr_seq *seq;
    mr_error err;
    int64_t count = -1;
    if (mr_seq_parse(&seq, text, &err) != MR_OK)
        printf("\n  %s: %s\n", text, err.message);
    else
        CU_ASSERT_EQUAL(mr_seq_length(seq, &count), MR_LENGTH_KNOWN);
    mr_seq_release(&seq);
    return count;
}

static uint64_t draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return *state >> 33;
}

/* "-12.3", with up to three places behind the point. */
static void write_decimal(char out[32], uint64_t *state, int most)
{
    static const int scales[] = {1, 10, 100, 1000};
    size_t places = (size_t)(draw(state) % 4);
    int64_t number = (int64_t)(draw(state) % (uint64_t)(2 * most + 1)) - most;
    (void)snprintf(out, 32, "%s%" PRId64 ".%0*" PRId64, number < 0 ? "-" : "",
                   (int64_t)llabs(number) / scales[places], places ? (int)places : 1,
                   (int64_t)llabs(number) % scales[places]);
}

static void an_element_is_there_just_if_it_is_before_stop(void)
{
    uint64_t state = 5;
    int cases = tests_long ? 1000000 : 20000, wrong = 0;
    for (int k = 0; k < cases; k++) {
        char start[32], stop[32], step[32], text[160];
        write_decimal(start, &state, 999);
        write_decimal(stop, &state, 999);
        write_decimal(step, &state, 99);
        if (strtod(step, NULL) == 0) continue;
        bool is_f32 = k % 2;
        int64_t wanted =
            is_f32 ? count_f32(strtof(start, NULL), strtof(stop, NULL), strtof(step, NULL))
                   : count_f64(strtod(start, NULL), strtod(stop, NULL), strtod(step, NULL));
        if (wanted == MOST) continue;
        (void)snprintf(text, sizeof text, "range(%s, %s, %s, dtype=%s)", start, stop, step,
                       is_f32 ? "f32" : "f64");
        int64_t length = length_of(text);
        if (length != wanted && wrong++ < 5)
            printf("\n  %s has %" PRId64 ", wanted %" PRId64 "\n", text, length, wanted);
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void lengths_at_the_ends_of_the_number_line(void)
{
    static const struct {
        const char *text;
        int64_t count;
    } rows[] = {
        {"range(-1e308, 1e308, 1e308)", 2},
        {"range(-1.7e308, 1.7e308, 1e308)", 4},
        {"range(1.7e308, -1.7e308, -1.7e308)", 2},
        {"range(-3e38, 3e38, 3e38, dtype=f32)", 2},
        {"range(0, 5e-323, 5e-324)", 10},
        {"range(1, -inf, 1)", 0},
        {"range(1e16, 1e16 + 4, 1)", 4},
        {"range(0, 9007199254740993, 9007199254740992.0, dtype=f64)", 1},
        /* Positions up there round to multiples of 1024, the last 512 to stop itself. */
        {"range(0, 9.2e18, 1, dtype=f64)", 9200000000000000000 - 512},
        {"linspace(0, 1, 9223372036854775807)", INT64_MAX},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        int64_t length = length_of(rows[k].text);
        if (length != rows[k].count) printf("\n  %s: %" PRId64 "\n", rows[k].text, length);
        CU_ASSERT_EQUAL(length, rows[k].count);
    }
}

static void the_longest_sequences_end_where_they_say(void)
{
    static const struct {
        const char *text;
        int64_t value;
    } rows[] = {
        {"range(9223372036854775806) | last()", 9223372036854775805},
        {"repeat(7, 9223372036854775807) | skip(9223372036854775806) | map(x+i) | max()", 7},
        {"permutation(9223372036854775807) | skip(9223372036854775800) | map(1) | sum()", 7},
        {"chain(range(9223372036854775805), range(2)) | skip(9223372036854775805) | sum()", 1},
    };
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *seq;
        mr_scalar value = {.i64 = -1};
        CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, rows[k].text, NULL), MR_OK);
        CU_ASSERT_EQUAL(mr_reduce(seq, &params, &value, NULL, NULL), MR_OK);
        if (value.i64 != rows[k].value) printf("\n  %s: %" PRId64 "\n", rows[k].text, value.i64);
        CU_ASSERT_EQUAL(value.i64, rows[k].value);
        mr_seq_release(&seq);
    }
}

/* From start to stop, exactly; never outside; never back. */
static void linspace_stays_between_its_ends(void)
{
    static const struct {
        double start, stop;
        int num;
    } rows[] = {
        {0, 7.4e-323, 10},         {5e-324, 7.4e-323, 11}, {-5e-324, 5e-324, 100},
        {0, 2.3e-308, 1000},       {1e-310, -1e-310, 777}, {-1.7e308, 1.7e308, 2},
        {-1.7e308, 1.7e308, 1001}, {1.7e308, -1.6e308, 7}, {1.79e308, 1.7e308, 3},
        {1, 1 + 1e-15, 50},        {0.1, 0.7, 1000},
    };
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        char text[128];
        mr_seq *seq;
        mr_stream *s = NULL;
        mr_batch batch;
        (void)snprintf(text, sizeof text, "linspace(%.17g, %.17g, %d)", rows[k].start, rows[k].stop,
                       rows[k].num);
        CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, text, NULL), MR_OK);
        CU_ASSERT_EQUAL_FATAL(mr_stream_open(&s, seq, &params, NULL), MR_OK);
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
        CU_ASSERT_EQUAL_FATAL(batch.len, (size_t)rows[k].num);
        const double *x = batch.columns[0], sign = rows[k].stop > rows[k].start ? 1 : -1;
        bool good = x[0] == rows[k].start && x[batch.len - 1] == rows[k].stop;
        for (size_t n = 1; n < batch.len; n++) good &= sign * x[n] >= sign * x[n - 1];
        if (!good) printf("\n  %s\n", text);
        CU_ASSERT_TRUE(good);
        mr_stream_close(&s);
        mr_seq_release(&seq);
    }
}

SUITE(progression,
      {"an_element_is_there_just_if_it_is_before_stop",
       an_element_is_there_just_if_it_is_before_stop},
      {"lengths_at_the_ends_of_the_number_line", lengths_at_the_ends_of_the_number_line},
      {"the_longest_sequences_end_where_they_say", the_longest_sequences_end_where_they_say},
      {"linspace_stays_between_its_ends", linspace_stays_between_its_ends});
