/* Every allocation of a stream's life fails in turn: an error, and nothing left behind. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cl/handle.h"
#include "cl/session.h"
#include "rig.h"
#include "specimen.h"

static void check_failure(const struct specimen_result *r, const char *text, uint64_t nth)
{
    /* A device that cannot be asked for want of memory counts as one that cannot be used. */
    bool is_told = r->status == MR_E_NO_MEMORY || strstr(r->error.message, "OUT_OF_HOST_MEMORY");
    bool good = is_told && r->error.status == r->status && r->error.message[0];
    CU_ASSERT_TRUE(good);
    if (!good)
        printf("\n%s, allocation %llu: %s: %s", text, (unsigned long long)nth,
               mr_status_name(r->status), r->error.message);
}

/* Gives how many allocations a run makes. */
static uint64_t fail_each(const struct specimen *specimen, mr_engine_choice engine, int persistent,
                          uint64_t step)
{
    struct specimen_result good = specimen_run_on(specimen, engine);
    CU_ASSERT_EQUAL_FATAL(good.status, MR_OK);
    mr_cl_purge();
    size_t before = mr_memory_live_bytes();
    for (uint64_t nth = 1;; nth += step) {
        mr_memory_fail_at(nth, persistent);
        struct specimen_result r = specimen_run_on(specimen, engine);
        mr_memory_fail_at(0, 0);
        mr_cl_purge();
        CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
        CU_ASSERT_EQUAL(mr_cl_live_objects(), 0);
        if (r.status == MR_OK) { /* what can be done without is, or there is no such allocation */
            CU_ASSERT_TRUE(r.elements == good.elements && r.hash == good.hash);
        } else {
            check_failure(&r, specimen->text, nth);
        }
        if (!mr_memory_did_fail()) return nth;
        if (nth > 5000) break;
    }
    CU_FAIL("a run never succeeds");
    return 0;
}

static void every_allocation_of_the_host_engine_may_fail(void)
{
    for (const struct specimen *s = specimens; s->text; s++) {
        CU_ASSERT_TRUE(fail_each(s, MR_ENGINE_HOST, 0, 1) > 20);
        CU_ASSERT_TRUE(fail_each(s, MR_ENGINE_HOST, 1, 1) > 20);
    }
}

static void every_allocation_of_the_opencl_engine_may_fail(void)
{
    uint64_t step = tests_long ? 1 : 7;
    for (const struct specimen *s = specimens; s->text; s++)
        CU_ASSERT_TRUE(fail_each(s, MR_ENGINE_OPENCL, 0, step) > 20);
}

/* One batch of an operator's example, for operators that no specimen has. */
static mr_status pull_example(const char *example, mr_error *err)
{
    const mr_stream_params params = {.engine = MR_ENGINE_HOST, .batch_elems = 64};
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    mr_batch batch;
    mr_status st = mr_seq_parse(&seq, example, err);
    if (st == MR_OK) st = mr_stream_open(&s, seq, &params, err);
    if (st == MR_OK) st = mr_stream_next(s, &batch, err);
    mr_stream_close(&s);
    mr_seq_release(&seq);
    return st;
}

static void check_example(const char *example)
{
    size_t before = mr_memory_live_bytes();
    mr_error err = {0};
    mr_status good = pull_example(example, &err), st = MR_E_NO_MEMORY;
    for (uint64_t nth = 1; st == MR_E_NO_MEMORY && nth < 5000; nth++) {
        mr_memory_fail_at(nth, 0);
        st = pull_example(example, &err);
        mr_memory_fail_at(0, 0);
        CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
    }
    CU_ASSERT_EQUAL(st, good);
    if (st != good) printf("\n%s: %s: %s", example, mr_status_name(st), err.message);
}

static void every_operator_survives_a_shortage(void)
{
    mr_op_info info;
    for (size_t k = 0; mr_op_describe(&info, k, NULL) == MR_OK; k++)
        if (info.example && !strstr(info.example, "stdin")) check_example(info.example);
}

/* Streams on both engines give the same. */
static void specimens_agree(void)
{
    for (const struct specimen *s = specimens; s->text; s++) {
        struct specimen_result a = specimen_run_on(s, MR_ENGINE_HOST);
        struct specimen_result b = specimen_run_on(s, MR_ENGINE_OPENCL);
        CU_ASSERT_TRUE(a.elements == b.elements && a.hash == b.hash);
        if (a.hash != b.hash) printf("\n%s", s->text);
    }
}

SUITE(shortage, {"specimens_agree", specimens_agree},
      {"every_allocation_of_the_host_engine_may_fail",
       every_allocation_of_the_host_engine_may_fail},
      {"every_operator_survives_a_shortage", every_operator_survives_a_shortage},
      {"every_allocation_of_the_opencl_engine_may_fail",
       every_allocation_of_the_opencl_engine_may_fail});
