/* How a test file is written: a table of laws, one function each.
 *
 *     static void empty_text_is_empty(void) { CU_ASSERT_EQUAL(..., ...); }
 *     SUITE(strbuf, {"empty_text_is_empty", empty_text_is_empty});
 *
 * The file is tests/<room>/<name>_test.c and defines exactly one SUITE(<name>, ...); the build
 * finds it, tests/main.c runs it, `millrace_tests <name>` runs it alone. */
#ifndef MR_TESTS_SUITE_H
#define MR_TESTS_SUITE_H

#include <CUnit/CUnit.h>
#include <stdbool.h>
#include <stddef.h>

struct test {
    const char *law;
    void (*run)(void);
};

struct suite {
    const char *name;
    const struct test *tests;
    size_t count;
};

#define SUITE(suite_name, ...)                                                                     \
    static const struct test suite_name##_tests[] = {__VA_ARGS__};                                 \
    extern const struct suite suite_##suite_name;                                                  \
    const struct suite suite_##suite_name = {                                                      \
        .name = #suite_name,                                                                       \
        .tests = suite_name##_tests,                                                               \
        .count = sizeof suite_name##_tests / sizeof suite_name##_tests[0],                         \
    }

/* True under `./dev test --long`: more random cases, larger sizes. */
extern bool tests_long;

/* True under sanitizers: every law and every line, at fewer lengths and seeds. */
extern bool tests_brief;

/* True for a CPU that has no OpenCL device here: the host engine computes what suites ask of any
 * engine. */
extern bool tests_host;

/* The shape of kernels that the suites of conformance ask for where they ask for none, and spans in
 * place of its own; NULL: the device's own. */
extern const char *tests_shape;

/* Which seeds random pipelines have, from the first to before the end, where the caller says; else
 * both are 0. */
extern unsigned long tests_first_seed, tests_end_seed;

/* Which part of its cases a long suite takes, 1 to tests_parts; where the caller says nothing, both
 * are 0: all of them. */
extern unsigned tests_part, tests_parts;

#endif
