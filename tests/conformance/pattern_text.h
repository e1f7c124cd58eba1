/* Patterns of pipelines, as text: N stands for the number of elements, M for three quarters and K
 * for a quarter of it. */
#ifndef MR_TESTS_CONFORMANCE_PATTERN_TEXT_H
#define MR_TESTS_CONFORMANCE_PATTERN_TEXT_H

#include <stddef.h>

/* Seven columns of all dtypes, a to g, from N elements. */
#define EVERY_DTYPE                                                                                \
    "range(N) | map(a: x % 3 == 0, b: i32(x*2654435761 - 77), c: u32(x*40503), d: x*x - 1000, "    \
    "e: u64(x)*11400714819323198485, f: f32(x % 1000)*0.1 - 7.0, g: x*0.37 - 100.0)"

/* Replaces N, M and K where they are words of their own. */
void pattern_text(char *out, size_t size, const char *pattern, size_t length);

#endif
