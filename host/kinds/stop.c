/* Ends before the first element for which a predicate fails. */
#include "engine/host_engine.h"
#include "kinds/search.h"
#include "plan/kind.h"
#include "ring/runner.h"

void mr_search_judge(struct mr_runner *r, const struct mr_unit *unit,
                     const struct mr_outcome *outcome, struct mr_entries *entries)
{
    (void)r;
    (void)unit;
    if (outcome->stop == SIZE_MAX) return;
    entries->ends = true;
    entries->excuses = outcome->stop < outcome->failed;
    if (outcome->stop < entries->until) entries->until = outcome->stop;
}

static const struct mr_kind_runner runner = {.judge = mr_search_judge};

static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    mr_host_search(p, launch, out, NULL);
}

static const struct mr_kind_host host = {.run = run_on_host};

const struct mr_skeleton *mr_search_skeleton(const struct mr_segment *s)
{
    static const struct mr_skeleton search = {
        .files = {"skeleton/fused.cl"},
        .kernels = {{"", MR_ITEMS_SPANS}},
    };
    (void)s;
    return &search;
}

const struct mr_kind_class mr_kind_stop = {
    .reason = "where it ends is known only afterwards",
    .is_one_by_one = true,
    .runner = &runner,
    .host = &host,
    .skeleton = mr_search_skeleton,
    .has_status = true,
};
