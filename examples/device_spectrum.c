/* Spectra on the device: clFFT transforms what millrace makes there, a noisy signal of two tones,
 * in pieces of 1024, and a kernel adds up their power. Of 131072 samples 513 numbers come to the
 * host. */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <clFFT.h>
#include <millrace/millrace.h>
#include <stdio.h>
#include <stdlib.h>

enum { PLATFORMS_LIMIT = 16, PIECE = 1024, PIECES = 16, BATCH = PIECE * PIECES };
enum { BINS = PIECE / 2 + 1 };

/* Tones of 100 and 260 periods in a piece, below the noise in each sample. */
static const char *const signal = "zip(n: range(131072), noise: normal())"
                                  " | map(f32(0.5*sin(n*(6.283185307179586*100/1024))"
                                  " + 0.3*cos(n*(6.283185307179586*260/1024)) + noise))";

static const char *const source =
    "kernel void add_power(global const float2 *spectra, int pieces, int bins,\n"
    "                      global float *power)\n"
    "{\n"
    "    int k = get_global_id(0);\n"
    "    float sum = power[k];\n"
    "    for (int p = 0; p < pieces; p++) {\n"
    "        float2 z = spectra[p * bins + k];\n"
    "        sum += z.x * z.x + z.y * z.y;\n"
    "    }\n"
    "    power[k] = sum;\n"
    "}\n";

struct device {
    cl_context context;
    cl_command_queue queue;
    cl_program program;
    cl_kernel kernel;
    clfftPlanHandle plan;
    cl_mem samples, spectra, power;
};

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

static cl_mem make_buffer(cl_context context, size_t floats)
{
    cl_int code;
    float *zeros = calloc(floats, sizeof *zeros);
    cl_mem buffer = clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR,
                                   floats * sizeof *zeros, zeros, &code);
    free(zeros);
    check(code, "clCreateBuffer");
    return buffer;
}

/* From real pieces, one behind the other, to their halves of spectra. */
static void make_plan(struct device *d)
{
    const size_t length = PIECE;
    /* What clfftInitSetupData() sets: an inline function, of which C11 links no copy. */
    const clfftSetupData setup = {
        .major = clfftVersionMajor, .minor = clfftVersionMinor, .patch = clfftVersionPatch};
    check(clfftSetup(&setup), "clfftSetup");
    check(clfftCreateDefaultPlan(&d->plan, d->context, CLFFT_1D, &length),
          "clfftCreateDefaultPlan");
    check(clfftSetLayout(d->plan, CLFFT_REAL, CLFFT_HERMITIAN_INTERLEAVED), "clfftSetLayout");
    check(clfftSetResultLocation(d->plan, CLFFT_OUTOFPLACE), "clfftSetResultLocation");
    check(clfftSetPlanBatchSize(d->plan, PIECES), "clfftSetPlanBatchSize");
    check(clfftSetPlanDistance(d->plan, PIECE, BINS), "clfftSetPlanDistance");
    check(clfftBakePlan(d->plan, 1, &d->queue, NULL, NULL), "clfftBakePlan");
}

static struct device open_device(void)
{
    struct device d = {0};
    cl_int code;
    cl_device_id id = first_device();
    d.context = clCreateContext(NULL, 1, &id, NULL, NULL, &code);
    check(code, "clCreateContext");
    d.queue = clCreateCommandQueue(d.context, id, 0, &code);
    check(code, "clCreateCommandQueue");
    d.program = clCreateProgramWithSource(d.context, 1, (const char **)&source, NULL, &code);
    check(code, "clCreateProgramWithSource");
    check(clBuildProgram(d.program, 1, &id, "", NULL, NULL), "clBuildProgram");
    d.kernel = clCreateKernel(d.program, "add_power", &code);
    check(code, "clCreateKernel");
    d.samples = make_buffer(d.context, BATCH);
    d.spectra = make_buffer(d.context, 2 * PIECES * BINS);
    d.power = make_buffer(d.context, BINS);
    make_plan(&d);
    return d;
}

static void close_device(struct device *d)
{
    check(clfftDestroyPlan(&d->plan), "clfftDestroyPlan");
    check(clfftTeardown(), "clfftTeardown");
    clReleaseMemObject(d->samples);
    clReleaseMemObject(d->spectra);
    clReleaseMemObject(d->power);
    clReleaseKernel(d->kernel);
    clReleaseProgram(d->program);
    clReleaseCommandQueue(d->queue);
    clReleaseContext(d->context);
}

/* clFFT begins where a buffer begins, and a batch does not: a copy on the device. All is enqueued
 * on the stream's own queue, in order, so nothing is waited for. */
static void add_spectra(struct device *d, const mr_device_batch *b)
{
    const cl_int pieces = PIECES, bins = BINS;
    const size_t items = BINS;
    check(clEnqueueCopyBuffer(d->queue, b->buffers[0], d->samples, b->offset * sizeof(float), 0,
                              BATCH * sizeof(float), b->event != NULL, b->event ? &b->event : NULL,
                              NULL),
          "clEnqueueCopyBuffer");
    check(clfftEnqueueTransform(d->plan, CLFFT_FORWARD, 1, &d->queue, 0, NULL, NULL, &d->samples,
                                &d->spectra, NULL),
          "clfftEnqueueTransform");
    check(clSetKernelArg(d->kernel, 0, sizeof(cl_mem), &d->spectra), "clSetKernelArg");
    check(clSetKernelArg(d->kernel, 1, sizeof pieces, &pieces), "clSetKernelArg");
    check(clSetKernelArg(d->kernel, 2, sizeof bins, &bins), "clSetKernelArg");
    check(clSetKernelArg(d->kernel, 3, sizeof(cl_mem), &d->power), "clSetKernelArg");
    check(clEnqueueNDRangeKernel(d->queue, d->kernel, 1, NULL, &items, NULL, 0, NULL, NULL),
          "clEnqueueNDRangeKernel");
}

/* The strongest two, the stronger first. */
static void print_tones(const float power[BINS])
{
    int first = 0, second = 0;
    for (int k = 1; k < BINS; k++) {
        if (power[k] > power[first]) {
            second = first;
            first = k;
        } else if (second == first || power[k] > power[second]) {
            second = k;
        }
    }
    printf("tones of %d and %d periods in %d samples\n", first, second, PIECE);
}

int main(void)
{
    struct device d = open_device();
    mr_seq *seq = NULL;
    mr_stream *stream = NULL;
    mr_error err;
    mr_device_batch batch = {.len = 1};
    float power[BINS];
    mr_stream_params params = {
        .engine = MR_ENGINE_OPENCL, .context = d.context, .queue = d.queue, .batch_elems = BATCH};

    check_millrace(mr_seq_parse(&seq, signal, &err), &err);
    check_millrace(mr_stream_open(&stream, seq, &params, &err), &err);
    while (batch.len) {
        check_millrace(mr_stream_next_device(stream, &batch, &err), &err);
        if (batch.len == BATCH) add_spectra(&d, &batch);
    }
    check(clEnqueueReadBuffer(d.queue, d.power, CL_TRUE, 0, sizeof power, power, 0, NULL, NULL),
          "clEnqueueReadBuffer");
    print_tones(power);

    mr_stream_close(&stream);
    mr_seq_release(&seq);
    close_device(&d);
    return 0;
}
