/* Measures a few shapes of code on a device, once, and keeps the fastest for later streams. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/error.h"
#include "cl/cache_folder.h"
#include "cl/session.h"
#include "cl/tuned.h"
#include "cli/cli.h"

/* One for each bound there is: integer arithmetic, float arithmetic, a generator whose numbers are
 * delivered, and elements that are packed. */
static const char *const workloads[] = {
    "range(0, %ld, dtype=u64) | map(x*x) | filter(x %% 7 == 2) | sum()",
    "range(0, %ld) | map(x*1e-9) | map(x*x*0.5 + 1) | sum()",
    "uniform(seed=1, dtype=f32) | take(%ld)",
    "range(0, %ld) | filter(x*2654435761 %% 3 == 0)",
};
enum {
    WORKLOADS = sizeof workloads / sizeof workloads[0],
    ELEMENTS = 1 << 24,
    ROUNDS = 4,
    REALS = 1
};

/* What is tried, one number of the shape after the other, each with the best of those before. The
 * ring is left alone: it hides what the consumer does, and here is none. */
static const struct lanes {
    unsigned width_32, width_64, span_32, span_64;
} lanes[] = {{16, 8, 32, 32}, {8, 8, 32, 32}, {8, 4, 32, 32}, {16, 16, 32, 32}, {4, 4, 32, 32},
             {1, 1, 32, 32},  {4, 2, 4, 2},   {1, 1, 1, 1},   {2, 2, 2, 2},     {4, 4, 4, 4}};
static const unsigned groups[] = {4, 1, 16, 64};
static const size_t units[] = {1 << 19, 1 << 16, 1 << 17, 1 << 18, 1 << 20, 1 << 22, 1 << 24};

struct contest {
    struct mr_device device;
    long elements;
    int rounds;
    bool is_quick;
    struct mr_profile best;
    double best_gain; /* over the table's shape */
};

static mr_status run_once(const mr_seq *seq, const mr_stream_params *params, double *ns,
                          mr_error *err)
{
    mr_stream *s = NULL;
    mr_batch batch = {.len = 1};
    mr_status st = mr_stream_open(&s, seq, params, err);
    double start = (double)mr_now_ns();
    while (!st && batch.len) st = mr_stream_next(s, &batch, err);
    *ns = (double)mr_now_ns() - start;
    mr_stream_close(&s);
    return st;
}

static mr_status time_shape(const struct contest *c, const mr_seq *seq, const struct mr_profile *p,
                            double *least_ns, mr_error *err)
{
    char shape[MR_PROFILE_TEXT_BYTES];
    double ns;
    mr_profile_write(shape, p);
    const mr_stream_params params = {
        .engine = MR_ENGINE_OPENCL, .device = c->device.name, .shape = shape};
    MR_TRY(run_once(seq, &params, &ns, err));
    if (ns < *least_ns) *least_ns = ns;
    return MR_OK;
}

/* How many times as fast as the best so far. Both run in turns, so that what else the machine does
 * strikes both; the first round only compiles. */
static mr_status race(const struct contest *c, const char *workload, const struct mr_profile *p,
                      double *ratio, mr_error *err)
{
    char text[128];
    mr_seq *seq = NULL;
    double best_ns = INFINITY, ns = INFINITY;
    (void)snprintf(text, sizeof text, workload, c->elements);
    MR_TRY(mr_seq_parse(&seq, text, err));
    mr_status st = MR_OK;
    for (int k = 0; k < c->rounds && !st; k++) {
        if (k == 1) best_ns = ns = INFINITY;
        st = time_shape(c, seq, &c->best, &best_ns, err);
        if (!st) st = time_shape(c, seq, p, &ns, err);
    }
    mr_seq_release(&seq);
    *ratio = best_ns / ns;
    return st;
}

/* The geometric mean over the workloads. */
static mr_status weigh(const struct contest *c, const struct mr_profile *p, double *gain,
                       mr_error *err)
{
    double sum = 0;
    int count = 0;
    for (size_t w = 0; w < WORKLOADS; w++) {
        double ratio;
        if (w == REALS && !c->device.has_fp64) continue;
        MR_TRY(race(c, workloads[w], p, &ratio, err));
        sum += log(ratio);
        count++;
    }
    *gain = exp(sum / count);
    return MR_OK;
}

/* A shape must win clearly: what is within the noise stays as it is. */
static mr_status try_shape(struct contest *c, const struct mr_profile *p, mr_error *err)
{
    char text[MR_PROFILE_TEXT_BYTES];
    double gain;
    mr_profile_write(text, p);
    MR_TRY(weigh(c, p, &gain, err));
    bool wins = gain > 1.03;
    printf("%c %-44s %.2fx\n", wins ? '*' : ' ', text, gain * c->best_gain);
    (void)fflush(stdout);
    if (!wins) return MR_OK;
    c->best = *p;
    c->best_gain *= gain;
    return MR_OK;
}

static bool is_new(const struct contest *c, const struct mr_profile *p)
{
    return p->width_32 != c->best.width_32 || p->width_64 != c->best.width_64 ||
           p->span_32 != c->best.span_32 || p->span_64 != c->best.span_64 ||
           p->group_elems != c->best.group_elems || p->unit != c->best.unit;
}

#define TRY_EACH(table, ...)                                                                       \
    for (size_t k = 0; k < (c->is_quick ? 2 : sizeof(table) / sizeof(table)[0]); k++) {            \
        struct mr_profile p = c->best;                                                             \
        __VA_ARGS__                                                                                \
        if (is_new(c, &p)) MR_TRY(try_shape(c, &p, err));                                          \
    }

/* Where the table's shape has work-items share leaves, or each own some, so does each other. */
static void take_lanes(struct mr_profile *p, const struct lanes *from)
{
    bool shares = from->span_32 < MR_ROW_LANES;
    if (shares != mr_profile_shares_leaves(p)) return;
    p->width_32 = from->width_32;
    p->width_64 = from->width_64;
    p->span_32 = from->span_32;
    p->span_64 = from->span_64;
}

/* Units that leave a CPU's caches are no good there. */
static void take_unit(struct mr_profile *p, size_t unit)
{
    if (unit <= 1 << 20 || mr_profile_shares_leaves(p)) p->unit = unit;
}

static mr_status hold(struct contest *c, mr_error *err)
{
    TRY_EACH(lanes, take_lanes(&p, &lanes[k]);)
    TRY_EACH(groups, p.group_elems = groups[k];)
    TRY_EACH(units, take_unit(&p, units[k]);)
    return MR_OK;
}

static mr_status tune(const struct mr_options *options, mr_error *err)
{
    struct contest c = {.elements = options->quick ? ELEMENTS / 64 : ELEMENTS,
                        .rounds = options->quick ? 2 : ROUNDS,
                        .best_gain = 1,
                        .is_quick = options->quick};
    struct mr_session *session = NULL;
    char shape[MR_PROFILE_TEXT_BYTES], path[MR_CACHE_PATH_BYTES] = "";
    MR_TRY(mr_session_open(&session, &options->stream, false, err));
    c.device = session->device;
    c.best = *mr_device_table_profile(&c.device);
    mr_profile_write(shape, &c.best);
    printf("%s, driver %s: this takes up to a minute\n", c.device.name, c.device.driver);
    printf("  %-44s 1.00x\n", shape);
    (void)fflush(stdout);
    mr_status st = hold(&c, err);
    if (!st) st = mr_tuned_save(&c.device, &c.best, err);
    mr_session_close(&session);
    if (st) return st;
    mr_profile_write(shape, &c.best);
    (void)mr_cache_path(path, MR_TUNED_FILE, false);
    printf("%s is kept in %s\n", shape, path);
    return MR_OK;
}

int mr_command_tune(const struct mr_options *options, char *const arguments[], size_t count)
{
    mr_error err;
    (void)arguments, (void)count;
    return tune(options, &err) ? mr_report(&err) : 0;
}
