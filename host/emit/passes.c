#include "emit/passes.h"

#include "base/memory.h"
#include "emit/layout.h"
#include "emit/needs.h"
#include "emit/strength.h"

static const struct {
    const char *name;
    void (*decide)(struct mr_emitter *e);
} passes[] = {
    {"strength", mr_decide_strength},
    {"needs", mr_decide_needs},
    {"layout", mr_decide_layout},
};

mr_status mr_emitter_open(struct mr_emitter *e, const struct mr_segment *segment,
                          const struct mr_profile *profile, struct mr_source_text *source,
                          mr_error *err)
{
    *e = (struct mr_emitter){.segment = segment, .profile = profile, .source = source};
    e->notes = mr_alloc(segment->body.count, sizeof *e->notes);
    source->params = mr_alloc(mr_most_params(&segment->body), sizeof *source->params);
    if (!e->notes || !source->params) {
        mr_emitter_close(e);
        return mr_fail_no_memory(err, "the kernel's text");
    }
    for (size_t k = 0; k < sizeof passes / sizeof passes[0]; k++) passes[k].decide(e);
    return MR_OK;
}

void mr_emitter_close(struct mr_emitter *e)
{
    mr_free(e->notes);
    *e = (struct mr_emitter){0};
}
