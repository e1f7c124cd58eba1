/* A consumer that lives on the device: its own OpenCL context, queue and kernel. Batches arrive as
 * buffers and an event; no element ever visits the host. Here the kernel counts, for each residue
 * modulo 8, the squares below 2^20 that have it. */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <millrace/millrace.h>
#include <stdio.h>
#include <stdlib.h>

enum { RESIDUES = 8, PLATFORMS_LIMIT = 16 };

static const char *const source =
    "kernel void tally(global const long *x, ulong offset, global uint *counts)\n"
    "{\n"
    "    atomic_inc(&counts[x[offset + get_global_id(0)] & 7]);\n"
    "}\n";

struct device {
    cl_context context;
    cl_command_queue queue;
    cl_program program;
    cl_kernel kernel;
    cl_mem counts;
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
    cl_uint zeros[RESIDUES] = {0};
    cl_device_id id = first_device();
    d.context = clCreateContext(NULL, 1, &id, NULL, NULL, &code);
    check(code, "clCreateContext");
    d.queue = clCreateCommandQueue(d.context, id, 0, &code);
    check(code, "clCreateCommandQueue");
    d.program = clCreateProgramWithSource(d.context, 1, (const char **)&source, NULL, &code);
    check(code, "clCreateProgramWithSource");
    check(clBuildProgram(d.program, 1, &id, "", NULL, NULL), "clBuildProgram");
    d.kernel = clCreateKernel(d.program, "tally", &code);
    check(code, "clCreateKernel");
    d.counts = clCreateBuffer(d.context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, sizeof zeros,
                              zeros, &code);
    check(code, "clCreateBuffer");
    return d;
}

static void close_device(struct device *d)
{
    clReleaseMemObject(d->counts);
    clReleaseKernel(d->kernel);
    clReleaseProgram(d->program);
    clReleaseCommandQueue(d->queue);
    clReleaseContext(d->context);
}

/* The queue is in order and the stream's own: the batch may be given back before the kernel ran, as
 * whatever refills its buffers is enqueued behind it. */
static void tally(struct device *d, const mr_device_batch *batch)
{
    cl_ulong offset = batch->offset;
    size_t len = batch->len;
    check(clSetKernelArg(d->kernel, 0, sizeof(cl_mem), &batch->buffers[0]), "clSetKernelArg");
    check(clSetKernelArg(d->kernel, 1, sizeof offset, &offset), "clSetKernelArg");
    check(clSetKernelArg(d->kernel, 2, sizeof(cl_mem), &d->counts), "clSetKernelArg");
    check(clEnqueueNDRangeKernel(d->queue, d->kernel, 1, NULL, &len, NULL, batch->event != NULL,
                                 batch->event ? &batch->event : NULL, NULL),
          "clEnqueueNDRangeKernel");
}

int main(void)
{
    struct device d = open_device();
    mr_seq *seq = NULL;
    mr_stream *stream = NULL;
    mr_error err;
    mr_device_batch batch;
    cl_uint counts[RESIDUES];
    mr_stream_params params = {.engine = MR_ENGINE_OPENCL, .context = d.context, .queue = d.queue};

    check_millrace(mr_seq_parse(&seq, "count() | map(x*x) | take_while(x < 1048576)", &err), &err);
    check_millrace(mr_stream_open(&stream, seq, &params, &err), &err);
    for (;;) {
        check_millrace(mr_stream_next_device(stream, &batch, &err), &err);
        if (batch.len == 0) break;
        tally(&d, &batch);
    }
    check(clEnqueueReadBuffer(d.queue, d.counts, CL_TRUE, 0, sizeof counts, counts, 0, NULL, NULL),
          "clEnqueueReadBuffer");
    for (int k = 0; k < RESIDUES; k++) printf("%d mod 8: %u\n", k, counts[k]);

    mr_stream_close(&stream);
    mr_seq_release(&seq);
    close_device(&d);
    return 0;
}
