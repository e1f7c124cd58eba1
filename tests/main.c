/* Runs the suites named on the command line, or all of them.
 *
 *     millrace_tests [--list] [--long | --brief | --small] [--host] [--shape SHAPE]
 *                    [--seeds FIRST-END] [--part K/N] [SUITE...]
 *
 * --shape is for the suites of conformance, --seeds for random and random_odd: 3000 pipelines on a
 * slow device are so many pieces as there is time for. --part takes every Nth text of journey, so
 * that the whole of it can be done in pieces, too.
 *
 * MILLRACE_TESTS=long, =brief or =small says the same from outside, for ctest. */
#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

extern const struct suite *const suites[]; /* written by the build, sorted by name */
extern const size_t suites_count;

bool tests_long, tests_brief;

/* The opposite of long: for runs under a checker that is a hundred times slower. */
extern bool tests_small;
bool tests_small;

bool tests_host;
const char *tests_shape;
unsigned long tests_first_seed, tests_end_seed;
unsigned tests_part, tests_parts;

static const struct suite *find_suite(const char *name)
{
    for (size_t k = 0; k < suites_count; k++)
        if (!strcmp(suites[k]->name, name)) return suites[k];
    return NULL;
}

static bool add_suite(const struct suite *suite)
{
    CU_pSuite added = CU_add_suite(suite->name, NULL, NULL);
    for (size_t k = 0; added && k < suite->count; k++)
        if (!CU_add_test(added, suite->tests[k].law, suite->tests[k].run)) return false;
    return added != NULL;
}

/* True when every test ran and asserted something somewhere, and nothing failed: a suite that
 * checks nothing must not pass. */
static bool run_suite(const struct suite *suite)
{
    CU_pSuite added = CU_get_suite(suite->name);
    if (!added || CU_basic_run_suite(added) != CUE_SUCCESS) return false;
    unsigned ran = CU_get_number_of_tests_run();
    unsigned failed = CU_get_number_of_failures() + CU_get_number_of_suites_failed();
    bool empty = ran == 0 || ran != suite->count || CU_get_number_of_asserts() == 0;
    if (empty) printf("\nsuite %s: %u of %zu tests ran\n", suite->name, ran, suite->count);
    (void)fflush(stdout);
    return failed == 0 && !empty;
}

static int run_suites(const struct suite *const *chosen, size_t count)
{
    if (CU_initialize_registry() != CUE_SUCCESS) return EXIT_FAILURE;
    CU_basic_set_mode(CU_BRM_VERBOSE);
    bool added = true;
    for (size_t k = 0; k < count && added; k++) added = add_suite(chosen[k]);
    if (!added) (void)fprintf(stderr, "millrace_tests: %s\n", CU_get_error_msg());

    size_t failed = 0;
    for (size_t k = 0; k < count && added; k++)
        if (!run_suite(chosen[k])) {
            printf("suite %s FAILED\n", chosen[k]->name);
            failed++;
        }
    CU_cleanup_registry();
    printf("%zu of %zu suites passed\n", added ? count - failed : 0, count);
    return added && count && !failed ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void read_environment(void)
{
    const char *size = getenv("MILLRACE_TESTS");
    tests_long = size && !strcmp(size, "long");
    tests_brief = size && !strcmp(size, "brief");
    tests_small = size && !strcmp(size, "small");
    /* Drivers are met in these processes themselves, but where a test is about that. */
    (void)setenv("MILLRACE_BUILD_PROGRAM", "", 0);
}

static bool read_seeds(const char *text)
{
    int end = 0;
    return sscanf(text, "%lu-%lu%n", &tests_first_seed, &tests_end_seed, &end) == 2 && !text[end] &&
           tests_first_seed < tests_end_seed;
}

static bool read_part(const char *text)
{
    int end = 0;
    return sscanf(text, "%u/%u%n", &tests_part, &tests_parts, &end) == 2 && !text[end] &&
           tests_part > 0 && tests_part <= tests_parts;
}

static int list_suites(void)
{
    for (size_t k = 0; k < suites_count; k++)
        printf("%s\t%zu tests\n", suites[k]->name, suites[k]->count);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    read_environment();
    const struct suite **chosen = calloc((size_t)argc + 1, sizeof *chosen);
    if (!chosen) return EXIT_FAILURE;
    size_t count = 0;
    int status = -1;
    for (int k = 1; k < argc && status < 0; k++) {
        if (!strcmp(argv[k], "--list"))
            status = list_suites();
        else if (!strcmp(argv[k], "--long"))
            tests_long = true;
        else if (!strcmp(argv[k], "--brief"))
            tests_brief = true;
        else if (!strcmp(argv[k], "--small"))
            tests_small = true;
        else if (!strcmp(argv[k], "--host"))
            tests_host = true;
        else if (!strcmp(argv[k], "--shape") && k + 1 < argc)
            tests_shape = argv[++k];
        else if (!strcmp(argv[k], "--seeds") && k + 1 < argc)
            status = read_seeds(argv[++k]) ? -1 : EXIT_FAILURE;
        else if (!strcmp(argv[k], "--part") && k + 1 < argc)
            status = read_part(argv[++k]) ? -1 : EXIT_FAILURE;
        else if (!(chosen[count++] = find_suite(argv[k]))) {
            (void)fprintf(stderr, "millrace_tests: no suite '%s'; see --list\n", argv[k]);
            status = EXIT_FAILURE;
        }
    }
    if (status < 0) status = count ? run_suites(chosen, count) : run_suites(suites, suites_count);
    free(chosen);
    return status;
}
