/* The even seeds, and what else random pipelines must be able to do; random_odd_test.c has the odd
 * ones, so that two cores share the work. */
#include "random_agreement.h"
#include "suite.h"

extern bool tests_small;

static void random_pipelines_agree(void)
{
    check_random_pipelines(0, tests_long ? 3000 : tests_small ? 8 : tests_brief ? 100 : 300, 2);
}

static void random_pipelines_agree_without_shared_memory(void)
{
    check_random_staged(10000, tests_small ? 10002 : 10040);
}

static void random_positions_read_as_when_reading_through(void)
{
    check_random_seeks(20000, tests_small ? 20004 : 20060);
}

static void random_pipelines_can_be_explained(void)
{
    check_random_explained(0, 300);
}

SUITE(random, {"random_pipelines_agree", random_pipelines_agree},
      {"random_pipelines_agree_without_shared_memory",
       random_pipelines_agree_without_shared_memory},
      {"random_positions_read_as_when_reading_through",
       random_positions_read_as_when_reading_through},
      {"random_pipelines_can_be_explained", random_pipelines_can_be_explained});
