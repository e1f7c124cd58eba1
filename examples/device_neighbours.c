/* A consumer on the device that looks at two batches at once: the latest and the one before, which
 * it keeps. Here a generator of random digits is tested: how many of a million are equal to the one
 * a batch later? By chance it is one of eight. No element ever visits the host. */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <millrace/millrace.h>
#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 65536, PLATFORMS_LIMIT = 16 };

static const char *const source =
    "kernel void compare(global const long *x, ulong x_offset, global const long *y,\n"
    "                    ulong y_offset, global uint *equal)\n"
    "{\n"
    "    size_t k = get_global_id(0);\n"
    "    if (x[x_offset + k] == y[y_offset + k]) atomic_inc(equal);\n"
    "}\n";

struct device {
    cl_context context;
    cl_command_queue queue;
    cl_program program;
    cl_kernel kernel;
    cl_mem equal;
};

static void check(cl_int code, const char *call)
{
    if (code == CL_SUCCESS) return;
    fprintf(stderr, "%s: OpenCL error %d\n", call, (int)code);
    exit(1);
}

static void check_millrace(mr_status status, const mr_error *err)
{
    char text[1024];
    if (!status) return;
    mr_error_render(text, sizeof text, err);
    fputs(text, stderr);
    exit(1);
}

static cl_device_id first_device(void)
{
    cl_platform_id platforms[PLATFORMS_LIMIT];
    cl_uint count = 0;
    check(clGetPlatformIDs(PLATFORMS_LIMIT, platforms, &count), "clGetPlatformIDs");
    for (cl_uint k = 0; k < count && k < PLATFORMS_LIMIT; k++) {
        cl_device_id device;
        if (clGetDeviceIDs(platforms[k], CL_DEVICE_TYPE_ALL, 1, &device, NULL) == CL_SUCCESS)
            return device;
    }
    check(CL_DEVICE_NOT_FOUND, "clGetDeviceIDs");
    return NULL;
}

static struct device open_device(void)
{
    struct device d = {0};
    cl_int code;
    cl_uint zero = 0;
    cl_device_id id = first_device();
    d.context = clCreateContext(NULL, 1, &id, NULL, NULL, &code);
    check(code, "clCreateContext");
    d.queue = clCreateCommandQueue(d.context, id, 0, &code);
    check(code, "clCreateCommandQueue");
    d.program = clCreateProgramWithSource(d.context, 1, (const char **)&source, NULL, &code);
    check(code, "clCreateProgramWithSource");
    check(clBuildProgram(d.program, 1, &id, "", NULL, NULL), "clBuildProgram");
    d.kernel = clCreateKernel(d.program, "compare", &code);
    check(code, "clCreateKernel");
    d.equal = clCreateBuffer(d.context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, sizeof zero,
                             &zero, &code);
    check(code, "clCreateBuffer");
    return d;
}

static void close_device(struct device *d)
{
    clReleaseMemObject(d->equal);
    clReleaseKernel(d->kernel);
    clReleaseProgram(d->program);
    clReleaseCommandQueue(d->queue);
    clReleaseContext(d->context);
}

static void set_batch(struct device *d, cl_uint place, const mr_device_batch *batch)
{
    cl_ulong offset = batch->offset;
    check(clSetKernelArg(d->kernel, place, sizeof(cl_mem), &batch->buffers[0]), "clSetKernelArg");
    check(clSetKernelArg(d->kernel, place + 1, sizeof offset, &offset), "clSetKernelArg");
}

/* As far as both go. Each event is waited for; it is there as long as its batch is. */
static void compare(struct device *d, const mr_device_batch *x, const mr_device_batch *y)
{
    size_t len = y->len < x->len ? y->len : x->len;
    cl_event events[2];
    cl_uint count = 0;
    if (x->event) events[count++] = x->event;
    if (y->event) events[count++] = y->event;
    set_batch(d, 0, x);
    set_batch(d, 2, y);
    check(clSetKernelArg(d->kernel, 4, sizeof(cl_mem), &d->equal), "clSetKernelArg");
    check(clEnqueueNDRangeKernel(d->queue, d->kernel, 1, NULL, &len, NULL, count,
                                 count ? events : NULL, NULL),
          "clEnqueueNDRangeKernel");
}

/* The queue is in order and the stream's own: a lease may be released before the kernel ran, as
 * whatever refills its buffers is enqueued behind it. */
static long compare_all(struct device *d, mr_stream *stream)
{
    mr_device_batch before = {.len = 0}, batch;
    mr_lease *kept = NULL, *latest;
    mr_error err;
    long pairs = 0;
    for (;; before = batch, kept = latest) {
        check_millrace(mr_stream_next_device(stream, &batch, &err), &err);
        if (batch.len == 0) break;
        check_millrace(mr_device_batch_keep(stream, &batch, &latest, &err), &err);
        if (before.len) compare(d, &before, &batch);
        if (before.len) pairs += (long)batch.len;
        mr_lease_release(&kept);
    }
    mr_lease_release(&kept);
    return pairs;
}

int main(void)
{
    struct device d = open_device();
    mr_seq *seq = NULL;
    mr_stream *stream = NULL;
    mr_error err;
    cl_uint equal;
    mr_stream_params params = {
        .engine = MR_ENGINE_OPENCL, .context = d.context, .queue = d.queue, .batch_elems = BATCH};

    check_millrace(mr_seq_parse(&seq, "randint(0, 8, seed=1) | take(1000000)", &err), &err);
    check_millrace(mr_stream_open(&stream, seq, &params, &err), &err);
    long pairs = compare_all(&d, stream);
    check(clEnqueueReadBuffer(d.queue, d.equal, CL_TRUE, 0, sizeof equal, &equal, 0, NULL, NULL),
          "clEnqueueReadBuffer");
    printf("%u of %ld are equal; by chance it would be %ld\n", equal, pairs, pairs / 8);

    mr_stream_close(&stream);
    mr_seq_release(&seq);
    close_device(&d);
    return 0;
}
