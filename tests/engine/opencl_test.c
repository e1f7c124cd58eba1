/* The OpenCL engine by itself: units, slots, mappings. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "cl/build.h"
#include "cl/child.h"
#include "cl/handle.h"
#include "cl/session.h"
#include "engine/engine.h"
#include "engine/knobs.h"
#include "suite.h"

/* One segment, made ready. */
struct bench {
    mr_seq *seq;
    struct mr_plan *plan;
    struct mr_engine *engine;
    struct mr_program *program;
    struct mr_slot *slots[2];
};

static const struct mr_segment *segment_of(const struct bench *b)
{
    return b->plan->segments[0];
}

static mr_status bench_create(struct bench *b, const char *text, bool staged, mr_error *err)
{
    const struct mr_knobs knobs = {.staged_copies = staged};
    const mr_stream_params params = {.knobs = &knobs};
    const struct mr_plan_limits limits = {.batch = 4096, .on_device = true, .staged = staged};
    *b = (struct bench){.seq = NULL};
    MR_TRY(mr_seq_parse(&b->seq, text, err));
    MR_TRY(mr_plan_create(&b->plan, b->seq, true, err));
    MR_TRY(mr_plan_fit(b->plan, &limits, err));
    MR_TRY(mr_opencl_engine_create(&b->engine, &params, false, err));
    const struct mr_segment *s = segment_of(b);
    MR_TRY(b->engine->class->program_create(&b->program, b->engine, s, err));
    MR_TRY(b->engine->class->program_build(b->program, b->engine, err));
    MR_TRY(b->engine->class->program_bind(b->program, b->engine, err));
    for (int k = 0; k < 2; k++)
        MR_TRY(b->engine->class->slot_create(&b->slots[k], b->engine, s->stored, s->stored_count,
                                             s->lead, s->entries, s->body.check_count, err));
    return MR_OK;
}

static void bench_open(struct bench *b, const char *text, bool staged)
{
    mr_error err = {0};
    mr_status st = bench_create(b, text, staged, &err);
    if (st != MR_OK) printf("\n%s: %s", text, err.message);
    CU_ASSERT_EQUAL_FATAL(st, MR_OK);
}

static void bench_close(struct bench *b)
{
    const struct mr_engine_class *class = b->engine->class;
    CU_ASSERT_EQUAL(class->finish(b->engine, NULL), MR_OK);
    for (int k = 0; k < 2; k++) class->slot_destroy(&b->slots[k], b->engine);
    class->program_destroy(&b->program, b->engine);
    class->destroy(&b->engine);
    CU_ASSERT_PTR_NULL(b->engine);
    mr_plan_destroy(&b->plan);
    mr_seq_release(&b->seq);
}

static void launch(struct bench *b, int slot, int previous, int64_t first, size_t count)
{
    const struct mr_launch launch = {.first = first,
                                     .count = count,
                                     .out = b->slots[slot],
                                     .previous = previous < 0 ? NULL : b->slots[previous]};
    CU_ASSERT_EQUAL_FATAL(b->engine->class->launch(b->engine, b->program, &launch, NULL), MR_OK);
}

static struct mr_outcome outcome_of(struct bench *b, int slot)
{
    struct mr_outcome out;
    CU_ASSERT_EQUAL_FATAL(b->engine->class->wait(b->engine, b->program, b->slots[slot], &out, NULL),
                          MR_OK);
    return out;
}

/* Elements [0, count) of the first column, compared with first, first + step, ... */
static void check_entries(struct bench *b, int slot, size_t count, int64_t first, int64_t step)
{
    void *columns[MR_MAX_STORED];
    size_t wrong = 0;
    CU_ASSERT_EQUAL_FATAL(b->engine->class->map(b->engine, b->slots[slot], segment_of(b)->lead,
                                                count, false, columns, NULL),
                          MR_OK);
    const int64_t *x = columns[0];
    for (size_t k = 0; k < count; k++) wrong += x[k] != first + (int64_t)k * step;
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(b->engine->class->unmap(b->engine, b->slots[slot], NULL), MR_OK);
}

static void units_in_flight_do_not_disturb_each_other(void)
{
    for (int staged = 0; staged < 2; staged++) {
        struct bench b;
        bench_open(&b, "count() | map(3*x)", staged);
        for (int64_t round = 0; round < 10; round++) {
            int64_t first = round * 5000;
            launch(&b, 0, -1, first, 4096);
            launch(&b, 1, -1, first + 4096, 904);
            CU_ASSERT_EQUAL(outcome_of(&b, 0).entries, 4096);
            check_entries(&b, 0, 4096, 3 * first, 3);
            CU_ASSERT_EQUAL(outcome_of(&b, 1).entries, 904);
            check_entries(&b, 1, 904, 3 * (first + 4096), 3);
        }
        bench_close(&b);
    }
}

/* Regression: a unit nobody waited for left its findings in the slot's status. */
static void a_slot_used_again_forgets_what_was_found(void)
{
    struct bench b;
    bench_open(&b, "count() | map(12 % (x - 2000)) | take_while(x > -100)", false);
    launch(&b, 0, -1, 0, 4096);
    struct mr_outcome out = outcome_of(&b, 0);
    CU_ASSERT_EQUAL(out.failed, 2000);
    CU_ASSERT_EQUAL(out.stop, SIZE_MAX);
    launch(&b, 0, -1, 1990, 4096); /* not waited for */
    launch(&b, 0, -1, 2001, 4096);
    out = outcome_of(&b, 0);
    CU_ASSERT_EQUAL(out.failed, SIZE_MAX);
    CU_ASSERT_EQUAL(out.entries, 4096);
    bench_close(&b);
}

static void a_predicate_that_is_not_asked_cannot_fail(void)
{
    struct bench b;
    bench_open(&b, "count() | drop_while(x < 10 || 7 / (x - 2000) > 100)", false);
    launch(&b, 0, -1, 0, 4096);
    struct mr_outcome out = outcome_of(&b, 0);
    CU_ASSERT_EQUAL(out.stop, 10);
    CU_ASSERT_EQUAL(out.failed, SIZE_MAX);
    bench_close(&b);

    bench_open(&b, "count() | map(7 / (x - 2000)) | drop_while(x < -100 || i < 10)", false);
    launch(&b, 0, -1, 0, 4096);
    out = outcome_of(&b, 0);
    CU_ASSERT_EQUAL(out.stop, 10);
    CU_ASSERT_EQUAL(out.failed, 2000); /* its input is computed all the same */
    bench_close(&b);
}

static void a_scan_carries_from_slot_to_slot(void)
{
    struct bench b;
    bench_open(&b, "repeat(2) | scan(sum)", false);
    launch(&b, 0, -1, 0, 1000);
    launch(&b, 1, 0, 1000, 500);
    CU_ASSERT_EQUAL(outcome_of(&b, 0).entries, 1000);
    check_entries(&b, 0, 1000, 2, 2);
    launch(&b, 0, 1, 1500, 4096);
    CU_ASSERT_EQUAL(outcome_of(&b, 1).entries, 500);
    check_entries(&b, 1, 500, 2002, 2);
    CU_ASSERT_EQUAL(outcome_of(&b, 0).entries, 4096);
    check_entries(&b, 0, 4096, 3002, 2);
    bench_close(&b);
}

static void entries_are_copied_within_and_between_slots(void)
{
    for (int staged = 0; staged < 2; staged++) {
        struct bench b;
        bench_open(&b, "count() | map(3*x)", staged);
        const struct mr_engine_class *class = b.engine->class;
        size_t lead = segment_of(&b)->lead;
        launch(&b, 0, -1, 0, 4096);
        launch(&b, 1, -1, 4096, 4096);
        CU_ASSERT_EQUAL(class->copy(b.engine, b.slots[1], lead, b.slots[0], lead + 100, 50, NULL),
                        MR_OK);
        check_entries(&b, 1, 50, 300, 3);
        CU_ASSERT_EQUAL(class->copy(b.engine, b.slots[1], lead + 50, b.slots[1], lead, 25, NULL),
                        MR_OK);
        CU_ASSERT_EQUAL(class->copy(b.engine, b.slots[1], lead, b.slots[1], lead + 50, 25, NULL),
                        MR_OK);
        check_entries(&b, 1, 25, 300, 3);
        bench_close(&b);
    }
}

static void what_the_host_writes_is_what_is_read(void)
{
    for (int staged = 0; staged < 2; staged++) {
        struct bench b;
        bench_open(&b, "count()", staged);
        const struct mr_engine_class *class = b.engine->class;
        size_t lead = segment_of(&b)->lead;
        for (int64_t round = 0; round < 5; round++) {
            void *columns[MR_MAX_STORED];
            CU_ASSERT_EQUAL_FATAL(class->map(b.engine, b.slots[0], lead, 1000, true, columns, NULL),
                                  MR_OK);
            for (int64_t k = 0; k < 1000; k++) ((int64_t *)columns[0])[k] = round - k;
            CU_ASSERT_EQUAL(class->unmap(b.engine, b.slots[0], NULL), MR_OK);
            CU_ASSERT_EQUAL(class->unmap(b.engine, b.slots[0], NULL), MR_OK); /* harmless */
            CU_ASSERT_EQUAL(class->copy(b.engine, b.slots[1], lead, b.slots[0], lead, 1000, NULL),
                            MR_OK);
            check_entries(&b, 1, 1000, round, -1);
        }
        bench_close(&b);
    }
}

static void the_same_pipeline_is_built_once(void)
{
    struct bench a, b;
    bench_open(&a, "count() | map(x*x + 3*x + 11)", false);
    size_t built = mr_program_cache_count();
    bench_open(&b, "count() | map(x*x + 5*x + 13)", false); /* other numbers, the same program */
    CU_ASSERT_EQUAL(mr_program_cache_count(), built);
    bench_close(&b);
    bench_close(&a);
}

/* ---- in processes of their own ---- */

CHILD(opens_a_large_batch)
{
    struct bench b;
    mr_error err = {0};
    mr_status st = bench_create(&b, "count() | map(x*x)", false, &err);
    printf("%s [%s] %s; %s\n", mr_status_name(st), err.call, err.message, err.hint);
}

static void a_buffer_over_the_devices_limit_is_named(void)
{
    const char *environment[] = {"OPENCL_LAYERS=" MILLRACE_LAYER, "MILLRACE_LAYER_MAX_ALLOC=100000",
                                 "ASAN_OPTIONS=detect_leaks=0:use_sigaltstack=0", NULL, NULL};
    const char *says[] = {"out-of-memory [clSVMAlloc]", "a slot of the ring",
                          "the limit is 100000 bytes", "batch_elems"};
    for (int maps = 0; maps < 2; maps++) {
        if (maps) {
            environment[3] = "MILLRACE_LAYER_VERSION=OpenCL 1.2";
            says[0] = "out-of-memory [clCreateBuffer]";
        }
        struct child_result r = child_run("opens_a_large_batch", environment);
        for (size_t k = 0; k < 4; k++) {
            bool said = strstr(r.text, says[k]) != NULL;
            CU_ASSERT_TRUE(said);
            if (!said) printf("\nno '%s' in: %s", says[k], r.text);
        }
    }
}

/* The compiler's remarks would otherwise end on the standard error of whoever uses the library. */
CHILD(compiles_remarkable_kernels)
{
    const mr_stream_params params = {.engine = MR_ENGINE_OPENCL};
    mr_seq *seq = NULL;
    mr_scalar value;
    mr_error err = {0};
    (void)dup2(STDOUT_FILENO, STDERR_FILENO);
    mr_status st = mr_seq_parse(&seq, "range(3000) | map(x == x) | argmax()", &err);
    if (st == MR_OK) st = mr_reduce(seq, &params, &value, NULL, &err);
    if (st != MR_OK) printf("%s", err.message);
    mr_seq_release(&seq);
}

static void the_compiler_keeps_quiet(void)
{
    char folder[64], variable[96], command[96];
    (void)snprintf(folder, sizeof folder, "/tmp/millrace-quiet-%ld", (long)getpid());
    (void)snprintf(variable, sizeof variable, "POCL_CACHE_DIR=%s", folder);
    (void)snprintf(command, sizeof command, "mkdir -p %s", folder);
    CU_ASSERT_EQUAL(system(command), 0);
    const char *environment[] = {variable, "ASAN_OPTIONS=detect_leaks=0:use_sigaltstack=0", NULL};
    struct child_result r = child_run("compiles_remarkable_kernels", environment);
    CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
    CU_ASSERT_STRING_EQUAL(r.text, "");
    (void)snprintf(command, sizeof command, "rm -r %s/*", folder);
    CU_ASSERT_EQUAL(system(command), 0); /* there was something: the kernel was compiled */
    CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static void nothing_is_left(void)
{
    mr_cl_purge();
    CU_ASSERT_EQUAL(mr_cl_live_objects(), 0);
}

/* Whoever may cut a mapped file short could end the process. */
static void files_are_not_mapped_where_that_is_not_wanted(void)
{
    const mr_stream_params params = {.no_map = true};
    struct mr_engine *engine;
    CU_ASSERT_EQUAL_FATAL(mr_opencl_engine_create(&engine, &params, false, NULL), MR_OK);
    CU_ASSERT_FALSE(engine->reads_in_place);
    engine->class->destroy(&engine);
}

SUITE(opencl,
      {"units_in_flight_do_not_disturb_each_other", units_in_flight_do_not_disturb_each_other},
      {"a_slot_used_again_forgets_what_was_found", a_slot_used_again_forgets_what_was_found},
      {"a_predicate_that_is_not_asked_cannot_fail", a_predicate_that_is_not_asked_cannot_fail},
      {"a_scan_carries_from_slot_to_slot", a_scan_carries_from_slot_to_slot},
      {"entries_are_copied_within_and_between_slots", entries_are_copied_within_and_between_slots},
      {"what_the_host_writes_is_what_is_read", what_the_host_writes_is_what_is_read},
      {"the_same_pipeline_is_built_once", the_same_pipeline_is_built_once},
      {"a_buffer_over_the_devices_limit_is_named", a_buffer_over_the_devices_limit_is_named},
      {"files_are_not_mapped_where_that_is_not_wanted",
       files_are_not_mapped_where_that_is_not_wanted},
      {"the_compiler_keeps_quiet", the_compiler_keeps_quiet}, {"nothing_is_left", nothing_is_left});
