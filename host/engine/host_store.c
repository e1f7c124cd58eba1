/* What several kinds do on the host: entries that are the body's values. */
#include <string.h>

#include "engine/host_engine.h"

size_t mr_host_leaf(const struct mr_launch *launch, size_t done)
{
    return launch->count - done < MR_LEAF ? launch->count - done : MR_LEAF;
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
    for (size_t done = 0, count; done < launch->count; done += count) {
        count = mr_host_leaf(launch, done);
        mr_host_evaluate(p, launch, done, count, out);
        mr_host_store(p, launch->out, done, count);
        const uint8_t *keep = mr_host_keep(p);
        const uint8_t *hit = out->stop == SIZE_MAX ? memchr(keep, 0, count) : NULL;
        if (!hit) continue;
        out->stop = done + (size_t)(hit - keep);
        if (found) found(p, launch, done, count, out);
    }
}
