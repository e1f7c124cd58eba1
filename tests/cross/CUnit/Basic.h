/* What tests/main.c asks of CUnit; included there alone. */
#ifndef MR_TESTS_CROSS_BASIC_H
#define MR_TESTS_CROSS_BASIC_H

#include <setjmp.h>
#include <stdio.h>

#include "CUnit.h"

enum { CUE_SUCCESS, CUE_NOMEMORY };
enum { CU_BRM_VERBOSE };
enum { CU_MOST_SUITES = 256, CU_MOST_TESTS = 64 };

typedef struct {
    const char *name;
    size_t count;
    struct {
        const char *name;
        void (*run)(void);
    } tests[CU_MOST_TESTS];
} CU_Suite, *CU_pSuite;

static struct {
    size_t suites;
    CU_Suite suite[CU_MOST_SUITES];
    unsigned ran, failures, asserts;
    jmp_buf end_of_test;
} cu;

bool CU_assertImplementation(bool holds, unsigned line, const char *condition, const char *file,
                             bool is_fatal)
{
    cu.asserts++;
    if (holds) return true;
    cu.failures++;
    printf("\n    %s:%u: %s\n", file, line, condition);
    if (is_fatal) longjmp(cu.end_of_test, 1);
    return false;
}

static int CU_initialize_registry(void)
{
    cu.suites = 0;
    return CUE_SUCCESS;
}

static void CU_cleanup_registry(void) {}

static void CU_basic_set_mode(int mode)
{
    (void)mode;
}

static const char *CU_get_error_msg(void)
{
    return "tests/cross/CUnit/Basic.h has no room for as many suites or tests";
}

static CU_pSuite CU_add_suite(const char *name, int (*start)(void), int (*end)(void))
{
    (void)start;
    (void)end;
    if (cu.suites == CU_MOST_SUITES) return NULL;
    CU_pSuite suite = &cu.suite[cu.suites++];
    *suite = (CU_Suite){.name = name};
    return suite;
}

static bool CU_add_test(CU_pSuite suite, const char *name, void (*run)(void))
{
    if (suite->count == CU_MOST_TESTS) return false;
    suite->tests[suite->count].name = name;
    suite->tests[suite->count++].run = run;
    return true;
}

static CU_pSuite CU_get_suite(const char *name)
{
    for (size_t k = 0; k < cu.suites; k++)
        if (!strcmp(cu.suite[k].name, name)) return &cu.suite[k];
    return NULL;
}

static int CU_basic_run_suite(CU_pSuite suite)
{
    cu.ran = cu.failures = cu.asserts = 0;
    printf("\nSuite: %s\n", suite->name);
    for (volatile size_t k = 0; k < suite->count; k++) {
        unsigned before = cu.failures;
        printf("  Test: %s ...", suite->tests[k].name);
        (void)fflush(stdout);
        cu.ran++;
        if (!setjmp(cu.end_of_test)) suite->tests[k].run();
        puts(cu.failures == before ? "passed" : "FAILED");
    }
    return CUE_SUCCESS;
}

static unsigned CU_get_number_of_tests_run(void)
{
    return cu.ran;
}

static unsigned CU_get_number_of_failures(void)
{
    return cu.failures;
}

static unsigned CU_get_number_of_suites_failed(void)
{
    return 0;
}

static unsigned CU_get_number_of_asserts(void)
{
    return cu.asserts;
}

#endif
