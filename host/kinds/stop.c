/* Ends before the first element for which a predicate fails. */
#include "ring/runner.h"

static void judge(struct mr_runner *r, const struct mr_unit *unit, const struct mr_outcome *outcome,
                  struct mr_rows *rows)
{
    (void)r;
    (void)unit;
    if (outcome->stop == SIZE_MAX) return;
    rows->ends = true;
    rows->excuses = outcome->stop < outcome->failed;
    if (outcome->stop < rows->until) rows->until = outcome->stop;
}

static const struct mr_kind_runner runner = {.judge = judge};

const struct mr_kind_class mr_kind_stop = {
    .name = "stop",
    .reason = "where it ends is known only afterwards",
    .is_one_by_one = true,
    .runner = &runner,
};
