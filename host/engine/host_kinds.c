/* Kinds of segment whose rows are the body's values, or made of them one after the other. */
#include <string.h>

#include "engine/host_engine.h"
#include "engine/host_fold.h"
#include "ir/op.h"

static size_t at_most_leaf(size_t count)
{
    return count < MR_LEAF ? count : MR_LEAF;
}

static void store_values(struct mr_program *p, const struct mr_slot *slot, size_t row, size_t count)
{
    for (size_t c = 0; c < p->segment->value_count; c++) {
        const void *lanes = mr_host_lanes(p, c, slot->dtypes[c], p->scratch, count);
        memcpy(mr_host_row(slot, c, row), lanes, count * mr_dtype_size(slot->dtypes[c]));
    }
}

void mr_host_fused(struct mr_program *p, const struct mr_launch *launch, struct mr_outcome *out)
{
    for (size_t done = 0, count; done < launch->count; done += count) {
        count = at_most_leaf(launch->count - done);
        mr_host_evaluate(p, launch, done, count, out);
        store_values(p, launch->out, done, count);
    }
}

/* DROP: from the first kept element on nobody asks the predicate, so that it cannot fail there. */
static void end_dropping(struct mr_program *p, const struct mr_launch *launch, size_t done,
                         size_t count, struct mr_outcome *out)
{
    mr_lanes_ignore(p->lanes, p->segment->seq);
    if (out->failed == SIZE_MAX || out->failed <= out->stop) return;
    out->failed = SIZE_MAX;
    mr_host_evaluate(p, launch, done, count, out);
}

/* STOP and DROP: everything is stored, and the first position told where the predicate fails. */
void mr_host_search(struct mr_program *p, const struct mr_launch *launch, struct mr_outcome *out)
{
    for (size_t done = 0, count; done < launch->count; done += count) {
        count = at_most_leaf(launch->count - done);
        mr_host_evaluate(p, launch, done, count, out);
        store_values(p, launch->out, done, count);
        const uint8_t *keep = mr_host_keep(p);
        const uint8_t *hit = out->stop == SIZE_MAX ? memchr(keep, 0, count) : NULL;
        if (!hit) continue;
        out->stop = done + (size_t)(hit - keep);
        if (p->segment->kind == MR_KIND_DROP) end_dropping(p, launch, done, count, out);
    }
}

#define PACK(name, U)                                                                              \
    static void name(void *out, const void *in, const uint16_t *places, size_t count)              \
    {                                                                                              \
        U *results = out;                                                                          \
        const U *xs = in;                                                                          \
        for (size_t k = 0; k < count; k++) results[k] = xs[places[k]];                             \
    }
PACK(pack_1, uint8_t)
PACK(pack_4, uint32_t)
PACK(pack_8, uint64_t)

static void pack_values(struct mr_program *p, const struct mr_slot *slot, size_t row,
                        const uint16_t *places, size_t kept, size_t count)
{
    for (size_t c = 0; c < p->segment->value_count; c++) {
        const void *lanes = mr_host_lanes(p, c, slot->dtypes[c], p->scratch, count);
        void *rows = mr_host_row(slot, c, row);
        switch (mr_dtype_size(slot->dtypes[c])) {
        case 1: pack_1(rows, lanes, places, kept); break;
        case 4: pack_4(rows, lanes, places, kept); break;
        default: pack_8(rows, lanes, places, kept); break;
        }
    }
}

/* Survivors' places first, without a branch a lane; then each column by them. Ends at a failed
 * check: what comes after it is never delivered. */
void mr_host_compact(struct mr_program *p, const struct mr_launch *launch, struct mr_outcome *out)
{
    uint16_t places[MR_LEAF];
    out->rows = 0;
    for (size_t done = 0, count; done < launch->count && out->failed == SIZE_MAX; done += count) {
        count = at_most_leaf(launch->count - done);
        mr_host_evaluate(p, launch, done, count, out);
        const uint8_t *keep = mr_host_keep(p);
        size_t good = out->failed == SIZE_MAX ? count : out->failed - done, kept = 0;
        for (size_t k = 0; k < good; k++) {
            places[kept] = (uint16_t)k;
            kept += keep[k] != 0;
        }
        pack_values(p, launch->out, out->rows, places, kept, count);
        out->rows += kept;
    }
}

static void begin_carries(struct mr_program *p, const struct mr_launch *launch)
{
    const struct mr_segment *s = p->segment;
    for (size_t c = 0; c < s->value_count; c++) {
        mr_scalar identity = mr_fold_identity(s->aggregate, launch->out->dtypes[c]);
        launch->out->carries[c] =
            launch->previous ? launch->previous->carries[c] : (struct mr_carry){identity, identity};
    }
}

/* A prefix inside each leaf, combined with that of all leaves before it: the same bits wherever
 * units are cut. */
void mr_host_scan(struct mr_program *p, const struct mr_launch *launch, struct mr_outcome *out)
{
    const struct mr_segment *s = p->segment;
    struct mr_slot *slot = launch->out;
    begin_carries(p, launch);
    for (size_t done = 0, count; done < launch->count; done += count) {
        size_t lane = (size_t)((launch->first + (int64_t)done) % MR_LEAF);
        count = at_most_leaf(launch->count - done);
        if (count > MR_LEAF - lane) count = MR_LEAF - lane;
        mr_host_evaluate(p, launch, done, count, out);
        for (size_t c = 0; c < s->value_count; c++) {
            mr_dtype dtype = slot->dtypes[c];
            struct mr_carry *carry = &slot->carries[c];
            const struct mr_fold_loops *fold = mr_fold_loops(s->aggregate, dtype);
            if (lane == 0) {
                carry->before = fold->values(carry->before, carry->within);
                carry->within = mr_fold_identity(s->aggregate, dtype);
            }
            const void *lanes = mr_host_lanes(p, c, dtype, p->scratch, count);
            fold->prefixes(mr_host_row(slot, c, done), lanes, count, carry->before, &carry->within);
        }
    }
}

void mr_host_recur(struct mr_program *p, const struct mr_launch *launch, struct mr_outcome *out)
{
    struct mr_recurrence_run *run = &p->terms;
    uint64_t *terms = (uint64_t *)(void *)p->scratch;
    mr_dtype dtype = launch->out->dtypes[0];
    unsigned char *lanes = p->scratch + MR_HOST_LEAF_SCRATCH / 2;
    (void)out;
    mr_recurrence_seek(run, launch->first);
    for (size_t done = 0, count; done < launch->count; done += count) {
        count = at_most_leaf(launch->count - done);
        run->recurrence->terms(&run->state, terms, count, run->args);
        mr_lane_cast(dtype, MR_U64)(lanes, terms, NULL, NULL, mr_lane_steps(count));
        memcpy(mr_host_row(launch->out, 0, done), lanes, count * mr_dtype_size(dtype));
    }
    run->at += (int64_t)launch->count;
}
