/* The host engine begins, the device takes over: nothing but the clock may tell. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "cl/build.h"
#include "cl/child.h"
#include "cl/handle.h"
#include "cl/session.h"
#include "rig.h"
#include "specimen.h"

/* Long enough for several units; every state that a runner can be in between two of them. */
static const struct specimen rows[] = {
    {.text = "range(150000) | map(a: f64(x)*0.5, b: x % 3 == 0)"},
    {.text = "range(150000) | map(f32(x)*0.1) | scan(sum)"},
    {.text = "range(150000) | map(a: x % 1000 - 500, b: i32(x % 77)) | scan(min)"},
    {.text = "range(150000) | map(f64(x)*0.1) | filter(x > 17.0) | scan(prod)"},
    {.text = "range(150000) | filter(x % 3 == 0) | filter(x % 5 == 0) | map(x + i)"},
    {.text = "range(150000) | drop_while(x < 70000) | window(100, mean)"},
    {.text = "range(150000) | filter(x % 7 > 0) | take_while(x < 120000) | diff()"},
    {.text = "range(150000) | map(x*0.1) | chunk(70000, mean)"},
    {.text = "range(150000) | filter(x % 2 == 0) | chunk(10, mean)"},
    {.text =
         "chain(fibonacci(mod=7) | take(50000), range(50000), range(9) | scan(sum), range(70000))"},
    {.text = "range(150000) | map(x*0.1) | filter(x > 7.0) | sum()"},
    {.text = "range(150000) | scan(sum) | std()"},
    {.text = "range(150000) | map(x % 1001) | argmax()"},
    {.text = "range(150000) | filter(x % 2 == 0) | last()"},
    {.text = "range(150000) | filter(x > 140000) | first()"},
    {.text = "range(150000) | filter(x % 2 == 0) | hist(16, 0, 150000)"},
    {.text = "iterate(3.7*x*(1-x), 0.5) | take(2000) | map(x*10.0)"},
    {.text = "range(150000) | map(x*0.1) | map(x + 1.5) | scan(sum)"},
    {.text = "range(150000) | filter(x % 3 == 0) | shuffle(1, window=20000) | diff()"},
    {.text = "range(150000) | shuffle(1, window=70000) | map(x*0.5)"},
    {.text = NULL},
};

static mr_stream_params at_unit(unsigned unit, size_t batch)
{
    return (mr_stream_params){
        .knobs = rig_knobs(false, unit), .batch_elems = batch, .ring_slots = 2};
}

static void compare(const struct specimen *s, const struct specimen_result *expected,
                    mr_stream_params params)
{
    struct specimen_result r = specimen_run(s, params);
    bool same = r.status == expected->status && r.elements == expected->elements &&
                r.hash == expected->hash;
    CU_ASSERT_TRUE(same);
    if (!same)
        printf("\n%s, unit %u%s, batch %zu: %s %s, %lld elements of %lld", s->text,
               params.knobs ? params.knobs->device_at_unit : 0,
               params.knobs && params.knobs->is_brief ? ", brief" : "", params.batch_elems,
               mr_status_name(r.status), r.error.message, r.elements, expected->elements);
}

static void check_units(const struct specimen *s, size_t batch)
{
    static const unsigned units[] = {2, 3, 4, 7, 1000000};
    mr_stream_params host = {.engine = MR_ENGINE_HOST, .batch_elems = batch};
    mr_stream_params opencl = {.engine = MR_ENGINE_OPENCL, .batch_elems = batch};
    struct specimen_result expected = specimen_run(s, host);
    compare(s, &expected, opencl);
    for (size_t k = 0; k < sizeof units / sizeof units[0]; k++)
        compare(s, &expected, at_unit(units[k], batch));
    mr_stream_params unfused = at_unit(5, batch), staged = unfused;
    unfused.no_fuse = true;
    staged.knobs = rig_knobs(true, 5);
    compare(s, &expected, unfused);
    compare(s, &expected, staged);
}

/* Units of the host that end behind each leaf; the device follows behind any, in the middle of
 * batches as well. */
static void check_leaves(const struct specimen *s, size_t batch)
{
    static const unsigned units[] = {2, 3, 30};
    mr_stream_params host = {.engine = MR_ENGINE_HOST, .batch_elems = batch};
    struct specimen_result expected = specimen_run(s, host);
    host.knobs = rig_brief_knobs(false, 0);
    compare(s, &expected, host);
    for (size_t k = 0; k < sizeof units / sizeof units[0]; k++) {
        mr_stream_params params = at_unit(units[k], batch);
        params.knobs = rig_brief_knobs(false, units[k]);
        compare(s, &expected, params);
    }
}

static void no_bit_tells_where_the_device_took_over(void)
{
    static const size_t batches[] = {64, 1000, 65536};
    for (size_t b = 0; b < 3; b++) {
        for (const struct specimen *s = rows; s->text; s++) check_units(s, batches[b]);
        for (const struct specimen *s = specimens; s->text; s++) check_units(s, batches[b]);
    }
}

static void no_bit_tells_where_a_unit_ended(void)
{
    static const size_t batches[] = {64, 10000, 65536};
    for (size_t b = 0; b < 3; b++) {
        for (const struct specimen *s = rows; s->text; s++) check_leaves(s, batches[b]);
        for (const struct specimen *s = specimens; s->text; s++) check_leaves(s, batches[b]);
    }
}

static void failures_are_the_same_on_both_sides(void)
{
    static const struct specimen failing[] = {
        {.text = "range(150000) | map(1000 / (x - 20000))"},
        {.text = "range(150000) | filter(x % 3 == 0) | map(1000 / (x - 90000))"},
        {.text = "fibonacci() | map(x % 1000)"},
        {.text = "range(150000) | map(1000 / (x - 90000)) | sum()"},
        {.text = "range(150000) | map(1000 / (x - 90000)) | window(5000, max)"},
        {.text = NULL},
    };
    for (const struct specimen *s = failing; s->text; s++) {
        mr_stream_params host = {.engine = MR_ENGINE_HOST, .batch_elems = 1000};
        struct specimen_result expected = specimen_run(s, host);
        CU_ASSERT_NOT_EQUAL(expected.status, MR_OK);
        for (unsigned unit = 2; unit < 6; unit++) {
            struct specimen_result r = specimen_run(s, at_unit(unit, 1000));
            CU_ASSERT_EQUAL(r.error.element, expected.error.element);
            CU_ASSERT_STRING_EQUAL(r.error.message, expected.error.message);
            compare(s, &expected, at_unit(unit, 1000));
        }
        check_leaves(s, 1000);
    }
}

/* ---- what is told ---- */

static mr_stats stats_after(mr_stream *s, int64_t elements)
{
    mr_status st;
    mr_stats stats;
    (void)rig_drain(s, elements, rig_same, &st, NULL);
    CU_ASSERT_EQUAL(st, MR_OK);
    mr_stream_stats(s, &stats);
    return stats;
}

static void the_stats_name_both_engines_and_the_place(void)
{
    mr_stream_params params = at_unit(3, 1000);
    mr_stream *s = rig_open_text("count()", &params);
    mr_stats stats = stats_after(s, 1000);
    CU_ASSERT_STRING_EQUAL(stats.engine, "host");
    CU_ASSERT_STRING_EQUAL(stats.device, "");
    CU_ASSERT_EQUAL(stats.device_from, -1);
    stats = stats_after(s, 100000);
    CU_ASSERT_STRING_EQUAL(stats.engine, "host+opencl");
    CU_ASSERT_TRUE(stats.device[0] != '\0');
    CU_ASSERT_EQUAL(stats.device_from, 2 * 33000); /* units of 2^15, rounded up to batches */
    mr_stream_close(&s);

    for (const struct rig *rig = rigs; rig->name; rig++) {
        if (rig->engine == MR_ENGINE_AUTO) continue;
        params = rig_params(rig, 1000, 2);
        s = rig_open_text("count()", &params);
        CU_ASSERT_EQUAL(stats_after(s, 1000).device_from, rig->engine == MR_ENGINE_HOST ? -1 : 0);
        mr_stream_close(&s);
    }
}

/* On the host a leaf of this takes a second and more, on the device, whose kernels are built, some
 * milliseconds. */
static void the_device_does_not_wait_for_a_leaf_that_takes_long(void)
{
    static const char *const texts[] = {
        "range(3000) | loop(n: n*3 ^ i, init=x, while=x % 1000 == 7, most=1048576)",
        "range(3000) | loop(n: n*3 ^ i, init=x, while=x % 1000 == 7, most=1048576) | max()",
    };
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
        const struct specimen row = {.text = texts[k]};
        struct specimen_result expected = specimen_run_on(&row, MR_ENGINE_OPENCL),
                               r = specimen_run_on(&row, MR_ENGINE_AUTO);
        CU_ASSERT_TRUE(r.status == MR_OK && r.hash == expected.hash);
        CU_ASSERT_EQUAL(r.stats.device_from, 0);
    }
}

static void what_takes_no_time_asks_for_no_device(void)
{
    long objects = mr_cl_live_objects();
    mr_stream *s = rig_open_text("range(10)", NULL);
    CU_ASSERT_STRING_EQUAL(stats_after(s, 10).engine, "host");
    CU_ASSERT_EQUAL(mr_cl_live_objects(), objects);
    mr_stream_close(&s);
}

static void a_consumer_on_the_device_waits_for_it(void)
{
    mr_stream_params params = at_unit(1000000, 1000);
    mr_stream *s = rig_open_text("count()", &params);
    mr_device_batch batch;
    CU_ASSERT_EQUAL(stats_after(s, 1000).device_from, -1);
    CU_ASSERT_EQUAL(mr_stream_next_device(s, &batch, NULL), MR_OK);
    CU_ASSERT_EQUAL(batch.position, 1000);
    CU_ASSERT_EQUAL(batch.len, 1000);
    (void)stats_after(s, 5000); /* and back to the host's memory: the elements after those */
    mr_stream_close(&s);
}

static void seeking_works_on_both_legs(void)
{
    for (unsigned unit = 2; unit < 6; unit++) {
        mr_stream_params params = at_unit(unit, 64);
        mr_stream *s = rig_open_text("count() | window(3, min)", &params);
        for (int64_t k = 0; k < 8; k++) {
            CU_ASSERT_EQUAL(mr_stream_seek(s, k * 100003 % 300007, NULL), MR_OK);
            (void)stats_after(s, 640);
        }
        mr_stream_close(&s);
    }
}

/* ---- memory ---- */

static void the_limit_holds_for_both_together(void)
{
    for (size_t limit = 1 << 16; limit <= 1 << 26; limit *= 2) {
        mr_stream_params params = at_unit(3, 1000);
        params.max_memory_bytes = limit;
        mr_seq *seq = rig_parse("count() | filter(x >= 0) | scan(max)");
        mr_stream *s = NULL;
        mr_status st = mr_stream_open(&s, seq, &params, NULL);
        CU_ASSERT_TRUE(st == MR_OK || st == MR_E_BUDGET);
        if (st == MR_OK) {
            mr_stats stats = stats_after(s, 150000);
            CU_ASSERT_TRUE(stats.peak_host_bytes + stats.peak_device_bytes <= limit);
        }
        mr_stream_close(&s);
        mr_seq_release(&seq);
    }
}

/* ---- many different streams ---- */

/* Objects of the driver as many as the cache of programs and the sessions' contexts hold. */
static void different_streams_do_not_pile_up(void)
{
    long most = 0;
    mr_cl_purge();
    for (int k = 0; k < 2 * MR_PROGRAM_CACHE_SIZE; k++) {
        char text[64];
        (void)snprintf(text, sizeof text, "range(1000) | map(x %% %d) | scan(sum)", k + 2);
        const struct specimen row = {.text = text};
        struct specimen_result r = specimen_run_on(&row, MR_ENGINE_OPENCL);
        CU_ASSERT_EQUAL(r.status, MR_OK);
        CU_ASSERT_TRUE(mr_program_cache_count() <= MR_PROGRAM_CACHE_SIZE);
        if (mr_cl_live_objects() > most) most = mr_cl_live_objects();
    }
    CU_ASSERT_EQUAL(mr_program_cache_count(), MR_PROGRAM_CACHE_SIZE);
    CU_ASSERT_TRUE(most <= MR_PROGRAM_CACHE_SIZE + 1);
}

static void *build_many(void *done)
{
    atomic_bool *is_done = done;
    for (int k = 0; k < (tests_long ? 200 : 20); k++) {
        char text[96];
        (void)snprintf(text, sizeof text, "range(150000) | map(x %% %d) | scan(sum)", k + 500);
        const struct specimen row = {.text = text};
        (void)specimen_run(&row, at_unit(3, 1000));
    }
    atomic_store(is_done, true);
    return NULL;
}

/* Launches of one thread run while the compiler works for another. */
static void builds_do_not_disturb_a_stream_on_the_device(void)
{
    const struct specimen row = {.text = "range(150000) | map(x*7 % 101) | scan(sum)"};
    struct specimen_result expected = specimen_run_on(&row, MR_ENGINE_HOST);
    atomic_bool is_done = false;
    pthread_t builder;
    CU_ASSERT_EQUAL_FATAL(pthread_create(&builder, NULL, build_many, &is_done), 0);
    do {
        struct specimen_result r = specimen_run_on(&row, MR_ENGINE_OPENCL);
        CU_ASSERT_TRUE(r.status == MR_OK && r.hash == expected.hash);
    } while (!atomic_load(&is_done));
    CU_ASSERT_EQUAL(pthread_join(builder, NULL), 0);
}

/* Where no more can be built, the host engine goes on. */
static void a_full_process_is_served_by_the_host_engine(void)
{
    const struct specimen row = {.text = "range(150000) | map(x % 1999) | sum()"};
    struct specimen_result host = specimen_run_on(&row, MR_ENGINE_HOST);
    mr_program_texts_limit = 0;
    struct specimen_result r = specimen_run(&row, at_unit(2, 1000));
    mr_program_texts_limit = MR_PROGRAM_TEXTS_MOST;
    CU_ASSERT_TRUE(r.status == MR_OK && r.hash == host.hash);
}

/* ---- ended early ---- */

static void a_stream_may_be_closed_while_the_device_is_made_ready(void)
{
    for (int pulls = 0; pulls < 3; pulls++) {
        mr_stream_params params = at_unit(1000000, 64);
        mr_stream *s = rig_open_text("count() | map(x*3 - x - x) | scan(max)", &params);
        (void)stats_after(s, 64 * pulls + 1);
        mr_stream_close(&s);
        CU_ASSERT_PTR_NULL(s);
    }
}

static void an_interrupt_counts_on_both_legs(void)
{
    for (int64_t pulled = 0; pulled < 100000; pulled += 40000) {
        mr_stream_params params = at_unit(2, 1000);
        mr_batch batch;
        mr_stream *s = rig_open_text("count()", &params);
        (void)stats_after(s, pulled + 1);
        mr_stream_interrupt(s);
        CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_E_INTERRUPTED);
        mr_stream_close(&s);
    }
}

static void a_forked_child_does_not_wait_for_the_thread(void)
{
    mr_stream_params params = at_unit(1000000, 1000);
    mr_stream *s = rig_open_text("count() | map(x + 7 - 7)", &params);
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        mr_batch batch;
        bool good = mr_stream_next(s, &batch, NULL) == MR_E_FORKED;
        mr_stream_close(&s);
        _exit(good ? 0 : 1);
    }
    int status = -1;
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    CU_ASSERT_EQUAL(status, 0);
    (void)stats_after(s, 1000);
    mr_stream_close(&s);
}

static void a_shortage_on_either_side_leaves_nothing(void)
{
    const struct specimen *s = &specimens[2];
    mr_stream_params host = {.engine = MR_ENGINE_HOST, .batch_elems = 64};
    struct specimen_result expected = specimen_run(s, host);
    mr_cl_purge();
    size_t before = mr_memory_live_bytes();
    for (uint64_t nth = 1; nth < 200; nth += tests_long ? 1 : 7) {
        mr_memory_fail_at(nth, 0);
        struct specimen_result r = specimen_run(s, at_unit(3, 64));
        mr_memory_fail_at(0, 0);
        mr_cl_purge();
        CU_ASSERT_TRUE(r.status == MR_E_NO_MEMORY ||
                       (r.status == MR_OK && r.hash == expected.hash));
        CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
        CU_ASSERT_EQUAL(mr_cl_live_objects(), 0);
    }
}

/* ---- without a device ---- */

CHILD(relays_to_nobody)
{
    const struct specimen row = {.text = "range(150000) | scan(sum) | filter(x % 2 == 0)"};
    mr_stream_params params = at_unit(3, 1000), host = params;
    host.engine = MR_ENGINE_HOST;
    struct specimen_result a = specimen_run(&row, params), b = specimen_run(&row, host);
    printf("%s, %s on %s: %s\n", mr_status_name(a.status),
           a.hash == b.hash ? "the same" : "different", a.stats.engine, a.stats.reason);
}

static void a_device_that_fails_is_done_without(void)
{
    static const struct {
        const char *fault, *says;
    } faults[] = {
        {"MILLRACE_LAYER_NO_PLATFORMS=1", "no OpenCL platform"},
        {"MILLRACE_LAYER_NO_DEVICES=1", "no OpenCL device"},
        {"MILLRACE_ENGINE=host", "allows no driver"},
        {"MILLRACE_LAYER_NO_COMPILER=1", "compiler"},
        {"MILLRACE_LAYER_BUILD_OPTIONS=-cl-denorms-are-zero", "self-test"},
        {"MILLRACE_FAULT=clBuildProgram:2:-6:persist", "clBuildProgram"},
        {"MILLRACE_FAULT=clCreateBuffer:7:-6:persist", "clCreateBuffer"},
        {"MILLRACE_FAULT=clEnqueueNDRangeKernel:2:-5:persist", "clEnqueueNDRangeKernel"},
    };
    for (size_t k = 0; k < sizeof faults / sizeof faults[0]; k++) {
        const char *environment[] = {"OPENCL_LAYERS=" MILLRACE_LAYER, faults[k].fault, NULL};
        struct child_result r = child_run("relays_to_nobody", environment);
        bool said = strstr(r.text, "ok, the same on host: ") && strstr(r.text, faults[k].says);
        CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
        CU_ASSERT_TRUE(said);
        if (!said) printf("\n%s: %s", faults[k].fault, r.text);
    }
}

SUITE(relay, {"no_bit_tells_where_the_device_took_over", no_bit_tells_where_the_device_took_over},
      {"no_bit_tells_where_a_unit_ended", no_bit_tells_where_a_unit_ended},
      {"failures_are_the_same_on_both_sides", failures_are_the_same_on_both_sides},
      {"the_stats_name_both_engines_and_the_place", the_stats_name_both_engines_and_the_place},
      {"the_device_does_not_wait_for_a_leaf_that_takes_long",
       the_device_does_not_wait_for_a_leaf_that_takes_long},
      {"what_takes_no_time_asks_for_no_device", what_takes_no_time_asks_for_no_device},
      {"a_consumer_on_the_device_waits_for_it", a_consumer_on_the_device_waits_for_it},
      {"seeking_works_on_both_legs", seeking_works_on_both_legs},
      {"the_limit_holds_for_both_together", the_limit_holds_for_both_together},
      {"different_streams_do_not_pile_up", different_streams_do_not_pile_up},
      {"builds_do_not_disturb_a_stream_on_the_device",
       builds_do_not_disturb_a_stream_on_the_device},
      {"a_full_process_is_served_by_the_host_engine", a_full_process_is_served_by_the_host_engine},
      {"a_stream_may_be_closed_while_the_device_is_made_ready",
       a_stream_may_be_closed_while_the_device_is_made_ready},
      {"an_interrupt_counts_on_both_legs", an_interrupt_counts_on_both_legs},
      {"a_forked_child_does_not_wait_for_the_thread", a_forked_child_does_not_wait_for_the_thread},
      {"a_shortage_on_either_side_leaves_nothing", a_shortage_on_either_side_leaves_nothing},
      {"a_device_that_fails_is_done_without", a_device_that_fails_is_done_without},
      NOTHING_IS_LEFT_BEHIND);
