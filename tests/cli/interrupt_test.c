/* Runs that a signal ends, and the progress line that tells a test when they are under way. */
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "cli/shell.h"
#include "suite.h"

static struct shell s;

/* Appends what the terminal shows to s.err until it holds `part` or, with NULL, until its end. */
static void read_terminal(int terminal, const char *part)
{
    size_t used = strlen(s.err);
    while (used < SHELL_TEXT_BYTES - 1 && !(part && strstr(s.err, part))) {
        ssize_t count = read(terminal, s.err + used, SHELL_TEXT_BYTES - 1 - used);
        if (count <= 0) break; /* a terminal that nobody holds any more is an error here */
        used += (size_t)count;
        s.err[used] = '\0';
    }
}

/* Starts, waits for the progress line, sends the signal, and returns the exit code. */
static int interrupt(char *const arguments[], int in, int signal_number)
{
    int terminal;
    s.err[0] = '\0';
    pid_t pid = shell_start(&s, arguments, in, -1, &terminal);
    read_terminal(terminal, " s");
    CU_ASSERT_PTR_NOT_NULL(strstr(s.err, "\r\033[K"));
    CU_ASSERT_EQUAL(kill(pid, signal_number), 0);
    read_terminal(terminal, NULL);
    (void)close(terminal);
    return shell_wait(pid);
}

static void endless_reductions_stop_in_order(void)
{
    static const struct {
        const char *engine;
        int signal_number, exit_code;
    } rows[] = {{"host", SIGINT, 130}, {"opencl", SIGINT, 130}, {"host", SIGTERM, 143}};
    shell_open(&s);
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        char engine[16],
            *arguments[] = {"millrace", "count() | map(x*x) | sum()", "--engine", engine, NULL};
        (void)snprintf(engine, sizeof engine, "%s", rows[k].engine);
        CU_ASSERT_EQUAL(interrupt(arguments, -1, rows[k].signal_number), rows[k].exit_code);
        CU_ASSERT_PTR_NOT_NULL(strstr(s.err, "\r\033[Kinterrupted after 0 elements"));
    }
    shell_close(&s);
}

static void a_read_that_waits_for_input_stops_in_order(void)
{
    int ends[2];
    char *arguments[] = {"millrace", "stdin()", NULL};
    shell_open(&s);
    shell_pipe(ends);
    CU_ASSERT_EQUAL(interrupt(arguments, ends[0], SIGINT), 130);
    CU_ASSERT_PTR_NOT_NULL(strstr(s.err, "interrupted after 0 elements"));
    (void)close(ends[0]);
    (void)close(ends[1]);
    shell_close(&s);
}

static void an_interrupted_value_is_not_printed(void)
{
    static const char *const rows[][2] = {{"stdin(i64) | sum()", "host"},
                                          {"stdin(i64) | map(x*2) | count()", "opencl"},
                                          {"stdin(f64, raw) | max()", "auto"}};
    shell_open(&s);
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        int in[2], out[2], terminal;
        char pipeline[64], engine[16], got[8];
        char *arguments[] = {"millrace", pipeline, "--engine", engine, NULL};
        (void)snprintf(pipeline, sizeof pipeline, "%s", rows[k][0]);
        (void)snprintf(engine, sizeof engine, "%s", rows[k][1]);
        s.err[0] = '\0';
        shell_pipe(in);
        shell_pipe(out);
        pid_t pid = shell_start(&s, arguments, in[0], out[1], &terminal);
        (void)close(out[1]);
        read_terminal(terminal, " s");
        CU_ASSERT_EQUAL(kill(pid, SIGINT), 0);
        CU_ASSERT_EQUAL(read(out[0], got, sizeof got), 0);
        CU_ASSERT_EQUAL(shell_wait(pid), 130);
        (void)close(in[0]);
        (void)close(in[1]);
        (void)close(out[0]);
        (void)close(terminal);
    }
    shell_close(&s);
}

static void an_interrupted_run_leaves_no_file(void)
{
    shell_open(&s);
    char path[300];
    (void)snprintf(path, sizeof path, "%s/f", s.folder);
    char *arguments[] = {"millrace", "count()", "-o", path, NULL};
    CU_ASSERT_EQUAL(interrupt(arguments, -1, SIGINT), 130);
    CU_ASSERT_EQUAL(shell_entries(&s), 0);
    shell_close(&s);
}

static void a_killed_run_leaves_nothing_for_ever(void)
{
    shell_open(&s);
    char path[300];
    (void)snprintf(path, sizeof path, "%s/f", s.folder);
    char *arguments[] = {"millrace", "count()", "-o", path, NULL};
    CU_ASSERT_EQUAL(interrupt(arguments, -1, SIGKILL), 128 + SIGKILL);
    CU_ASSERT_EQUAL(shell_run(&s, "for k in 1 2; do millrace 'range(3)' -o f || exit; done"), 0);
    CU_ASSERT_EQUAL(shell_entries(&s), 1);
    shell_close(&s);
}

/* Reads all of the descriptor; returns the number of lines and the last byte. */
static int64_t drain(int fd, char *last)
{
    static char buffer[1 << 16];
    int64_t lines = 0;
    for (ssize_t count; (count = read(fd, buffer, sizeof buffer)) > 0;) {
        for (ssize_t k = 0; k < count; k++) lines += buffer[k] == '\n';
        *last = buffer[count - 1];
    }
    return lines;
}

static void what_was_computed_before_an_interrupt_is_written(void)
{
    int ends[2], terminal;
    char first[2], last = 0, *arguments[] = {"millrace", "count()", "--batch", "1000", NULL};
    shell_open(&s);
    s.err[0] = '\0';
    shell_pipe(ends);
    pid_t pid = shell_start(&s, arguments, -1, ends[1], &terminal);
    (void)close(ends[1]);
    CU_ASSERT_EQUAL(read(ends[0], first, 2), 2); /* "0\n": it is under way */
    CU_ASSERT_EQUAL(kill(pid, SIGINT), 0);
    int64_t lines = drain(ends[0], &last) + 1;
    read_terminal(terminal, NULL);
    CU_ASSERT_EQUAL(shell_wait(pid), 130);
    CU_ASSERT_EQUAL(last, '\n');
    CU_ASSERT_EQUAL(lines % 1000, 0);
    char told[64];
    (void)snprintf(told, sizeof told, "interrupted after %" PRId64 " elements", lines);
    CU_ASSERT_PTR_NOT_NULL(strstr(s.err, told));
    (void)close(ends[0]);
    (void)close(terminal);
    shell_close(&s);
}

/* A minute is for the compiler; without the deadline a fault would stop the whole suite. */
static bool becomes_readable(int fd)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    return poll(&ready, 1, 60000) == 1;
}

static void an_open_pipe_delivers_each_element_as_it_comes(void)
{
    static const char *const engines[] = {"host", "opencl", "auto"};
    shell_open(&s);
    for (size_t k = 0; k < sizeof engines / sizeof engines[0]; k++) {
        int in[2], out[2], terminal;
        char got[8] = "", engine[16];
        char *arguments[] = {"millrace", "stdin() | map(x*2)", "--engine", engine, NULL};
        (void)snprintf(engine, sizeof engine, "%s", engines[k]);
        shell_pipe(in);
        shell_pipe(out);
        pid_t pid = shell_start(&s, arguments, in[0], out[1], &terminal);
        (void)close(in[0]);
        (void)close(out[1]);
        CU_ASSERT_EQUAL(write(in[1], "5\n", 2), 2);
        CU_ASSERT(becomes_readable(out[0]) && read(out[0], got, sizeof got - 1) == 5);
        CU_ASSERT_STRING_EQUAL(got, "10.0\n");
        (void)close(in[1]);
        CU_ASSERT_EQUAL(shell_wait(pid), 0);
        (void)close(out[0]);
        (void)close(terminal);
    }
    shell_close(&s);
}

static void the_progress_line_is_erased_at_the_end(void)
{
    int ends[2], terminal;
    char *arguments[] = {"millrace", "stdin()", "--engine", "host", NULL};
    shell_open(&s);
    s.err[0] = '\0';
    shell_pipe(ends);
    pid_t pid = shell_start(&s, arguments, ends[0], -1, &terminal);
    (void)close(ends[0]);
    CU_ASSERT_EQUAL(write(ends[1], "5\n", 2), 2);
    read_terminal(terminal, "1 elements");
    (void)close(ends[1]);
    read_terminal(terminal, NULL);
    CU_ASSERT_EQUAL(shell_wait(pid), 0);
    size_t length = strlen(s.err);
    CU_ASSERT(length > 4 && strcmp(s.err + length - 4, "\r\033[K") == 0);
    (void)close(terminal);
    shell_close(&s);
}

/* A longer one would wrap, and only its last row be written over. */
static void the_progress_line_fits_the_terminal(void)
{
    const struct winsize narrow = {.ws_row = 24, .ws_col = 20};
    int terminal;
    char *arguments[] = {"millrace", "range(1e15) | map(x*x) | sum()", "--engine", "host", NULL};
    shell_open(&s);
    s.err[0] = '\0';
    pid_t pid = shell_start(&s, arguments, -1, -1, &terminal);
    CU_ASSERT_EQUAL(ioctl(terminal, TIOCSWINSZ, &narrow), 0);
    read_terminal(terminal, "%");
    CU_ASSERT_EQUAL(kill(pid, SIGINT), 0);
    read_terminal(terminal, NULL);
    CU_ASSERT_EQUAL(shell_wait(pid), 130);
    for (const char *line = strstr(s.err, "\033[K"); line; line = strstr(line + 1, "\033[K"))
        if (strncmp(line + 3, "interrupted", 11) != 0)
            CU_ASSERT(strcspn(line + 3, "\r") < narrow.ws_col);
    (void)close(terminal);
    shell_close(&s);
}

static void quiet_runs_say_nothing_even_when_interrupted(void)
{
    int ends[2], terminal;
    char first[2], last = 0, *arguments[] = {"millrace", "count()", "--quiet", NULL};
    shell_open(&s);
    s.err[0] = '\0';
    shell_pipe(ends);
    pid_t pid = shell_start(&s, arguments, -1, ends[1], &terminal);
    (void)close(ends[1]);
    CU_ASSERT_EQUAL(read(ends[0], first, 2), 2);
    CU_ASSERT_EQUAL(kill(pid, SIGINT), 0);
    (void)drain(ends[0], &last);
    read_terminal(terminal, NULL);
    CU_ASSERT_EQUAL(shell_wait(pid), 130);
    CU_ASSERT_STRING_EQUAL(s.err, "");
    (void)close(ends[0]);
    (void)close(terminal);
    shell_close(&s);
}

SUITE(interrupt, {"endless_reductions_stop_in_order", endless_reductions_stop_in_order},
      {"a_read_that_waits_for_input_stops_in_order", a_read_that_waits_for_input_stops_in_order},
      {"an_interrupted_value_is_not_printed", an_interrupted_value_is_not_printed},
      {"an_interrupted_run_leaves_no_file", an_interrupted_run_leaves_no_file},
      {"a_killed_run_leaves_nothing_for_ever", a_killed_run_leaves_nothing_for_ever},
      {"what_was_computed_before_an_interrupt_is_written",
       what_was_computed_before_an_interrupt_is_written},
      {"an_open_pipe_delivers_each_element_as_it_comes",
       an_open_pipe_delivers_each_element_as_it_comes},
      {"the_progress_line_is_erased_at_the_end", the_progress_line_is_erased_at_the_end},
      {"the_progress_line_fits_the_terminal", the_progress_line_fits_the_terminal},
      {"quiet_runs_say_nothing_even_when_interrupted",
       quiet_runs_say_nothing_even_when_interrupted});
