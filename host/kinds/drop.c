/* Begins at the first element for which a predicate fails. */
#include "engine/host_engine.h"
#include "kinds/search.h"
#include "plan/kind.h"
#include "ring/runner.h"

struct dropping {
    bool is_over; /* the first element is found */
};

static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    (void)s;
    mr_buffers_add(out, "whether it drops", MR_PLACE_STATE, sizeof(struct dropping), 1);
}

static mr_status seek(struct mr_runner *r, int64_t position, mr_error *err)
{
    struct dropping *d = r->state;
    d->is_over = false;
    return mr_runner_seek_inputs(r, position, err);
}

/* Where dropping ends decides which failures of the units after it count. */
static bool may_launch(const struct mr_runner *r)
{
    const struct dropping *d = r->state;
    return d->is_over;
}

static mr_status launch(struct mr_runner *r, struct mr_slot *slot, enum mr_fill *how, mr_error *err)
{
    const struct dropping *d = r->state;
    return mr_unit_launch_program(r, slot, d->is_over ? r->segment->seq : NULL, how, err);
}

static void judge(struct mr_runner *r, const struct mr_unit *unit, const struct mr_outcome *outcome,
                  struct mr_entries *entries)
{
    struct dropping *d = r->state;
    (void)unit;
    if (d->is_over) return;
    d->is_over = outcome->stop < entries->until;
    entries->from = d->is_over ? outcome->stop : entries->until;
}

static size_t state_bytes(const struct mr_segment *s)
{
    (void)s;
    return 1;
}

static void save(struct mr_runner *r, struct mr_bytes_out *out)
{
    const struct dropping *d = r->state;
    mr_put_number(out, d->is_over);
}

static mr_status restore(struct mr_runner *r, struct mr_bytes_in *in, mr_error *err)
{
    struct dropping *d = r->state;
    (void)err;
    d->is_over = mr_get_at_most(in, 1);
    return MR_OK;
}

static const struct mr_kind_runner runner = {
    .seek = seek,
    .may_launch = may_launch,
    .launch = launch,
    .judge = judge,
    .save = save,
    .restore = restore,
};

/* From the first kept element on nobody asks the predicate, so that it cannot fail there. */
static bool end_dropping(struct mr_program *p, const struct mr_launch *launch, size_t done,
                         size_t count, struct mr_outcome *out)
{
    mr_lanes_ignore(p->lanes, p->segment->seq);
    if (out->failed == SIZE_MAX || out->failed <= out->stop) return true;
    out->failed = SIZE_MAX;
    return mr_host_evaluate(p, launch, done, count, out);
}

static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    mr_host_search(p, launch, out, end_dropping);
}

static const struct mr_kind_host host = {.run = run_on_host};

const struct mr_kind_class mr_kind_drop = {
    .reason = "where it begins is known only afterwards",
    .buffers = buffers,
    .state_bytes = state_bytes,
    .state_words = "is_over",
    .runner = &runner,
    .host = &host,
    .skeleton = mr_search_skeleton,
    .has_status = true,
    .asks_until_stop = true,
};
