/* Bytes that a caller gives for bools: 0 is false, all others are true, and from then on 1. */
#include <stdio.h>
#include <string.h>

#include <millrace/device.h>

#include "cl/own_context.h"
#include "rig.h"

enum { COUNT = 3000, MOST_BYTES = COUNT * 8 };

static uint8_t given[COUNT], clean[COUNT];

static void make_bytes(void)
{
    static const uint8_t some[] = {0, 1, 2, 0, 255, 128, 0, 254, 3};
    for (size_t k = 0; k < COUNT; k++) {
        given[k] = some[k % sizeof some];
        clean[k] = given[k] != 0;
    }
}

/* Whatever reads them: values, masks, folds, what is not fused. */
static const char *const stages[] = {
    "take(2999)",
    "map(a: x, b: !x, c: i32(x), d: x == true, e: x ? 3 : 4, f: x && i % 2 == 0)",
    "filter(x) | map(i)",
    "skip(1) | window(2, sum)",
    "sum()",
    "argmax()",
    "all()",
};
enum { STAGES = sizeof stages / sizeof stages[0] };

static mr_seq *from_array(const uint8_t *bytes)
{
    mr_seq *seq = NULL;
    const mr_array array = {.dtype = MR_BOOL, .data = bytes};
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_array(&seq, &array, 1, COUNT, NULL), MR_OK);
    return seq;
}

/* All elements, column by column. */
static size_t take_all(unsigned char *out, const mr_seq *source, const char *stage,
                       const mr_stream_params *params)
{
    mr_seq *seq = rig_pipe(source, stage);
    mr_stream *s = rig_open(seq, params);
    mr_batch batch = {0};
    size_t bytes = 0;
    CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
    for (size_t c = 0; c < batch.column_count; c++) {
        size_t size = batch.len * mr_dtype_size(mr_seq_column_dtype(seq, c));
        CU_ASSERT_TRUE_FATAL(bytes + size <= 8 * MOST_BYTES);
        memcpy(out + bytes, batch.columns[c], size);
        bytes += size;
    }
    mr_stream_close(&s);
    mr_seq_release(&seq);
    return bytes;
}

static void check_source(const mr_seq *source, const mr_stream_params *params, const char *name)
{
    static unsigned char expected[8 * MOST_BYTES], got[8 * MOST_BYTES];
    const mr_stream_params host = {.engine = MR_ENGINE_HOST, .batch_elems = COUNT};
    mr_seq *same = from_array(clean);
    for (size_t k = 0; k < STAGES; k++) {
        size_t bytes = take_all(expected, same, stages[k], &host);
        bool is_same =
            take_all(got, source, stages[k], params) == bytes && memcmp(got, expected, bytes) == 0;
        if (!is_same) printf("\n%s: %s", name, stages[k]);
        CU_ASSERT_TRUE(bytes > 0 && is_same);
    }
    mr_seq_release(&same);
}

static void every_byte_of_an_array_but_0_is_true(void)
{
    make_bytes();
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_stream_params params = rig_params(rig, COUNT, 2);
        mr_seq *seq = from_array(given);
        check_source(seq, &params, rig->name);
        mr_seq_release(&seq);
    }
}

static int fill_given(void *user, int64_t first, size_t count, void *const columns[], size_t *got)
{
    size_t left = COUNT - (size_t)first;
    (void)user;
    *got = left < count ? left : count;
    memcpy(columns[0], given + first, *got);
    return 0;
}

static void every_byte_of_a_callback_but_0_is_true(void)
{
    const mr_callback_params callback = {.fill = fill_given,
                                         .column_count = 1,
                                         .dtypes = {MR_BOOL},
                                         .length = COUNT,
                                         .restartable = true};
    make_bytes();
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_stream_params params = rig_params(rig, COUNT, 2);
        mr_seq *seq = NULL;
        CU_ASSERT_EQUAL_FATAL(mr_seq_from_callback(&seq, &callback, NULL), MR_OK);
        check_source(seq, &params, rig->name);
        mr_seq_release(&seq);
    }
}

static void every_byte_of_a_buffer_but_0_is_true(void)
{
    struct own_context o;
    cl_int code;
    own_context_make(&o);
    make_bytes();
    cl_mem buffer =
        o.cl->clCreateBuffer(o.context, CL_MEM_COPY_HOST_PTR, sizeof given, given, &code);
    CU_ASSERT_EQUAL_FATAL(code, CL_SUCCESS);
    const mr_stream_params params = {.context = o.context, .queue = o.queue, .batch_elems = COUNT};
    const mr_buffer column = {.dtype = MR_BOOL, .memory = buffer};
    mr_seq *seq = NULL;
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_buffers(&seq, &column, 1, COUNT, NULL), MR_OK);
    check_source(seq, &params, "buffer");
    mr_seq_release(&seq);
    (void)o.cl->clReleaseMemObject(buffer);
    own_context_free(&o);
}

SUITE(bool_bytes, {"every_byte_of_an_array_but_0_is_true", every_byte_of_an_array_but_0_is_true},
      {"every_byte_of_a_callback_but_0_is_true", every_byte_of_a_callback_but_0_is_true},
      {"every_byte_of_a_buffer_but_0_is_true", every_byte_of_a_buffer_but_0_is_true});
