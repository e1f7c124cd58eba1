/* Nobody waits for a kernel that nobody needs. Builds stand at a gate that the test keeps shut:
 * whoever waited for one would wait for ever, and an alarm ends the process. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include <millrace/millrace.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "cl/child.h"
#include "cl/handle.h"
#include "cl/session.h"
#include "cli/shell.h"
#include "engine/knobs.h"
#include "stream/making.h"
#include "suite.h"

enum { PATIENCE_S = 60 };

/* ---- in a process whose builds stand at the gate ---- */

static int gate = -1;

/* Held open from both sides, the gate never shows an end. */
static void shut(void)
{
    const char *path = getenv("MILLRACE_LAYER_GATE");
    (void)alarm(PATIENCE_S);
    gate = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
}

static void wait_for_a_build(void)
{
    char path[300], nothing;
    (void)snprintf(path, sizeof path, "%s.at", getenv("MILLRACE_LAYER_GATE"));
    int at = open(path, O_RDONLY | O_CLOEXEC);
    if (at < 0 || read(at, &nothing, 1) != 0) printf("no build came. ");
    (void)close(at);
}

static void let_one_through(void)
{
    if (write(gate, "!", 1) != 1) printf("the gate is stuck. ");
}

/* `number` builds go through, the next one stands at the gate. */
static void let_through(int number)
{
    for (int k = 0; k < number; k++) {
        wait_for_a_build();
        let_one_through();
    }
    wait_for_a_build();
}

/* The array goes with its stream: whoever touched it later would end the process. */
enum { ARRAY_BYTES = 1 << 20 };

static mr_stream *open_stream(const char *stages, const void *data)
{
    mr_error e = {0};
    mr_seq *seq = NULL, *array = NULL;
    mr_stream *s = NULL;
    const mr_array column = {.dtype = MR_I64, .data = data};
    /* The device is wanted at once, and never gets its turn. */
    static const struct mr_knobs knobs = {.device_at_unit = 1000000};
    const mr_stream_params params = {.batch_elems = 100, .knobs = &knobs};
    mr_status st = mr_seq_from_array(&array, &column, 1, ARRAY_BYTES / sizeof(int64_t), &e);
    if (st == MR_OK) st = mr_seq_pipe(&seq, array, stages, &e);
    if (st == MR_OK) st = mr_stream_open(&s, seq, &params, &e);
    if (st != MR_OK) printf("%s: %s. ", stages, e.message);
    mr_seq_release(&seq);
    mr_seq_release(&array);
    return s;
}

static void close_at_build(int number, const char *stages)
{
    mr_batch batch;
    void *data =
        mmap(NULL, ARRAY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mr_stream *s = open_stream(stages, data);
    if (mr_stream_next(s, &batch, NULL) || batch.len != 100) printf("not pulled. ");
    let_through(number);
    mr_stream_close(&s);
    (void)munmap(data, ARRAY_BYTES);
    if (mr_makings_under_way() != 1) printf("%s: no build was left. ", stages);
}

CHILD(closes_streams_at_the_gate)
{
    static const char stages[] = "map(x*3) | filter(x % 2 == 0) | scan(sum)";
    /* The self-test's, once a process; then the two of the pipeline. */
    static const int builds_before[] = {0, 0, 1};
    size_t before = mr_memory_live_bytes();
    shut();
    for (size_t k = 0; k < 3; k++) {
        close_at_build(builds_before[k], stages);
        let_one_through();
        mr_makings_settle();
        mr_cl_purge();
        if (mr_memory_live_bytes() != before || mr_cl_live_objects())
            printf("round %zu: %zu bytes and %ld objects are left. ", k,
                   mr_memory_live_bytes() - before, mr_cl_live_objects());
    }
    printf("done");
}

static void *let_through_later(void *ignored)
{
    while (!mr_makings_under_way()) continue;
    let_one_through();
    return ignored;
}

static void *cancel_at_the_gate(void *cancel)
{
    wait_for_a_build();
    mr_cancel_request(cancel);
    return NULL;
}

/* The opening waits for the build or, where the host engine may begin, the pull of a batch that is
 * to be on a device. */
static void cancel_a_wait(mr_engine_choice engine)
{
    pthread_t helper;
    mr_error e = {0};
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    mr_device_batch batch;
    mr_cancel *cancel = mr_cancel_create();
    const mr_stream_params params = {.engine = engine, .cancel = cancel};
    shut();
    (void)mr_seq_parse(&seq, "count() | map(x*7)", &e);
    if (pthread_create(&helper, NULL, cancel_at_the_gate, cancel) != 0) printf("no thread. ");
    mr_status st = mr_stream_open(&s, seq, &params, &e);
    if ((st == MR_OK) != (engine == MR_ENGINE_AUTO)) printf("opening: %s. ", mr_status_name(st));
    if (st == MR_OK) st = mr_stream_next_device(s, &batch, &e);
    if (st != MR_E_INTERRUPTED) printf("%s: %s. ", mr_status_name(st), e.message);
    mr_stream_close(&s);
    (void)pthread_join(helper, NULL);
    mr_cancel_destroy(&cancel);
    mr_seq_release(&seq);
    let_one_through();
    mr_makings_settle();
    mr_cl_purge();
    if (mr_cl_live_objects()) printf("%ld objects are left. ", mr_cl_live_objects());
    printf("done");
}

CHILD(cancels_an_opening_at_the_gate)
{
    cancel_a_wait(MR_ENGINE_OPENCL);
}

CHILD(cancels_a_pull_at_the_gate)
{
    cancel_a_wait(MR_ENGINE_AUTO);
}

/* Drivers end what they work with at exit: not before the build is over. */
CHILD(exits_at_the_gate)
{
    pthread_t helper;
    shut();
    close_at_build(1, "map(x*5)");
    if (pthread_create(&helper, NULL, let_through_later, NULL) != 0) printf("no thread. ");
    printf("done");
}

/* Pulls until the device is being made ready, which ends with this thread. */
static void *open_and_end(void *ignored)
{
    mr_batch batch;
    mr_error e = {0};
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    (void)ignored;
    mr_status st = mr_seq_parse(&seq, "count() | map(x*11)", &e);
    if (st == MR_OK) st = mr_stream_open(&s, seq, NULL, &e);
    while (st == MR_OK && !mr_makings_under_way()) st = mr_stream_next(s, &batch, &e);
    if (st != MR_OK) printf("%s. ", e.message);
    mr_seq_release(&seq);
    return s;
}

static void *let_two_through(void *ignored)
{
    for (int k = 0; k < 2; k++) {
        wait_for_a_build();
        let_one_through();
    }
    return ignored;
}

CHILD(hands_a_stream_over_at_the_gate)
{
    pthread_t first, helper;
    void *stream;
    mr_batch batch;
    mr_stats stats;
    shut();
    if (pthread_create(&first, NULL, open_and_end, NULL) != 0) printf("no thread. ");
    if (pthread_create(&helper, NULL, let_two_through, NULL) != 0) printf("no thread. ");
    (void)pthread_join(first, &stream);
    mr_stream *s = stream;
    do {
        if (mr_stream_next(s, &batch, NULL) != MR_OK) printf("not pulled. ");
        mr_stream_stats(s, &stats);
    } while (strcmp(stats.reason, "until the device is ready") == 0);
    (void)pthread_join(helper, NULL);
    if (stats.device_from < 0) printf("%s: %s. ", stats.engine, stats.reason);
    mr_stream_close(&s);
    printf("done");
}

static pthread_mutex_t stay = PTHREAD_MUTEX_INITIALIZER;

/* Another thread has the stream whose device is being made ready, and does not end until it may. */
static void *open_and_stay(void *ignored)
{
    mr_stream *s = open_and_end(ignored);
    (void)pthread_mutex_lock(&stay);
    (void)pthread_mutex_unlock(&stay);
    return s;
}

CHILD(prepares_its_exit_at_the_gate)
{
    pthread_t first, helper;
    mr_batch batch;
    mr_stats stats;
    mr_error e = {0};
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    void *stream;
    shut();
    (void)pthread_mutex_lock(&stay);
    if (pthread_create(&first, NULL, open_and_stay, NULL) != 0) printf("no thread. ");
    wait_for_a_build();
    if (pthread_create(&helper, NULL, let_through_later, NULL) != 0) printf("no thread. ");
    mr_prepare_exit();
    if (mr_makings_under_way()) printf("a build is left. ");
    static const struct mr_knobs knobs = {.device_at_unit = 1};
    const mr_stream_params params = {.batch_elems = 100, .knobs = &knobs};
    mr_status st = mr_seq_parse(&seq, "count() | map(x*13) | take(1e6) | sum()", &e);
    if (st == MR_OK) st = mr_stream_open(&s, seq, &params, &e);
    if (st == MR_OK) st = mr_stream_next(s, &batch, &e);
    if (st != MR_OK) printf("%s. ", e.message);
    mr_stream_stats(s, &stats);
    if (mr_makings_under_way() || strcmp(stats.engine, "host") != 0)
        printf("%s: %s. ", stats.engine, stats.reason);
    mr_stream_close(&s);
    mr_seq_release(&seq);
    (void)pthread_mutex_unlock(&stay);
    (void)pthread_join(first, &stream);
    s = stream;
    mr_stream_close(&s);
    (void)pthread_join(helper, NULL);
    printf("done");
}

/* ---- the laws ---- */

static void at_the_gate(const char *body)
{
    char folder[] = "/tmp/millrace-test-XXXXXX", path[64], arrivals[80], variable[96];
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/gate", folder);
    (void)snprintf(arrivals, sizeof arrivals, "%s.at", path);
    (void)snprintf(variable, sizeof variable, "MILLRACE_LAYER_GATE=%s", path);
    CU_ASSERT_EQUAL(mkfifo(path, 0600), 0);
    CU_ASSERT_EQUAL(mkfifo(arrivals, 0600), 0);
    const char *environment[] = {"OPENCL_LAYERS=" MILLRACE_LAYER, variable, NULL};
    struct child_result r = child_run(body, environment);
    CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
    CU_ASSERT_STRING_EQUAL(r.text, "done");
    if (strcmp(r.text, "done") != 0) printf("\n%s: %s", body, r.text);
    CU_ASSERT_EQUAL(unlink(path), 0);
    CU_ASSERT_EQUAL(unlink(arrivals), 0);
    CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static void close_leaves_a_build_and_gives_back_all_that_was_lent(void)
{
    at_the_gate("closes_streams_at_the_gate");
}

static void who_waits_for_a_build_can_be_cancelled(void)
{
    at_the_gate("cancels_an_opening_at_the_gate");
    at_the_gate("cancels_a_pull_at_the_gate");
}

static void a_stream_gets_its_device_in_whatever_thread(void)
{
    at_the_gate("hands_a_stream_over_at_the_gate");
}

static void exit_is_safe_while_a_build_is_left(void)
{
    at_the_gate("exits_at_the_gate");
    at_the_gate("prepares_its_exit_at_the_gate");
}

static struct shell shell;

static void the_command_ends_while_a_build_is_left(void)
{
    static const struct {
        const char *script;
        int exit_code;
    } rows[] = {
        /* Its reader goes away once a build stands at the gate: it reads for longer than the host
         * engine is left alone. */
        {"{ \"$COMMAND\" 'count()'; echo $? >code; } | { head -n 5000000 >tail; cat gate.at; }\n"
         "exit $(cat code)",
         141},
        {"\"$COMMAND\" 'count() | sum()' & cat gate.at; kill -TERM $!; wait $!", 143},
        {"\"$COMMAND\" -o file --engine opencl 'count()' & cat gate.at; kill -TERM $!\n"
         "wait $! || code=$?; ls file* 2>&-; exit $code",
         143},
    };
    shell_open(&shell);
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        char script[600];
        (void)snprintf(script, sizeof script,
                       "rm -f gate gate.at code; mkfifo gate gate.at; exec 3<>gate\n"
                       "export OPENCL_LAYERS=$LAYER MILLRACE_LAYER_GATE=$PWD/gate\n"
                       "cat >script <<'END'\n%s\nEND\ntimeout %d bash script",
                       rows[k].script, PATIENCE_S);
        int exit_code = shell_run(&shell, script);
        CU_ASSERT_EQUAL(exit_code, rows[k].exit_code);
        if (exit_code != rows[k].exit_code)
            printf("\n%s: %d, %s%s", rows[k].script, exit_code, shell.out, shell.err);
    }
    (void)shell_run(&shell, "rm -f gate gate.at code script tail");
    shell_close(&shell);
}

SUITE(leaving,
      {"close_leaves_a_build_and_gives_back_all_that_was_lent",
       close_leaves_a_build_and_gives_back_all_that_was_lent},
      {"who_waits_for_a_build_can_be_cancelled", who_waits_for_a_build_can_be_cancelled},
      {"a_stream_gets_its_device_in_whatever_thread", a_stream_gets_its_device_in_whatever_thread},
      {"exit_is_safe_while_a_build_is_left", exit_is_safe_while_a_build_is_left},
      {"the_command_ends_while_a_build_is_left", the_command_ends_while_a_build_is_left});
