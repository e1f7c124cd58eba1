/* The even seeds; random_odd_test.c has the odd ones, so that two cores share the work. What else
 * random pipelines must be able to do is in random_other_test.c. */
#include "random_agreement.h"
#include "suite.h"

extern bool tests_small;

static void random_pipelines_agree(void)
{
    check_random_pipelines(0, tests_long ? 3000 : tests_small ? 8 : tests_brief ? 100 : 300, 2);
}

SUITE(random, {"random_pipelines_agree", random_pipelines_agree});
