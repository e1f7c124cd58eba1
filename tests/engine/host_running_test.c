/* Running folds on the host engine, scans and windows, beside plain loops. */
#include "engine/by_hand.h"
#include "random_numbers.h"
#include "suite.h"

/* The contract's order, one element at a time; f32 stays f32. */
static void naive_scan(enum mr_aggregate op, mr_dtype dtype, size_t count, mr_scalar *out)
{
    mr_scalar before = mr_fold_identity(op, dtype), within = before;
    for (size_t k = 0; k < count; k++) {
        if (k % 1024 == 0) {
            before = mr_fold(op, dtype, before, within);
            within = mr_fold_identity(op, dtype);
        }
        mr_scalar x = {.u64 = 0};
        if (dtype == MR_I64)
            x.i64 = hand_wholes[k];
        else
            x.f64 = dtype == MR_F32 ? (double)hand_floats[k] : hand_reals[k];
        within = mr_fold(op, dtype, within, x);
        out[k] = mr_fold(op, dtype, before, within);
    }
}

static bool is_scalar(mr_dtype dtype, const void *column, size_t entry, mr_scalar want)
{
    if (dtype == MR_F32) return hand_same_bits((double)((const float *)column)[entry], want.f64);
    return ((const uint64_t *)column)[entry] == want.u64;
}

static void check_scan(enum mr_aggregate op, mr_dtype dtype, uint64_t cuts)
{
    enum { COUNT = 5000 };
    static mr_scalar want[COUNT];
    struct by_hand b;
    void *columns[1];
    hand_start(&b, MR_KIND_SCAN, &dtype, 1);
    b.segment.aggregate = op;
    hand_store(&b, dtype);
    hand_open(&b, COUNT);
    naive_scan(op, dtype, COUNT, want);
    size_t wrong = 0, first = 0;
    for (int slot = 0; first < COUNT; slot = 1 - slot) {
        size_t count = cuts ? 1 + (size_t)(splitmix_next(&cuts) % 1500) : COUNT;
        if (count > COUNT - first) count = COUNT - first;
        CU_ASSERT_EQUAL(hand_run(&b, slot, (int64_t)first, count, columns).entries, count);
        for (size_t k = 0; k < count; k++)
            wrong += !is_scalar(dtype, columns[0], k, want[first + k]);
        first += count;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    hand_close(&b);
}

static void scans_have_the_same_bits_however_units_are_cut(void)
{
    static const mr_dtype dtypes[] = {MR_F64, MR_F32, MR_I64};
    static const enum mr_aggregate folds[] = {MR_SUM, MR_PROD, MR_MIN, MR_MAX};
    for (size_t t = 0; t < 3; t++)
        for (size_t k = 0; k < 4; k++)
            for (uint64_t cuts = 0; cuts < 5; cuts++) check_scan(folds[k], dtypes[t], cuts);
}

static double naive_power(const double *xs, size_t extent)
{
    return extent == 1 ? xs[0]
                       : naive_power(xs, extent / 2) + naive_power(xs + extent / 2, extent / 2);
}

/* By the binary digits of the extent, the smallest first. */
static double naive_window(const double *xs, size_t extent)
{
    double sum = 0;
    for (size_t offset = 0, digit = 1; digit <= extent; digit *= 2) {
        if (!(extent & digit)) continue;
        sum = offset ? sum + naive_power(xs + offset, digit) : naive_power(xs, digit);
        offset += digit;
    }
    return sum;
}

static void check_window(enum mr_aggregate aggregate, size_t extent, int64_t first, size_t count)
{
    struct by_hand b;
    void *columns[2];
    hand_start(&b, MR_KIND_WINDOW, (const mr_dtype[]){MR_F64, MR_I64}, 2);
    b.segment.aggregate = aggregate;
    b.segment.extent = (int64_t)extent;
    b.segment.reach = (uint32_t)extent - 1;
    b.segment.unit = count;
    hand_store(&b, MR_F64);
    hand_store(&b, mr_running_dtype(aggregate, MR_I64));
    hand_open(&b, count);
    CU_ASSERT_EQUAL(hand_run(&b, 0, first, count, columns).entries, count);
    size_t wrong = 0;
    for (size_t k = 0; k < count; k++) {
        double sum = naive_window(hand_reals + first + k, extent);
        if (aggregate == MR_MEAN) {
            double numbers[HAND_MOST];
            for (size_t m = 0; m < extent; m++)
                numbers[m] = (double)hand_wholes[first + (int64_t)(k + m)];
            sum /= (double)extent;
            wrong += !hand_same_bits(((double *)columns[1])[k],
                                     naive_window(numbers, extent) / (double)extent);
        } else {
            uint64_t whole = 0;
            for (size_t m = 0; m < extent; m++)
                whole += (uint64_t)hand_wholes[first + (int64_t)(k + m)];
            wrong += ((uint64_t *)columns[1])[k] != whole;
        }
        wrong += !hand_same_bits(((double *)columns[0])[k], sum);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    hand_close(&b);
}

static void windows_fold_their_binary_digits_from_the_smallest(void)
{
    static const size_t extents[] = {1, 2, 3, 4, 5, 7, 8, 13, 100, 127, 128, 1000};
    for (size_t k = 0; k < sizeof extents / sizeof extents[0]; k++) {
        check_window(MR_SUM, extents[k], 0, 2500);
        check_window(MR_MEAN, extents[k], 777, 100);
    }
    check_window(MR_SUM, 13, 5, 16000);
    check_window(MR_SUM, 8191, 0, 700);
}

static void windows_of_extremes_are_those_of_a_plain_loop(void)
{
    enum { EXTENT = 11, COUNT = 3000 };
    struct by_hand b;
    void *columns[1];
    hand_start(&b, MR_KIND_WINDOW, (const mr_dtype[]){MR_BOOL}, 1);
    b.segment.aggregate = MR_MAX;
    b.segment.extent = EXTENT;
    b.segment.reach = EXTENT - 1;
    hand_store(&b, MR_BOOL);
    hand_open(&b, COUNT);
    hand_run(&b, 0, 1, COUNT, columns);
    size_t wrong = 0;
    for (size_t k = 0; k < COUNT; k++) {
        uint8_t most = 0;
        for (size_t m = 0; m < EXTENT; m++) most |= hand_truths[1 + k + m];
        wrong += ((const uint8_t *)columns[0])[k] != most;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    hand_close(&b);
}

SUITE(host_running,
      {"scans_have_the_same_bits_however_units_are_cut",
       scans_have_the_same_bits_however_units_are_cut},
      {"windows_fold_their_binary_digits_from_the_smallest",
       windows_fold_their_binary_digits_from_the_smallest},
      {"windows_of_extremes_are_those_of_a_plain_loop",
       windows_of_extremes_are_those_of_a_plain_loop});
