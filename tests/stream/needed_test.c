/* An error counts only if its element is needed by what is delivered; on every engine, whatever is
 * fused and wherever batches are cut. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rig.h"

enum { MOST = 12, NONE = -1 };

/* What is delivered, worked out by hand, and the element at which an error is told then. */
static const struct {
    const char *text;
    int64_t count, elements[MOST];
    int64_t failed;
} rows[] = {
    /* what is left out */
    {"range(9) | map(12/(x-1)) | skip(3)", 6, {6, 4, 3, 2, 2, 1}, NONE},
    {"range(9) | map(12/(x-1)) | slice(0, 9, 2)", 5, {-12, 12, 4, 2, 1}, NONE},
    {"range(9) | filter(x >= 0) | map(12/(x-1)) | skip(3)", 6, {6, 4, 3, 2, 2, 1}, NONE},
    {"range(9) | filter(x >= 0) | map(12/(x-1)) | slice(0, 9, 2)", 5, {-12, 12, 4, 2, 1}, NONE},
    {"range(9) | filter(x >= 0) | map(12/(x-1)) | slice(1, 9, 2)", 0, {0}, 1},
    {"range(9) | filter(x >= 0) | map(12/(x-1)) | map(x+1) | slice(3, 9, 4)", 2, {7, 3}, NONE},
    {"range(9) | filter(x >= 0) | map(12/(x-1)) | diff() | skip(2)",
     6,
     {-6, -2, -1, -1, 0, -1},
     NONE},
    {"range(9) | filter(x >= 0) | map(12/(x-1)) | window(2, sum) | skip(2) | take(3)",
     3,
     {18, 10, 7},
     NONE},
    {"range(9) | scan(sum) | map(12/(x-1)) | skip(2)", 7, {6, 2, 1, 0, 0, 0, 0}, NONE},
    {"zip(a: range(9) | filter(x >= 0) | map(12/(x-1)), b: range(9)) | skip(6) | map(a + b)",
     3,
     {8, 9, 9},
     NONE},
    {"chain(range(3) | map(12/(x-1)), range(3)) | skip(2)", 4, {12, 0, 1, 2}, NONE},
    /* what stands behind */
    {"range(9) | map(12/(x-5)) | take(5)", 5, {-2, -3, -4, -6, -12}, NONE},
    {"range(9) | map(12/(x-5)) | chunk(2, sum) | take(2)", 2, {-5, -10}, NONE},
    {"range(9) | map(12/(x-5)) | take_while(i < 3)", 3, {-2, -3, -4}, NONE},
    {"range(9) | filter(x >= 0) | map(12/(x-5)) | first()", 1, {-2}, NONE},
    {"zip(range(9) | map(12/(x-2)), range(2)) | map(x0)", 2, {-6, -12}, NONE},
    /* what decides */
    {"range(9) | map(12/(x-5) == -12) | any()", 1, {1}, NONE},
    {"range(9) | map(12/(x-5) == 3) | any()", 0, {0}, 5},
    {"range(9) | map(12/(x-5) < -2) | all()", 1, {0}, NONE},
    {"range(9) | map(12/(x-5) < 0) | all()", 0, {0}, 5},
    {"range(5000) | map(12/(x-1500) == -12) | any()", 1, {1}, NONE},
    {"range(5000) | map(x < 1400 ? 7 : 12/(x-1500)) | all()", 1, {0}, NONE},
    {"range(5000) | filter(x > 1200) | map(12/(x-1500) == -1) | any()", 1, {1}, NONE},
    {"range(5000) | map(x == 3000 || 12/(x-4000) > 12) | any()", 1, {1}, NONE},
    {"range(9) | map(a: x == 2, b: 12/(x-5) == -12) | any()", 1, {1}, NONE},
    {"range(9) | map(a: x == 2, b: 12/(x-5) == 12) | any()", 0, {0}, 5},
    /* what asks for no values */
    {"range(9) | map(12/(x-5)) | count()", 1, {9}, NONE},
    {"range(9) | filter(x > 2) | map(12/(x-5)) | enumerate() | take(4) | count()", 1, {4}, NONE},
    {"range(9) | map(12/(x-5)) | filter(x > 0) | map(1/(x-3)) | count()", 0, {0}, 5},
    /* what sees all elements in turn */
    {"range(9) | filter(12/(x-5) < 0) | count()", 0, {0}, 5},
    {"range(9) | map(12/(x-1)) | filter(i > 3)", 0, {0}, 1},
    {"range(9) | map(12/(x-3)) | scan(sum) | skip(2)", 1, {-22}, 3},
    {"range(9) | map(12/(x-1)) | chunk(2, sum) | skip(1)", 0, {0}, 1},
    {"range(9) | map(12/(x-1)) | drop_while(i < 3)", 0, {0}, 1},
    {"range(9) | drop_while(12/(x-4) > -6)", 7, {2, 3, 4, 5, 6, 7, 8}, NONE},
};

static int64_t number(mr_dtype dtype, const void *column, size_t k)
{
    return dtype == MR_BOOL ? ((const uint8_t *)column)[k] : ((const int64_t *)column)[k];
}

static bool is_right(size_t row, const mr_stream_params *params)
{
    mr_seq *seq = rig_parse(rows[row].text);
    mr_stream *s = rig_open(seq, params);
    mr_dtype dtype = mr_seq_column_dtype(seq, 0);
    mr_batch batch = {.len = 1};
    mr_error err = {.element = NONE};
    int64_t count = 0, wrong = 0;
    mr_status st = MR_OK;
    while (st == MR_OK && batch.len) {
        st = mr_stream_next(s, &batch, &err);
        for (size_t k = 0; st == MR_OK && k < batch.len; k++, count++)
            wrong += count >= rows[row].count ||
                     number(dtype, batch.columns[0], k) != rows[row].elements[count];
    }
    bool fails = rows[row].failed != NONE;
    bool right = wrong == 0 && count == rows[row].count && (st != MR_OK) == fails &&
                 (!fails || err.element == rows[row].failed);
    if (!right)
        printf("\n%s: %" PRId64 " elements, %" PRId64 " of them wrong; %s at %" PRId64,
               rows[row].text, count, wrong, mr_status_name(st), err.element);
    mr_stream_close(&s);
    mr_seq_release(&seq);
    return right;
}

static void check_row(size_t row, const struct rig *rig)
{
    bool is_host = rig->engine == MR_ENGINE_HOST;
    for (int k = 0; k < (is_host ? 4 : 1); k++) {
        mr_stream_params params = rig_params(rig, k & 2 ? 64 : 0, 0);
        params.no_fuse = k & 1;
        bool right = is_right(row, &params);
        if (!right) printf(" (%s%s)", rig->name, params.no_fuse ? ", not fused" : "");
        CU_ASSERT_TRUE(right);
    }
}

static void errors_count_where_their_elements_are_needed(void)
{
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) check_row(row, &rigs[0]);
}

/* What decides and which elements a slice has is found by kernels, the rest above the engines. */
static void errors_count_on_devices_as_on_the_host(void)
{
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++)
        if (strstr(rows[row].text, "any()") || strstr(rows[row].text, "all()") ||
            strstr(rows[row].text, "slice("))
            check_row(row, &rigs[1]);
}

SUITE(needed,
      {"errors_count_where_their_elements_are_needed",
       errors_count_where_their_elements_are_needed},
      {"errors_count_on_devices_as_on_the_host", errors_count_on_devices_as_on_the_host});
