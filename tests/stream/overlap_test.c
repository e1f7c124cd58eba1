/* What a device of its own memory is kept busy by: how often the host waits for a unit, and what
 * runs beside what, by the order of commands that a layer saw. Queues count as doing one command
 * after the other, as those of GPUs do. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../layer/trace.h"
#include "base/error.h"
#include "cl/child.h"
#include "engine/knobs.h"
#include "specimen.h"
#include "suite.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

enum { UNIT = 16384, UNITS = 12, FEW_BYTES = 4096 };

/* At most, for each unit: waits of the host, bytes that cross the bus for each position. In a text
 * UNITS stands for the length of some, FILE for a file; one that begins with | is of a callback. */
static const struct row {
    const char *text;
    int kernels; /* of a unit */
    double waits, bytes;
    size_t batch;   /* 0: a unit's positions */
    bool is_live;   /* its source is asked only for what the reader waits for: nothing overlaps */
    bool is_in_two; /* segments, whose kernels alternate, of the first one's units */
    bool is_ahead;  /* its first kernel waits for nothing of the unit before */
} rows[] = {
    {"count() | map(f32(x)*0.5)", 1, 1, .bytes = 4, .is_ahead = true},
    {"count() | map(a: x*3, b: 7 / (x + 1))", 1, 1, .bytes = 16.01, .is_ahead = true},
    {"count() | filter(x % 3 == 1)", 4, 1, .bytes = 2.8, .is_ahead = true},
    {"count() | filter(x % 3 == 1) | map(f32(x))", 4, 1, .bytes = 1.4, .is_ahead = true},
    {"count() | map(x % 1009) | window(5, max)", 2, 1, .bytes = 8},
    {"count() | map(x % 1009) | scan(sum)", 5, 1.1, .bytes = 8.01, .is_ahead = true},
    {"count() | map(f64(x % 1009)) | scan(sum)", 3, 1.1, .bytes = 8.01, .is_ahead = true},
    {"count() | map(x % 1009) | chunk(64, sum)", 2, 1, .bytes = 0.14},
    {"count() | map(f64(x)) | chunk(16, mean)", 2, 1, .bytes = 0.54},
    {"count() | map(x % 1009) | chunk(2000, sum)", 3, 1.1, 0.02, .batch = 8},
    {"count() | map(f64(x)) | chunk(50000, mean)", 3, 1.1, 0.02, .batch = 1},
    {"range(UNITS) | map(x*x) | sum()", 4, 1, .bytes = 0.001},
    {"range(UNITS) | map(f64(x)) | filter(x > 3.0) | var()", 6, 1, .bytes = 0.001},
    {"range(UNITS) | map(x*7919 % 1009) | argmax()", 4, 1, .bytes = 0.001},
    {"range(UNITS) | map(f64(x)*1e-9) | sum(exact)", 2, 1, .bytes = 0.15, .is_ahead = true},
    {"range(UNITS) | hist(64, 0, 1000000)", 2, 1, .bytes = 0.13, .is_ahead = true},
    {"count() | map(x / 3) | dedup()", 4, 1, .bytes = 2.8, .is_ahead = true},
    {"count() | take_while(x >= 0)", 1, 1, .bytes = 8.01, .is_ahead = true},
    {"fibonacci(mod=1000003)", 1, 1, .bytes = 8, .is_ahead = true},
    {"count() | map(x % 1009) | window(1000, sum)", 5, 1, .bytes = 8},
    {"count() | scan(s: (s*3 + x) % 1009, init=0)", 1, 1.1, .bytes = 8.01},
    {"FILE | map(x*2)", 1, 2, .bytes = 8},
    {"| map(x*2)", 1, 2, .bytes = 16, .is_live = true},
    {"count() | filter(x % 3 == 1) | window(5, max)", 5, 2, .bytes = 2.8, .is_in_two = true},
    {"count() | filter(x % 3 == 1) | scan(sum)", 9, 2.1, .bytes = 2.8, .is_in_two = true},
};

/* ---- the trace ---- */

static struct trace trace;

static trace_into *find_layer(void)
{
    trace_into *found = NULL;
    void *layer = dlopen(MILLRACE_LAYER, RTLD_NOW | RTLD_NOLOAD);
    void *symbol = layer ? dlsym(layer, "layer_trace_into") : NULL;
    memcpy(&found, &symbol, sizeof found);
    return found;
}

/* The last kernel that step k waits for, directly or not, by events or in its queue; -1: none. */
static int last_kernel_before(int k)
{
    static int known[TRACE_MOST]; /* with k itself */
    int last = -1;
    for (int step = 0; step <= k; step++) {
        const struct trace_step *s = &trace.steps[step];
        last = -1;
        for (int a = 0; a < s->after_count; a++)
            if (known[s->after[a]] > last) last = known[s->after[a]];
        for (int before = step; before-- > 0 && s->queue;)
            if (trace.steps[before].queue == s->queue) {
                if (known[before] > last) last = known[before];
                break;
            }
        known[step] = s->what == TRACE_KERNEL ? step : last;
    }
    return last;
}

static bool moves_rows(const struct trace_step *s)
{
    return (s->what == TRACE_READ || s->what == TRACE_MAP) && s->bytes > FEW_BYTES;
}

static int last_launched(int before)
{
    while (before-- > 0 && trace.steps[before].what != TRACE_KERNEL) {
    }
    return before;
}

static int last_of_all(void)
{
    return last_launched(trace.count < TRACE_MOST ? trace.count : TRACE_MOST);
}

/* Rows move while kernels work: they come after those of their own unit alone, which the host has
 * waited for or which was launched last, and when the host waits for them others were launched, if
 * there are any more. */
static int rows_held_up(void)
{
    int count = 0, seen = -1; /* the last kernel that the host knows to be done */
    for (int k = 0; k < trace.count; k++) {
        const struct trace_step *s = &trace.steps[k];
        if (moves_rows(s)) {
            int last = last_kernel_before(k);
            count += last > seen && last != last_launched(k);
        }
        if (s->what != TRACE_WAIT || s->after_count != 1) continue;
        int last = last_kernel_before(s->after[0]);
        if (last > seen) seen = last;
        if (moves_rows(&trace.steps[s->after[0]]))
            count += last_launched(k) <= last && last < last_of_all();
    }
    return count;
}

/* Kernels on the queue of transfers, or rows on theirs. */
static int commands_on_the_wrong_queue(void)
{
    const void *kernels = NULL;
    int count = 0;
    for (int k = 0; k < trace.count; k++) {
        const struct trace_step *s = &trace.steps[k];
        if (s->what == TRACE_KERNEL && !kernels) kernels = s->queue;
        if (s->what == TRACE_KERNEL) count += s->queue != kernels;
        if ((moves_rows(s) || s->what == TRACE_WRITE) && kernels) count += s->queue == kernels;
    }
    return count;
}

/* Units whose first kernel waits for the unit before. */
static int units_that_wait(int kernels)
{
    int count = 0, number = 0, begin = -1;
    for (int k = 0; k < trace.count && k < TRACE_MOST; k++) {
        const struct trace_step *s = &trace.steps[k];
        if (s->what != TRACE_KERNEL || number++ % kernels != 0) continue;
        bool waits = false;
        for (int a = 0; a < s->after_count; a++) waits |= begin >= 0 && s->after[a] >= begin;
        count += waits;
        begin = k;
    }
    return count;
}

struct tally {
    int kernels, waits, blocking;
    int unpinned; /* crosses the bus, and on the host is not the driver's own memory */
    size_t bytes;
};

/* The words of a carry, which nothing can overlap with. */
static bool is_waited_for(int k)
{
    const struct trace_step *s = &trace.steps[k], *next = s + 1;
    return s->bytes <= FEW_BYTES && k + 1 < trace.count && next->what == TRACE_WAIT &&
           next->after_count == 1 && next->after[0] == k;
}

static struct tally count_steps(void)
{
    struct tally t = {.kernels = 0};
    for (int k = 0; k < trace.count; k++) {
        const struct trace_step *s = &trace.steps[k];
        t.kernels += s->what == TRACE_KERNEL;
        t.waits += s->what == TRACE_WAIT;
        t.blocking += s->blocks && s->what != TRACE_WAIT;
        bool is_copy = s->what == TRACE_READ || s->what == TRACE_WRITE;
        t.unpinned += (is_copy && !s->is_pinned && !is_waited_for(k)) || s->what == TRACE_MAP;
        t.bytes += is_copy || s->what == TRACE_MAP ? s->bytes : 0;
    }
    return t;
}

/* PoCL before 4.0 makes a handle for each grid that is larger than all before, and may take one for
 * the other. */
static int launches_larger_than_the_first(int kernels)
{
    enum { MOST = 8 };
    size_t first[MOST] = {0};
    int count = 0, number = 0;
    for (int k = 0; k < trace.count && k < TRACE_MOST; k++) {
        const struct trace_step *s = &trace.steps[k];
        if (s->what != TRACE_KERNEL) continue;
        if (number < kernels) first[number % MOST] = s->bytes;
        count += s->bytes > first[number % kernels % MOST];
        number++;
    }
    if (number < 4 * kernels) printf("%d launches of %d kernels\n", number, kernels);
    return count;
}

/* ---- children: what they print is what is wrong ---- */

/* After some units, so that the ring is full, and some batches: that the host reads them is known
 * from the first one on. */
static void trace_batches(mr_stream *s, trace_into *into)
{
    mr_batch batch;
    int64_t before = 0;
    int batches = 0;
    for (bool is_traced = false; !is_traced || mr_stream_computed(s) < before + UNITS * UNIT;) {
        if (mr_stream_next(s, &batch, NULL) != MR_OK || batch.len == 0) break;
        if (is_traced || ++batches < 3 || mr_stream_computed(s) < 8 * UNIT) continue;
        into(&trace);
        is_traced = true;
        before = mr_stream_computed(s);
    }
    into(NULL);
}

static void trace_result(mr_stream *s, trace_into *into)
{
    mr_batch batch;
    into(&trace);
    if (mr_stream_next(s, &batch, NULL) != MR_OK || batch.len == 0) printf("no result\n");
    into(NULL);
}

static int fill_ones(void *user, int64_t first, size_t count, void *const columns[], size_t *got)
{
    (void)user;
    (void)first;
    for (size_t k = 0; k < count; k++) ((int64_t *)columns[0])[k] = 1;
    *got = count;
    return 0;
}

static char path[64]; /* of a file of zeros */

static void make_file(void)
{
    const off_t bytes = (off_t)4 * UNITS * UNIT * sizeof(float);
    (void)snprintf(path, sizeof path, "/tmp/millrace-overlap-%ld", (long)getpid());
    FILE *file = fopen(path, "wb");
    if (!file || ftruncate(fileno(file), bytes) != 0) printf("no file\n");
    if (file) (void)fclose(file);
}

/* With what UNITS and FILE stand for. */
static mr_status describe(mr_seq **out, const char *row_text, mr_error *err)
{
    static const mr_callback_params params = {
        .fill = fill_ones, .column_count = 1, .dtypes = {MR_I64}, .restartable = true};
    const char *length = strstr(row_text, "UNITS");
    char text[200];
    (void)snprintf(text, sizeof text, "%s", row_text);
    if (length)
        (void)snprintf(text, sizeof text, "%.*s%d%s", (int)(length - row_text), row_text,
                       16 * UNITS * UNIT, length + strlen("UNITS"));
    if (!strncmp(row_text, "FILE", 4))
        (void)snprintf(text, sizeof text, "read(\"%s\", dtype=f32, format=raw)%s", path,
                       row_text + 4);
    if (text[0] != '|') return mr_seq_parse(out, text, err);
    mr_seq *source;
    MR_TRY(mr_seq_from_callback(&source, &params, err));
    mr_status st = mr_seq_pipe(out, source, text + 1, err);
    mr_seq_release(&source);
    return st;
}

static mr_stream *open_row(const struct row *row)
{
    static const struct mr_knobs staged = {.staged_copies = true};
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    mr_error err = {0};
    const mr_stream_params params = {
        .engine = MR_ENGINE_OPENCL,
        .batch_elems = row->batch ? row->batch : UNIT,
        .shape = "lanes 4/2, span 4/2, group 64, unit 16384, ring 3",
        .knobs = &staged,
    };
    if (describe(&seq, row->text, &err) != MR_OK || mr_stream_open(&s, seq, &params, &err) != MR_OK)
        printf("%s: %s\n", row->text, err.message);
    mr_seq_release(&seq);
    if (!s) exit(EXIT_FAILURE);
    return s;
}

static void check_row(const struct row *row)
{
    bool is_terminal = strstr(row->text, "UNITS") != NULL;
    mr_stream *s = open_row(row);
    trace_into *into = find_layer(); /* it is there once a driver was asked */
    if (!into) printf("no layer\n");
    if (!into) return;
    (is_terminal ? trace_result : trace_batches)(s, into);
    struct tally t = count_steps();
    double units = (double)t.kernels / row->kernels,
           positions = units * UNIT * (is_terminal ? 16 : 1);
    int held_up = row->is_live ? 0 : rows_held_up(), misplaced = commands_on_the_wrong_queue();
    int behind = row->is_ahead ? units_that_wait(row->kernels) : 0;
    bool is_right = units >= UNITS - 3 && (row->is_in_two || t.kernels % row->kernels == 0) &&
                    t.blocking == 0 && t.unpinned == 0 && t.waits <= row->waits * units &&
                    (double)t.bytes <= row->bytes * positions && held_up == 0 && misplaced == 0 &&
                    behind == 0;
    if (!is_right || getenv("MILLRACE_TEST_FIGURES"))
        printf("%s: %.2f units, each %.2f waits, %.2f bytes a position; %d blocking calls, %d rows "
               "held up, %d on the wrong queue, %d copies not pinned, %d units not ahead\n",
               row->text, units, t.waits / units, (double)t.bytes / positions, t.blocking, held_up,
               misplaced, t.unpinned, behind);
    mr_stream_close(&s);
}

CHILD(traces_units)
{
    make_file();
    for (size_t k = 0; k < LENGTH(rows); k++) check_row(&rows[k]);
    (void)unlink(path);
}

/* From the opening on, by a layer that is there because another stream was opened before. */
static void check_grids(const struct row *row, trace_into *into)
{
    mr_batch batch = {.len = 1};
    into(&trace);
    mr_stream *s = open_row(row);
    while (batch.len && mr_stream_computed(s) < 8 * UNIT)
        if (mr_stream_next(s, &batch, NULL) != MR_OK) break;
    into(NULL);
    int larger = launches_larger_than_the_first(row->kernels);
    if (larger) printf("%s: %d launches larger than the first\n", row->text, larger);
    mr_stream_close(&s);
}

CHILD(traces_grids)
{
    static const struct row paced = {
        .text = "count() | loop(n: n % 2 == 0 ? n/2 : 3*n + 1, steps: steps + 1, init=(x + 1, 0), "
                "while=n != 1, most=1000) | map(steps)",
        .kernels = 1};
    mr_stream *s = open_row(&rows[0]);
    mr_stream_close(&s);
    trace_into *into = find_layer();
    if (!into) printf("no layer\n");
    if (!into) return;
    check_grids(&paced, into);
    make_file();
    for (size_t k = 1; k < LENGTH(rows); k++)
        if (!rows[k].is_in_two) check_grids(&rows[k], into);
    (void)unlink(path);
}

/* However many survive, and however many the unit before led to expect. */
static void copies_on_the_host_are_what_the_device_has(void)
{
    static const struct specimen texts[] = {
        {.text = "range(90000) | filter(x / 9000 % 2 == 0 ? x % 3 == 1 : x % 1000 == 7)",
         .staged_copies = true},
        {.text =
             "range(90000) | filter(x < 30000 || x > 80000) | map(a: x, b: f32(x)*0.5, c: x < 9)",
         .staged_copies = true},
        {.text = "range(90000) | map(x*7919 % 1009) | window(16, sum)", .staged_copies = true},
        {.text = "range(90000) | filter(x % 3 != 1) | scan(sum) | take_while(x < 2000000000)",
         .staged_copies = true},
        {.text = "range(90000) | map(x / 3) | dedup() | map(7 / (x - 25000))",
         .staged_copies = true},
    };
    static const size_t batches[] = {64, 1000, 4096, 30000};
    for (size_t k = 0; k < LENGTH(texts); k++)
        for (size_t b = 0; b < LENGTH(batches); b++) {
            mr_stream_params params = {.engine = MR_ENGINE_HOST, .batch_elems = batches[b]};
            struct specimen_result host = specimen_run(&texts[k], params);
            params.engine = MR_ENGINE_OPENCL;
            params.shape = "lanes 16/8, group 4, unit 4096, ring 3";
            struct specimen_result staged = specimen_run(&texts[k], params);
            CU_ASSERT_EQUAL(staged.status, host.status);
            CU_ASSERT_EQUAL(staged.elements, host.elements);
            CU_ASSERT_EQUAL(staged.hash, host.hash);
        }
}

/* A driver that refuses to map what it allocated on the host. */
CHILD(copies_without_pinned_memory)
{
    static const struct specimen text = {.text = "range(90000) | filter(x % 3 == 1)",
                                         .staged_copies = true};
    mr_stream_params params = {.engine = MR_ENGINE_HOST, .batch_elems = 4096};
    struct specimen_result host = specimen_run(&text, params);
    params.engine = MR_ENGINE_OPENCL;
    struct specimen_result staged = specimen_run(&text, params);
    if (staged.status != MR_OK) printf("%s\n", staged.error.message);
    if (staged.elements != host.elements || staged.hash != host.hash) printf("other elements\n");
    const char *told = strstr(staged.stats.reason, "; ");
    printf("%s", told ? told + 2 : staged.stats.reason);
}

static void check_child(const char *name)
{
    const char *environment[] = {
        "OPENCL_LAYERS=" MILLRACE_LAYER,
        "ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:use_sigaltstack=0", NULL};
    struct child_result r = child_run(name, environment);
    CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
    CU_ASSERT_STRING_EQUAL(r.text, "");
    if (r.exit_code || r.text[0]) printf("\nexit code %d: %s", r.exit_code, r.text);
}

static void the_host_waits_for_a_unit_once_while_others_run(void)
{
    check_child("traces_units");
}

static void the_first_launch_of_a_kernel_is_the_largest(void)
{
    check_child("traces_grids");
}

static void memory_that_cannot_be_pinned_is_told_of(void)
{
    static const char *const faults[] = {"MILLRACE_FAULT=clEnqueueMapBuffer:1:-12:persist",
                                         "MILLRACE_FAULT=clEnqueueMapBuffer:2:-12"};
    for (size_t k = 0; k < LENGTH(faults); k++) {
        const char *environment[] = {
            "OPENCL_LAYERS=" MILLRACE_LAYER, faults[k],
            "ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:use_sigaltstack=0", NULL};
        struct child_result r = child_run("copies_without_pinned_memory", environment);
        CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
        CU_ASSERT_STRING_EQUAL(r.text,
                               "its copies are not pinned: clEnqueueMapBuffer CL_MAP_FAILURE");
        if (r.exit_code) printf("\nexit code %d: %s", r.exit_code, r.text);
    }
}

SUITE(overlap,
      {"copies_on_the_host_are_what_the_device_has", copies_on_the_host_are_what_the_device_has},
      {"the_host_waits_for_a_unit_once_while_others_run",
       the_host_waits_for_a_unit_once_while_others_run},
      {"the_first_launch_of_a_kernel_is_the_largest", the_first_launch_of_a_kernel_is_the_largest},
      {"memory_that_cannot_be_pinned_is_told_of", memory_that_cannot_be_pinned_is_told_of});
