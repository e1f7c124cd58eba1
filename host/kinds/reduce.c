/* A terminal: one aggregate of everything. */
#include "base/memory.h"
#include "engine/host_engine.h"
#include "ring/leaves.h"
#include "ring/runner.h"

/* What is folded; the stream adds leaves to it and has it saved with the result. */
static mr_status open(struct mr_runner *r, mr_error *err)
{
    r->state = mr_alloc(1, sizeof(struct mr_leaves));
    return r->state ? MR_OK : mr_fail_no_memory(err, "a segment");
}

static void close(struct mr_runner *r)
{
    mr_free(r->state);
}

static mr_status seek(struct mr_runner *r, int64_t position, mr_error *err)
{
    mr_leaves_start(r->state, r->segment);
    return mr_runner_seek_inputs(r, position, err);
}

static void move(struct mr_runner *to, struct mr_runner *from)
{
    void *held = to->state;
    to->state = from->state;
    from->state = held;
}

static const struct mr_kind_runner runner = {
    .open = open,
    .close = close,
    .seek = seek,
    .move = move,
};

const struct mr_kind_class mr_kind_reduce = {
    .name = "reduce",
    .reason = "the end of the pipeline",
    .aggregates = true,
    .is_terminal = true,
    .rows = MR_ROWS_LEAVES,
    .unit = mr_unit_of_terminal,
    .runner = &runner,
    .host = &mr_host_leaves,
};
