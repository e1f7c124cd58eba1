/* A map applied to its own result: element by element, by the host engine's loops. */
#include <string.h>

#include "base/memory.h"
#include "engine/lane_loops.h"
#include "engine/lanes.h"
#include "ir/op.h"
#include "ring/runner.h"

struct mr_iteration {
    struct mr_lanes *lanes;
    int64_t position; /* of the next element */
    uint64_t x;       /* the element before, as it is stored */
};

mr_status mr_iterate_open(struct mr_iteration **out, const struct mr_segment *s, mr_error *err)
{
    struct mr_iteration *it = mr_alloc(1, sizeof *it);
    *out = NULL;
    if (!it) return mr_fail_no_memory(err, "an iteration");
    mr_status st = mr_lanes_create(&it->lanes, &s->body, s->values, s->value_count, err);
    if (st == MR_OK)
        *out = it;
    else
        mr_iterate_close(&it);
    return st;
}

void mr_iterate_close(struct mr_iteration **iteration)
{
    if (!*iteration) return;
    mr_lanes_destroy(&(*iteration)->lanes);
    mr_free(*iteration);
    *iteration = NULL;
}

/* False when a check failed: the next element does not exist. */
static bool step(struct mr_iteration *it, const struct mr_segment *s, struct mr_outcome *outcome)
{
    mr_dtype dtype = s->stored[0];
    if (it->position == 0) {
        mr_lane_put(&it->x, dtype, s->body.nodes[s->values[1]].imm);
        return true;
    }
    const struct mr_lanes_input before = {
        .columns = {&it->x}, .first = it->position - 1, .count = 1};
    mr_lanes_run(it->lanes, it->position - 1, 1, &before);
    if (mr_lanes_failed(it->lanes, &outcome->check) != SIZE_MAX) return false;
    memcpy(&it->x, mr_lanes_value(it->lanes, s->values[0]), mr_dtype_size(dtype));
    return true;
}

void mr_iterate_fill(struct mr_runner *r, size_t count, void *column, size_t *got)
{
    struct mr_iteration *it = r->iteration;
    struct mr_outcome outcome = {.failed = 0};
    size_t size = mr_dtype_size(r->segment->stored[0]);
    for (*got = 0; *got < count; ++*got, it->position++) {
        if (!step(it, r->segment, &outcome)) {
            mr_unit_fail(r, &outcome, it->position);
            return;
        }
        memcpy((unsigned char *)column + *got * size, &it->x, size);
    }
}
