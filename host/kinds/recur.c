/* A state that is stepped, and can jump. */
#include <string.h>

#include "base/memory.h"
#include "engine/host_engine.h"
#include "engine/lane_recurrence.h"
#include "ir/library.h"
#include "ir/op.h"
#include "plan/kind.h"

/* What the recurrence is called with, and the position that it jumps to. */
static size_t value_count(const struct mr_segment *s)
{
    return mr_library[s->seq->op->recurrence].arity + 1;
}

/* The host finds what its arguments are, for every engine. */
static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    mr_buffers_add_lanes(out, s);
}

static mr_status open_on_host(struct mr_program *p, mr_error *err)
{
    p->own = mr_alloc(1, sizeof(struct mr_recurrence_run));
    if (!p->own) return mr_fail_no_memory(err, "a program");
    mr_recurrence_open(p->own, p->segment, p->lanes);
    return MR_OK;
}

static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    struct mr_recurrence_run *run = p->own;
    uint64_t *terms = (uint64_t *)(void *)p->scratch;
    mr_dtype dtype = launch->out->dtypes[0];
    unsigned char *lanes = p->scratch + MR_HOST_LEAF_SCRATCH / 2;
    (void)out;
    mr_recurrence_seek(run, launch->first);
    for (size_t done = 0, count; done < launch->count; done += count) {
        count = mr_host_leaf(launch, done);
        run->recurrence->terms(&run->state, terms, count, run->args);
        mr_lane_cast(dtype, MR_U64)(lanes, terms, NULL, NULL, mr_lane_steps(count));
        memcpy(mr_host_row(launch->out, 0, done), lanes, count * mr_dtype_size(dtype));
    }
    run->at += (int64_t)launch->count;
}

static const struct mr_kind_host host = {.run = run_on_host, .open = open_on_host};

const struct mr_kind_class mr_kind_recur = {
    .name = "recurrence",
    .reason = "each term needs the one before",
    .is_one_by_one = true,
    .value_count = value_count,
    .gives_as_many = true,
    .gives_whole_batches = true,
    .buffers = buffers,
    .host = &host,
};
