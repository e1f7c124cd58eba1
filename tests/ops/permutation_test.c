#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "conformance/same_runs.h"
#include "lang/refusal.h"
#include "suite.h"

static const struct run host = {MR_ENGINE_HOST, 65536, 2, .staged = false};
static const struct run opencl = {MR_ENGINE_OPENCL, 4096, 3, .staged = false};

static bool read_order(struct model_result *out, int64_t n, uint64_t seed, struct run run,
                       size_t most)
{
    char text[96];
    (void)snprintf(text, sizeof text, "permutation(%lld, %llu)", (long long)n,
                   (unsigned long long)seed);
    return deliver_text(out, text, run, most) && !out->failed;
}

static bool has_every_number_once(const struct model_result *order, int64_t n)
{
    const int64_t *numbers = order->column[0].data;
    uint8_t *seen = mr_alloc((size_t)n, 1);
    bool right = seen && order->column[0].len == (size_t)n;
    for (int64_t k = 0; right && k < n; k++) {
        right = numbers[k] >= 0 && numbers[k] < n && !seen[numbers[k]];
        if (right) seen[numbers[k]] = 1;
    }
    mr_free(seen);
    return right;
}

static void every_number_comes_once(void)
{
    /* Around the table's end, powers of two (odd and even) and where rounds become fewer. */
    static const int64_t lengths[] = {1,     2,     3,     15,    16,     17,    31,   32,
                                      33,    63,    64,    65,    127,    128,   129,  1000,
                                      1023,  1024,  1025,  4097,  99,     257,   8191, 8193,
                                      65535, 65536, 65537, 99991, 131073, 200000};
    for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++) {
        struct model_result order;
        bool right = read_order(&order, lengths[k], k, k % 4 ? host : opencl, 1000000);
        CU_ASSERT_TRUE(right && has_every_number_once(&order, lengths[k]));
        model_free(&order);
    }
}

/* Pearson's chi-square of counts that should all be alike. */
static double chi_square(const uint32_t counts[], size_t cells, double expected)
{
    double sum = 0;
    for (size_t k = 0; k < cells; k++) {
        double distance = (double)counts[k] - expected;
        sum += distance * distance / expected;
    }
    return sum;
}

static size_t rank_of_five(const int64_t order[5])
{
    size_t rank = 0;
    for (size_t k = 0; k < 5; k++) {
        size_t smaller = 0;
        for (size_t later = k + 1; later < 5; later++) smaller += order[later] < order[k];
        rank = rank * (5 - k) + smaller;
    }
    return rank;
}

static void all_orders_of_five_are_alike(void)
{
    enum { SEEDS = 12000, ORDERS = 120 };
    uint32_t counts[ORDERS] = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct model_result order;
        if (read_order(&order, 5, seed, host, 5)) counts[rank_of_five(order.column[0].data)]++;
        model_free(&order);
    }
    double sum = chi_square(counts, ORDERS, (double)SEEDS / ORDERS);
    /* 119 degrees of freedom: each end is left once in 10^4, by SciPy's chi2. */
    CU_ASSERT_TRUE(sum > 69.96 && sum < 185.09);
}

static void all_pairs_among_seventeen_are_alike(void)
{
    enum { SEEDS = 13600, N = 17 };
    uint32_t counts[N * (N - 1)] = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct model_result order;
        if (read_order(&order, N, seed, host, 2)) {
            const int64_t *first = order.column[0].data;
            counts[first[0] * (N - 1) + first[1] - (first[1] > first[0])]++;
        }
        model_free(&order);
    }
    double sum = chi_square(counts, N * (N - 1), (double)SEEDS / (N * (N - 1)));
    CU_ASSERT_TRUE(sum > 192.83 && sum < 366.25); /* 271 degrees of freedom, as above */
}

static bool is_odd(const int64_t *order, size_t n)
{
    bool seen[128] = {false}, odd = false;
    for (size_t k = 0; k < n; k++) {
        odd = odd != !seen[k]; /* a cycle of c numbers takes c - 1 swaps */
        for (size_t at = k; !seen[at]; at = (size_t)order[at]) {
            seen[at] = true;
            odd = !odd;
        }
    }
    return odd;
}

/* One half of all orders of n numbers are odd, whatever n is. */
static void half_of_all_orders_are_odd(void)
{
    enum { FIRST = 3, LAST = 128, SEEDS = 64 };
    double sum = 0;
    for (size_t n = FIRST; n <= LAST; n++) {
        size_t odd = 0;
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            struct model_result order;
            if (read_order(&order, (int64_t)n, seed, host, n))
                odd += is_odd(order.column[0].data, n);
            model_free(&order);
        }
        double distance = (double)odd - SEEDS / 2;
        if (fabs(distance) > 20) printf("\n  n = %zu: %zu of %d are odd\n", n, odd, SEEDS);
        CU_ASSERT_TRUE(fabs(distance) <= 20); /* 5 standard deviations */
        sum += distance * distance / (SEEDS / 4.0);
    }
    CU_ASSERT_TRUE(sum > 75.3 && sum < 193.8); /* 126 degrees of freedom: one in 10^4 */
}

/* Differences of neighbours in a random order of n are met Poisson(1) times each. */
static void differences_of_neighbours_are_alike(void)
{
    enum { N = 100003, MOST = 8 };
    static const double poisson[MOST] = {0.36787944, 0.36787944, 0.18393972, 0.06131324,
                                         0.01532831, 0.00306566, 0.00051094, 0.0000833};
    struct model_result order;
    uint8_t *met = mr_alloc(N, 1);
    bool right = met && read_order(&order, N, 2024, host, N);
    double sum = 0, cells[MOST] = {0};
    for (size_t k = 0; right && k < N; k++) {
        const int64_t *numbers = order.column[0].data;
        met[(numbers[(k + 1) % N] - numbers[k] + N) % N]++;
    }
    for (size_t k = 1; right && k < N; k++) cells[met[k] < MOST ? met[k] : MOST - 1]++;
    for (size_t k = 0; k < MOST; k++) {
        double expected = poisson[k] * (N - 1);
        sum += (cells[k] - expected) * (cells[k] - expected) / expected;
    }
    CU_ASSERT_TRUE(right && sum < 26); /* seven degrees of freedom: one in 2000 */
    if (right) model_free(&order);
    mr_free(met);
}

static void engines_batches_and_rings_change_nothing(void)
{
    static const char *const pipelines[] = {
        "permutation(10007, 3)",
        "permutation(1e15, 9) | skip(12345) | take(9001)",
        "permutation(9223372036854775807) | skip(9223372036854000000) | take(3000)",
        "permutation(11, 3) | map(x, i)",
        "range(10007) | map(a: x, b: 0.5*x) | shuffle(8)",
        "permutation(10007, 3) | shuffle(4) | map(x*x) | filter(x % 3 == 1)",
        "chain(permutation(17), permutation(1000)) | shuffle(1)",
        "range(30007) | filter(x % 3) | map(a: x, b: f32(x), c: x < 9) | shuffle(8, window=777)",
        "range(20007) | map(x*0.1) | scan(sum) | shuffle(1, window=9000) | window(3, max)",
        "count() | shuffle(5, window=100) | skip(1234567) | take(5000)",
        "range(20000) | map(x + 7/(x - 12345)) | shuffle(3, window=1000)",
        "range(20000) | filter(x + 7/(x - 12345)) | shuffle(3, window=5000) | map(x*x)",
    };
    static const struct run runs[] = {{MR_ENGINE_HOST, 65536, 2, .staged = false},
                                      {MR_ENGINE_HOST, 64, 5, .staged = false},
                                      {MR_ENGINE_HOST, 1000, 2, .staged = false},
                                      {MR_ENGINE_OPENCL, 64, 2, .staged = false},
                                      {MR_ENGINE_OPENCL, 1000, 5, .staged = false},
                                      {MR_ENGINE_OPENCL, 65536, 2, .staged = false}};
    assert_same_runs(pipelines, sizeof pipelines / sizeof pipelines[0], runs,
                     sizeof runs / sizeof runs[0], 20000);
}

static void shuffle_is_the_permutation_of_positions(void)
{
    struct model_result expected, got;
    char difference[256];
    CU_ASSERT_TRUE(deliver_text(&expected, "permutation(999, 5) | map(x*x - 7)", host, 999));
    CU_ASSERT_TRUE(deliver_text(&got, "range(999) | map(x*x - 7) | shuffle(5)", opencl, 999));
    CU_ASSERT_TRUE(same_elements(difference, sizeof difference, &expected, 0, &got));
    model_free(&got);
    model_free(&expected);
}

/* The definition once more, element by element: SplitMix64 is Java's SplittableRandom. */
static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

static void shuffle_one_window(int64_t *x, uint64_t length, uint64_t seed, uint64_t window)
{
    uint64_t state = splitmix(&seed) ^ window;
    state = splitmix(&state);
    for (uint64_t k = length; k > 1; k--) {
        uint64_t limit = (UINT64_C(1) << 32) % k, word = splitmix(&state) >> 32;
        while ((word * k & 0xffffffff) < limit) word = splitmix(&state) >> 32;
        int64_t held = x[k - 1];
        x[k - 1] = x[word * k >> 32];
        x[word * k >> 32] = held;
    }
}

static void windows_are_shuffled_each_by_itself(void)
{
    static const struct {
        size_t length, window;
        uint64_t seed;
    } rows[] = {{1, 1, 0},    {10, 1, 1},     {10, 4, 2},         {10, 10, 3},
                {10, 11, 4},  {999, 1000, 5}, {5000, 1000, 6},    {5001, 1000, UINT64_MAX},
                {3000, 7, 8}, {70000, 64, 9}, {70000, 66000, 10}, {200000, 65536, 11}};
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct model_result expected, got;
        char plain[64], text[128], difference[256] = "";
        (void)snprintf(plain, sizeof plain, "range(%zu) | filter(x >= 0)", rows[k].length);
        (void)snprintf(text, sizeof text, "%s | shuffle(%llu, window=%zu)", plain,
                       (unsigned long long)rows[k].seed, rows[k].window);
        CU_ASSERT_TRUE(deliver_text(&expected, plain, host, rows[k].length));
        for (size_t from = 0; from < rows[k].length; from += rows[k].window) {
            size_t left = rows[k].length - from;
            shuffle_one_window((int64_t *)expected.column[0].data + from,
                               left < rows[k].window ? left : rows[k].window, rows[k].seed,
                               from / rows[k].window);
        }
        CU_ASSERT_TRUE(deliver_text(&got, text, k % 2 ? opencl : host, rows[k].length + 1));
        bool same = same_elements(difference, sizeof difference, &expected, 0, &got);
        CU_ASSERT_TRUE(same);
        if (!same) printf("\n  %s: %s\n", text, difference);
        model_free(&got);
        model_free(&expected);
    }
}

static void shuffle_refuses_what_it_cannot_reach(void)
{
    static const struct refusal rows[] = {
        {"count() | shuffle()", MR_E_VALUE, 11, "end known beforehand"},
        {"range(9) | filter(x > 2) | shuffle()", MR_E_NOT_SEEKABLE, 28, "filter"},
        {"range(9) | scan(sum) | shuffle()", MR_E_NOT_SEEKABLE, 24, "scan"},
        {"fibonacci(mod=7) | take(9) | shuffle()", MR_E_NOT_SEEKABLE, 30, "any order"},
        {"range(9) | shuffle(1, window=0)", MR_E_VALUE, 30, "window=0 must be from 1"},
        {"range(9) | shuffle(1, window=16777217)", MR_E_VALUE, 30, "must be from 1 to 16777216"},
        {"range(9) | shuffle(1, window=4) | shuffle()", MR_E_NOT_SEEKABLE, 35, "shuffle"},
        {"permutation(-1)", MR_E_VALUE, 13, "negative"},
    };
    assert_refused(rows, sizeof rows / sizeof rows[0]);
}

SUITE(permutation, {"every_number_comes_once", every_number_comes_once},
      {"all_orders_of_five_are_alike", all_orders_of_five_are_alike},
      {"all_pairs_among_seventeen_are_alike", all_pairs_among_seventeen_are_alike},
      {"half_of_all_orders_are_odd", half_of_all_orders_are_odd},
      {"differences_of_neighbours_are_alike", differences_of_neighbours_are_alike},
      {"engines_batches_and_rings_change_nothing", engines_batches_and_rings_change_nothing},
      {"shuffle_is_the_permutation_of_positions", shuffle_is_the_permutation_of_positions},
      {"windows_are_shuffled_each_by_itself", windows_are_shuffled_each_by_itself},
      {"shuffle_refuses_what_it_cannot_reach", shuffle_refuses_what_it_cannot_reach});
