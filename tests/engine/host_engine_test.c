#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "engine/engine.h"
#include "ir/op.h"
#include "suite.h"

/* Segments made by hand over the caller's memory, run in units of the test's choice. */
enum { MOST = 1 << 14 };

static double reals[MOST];
static float floats[MOST];
static int64_t wholes[MOST];
static uint8_t truths[MOST];
static struct mr_memory_source memory;

/* splitmix64 (Steele, Lea, Flood 2014, Fast splittable pseudorandom number generators). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Of very different sizes, so that another order of the same sum has other bits. */
static void fill_memory(uint64_t seed)
{
    for (size_t k = 0; k < MOST; k++) {
        uint64_t r = next_random(&seed);
        double unit = (double)(r >> 11) * 0x1p-53 - 0.5;
        reals[k] = ldexp(unit, (int)(r % 40) - 20);
        floats[k] = (float)reals[k];
        wholes[k] = (int64_t)next_random(&seed);
        truths[k] = r % 3 == 0;
    }
    memory = (struct mr_memory_source){.count = MOST,
                                       .column_count = 4,
                                       .data = {reals, floats, wholes, truths},
                                       .dtypes = {MR_F64, MR_F32, MR_I64, MR_BOOL}};
}

struct bench {
    struct mr_engine *engine;
    struct mr_program *program;
    struct mr_slot *slots[2];
    struct mr_segment segment;
};

/* A segment whose values are the memory's columns. */
static void start_segment(struct bench *b, enum mr_kind kind, const mr_dtype dtypes[], size_t count)
{
    static const struct mr_seq seq;
    memset(b, 0, sizeof *b);
    fill_memory(7);
    struct mr_segment *s = &b->segment;
    s->kind = kind;
    s->keep = IR_NONE;
    s->extent = INT64_MAX;
    s->unit = MOST;
    s->views[s->view_count++] = (struct mr_view){.memory = &memory, .seq = &seq};
    ir_value index = mr_ir_index(&s->body);
    for (size_t c = 0; c < count; c++) {
        unsigned column = 0;
        while (memory.dtypes[column] != dtypes[c]) column++;
        s->values[s->value_count++] = mr_ir_load(&s->body, 0, column, dtypes[c], index, false);
    }
}

static ir_value load_truth(struct bench *b)
{
    return mr_ir_load(&b->segment.body, 0, 3, MR_BOOL, mr_ir_index(&b->segment.body), false);
}

static void store(struct bench *b, mr_dtype dtype)
{
    b->segment.stored[b->segment.stored_count++] = dtype;
}

static void open_bench(struct bench *b, size_t entries)
{
    mr_error err;
    const struct mr_segment *s = &b->segment;
    CU_ASSERT_EQUAL_FATAL(mr_host_engine_create(&b->engine, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(b->engine->class->program_create(&b->program, b->engine, s, &err), MR_OK);
    for (int k = 0; k < 2; k++)
        CU_ASSERT_EQUAL_FATAL(b->engine->class->slot_create(&b->slots[k], b->engine, s->stored,
                                                            s->stored_count, 3, entries,
                                                            s->body.check_count, NULL),
                              MR_OK);
}

static void close_bench(struct bench *b)
{
    for (int k = 0; k < 2; k++) b->engine->class->slot_destroy(&b->slots[k], b->engine);
    b->engine->class->program_destroy(&b->program, b->engine);
    b->engine->class->destroy(&b->engine);
    mr_body_free(&b->segment.body);
}

/* Runs [first, first + count) in slot k, going on from the other slot unless it is the start. */
static struct mr_outcome run(struct bench *b, int k, int64_t first, size_t count, void *columns[])
{
    struct mr_outcome out;
    struct mr_launch launch = {.first = first,
                               .count = count,
                               .out = b->slots[k],
                               .previous = first ? b->slots[1 - k] : NULL};
    const struct mr_engine_class *class = b->engine->class;
    CU_ASSERT_EQUAL_FATAL(class->launch(b->engine, b->program, &launch, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(class->wait(b->engine, b->program, b->slots[k], &out, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(class->map(b->engine, b->slots[k], 3, out.entries, false, columns, NULL),
                          MR_OK);
    CU_ASSERT_EQUAL_FATAL(class->unmap(b->engine, b->slots[k], NULL), MR_OK);
    return out;
}

static bool same_bits(double a, double b)
{
    uint64_t a_bits, b_bits;
    memcpy(&a_bits, &a, sizeof a);
    memcpy(&b_bits, &b, sizeof b);
    return a_bits == b_bits;
}

/* ---- leaves ---- */

static double naive_tree(const double *xs, const uint8_t *keep, size_t count)
{
    double lanes[32] = {0};
    for (size_t k = 0; k < 1024; k++)
        lanes[k % 32] += k < count && (!keep || keep[k]) ? xs[k] : 0.0;
    for (size_t half = 16; half; half /= 2)
        for (size_t k = 0; k < half; k++) lanes[k] += lanes[k + half];
    return lanes[0];
}

static void check_sums(bool is_masked, int64_t extent, size_t count)
{
    struct bench b;
    void *columns[3];
    start_segment(&b, extent == INT64_MAX ? MR_KIND_REDUCE : MR_KIND_MERGE,
                  (const mr_dtype[]){MR_F64, MR_I64}, 2);
    b.segment.aggregate = MR_SUM;
    b.segment.extent = extent;
    if (is_masked) b.segment.keep = load_truth(&b);
    store(&b, MR_I64);
    store(&b, MR_F64);
    store(&b, MR_I64);
    open_bench(&b, MOST);
    struct mr_outcome out = run(&b, 0, 0, count, columns);
    size_t entry = 0;
    for (size_t first = 0, leaf; first < count; first += leaf, entry++) {
        leaf = extent == INT64_MAX ? 1024 : (size_t)extent - first % (size_t)extent;
        if (leaf > 1024) leaf = 1024;
        if (leaf > count - first) leaf = count - first;
        const uint8_t *keep = is_masked ? truths + first : NULL;
        int64_t kept = 0;
        uint64_t sum = 0;
        for (size_t k = 0; k < leaf; k++) {
            kept += !keep || keep[k];
            sum += !keep || keep[k] ? (uint64_t)wholes[first + k] : 0;
        }
        CU_ASSERT_EQUAL(((const int64_t *)columns[0])[entry], kept);
        CU_ASSERT(
            same_bits(((const double *)columns[1])[entry], naive_tree(reals + first, keep, leaf)));
        CU_ASSERT_EQUAL(((const uint64_t *)columns[2])[entry], sum);
    }
    CU_ASSERT_EQUAL(out.entries, entry);
    close_bench(&b);
}

static void leaves_are_summed_by_32_lanes(void)
{
    static const size_t counts[] = {1, 31, 32, 33, 1023, 1024, 1025, 5000};
    for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++)
        for (int masked = 0; masked < 2; masked++) check_sums(masked, INT64_MAX, counts[k]);
}

static void chunks_begin_leaves_of_their_own(void)
{
    static const int64_t extents[] = {1025, 1500, 4000};
    for (size_t k = 0; k < sizeof extents / sizeof extents[0]; k++)
        check_sums(false, extents[k], 9001);
}

/* Of integers so far from 0 that their sums leave 64 bits, and of numbers. */
static void check_means(int64_t extent, size_t count)
{
    struct bench b;
    void *columns[2];
    start_segment(&b, MR_KIND_CHUNK, (const mr_dtype[]){MR_F64, MR_I64}, 2);
    b.segment.aggregate = MR_MEAN;
    b.segment.extent = extent;
    store(&b, MR_F64);
    store(&b, MR_F64);
    open_bench(&b, MOST);
    struct mr_outcome out = run(&b, 0, 0, count, columns);
    size_t entry = 0;
    for (size_t first = 0, chunk; first < count; first += chunk, entry++) {
        __extension__ __int128 sum = 0;
        chunk = count - first < (size_t)extent ? count - first : (size_t)extent;
        for (size_t k = 0; k < chunk; k++) sum += wholes[first + k];
        double mean = naive_tree(reals + first, NULL, chunk) / (double)chunk;
        CU_ASSERT(same_bits(((const double *)columns[0])[entry], mean));
        CU_ASSERT(same_bits(((const double *)columns[1])[entry], (double)sum / (double)chunk));
    }
    CU_ASSERT_EQUAL(out.entries, entry);
    close_bench(&b);
}

static void chunks_within_a_leaf_are_whole_trees(void)
{
    static const int64_t extents[] = {1, 2, 7, 16, 31, 32, 33, 64, 100, 1000, 1024};
    for (size_t k = 0; k < sizeof extents / sizeof extents[0]; k++) check_means(extents[k], 9001);
}

static void deviations_are_taken_from_the_leaf_s_own_mean(void)
{
    struct bench b;
    void *columns[4];
    start_segment(&b, MR_KIND_REDUCE, (const mr_dtype[]){MR_F64}, 1);
    b.segment.aggregate = MR_VAR;
    b.segment.keep = load_truth(&b);
    store(&b, MR_I64);
    store(&b, MR_F64);
    store(&b, MR_F64);
    store(&b, MR_F64);
    open_bench(&b, 16);
    run(&b, 0, 0, 3000, columns);
    for (size_t entry = 0; entry < 3; entry++) {
        size_t first = entry * 1024, count = entry < 2 ? 1024 : 3000 - first;
        const uint8_t *keep = truths + first;
        double far[1024], squares[1024];
        double n = (double)((const int64_t *)columns[0])[entry];
        double mean = naive_tree(reals + first, keep, count) / n;
        for (size_t k = 0; k < count; k++) {
            far[k] = reals[first + k] - mean;
            squares[k] = far[k] * far[k];
        }
        double rest = naive_tree(far, keep, count), lacks = rest / n;
        CU_ASSERT(same_bits(((const double *)columns[1])[entry], mean));
        CU_ASSERT(same_bits(((const double *)columns[2])[entry],
                            naive_tree(squares, keep, count) - rest * lacks));
        CU_ASSERT(same_bits(((const double *)columns[3])[entry], lacks));
    }
    close_bench(&b);
}

static void extremes_are_the_first_and_a_nan_wins(void)
{
    struct bench b;
    void *columns[3];
    start_segment(&b, MR_KIND_REDUCE, (const mr_dtype[]){MR_F64}, 1);
    b.segment.aggregate = MR_ARGMIN;
    store(&b, MR_I64);
    store(&b, MR_F64);
    store(&b, MR_I64);
    open_bench(&b, 16);
    reals[100] = reals[900] = -1e9;
    reals[1024 + 7] = -1e9;
    reals[1024 + 500] = reals[1024 + 600] = (double)NAN;
    run(&b, 0, 0, 2048, columns);
    CU_ASSERT_EQUAL(((const double *)columns[1])[0], -1e9);
    CU_ASSERT_EQUAL(((const int64_t *)columns[2])[0], 100);
    CU_ASSERT(isnan(((const double *)columns[1])[1]));
    CU_ASSERT_EQUAL(((const int64_t *)columns[2])[1], 1024 + 500);
    close_bench(&b);
}

static void least_and_greatest_follow_the_nan_rule(void)
{
    struct bench b;
    void *columns[2];
    for (int k = 0; k < 2; k++) {
        start_segment(&b, MR_KIND_REDUCE, (const mr_dtype[]){MR_F64}, 1);
        b.segment.aggregate = k ? MR_MAX : MR_MIN;
        store(&b, MR_I64);
        store(&b, MR_F64);
        open_bench(&b, 16);
        reals[50] = k ? 1e9 : -1e9;
        reals[1500] = (double)NAN;
        run(&b, 0, 0, 2000, columns);
        CU_ASSERT_EQUAL(((const double *)columns[1])[0], k ? 1e9 : -1e9);
        CU_ASSERT(isnan(((const double *)columns[1])[1]));
        close_bench(&b);
    }
}

static void bins_are_closed_at_the_end_and_one_takes_the_rest(void)
{
    static const uint64_t want[5] = {4, 2, 1, 0, 3};
    const double xs[] = {0.0, 0.24, 0.25, 0.75, 1.0, 0.99, 1.01, -0.01, (double)NAN, INFINITY};
    struct bench b;
    void *columns[1];
    start_segment(&b, MR_KIND_HISTOGRAM, (const mr_dtype[]){MR_F64}, 1);
    b.segment.aggregate = MR_HIST;
    b.segment.bins = 5;
    b.segment.workers = 4;
    CU_ASSERT_TRUE(mr_bins_set(&b.segment.hist, 4, 0, 1));
    store(&b, MR_U64);
    open_bench(&b, 16);
    memcpy(reals, xs, sizeof xs);
    for (int again = 0; again < 2; again++) {
        CU_ASSERT_EQUAL(run(&b, 0, 0, sizeof xs / sizeof xs[0], columns).entries % 5, 0);
        CU_ASSERT_EQUAL(memcmp(columns[0], want, sizeof want), 0);
    }
    close_bench(&b);
}

/* ---- scans and windows ---- */

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
            x.i64 = wholes[k];
        else
            x.f64 = dtype == MR_F32 ? (double)floats[k] : reals[k];
        within = mr_fold(op, dtype, within, x);
        out[k] = mr_fold(op, dtype, before, within);
    }
}

static bool is_scalar(mr_dtype dtype, const void *column, size_t entry, mr_scalar want)
{
    if (dtype == MR_F32) return same_bits((double)((const float *)column)[entry], want.f64);
    return ((const uint64_t *)column)[entry] == want.u64;
}

static void check_scan(enum mr_aggregate op, mr_dtype dtype, uint64_t cuts)
{
    enum { COUNT = 5000 };
    static mr_scalar want[COUNT];
    struct bench b;
    void *columns[1];
    start_segment(&b, MR_KIND_SCAN, &dtype, 1);
    b.segment.aggregate = op;
    store(&b, dtype);
    open_bench(&b, COUNT);
    naive_scan(op, dtype, COUNT, want);
    size_t wrong = 0, first = 0;
    for (int slot = 0; first < COUNT; slot = 1 - slot) {
        size_t count = cuts ? 1 + (size_t)(next_random(&cuts) % 1500) : COUNT;
        if (count > COUNT - first) count = COUNT - first;
        CU_ASSERT_EQUAL(run(&b, slot, (int64_t)first, count, columns).entries, count);
        for (size_t k = 0; k < count; k++)
            wrong += !is_scalar(dtype, columns[0], k, want[first + k]);
        first += count;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    close_bench(&b);
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
    struct bench b;
    void *columns[2];
    start_segment(&b, MR_KIND_WINDOW, (const mr_dtype[]){MR_F64, MR_I64}, 2);
    b.segment.aggregate = aggregate;
    b.segment.extent = (int64_t)extent;
    b.segment.reach = (uint32_t)extent - 1;
    b.segment.unit = count;
    store(&b, MR_F64);
    store(&b, mr_running_dtype(aggregate, MR_I64));
    open_bench(&b, count);
    CU_ASSERT_EQUAL(run(&b, 0, first, count, columns).entries, count);
    size_t wrong = 0;
    for (size_t k = 0; k < count; k++) {
        double sum = naive_window(reals + first + k, extent);
        if (aggregate == MR_MEAN) {
            double numbers[MOST];
            for (size_t m = 0; m < extent; m++)
                numbers[m] = (double)wholes[first + (int64_t)(k + m)];
            sum /= (double)extent;
            wrong += !same_bits(((double *)columns[1])[k],
                                naive_window(numbers, extent) / (double)extent);
        } else {
            uint64_t whole = 0;
            for (size_t m = 0; m < extent; m++) whole += (uint64_t)wholes[first + (int64_t)(k + m)];
            wrong += ((uint64_t *)columns[1])[k] != whole;
        }
        wrong += !same_bits(((double *)columns[0])[k], sum);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    close_bench(&b);
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
    struct bench b;
    void *columns[1];
    start_segment(&b, MR_KIND_WINDOW, (const mr_dtype[]){MR_BOOL}, 1);
    b.segment.aggregate = MR_MAX;
    b.segment.extent = EXTENT;
    b.segment.reach = EXTENT - 1;
    store(&b, MR_BOOL);
    open_bench(&b, COUNT);
    run(&b, 0, 1, COUNT, columns);
    size_t wrong = 0;
    for (size_t k = 0; k < COUNT; k++) {
        uint8_t most = 0;
        for (size_t m = 0; m < EXTENT; m++) most |= truths[1 + k + m];
        wrong += ((const uint8_t *)columns[0])[k] != most;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    close_bench(&b);
}

/* ---- the rest ---- */

static void survivors_are_packed_in_order(void)
{
    struct bench b;
    void *columns[2];
    start_segment(&b, MR_KIND_COMPACT, (const mr_dtype[]){MR_I64, MR_F32}, 2);
    b.segment.keep = load_truth(&b);
    store(&b, MR_I64);
    store(&b, MR_F32);
    open_bench(&b, MOST);
    struct mr_outcome out = run(&b, 0, 13, 5000, columns);
    size_t entries = 0, wrong = 0;
    for (size_t k = 13; k < 5013; k++) {
        if (!truths[k]) continue;
        wrong += ((const int64_t *)columns[0])[entries] != wholes[k];
        wrong +=
            ((const uint32_t *)columns[1])[entries] != ((const uint32_t *)(const void *)floats)[k];
        entries++;
    }
    CU_ASSERT_EQUAL(out.entries, entries);
    CU_ASSERT_EQUAL(wrong, 0);
    close_bench(&b);
}

/* Fails where the number is `position`. */
static void fail_at(struct bench *b, int64_t position, const struct mr_seq *blame)
{
    struct ir_body *body = &b->segment.body;
    ir_value index = mr_ir_index(body);
    ir_value bad = mr_ir_binary(body, IR_EQ, index, mr_ir_const_int(body, MR_I64, position));
    mr_ir_check(body, (struct ir_check){
                          .bad = bad, .status = MR_E_DIVISION, .blame = blame, .position = index});
}

static void survivors_before_a_failure_are_kept(void)
{
    struct bench b;
    void *columns[1];
    start_segment(&b, MR_KIND_COMPACT, (const mr_dtype[]){MR_I64}, 1);
    b.segment.keep = load_truth(&b);
    fail_at(&b, 2500, NULL);
    store(&b, MR_I64);
    open_bench(&b, MOST);
    size_t entries = 0;
    for (size_t k = 100; k < 2500; k++) entries += truths[k];
    struct mr_outcome out = run(&b, 0, 100, 4000, columns);
    CU_ASSERT_EQUAL(out.entries, entries);
    CU_ASSERT_EQUAL(out.failed, 2400);
    CU_ASSERT_EQUAL(out.check, 0);
    close_bench(&b);
}

static void ignored_checks_do_not_count(void)
{
    static const struct mr_seq mine, other;
    struct bench b;
    struct mr_outcome out;
    start_segment(&b, MR_KIND_FUSED, (const mr_dtype[]){MR_I64}, 1);
    fail_at(&b, 20, &mine);
    fail_at(&b, 30, &other);
    store(&b, MR_I64);
    open_bench(&b, 100);
    struct mr_launch launch = {.count = 100, .out = b.slots[0], .ignored = &mine};
    CU_ASSERT_EQUAL(b.engine->class->launch(b.engine, b.program, &launch, NULL), MR_OK);
    CU_ASSERT_EQUAL(b.engine->class->wait(b.engine, b.program, b.slots[0], &out, NULL), MR_OK);
    CU_ASSERT_EQUAL(out.failed, 30);
    CU_ASSERT_EQUAL(out.check, 1);
    launch.ignored = NULL;
    CU_ASSERT_EQUAL(b.engine->class->launch(b.engine, b.program, &launch, NULL), MR_OK);
    CU_ASSERT_EQUAL(b.engine->class->wait(b.engine, b.program, b.slots[0], &out, NULL), MR_OK);
    CU_ASSERT_EQUAL(out.failed, 20);
    close_bench(&b);
}

static void stop_tells_the_first_position_that_fails(void)
{
    struct bench b;
    void *columns[1];
    start_segment(&b, MR_KIND_STOP, (const mr_dtype[]){MR_I64}, 1);
    ir_value index = mr_ir_index(&b.segment.body);
    b.segment.keep =
        mr_ir_binary(&b.segment.body, IR_LT, index, mr_ir_const_int(&b.segment.body, MR_I64, 3000));
    store(&b, MR_I64);
    open_bench(&b, MOST);
    CU_ASSERT_EQUAL(run(&b, 0, 500, 2500, columns).stop, SIZE_MAX);
    struct mr_outcome out = run(&b, 0, 500, 4000, columns);
    CU_ASSERT_EQUAL(out.stop, 2500);
    CU_ASSERT_EQUAL(out.entries, 4000);
    CU_ASSERT_EQUAL(memcmp(columns[0], wholes + 500, 4000 * sizeof wholes[0]), 0);
    close_bench(&b);
}

/* The view of a slot: elements first + offset .. first + offset + halo + count - 1. */
static void slots_are_read_from_where_the_source_says(void)
{
    struct bench producer, b;
    void *columns[1];
    struct mr_outcome out;
    start_segment(&producer, MR_KIND_FUSED, (const mr_dtype[]){MR_I64}, 1);
    store(&producer, MR_I64);
    open_bench(&producer, 4000);
    run(&producer, 0, 0, 4000, columns);

    start_segment(&b, MR_KIND_FUSED, NULL, 0);
    struct ir_body *body = &b.segment.body;
    ir_value index = mr_ir_index(body), next;
    b.segment.views[0] = (struct mr_view){.offset = 5, .halo = 1};
    next = mr_ir_load(body, 0, 0, MR_I64,
                      mr_ir_binary(body, IR_ADD, index, mr_ir_const_int(body, MR_I64, 6)), false);
    ir_value here =
        mr_ir_load(body, 0, 0, MR_I64,
                   mr_ir_binary(body, IR_ADD, index, mr_ir_const_int(body, MR_I64, 5)), false);
    b.segment.values[b.segment.value_count++] = mr_ir_binary(body, IR_SUB, next, here);
    store(&b, MR_I64);
    open_bench(&b, 2000);
    /* Element 1005 of the producer stands at index 3 + 1005. */
    struct mr_launch launch = {
        .first = 1000,
        .count = 2000,
        .out = b.slots[0],
        .sources = {{.slot = producer.slots[0], .index = 3 + 1005, .count = 2001}}};
    CU_ASSERT_EQUAL(b.engine->class->launch(b.engine, b.program, &launch, NULL), MR_OK);
    CU_ASSERT_EQUAL(b.engine->class->wait(b.engine, b.program, b.slots[0], &out, NULL), MR_OK);
    b.engine->class->map(b.engine, b.slots[0], 3, 2000, false, columns, NULL);
    size_t wrong = 0;
    for (size_t k = 0; k < 2000; k++)
        wrong += ((const uint64_t *)columns[0])[k] !=
                 (uint64_t)wholes[1006 + k] - (uint64_t)wholes[1005 + k];
    CU_ASSERT_EQUAL(wrong, 0);
    close_bench(&b);
    close_bench(&producer);
}

static void recurrences_step_from_any_position(void)
{
    enum { MODULUS = 1000000007, COUNT = 3000 };
    static const struct mr_op op = {.name = "fibonacci", .recurrence = MR_FN_FIBONACCI_MOD};
    static const struct mr_seq seq = {.op = &op};
    struct bench b;
    void *columns[1];
    start_segment(&b, MR_KIND_RECUR, NULL, 0);
    struct ir_body *body = &b.segment.body;
    b.segment.seq = &seq;
    b.segment.values[0] = mr_ir_param(body, MR_U64, (mr_scalar){.u64 = 10}, NULL);
    b.segment.values[1] = mr_ir_param(body, MR_U64, (mr_scalar){.u64 = MODULUS}, NULL);
    b.segment.value_count = 2;
    store(&b, MR_I32);
    open_bench(&b, COUNT);
    uint64_t terms[5000] = {0, 1};
    for (size_t k = 2; k < 5000; k++) terms[k] = (terms[k - 1] + terms[k - 2]) % MODULUS;
    run(&b, 0, 1500, COUNT, columns);
    size_t wrong = 0;
    for (size_t k = 0; k < COUNT; k++)
        wrong += (uint64_t)((const int32_t *)columns[0])[k] != terms[10 + 1500 + k];
    CU_ASSERT_EQUAL(wrong, 0);
    close_bench(&b);
}

static void device_memory_is_refused(void)
{
    struct bench b;
    struct mr_error err;
    static const struct mr_op op = {.name = "buffers"};
    static const struct mr_seq seq = {.op = &op};
    start_segment(&b, MR_KIND_FUSED, (const mr_dtype[]){MR_I64}, 1);
    b.segment.views[0].seq = &seq;
    memory.is_device = true;
    CU_ASSERT_EQUAL_FATAL(mr_host_engine_create(&b.engine, NULL), MR_OK);
    CU_ASSERT_EQUAL(b.engine->class->program_create(&b.program, b.engine, &b.segment, &err),
                    MR_E_NO_DEVICE);
    CU_ASSERT_STRING_EQUAL(err.message, "buffers: the host engine cannot read OpenCL buffers");
    close_bench(&b);
}

static void failed_allocations_leave_nothing_behind(void)
{
    size_t before = mr_memory_live_bytes();
    struct bench b;
    start_segment(&b, MR_KIND_WINDOW, (const mr_dtype[]){MR_F64}, 1);
    b.segment.extent = 100;
    store(&b, MR_F64);
    CU_ASSERT_EQUAL_FATAL(mr_host_engine_create(&b.engine, NULL), MR_OK);
    size_t live = mr_memory_live_bytes();
    mr_status st = MR_E_NO_MEMORY;
    for (uint64_t nth = 1; st != MR_OK && nth < 100; nth++) {
        mr_memory_fail_at(nth, 0);
        st = b.engine->class->program_create(&b.program, b.engine, &b.segment, NULL);
        if (st == MR_OK)
            st = b.engine->class->slot_create(&b.slots[0], b.engine, b.segment.stored, 1, 0, 10, 0,
                                              NULL);
        mr_memory_fail_at(0, 0);
        CU_ASSERT(st == MR_OK || st == MR_E_NO_MEMORY);
        if (st != MR_OK) b.engine->class->program_destroy(&b.program, b.engine);
        if (st != MR_OK) CU_ASSERT_EQUAL(mr_memory_live_bytes(), live);
    }
    CU_ASSERT_EQUAL(st, MR_OK);
    close_bench(&b);
    CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
}

SUITE(host_engine, {"leaves_are_summed_by_32_lanes", leaves_are_summed_by_32_lanes},
      {"chunks_begin_leaves_of_their_own", chunks_begin_leaves_of_their_own},
      {"chunks_within_a_leaf_are_whole_trees", chunks_within_a_leaf_are_whole_trees},
      {"deviations_are_taken_from_the_leaf_s_own_mean",
       deviations_are_taken_from_the_leaf_s_own_mean},
      {"extremes_are_the_first_and_a_nan_wins", extremes_are_the_first_and_a_nan_wins},
      {"least_and_greatest_follow_the_nan_rule", least_and_greatest_follow_the_nan_rule},
      {"bins_are_closed_at_the_end_and_one_takes_the_rest",
       bins_are_closed_at_the_end_and_one_takes_the_rest},
      {"scans_have_the_same_bits_however_units_are_cut",
       scans_have_the_same_bits_however_units_are_cut},
      {"windows_fold_their_binary_digits_from_the_smallest",
       windows_fold_their_binary_digits_from_the_smallest},
      {"windows_of_extremes_are_those_of_a_plain_loop",
       windows_of_extremes_are_those_of_a_plain_loop},
      {"survivors_are_packed_in_order", survivors_are_packed_in_order},
      {"survivors_before_a_failure_are_kept", survivors_before_a_failure_are_kept},
      {"ignored_checks_do_not_count", ignored_checks_do_not_count},
      {"stop_tells_the_first_position_that_fails", stop_tells_the_first_position_that_fails},
      {"slots_are_read_from_where_the_source_says", slots_are_read_from_where_the_source_says},
      {"recurrences_step_from_any_position", recurrences_step_from_any_position},
      {"device_memory_is_refused", device_memory_is_refused},
      {"failed_allocations_leave_nothing_behind", failed_allocations_leave_nothing_behind});
