/* What happens once a process: drivers are loaded and their devices made, whoever comes first. Each
 * law has processes of its own. */
#include <millrace/millrace.h>

#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cl/child.h"
#include "cl/contact.h"
#include "suite.h"

/* Squares of what no 3 leaves 2 of: the sum of the first 300000, by brute force. */
static const char pipeline[] = "count() | map(x*x) | filter(x % 3 != 2) | take(300000)";

static int64_t expected_sum(void)
{
    int64_t sum = 0;
    for (int64_t x = 0; x < 300000; x++) sum += x * x; /* no square leaves 2 */
    return sum;
}

static mr_engine_choice chosen_engine(void)
{
    const char *engine = getenv("CHOSEN_ENGINE");
    return engine && !strcmp(engine, "opencl") ? MR_ENGINE_OPENCL : MR_ENGINE_AUTO;
}

static void fail(const char *what, const mr_error *e)
{
    printf("%s: %s; %s", what, e->message, e->hint);
    (void)fflush(stdout);
    _exit(EXIT_FAILURE);
}

static mr_stream *open_stream(mr_engine_choice engine)
{
    mr_error e = {0};
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    const mr_stream_params params = {.engine = engine};
    if (mr_seq_parse(&seq, pipeline, &e) || mr_stream_open(&s, seq, &params, &e)) fail("open", &e);
    mr_seq_release(&seq);
    return s;
}

/* False at the end. */
static bool pull(mr_stream *s, int64_t *sum)
{
    mr_error e = {0};
    mr_batch batch;
    if (mr_stream_next(s, &batch, &e)) fail("next", &e);
    const int64_t *x = batch.columns[0];
    for (size_t k = 0; k < batch.len; k++) *sum += x[k];
    return batch.len > 0;
}

static void expect(int64_t sum)
{
    if (sum != expected_sum()) printf("the sum is %" PRId64 ". ", sum);
}

/* ---- many at once ---- */

static void *pull_one(void *ignored)
{
    int64_t sum = 0;
    mr_stream *s = open_stream(chosen_engine());
    while (pull(s, &sum)) continue;
    mr_stream_close(&s);
    expect(sum);
    return ignored;
}

CHILD(pulls_in_8_threads)
{
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    for (size_t k = 0; k < THREADS; k++)
        if (pthread_create(&threads[k], NULL, pull_one, NULL) != 0) exit(EXIT_FAILURE);
    for (size_t k = 0; k < THREADS; k++) (void)pthread_join(threads[k], NULL);
    printf("done");
}

CHILD(pulls_64_streams_in_turn)
{
    enum { STREAMS = 64 };
    mr_stream *streams[STREAMS];
    int64_t sums[STREAMS] = {0};
    for (size_t k = 0; k < STREAMS; k++) streams[k] = open_stream(chosen_engine());
    for (bool more = true; more;) {
        more = false;
        for (size_t k = 0; k < STREAMS; k++) more = pull(streams[k], &sums[k]) || more;
    }
    for (size_t k = 0; k < STREAMS; k++) {
        mr_stream_close(&streams[k]);
        expect(sums[k]);
    }
    printf("done");
}

/* ---- a process of PoCL alone ---- */

/* Other drivers of this machine take so long to start that PoCL's are not met at once: a folder
 * that names PoCL alone. */
static char vendors[40] = "OCL_ICD_VENDORS=/tmp/millrace-XXXXXX", *folder = vendors + 16;
static char pocl[48];

static int make_folder(void)
{
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    if (!mkdtemp(folder)) return 1;
    (void)snprintf(pocl, sizeof pocl, "%s/pocl.icd", folder);
    return symlink("/etc/OpenCL/vendors/pocl.icd", pocl);
}

static void expect_child(const char *body, const char *variable, const char *says)
{
    CU_ASSERT_EQUAL_FATAL(make_folder(), 0);
    struct child_result r = child_run(body, (const char *[]){variable, vendors, NULL});
    CU_ASSERT_EQUAL(unlink(pocl), 0);
    CU_ASSERT_EQUAL(rmdir(folder), 0);
    CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
    CU_ASSERT_STRING_EQUAL(r.text, says);
    if (strcmp(r.text, says) != 0) printf("\n%s, %s: %s", body, variable, r.text);
}

static void the_first_streams_of_a_process_may_be_many_at_once(void)
{
    expect_child("pulls_in_8_threads", "CHOSEN_ENGINE=opencl", "done");
    expect_child("pulls_in_8_threads", "CHOSEN_ENGINE=auto", "done");
    expect_child("pulls_64_streams_in_turn", "CHOSEN_ENGINE=auto", "done");
}

/* ---- signals ---- */

/* Threads, besides the caller's, that would take the signal. */
static int count_takers(int number)
{
    int takers = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *task; tasks && (task = readdir(tasks));) {
        char path[300], line[256];
        unsigned long long blocked = 0;
        if (task->d_name[0] == '.' || atol(task->d_name) == (long)getpid()) continue;
        (void)snprintf(path, sizeof path, "/proc/self/task/%s/status", task->d_name);
        FILE *status = fopen(path, "r");
        while (status && fgets(line, sizeof line, status))
            if (!strncmp(line, "SigBlk:", 7)) blocked = strtoull(line + 7, NULL, 16);
        if (status) (void)fclose(status);
        takers += !(blocked >> (number - 1) & 1);
    }
    if (!tasks) return -1;
    (void)closedir(tasks);
    return takers;
}

CHILD(counts_threads_that_take_signals)
{
    size_t devices = 0;
    int64_t sum = 0;
    if (getenv("LISTS_DEVICES")) (void)mr_devices(NULL, 0, &devices, NULL);
    mr_stream *s = open_stream(chosen_engine());
    for (int k = 0; k < 3; k++) (void)pull(s, &sum);
    printf("%d %d", count_takers(SIGALRM), count_takers(SIGINT));
    mr_stream_close(&s);
}

static void no_thread_of_a_driver_takes_the_programs_signals(void)
{
    expect_child("counts_threads_that_take_signals", "CHOSEN_ENGINE=opencl", "0 0");
    expect_child("counts_threads_that_take_signals", "CHOSEN_ENGINE=auto", "0 0");
    expect_child("counts_threads_that_take_signals", "LISTS_DEVICES=1", "0 0");
}

/* ---- fork() ---- */

static void *open_one(void *ignored)
{
    int64_t sum = 0;
    mr_stream *s = open_stream(MR_ENGINE_OPENCL);
    (void)pull(s, &sum);
    mr_stream_close(&s);
    return ignored;
}

/* The alarm ends a child that waits for a lock that nobody will release. */
static int use_in_fork(void)
{
    mr_error e = {0};
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    int64_t sum = 0;
    size_t devices = 0;
    const mr_stream_params opencl = {.engine = MR_ENGINE_OPENCL};
    (void)alarm(20);
    if (mr_seq_parse(&seq, pipeline, &e)) return 1;
    if (mr_stream_open(&s, seq, &opencl, &e) != MR_E_FORKED) return 2;
    if (mr_devices(NULL, 0, &devices, NULL) != MR_E_FORKED) return 3;
    mr_seq_release(&seq);
    s = open_stream(MR_ENGINE_AUTO);
    while (pull(s, &sum)) continue;
    mr_stream_close(&s);
    return sum == expected_sum() ? 0 : 4;
}

CHILD(forks_while_drivers_start)
{
    enum { FORKS = 20 };
    pthread_t opening;
    if (pthread_create(&opening, NULL, open_one, NULL) != 0) exit(EXIT_FAILURE);
    for (int k = 0; k < FORKS;) {
        pid_t pid = fork();
        int status = 0;
        if (pid == 0) _exit(mr_contact_check(NULL) == MR_E_FORKED ? use_in_fork() : 9);
        if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) break;
        if (WEXITSTATUS(status) == 9) continue; /* there was no contact yet */
        if (WEXITSTATUS(status) != 0) printf("fork %d: %d. ", k, WEXITSTATUS(status));
        k++;
    }
    (void)pthread_join(opening, NULL);
    printf("done");
}

static void a_fork_while_drivers_start_gets_errors_and_the_host_engine(void)
{
    expect_child("forks_while_drivers_start", "CHOSEN_ENGINE", "done");
}

SUITE(first_use,
      {"the_first_streams_of_a_process_may_be_many_at_once",
       the_first_streams_of_a_process_may_be_many_at_once},
      {"no_thread_of_a_driver_takes_the_programs_signals",
       no_thread_of_a_driver_takes_the_programs_signals},
      {"a_fork_while_drivers_start_gets_errors_and_the_host_engine",
       a_fork_while_drivers_start_gets_errors_and_the_host_engine});
