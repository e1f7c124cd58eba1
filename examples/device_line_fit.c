/* BLAS on the device: CLBlast fits a line through points that millrace makes there. The four sums
 * that least squares needs are dot products of whole batches, added up on the device; four numbers
 * come to the host, at the end. */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <clblast_c.h>
#include <millrace/millrace.h>
#include <stdio.h>
#include <stdlib.h>

enum { PLATFORMS_LIMIT = 16, BATCH = 65536, SUMS = 4 };

/* y lies about 3 x - 1. The columns: x, y, and 1: dot products with it are sums. */
static const char *const points = "zip(x: uniform(1), noise: normal(seed=2)) | take(1000000)"
                                  " | map(x: x, y: 3*x - 1 + 0.1*noise, one: 1.0)";

static void check(int code, const char *call)
{
    if (code == CL_SUCCESS) return;
    fprintf(stderr, "%s: error %d\n", call, code);
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

/* Adds x.x, x.y, x.1 and y.1 of the batch to `sums`. The queue is in order, and the stream's own:
 * what fills the batch's buffers again comes behind. */
static void add_batch(const mr_device_batch *b, cl_mem parts, cl_mem sums, cl_command_queue queue)
{
    static const int pairs[SUMS][2] = {{0, 0}, {0, 1}, {0, 2}, {1, 2}};
    for (size_t k = 0; k < SUMS; k++)
        check(CLBlastDdot(b->len, parts, k, b->buffers[pairs[k][0]], b->offset, 1,
                          b->buffers[pairs[k][1]], b->offset, 1, &queue, NULL),
              "CLBlastDdot");
    check(CLBlastDaxpy(SUMS, 1.0, parts, 0, 1, sums, 0, 1, &queue, NULL), "CLBlastDaxpy");
}

static void print_line(const double sums[SUMS], double n)
{
    double xx = sums[0], xy = sums[1], x = sums[2], y = sums[3];
    double slope = (n * xy - x * y) / (n * xx - x * x);
    printf("y = %.2f x %+.2f\n", slope, (y - slope * x) / n);
}

int main(void)
{
    cl_int code;
    cl_device_id device = first_device();
    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &code);
    check(code, "clCreateContext");
    cl_command_queue queue = clCreateCommandQueue(context, device, 0, &code);
    check(code, "clCreateCommandQueue");
    double sums[SUMS] = {0};
    cl_mem parts = clCreateBuffer(context, CL_MEM_READ_WRITE, sizeof sums, NULL, &code);
    check(code, "clCreateBuffer");
    cl_mem total =
        clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, sizeof sums, sums, &code);
    check(code, "clCreateBuffer");

    mr_seq *seq = NULL;
    mr_stream *stream = NULL;
    mr_error err;
    mr_device_batch batch = {.len = 1};
    mr_stream_params params = {
        .engine = MR_ENGINE_OPENCL, .context = context, .queue = queue, .batch_elems = BATCH};
    check_millrace(mr_seq_parse(&seq, points, &err), &err);
    check_millrace(mr_stream_open(&stream, seq, &params, &err), &err);
    while (batch.len) {
        check_millrace(mr_stream_next_device(stream, &batch, &err), &err);
        if (batch.len) add_batch(&batch, parts, total, queue);
    }
    check(clEnqueueReadBuffer(queue, total, CL_TRUE, 0, sizeof sums, sums, 0, NULL, NULL),
          "clEnqueueReadBuffer");
    print_line(sums, (double)mr_stream_tell(stream));

    mr_stream_close(&stream);
    mr_seq_release(&seq);
    check(CLBlastClearCache(), "CLBlastClearCache");
    clReleaseMemObject(parts);
    clReleaseMemObject(total);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return 0;
}
