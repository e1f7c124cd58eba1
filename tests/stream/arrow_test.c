/* Arrow's C stream, out and in: what goes out comes back, and what does not fit is told. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <millrace/millrace.h>

#include "rig.h"
#include "suite.h"

static mr_seq *there_and_back(const char *text, size_t batch)
{
    struct ArrowArrayStream stream = {.release = NULL};
    const mr_stream_params params = {.engine = MR_ENGINE_HOST, .batch_elems = batch};
    mr_seq *seq = rig_parse(text), *back = NULL;
    CU_ASSERT_EQUAL_FATAL(mr_seq_export_arrow(&stream, seq, &params, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_arrow(&back, &stream, MR_NULLS_REFUSED, NULL), MR_OK);
    CU_ASSERT_PTR_NULL(stream.release);
    mr_seq_release(&seq);
    return back;
}

static bool is_equal(mr_seq *a, mr_seq *b, size_t batch)
{
    mr_stream *s[2] = {NULL, NULL};
    mr_batch at[2];
    bool same = mr_seq_column_count(a) == mr_seq_column_count(b);
    const mr_stream_params params = {.engine = MR_ENGINE_HOST, .batch_elems = batch};
    CU_ASSERT_EQUAL_FATAL(mr_stream_open(&s[0], a, &params, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_stream_open(&s[1], b, &params, NULL), MR_OK);
    do {
        for (int k = 0; k < 2; k++) CU_ASSERT_EQUAL(mr_stream_next(s[k], &at[k], NULL), MR_OK);
        same = same && at[0].len == at[1].len;
        for (size_t c = 0; same && at[0].len && c < at[0].column_count; c++) {
            mr_dtype dtype = mr_seq_column_dtype(a, c);
            same = dtype == mr_seq_column_dtype(b, c) &&
                   !strcmp(mr_seq_column_name(a, c), mr_seq_column_name(b, c)) &&
                   !memcmp(at[0].columns[c], at[1].columns[c], at[0].len * mr_dtype_size(dtype));
        }
    } while (same && at[0].len);
    mr_stream_close(&s[0]);
    mr_stream_close(&s[1]);
    return same;
}

static void what_goes_out_comes_back(void)
{
    static const char *const texts[] = {
        "range(1000)",
        "range(0)",
        "range(300) | map(x % 3 == 0)",
        "range(300) | map(a: x > 7, b: i32(x), c: u32(x), d: x, e: u64(x), f: f32(x)/3, g: x/7.0)",
        "normal(seed=3) | filter(x > 0) | take(777)",
    };
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
        for (size_t batch = 1; batch <= 1000; batch = batch * 7 + 1) {
            mr_seq *seq = rig_parse(texts[k]), *back = there_and_back(texts[k], batch);
            CU_ASSERT(is_equal(seq, back, 100));
            mr_seq_release(&seq);
            mr_seq_release(&back);
        }
}

/* ---- arrays that are kept ---- */

static void arrays_outlive_their_stream_and_go_in_any_order(void)
{
    struct ArrowArrayStream stream;
    struct ArrowArray arrays[3], moved;
    const mr_stream_params params = {.batch_elems = 100};
    mr_seq *seq = rig_parse("range(300) | map(x, x > 150)");
    CU_ASSERT_EQUAL_FATAL(mr_seq_export_arrow(&stream, seq, &params, NULL), MR_OK);
    mr_seq_release(&seq);
    for (int k = 0; k < 3; k++) CU_ASSERT_EQUAL(stream.get_next(&stream, &arrays[k]), 0);
    struct ArrowArray end;
    CU_ASSERT_EQUAL(stream.get_next(&stream, &end), 0);
    CU_ASSERT_PTR_NULL(end.release);
    stream.release(&stream);
    moved = *arrays[1].children[0];
    arrays[1].children[0]->release = NULL;
    for (int k = 2; k >= 0; k--) {
        CU_ASSERT_EQUAL(arrays[k].length, 100);
        arrays[k].release(&arrays[k]);
        CU_ASSERT_PTR_NULL(arrays[k].release);
    }
    CU_ASSERT_EQUAL(((const int64_t *)moved.buffers[1])[99], 199);
    CU_ASSERT_EQUAL((uintptr_t)moved.buffers[1] % 64, 0);
    moved.release(&moved);
}

/* Only what Arrow has in another form, or what has no room, is copied. */
static void arrays_are_the_batches_in_place(void)
{
    static const char text[] = "range(400000) | map(x*3, x % 2 == 0)";
    const size_t column = 65536 * 8;
    mr_stream_params params = {.engine = MR_ENGINE_HOST};
    mr_seq *seq = rig_parse(text);
    for (int limited = 0; limited < 2; limited++) {
        struct ArrowArrayStream stream;
        struct ArrowArray arrays[6];
        mr_stats stats;
        mr_stream *plain = rig_open(seq, &params);
        mr_stream_stats(plain, &stats);
        mr_stream_close(&plain);
        if (limited) params.max_memory_bytes = stats.peak_host_bytes;
        CU_ASSERT_EQUAL_FATAL(mr_seq_export_arrow(&stream, seq, &params, NULL), MR_OK);
        size_t before = rig_live_bytes();
        for (int k = 0; k < 6; k++) {
            CU_ASSERT_EQUAL(stream.get_next(&stream, &arrays[k]), 0);
            CU_ASSERT_EQUAL((uintptr_t)arrays[k].children[0]->buffers[1] % 64, 0);
        }
        size_t more = rig_live_bytes() - before;
        CU_ASSERT_TRUE(limited || more < 6 * (column + column / 4));
        CU_ASSERT_TRUE(!limited || more > 3 * column);
        stream.release(&stream);
        for (int k = 0; k < 6; k++) {
            const int64_t *elements = arrays[k].children[0]->buffers[1];
            CU_ASSERT_EQUAL(elements[777], 3 * (65536 * k + 777));
            arrays[k].release(&arrays[k]);
        }
    }
    mr_seq_release(&seq);
}

static void a_failure_is_told_after_the_elements_before_it(void)
{
    struct ArrowArrayStream stream;
    struct ArrowArray array;
    mr_seq *seq = rig_parse("range(3, -3, -1) | map(60 / x)");
    CU_ASSERT_EQUAL_FATAL(mr_seq_export_arrow(&stream, seq, NULL, NULL), MR_OK);
    mr_seq_release(&seq);
    CU_ASSERT_EQUAL(stream.get_next(&stream, &array), 0);
    CU_ASSERT_EQUAL(array.length, 3);
    array.release(&array);
    CU_ASSERT_PTR_NULL(stream.get_last_error(&stream));
    CU_ASSERT_EQUAL(stream.get_next(&stream, &array), EINVAL);
    CU_ASSERT_PTR_NULL(array.release);
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream.get_last_error(&stream));
    CU_ASSERT_PTR_NOT_NULL(strstr(stream.get_last_error(&stream), "division by zero at element 3"));
    stream.release(&stream);
}

/* ---- a producer with nulls and offsets ---- */

static double values[] = {9, 9, 1, 2, 3, 4, 5};
static uint8_t valid[] = {0xef}; /* row 4 is null: the third behind the offset */
static const void *buffers[] = {valid, values};
static int given, released;

static void release_array(struct ArrowArray *array)
{
    array->release = NULL;
    released++;
}

static void release_schema(struct ArrowSchema *schema)
{
    schema->release = NULL;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    stream->release = NULL;
    released++;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    *out = (struct ArrowSchema){
        .format = stream->private_data, .name = "v", .release = release_schema};
    return 0;
}

/* Two arrays, the second without nulls, then a failure. */
static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    (void)stream;
    if (given == 2) return EIO;
    *out = (struct ArrowArray){.length = 5 - 3 * given,
                               .null_count = given ? 0 : 1,
                               .offset = 2,
                               .n_buffers = 2,
                               .buffers = buffers,
                               .release = release_array};
    given++;
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "the line is dead";
}

static struct ArrowArrayStream producer(const char *format)
{
    given = released = 0;
    return (struct ArrowArrayStream){.get_schema = get_schema,
                                     .get_next = get_next,
                                     .get_last_error = get_last_error,
                                     .release = release_stream,
                                     .private_data = (void *)(uintptr_t)format};
}

static void nulls_are_refused_with_their_row_or_become_nan(void)
{
    for (int as_nan = 0; as_nan < 2; as_nan++) {
        struct ArrowArrayStream in = producer("g");
        mr_seq *seq;
        mr_stream *s;
        mr_batch batch;
        mr_error err;
        mr_nulls nulls = as_nan ? MR_NULLS_AS_NAN : MR_NULLS_REFUSED;
        CU_ASSERT_EQUAL_FATAL(mr_seq_from_arrow(&seq, &in, nulls, &err), MR_OK);
        CU_ASSERT_STRING_EQUAL(mr_seq_column_name(seq, 0), "v");
        CU_ASSERT_EQUAL_FATAL(mr_stream_open(&s, seq, NULL, &err), MR_OK);
        CU_ASSERT_EQUAL(mr_stream_next(s, &batch, &err), MR_OK);
        const double *x = batch.columns[0];
        CU_ASSERT_EQUAL_FATAL(batch.len, as_nan ? 7 : 2);
        CU_ASSERT_EQUAL(x[1], 2);
        if (as_nan) CU_ASSERT(isnan(x[2]) && x[3] == 4 && x[5] == 1);
        mr_status st = mr_stream_next(s, &batch, &err);
        CU_ASSERT_EQUAL(st, as_nan ? MR_E_CALLBACK : MR_E_FORMAT);
        CU_ASSERT_EQUAL(err.element, as_nan ? -1 : 2);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.message, as_nan ? "the line is dead" : "row 2 is null"));
        mr_stream_close(&s);
        mr_seq_release(&seq);
        CU_ASSERT_EQUAL(released, given + 1);
    }
}

static void schemas_that_do_not_fit_leave_the_stream_alone(void)
{
    static const char *const formats[] = {"u", "c", "+l", "tdD", "+s"};
    for (size_t k = 0; k < sizeof formats / sizeof formats[0]; k++) {
        struct ArrowArrayStream in = producer(formats[k]);
        mr_seq *seq;
        mr_error err;
        mr_status st = mr_seq_from_arrow(&seq, &in, MR_NULLS_REFUSED, &err);
        CU_ASSERT(st == MR_E_TYPE || st == MR_E_LIMIT);
        CU_ASSERT(err.hint[0] != '\0');
        CU_ASSERT_PTR_NULL(seq);
        CU_ASSERT_EQUAL(released, 0);
        in.release(&in);
        CU_ASSERT_EQUAL(mr_seq_from_arrow(&seq, &in, MR_NULLS_REFUSED, &err), MR_E_STATE);
    }
}

SUITE(arrow, {"what_goes_out_comes_back", what_goes_out_comes_back},
      {"arrays_outlive_their_stream_and_go_in_any_order",
       arrays_outlive_their_stream_and_go_in_any_order},
      {"arrays_are_the_batches_in_place", arrays_are_the_batches_in_place},
      {"a_failure_is_told_after_the_elements_before_it",
       a_failure_is_told_after_the_elements_before_it},
      {"nulls_are_refused_with_their_row_or_become_nan",
       nulls_are_refused_with_their_row_or_become_nan},
      {"schemas_that_do_not_fit_leave_the_stream_alone",
       schemas_that_do_not_fit_leave_the_stream_alone},
      NOTHING_IS_LEFT_BEHIND);
