/* What chunk, window and scan take: aggregates that kernels can finish. */
#include <stdio.h>
#include <string.h>

#include "ir/aggregate.h"
#include "ir/op.h"
#include "suite.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

extern const struct mr_op mr_op_chunk, mr_op_window, mr_op_scan;

static const struct mr_param *op_param(const struct mr_op *op)
{
    for (size_t k = 0; k < LENGTH(op->params) && op->params[k].name; k++)
        if (strcmp(op->params[k].name, "op") == 0) return &op->params[k];
    return NULL;
}

static bool is_finished(enum mr_aggregate aggregate, bool takes_means)
{
    if (aggregate == MR_NO_AGGREGATE) return false;
    const struct mr_aggregate_class *class = mr_aggregate_of(aggregate);
    if (class->finishing == MR_FINISHED_AS_MEAN) return takes_means;
    return class->finishing == MR_FINISHED_AS_TOTAL || mr_partials_of(aggregate)->needs_no_values;
}

static void check_choices(const struct mr_op *op, bool takes_means)
{
    const struct mr_param *param = op_param(op);
    size_t found = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(param);
    for (const char *name = param->choices; *name; found++) {
        size_t length = strcspn(name, "|");
        bool is_known = is_finished(mr_aggregate_named(name, length, false), takes_means);
        CU_ASSERT_TRUE(is_known);
        if (!is_known)
            printf("\n  %s(%.*s): kernels cannot finish it\n", op->name, (int)length, name);
        name += length + (name[length] == '|');
    }
    CU_ASSERT_TRUE(found > 1);
}

/* Kernels and the host's loops do not call `finish`. */
static void what_stages_take_is_finished_as_kernels_know_it(void)
{
    check_choices(&mr_op_chunk, true);
    check_choices(&mr_op_window, true);
    check_choices(&mr_op_scan, false);
}

static void what_finishing_says_is_what_finish_does(void)
{
    const struct mr_partial real = {.count = 4, .a.f64 = 10, .b.f64 = 3};
    size_t told = 0;
    for (enum mr_aggregate a = MR_NO_AGGREGATE + 1; a < MR_AGGREGATE_COUNT; a++) {
        const struct mr_aggregate_class *class = mr_aggregate_of(a);
        mr_scalar value = {.u64 = 0};
        if (!class->finish || class->finishing == MR_FINISHED_BY_CODE) continue;
        CU_ASSERT_TRUE(class->finish(&real, MR_F64, 0, &value));
        CU_ASSERT_EQUAL(value.f64, class->finishing == MR_FINISHED_AS_MEAN ? 2.5 : 10.0);
        told++;
    }
    CU_ASSERT_TRUE(told > 2);
}

SUITE(choice,
      {"what_stages_take_is_finished_as_kernels_know_it",
       what_stages_take_is_finished_as_kernels_know_it},
      {"what_finishing_says_is_what_finish_does", what_finishing_says_is_what_finish_does});
