/* What the memory of a device and the way to it can do at most: plain copies.
 *
 *     device_copy DEVICE [SECONDS]
 *
 * prints whether the device has memory of its own, and bytes a second, read plus written where both
 * are on the device. Memory of the host is pinned where the driver allocated it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "cl/buffer.h"

enum { OWN_BYTES = 512 << 20, SHARED_BYTES = 64 << 20, QUICK_BYTES = 16 << 20, COPIES = 4 };

struct copy {
    struct mr_session *session;
    struct mr_command compute, transfer;
    cl_mem from, to, pinned;
    void *memory; /* the host's, whatever it is */
    void *pinned_memory;
    size_t bytes;
};

typedef mr_status copy_function(const struct copy *c, mr_error *err);

static double now_s(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static mr_status within(const struct copy *c, mr_error *err)
{
    return mr_buffer_copy(c->session, &c->compute, c->from, 0, c->to, 0, c->bytes, err);
}

static mr_status to_host(const struct copy *c, mr_error *err)
{
    return mr_buffer_read(c->session, &c->transfer, c->from, 0, c->bytes, c->memory, err);
}

static mr_status to_pinned(const struct copy *c, mr_error *err)
{
    return mr_buffer_read(c->session, &c->transfer, c->from, 0, c->bytes, c->pinned_memory, err);
}

static mr_status from_pinned(const struct copy *c, mr_error *err)
{
    return mr_buffer_write(c->session, &c->transfer, c->to, 0, c->bytes, c->pinned_memory, err);
}

static mr_status to_device(const struct copy *c, mr_error *err)
{
    return mr_buffer_write(c->session, &c->transfer, c->to, 0, c->bytes, c->memory, err);
}

/* The best of some rounds of several copies each; the first warms up. */
static mr_status measure(const struct copy *c, const char *name, copy_function *copy, int factor,
                         double seconds, mr_error *err)
{
    double best_s = 0, end = now_s() + seconds;
    for (int round = 0; round < 3 || now_s() < end; round++) {
        double start = now_s();
        for (int k = 0; k < COPIES; k++) MR_TRY(copy(c, err));
        MR_TRY(mr_queue_finish(c->session, c->compute.queue, err));
        MR_TRY(mr_queue_finish(c->session, c->transfer.queue, err));
        double took_s = now_s() - start;
        if (round == 1 || took_s < best_s) best_s = took_s;
    }
    printf("%s %.0f\n", name, (double)c->bytes * COPIES * factor / best_s);
    (void)fflush(stdout);
    return MR_OK;
}

static mr_status pin(struct copy *c, mr_error *err)
{
    MR_TRY(mr_buffer_create(c->session, CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR, c->bytes, NULL,
                            "pinned memory", &c->pinned, err));
    MR_TRY(mr_buffer_map(c->session, &c->transfer, c->pinned, CL_MAP_READ | CL_MAP_WRITE, 0,
                         c->bytes, &c->pinned_memory, err));
    MR_TRY(mr_queue_finish(c->session, c->transfer.queue, err));
    memset(c->pinned_memory, 1, c->bytes);
    return MR_OK;
}

static mr_status create(struct copy *c, size_t bytes, mr_error *err)
{
    const struct mr_device *d = &c->session->device;
    const cl_mem_flags flags = CL_MEM_READ_WRITE;
    c->bytes = bytes;
    while (c->bytes > 1 << 20 && (c->bytes > d->max_alloc_bytes || c->bytes > d->memory_bytes / 8))
        c->bytes /= 2;
    c->memory = mr_alloc(c->bytes, 1);
    if (!c->memory) return mr_fail_no_memory(err, "memory to copy");
    memset(c->memory, 1, c->bytes);
    MR_TRY(mr_buffer_create(c->session, flags, c->bytes, NULL, "copies", &c->from, err));
    MR_TRY(mr_buffer_create(c->session, flags, c->bytes, NULL, "copies", &c->to, err));
    c->compute.queue = c->session->queue;
    c->transfer.queue = c->session->transfers;
    MR_TRY(pin(c, err));
    const char pattern[16] = {1};
    return mr_buffer_fill(c->session, &c->compute, c->from, pattern, sizeof pattern, 0, c->bytes,
                          err);
}

static mr_status run(struct copy *c, const char *device, double seconds, mr_error *err)
{
    const mr_stream_params params = {.engine = MR_ENGINE_OPENCL, .device = device};
    MR_TRY(mr_session_open(&c->session, &params, false, err));
    bool is_shared = c->session->device.shares_memory;
    MR_TRY(create(c, seconds < 0.1 ? QUICK_BYTES : is_shared ? SHARED_BYTES : OWN_BYTES, err));
    printf("memory %s\n", is_shared ? "shared" : "own");
    MR_TRY(measure(c, "device_to_device", within, 2, seconds, err));
    MR_TRY(measure(c, "device_to_pinned_host", to_pinned, 1, seconds, err));
    MR_TRY(measure(c, "device_to_host", to_host, 1, seconds, err));
    MR_TRY(measure(c, "pinned_host_to_device", from_pinned, 1, seconds, err));
    return measure(c, "host_to_device", to_device, 1, seconds, err);
}

static void destroy(struct copy *c)
{
    if (c->pinned_memory)
        (void)mr_buffer_unmap(c->session, &c->transfer, c->pinned, &c->pinned_memory, NULL);
    mr_buffer_release(&c->from);
    mr_buffer_release(&c->to);
    mr_buffer_release(&c->pinned);
    mr_session_close(&c->session);
    mr_free(c->memory);
}

int main(int argc, char **argv)
{
    struct copy c = {0};
    mr_error err;
    if (argc < 2) return 2;
    mr_status st = run(&c, argv[1], argc > 2 ? strtod(argv[2], NULL) : 0.5, &err);
    if (st) (void)fprintf(stderr, "%s\n", err.message);
    destroy(&c);
    return mr_status_exit_code(st);
}
