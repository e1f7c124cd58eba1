#include "child.h"

#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILD_VARIABLE "MILLRACE_TEST_CHILD"
enum { MAX_VARIABLES = 512 };

extern char **environ;

bool child_is(const char *body)
{
    const char *wanted = getenv(CHILD_VARIABLE);
    return wanted && !strcmp(wanted, body);
}

static bool is_same_name(const char *a, const char *b)
{
    size_t length = strcspn(a, "=");
    return strcspn(b, "=") == length && !strncmp(a, b, length);
}

static bool is_replaced(const char *variable, const char *const changes[])
{
    bool found = is_same_name(variable, CHILD_VARIABLE);
    for (size_t k = 0; changes[k]; k++) found = found || is_same_name(variable, changes[k]);
    return found;
}

static void write_environment(char *out[MAX_VARIABLES], char *body, const char *const changes[])
{
    size_t count = 0;
    out[count++] = body;
    for (char **v = environ; *v && count < MAX_VARIABLES - 1; v++)
        if (!is_replaced(*v, changes)) out[count++] = *v;
    for (size_t k = 0; changes[k] && count < MAX_VARIABLES - 1; k++)
        if (strchr(changes[k], '=')) out[count++] = (char *)(uintptr_t)changes[k];
    out[count] = NULL;
}

/* To the end also when the text is full, or the child would wait for a reader for ever. */
static void read_all(int from, char *text, size_t size)
{
    char more[4096];
    size_t used = 0;
    ssize_t got;
    while ((got = read(from, more, sizeof more)) > 0) {
        size_t fits = size - 1 - used < (size_t)got ? size - 1 - used : (size_t)got;
        memcpy(text + used, more, fits);
        used += fits;
    }
    text[used] = '\0';
}

struct child_result child_run(const char *body, const char *const environment[])
{
    struct child_result result = {.exit_code = -1};
    char variable[128], *variables[MAX_VARIABLES], *arguments[] = {"child", NULL};
    (void)snprintf(variable, sizeof variable, CHILD_VARIABLE "=%s", body);
    write_environment(variables, variable, environment);

    int ends[2];
    posix_spawn_file_actions_t actions;
    if (pipe(ends) != 0) return result;
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    (void)posix_spawn_file_actions_addclose(&actions, ends[0]);
    (void)posix_spawn_file_actions_addclose(&actions, ends[1]);
    pid_t pid;
    int failed = posix_spawn(&pid, "/proc/self/exe", &actions, NULL, arguments, variables);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(ends[1]);
    if (!failed) {
        int status = 0;
        read_all(ends[0], result.text, sizeof result.text);
        if (waitpid(pid, &status, 0) == pid && WIFEXITED(status))
            result.exit_code = WEXITSTATUS(status);
    }
    (void)close(ends[0]);
    return result;
}
