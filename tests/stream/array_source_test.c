/* Sequences over arrays of the caller. */
#include <stdio.h>
#include <string.h>

#include "rig.h"

enum { COUNT = 5000 };

static mr_seq *from_arrays(const mr_array arrays[], size_t columns, size_t count)
{
    mr_seq *seq = NULL;
    mr_error err = {0};
    rig_watch();
    CU_ASSERT_EQUAL(mr_seq_from_array(&seq, arrays, columns, count, &err), MR_OK);
    if (!seq) printf("\n%s", err.message);
    CU_ASSERT_PTR_NOT_NULL_FATAL(seq);
    return seq;
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
            CU_ASSERT_EQUAL(rig_drain(s, INT64_MAX, rig_doubled, &st, NULL), COUNT);
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

/* More than any device's CL_DEVICE_MAX_MEM_ALLOC_SIZE: smaller units would not help. */
static void an_array_beyond_a_devices_limit_is_refused_with_a_way_out(void)
{
    static double memory[1];
    const size_t count = (size_t)1 << (sizeof count > 4 ? 50 : 28);
    mr_seq *seq = from_arrays(&(mr_array){.dtype = MR_F64, .data = memory}, 1, count);
    mr_stream_params params = {.engine = MR_ENGINE_OPENCL};
    mr_stream *s = NULL;
    mr_error err = {0};
    CU_ASSERT_EQUAL(mr_stream_open(&s, seq, &params, &err), MR_E_NO_MEMORY);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "the caller's array"));
    CU_ASSERT_PTR_NULL(strstr(err.hint, "batch_elems"));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.hint, "chain()"));
    mr_stream_close(&s);
    mr_seq_release(&seq);
}

SUITE(array_source, {"an_array_is_used_in_place", an_array_is_used_in_place},
      {"an_array_is_read_from_anywhere", an_array_is_read_from_anywhere},
      {"arrays_of_every_dtype_stand_side_by_side", arrays_of_every_dtype_stand_side_by_side},
      {"an_empty_array_is_an_empty_sequence", an_empty_array_is_an_empty_sequence},
      {"an_array_may_begin_at_any_element", an_array_may_begin_at_any_element},
      {"arrays_that_cannot_be_are_refused", arrays_that_cannot_be_are_refused},
      {"an_array_beyond_a_devices_limit_is_refused_with_a_way_out",
       an_array_beyond_a_devices_limit_is_refused_with_a_way_out},
      NOTHING_IS_LEFT_BEHIND);
