/* Texts that must be refused, as tables: what kind of error, where, and what it says. */
#ifndef MR_TESTS_REFUSAL_H
#define MR_TESTS_REFUSAL_H

#include <stddef.h>

#include <millrace/status.h>

struct refusal {
    const char *text;
    mr_status status;
    unsigned column;
    const char *part; /* of the error as rendered */
};

/* Parses each text as a pipeline and asserts that it fails just so, with a hint what to do, and
 * leaves no memory behind. */
void assert_refused(const struct refusal *rows, size_t count);

#endif
