#define _GNU_SOURCE /* dladdr */

#include "cl/child_process.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <millrace/version.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "cl/build.h"
#include "cl/verdict.h"

/* A compilation takes 0.1 to 10 s, PoCL's process 250 MB. */
unsigned mr_child_patience_ms = 120000;
uint64_t mr_child_most_bytes = (uint64_t)2 << 30;

static atomic_bool is_inside;

void mr_child_enter(void)
{
    atomic_store(&is_inside, true);
}

/* ---- The program ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char program[PATH_MAX]; /* under the lock; "": none was found */
static bool is_sought;

static bool take_program(const char *folder, size_t length, const char *rest)
{
    int used = snprintf(program, sizeof program, "%.*s%s", (int)length, folder, rest);
    if (used > 0 && (size_t)used < sizeof program && access(program, X_OK) == 0) return true;
    program[0] = '\0';
    return false;
}

/* Beside the library or command that this is part of, as built or installed. */
static bool find_beside(const char *file)
{
    static const char *const places[] = {"/libexec/millrace/build", "/../libexec/millrace/build",
                                         "/../../libexec/millrace/build"};
    const char *slash = strrchr(file, '/');
    if (file[0] != '/') return false;
    for (size_t k = 0; k < sizeof places / sizeof places[0]; k++)
        if (take_program(file, (size_t)(slash - file), places[k])) return true;
    return false;
}

static void seek_program(void)
{
    const char *chosen = getenv("MILLRACE_BUILD_PROGRAM");
    char command[PATH_MAX];
    Dl_info about;
    is_sought = true;
    if (chosen) {
        (void)take_program(chosen, strlen(chosen), "");
        return;
    }
    if (dladdr(program, &about) && about.dli_fname && find_beside(about.dli_fname)) return;
    ssize_t length = readlink("/proc/self/exe", command, sizeof command - 1);
    command[length > 0 ? length : 0] = '\0';
    if (find_beside(command)) return;
    (void)take_program(MILLRACE_BUILD_PROGRAM, sizeof MILLRACE_BUILD_PROGRAM - 1, "");
}

static bool is_of_use(void)
{
    const char *layers = getenv("OPENCL_LAYERS");
    return !atomic_load(&is_inside) && !(layers && layers[0]);
}

bool mr_child_is_there(void)
{
    if (!is_of_use()) return false;
    (void)pthread_mutex_lock(&lock);
    if (!is_sought) seek_program();
    bool is_there = program[0] != '\0';
    (void)pthread_mutex_unlock(&lock);
    return is_there;
}

const char *mr_child_lack(void)
{
    return is_of_use() && !mr_child_is_there() ? "its kernels are built in this process, as there "
                                                 "is no libexec/millrace/build"
                                               : NULL;
}

/* ---- Its start ---- */

struct child {
    pid_t pid; /* 0: there is none */
    int socket;
    char phase[64]; /* that it is at */
    char line[512];
    size_t length;
};

/* A copy of the environment, with one variable more unless that is NULL: other threads may change
 * it at any time, which moves it. NULL: no memory. */
static char **environment_with(char *variable)
{
    char *const *now = environ;
    size_t count = 0;
    while (now[count]) count++;
    char **out = mr_alloc(count + 2, sizeof *out);
    if (!out) return NULL;
    size_t name = variable ? strcspn(variable, "=") + 1 : 0, used = 0;
    for (size_t k = 0; k < count && now[k]; k++)
        if (!variable || strncmp(now[k], variable, name) != 0) out[used++] = now[k];
    out[used] = variable;
    return out;
}

/* Its standard input is the socket, and nothing that a driver prints is seen. It is of a group of
 * its own, to be ended with all that a driver may start, and begins without our signals' masks. */
static int spawn(struct child *c, int end, char *const variables[])
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    char *arguments[] = {program, NULL};
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    int code = posix_spawn_file_actions_init(&actions);
    if (code) return code;
    if ((code = posix_spawnattr_init(&attributes))) {
        (void)posix_spawn_file_actions_destroy(&actions);
        return code;
    }
    code = posix_spawn_file_actions_adddup2(&actions, end, STDIN_FILENO);
    for (int k = STDOUT_FILENO; k <= STDERR_FILENO && !code; k++)
        code = posix_spawn_file_actions_addopen(&actions, k, "/dev/null", O_WRONLY, 0);
    if (!code) code = posix_spawnattr_setsigmask(&attributes, &none);
    if (!code) code = posix_spawnattr_setsigdefault(&attributes, &all);
    if (!code)
        code = posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    if (!code) code = posix_spawn(&c->pid, program, &actions, &attributes, arguments, variables);
    if (code) c->pid = 0;
    (void)posix_spawnattr_destroy(&attributes);
    (void)posix_spawn_file_actions_destroy(&actions);
    return code;
}

/* Between three and up: 0 to 2 are the child's own. */
static void move_up(int *fd)
{
    int moved = *fd > STDERR_FILENO ? -1 : fcntl(*fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (moved < 0) return;
    (void)close(*fd);
    *fd = moved;
}

static int start(struct child *c, const char *vendors)
{
    char variable[PATH_MAX + 32];
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return errno;
    for (int k = 0; k < 2; k++) {
        (void)fcntl(ends[k], F_SETFD, FD_CLOEXEC);
        move_up(&ends[k]);
    }
    c->socket = ends[0];
    (void)snprintf(variable, sizeof variable, "OCL_ICD_VENDORS=%s", vendors ? vendors : "");
    char **variables = environment_with(vendors ? variable : NULL);
    int code = variables ? spawn(c, ends[1], variables) : ENOMEM;
    mr_free(variables);
    (void)close(ends[1]);
    return code;
}

/* ---- Its task, and its end ---- */

enum { LOOK_EVERY_MS = 20 };
enum course { GOES_ON, ENDED, DONE, NOT_DONE, HANGS, EATS, UNWANTED };

/* Resident bytes; 0 where the system does not tell. */
static uint64_t memory_of(pid_t pid)
{
    char path[64], text[128];
    unsigned long long pages = 0;
    (void)snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? 0 : read(file, text, sizeof text - 1);
    if (file >= 0) (void)close(file);
    text[got > 0 ? got : 0] = '\0';
    const char *second = strchr(text, ' ');
    if (second) pages = strtoull(second, NULL, 10);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static enum course take_line(struct child *c, struct mr_child_end *out)
{
    c->line[c->length] = '\0';
    c->length = 0;
    if (c->line[0] == MR_CHILD_AT) {
        (void)snprintf(c->phase, sizeof c->phase, "%.63s", c->line + 1);
        return GOES_ON;
    }
    (void)snprintf(out->words, sizeof out->words, "%.159s", c->line + 1);
    return c->line[0] == MR_CHILD_DONE ? DONE : NOT_DONE;
}

/* What has come; false: nothing, yet. */
static bool take_bytes(struct child *c, struct mr_child_end *out, enum course *course)
{
    char bytes[256];
    ssize_t got = recv(c->socket, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return false;
    *course = got <= 0 ? ENDED : GOES_ON;
    for (ssize_t k = 0; k < got && *course == GOES_ON; k++) {
        if (bytes[k] == '\n')
            *course = take_line(c, out);
        else if (c->length < sizeof c->line - 1)
            c->line[c->length++] = bytes[k];
    }
    return true;
}

/* The thread's builds are not wanted any more, or the process is asked to end while it blocks
 * signals. */
static bool is_called_off(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    sigset_t pending;
    if (mr_build_is_unwanted()) return true;
    if (sigpending(&pending) != 0) return false;
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++)
        if (sigismember(&pending, numbers[k]) == 1) return true;
    return false;
}

/* While nothing comes or goes since then. */
static enum course look_at(const struct child *c, int64_t since)
{
    if (is_called_off()) return UNWANTED;
    if (memory_of(c->pid) > mr_child_most_bytes) return EATS;
    return mr_now_ns() - since > (int64_t)mr_child_patience_ms * 1000000 ? HANGS : GOES_ON;
}

/* What it got of it; -1: nothing more can be sent. */
static ssize_t send_some(int to, const char *at, size_t left)
{
    ssize_t sent = send(to, at, left, MSG_NOSIGNAL | MSG_DONTWAIT);
    bool is_to_wait = sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
    return is_to_wait ? 0 : sent > 0 ? sent : -1;
}

/* NOT_DONE: it does not take it, and notices itself, as the end of a text that is too short. */
static enum course send_field(const struct child *c, const char *text)
{
    int64_t since = mr_now_ns();
    for (size_t left = strlen(text) + 1; left > 0;) {
        struct pollfd look = {.fd = c->socket, .events = POLLOUT};
        (void)poll(&look, 1, LOOK_EVERY_MS);
        ssize_t sent = send_some(c->socket, text, left);
        if (sent < 0) return NOT_DONE;
        text += sent;
        left -= (size_t)sent;
        if (sent > 0) since = mr_now_ns();
        enum course course = sent > 0 ? GOES_ON : look_at(c, since);
        if (course != GOES_ON) return course;
    }
    return GOES_ON;
}

/* It reads all of it before it does anything else. */
static enum course send_task(const struct child *c, const struct mr_child_task *task)
{
    const struct mr_device *d = task->device;
    const char *const fields[MR_CHILD_FIELDS] = {
        [MR_CHILD_VERSION] = MR_VERSION,
        [MR_CHILD_WHAT] = task->what,
        [MR_CHILD_ANEW] = mr_verdict_asks_anew() ? "1" : "",
        [MR_CHILD_PLATFORM] = d ? d->platform_name : "",
        [MR_CHILD_NAME] = d ? d->name : "",
        [MR_CHILD_DEVICE_VERSION] = d ? d->version : "",
        [MR_CHILD_DRIVER] = d ? d->driver : "",
        [MR_CHILD_OPTIONS] = task->options ? task->options : "",
        [MR_CHILD_TEXT] = task->text ? task->text : "",
    };
    enum course course = GOES_ON;
    for (size_t k = 0; k < MR_CHILD_FIELDS && course == GOES_ON; k++)
        course = send_field(c, fields[k]);
    (void)shutdown(c->socket, SHUT_WR);
    return course == NOT_DONE ? GOES_ON : course;
}

static enum course follow(struct child *c, struct mr_child_end *out)
{
    enum course course = GOES_ON;
    int64_t since = mr_now_ns();
    while (course == GOES_ON) {
        struct pollfd look = {.fd = c->socket, .events = POLLIN};
        (void)poll(&look, 1, LOOK_EVERY_MS);
        if (take_bytes(c, out, &course))
            since = mr_now_ns();
        else
            course = look_at(c, since);
    }
    return course;
}

/* Its status, or -1 when somebody else took it. Whatever it started ends with it, and itself, too,
 * should it only have closed its socket. */
static int reap(struct child *c)
{
    int status = -1;
    pid_t got;
    (void)kill(-c->pid, SIGKILL);
    do got = waitpid(c->pid, &status, 0);
    while (got < 0 && errno == EINTR);
    c->pid = 0;
    (void)close(c->socket);
    return got < 0 ? -1 : status;
}

/* A signal that comes from outside says nothing of the driver. */
static bool is_from_outside(int number)
{
    return number == SIGKILL || number == SIGINT || number == SIGTERM || number == SIGHUP ||
           number == SIGQUIT || number == SIGPIPE;
}

static void tell_end(struct mr_child_end *out, const struct child *c, enum course course,
                     int status)
{
    const char *phase = c->phase[0] ? c->phase : "its start";
    out->is_lasting = true;
    if (course == HANGS)
        (void)snprintf(out->words, sizeof out->words, "%s did not end within %u s", phase,
                       (mr_child_patience_ms + 999) / 1000);
    else if (course == EATS)
        (void)snprintf(out->words, sizeof out->words, "%s took more than %llu MiB of memory", phase,
                       (unsigned long long)(mr_child_most_bytes >> 20));
    else if (status != -1 && WIFSIGNALED(status))
        (void)snprintf(out->words, sizeof out->words, "%s ended the process by signal %d (%s)",
                       phase, WTERMSIG(status), strsignal(WTERMSIG(status)));
    else if (status != -1 && WIFEXITED(status))
        (void)snprintf(out->words, sizeof out->words, "%s ended the process with exit code %d",
                       phase, WEXITSTATUS(status));
    else
        (void)snprintf(out->words, sizeof out->words, "%s ended the process", phase);
    if (course == ENDED && status != -1 && WIFSIGNALED(status))
        out->is_lasting = !is_from_outside(WTERMSIG(status));
}

static mr_status judge(struct mr_child_end *out, const struct child *c, enum course course,
                       int status, mr_error *err)
{
    if (course == UNWANTED) return mr_fail(err, MR_E_INTERRUPTED, "interrupted");
    if (course == NOT_DONE || (course == ENDED && !c->phase[0]))
        return mr_fail(err, MR_E_IO, "%.200s could not be used: %s", program,
                       course == NOT_DONE ? out->words : "it ended at its start");
    out->is_done = course == DONE;
    if (!out->is_done) tell_end(out, c, course, status);
    return MR_OK;
}

mr_status mr_child_run(struct mr_child_end *out, const struct mr_child_task *task, mr_error *err)
{
    struct child c = {.pid = 0};
    *out = (struct mr_child_end){.is_done = false};
    int code = start(&c, task->vendors);
    if (code) {
        if (c.socket > 0) (void)close(c.socket);
        return mr_fail(err, MR_E_IO, "%.200s could not be started: %s", program, strerror(code));
    }
    enum course course = send_task(&c, task);
    if (course == GOES_ON) course = follow(&c, out);
    int status = reap(&c);
    return judge(out, &c, course, status, err);
}
