/* Names of other languages, for which there are hints. */
#include "ir/foreign.h"

#include "ir/op.h"
#include "ir/typing.h"
#include "suite.h"

/* So that no hint sends away from what there is. */
static void names_of_ours_are_not_foreign(void)
{
    for (const char *const *name = mr_function_names; *name; name++)
        CU_ASSERT_PTR_NULL(mr_foreign_function(*name));
    for (size_t k = 0; k < mr_ops_count; k++)
        CU_ASSERT_PTR_NULL(mr_foreign_operator(mr_ops[k]->name));
    CU_ASSERT_STRING_EQUAL(mr_foreign_operator("cumsum"), "here it is scan(sum)");
    CU_ASSERT_PTR_NULL(mr_foreign_operator("cumsum|cum"));
    CU_ASSERT_PTR_NULL(mr_foreign_operator(""));
}

SUITE(foreign, {"names_of_ours_are_not_foreign", names_of_ours_are_not_foreign});
