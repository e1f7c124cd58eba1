#include "cl/buffer.h"

#include <stdio.h>
#include <string.h>

#include "device_session.h"
#include "suite.h"

static void a_buffer_over_the_limit_is_refused_with_both_sizes(void)
{
    struct mr_session *s = device_session();
    char limit[32];
    cl_mem buffer;
    mr_error e;
    s->device.max_alloc_bytes = 4096;
    (void)snprintf(limit, sizeof limit, "%d bytes", 4096);
    CU_ASSERT_EQUAL(mr_buffer_create(s, CL_MEM_READ_WRITE, 4097, NULL, "slot 2 of 3", &buffer, &e),
                    MR_E_NO_MEMORY);
    CU_ASSERT_PTR_NULL(buffer);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.message, "4097 bytes"));
    CU_ASSERT_PTR_NOT_NULL(strstr(e.message, limit));
    CU_ASSERT_PTR_NOT_NULL(strstr(e.message, "slot 2 of 3"));
    CU_ASSERT_PTR_NOT_NULL(strstr(e.hint, "batch_elems"));
    CU_ASSERT_STRING_EQUAL(e.call, "clCreateBuffer");
    CU_ASSERT_EQUAL(mr_buffer_create(s, CL_MEM_READ_WRITE, 4096, NULL, "slot 2 of 3", &buffer, &e),
                    MR_OK);
    mr_buffer_release(&buffer);
    mr_session_close(&s);
}

enum { COUNT = 1000 };

static void wait_for(struct mr_session *s, cl_event *event)
{
    CU_ASSERT_PTR_NOT_NULL(*event);
    CU_ASSERT_EQUAL(mr_event_wait(s, event, NULL), MR_OK);
    CU_ASSERT_PTR_NULL(*event);
    CU_ASSERT_EQUAL(mr_event_wait(s, event, NULL), MR_OK); /* nothing to wait for */
}

/* Written on one queue, copied on the other after it, mapped, and read back. */
static void bytes_travel_unchanged_between_queues(void)
{
    struct mr_session *s = device_session();
    int sent[COUNT], received[COUNT] = {0};
    for (int k = 0; k < COUNT; k++) sent[k] = k * k - 7;
    cl_mem from = NULL, to = NULL;
    cl_event written = NULL, done = NULL;
    void *mapped = NULL;
    struct mr_command write = {.queue = s->transfers, .event = &written};
    CU_ASSERT_EQUAL(mr_buffer_create(s, CL_MEM_READ_WRITE, sizeof sent, NULL, "a", &from, NULL), 0);
    CU_ASSERT_EQUAL(mr_buffer_create(s, CL_MEM_READ_WRITE, sizeof sent, NULL, "b", &to, NULL), 0);
    CU_ASSERT_EQUAL(mr_buffer_write(s, &write, from, 0, sizeof sent, sent, NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_queue_flush(s, s->transfers, NULL), MR_OK);

    cl_event copied = NULL;
    struct mr_command copy = {
        .queue = s->queue, .after_count = 1, .after = &written, .event = &copied};
    struct mr_command map = {.queue = s->queue, .event = &done, .after_count = 1, .after = &copied};
    CU_ASSERT_EQUAL(mr_buffer_copy(s, &copy, from, 0, to, 0, sizeof sent, NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_buffer_map(s, &map, to, CL_MAP_READ, 0, sizeof sent, &mapped, NULL), MR_OK);
    wait_for(s, &done);
    CU_ASSERT_EQUAL(memcmp(mapped, sent, sizeof sent), 0);
    CU_ASSERT_EQUAL(mr_buffer_unmap(s, &map, to, &mapped, NULL), MR_OK);
    CU_ASSERT_PTR_NULL(mapped);
    wait_for(s, &done);
    CU_ASSERT_EQUAL(
        mr_buffer_read(s, &map, to, sizeof(int), sizeof sent - sizeof(int), received, NULL), MR_OK);
    wait_for(s, &done);
    CU_ASSERT_EQUAL(memcmp(received, sent + 1, sizeof sent - sizeof(int)), 0);

    mr_event_release(&written);
    mr_event_release(&copied);
    mr_buffer_release(&from);
    mr_buffer_release(&to);
    mr_session_close(&s);
}

/* Written by the host without a command, read by one that writes where the host reads. */
static void shared_memory_is_seen_without_mapping(void)
{
    struct mr_session *s = device_session();
    long live = mr_cl_live_objects();
    cl_mem buffers[2] = {NULL, NULL};
    void *memory[2] = {NULL, NULL};
    CU_ASSERT_TRUE(s->device.shares_finely || !s->device.is_pocl);
    if (s->device.shares_finely) {
        cl_event done = NULL;
        struct mr_command copy = {.queue = s->queue, .event = &done};
        for (int k = 0; k < 2; k++)
            CU_ASSERT_EQUAL_FATAL(
                mr_buffer_create_shared(s, COUNT * sizeof(int), "a", &buffers[k], &memory[k], NULL),
                MR_OK);
        for (int round = 0; round < 3; round++) {
            for (int k = 0; k < COUNT; k++) ((int *)memory[0])[k] = k * 7 - round;
            CU_ASSERT_EQUAL(
                mr_buffer_copy(s, &copy, buffers[0], 0, buffers[1], 0, COUNT * sizeof(int), NULL),
                MR_OK);
            wait_for(s, &done);
            CU_ASSERT_EQUAL(memcmp(memory[1], memory[0], COUNT * sizeof(int)), 0);
        }
        /* A consumer that keeps the buffer keeps the memory. */
        cl_mem kept = buffers[1];
        CU_ASSERT_EQUAL(mr_buffer_retain(s, kept, NULL), MR_OK);
        mr_buffer_release(&buffers[1]);
        CU_ASSERT_EQUAL(memcmp(memory[1], memory[0], COUNT * sizeof(int)), 0);
        mr_buffer_release(&kept);
    } else {
        printf("(no fine-grained buffers here) ");
    }
    for (int k = 0; k < 2; k++) mr_buffer_release(&buffers[k]);
    CU_ASSERT_EQUAL(mr_cl_live_objects(), live);
    mr_session_close(&s);
}

/* From one part of it to the device, and to the other part. */
static void pinned_memory_is_what_copies_go_through(void)
{
    enum { BYTES = COUNT * sizeof(int) };
    struct mr_session *s = device_session();
    long live = mr_cl_live_objects();
    cl_mem pinned = NULL, buffer = NULL;
    cl_event done = NULL;
    void *memory = NULL;
    mr_error e;
    struct mr_command command = {.queue = s->transfers, .event = &done};
    CU_ASSERT_EQUAL_FATAL(
        mr_buffer_create_pinned(s, &command, 2 * BYTES, "a copy", &pinned, &memory, &e), MR_OK);
    wait_for(s, &done);
    int *sent = memory, *received = sent + COUNT;
    for (int k = 0; k < COUNT; k++) sent[k] = k * k - 7;
    CU_ASSERT_EQUAL(mr_buffer_create(s, CL_MEM_READ_WRITE, BYTES, NULL, "a", &buffer, NULL), MR_OK);
    command.event = NULL;
    CU_ASSERT_EQUAL(mr_buffer_write(s, &command, buffer, 0, BYTES, sent, NULL), MR_OK);
    command.event = &done;
    CU_ASSERT_EQUAL(mr_buffer_read(s, &command, buffer, 0, BYTES, received, NULL), MR_OK);
    wait_for(s, &done);
    CU_ASSERT_EQUAL(memcmp(received, sent, BYTES), 0);
    CU_ASSERT_EQUAL(mr_buffer_unmap(s, &command, pinned, &memory, NULL), MR_OK);
    wait_for(s, &done);
    mr_buffer_release(&pinned);
    mr_buffer_release(&buffer);

    s->device.max_alloc_bytes = BYTES;
    CU_ASSERT_EQUAL(mr_buffer_create_pinned(s, &command, 2 * BYTES, "a copy", &pinned, &memory, &e),
                    MR_E_NO_MEMORY);
    CU_ASSERT_STRING_EQUAL(e.call, "clCreateBuffer");
    CU_ASSERT_PTR_NULL(pinned);
    CU_ASSERT_PTR_NULL(memory);
    CU_ASSERT_PTR_NULL(done);
    CU_ASSERT_FALSE(s->is_lost);
    CU_ASSERT_EQUAL(mr_cl_live_objects(), live);
    mr_session_close(&s);
}

static void a_pattern_fills_its_range_only(void)
{
    struct mr_session *s = device_session();
    unsigned char zero = 0, got[64];
    const unsigned pattern = 0xa1b2c3d4;
    cl_mem buffer = NULL;
    cl_event done = NULL;
    struct mr_command command = {.queue = s->transfers};
    CU_ASSERT_EQUAL(mr_buffer_create(s, CL_MEM_READ_WRITE, sizeof got, NULL, "a", &buffer, NULL),
                    0);
    CU_ASSERT_EQUAL(mr_buffer_fill(s, &command, buffer, &zero, 1, 0, sizeof got, NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_buffer_fill(s, &command, buffer, &pattern, 4, 8, 16, NULL), MR_OK);
    command.event = &done;
    CU_ASSERT_EQUAL(mr_buffer_read(s, &command, buffer, 0, sizeof got, got, NULL), MR_OK);
    wait_for(s, &done);
    for (size_t k = 0; k < sizeof got; k++) {
        unsigned char want = 0;
        if (k >= 8 && k < 24) memcpy(&want, (const unsigned char *)&pattern + k % 4, 1);
        CU_ASSERT_EQUAL(got[k], want);
    }
    mr_buffer_release(&buffer);
    mr_session_close(&s);
}

static void a_command_that_is_refused_gives_no_event(void)
{
    struct mr_session *s = device_session();
    long live = mr_cl_live_objects();
    unsigned char got[64];
    cl_mem buffer = NULL;
    cl_event done = NULL;
    mr_error e;
    struct mr_command command = {.queue = s->queue, .event = &done};
    CU_ASSERT_EQUAL(mr_buffer_create(s, CL_MEM_READ_WRITE, 32, NULL, "a", &buffer, NULL), MR_OK);
    CU_ASSERT_NOT_EQUAL(mr_buffer_read(s, &command, buffer, 0, sizeof got, got, &e), MR_OK);
    CU_ASSERT_STRING_EQUAL(e.call, "clEnqueueReadBuffer");
    CU_ASSERT_PTR_NULL(done);
    CU_ASSERT_TRUE(s->is_lost);
    mr_buffer_release(&buffer);
    CU_ASSERT_EQUAL(mr_cl_live_objects(), live);
    mr_session_close(&s);
}

static void a_buffer_is_checked_for_size_and_context(void)
{
    struct mr_session *s = device_session();
    cl_mem buffer = NULL;
    mr_error e;
    CU_ASSERT_EQUAL(mr_buffer_create(s, CL_MEM_READ_WRITE, 32, NULL, "a", &buffer, NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_buffer_check(s, buffer, 32, "column x", &e), MR_OK);
    CU_ASSERT_EQUAL(mr_buffer_check(s, buffer, 33, "column x", &e), MR_E_VALUE);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.message, "column x"));
    cl_context own = s->context;
    s->context = NULL;
    CU_ASSERT_EQUAL(mr_buffer_check(s, buffer, 32, "column x", &e), MR_E_VALUE);
    s->context = own;
    CU_ASSERT_EQUAL(mr_buffer_retain(s, buffer, &e), MR_OK);
    cl_mem second = buffer;
    mr_buffer_release(&second);
    mr_buffer_release(&buffer);
    mr_session_close(&s);
}

SUITE(buffer,
      {"a_buffer_over_the_limit_is_refused_with_both_sizes",
       a_buffer_over_the_limit_is_refused_with_both_sizes},
      {"bytes_travel_unchanged_between_queues", bytes_travel_unchanged_between_queues},
      {"shared_memory_is_seen_without_mapping", shared_memory_is_seen_without_mapping},
      {"pinned_memory_is_what_copies_go_through", pinned_memory_is_what_copies_go_through},
      {"a_pattern_fills_its_range_only", a_pattern_fills_its_range_only},
      {"a_command_that_is_refused_gives_no_event", a_command_that_is_refused_gives_no_event},
      {"a_buffer_is_checked_for_size_and_context", a_buffer_is_checked_for_size_and_context});
