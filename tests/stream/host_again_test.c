/* After the device took over, each call of its driver fails in turn: the host engine goes on, no
 * bit tells, and the stats do. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "cl/child.h"
#include "cl/handle.h"
#include "cl/ledger_file.h"
#include "cl/session.h"
#include "engine/knobs.h"
#include "rig.h"
#include "specimen.h"
#include "suite.h"

#define ROW_VARIABLE "MILLRACE_TEST_ROW"

/* What can be opened anywhere, what cannot, and what folds. */
static const struct specimen rows[] = {
    {.text = "range(300000) | map(a: f64(x)*0.5, b: x % 3 == 0)"},
    {.text = "range(300000) | map(f64(x)*0.1) | filter(x > 17.0) | scan(prod)"},
    {.text = "range(300000) | map(x*0.1) | sum()"},
    {.text = "range(300000) | filter(x % 2 == 0) | hist(16, 0, 150000)"},
    {.text = "range(300000) | scan(sum) | hist(16, 0, 1e9)"},
    {.text = "range(300000) | map(x*0.1) | chunk(70000, mean)"},
    {.text = "range(300000) | filter(x % 2 == 0) | last()"},
    {.text = "range(300000) | drop_while(x < 70000) | window(100, mean)"},
    {.text = "range(300000) | filter(x % 3 == 0) | shuffle(1, window=20000) | diff()"},
    {.text = "iterate(3.7*x*(1-x), 0.5) | take(9000) | map(x*10.0)"},
    {.text = NULL},
};

/* One line: how it ended, on what, and what is left. The device takes over behind the first leaf,
 * which ends within a batch. */
CHILD(relays_and_returns)
{
    static const struct mr_knobs knobs = {.device_at_unit = 2, .is_brief = true};
    const char *row = getenv(ROW_VARIABLE);
    const struct specimen *s = &rows[row ? atoi(row) : 0];
    (void)alarm(100);
    size_t before = mr_memory_live_bytes();
    mr_stream_params params = {.batch_elems = 1000, .ring_slots = 2, .knobs = &knobs};
    struct specimen_result r = specimen_run(s, params);
    mr_cl_purge();
    printf("%s %lld %llx, %s, device from %d, %s%s; left %ld objects, %zu bytes\n",
           mr_status_name(r.status), r.elements, r.hash, r.stats.engine, r.stats.device_from >= 0,
           r.stats.reason, r.error.message, mr_cl_live_objects(), mr_memory_live_bytes() - before);
}

static struct ledger_file ledger;

static struct child_result run_row(size_t row, long nth)
{
    char row_text[64], fault[96];
    ledger = ledger_file_make();
    (void)snprintf(row_text, sizeof row_text, ROW_VARIABLE "=%zu", row);
    (void)snprintf(fault, sizeof fault, "MILLRACE_FAULT=*:%ld:-5", nth);
    const char *environment[] = {
        "OPENCL_LAYERS=" MILLRACE_LAYER,
        "ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:use_sigaltstack=0",
        row_text,
        ledger.variable,
        nth ? fault : NULL,
        NULL};
    return child_run("relays_and_returns", environment);
}

/* Whether the text begins as that of the run without faults, up to the hash. */
static bool has_same_elements(const char *text, const char *good)
{
    const char *end = strchr(good, ',');
    return end && !strncmp(text, good, (size_t)(end - good) + 1) && !strncmp(text, "ok ", 3);
}

static void check_fault(size_t row, long nth, const char *good, int *returned)
{
    struct child_result r = run_row(row, nth);
    bool survived = r.exit_code == EXIT_SUCCESS && has_same_elements(r.text, good) &&
                    strstr(r.text, "left 0 objects, 0 bytes");
    CU_ASSERT_TRUE(survived);
    if (!survived) printf("\n%s, call %ld: %s", rows[row].text, nth, r.text);
    *returned += strstr(r.text, "host+opencl, device from 1, from element") != NULL;
    (void)ledger_file_take(&ledger, "calls", NULL);
}

static void the_host_goes_on_after_any_call_that_fails(void)
{
    int returned = 0;
    for (size_t row = 0; rows[row].text; row++) {
        struct child_result good = run_row(row, 0);
        long calls = ledger_file_take(&ledger, "calls", NULL);
        CU_ASSERT_PTR_NOT_NULL(strstr(good.text, "host+opencl, device from 1, "));
        CU_ASSERT_TRUE_FATAL(calls > 50);
        /* The last of them are those of the way out. */
        long step = tests_long ? 1 : calls / 3, first = tests_long ? 1 : calls / 2;
        for (long k = first + (tests_long ? 0 : (long)row); k <= calls; k += step)
            check_fault(row, k, good.text, &returned);
    }
    CU_ASSERT_TRUE(returned > 3);
}

SUITE(host_again,
      {"the_host_goes_on_after_any_call_that_fails", the_host_goes_on_after_any_call_that_fails});
