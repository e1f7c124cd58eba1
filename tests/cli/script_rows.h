/* Tables of scripts: what each prints, where, and how it exits. */
#ifndef MR_TESTS_CLI_SCRIPT_ROWS_H
#define MR_TESTS_CLI_SCRIPT_ROWS_H

#include <stddef.h>

struct script_row {
    const char *script;
    int exit_code;
    const char *out;    /* the whole of it; NULL: not looked at */
    const char *err[3]; /* parts of it, in this order; none: it is empty */
};

/* Runs them one after another in one folder. */
void check_rows(const struct script_row rows[], size_t count);
#define CHECK_ROWS(rows) check_rows(rows, sizeof rows / sizeof rows[0])

/* Begins a script that has a cache folder of its own. */
#define IN_A_NEW_CACHE "export XDG_CACHE_HOME=$(mktemp -d); trap 'rm -r $XDG_CACHE_HOME' EXIT; "

#endif
