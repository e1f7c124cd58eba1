/* As much of CUnit as the tests use, for CPUs that Debian has no CUnit for here (./dev test
 * --cross). Its names are CUnit's. */
#ifndef MR_TESTS_CROSS_CUNIT_H
#define MR_TESTS_CROSS_CUNIT_H

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Counts an assertion; one that fails is shown and, if fatal, leaves the test. */
bool CU_assertImplementation(bool holds, unsigned line, const char *condition, const char *file,
                             bool is_fatal);

#define CU_CHECK(holds, fatal) CU_assertImplementation(holds, __LINE__, #holds, __FILE__, fatal)

#define CU_ASSERT(value) CU_CHECK((value), false)
#define CU_ASSERT_FATAL(value) CU_CHECK((value), true)
#define CU_ASSERT_TRUE(value) CU_CHECK((value), false)
#define CU_ASSERT_TRUE_FATAL(value) CU_CHECK((value), true)
#define CU_ASSERT_FALSE(value) CU_CHECK(!(value), false)
#define CU_ASSERT_EQUAL(a, b) CU_CHECK((a) == (b), false)
#define CU_ASSERT_EQUAL_FATAL(a, b) CU_CHECK((a) == (b), true)
#define CU_ASSERT_NOT_EQUAL(a, b) CU_CHECK((a) != (b), false)
#define CU_ASSERT_PTR_EQUAL(a, b) CU_CHECK((const void *)(a) == (const void *)(b), false)
#define CU_ASSERT_PTR_NOT_EQUAL(a, b) CU_CHECK((const void *)(a) != (const void *)(b), false)
#define CU_ASSERT_PTR_NULL(a) CU_CHECK((a) == NULL, false)
#define CU_ASSERT_PTR_NOT_NULL(a) CU_CHECK((a) != NULL, false)
#define CU_ASSERT_PTR_NOT_NULL_FATAL(a) CU_CHECK((a) != NULL, true)
#define CU_ASSERT_STRING_EQUAL(a, b) CU_CHECK(!strcmp(a, b), false)
#define CU_ASSERT_NSTRING_EQUAL(a, b, most) CU_CHECK(!strncmp(a, b, most), false)
#define CU_ASSERT_STRING_NOT_EQUAL(a, b) CU_CHECK(strcmp(a, b), false)
#define CU_ASSERT_DOUBLE_EQUAL(a, b, far) CU_CHECK(fabs((a) - (b)) <= fabs(far), false)
#define CU_FAIL(why) CU_CHECK(!(why), false)
#define CU_FAIL_FATAL(why) CU_CHECK(!(why), true)

#endif
