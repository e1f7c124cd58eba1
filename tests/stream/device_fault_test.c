/* Every OpenCL call of a stream's life fails in turn, once or from then on: an error that names the
 * call, nothing left behind, and the next stream in the same process works. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "cl/child.h"
#include "cl/handle.h"
#include "cl/ledger_file.h"
#include "cl/session.h"
#include "specimen.h"
#include "suite.h"

#define ROW_VARIABLE "MILLRACE_TEST_ROW"

/* One line: how each of two runs ended, what the last one gave, what is left. */
CHILD(pulls_twice)
{
    const char *row = getenv(ROW_VARIABLE);
    struct specimen_result runs[2];
    (void)alarm(100); /* ends a child that hangs */
    size_t before = mr_memory_live_bytes();
    for (int k = 0; k < 2; k++) {
        runs[k] = specimen_run_on(&specimens[row ? atoi(row) : 0], MR_ENGINE_OPENCL);
        const mr_error *e = &runs[k].error;
        bool names = e->call[0] || strstr(e->message, "cl");
        printf("%s%s ", mr_status_name(runs[k].status),
               runs[k].status == MR_OK ? ""
               : names                 ? "(named)"
                                       : "(nameless)");
    }
    mr_cl_purge();
    printf("%lld elements %llx; left %ld objects, %zu bytes\n", runs[1].elements, runs[1].hash,
           mr_cl_live_objects(), mr_memory_live_bytes() - before);
}

static struct ledger_file ledger;

/* The layer's count of calls; -1 when an object was not released, or shared memory that no command
 * in flight could still write to. */
static long calls_made(bool is_settled)
{
    return ledger_file_take(&ledger, "calls",
                            is_settled ? LEDGER_IS_BALANCED : LEDGER_MAY_KEEP_MEMORY);
}

/* LeakSanitizer is off: what PoCL keeps of a call made to fail is not ours, and what is ours is
 * told by the ledger and the count of bytes. */
static struct child_result run_row(size_t row, const char *fault)
{
    char row_text[64];
    ledger = ledger_file_make();
    (void)snprintf(row_text, sizeof row_text, ROW_VARIABLE "=%zu", row);
    const char *environment[] = {
        "OPENCL_LAYERS=" MILLRACE_LAYER,
        "ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:use_sigaltstack=0", row_text,
        ledger.variable,
        /* Every second row maps its slots: it has no finer sharing. */
        row % 2 ? "MILLRACE_LAYER_VERSION=OpenCL 1.2" : fault, row % 2 ? fault : NULL, NULL};
    return child_run("pulls_twice", environment);
}

/* The line of a run without faults, from the first space after both statuses on. */
static const char *what_is_given(const char *text)
{
    const char *elements = strchr(text, ' ');
    elements = elements ? strchr(elements + 1, ' ') : NULL;
    return elements ? elements : "";
}

static bool starts_with(const char *text, const char *start)
{
    return !strncmp(text, start, strlen(start));
}

/* A fault that strikes once spoils one of the runs at most, the later of them only if the first
 * went well; some calls may fail without harm. */
static bool is_survived_once(const char *text, const char *good)
{
    bool second_is_good = strstr(text, what_is_given(good)) != NULL;
    if (strstr(text, "(nameless)") || !strstr(text, "left 0 objects, 0 bytes")) return false;
    return second_is_good || (starts_with(text, "ok ") && strstr(text, "(named)"));
}

/* Where the driver refuses to wait for what is in flight, memory it may still write to is kept. */
static bool is_survived_for_ever(const char *text)
{
    return !strstr(text, "(nameless)") && strstr(text, "left 0 objects");
}

static void check_fault(size_t row, long nth, bool persists, const char *good)
{
    char fault[96];
    (void)snprintf(fault, sizeof fault, "MILLRACE_FAULT=*:%ld:-5%s", nth,
                   persists ? ":persist" : "");
    struct child_result r = run_row(row, fault);
    bool survived = persists ? is_survived_for_ever(r.text) : is_survived_once(r.text, good);
    survived = survived && r.exit_code == EXIT_SUCCESS && calls_made(!persists) > 0;
    CU_ASSERT_TRUE(survived);
    if (!survived)
        printf("\n%s, %s: exit code %d: %s", specimens[row].text, fault, r.exit_code, r.text);
}

static void check_specimen(size_t row)
{
    struct child_result good = run_row(row, NULL);
    long calls = calls_made(true);
    CU_ASSERT_TRUE(starts_with(good.text, "ok ok "));
    CU_ASSERT_PTR_NOT_NULL(strstr(good.text, "left 0 objects, 0 bytes"));
    CU_ASSERT_TRUE_FATAL(calls > 100);
    long step = tests_long ? 1 : calls / 12 + 1, persistent_step = tests_long ? 1 : calls / 4 + 1;
    /* Other places for each specimen, so that all of them together cover many. */
    for (long k = 1 + (tests_long ? 0 : (long)row * step / 8); k <= calls; k += step)
        check_fault(row, k, false, good.text);
    for (long k = 1 + (tests_long ? 0 : (long)row * persistent_step / 8); k <= calls;
         k += persistent_step)
        check_fault(row, k, true, good.text);
}

static void every_call_of_a_stream_may_fail(void)
{
    for (size_t row = 0; specimens[row].text; row++) check_specimen(row);
}

SUITE(device_fault, {"every_call_of_a_stream_may_fail", every_call_of_a_stream_may_fail});
