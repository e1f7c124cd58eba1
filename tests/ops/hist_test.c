/* hist: an element is in the bin whose edges contain it, the edges being those of linspace. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <millrace/millrace.h>

#include "suite.h"

static const mr_stream_params ways[] = {
    {.engine = MR_ENGINE_HOST, .batch_elems = 1024},
    {.engine = MR_ENGINE_OPENCL, .batch_elems = 65536},
};
enum { WAYS = sizeof ways / sizeof ways[0], MOST_BINS = 1000, MOST = 5 * MOST_BINS };

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* One row a form of the guess (host/ir/bins.h), and what is hard about it. */
static const struct range {
    unsigned bins;
    const char *low, *high;
} ranges[] = {
    {10, "0", "1"},                               /* 3 * 0.1 is above 0.3 */
    {100, "0", "1"},                              /* 29 / 100 * 100 is below 29 */
    {10, "0.9", "1.1"},                           /* edges whose digits are not theirs */
    {1000, "-0.001", "0.001"},                    /* cancels at 0 */
    {7, "-3.3", "9.1"},                           /* no edge is a whole number of bins from 0 */
    {64, "0", "64"},                              /* a shift by a power of two */
    {8, "1", "1.0000000000000142"},               /* 8 steps of f64 a bin */
    {10, "9007199254740992", "9007199254741012"}, /* one step a bin */
    {5, "-1.7e308", "0"},                         /* as wide as can be */
    {9, "-1e-305", "2e-305"},                     /* scale near its end */
};

static double numbers[MOST], edges[MOST_BINS + 1];

static void read_edges(const struct range *r)
{
    char text[128];
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    mr_batch batch;
    (void)snprintf(text, sizeof text, "linspace(%s, %s, %u)", r->low, r->high, r->bins + 1);
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, text, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_stream_open(&s, seq, &ways[0], NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(batch.len, r->bins + 1);
    memcpy(edges, batch.columns[0], sizeof edges[0] * batch.len);
    mr_stream_close(&s);
    mr_seq_release(&seq);
}

/* Each edge, its neighbours on both sides, and the middle of each bin; what is nowhere. */
static size_t make_numbers(unsigned bins)
{
    const double nowhere[] = {(double)NAN, (double)INFINITY, -(double)INFINITY, 1.79e308};
    size_t n = 0;
    for (unsigned k = 0; k <= bins; k++) {
        numbers[n++] = edges[k];
        numbers[n++] = nextafter(edges[k], (double)INFINITY);
        numbers[n++] = nextafter(edges[k], -(double)INFINITY);
        if (k < bins) numbers[n++] = edges[k] / 2 + edges[k + 1] / 2;
    }
    memcpy(numbers + n, nowhere, sizeof nowhere);
    return n + COUNT(nowhere);
}

static void count_by_edges(unsigned bins, size_t n, uint64_t counts[], bool with_even)
{
    memset(counts, 0, bins * sizeof counts[0]);
    for (size_t k = 0; k < n; k++) {
        if (!with_even && k % 2 == 0) continue;
        for (unsigned bin = 0; bin < bins; bin++)
            counts[bin] +=
                numbers[k] >= edges[bin] &&
                (bin + 1 == bins ? numbers[k] <= edges[bins] : numbers[k] < edges[bin + 1]);
    }
}

static bool gives_counts(const mr_seq *seq, const mr_stream_params *way, unsigned bins,
                         const uint64_t counts[])
{
    mr_stream *s = NULL;
    mr_batch batch = {.len = 0};
    mr_status st = mr_stream_open(&s, seq, way, NULL);
    if (st == MR_OK) st = mr_stream_next(s, &batch, NULL);
    bool good = st == MR_OK && batch.len == bins &&
                memcmp(batch.columns[0], counts, bins * sizeof counts[0]) == 0;
    mr_stream_close(&s);
    return good;
}

static void check_range(const struct range *r, const char *before, bool with_even)
{
    static uint64_t counts[MOST_BINS];
    char stages[128];
    mr_seq *array = NULL, *seq = NULL;
    read_edges(r);
    size_t n = make_numbers(r->bins);
    count_by_edges(r->bins, n, counts, with_even);
    const mr_array column = {.dtype = MR_F64, .data = numbers};
    (void)snprintf(stages, sizeof stages, "%shist(%u, %s, %s)", before, r->bins, r->low, r->high);
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_array(&array, &column, 1, n, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_seq_pipe(&seq, array, stages, NULL), MR_OK);
    for (size_t way = 0; way < WAYS; way++) {
        bool good = gives_counts(seq, &ways[way], r->bins, counts);
        CU_ASSERT_TRUE(good);
        if (!good) printf("\nway %zu: %s", way, stages);
    }
    mr_seq_release(&seq);
    mr_seq_release(&array);
}

static void an_element_is_in_the_bin_whose_edges_contain_it(void)
{
    for (size_t k = 0; k < COUNT(ranges); k++) check_range(&ranges[k], "", true);
}

static void a_filter_before_it_leaves_bins_as_they_are(void)
{
    for (size_t k = 0; k < 2; k++) check_range(&ranges[k], "filter(i % 2 == 1) | ", false);
}

/* By numpy.histogram of NumPy 1.24, which compares with the edges too. */
static void decimal_fractions_are_where_numpy_has_them(void)
{
    static const struct {
        const char *text;
        unsigned bins;
        uint64_t counts[10];
    } rows[] = {
        {"gen(i/100.0, 101) | hist(10, 0, 1)", 10, {10, 10, 11, 9, 10, 11, 10, 9, 10, 11}},
        {"gen(i/10.0, 11) | hist(10, 0, 1)", 10, {1, 1, 2, 0, 1, 2, 1, 0, 1, 2}},
        {"gen(f32(i)/10, 11) | hist(10, 0, 1)", 10, {1, 1, 1, 1, 1, 1, 2, 0, 2, 1}},
        {"gen(0.9 + i/100.0, 21) | hist(10, 0.9, 1.1)", 10, {2, 2, 3, 2, 1, 2, 2, 2, 2, 3}},
        {"gen(f32(i)/8, 17) | hist(8, 0, 2)", 8, {2, 2, 2, 2, 2, 2, 2, 3}},
        {"range(-3, 12) | hist(4, 0, 10)", 4, {3, 2, 3, 3}},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        mr_seq *seq = NULL;
        CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, rows[k].text, NULL), MR_OK);
        for (size_t way = 0; way < WAYS; way++) {
            bool good = gives_counts(seq, &ways[way], rows[k].bins, rows[k].counts);
            CU_ASSERT_TRUE(good);
            if (!good) printf("\nway %zu: %s", way, rows[k].text);
        }
        mr_seq_release(&seq);
    }
}

/* The hint is a way out. */
static void bins_that_f64_cannot_tell_apart_are_refused(void)
{
    static const struct {
        const char *text, *says;
    } refused[] = {
        {"range(3) | hist(10, 1e16, 10000000000000004)", "narrower than what f64 tells apart"},
        {"range(3) | hist(65536, 0, 1e-320)", "narrower than what f64 tells apart"},
        {"range(3) | hist(10, -1.7e308, 1.7e308)", "farther than the greatest f64"},
        {"range(3) | hist(10, 2, 2)", "must be below"},
        {"range(3) | hist(10, 2, inf)", "must be below"},
    };
    for (size_t k = 0; k < COUNT(refused); k++) {
        mr_seq *seq = NULL;
        mr_error err = {0};
        CU_ASSERT_EQUAL(mr_seq_parse(&seq, refused[k].text, &err), MR_E_VALUE);
        bool said = strstr(err.message, refused[k].says) && err.hint[0];
        CU_ASSERT_TRUE(said);
        if (!said) printf("\n%s: %s", refused[k].text, err.message);
        mr_seq_release(&seq);
    }
    mr_seq *seq = NULL;
    CU_ASSERT_EQUAL(mr_seq_parse(&seq, "range(3) | map(x/2.0) | hist(10, -8.5e307, 8.5e307)", NULL),
                    MR_OK);
    mr_seq_release(&seq);
}

SUITE(hist,
      {"an_element_is_in_the_bin_whose_edges_contain_it",
       an_element_is_in_the_bin_whose_edges_contain_it},
      {"a_filter_before_it_leaves_bins_as_they_are", a_filter_before_it_leaves_bins_as_they_are},
      {"decimal_fractions_are_where_numpy_has_them", decimal_fractions_are_where_numpy_has_them},
      {"bins_that_f64_cannot_tell_apart_are_refused", bins_that_f64_cannot_tell_apart_are_refused});
