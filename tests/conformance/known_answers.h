/* What the model must give, as text, known from elsewhere. */
#ifndef MR_TESTS_CONFORMANCE_KNOWN_ANSWERS_H
#define MR_TESTS_CONFORMANCE_KNOWN_ANSWERS_H

#include <stddef.h>

/* Expected texts are "name:dtype value value … | name:dtype …", then " ! failure@element" where the
 * run failed. Floats have the fewest digits that read back to the same bits, from 15 up (f32: 6).
 * Values come from Python 3 and NumPy 2, and for the tree, the scan and the window from a Python
 * script that follows their definition. */
struct known_answer {
    const char *pipeline;
    const char *expected;
};

void assert_known_answers(const struct known_answer *rows, size_t count);

#define CHECK(rows) assert_known_answers(rows, sizeof(rows) / sizeof(rows)[0])

#endif
