/* Element n is an expression of its inputs' elements, stored as it is. */
#include "emit/skeleton.h"
#include "engine/host_engine.h"
#include "plan/kind.h"
#include "ring/runner.h"

static const struct mr_kind_runner runner = {.begins_anywhere = true};

static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    for (size_t done = 0, count; (count = mr_host_leaf(p, launch, done)); done += count) {
        if (!mr_host_evaluate(p, launch, done, count, out)) break;
        mr_host_store(p, launch->out, done, count);
    }
}

static const struct mr_kind_host host = {.run = run_on_host};

static const struct mr_skeleton *skeleton(const struct mr_segment *s)
{
    static const struct mr_skeleton fused = {
        .files = {"skeleton/fused.cl"},
        .kernels = {{"", MR_ITEMS_SPANS}},
    };
    (void)s;
    return &fused;
}

const struct mr_kind_class mr_kind_fused = {
    .reason = "the end of the pipeline",
    .is_fused = true,
    .is_one_by_one = true,
    .has_own_positions = true,
    .gives_as_many = true,
    .gives_whole_batches = true,
    .runner = &runner,
    .host = &host,
    .skeleton = skeleton,
};
