/* Leaves, chunks and bins on the host engine, beside sums taken by the fixed tree. */
#include <math.h>
#include <string.h>

#include "engine/by_hand.h"
#include "suite.h"

static double naive_tree(const double *xs, const uint8_t *keep, size_t count)
{
    double lanes[32] = {0};
    for (size_t k = 0; k < 1024; k++)
        lanes[k % 32] += k < count && (!keep || keep[k]) ? xs[k] : 0.0;
    for (size_t half = 16; half; half /= 2)
        for (size_t k = 0; k < half; k++) lanes[k] += lanes[k + half];
    return lanes[0];
}

static void check_sums(bool is_masked, size_t count)
{
    struct by_hand b;
    void *columns[3];
    hand_start(&b, MR_KIND_REDUCE, (const mr_dtype[]){MR_F64, MR_I64}, 2);
    b.segment.aggregate = MR_SUM;
    if (is_masked) b.segment.keep = hand_load_truth(&b);
    hand_store(&b, MR_I64);
    hand_store(&b, MR_F64);
    hand_store(&b, MR_I64);
    hand_open(&b, HAND_MOST);
    struct mr_outcome out = hand_run(&b, 0, 0, count, columns);
    size_t entry = 0;
    for (size_t first = 0, leaf; first < count; first += leaf, entry++) {
        leaf = count - first < 1024 ? count - first : 1024;
        const uint8_t *keep = is_masked ? hand_truths + first : NULL;
        int64_t kept = 0;
        uint64_t sum = 0;
        for (size_t k = 0; k < leaf; k++) {
            kept += !keep || keep[k];
            sum += !keep || keep[k] ? (uint64_t)hand_wholes[first + k] : 0;
        }
        CU_ASSERT_EQUAL(((const int64_t *)columns[0])[entry], kept);
        CU_ASSERT(hand_same_bits(((const double *)columns[1])[entry],
                                 naive_tree(hand_reals + first, keep, leaf)));
        CU_ASSERT_EQUAL(((const uint64_t *)columns[2])[entry], sum);
    }
    CU_ASSERT_EQUAL(out.entries, entry);
    hand_close(&b);
}

static void leaves_are_summed_by_32_lanes(void)
{
    static const size_t counts[] = {1, 31, 32, 33, 1023, 1024, 1025, 5000};
    for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++)
        for (int masked = 0; masked < 2; masked++) check_sums(masked, counts[k]);
}

/* Of leaves one after the other: the greatest power of two of them that is fewer than all, then the
 * others. */
static double naive_merge(const double *xs, size_t count)
{
    size_t first = 1024;
    if (count <= first) return naive_tree(xs, NULL, count);
    while (2 * first < count) first *= 2;
    return naive_merge(xs, first) + naive_merge(xs + first, count - first);
}

/* In units that end between any two leaves; a chunk that does not end gives nothing. */
static void check_long_chunks(int64_t extent, size_t unit)
{
    struct by_hand b;
    void *columns[2];
    size_t chunks = 0, count;
    hand_start(&b, MR_KIND_MERGE, (const mr_dtype[]){MR_F64, MR_I64}, 2);
    b.segment.aggregate = MR_SUM;
    b.segment.extent = extent;
    hand_store(&b, MR_F64);
    hand_store(&b, MR_I64);
    hand_open(&b, HAND_MOST);
    for (size_t first = 0; first < 9001; first += count) {
        const size_t leaf = first % (size_t)extent / 1024 + unit;
        const size_t whole = leaf * 1024 < (size_t)extent ? leaf * 1024 : (size_t)extent;
        count = whole - first % (size_t)extent;
        if (count > 9001 - first) count = 9001 - first;
        struct mr_outcome out = hand_run(&b, 0, (int64_t)first, count, columns);
        bool ends = (first + count) % (size_t)extent == 0;
        CU_ASSERT_EQUAL(out.entries, ends);
        if (!ends) continue;
        uint64_t sum = 0;
        const size_t begin = chunks++ * (size_t)extent;
        for (size_t k = 0; k < (size_t)extent; k++) sum += (uint64_t)hand_wholes[begin + k];
        CU_ASSERT(hand_same_bits(((const double *)columns[0])[0],
                                 naive_merge(hand_reals + begin, (size_t)extent)));
        CU_ASSERT_EQUAL(((const uint64_t *)columns[1])[0], sum);
    }
    CU_ASSERT_EQUAL(chunks, 9001 / (size_t)extent);
    hand_close(&b);
}

static void longer_chunks_are_trees_of_leaves_of_their_own(void)
{
    static const int64_t extents[] = {1025, 1500, 4000, 7000};
    for (size_t k = 0; k < sizeof extents / sizeof extents[0]; k++)
        for (size_t unit = 1; unit < 8; unit++) check_long_chunks(extents[k], unit);
}

/* Of integers so far from 0 that their sums leave 64 bits, taken in two halves, and of numbers. */
static void check_means(int64_t extent, size_t count)
{
    struct by_hand b;
    void *columns[2];
    hand_start(&b, MR_KIND_CHUNK, (const mr_dtype[]){MR_F64, MR_I64}, 2);
    b.segment.aggregate = MR_MEAN;
    b.segment.extent = extent;
    hand_store(&b, MR_F64);
    hand_store(&b, MR_F64);
    hand_open(&b, HAND_MOST);
    struct mr_outcome out = hand_run(&b, 0, 0, count, columns);
    size_t entry = 0;
    for (size_t first = 0, chunk; first < count; first += chunk, entry++) {
        int64_t high = 0, low = 0;
        chunk = count - first < (size_t)extent ? count - first : (size_t)extent;
        for (size_t k = 0; k < chunk; k++) {
            high += hand_wholes[first + k] >> 32;
            low += hand_wholes[first + k] & UINT32_MAX;
        }
        /* Both are below 2^53: one rounding. */
        double sum = fma((double)high, 0x1p32, (double)low);
        double mean = naive_tree(hand_reals + first, NULL, chunk) / (double)chunk;
        CU_ASSERT(hand_same_bits(((const double *)columns[0])[entry], mean));
        CU_ASSERT(hand_same_bits(((const double *)columns[1])[entry], sum / (double)chunk));
    }
    CU_ASSERT_EQUAL(out.entries, entry);
    hand_close(&b);
}

static void chunks_within_a_leaf_are_whole_trees(void)
{
    static const int64_t extents[] = {1, 2, 7, 16, 31, 32, 33, 64, 100, 1000, 1024};
    for (size_t k = 0; k < sizeof extents / sizeof extents[0]; k++) check_means(extents[k], 9001);
}

static void deviations_are_taken_from_the_leaf_s_own_mean(void)
{
    struct by_hand b;
    void *columns[4];
    hand_start(&b, MR_KIND_REDUCE, (const mr_dtype[]){MR_F64}, 1);
    b.segment.aggregate = MR_VAR;
    b.segment.keep = hand_load_truth(&b);
    hand_store(&b, MR_I64);
    hand_store(&b, MR_F64);
    hand_store(&b, MR_F64);
    hand_store(&b, MR_F64);
    hand_open(&b, 16);
    hand_run(&b, 0, 0, 3000, columns);
    for (size_t entry = 0; entry < 3; entry++) {
        size_t first = entry * 1024, count = entry < 2 ? 1024 : 3000 - first;
        const uint8_t *keep = hand_truths + first;
        double far[1024], squares[1024];
        double n = (double)((const int64_t *)columns[0])[entry];
        double mean = naive_tree(hand_reals + first, keep, count) / n;
        for (size_t k = 0; k < count; k++) {
            far[k] = hand_reals[first + k] - mean;
            squares[k] = far[k] * far[k];
        }
        double rest = naive_tree(far, keep, count), lacks = rest / n;
        CU_ASSERT(hand_same_bits(((const double *)columns[1])[entry], mean));
        CU_ASSERT(hand_same_bits(((const double *)columns[2])[entry],
                                 naive_tree(squares, keep, count) - rest * lacks));
        CU_ASSERT(hand_same_bits(((const double *)columns[3])[entry], lacks));
    }
    hand_close(&b);
}

static void extremes_are_the_first_and_a_nan_wins(void)
{
    struct by_hand b;
    void *columns[3];
    hand_start(&b, MR_KIND_REDUCE, (const mr_dtype[]){MR_F64}, 1);
    b.segment.aggregate = MR_ARGMIN;
    hand_store(&b, MR_I64);
    hand_store(&b, MR_F64);
    hand_store(&b, MR_I64);
    hand_open(&b, 16);
    hand_reals[100] = hand_reals[900] = -1e9;
    hand_reals[1024 + 7] = -1e9;
    hand_reals[1024 + 500] = hand_reals[1024 + 600] = (double)NAN;
    hand_run(&b, 0, 0, 2048, columns);
    CU_ASSERT_EQUAL(((const double *)columns[1])[0], -1e9);
    CU_ASSERT_EQUAL(((const int64_t *)columns[2])[0], 100);
    CU_ASSERT(isnan(((const double *)columns[1])[1]));
    CU_ASSERT_EQUAL(((const int64_t *)columns[2])[1], 1024 + 500);
    hand_close(&b);
}

static void least_and_greatest_follow_the_nan_rule(void)
{
    struct by_hand b;
    void *columns[2];
    for (int k = 0; k < 2; k++) {
        hand_start(&b, MR_KIND_REDUCE, (const mr_dtype[]){MR_F64}, 1);
        b.segment.aggregate = k ? MR_MAX : MR_MIN;
        hand_store(&b, MR_I64);
        hand_store(&b, MR_F64);
        hand_open(&b, 16);
        hand_reals[50] = k ? 1e9 : -1e9;
        hand_reals[1500] = (double)NAN;
        hand_run(&b, 0, 0, 2000, columns);
        CU_ASSERT_EQUAL(((const double *)columns[1])[0], k ? 1e9 : -1e9);
        CU_ASSERT(isnan(((const double *)columns[1])[1]));
        hand_close(&b);
    }
}

static void bins_are_closed_at_the_end_and_one_takes_the_rest(void)
{
    static const uint64_t want[5] = {4, 2, 1, 0, 3};
    const double xs[] = {0.0, 0.24, 0.25, 0.75, 1.0, 0.99, 1.01, -0.01, (double)NAN, INFINITY};
    struct by_hand b;
    void *columns[1];
    hand_start(&b, MR_KIND_HISTOGRAM, (const mr_dtype[]){MR_F64}, 1);
    b.segment.aggregate = MR_HIST;
    b.segment.bins = (struct mr_bin_sets){.count = 5, .workers = 4, .sets = 1};
    CU_ASSERT_TRUE(mr_bins_set(&b.segment.bins.range, 4, 0, 1));
    hand_store(&b, MR_U64);
    hand_open(&b, 16);
    memcpy(hand_reals, xs, sizeof xs);
    for (int again = 0; again < 2; again++) {
        CU_ASSERT_EQUAL(hand_run(&b, 0, 0, sizeof xs / sizeof xs[0], columns).entries % 5, 0);
        CU_ASSERT_EQUAL(memcmp(columns[0], want, sizeof want), 0);
    }
    hand_close(&b);
}

SUITE(host_leaves, {"leaves_are_summed_by_32_lanes", leaves_are_summed_by_32_lanes},
      {"longer_chunks_are_trees_of_leaves_of_their_own",
       longer_chunks_are_trees_of_leaves_of_their_own},
      {"chunks_within_a_leaf_are_whole_trees", chunks_within_a_leaf_are_whole_trees},
      {"deviations_are_taken_from_the_leaf_s_own_mean",
       deviations_are_taken_from_the_leaf_s_own_mean},
      {"extremes_are_the_first_and_a_nan_wins", extremes_are_the_first_and_a_nan_wins},
      {"least_and_greatest_follow_the_nan_rule", least_and_greatest_follow_the_nan_rule},
      {"bins_are_closed_at_the_end_and_one_takes_the_rest",
       bins_are_closed_at_the_end_and_one_takes_the_rest});
