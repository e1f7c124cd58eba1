/* Arrays, callbacks, buffers: sequences over what belongs to the caller. */
#include <stdio.h>
#include <string.h>

#include <millrace/device.h>

#include "cl/own_context.h"
#include "rig.h"

enum { COUNT = 5000 };

/* ---- arrays ---- */

static mr_seq *from_arrays(const mr_array arrays[], size_t columns, size_t count)
{
    mr_seq *seq = NULL;
    mr_error err = {0};
    CU_ASSERT_EQUAL(mr_seq_from_array(&seq, arrays, columns, count, &err), MR_OK);
    if (!seq) printf("\n%s", err.message);
    CU_ASSERT_PTR_NOT_NULL_FATAL(seq);
    return seq;
}

static int64_t doubled(int64_t n)
{
    return 2 * n;
}

static int64_t from_hundred(int64_t n)
{
    return 100 + n;
}

/* What is written through another pointer after opening is what the stream reads: no copy. */
static void an_array_is_used_in_place(void)
{
    static int64_t memory[COUNT];
    static const char *const stages[] = {"", "map(x)", "filter(x >= 0)",
                                         "skip(0) | window(1, sum)"};
    for (const struct rig *rig = rigs; rig->name && !rig->knobs.staged_copies; rig++)
        for (size_t k = 0; k < sizeof stages / sizeof stages[0]; k++) {
            memset(memory, 0xff, sizeof memory);
            mr_seq *seq = from_arrays(&(mr_array){.dtype = MR_I64, .data = memory}, 1, COUNT);
            mr_seq *piped = stages[k][0] ? rig_pipe(seq, stages[k]) : NULL;
            mr_stream_params params = rig_params(rig, 1000, 2);
            mr_stream *s = rig_open(piped ? piped : seq, &params);
            for (int64_t n = 0; n < COUNT; n++) memory[n] = 2 * n;
            mr_status st;
            CU_ASSERT_EQUAL(rig_drain(s, INT64_MAX, doubled, &st, NULL), COUNT);
            CU_ASSERT_EQUAL(st, MR_OK);
            mr_stream_close(&s);
            mr_seq_release(&piped);
            mr_seq_release(&seq);
        }
}

static void an_array_is_read_from_anywhere(void)
{
    static int64_t memory[COUNT];
    for (int64_t n = 0; n < COUNT; n++) memory[n] = n;
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_seq *seq = from_arrays(&(mr_array){.dtype = MR_I64, .data = memory}, 1, COUNT);
        mr_seq *tail = rig_pipe(seq, "skip(100) | map(x)");
        mr_stream_params params = rig_params(rig, 64, 2);
        mr_stream *s = rig_open(tail, &params);
        mr_status st;
        CU_ASSERT_EQUAL(mr_stream_seek(s, 4000, NULL), MR_OK);
        CU_ASSERT_EQUAL(rig_drain(s, INT64_MAX, from_hundred, &st, NULL), COUNT - 4100);
        CU_ASSERT_EQUAL(mr_stream_seek(s, 1, NULL), MR_OK);
        CU_ASSERT_EQUAL(rig_drain(s, INT64_MAX, from_hundred, &st, NULL), COUNT - 101);
        mr_stream_close(&s);
        mr_seq_release(&tail);
        mr_seq_release(&seq);
    }
}

static void arrays_of_every_dtype_stand_side_by_side(void)
{
    static uint8_t b[COUNT];
    static int32_t i32[COUNT];
    static uint32_t u32[COUNT];
    static int64_t i64[COUNT];
    static uint64_t u64[COUNT];
    static float f32[COUNT];
    static double f64[COUNT];
    for (int n = 0; n < COUNT; n++) {
        b[n] = n % 3 == 0;
        i32[n] = -n;
        u32[n] = (uint32_t)n;
        i64[n] = 3 * n;
        u64[n] = (uint64_t)n + 7;
        f32[n] = (float)n / 2;
        f64[n] = n / 4.0;
    }
    const mr_array arrays[] = {
        {.name = "b", .dtype = MR_BOOL, .data = b},  {.name = "n", .dtype = MR_I32, .data = i32},
        {.name = "u", .dtype = MR_U32, .data = u32}, {.name = "l", .dtype = MR_I64, .data = i64},
        {.name = "m", .dtype = MR_U64, .data = u64}, {.name = "f", .dtype = MR_F32, .data = f32},
        {.name = "d", .dtype = MR_F64, .data = f64}};
    const void *const memory[] = {b, i32, u32, i64, u64, f32, f64};
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_seq *seq = from_arrays(arrays, 7, COUNT);
        int64_t count;
        CU_ASSERT_EQUAL(mr_seq_length(seq, &count), MR_LENGTH_KNOWN);
        CU_ASSERT_EQUAL(count, COUNT);
        CU_ASSERT_STRING_EQUAL(mr_seq_column_name(seq, 5), "f");
        mr_stream_params params = rig_params(rig, COUNT, 2);
        mr_stream *s = rig_open(seq, &params);
        mr_batch batch;
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
        CU_ASSERT_EQUAL_FATAL(batch.len, COUNT);
        CU_ASSERT_EQUAL(batch.column_count, 7);
        for (size_t c = 0; c < 7; c++)
            CU_ASSERT_EQUAL(
                memcmp(batch.columns[c], memory[c], COUNT * mr_dtype_size(arrays[c].dtype)), 0);
        mr_stream_close(&s);
        mr_seq *picked = rig_pipe(seq, "filter(b) | map(l + i64(n) + i64(d*4) - 3*i64(u))");
        s = rig_open(picked, &params);
        int64_t wrong = 0;
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
        CU_ASSERT_EQUAL(batch.len, (COUNT + 2) / 3);
        for (size_t k = 0; k < batch.len; k++) wrong += ((const int64_t *)batch.columns[0])[k] != 0;
        CU_ASSERT_EQUAL(wrong, 0);
        mr_stream_close(&s);
        mr_seq_release(&picked);
        mr_seq_release(&seq);
    }
}

static void an_empty_array_is_an_empty_sequence(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_seq *seq = from_arrays(&(mr_array){.dtype = MR_F64, .data = NULL}, 1, 0);
        mr_seq *sum = rig_pipe(seq, "map(x*x) | sum()");
        mr_stream_params params = rig_params(rig, 64, 2);
        mr_stream *s = rig_open(seq, &params);
        mr_batch batch;
        CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
        CU_ASSERT_EQUAL(batch.len, 0);
        mr_stream_close(&s);
        mr_scalar value = {.f64 = 1};
        mr_dtype dtype = MR_BOOL;
        CU_ASSERT_EQUAL(mr_reduce(sum, &params, &value, &dtype, NULL), MR_OK);
        CU_ASSERT_EQUAL(value.f64, 0);
        CU_ASSERT_EQUAL(dtype, MR_F64);
        mr_seq_release(&sum);
        mr_seq_release(&seq);
    }
}

/* Any address aligned to its elements will do, also where OpenCL would like more. */
static void an_array_may_begin_at_any_element(void)
{
    static int64_t memory[COUNT + 16];
    for (int64_t n = 0; n < COUNT + 16; n++) memory[n] = n;
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t at = 1; at < 16; at *= 3) {
            mr_seq *seq = from_arrays(&(mr_array){.dtype = MR_I64, .data = memory + at}, 1, COUNT);
            mr_seq *mapped = rig_pipe(seq, "map(x - i)");
            mr_stream_params params = rig_params(rig, COUNT, 2);
            mr_stream *s = rig_open(mapped, &params);
            mr_batch batch;
            int64_t wrong = 0;
            CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
            for (size_t k = 0; k < batch.len; k++)
                wrong += ((const int64_t *)batch.columns[0])[k] != (int64_t)at;
            CU_ASSERT_EQUAL(wrong, 0);
            mr_stream_close(&s);
            mr_seq_release(&mapped);
            mr_seq_release(&seq);
        }
}

static void arrays_that_cannot_be_are_refused(void)
{
    static int64_t memory[16];
    const mr_array good = {.dtype = MR_I64, .data = memory},
                   odd = {.dtype = MR_I64, .data = (const char *)memory + 1},
                   none = {.dtype = MR_I64, .data = NULL}, nine[9] = {{.data = memory}},
                   strange = {.dtype = (mr_dtype)99, .data = memory}, zero = {.data = memory},
                   twice[] = {{.name = "a", .dtype = MR_I64, .data = memory},
                              {.name = "a", .dtype = MR_I64, .data = memory}};
    const struct {
        const mr_array *arrays;
        size_t columns, count;
        mr_status st;
        const char *says;
    } rows[] = {
        {&odd, 1, 4, MR_E_VALUE, "not aligned"},
        {&none, 1, 4, MR_E_VALUE, "column 0 is NULL"},
        {nine, 9, 1, MR_E_LIMIT, "column_count=9"},
        {&good, 0, 1, MR_E_LIMIT, "column_count=0"},
        {&strange, 1, 1, MR_E_VALUE, "99"},
        {&zero, 1, 1, MR_E_VALUE, "0 is no dtype"},
        {&good, 1, SIZE_MAX / 4, MR_E_VALUE, "count="},
        {twice, 2, 2, MR_E_NAME, "a"},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *seq = (mr_seq *)memory;
        mr_error err = {0};
        mr_status st =
            mr_seq_from_array(&seq, rows[k].arrays, rows[k].columns, rows[k].count, &err);
        CU_ASSERT_NOT_EQUAL(st, MR_OK);
        CU_ASSERT_PTR_NULL(seq);
        bool good_error = st == rows[k].st && strstr(err.message, rows[k].says);
        CU_ASSERT_TRUE(good_error);
        if (!good_error) printf("\narray %zu: %s: %s", k, mr_status_name(st), err.message);
        mr_seq_release(&seq);
    }
}

/* ---- callbacks ---- */

struct pairs {
    int64_t length;
    size_t claims; /* added to what it says it gave */
};

static int fill_pairs(void *user, int64_t first, size_t count, void *const columns[], size_t *got)
{
    const struct pairs *p = user;
    int64_t left = p->length - first;
    *got = left < (int64_t)count ? (size_t)left : count;
    for (size_t k = 0; k < *got; k++) {
        ((float *)columns[0])[k] = (float)(first + (int64_t)k);
        ((uint8_t *)columns[1])[k] = (first + (int64_t)k) % 2 == 0;
    }
    *got += p->claims;
    return 0;
}

static mr_seq *call_pairs(struct pairs *pairs)
{
    const mr_callback_params params = {.fill = fill_pairs,
                                       .user = pairs,
                                       .column_count = 2,
                                       .names = {"value", "even"},
                                       .dtypes = {MR_F32, MR_BOOL},
                                       .restartable = true};
    mr_seq *seq = NULL;
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_callback(&seq, &params, NULL), MR_OK);
    return seq;
}

static void a_callback_may_end_anywhere(void)
{
    static const int64_t lengths[] = {0, 1, 63, 64, 65, 128, 1000};
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++) {
            struct pairs pairs = {.length = lengths[k]};
            mr_seq *seq = call_pairs(&pairs), *even = rig_pipe(seq, "filter(even) | map(value)");
            CU_ASSERT_EQUAL(mr_seq_length(seq, NULL), MR_LENGTH_UNKNOWN);
            for (int direct = 0; direct < 2; direct++) {
                mr_stream_params params = rig_params(rig, 64, 3);
                mr_stream *s = rig_open(direct ? seq : even, &params);
                int64_t count = 0, wrong = 0, step = direct ? 1 : 2;
                mr_batch batch = {.len = 1};
                for (; batch.len; count += (int64_t)batch.len) {
                    CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
                    for (size_t n = 0; n < batch.len; n++)
                        wrong += ((const float *)batch.columns[0])[n] !=
                                 (float)(step * (count + (int64_t)n));
                }
                CU_ASSERT_EQUAL(count, direct ? lengths[k] : (lengths[k] + 1) / 2);
                CU_ASSERT_EQUAL(wrong, 0);
                mr_stream_close(&s);
            }
            mr_seq_release(&even);
            mr_seq_release(&seq);
        }
}

/* A callback fills all its columns; what moves its elements has the one that is read. */
static void the_column_that_is_read_is_moved(void)
{
    static const char *const moved[] = {"shuffle(1, window=64)", "skip(0)"};
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < sizeof moved / sizeof moved[0]; k++) {
            struct pairs pairs = {.length = 1000};
            mr_seq *rest = rig_parse("range(10) | filter(x > 3) | map(value: f32(x), even: x < 7)");
            mr_seq *seq = call_pairs(&pairs), *chained = NULL;
            mr_arg inputs[] = {mr_input(seq), mr_input(rest)};
            CU_ASSERT_EQUAL_FATAL(mr_seq_apply(&chained, "chain", NULL, inputs, 2, NULL), MR_OK);
            mr_seq *stage = rig_pipe(chained, moved[k]);
            mr_seq *count = rig_pipe(stage, "map(i64(even)) | sum()");
            mr_stream_params params = rig_params(rig, 64, 2);
            mr_scalar sum = {0};
            CU_ASSERT_EQUAL(mr_reduce(count, &params, &sum, NULL, NULL), MR_OK);
            CU_ASSERT_EQUAL(sum.i64, 500 + 3);
            mr_seq_release(&count);
            mr_seq_release(&stage);
            mr_seq_release(&chained);
            mr_seq_release(&rest);
            mr_seq_release(&seq);
        }
}

static void a_callback_that_claims_too_much_is_refused(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        struct pairs pairs = {.length = 100, .claims = 3};
        mr_seq *seq = call_pairs(&pairs);
        mr_stream_params params = rig_params(rig, 64, 2);
        mr_stream *s = rig_open(seq, &params);
        mr_batch batch;
        mr_error err = {0};
        CU_ASSERT_EQUAL(mr_stream_next(s, &batch, &err), MR_E_CALLBACK);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "67"));
        CU_ASSERT_NOT_EQUAL(err.hint[0], '\0');
        mr_stream_close(&s);
        mr_seq_release(&seq);
    }
}

static void a_callback_feeds_one_stream_at_a_time(void)
{
    struct counting counting = {.length = 1000};
    mr_seq *seq = rig_count(&counting);
    mr_stream_params params = rig_params(&rigs[0], 64, 2);
    mr_stream *a = rig_open(seq, &params), *b = NULL;
    mr_batch batch;
    mr_error err = {0};
    mr_status st;
    CU_ASSERT_EQUAL(mr_stream_open(&b, seq, &params, &err), MR_E_STATE);
    CU_ASSERT_NOT_EQUAL(err.hint[0], '\0');
    CU_ASSERT_PTR_NULL(b);
    mr_seq *both = rig_pipe(seq, "map(x)"), *twice = NULL;
    mr_arg inputs[] = {mr_input(seq), mr_input(both)};
    CU_ASSERT_EQUAL_FATAL(mr_seq_apply(&twice, "chain", NULL, inputs, 2, NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_stream_open(&b, twice, &params, &err), MR_E_STATE);
    mr_seq_release(&twice);
    mr_seq_release(&both);
    CU_ASSERT_EQUAL(mr_stream_next(a, &batch, NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_stream_next(a, &batch, NULL), MR_OK); /* the first one goes on */
    mr_stream_close(&a);
    a = rig_open(seq, &params);
    CU_ASSERT_EQUAL(rig_drain(a, INT64_MAX, rig_same, &st, NULL), 1000);
    mr_stream_close(&a);
    mr_seq_release(&seq);
}

/* The user's state has moved on; before the first call of fill() it has not. */
static void a_callback_is_read_once_unless_it_can_begin_anew(void)
{
    for (int restartable = 0; restartable < 2; restartable++) {
        struct pairs pairs = {.length = 100};
        const mr_callback_params params = {.fill = fill_pairs,
                                           .user = &pairs,
                                           .column_count = 2,
                                           .dtypes = {MR_F32, MR_BOOL},
                                           .restartable = restartable};
        mr_seq *seq = NULL;
        CU_ASSERT_EQUAL_FATAL(mr_seq_from_callback(&seq, &params, NULL), MR_OK);
        mr_seq *count = rig_pipe(seq, "count()");
        mr_stream *s = rig_open(seq, NULL);
        mr_stream_close(&s);
        for (int time = 0; time < 2; time++) {
            mr_scalar value = {.i64 = -1};
            mr_error err = {0};
            mr_status st = mr_reduce(count, NULL, &value, NULL, &err);
            CU_ASSERT_EQUAL(st, time && !restartable ? MR_E_STATE : MR_OK);
            CU_ASSERT_EQUAL(value.i64, st ? -1 : 100);
            if (st) CU_ASSERT_PTR_NOT_NULL(strstr(err.hint, "restartable"));
        }
        mr_seq_release(&count);
        mr_seq_release(&seq);
    }
}

static int fill_by_pulling(void *user, int64_t first, size_t count, void *const columns[],
                           size_t *got)
{
    mr_stream **own = user;
    mr_batch batch;
    mr_error err = {0};
    (void)first, (void)count;
    int64_t *out = columns[0];
    out[0] = mr_stream_next(*own, &batch, &err);
    out[1] = mr_stream_seek(*own, 0, &err);
    mr_stream *kept = *own;
    mr_stream_close(own); /* does nothing */
    out[2] = *own == kept ? MR_E_STATE : MR_OK;
    *got = 3;
    return 0;
}

static void a_callback_cannot_use_the_stream_it_feeds(void)
{
    mr_stream *s = NULL;
    mr_seq *seq = NULL;
    const mr_callback_params params = {
        .fill = fill_by_pulling, .user = &s, .column_count = 1, .dtypes = {MR_I64}};
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_callback(&seq, &params, NULL), MR_OK);
    s = rig_open(seq, NULL);
    mr_batch batch;
    CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(batch.len, 3);
    for (size_t k = 0; k < 3; k++)
        CU_ASSERT_EQUAL(((const int64_t *)batch.columns[0])[k], MR_E_STATE);
    mr_stream_close(&s);
    mr_seq_release(&seq);
}

static void callbacks_that_cannot_be_are_refused(void)
{
    struct pairs pairs = {0};
    const mr_callback_params rows[] = {
        {.fill = NULL, .column_count = 1},
        {.fill = fill_pairs, .user = &pairs, .column_count = 0},
        {.fill = fill_pairs, .user = &pairs, .column_count = 9},
        {.fill = fill_pairs, .user = &pairs, .column_count = 1, .dtypes = {(mr_dtype)-1}},
        {.fill = fill_pairs, .user = &pairs, .column_count = 2, .names = {"a", "a"}},
        {.fill = fill_pairs, .user = &pairs, .column_count = 2, .dtypes = {MR_I64}},
        {.fill = fill_pairs,
         .user = &pairs,
         .column_count = 1,
         .dtypes = {MR_I64},
         .reserved = {7}},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *seq = NULL;
        mr_error err = {0};
        CU_ASSERT_NOT_EQUAL(mr_seq_from_callback(&seq, &rows[k], &err), MR_OK);
        CU_ASSERT_PTR_NULL(seq);
        CU_ASSERT_NOT_EQUAL(err.message[0], '\0');
    }
    mr_seq *seq = NULL;
    CU_ASSERT_EQUAL(mr_seq_from_callback(&seq, NULL, NULL), MR_E_VALUE);
}

/* ---- the caller's OpenCL ---- */

static mr_stream_params own_params(const struct own_context *o, size_t batch, bool staged)
{
    return (mr_stream_params){.context = o->context,
                              .queue = o->queue,
                              .batch_elems = batch,
                              .ring_slots = 3,
                              .knobs = rig_knobs(staged, 0)};
}

static void check_same_batch(const struct own_context *o, const mr_batch *host,
                             const mr_device_batch *dev, const mr_seq *seq)
{
    static int64_t copy[4096];
    CU_ASSERT_EQUAL_FATAL(dev->len, host->len);
    CU_ASSERT_EQUAL(dev->position, host->position);
    CU_ASSERT_EQUAL(dev->column_count, host->column_count);
    for (size_t c = 0; c < dev->column_count && dev->len; c++) {
        size_t width = mr_dtype_size(mr_seq_column_dtype(seq, c));
        CU_ASSERT_TRUE_FATAL(dev->len * width <= sizeof copy);
        CU_ASSERT_EQUAL(o->cl->clEnqueueReadBuffer(o->queue, dev->buffers[c], CL_TRUE,
                                                   dev->offset * width, dev->len * width, copy,
                                                   dev->event ? 1 : 0,
                                                   dev->event ? &dev->event : NULL, NULL),
                        CL_SUCCESS);
        CU_ASSERT_EQUAL(memcmp(copy, host->columns[c], dev->len * width), 0);
    }
}

/* Batch after batch of a stream on the caller's queue is that of one for the host: as lent on the
 * device, or, where it mixes, now so and now as the host sees it. */
static void check_lent(struct own_context *o, const char *text, const mr_stream_params *params,
                       bool mixes)
{
    mr_seq *seq = rig_parse(text);
    mr_stream_params host = rig_params(&rigs[0], 500, 2);
    mr_stream *a = rig_open(seq, &host), *b = rig_open(seq, params);
    mr_batch batch = {.len = 1}, same;
    for (int n = 0; batch.len; n++) {
        mr_device_batch on_device;
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(a, &batch, NULL), MR_OK);
        if (!mixes || n % 5 == 4 || n % 7 == 3) {
            CU_ASSERT_EQUAL_FATAL(mr_stream_next_device(b, &on_device, NULL), MR_OK);
            check_same_batch(o, &batch, &on_device, seq);
        } else {
            CU_ASSERT_EQUAL_FATAL(mr_stream_next(b, &same, NULL), MR_OK);
            CU_ASSERT_EQUAL_FATAL(same.len, batch.len);
            for (size_t c = 0; c < batch.column_count && batch.len; c++)
                CU_ASSERT_EQUAL(memcmp(same.columns[c], batch.columns[c],
                                       batch.len * mr_dtype_size(mr_seq_column_dtype(seq, c))),
                                0);
        }
        CU_ASSERT_EQUAL(mr_stream_tell(a), mr_stream_tell(b));
    }
    mr_stream_close(&a);
    mr_stream_close(&b);
    mr_seq_release(&seq);
}

static void batches_on_the_device_are_those_on_the_host(void)
{
    static const char *const texts[] = {
        "range(20000) | map(x*x)",
        "range(20000) | map(a: x, b: f32(x)/3, c: x % 3 == 0)",
        "range(20000) | filter(x % 3 == 0)",
        "range(20000) | scan(sum)",
        "range(20000) | window(5, max)",
        "range(20000) | chunk(7, mean)",
        "chain(range(77), range(20000) | filter(x % 5 < 2))",
        "count() | take_while(x < 20000)",
    };
    struct own_context o;
    own_context_make(&o);
    for (size_t k = 0; k < 2 * (sizeof texts / sizeof texts[0]); k++) {
        mr_stream_params params = own_params(&o, 500, k % 2);
        check_lent(&o, texts[k / 2], &params, false);
    }
    own_context_free(&o);
}

/* Rests of batches go from one copy on the host to the next: those that the device is asked for are
 * sent. Of survivors there are now more, now less than the unit before had. */
static void what_was_carried_over_on_the_host_is_on_the_device_when_lent(void)
{
    static const char *const texts[] = {
        "range(60000) | filter(x / 5000 % 2 == 0 ? x % 3 == 1 : x % 100 == 7)",
        "range(60000) | filter(x % 1000 < 700) | map(a: x, b: f32(x)/3, c: x % 3 == 0)",
        "range(60000) | map(x*7919 % 1009) | window(5, max)",
        "range(60000) | scan(sum)",
    };
    struct own_context o;
    own_context_make(&o);
    for (size_t k = 0; k < 2 * (sizeof texts / sizeof texts[0]); k++) {
        mr_stream_params params = own_params(&o, 500, k % 2);
        params.shape = "lanes 16/8, group 4, unit 4096, ring 3";
        check_lent(&o, texts[k / 2], &params, true);
    }
    own_context_free(&o);
}

/* Regression: what a callback gave was lent before it had reached the device. */
static void what_the_host_filled_is_on_the_device_when_lent(void)
{
    struct own_context o;
    own_context_make(&o);
    for (int staged = 0; staged < 2; staged++) {
        struct counting counting = {.length = 5000}, other = counting;
        mr_seq *seq = rig_count(&counting), *same = rig_count(&other);
        mr_stream_params params = own_params(&o, 500, staged), host = rig_params(&rigs[0], 500, 2);
        mr_stream *a = rig_open(same, &host), *b = rig_open(seq, &params);
        mr_batch batch = {.len = 1};
        for (int k = 0; batch.len; k++) {
            mr_device_batch on_device;
            CU_ASSERT_EQUAL_FATAL(mr_stream_next(a, &batch, NULL), MR_OK);
            CU_ASSERT_EQUAL_FATAL(mr_stream_next_device(b, &on_device, NULL), MR_OK);
            check_same_batch(&o, &batch, &on_device, seq);
        }
        mr_stream_close(&a);
        mr_stream_close(&b);
        mr_seq_release(&seq);
        mr_seq_release(&same);
    }
    own_context_free(&o);
}

static cl_mem make_buffer(const struct own_context *o, size_t bytes)
{
    cl_int code = CL_SUCCESS;
    cl_mem buffer = o->cl->clCreateBuffer(o->context, CL_MEM_READ_WRITE, bytes, NULL, &code);
    CU_ASSERT_EQUAL_FATAL(code, CL_SUCCESS);
    return buffer;
}

/* The consumer's commands are queued behind work that takes long: whatever refills a slot waits. */
static void a_batch_may_be_given_back_before_it_is_read(void)
{
    enum { LENGTH = 5000, DELAY_BYTES = 1 << 24, DELAYS = 8 };
    static int64_t copy[LENGTH];
    struct own_context o;
    own_context_make(&o);
    cl_mem from = make_buffer(&o, DELAY_BYTES), to = make_buffer(&o, DELAY_BYTES);
    cl_mem all = make_buffer(&o, sizeof copy);
    for (int staged = 0; staged < 2; staged++) {
        struct counting counting = {.length = LENGTH};
        mr_seq *seq = rig_count(&counting);
        mr_stream_params params = own_params(&o, 500, staged);
        mr_stream *s = rig_open(seq, &params);
        mr_device_batch b = {.len = 1};
        CU_ASSERT_EQUAL(mr_seq_column_dtype(seq, 0), MR_I64);
        for (int k = 0; k < DELAYS; k++)
            CU_ASSERT_EQUAL(
                o.cl->clEnqueueCopyBuffer(o.queue, from, to, 0, 0, DELAY_BYTES, 0, NULL, NULL),
                CL_SUCCESS);
        while (b.len) {
            CU_ASSERT_EQUAL_FATAL(mr_stream_next_device(s, &b, NULL), MR_OK);
            if (b.len)
                CU_ASSERT_EQUAL(o.cl->clEnqueueCopyBuffer(
                                    o.queue, b.buffers[0], all, b.offset * sizeof(int64_t),
                                    (size_t)b.position * sizeof(int64_t), b.len * sizeof(int64_t),
                                    b.event ? 1 : 0, b.event ? &b.event : NULL, NULL),
                                CL_SUCCESS);
        }
        CU_ASSERT_EQUAL(
            o.cl->clEnqueueReadBuffer(o.queue, all, CL_TRUE, 0, sizeof copy, copy, 0, NULL, NULL),
            CL_SUCCESS);
        for (int64_t n = 0; n < LENGTH; n++) CU_ASSERT_EQUAL(copy[n], n);
        mr_stream_close(&s);
        mr_seq_release(&seq);
    }
    (void)o.cl->clReleaseMemObject(from);
    (void)o.cl->clReleaseMemObject(to);
    (void)o.cl->clReleaseMemObject(all);
    own_context_free(&o);
}

/* Both ways of pulling may be mixed. */
static void host_and_device_batches_follow_each_other(void)
{
    struct own_context o;
    own_context_make(&o);
    for (int staged = 0; staged < 2; staged++) {
        mr_stream_params params = own_params(&o, 500, staged);
        mr_stream *s = rig_open_text("range(20000) | filter(x % 2 == 0) | map(x/2)", &params);
        mr_status st;
        for (int64_t k = 0; k < 20; k += 2) {
            mr_device_batch on_device;
            CU_ASSERT_EQUAL(rig_drain(s, 1, rig_same, &st, NULL), 500);
            CU_ASSERT_EQUAL(mr_stream_next_device(s, &on_device, NULL), MR_OK);
            CU_ASSERT_EQUAL(on_device.position, (k + 1) * 500);
            CU_ASSERT_EQUAL(on_device.len, 500);
        }
        CU_ASSERT_EQUAL(rig_drain(s, 1, rig_same, &st, NULL), 0);
        mr_stream_close(&s);
    }
    own_context_free(&o);
}

static void device_batches_need_a_device_and_elements(void)
{
    static const char *const texts[] = {"range(10)", "range(10) | sum()"};
    for (size_t k = 0; k < 2; k++) {
        mr_stream_params params = rig_params(&rigs[k], 64, 2);
        mr_stream *s = rig_open_text(texts[k], &params);
        mr_device_batch on_device;
        mr_error err = {0};
        CU_ASSERT_EQUAL(mr_stream_next_device(s, &on_device, &err), MR_E_STATE);
        CU_ASSERT_NOT_EQUAL(err.hint[0], '\0');
        mr_batch batch;
        CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK); /* nothing is spoilt */
        mr_stream_close(&s);
    }
}

/* ---- the caller's buffers ---- */

static mr_seq *from_buffers(cl_mem buffers[], size_t columns, size_t count)
{
    mr_buffer described[2] = {{.dtype = MR_I64}, {.dtype = MR_I64}};
    mr_seq *seq = NULL;
    for (size_t k = 0; k < columns; k++) described[k].memory = buffers[k];
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_buffers(&seq, described, columns, count, NULL), MR_OK);
    return seq;
}

static void buffers_of_the_caller_are_a_source(void)
{
    static int64_t content[COUNT];
    struct own_context o;
    cl_int code;
    own_context_make(&o);
    for (int64_t n = 0; n < COUNT; n++) content[n] = 2 * n;
    cl_mem buffers[2];
    for (int k = 0; k < 2; k++) {
        buffers[k] =
            o.cl->clCreateBuffer(o.context, CL_MEM_COPY_HOST_PTR, sizeof content, content, &code);
        CU_ASSERT_EQUAL_FATAL(code, CL_SUCCESS);
    }
    mr_seq *seq = from_buffers(buffers, 2, COUNT), *sum = rig_pipe(seq, "map((x0 + x1)/2)");
    for (int staged = 0; staged < 2; staged++) {
        mr_stream_params params = own_params(&o, 1000, staged);
        mr_stream *s = rig_open(sum, &params);
        mr_status st;
        CU_ASSERT_EQUAL(rig_drain(s, INT64_MAX, doubled, &st, NULL), COUNT);
        mr_stream_close(&s);
    }
    mr_seq_release(&sum);
    mr_seq_release(&seq);
    cl_uint references = 0;
    for (int k = 0; k < 2; k++) {
        CU_ASSERT_EQUAL(o.cl->clGetMemObjectInfo(buffers[k], CL_MEM_REFERENCE_COUNT,
                                                 sizeof references, &references, NULL),
                        CL_SUCCESS);
        CU_ASSERT_EQUAL(references, 1);
        (void)o.cl->clReleaseMemObject(buffers[k]);
    }
    own_context_free(&o);
}

static void buffers_in_the_wrong_place_are_refused(void)
{
    struct own_context o;
    cl_int code;
    own_context_make(&o);
    cl_mem buffer = o.cl->clCreateBuffer(o.context, CL_MEM_READ_ONLY, 800, NULL, &code);
    CU_ASSERT_EQUAL_FATAL(code, CL_SUCCESS);
    const struct {
        size_t count;
        mr_stream_params params;
        mr_status st;
    } rows[] = {
        {100, rig_params(&rigs[0], 64, 2), MR_E_NO_DEVICE},
        {100, rig_params(&rigs[1], 64, 2), MR_E_VALUE},
        {101, own_params(&o, 64, false), MR_E_VALUE},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *seq = from_buffers(&buffer, 1, rows[k].count);
        mr_stream *s = NULL;
        mr_error err = {0};
        CU_ASSERT_EQUAL(mr_stream_open(&s, seq, &rows[k].params, &err), rows[k].st);
        CU_ASSERT_PTR_NULL(s);
        CU_ASSERT_NOT_EQUAL(err.hint[0], '\0');
        mr_seq_release(&seq);
    }
    mr_seq *seq = NULL;
    const mr_buffer none = {.dtype = MR_I64}, one = {.dtype = MR_I64, .memory = buffer};
    CU_ASSERT_EQUAL(mr_seq_from_buffers(&seq, &none, 1, 10, NULL), MR_E_VALUE);
    CU_ASSERT_EQUAL(mr_seq_from_buffers(&seq, &one, 9, 10, NULL), MR_E_LIMIT);
    (void)o.cl->clReleaseMemObject(buffer);
    own_context_free(&o);
}

SUITE(caller_source, {"an_array_is_used_in_place", an_array_is_used_in_place},
      {"an_array_is_read_from_anywhere", an_array_is_read_from_anywhere},
      {"arrays_of_every_dtype_stand_side_by_side", arrays_of_every_dtype_stand_side_by_side},
      {"an_empty_array_is_an_empty_sequence", an_empty_array_is_an_empty_sequence},
      {"an_array_may_begin_at_any_element", an_array_may_begin_at_any_element},
      {"arrays_that_cannot_be_are_refused", arrays_that_cannot_be_are_refused},
      {"a_callback_may_end_anywhere", a_callback_may_end_anywhere},
      {"the_column_that_is_read_is_moved", the_column_that_is_read_is_moved},
      {"a_callback_that_claims_too_much_is_refused", a_callback_that_claims_too_much_is_refused},
      {"a_callback_feeds_one_stream_at_a_time", a_callback_feeds_one_stream_at_a_time},
      {"a_callback_is_read_once_unless_it_can_begin_anew",
       a_callback_is_read_once_unless_it_can_begin_anew},
      {"a_callback_cannot_use_the_stream_it_feeds", a_callback_cannot_use_the_stream_it_feeds},
      {"callbacks_that_cannot_be_are_refused", callbacks_that_cannot_be_are_refused},
      {"batches_on_the_device_are_those_on_the_host", batches_on_the_device_are_those_on_the_host},
      {"what_was_carried_over_on_the_host_is_on_the_device_when_lent",
       what_was_carried_over_on_the_host_is_on_the_device_when_lent},
      {"what_the_host_filled_is_on_the_device_when_lent",
       what_the_host_filled_is_on_the_device_when_lent},
      {"a_batch_may_be_given_back_before_it_is_read", a_batch_may_be_given_back_before_it_is_read},
      {"host_and_device_batches_follow_each_other", host_and_device_batches_follow_each_other},
      {"device_batches_need_a_device_and_elements", device_batches_need_a_device_and_elements},
      {"buffers_of_the_caller_are_a_source", buffers_of_the_caller_are_a_source},
      {"buffers_in_the_wrong_place_are_refused", buffers_in_the_wrong_place_are_refused},
      NOTHING_IS_LEFT_BEHIND);
