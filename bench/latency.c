/* What one pull costs beside what OpenCL itself asks for an empty launch. */
#include <string.h>

#include <millrace/millrace.h>

#include "bench.h"
#include "cl/loader.h"

enum { BATCH = 64, PULLS = 2000 };

/* ---- an empty launch ---- */

struct bare {
    cl_context context;
    cl_command_queue queue;
    cl_program program;
    cl_kernel kernel;
};

static bool open_bare(struct bare *b, const struct mr_cl *cl)
{
    static const char *text = "__kernel void nothing(__global int *p) { (void)p; }";
    cl_platform_id platforms[8];
    cl_device_id device = NULL;
    cl_uint count = 0;
    cl_int code = CL_SUCCESS;
    if (cl->clGetPlatformIDs(8, platforms, &count) != CL_SUCCESS) return false;
    for (cl_uint k = 0; k < count && k < 8 && !device; k++)
        if (cl->clGetDeviceIDs(platforms[k], CL_DEVICE_TYPE_CPU, 1, &device, NULL) != CL_SUCCESS)
            device = NULL;
    if (!device) return false;
    b->context = cl->clCreateContext(NULL, 1, &device, NULL, NULL, &code);
    if (code == CL_SUCCESS) b->queue = cl->clCreateCommandQueue(b->context, device, 0, &code);
    if (code == CL_SUCCESS)
        b->program = cl->clCreateProgramWithSource(b->context, 1, &text, NULL, &code);
    if (code == CL_SUCCESS) code = cl->clBuildProgram(b->program, 1, &device, "", NULL, NULL);
    if (code == CL_SUCCESS) b->kernel = cl->clCreateKernel(b->program, "nothing", &code);
    cl_mem none = NULL;
    if (code == CL_SUCCESS) code = cl->clSetKernelArg(b->kernel, 0, sizeof none, &none);
    return code == CL_SUCCESS;
}

static void close_bare(struct bare *b, const struct mr_cl *cl)
{
    if (b->kernel) (void)cl->clReleaseKernel(b->kernel);
    if (b->program) (void)cl->clReleaseProgram(b->program);
    if (b->queue) (void)cl->clReleaseCommandQueue(b->queue);
    if (b->context) (void)cl->clReleaseContext(b->context);
}

static double launch_empty(struct bare *b, const struct mr_cl *cl)
{
    const size_t items = 1;
    double start = bench_now();
    for (int k = 0; k < PULLS; k++) {
        (void)cl->clEnqueueNDRangeKernel(b->queue, b->kernel, 1, NULL, &items, &items, 0, NULL,
                                         NULL);
        (void)cl->clFinish(b->queue);
    }
    return (bench_now() - start) / PULLS * 1e6;
}

double bench_empty_launch_us(void)
{
    struct bare bare = {0};
    const struct mr_cl *cl = mr_cl(NULL);
    double us = cl && open_bare(&bare, cl) ? launch_empty(&bare, cl) : 0;
    if (cl) close_bare(&bare, cl);
    return us;
}

/* ---- pulls ---- */

static int give_positions(void *user, int64_t first, size_t count, void *const columns[],
                          size_t *got)
{
    int64_t *out = columns[0];
    (void)user;
    for (size_t k = 0; k < count; k++) out[k] = first + (int64_t)k;
    *got = count;
    return 0;
}

static mr_status open_stream(mr_stream **out, bool is_live, mr_error *err)
{
    const mr_stream_params params = {.engine = MR_ENGINE_OPENCL, .batch_elems = BATCH};
    const mr_callback_params source = {
        .fill = give_positions, .column_count = 1, .dtypes = {MR_I64}};
    mr_seq *input = NULL, *seq = NULL;
    *out = NULL;
    mr_status st =
        is_live ? mr_seq_from_callback(&input, &source, err) : mr_seq_parse(&input, "count()", err);
    if (st == MR_OK) st = mr_seq_pipe(&seq, input, "map(x*x)", err);
    if (st == MR_OK) st = mr_stream_open(out, seq, &params, err);
    mr_seq_release(&seq);
    mr_seq_release(&input);
    return st;
}

static double pull(mr_stream *s, int pulls, struct bench_latency *out)
{
    mr_batch batch;
    mr_error err;
    double start = bench_now();
    for (int k = 0; k < pulls; k++)
        if (mr_stream_next(s, &batch, &err) != MR_OK || batch.len != BATCH) {
            (void)snprintf(out->note, sizeof out->note, "a pull failed: %.150s", err.message);
            return 0;
        }
    return (bench_now() - start) / pulls * 1e6;
}

void bench_latency(struct bench_latency *out, const struct bench_options *o)
{
    enum { MANY = 100 }; /* cheap pulls are counted in larger numbers */
    double empty[BENCH_MAX_ROUNDS], next[BENCH_MAX_ROUNDS], launch[BENCH_MAX_ROUNDS];
    mr_stream *ahead = NULL, *live = NULL;
    struct bare bare = {0};
    mr_error err = {0};
    *out = (struct bench_latency){0};
    const struct mr_cl *cl = mr_cl(&err);
    bool good = cl && open_bare(&bare, cl) && open_stream(&ahead, false, &err) == MR_OK &&
                open_stream(&live, true, &err) == MR_OK;
    if (!good) (void)snprintf(out->note, sizeof out->note, "no OpenCL: %.150s", err.message);
    for (int k = -1; good && k < o->rounds; k++) { /* the first warms up */
        double times[] = {launch_empty(&bare, cl), pull(ahead, MANY * PULLS, out),
                          pull(live, PULLS, out)};
        if (k < 0) continue;
        empty[k] = times[0];
        next[k] = times[1];
        launch[k] = times[2];
    }
    if (good && !out->note[0]) {
        out->empty_launch_us = bench_median(empty, o->rounds);
        out->next_us = bench_median(next, o->rounds);
        out->next_launch_us = bench_median(launch, o->rounds);
    }
    mr_stream_close(&ahead);
    mr_stream_close(&live);
    if (cl) close_bare(&bare, cl);
}
