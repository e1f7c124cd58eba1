/* Scripts that use the built command as a user's shell would. */
#ifndef MR_TESTS_CLI_SHELL_H
#define MR_TESTS_CLI_SHELL_H

#include <stddef.h>
#include <sys/types.h>

enum { SHELL_TEXT_BYTES = 1 << 16 };

struct shell {
    char folder[256];                                  /* an empty one, where scripts run */
    char out[SHELL_TEXT_BYTES], err[SHELL_TEXT_BYTES]; /* of the last script; cut if longer */
};

/* Makes the folder; gives up aloud if it cannot. */
void shell_open(struct shell *s);

/* Removes the folder and all in it. */
void shell_close(struct shell *s);

/* Runs a bash script, in which `millrace` is the built command and $LAYER the fault layer, with an
 * empty standard input. Returns its exit code, or 128 + the signal that ended it. */
int shell_run(struct shell *s, const char *script);

/* Starts the command itself with standard error on a terminal, standard output on `out` and input
 * from `in` (descriptors, -1: /dev/null). *terminal is the end to read what it writes there. */
pid_t shell_start(struct shell *s, char *const arguments[], int in, int out, int *terminal);

/* Waits for it: its exit code, or 128 + the signal. */
int shell_wait(pid_t pid);

/* A pipe whose ends only those processes get that are handed one. */
void shell_pipe(int ends[2]);

/* How many entries the folder has. */
size_t shell_entries(const struct shell *s);

#endif
