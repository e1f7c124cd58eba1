/* What depends on how a process begins, on its threads or its memory: each figure is told by a
 * process of its own, `bench --probe NAME`, with the environment it asks for. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <millrace/millrace.h>

#include "bench.h"

/* ---- what a process measures ---- */

struct run {
    const char *pipeline;
    mr_stream_params params;
    double consume_seconds; /* the consumer's work on each batch */
};

/* Seconds from the description on, without opening the stream unless `with_open`. */
static double run(const struct run *what, int64_t most_batches, bool with_open, int64_t *batches)
{
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    mr_batch batch;
    mr_error err;
    double start = bench_now();
    int64_t n = 0;
    mr_status st = mr_seq_parse(&seq, what->pipeline, &err);
    if (st == MR_OK) st = mr_stream_open(&s, seq, &what->params, &err);
    if (!with_open) start = bench_now();
    while (st == MR_OK && n < most_batches) {
        st = mr_stream_next(s, &batch, &err);
        if (st != MR_OK || batch.len == 0) break;
        n++;
        double until = what->consume_seconds > 0 ? bench_now() + what->consume_seconds : 0;
        while (until > 0 && bench_now() < until) continue;
    }
    double seconds = bench_now() - start;
    mr_stream_close(&s);
    mr_seq_release(&seq);
    if (batches) *batches = n;
    if (st == MR_OK) return seconds;
    (void)fprintf(stderr, "bench: %s: %s\n", what->pipeline, err.message);
    return NAN;
}

static double median_of_runs(const struct run *what, int rounds, int64_t *batches)
{
    double seconds[BENCH_MAX_ROUNDS];
    for (int k = 0; k < rounds; k++) seconds[k] = run(what, INT64_MAX, false, batches);
    return bench_median(seconds, rounds);
}

#define SQUARES(n) "range(0, " n ", dtype=u64) | map(x*x) | filter(x % 7 == 2) | sum()"

static double rate_of_squares(void)
{
    const struct run what = {SQUARES("4e9"), {.engine = MR_ENGINE_OPENCL}, 0};
    return 4e9 / median_of_runs(&what, 3, NULL);
}

/* ---- the dearest element over the cheapest, by how many there are ---- */

enum { TURNS = 21, MAX_LENGTHS = 8 };

struct length {
    const char *pipeline; /* NULL: the loop in C */
    double count;
    int every; /* it takes part in each so many turns, from the first on */
};

/* The first length takes part in all turns, and others are compared with it in the same turn: what
 * else the machine does changes in seconds. */
static double cost_by_length(const struct length lengths[], size_t length_count,
                             double (*cost)(const struct length *length))
{
    double ratios[MAX_LENGTHS][TURNS];
    double least = INFINITY, most = 0;
    int counts[MAX_LENGTHS] = {0};
    for (int turn = 0; turn < TURNS; turn++) {
        double first = NAN;
        for (size_t k = 0; k < length_count; k++) {
            if (turn % lengths[k].every) continue;
            double one = cost(&lengths[k]) / lengths[k].count;
            if (isnan(one)) return NAN;
            if (k == 0) first = one;
            ratios[k][counts[k]++] = one / first;
        }
    }
    for (size_t k = 0; k < length_count; k++) {
        double ratio = bench_median(ratios[k], counts[k]);
        (void)fprintf(stderr, "    %g elements: %.3f of %g\n", lengths[k].count, ratio,
                      lengths[0].count);
        least = fmin(least, ratio);
        most = fmax(most, ratio);
    }
    return most / least;
}

static double cost_of_squares(const struct length *length)
{
    const struct run what = {length->pipeline, {.engine = MR_ENGINE_OPENCL}, 0};
    return run(&what, INT64_MAX, false, NULL);
}

static double squares_by_length(void)
{
    static const struct length lengths[] = {{SQUARES("1e9"), 1e9, 1},
                                            {SQUARES("1e7"), 1e7, 1},
                                            {SQUARES("1e8"), 1e8, 1},
                                            {SQUARES("1e10"), 1e10, 5},
                                            {SQUARES("1e11"), 1e11, 10}};
    return cost_by_length(lengths, sizeof lengths / sizeof lengths[0], cost_of_squares);
}

/* Its threads sleep as long as a stream takes to open. */
static double cost_of_loop(const struct length *length)
{
    enum { OPENING_US = 250 };
    const struct bench_options o = {.build_dir = getenv("MILLRACE_BUILD_DIR")};
    const struct bench_job job = {.count = (int64_t)length->count};
    struct bench_answer answer;
    struct bench_rival loops[BENCH_MAX_RIVALS];
    if (!o.build_dir || bench_add_references(loops, BENCH_MAX_RIVALS, bench_workloads, &o) == 0)
        return NAN;
    double until = bench_now() + OPENING_US * 1e-6;
    while (bench_now() < until) continue;
    double start = bench_now();
    loops[0].loop(&job, &answer);
    return bench_now() - start;
}

static double loop_by_length(void)
{
    static const struct length lengths[] = {
        {NULL, 2e8, 1}, {NULL, 2e6, 1}, {NULL, 2e7, 1}, {NULL, 2e9, 5}};
    return cost_by_length(lengths, sizeof lengths / sizeof lengths[0], cost_of_loop);
}

/* The consumer works on each batch for as long as the producer takes to make it. */
static double overlap(void)
{
    struct run what = {"uniform(1, dtype=f32) | take(4e8)",
                       {.engine = MR_ENGINE_OPENCL, .batch_elems = 1 << 18},
                       0};
    int64_t batches = 1;
    double alone = median_of_runs(&what, 5, &batches);
    what.consume_seconds = alone / (double)batches;
    return median_of_runs(&what, 5, NULL) / alone;
}

#define MAP4 " | map(x*0.75 + 1) | map(x*1.25 - 2) | map(x*0.5 + 3) | map(x*1.5 - 4)"

static double chain_unfused(void)
{
    struct run what = {
        "range(0, 2e8, dtype=f64)" MAP4 MAP4 MAP4 MAP4 " | sum()", {.engine = MR_ENGINE_OPENCL}, 0};
    double fused = median_of_runs(&what, 5, NULL);
    what.params.no_fuse = true;
    return median_of_runs(&what, 3, NULL) / fused;
}

static double first_value(void)
{
    const struct run what = {"count() | map(x*x) | filter(x % 7 == 2)", {0}, 0};
    return run(&what, 1, true, NULL) * 1e3;
}

static double first_device_value(void)
{
    const struct run what = {
        "count() | map(x*x) | filter(x % 7 == 2)", {.engine = MR_ENGINE_OPENCL}, 0};
    return run(&what, 1, true, NULL) * 1e3;
}

static double resident_mib(void)
{
    char line[256];
    double kib = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmHWM: %lf", &kib) == 1) break;
    if (f) (void)fclose(f);
    return kib / 1024;
}

static double memory_of_reduce(void)
{
    const struct run what = {SQUARES("1e9"), {.engine = MR_ENGINE_OPENCL}, 0};
    return isnan(run(&what, INT64_MAX, false, NULL)) ? NAN : resident_mib();
}

static double memory_of_nothing(void)
{
    return bench_empty_launch_us() > 0 ? resident_mib() : NAN;
}

static const struct {
    const char *name;
    double (*measure)(void);
} measures[] = {
    {"squares", rate_of_squares},         {"length", squares_by_length},
    {"loop-length", loop_by_length},      {"overlap", overlap},
    {"unfused", chain_unfused},           {"first", first_value},
    {"first-device", first_device_value}, {"reduce-memory", memory_of_reduce},
    {"empty-memory", memory_of_nothing},
};

int bench_probe(const char *name)
{
    for (size_t k = 0; k < sizeof measures / sizeof measures[0]; k++)
        if (strcmp(measures[k].name, name) == 0) return printf("%.9g\n", measures[k].measure()) < 0;
    return 2;
}

/* ---- what is made of it ---- */

/* The figure of a process; NAN when it has none to tell. */
static double ask(const struct bench_options *o, const char *environment, const char *name)
{
    char command[1200];
    double figure = NAN;
    (void)snprintf(command, sizeof command,
                   "env MILLRACE_BUILD_DIR='%s' %s '%s/bench/bench' --probe %s", o->build_dir,
                   environment, o->build_dir, name);
    FILE *f = popen(command, "r"); /* NOLINT(cert-env33-c): the benchmark runs itself */
    if (!f) return NAN;
    if (fscanf(f, "%lf", &figure) != 1) figure = NAN;
    return pclose(f) == 0 ? figure : NAN;
}

static double ask_often(const struct bench_options *o, const char *environment, const char *name)
{
    double figures[BENCH_MAX_ROUNDS];
    for (int k = 0; k < o->rounds; k++) figures[k] = ask(o, environment, name);
    return bench_median(figures, o->rounds);
}

static double plain(const struct bench_options *o, const char *name)
{
    return ask(o, "", name);
}

static double on_one_thread(const struct bench_options *o, const char *name)
{
    return ask(o, "POCL_MAX_PTHREAD_COUNT=1", name);
}

static double often_on_one_thread(const struct bench_options *o, const char *name)
{
    return ask_often(o, "POCL_MAX_PTHREAD_COUNT=1", name);
}

static double on_pinned_threads(const struct bench_options *o, const char *name)
{
    return ask(o, "POCL_AFFINITY=1", name);
}

static double on_sleeping_threads(const struct bench_options *o, const char *name)
{
    return ask(o, "OMP_WAIT_POLICY=passive", name);
}

static double second_thread(const struct bench_options *o, const char *name)
{
    double ratios[BENCH_MAX_ROUNDS];
    for (int k = 0; k < o->rounds; k++) ratios[k] = plain(o, name) / on_one_thread(o, name);
    return bench_median(ratios, o->rounds);
}

/* An empty folder each time: the shell makes it and takes it away. */
static double with_cold_cache(const struct bench_options *o, const char *name)
{
    char environment[600];
    (void)snprintf(environment, sizeof environment,
                   "POCL_CACHE_DIR=\"$(mktemp -d '%s/bench/coldXXXXXX')\" "
                   "XDG_CACHE_HOME=\"$(mktemp -d '%s/bench/coldXXXXXX')\"",
                   o->build_dir, o->build_dir);
    double figure = ask_often(o, environment, name);
    (void)snprintf(environment, sizeof environment, "rm -rf '%s'/bench/cold??????", o->build_dir);
    return system(environment) == 0 ? figure : NAN; /* NOLINT(cert-env33-c): likewise */
}

/* The second process that builds a program keeps it. */
static void warm(const struct bench_options *o, const char *name)
{
    for (int k = 0; k < 2; k++) (void)ask(o, "", name);
}

static double with_warm_cache(const struct bench_options *o, const char *name)
{
    warm(o, name);
    return ask_often(o, "", name);
}

static double beyond_empty(const struct bench_options *o, const char *name)
{
    warm(o, name);
    return ask_often(o, "", name) - ask_often(o, "", "empty-memory");
}

static const struct {
    const char *name, *title, *unit;
    double (*figure)(const struct bench_options *o, const char *name);
    double target; /* 0: none, to compare with */
    bool is_least; /* the target is the least that will do; else the most */
} probes[] = {
    {"length", "W1, dearest over cheapest element, 1e7 to 1e11 of them", "x", plain, 1.1, false},
    {"length", "the same, PoCL's threads pinned to cores", "x", on_pinned_threads, 1.1, false},
    {"loop-length", "the loop in C, as long, its threads asleep between runs", "x",
     on_sleeping_threads, 0, false},
    {"squares", "W1, two threads over one", "x", second_thread, 1.85, true},
    {"overlap", "W3 on one core, consumer as slow as producer, over one alone", "x",
     often_on_one_thread, 1.15, false},
    {"unfused", "16 maps, --no-fuse over fused", "x", plain, 5, true},
    {"first", "first batch, nothing cached", "ms", with_cold_cache, 50, false},
    {"first-device", "first batch of the device, kernels cached", "ms", with_warm_cache, 100,
     false},
    {"reduce-memory", "W1, resident beyond an empty OpenCL program", "MiB", beyond_empty, 64,
     false},
};

void bench_report_probes(FILE *out, const struct bench_options *o)
{
    (void)fprintf(out, "\nwhole  a process each\n");
    for (size_t k = 0; k < sizeof probes / sizeof probes[0]; k++) {
        double figure = probes[k].figure(o, probes[k].name);
        bool reached = probes[k].is_least ? figure >= probes[k].target : figure <= probes[k].target;
        (void)fprintf(out, "    %-62s %8.2f %-3s", probes[k].title, figure, probes[k].unit);
        if (probes[k].target > 0)
            (void)fprintf(out, "  at %s %g: %s", probes[k].is_least ? "least" : "most",
                          probes[k].target, reached ? "reached" : "MISSED");
        (void)fprintf(out, "\n");
        (void)fflush(out);
    }
}
