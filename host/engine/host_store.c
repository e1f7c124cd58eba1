/* What several kinds do on the host: entries that are the body's values. */
#include <string.h>

#include "engine/host_engine.h"

void mr_host_end(const struct mr_launch *launch, size_t done)
{
    launch->out->computed = launch->out->outcome.entries = done;
}

static bool takes_long(const struct mr_program *p, const struct mr_launch *launch)
{
    return launch->is_brief || mr_lanes_take_long(p->lanes) ||
           (p->walker && mr_lanes_take_long(p->walker));
}

size_t mr_host_leaf(struct mr_program *p, const struct mr_launch *launch, size_t done)
{
    size_t left = launch->count - done;
    if (left && done && takes_long(p, launch)) {
        mr_host_end(launch, done);
        return 0;
    }
    return left < MR_LEAF ? left : MR_LEAF;
}

void mr_host_store(struct mr_program *p, const struct mr_slot *slot, size_t entry, size_t count)
{
    for (size_t c = 0; c < p->segment->value_count; c++) {
        const void *lanes = mr_host_lanes(p, c, slot->dtypes[c], p->scratch, count);
        memcpy(mr_host_entry(slot, c, entry), lanes, count * mr_dtype_size(slot->dtypes[c]));
    }
}

void mr_host_search(struct mr_program *p, const struct mr_launch *launch, struct mr_outcome *out,
                    mr_host_found *found)
{
    for (size_t done = 0, count; (count = mr_host_leaf(p, launch, done)); done += count) {
        if (!mr_host_evaluate(p, launch, done, count, out)) break;
        mr_host_store(p, launch->out, done, count);
        const uint8_t *keep = mr_host_keep(p);
        const uint8_t *hit = out->stop == SIZE_MAX ? memchr(keep, 0, count) : NULL;
        if (!hit) continue;
        out->stop = done + (size_t)(hit - keep);
        if (!found || found(p, launch, done, count, out)) continue;
        out->stop = SIZE_MAX;
        break;
    }
}
