#define _XOPEN_SOURCE 700 /* mkdtemp(), posix_openpt() */

#include "cli/shell.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void need(bool ok, const char *what)
{
    if (ok) return;
    perror(what);
    abort();
}

void shell_open(struct shell *s)
{
    const char *base = getenv("TMPDIR");
    (void)snprintf(s->folder, sizeof s->folder, "%s/millrace-cli-XXXXXX", base ? base : "/tmp");
    need(mkdtemp(s->folder) != NULL, s->folder);
    need(setenv("FOLDER", s->folder, 1) == 0 && setenv("COMMAND", MILLRACE_COMMAND, 1) == 0 &&
             setenv("SOURCE", MILLRACE_SOURCE_DIR, 1) == 0,
         "setenv");
#ifdef MILLRACE_LAYER
    need(setenv("LAYER", MILLRACE_LAYER, 1) == 0, "setenv");
#endif
}

static size_t walk(const char *folder, bool remove_them)
{
    size_t count = 0;
    DIR *entries = opendir(folder);
    need(entries != NULL, folder);
    for (struct dirent *e; (e = readdir(entries));) {
        char path[600];
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        count++;
        (void)snprintf(path, sizeof path, "%s/%.300s", folder, e->d_name);
        if (remove_them) need(remove(path) == 0, path);
    }
    (void)closedir(entries);
    return count;
}

void shell_close(struct shell *s)
{
    (void)walk(s->folder, true);
    need(rmdir(s->folder) == 0, s->folder);
}

size_t shell_entries(const struct shell *s)
{
    return walk(s->folder, false);
}

void shell_pipe(int ends[2])
{
    need(pipe(ends) == 0 && fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 &&
             fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0,
         "pipe");
}

/* An unnamed file to take what a script prints. */
static int capture(void)
{
    char path[] = "/tmp/millrace-cli-XXXXXX";
    int fd = mkstemp(path);
    need(fd >= 0 && unlink(path) == 0, path);
    return fd;
}

static void read_back(int fd, char text[SHELL_TEXT_BYTES])
{
    ssize_t count = pread(fd, text, SHELL_TEXT_BYTES - 1, 0);
    need(count >= 0, "pread");
    text[count] = '\0';
    (void)close(fd);
}

/* The signals of the test's own shell must not reach the command as ignored ones. */
static pid_t spawn(const char *program, char *const arguments[], int in, int out, int err)
{
    pid_t pid;
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t all;
    need(posix_spawn_file_actions_init(&files) == 0 && posix_spawnattr_init(&attributes) == 0 &&
             sigfillset(&all) == 0,
         "posix_spawn_file_actions_init");
    if (in < 0)
        (void)posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    else
        (void)posix_spawn_file_actions_adddup2(&files, in, 0);
    if (out < 0)
        (void)posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    else
        (void)posix_spawn_file_actions_adddup2(&files, out, 1);
    (void)posix_spawn_file_actions_adddup2(&files, err, 2);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    (void)posix_spawnattr_setsigdefault(&attributes, &all);
    need(posix_spawn(&pid, program, &files, &attributes, arguments, environ) == 0, program);
    (void)posix_spawn_file_actions_destroy(&files);
    (void)posix_spawnattr_destroy(&attributes);
    return pid;
}

int shell_wait(pid_t pid)
{
    int status;
    need(waitpid(pid, &status, 0) == pid, "waitpid");
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int shell_run(struct shell *s, const char *script)
{
    char whole[8192];
    int length = snprintf(whole, sizeof whole,
                          "cd \"$FOLDER\" && millrace() { \"$COMMAND\" \"$@\"; }\n%s", script);
    need(length > 0 && (size_t)length < sizeof whole, "a script's length");
    char bash[] = "bash", option[] = "-c";
    char *const arguments[] = {bash, option, whole, NULL};
    int out = capture(), err = capture();
    int exit_code = shell_wait(spawn("/bin/bash", arguments, -1, out, err));
    read_back(out, s->out);
    read_back(err, s->err);
    return exit_code;
}

pid_t shell_start(struct shell *s, char *const arguments[], int in, int out, int *terminal)
{
    (void)s;
    *terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    need(*terminal >= 0 && grantpt(*terminal) == 0 && unlockpt(*terminal) == 0, "posix_openpt");
    int other = open(ptsname(*terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
    need(other >= 0 && setenv("TERM", "xterm", 1) == 0, "the terminal");
    pid_t pid = spawn(MILLRACE_COMMAND, arguments, in, out, other);
    (void)close(other);
    return pid;
}
