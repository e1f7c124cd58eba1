/* Laws about a fresh process: a missing driver, a layer, an environment.
 *
 *     CHILD(lists_devices) { printf("%s", ...); }
 *     ...
 *     struct child_result r = child_run("lists_devices", (const char *[]){"HOME", "A=b", NULL});
 *
 * runs the body in a new process of the test program and gives what it printed. */
#ifndef MR_TESTS_CL_CHILD_H
#define MR_TESTS_CL_CHILD_H

#include <stdbool.h>
#include <stdlib.h>

struct child_result {
    int exit_code;   /* -1: it did not end by itself */
    char text[4096]; /* its standard output */
};

/* environment: "NAME=value" sets, "NAME" removes; NULL ends it. */
struct child_result child_run(const char *body, const char *const environment[]);

/* Whether this process was started to run the body. */
bool child_is(const char *body);

/* Before main(), so that nothing of the parent's work is done again. */
#define CHILD(name)                                                                                \
    static void child_##name(void);                                                                \
    __attribute__((constructor)) static void child_enter_##name(void)                              \
    {                                                                                              \
        if (!child_is(#name)) return;                                                              \
        child_##name();                                                                            \
        exit(EXIT_SUCCESS);                                                                        \
    }                                                                                              \
    static void child_##name(void)

#endif
