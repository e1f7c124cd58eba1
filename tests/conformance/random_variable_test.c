/* Random iterate, scan, fold and loop among other stages. */
#include "random_agreement.h"
#include "suite.h"

extern bool tests_small;

static void random_variables_agree(void)
{
    if (tests_small)
        check_random_variables(40006, 40008); /* of little memory */
    else
        check_random_variables(40000, tests_long ? 41000 : tests_brief ? 40006 : 40012);
}

SUITE(random_variable, {"random_variables_agree", random_variables_agree});
