/* Random pipelines that are well typed by construction and end. */
#ifndef MR_TESTS_CONFORMANCE_RANDOM_PIPELINE_H
#define MR_TESTS_CONFORMANCE_RANDOM_PIPELINE_H

#include <stdbool.h>
#include <stdint.h>

/* All false: up to 5000 elements of input, everything allowed, no variables of one's own. */
struct random_pipeline_options {
    bool large;             /* sometimes up to 200,000 elements of input */
    bool no_transcendental; /* no exp, log, sin and so on; sqrt, fma and rounding stay */
    bool no_failures;       /* no division that may meet zero, no overflowing term */
    bool no_terminal;       /* a sequence, never a single value */
    bool variables;         /* also iterate, scan and fold with variables of one's own, and loop */
};

/* A pipeline's text, the same for the same seed and options on every machine; freed by mr_free().
 * NULL when out of memory.
 *
 * Where the language leaves a choice to the implementation it steers clear: no literal meets only
 * literals, none is out of its dtype's range, no divisor is the literal zero, and no last() stands
 * above what may fail. */
char *random_pipeline(uint64_t seed, struct random_pipeline_options options);

#endif
