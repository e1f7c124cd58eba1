/* What a driver does to a process that meets it: the process is another one (cl/child_process.h).
 * The driver is that of tests/driver. */
#include "cl/child_process.h"

#include <errno.h>
#include <millrace/device.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "suite.h"

#define FAULT "MILLRACE_DRIVER_FAULT="
#define WRONG "MILLRACE_DRIVER_WRONG="
#define ANSWER "MILLRACE_DRIVER_ANSWER="

/* ---- a process that opens a stream ---- */

static void say_reason(const mr_stream *s)
{
    mr_stats stats;
    mr_stream_stats(s, &stats);
    printf("%s: %s", stats.engine, stats.reason);
}

/* So that a test need not wait for minutes. */
static void take_limits(void)
{
    const char *patience = getenv("PATIENCE_MS"), *most = getenv("MOST_MIB");
    if (patience) mr_child_patience_ms = (unsigned)strtoul(patience, NULL, 10);
    if (most) mr_child_most_bytes = strtoull(most, NULL, 10) << 20;
}

extern char **environ;

/* As setenv() of another thread moves it. */
static void *move_environment(void *unused)
{
    static char *moved[1000];
    char **former = environ;
    (void)unused;
    for (size_t k = 0; former[k] && k + 1 < sizeof moved / sizeof *moved; k++) moved[k] = former[k];
    for (bool is_moved = true;; is_moved = !is_moved) {
        environ = is_moved ? moved : former;
        (void)nanosleep(&(struct timespec){.tv_nsec = 10000}, NULL);
    }
    return NULL;
}

CHILD(opens_a_stream_on_the_driver)
{
    const mr_stream_params params = {.engine = MR_ENGINE_OPENCL};
    const char *text = getenv("PIPELINE");
    mr_seq *seq = NULL;
    mr_stream *stream = NULL;
    mr_batch batch = {.len = 0};
    mr_error err = {0};
    take_limits();
    (void)alarm(100); /* ends one that does not end */
    pthread_t mover;
    if (getenv("IGNORES_CHILDREN")) (void)signal(SIGCHLD, SIG_IGN);
    if (getenv("CHANGES_ENVIRONMENT") && pthread_create(&mover, NULL, move_environment, NULL))
        printf("no thread. ");
    mr_status st = mr_seq_parse(&seq, text ? text : "linspace(0, 1, 10)", &err);
    if (st == MR_OK) st = mr_stream_open(&stream, seq, &params, &err);
    if (st == MR_OK) st = mr_stream_next(stream, &batch, &err);
    if (st == MR_OK)
        say_reason(stream);
    else
        printf("%s: %s [%s]", mr_status_name(st), err.message, err.device);
    bool has_none = waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD;
    if (!has_none) printf(" and a child is left");
    mr_stream_close(&stream);
    mr_seq_release(&seq);
}

/* ---- a machine of its own ---- */

struct machine {
    char folder[32], cache[64], vendors[64], log[64], program[128];
};

static void write_icd(const struct machine *m, const char *name, const char *library)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", strchr(m->vendors, '=') + 1, name);
    FILE *icd = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(icd);
    (void)fprintf(icd, "%s\n", library);
    CU_ASSERT_EQUAL(fclose(icd), 0);
}

static void machine_make(struct machine *m)
{
    (void)snprintf(m->folder, sizeof m->folder, "/tmp/millrace-test-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(m->folder));
    (void)snprintf(m->cache, sizeof m->cache, "XDG_CACHE_HOME=%s", m->folder);
    (void)snprintf(m->vendors, sizeof m->vendors, "OCL_ICD_VENDORS=%s/vendors", m->folder);
    (void)snprintf(m->log, sizeof m->log, "MILLRACE_DRIVER_LOG=%s/log", m->folder);
    (void)snprintf(m->program, sizeof m->program,
                   "MILLRACE_BUILD_PROGRAM=" MILLRACE_BUILD_DIR "/libexec/millrace/build");
    (void)mkdir(strchr(m->vendors, '=') + 1, 0700);
    write_icd(m, "test.icd", MILLRACE_DRIVER);
}

static void machine_remove(const struct machine *m)
{
    char command[64];
    (void)snprintf(command, sizeof command, "rm -rf %s", m->folder);
    CU_ASSERT_EQUAL(system(command), 0);
}

enum { MOST_MORE = 5 };

static struct child_result run_on(const struct machine *m, const char *const more[MOST_MORE])
{
    const char *environment[5 + MOST_MORE] = {m->cache, m->vendors, m->log};
    size_t count = 3;
    for (size_t k = 0; k < MOST_MORE && more[k]; k++) environment[count++] = more[k];
    environment[count] = m->program; /* unless there was one before */
    return child_run("opens_a_stream_on_the_driver", environment);
}

static size_t loads(const struct machine *m)
{
    struct stat about;
    return stat(strchr(m->log, '=') + 1, &about) == 0 ? (size_t)about.st_size : 0;
}

static void check_says(const struct child_result *r, const char *words)
{
    bool said = strstr(r->text, words) != NULL;
    CU_ASSERT_EQUAL(r->exit_code, EXIT_SUCCESS);
    CU_ASSERT_TRUE(said);
    if (!said) printf("\nnot '%s' in: %s (exit code %d)\n", words, r->text, r->exit_code);
}

/* ---- laws ---- */

static const struct {
    const char *more[MOST_MORE];
    const char *says;
    bool has_device; /* and names it */
} endings[] = {
    {{FAULT "load:abort"},
     "no OpenCL driver can be loaded: test.icd: listing its devices ended the process by signal 6",
     false},
    {{FAULT "load:hang", "PATIENCE_MS=1500"},
     "test.icd: listing its devices did not end within 2 s",
     false},
    {{FAULT "context:abort"}, "its self-test ended the process by signal 6", true},
    {{FAULT "build:mr_selftest:exit"}, "its self-test ended the process with exit code 3", true},
    {{FAULT "build:mr_selftest:eat", "MOST_MIB=600"},
     "its self-test took more than 600 MiB of memory",
     true},
    {{FAULT "build:mr_selftest:hang", "PATIENCE_MS=5000"},
     "its self-test did not end within 5 s",
     true},
    {{FAULT "build:_scan:abort"}, "the trial of scan ended the process by signal 6", true},
    {{FAULT "build:mr_linspace:abort"},
     "the first build of a kernel ended the process by signal 6",
     true},
};

/* And the next process does not try again: it only loads what has been loaded without harm. */
static void what_a_driver_ends_is_a_child(void)
{
    for (size_t k = 0; k < sizeof endings / sizeof endings[0]; k++) {
        struct machine m;
        machine_make(&m);
        struct child_result r = run_on(&m, endings[k].more);
        check_says(&r, "no-device: ");
        check_says(&r, endings[k].says);
        check_says(&r, endings[k].has_device ? "[pthread" : "[]");
        CU_ASSERT_PTR_NULL(strstr(r.text, "a child is left"));
        size_t before = loads(&m);
        r = run_on(&m, endings[k].more);
        check_says(&r, endings[k].says);
        CU_ASSERT_EQUAL(loads(&m) - before, endings[k].has_device ? 1 : 0);
        machine_remove(&m);
    }
}

static void another_version_of_the_driver_is_met_anew(void)
{
    struct machine m;
    machine_make(&m);
    struct child_result r = run_on(&m, (const char *[MOST_MORE]){FAULT "context:abort"});
    check_says(&r, "no-device: ");
    r = run_on(&m, (const char *[MOST_MORE]){NULL});
    check_says(&r, "no-device: ");
    r = run_on(&m, (const char *[MOST_MORE]){"MILLRACE_DRIVER_VERSION=9.10"});
    check_says(&r, "opencl: CPU through PoCL, not verified here");
    machine_remove(&m);

    machine_make(&m);
    r = run_on(&m, (const char *[MOST_MORE]){FAULT "load:abort"});
    check_says(&r, "no-device: ");
    r = run_on(&m, (const char *[MOST_MORE]){NULL});
    check_says(&r, "no-device: ");
    write_icd(&m, "test.icd", MILLRACE_DRIVER "\n");
    r = run_on(&m, (const char *[MOST_MORE]){NULL});
    check_says(&r, "opencl: ");
    machine_remove(&m);
}

/* And shows it, with the exit code of a machine without a device. */
static void doctor_asks_again(void)
{
    static const struct {
        const char *fault, *says;
    } rows[] = {{"load:abort", "FAULT  devices: no OpenCL driver can be loaded: test.icd: listing"},
                {"context:abort", "cannot be used: its self-test ended the process by signal 6"}};
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct machine m;
        struct child_result r = {.exit_code = EXIT_SUCCESS};
        char command[1024];
        machine_make(&m);
        for (size_t n = 0; n < 2; n++) {
            size_t before = loads(&m);
            (void)snprintf(command, sizeof command, "%s %s %s %s " FAULT "%s %s doctor", m.cache,
                           m.vendors, m.log, m.program, rows[k].fault, MILLRACE_COMMAND);
            FILE *says = popen(command, "r");
            CU_ASSERT_PTR_NOT_NULL_FATAL(says);
            r.text[fread(r.text, 1, sizeof r.text - 1, says)] = '\0';
            int status = pclose(says);
            CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 3);
            check_says(&r, rows[k].says);
            CU_ASSERT_TRUE(loads(&m) >= before + 2);
        }
        machine_remove(&m);
    }
}

static void write_pocl(const struct machine *m, const char *name)
{
    char pocl[512] = "";
    FILE *icd = fopen("/etc/OpenCL/vendors/pocl.icd", "r");
    if (!icd || !fgets(pocl, sizeof pocl, icd)) pocl[0] = '\0';
    if (icd) (void)fclose(icd);
    pocl[strcspn(pocl, "\n")] = '\0';
    write_icd(m, name, pocl);
}

#define TEN(x) x x x x x x x x x x
#define LONG TEN("a long nam") ".icd"

/* The faulty driver's .icd files, PoCL's, and what is said on each of two days. */
static const struct {
    const char *faulty[5], *pocl, *fault, *says;
} lists[] = {
    {{"test.icd"}, "pocl.icd", FAULT "load:abort", "opencl: CPU through PoCL"},
    {{"ba.icd"}, "a.icd", FAULT "load:abort", "opencl: CPU through PoCL"},
    {{LONG}, "pocl.icd", FAULT "load:abort", "opencl: CPU through PoCL"},
    {{"1" LONG, "2" LONG, "3" LONG, "4" LONG, "5" LONG},
     "pocl.icd",
     FAULT "load:abort",
     "opencl: CPU through PoCL"},
    {{"test.icd"},
     "pocl.icd",
     FAULT "list:pocl.icd test.icd:abort",
     "no-device: no OpenCL driver can be loaded: all of them together: listing its devices ended "
     "the process by signal 6"},
    {{"c.icd", "d c.icd"},
     "b.icd",
     FAULT "list:d c.icd:abort", /* of "b.icd c.icd d c.icd", "b.icd c.icd" and "d c.icd" */
     "the others together: listing its devices ended the process by signal 6"},
};

static void a_driver_that_cannot_be_loaded_keeps_no_other_away(void)
{
    for (size_t k = 0; k < sizeof lists / sizeof lists[0]; k++) {
        struct machine m;
        char command[128];
        machine_make(&m);
        (void)snprintf(command, sizeof command, "rm %s/test.icd", strchr(m.vendors, '=') + 1);
        CU_ASSERT_EQUAL(system(command), 0);
        for (size_t n = 0; n < 5 && lists[k].faulty[n]; n++)
            write_icd(&m, lists[k].faulty[n], MILLRACE_DRIVER);
        write_pocl(&m, lists[k].pocl);
        for (size_t n = 0; n < 2; n++) {
            struct child_result r = run_on(&m, (const char *[MOST_MORE]){lists[k].fault});
            check_says(&r, lists[k].says);
        }
        machine_remove(&m);
    }
}

static void what_is_left_out_does_not_stay_in_the_folder(void)
{
    struct machine m;
    char command[128];
    machine_make(&m);
    write_pocl(&m, "pocl.icd");
    for (size_t n = 0; n < 2; n++) {
        struct child_result r = run_on(&m, (const char *[MOST_MORE]){FAULT "load:abort"});
        check_says(&r, "opencl: CPU through PoCL");
        (void)snprintf(command, sizeof command, "cp %s/vendors/test.icd %s/millrace/drivers-*/",
                       m.folder, m.folder);
        CU_ASSERT_EQUAL(system(command), 0);
    }
    machine_remove(&m);
}

CHILD(sends_to_one_that_reads_nothing)
{
    enum { MORE_THAN_A_SOCKET_HOLDS = 8 << 20 };
    char *text = malloc(MORE_THAN_A_SOCKET_HOLDS);
    const struct mr_child_task task = {.what = "build", .text = text};
    struct mr_child_end end;
    mr_error err = {0};
    take_limits();
    if (!text || !mr_child_is_there()) exit(EXIT_FAILURE);
    memset(text, ' ', MORE_THAN_A_SOCKET_HOLDS - 1);
    text[MORE_THAN_A_SOCKET_HOLDS - 1] = '\0';
    mr_status st = mr_child_run(&end, &task, &err);
    printf("%s: %s%s", mr_status_name(st), err.message, end.words);
    free(text);
}

static void one_that_reads_nothing_is_ended_too(void)
{
    struct machine m;
    char program[128], command[160];
    machine_make(&m);
    (void)snprintf(program, sizeof program, "MILLRACE_BUILD_PROGRAM=%s/sleeps", m.folder);
    (void)snprintf(command, sizeof command,
                   "printf '#!/bin/sh\\nexec sleep 60\\n' >%s/sleeps && chmod +x %s/sleeps",
                   m.folder, m.folder);
    CU_ASSERT_EQUAL(system(command), 0);
    struct child_result r = child_run("sends_to_one_that_reads_nothing",
                                      (const char *[]){program, "PATIENCE_MS=300", NULL});
    check_says(&r, "ok: its start did not end within 1 s");
    machine_remove(&m);
}

static const struct {
    const char *more[MOST_MORE];
    const char *says;
} goings[] = {
    {{"CHANGES_ENVIRONMENT=1"}, "opencl: CPU through PoCL, not verified here"},
    {{"IGNORES_CHILDREN=1"}, "this process ignores SIGCHLD, so that no child can be waited for"},
    {{"MILLRACE_BUILD_PROGRAM=/bin/false"}, "opencl: CPU through PoCL, not verified here"},
    {{"MILLRACE_BUILD_PROGRAM="},
     "not verified here; its kernels are built in this process, as there is no libexec/millrace"},
    {{WRONG "optimised"}, "not verified here; kernels not optimised: self-test: position 10"},
    {{WRONG "lanes"}, "not verified here; kernels without vectors: self-test: position 10"},
    {{WRONG "always"}, "cannot be used: self-test: f32 multiplication (subnormal)"},
    {{WRONG "_scan"}, "not verified here; kernels not optimised: trial of scan: clBuildProgram"},
    {{ANSWER "clEnqueueNDRangeKernel:-5"},
     "kernels not optimised: self-test: clEnqueueNDRangeKernel failed: CL_OUT_OF_RESOURCES"},
    {{ANSWER "clEnqueueNDRangeKernel:-36"},
     "kernels not optimised: self-test: clEnqueueNDRangeKernel failed: CL_INVALID_COMMAND_QUEUE"},
    {{ANSWER "clCreateKernel:-48:always"},
     "cannot be used: self-test: clCreateKernel failed: CL_INVALID_KERNEL"},
    {{ANSWER "clEnqueueNDRangeKernel:-5:always"},
     "cannot be used: self-test: clEnqueueNDRangeKernel failed: CL_OUT_OF_RESOURCES"},
};

/* What is told is told again by the next process, which takes the word of the first where it was
 * kept. */
static void stats_tell_with_how_much_care_kernels_are_built(void)
{
    for (size_t k = 0; k < sizeof goings / sizeof goings[0]; k++) {
        struct machine m;
        machine_make(&m);
        for (size_t n = 0; n < 2; n++) {
            struct child_result r = run_on(&m, goings[k].more);
            check_says(&r, goings[k].says);
            CU_ASSERT_PTR_NULL(strstr(r.text, "a child is left"));
        }
        machine_remove(&m);
    }
}

static const struct {
    const char *more[MOST_MORE];
    const char *says; /* a process that comes after, where nothing is wrong */
} lacks[] = {
    {{ANSWER "clEnqueueNDRangeKernel:-36:always"}, "cannot be used: self-test: clEnqueue"},
    {{ANSWER "clEnqueueNDRangeKernel:-36"}, "kernels not optimised: self-test: clEnqueue"},
    {{ANSWER "clEnqueueNDRangeKernel:-5:always"}, "opencl: CPU through PoCL, not verified here"},
    {{ANSWER "clEnqueueNDRangeKernel:-5"}, "opencl: CPU through PoCL, not verified here"},
    {{ANSWER "clEnqueueNDRangeKernel:-6:always"}, "opencl: CPU through PoCL, not verified here"},
};

/* A device is not put aside until its driver changes for what others took for a while. */
static void what_may_be_a_passing_lack_is_not_kept(void)
{
    for (size_t k = 0; k < sizeof lacks / sizeof lacks[0]; k++) {
        struct machine m;
        machine_make(&m);
        struct child_result r = run_on(&m, lacks[k].more);
        CU_ASSERT_PTR_NOT_NULL(strstr(r.text, "self-test: clEnqueueNDRangeKernel failed"));
        r = run_on(&m, (const char *[MOST_MORE]){NULL});
        check_says(&r, lacks[k].says);
        bool is_told = strstr(r.text, "self-test") != NULL,
             is_kept = strstr(lacks[k].says, "self-test") != NULL;
        CU_ASSERT_EQUAL(is_told, is_kept);
        machine_remove(&m);
    }
}

/* What the child could not keep began the ladder anew, for ever. */
static void where_nothing_can_be_kept_all_rungs_are_tried(void)
{
    struct machine m;
    machine_make(&m);
    (void)snprintf(m.cache, sizeof m.cache, "XDG_CACHE_HOME=/dev/null");
    struct child_result r = run_on(&m, (const char *[MOST_MORE]){WRONG "_scan"});
    check_says(&r, "kernels not optimised: trial of scan: clBuildProgram");
    machine_remove(&m);
}

SUITE(child_process,
      {"where_nothing_can_be_kept_all_rungs_are_tried",
       where_nothing_can_be_kept_all_rungs_are_tried},
      {"what_may_be_a_passing_lack_is_not_kept", what_may_be_a_passing_lack_is_not_kept},
      {"what_a_driver_ends_is_a_child", what_a_driver_ends_is_a_child},
      {"another_version_of_the_driver_is_met_anew", another_version_of_the_driver_is_met_anew},
      {"doctor_asks_again", doctor_asks_again},
      {"a_driver_that_cannot_be_loaded_keeps_no_other_away",
       a_driver_that_cannot_be_loaded_keeps_no_other_away},
      {"what_is_left_out_does_not_stay_in_the_folder",
       what_is_left_out_does_not_stay_in_the_folder},
      {"one_that_reads_nothing_is_ended_too", one_that_reads_nothing_is_ended_too},
      {"stats_tell_with_how_much_care_kernels_are_built",
       stats_tell_with_how_much_care_kernels_are_built});
