/* The odd seeds of random_test.c. */
#include "random_agreement.h"
#include "suite.h"

extern bool tests_small;

static void random_pipelines_agree(void)
{
    check_random_pipelines(1, tests_long ? 3000 : tests_small ? 9 : tests_brief ? 101 : 300, 2);
}

SUITE(random_odd, {"random_pipelines_agree", random_pipelines_agree});
