/* Batches lent on the device, to a queue of the caller. */
#include <millrace/device.h>
#include <string.h>

#include "cl/own_context.h"
#include "rig.h"

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
        CU_ASSERT_TRUE(own_read(o->queue, dev, c, 0, dev->len, width, copy));
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
        mr_stream_params params = rig_own_params(&o, 500, k % 2);
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
        mr_stream_params params = rig_own_params(&o, 500, k % 2);
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
        mr_stream_params params = rig_own_params(&o, 500, staged),
                         host = rig_params(&rigs[0], 500, 2);
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
        mr_stream_params params = rig_own_params(&o, 500, staged);
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
        mr_stream_params params = rig_own_params(&o, 500, staged);
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

SUITE(device_batch,
      {"batches_on_the_device_are_those_on_the_host", batches_on_the_device_are_those_on_the_host},
      {"what_was_carried_over_on_the_host_is_on_the_device_when_lent",
       what_was_carried_over_on_the_host_is_on_the_device_when_lent},
      {"what_the_host_filled_is_on_the_device_when_lent",
       what_the_host_filled_is_on_the_device_when_lent},
      {"a_batch_may_be_given_back_before_it_is_read", a_batch_may_be_given_back_before_it_is_read},
      {"host_and_device_batches_follow_each_other", host_and_device_batches_follow_each_other},
      {"device_batches_need_a_device_and_elements", device_batches_need_a_device_and_elements},
      NOTHING_IS_LEFT_BEHIND);
