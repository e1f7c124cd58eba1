/* Ends before the first element for which a predicate fails. */
#include "engine/host_engine.h"
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

static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    mr_host_search(p, launch, out, NULL);
}

static const struct mr_kind_host host = {.run = run_on_host};

const struct mr_kind_class mr_kind_stop = {
    .name = "stop",
    .reason = "where it ends is known only afterwards",
    .is_one_by_one = true,
    .runner = &runner,
    .host = &host,
};
