/* What random pipelines must be able to do besides: be copied from the device, read from any
 * position, explained. A suite of its own, so that pieces of seeds of the others are no more than
 * that. */
#include "random_agreement.h"
#include "suite.h"

extern bool tests_small;

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

SUITE(random_other,
      {"random_pipelines_agree_without_shared_memory",
       random_pipelines_agree_without_shared_memory},
      {"random_positions_read_as_when_reading_through",
       random_positions_read_as_when_reading_through},
      {"random_pipelines_can_be_explained", random_pipelines_can_be_explained});
