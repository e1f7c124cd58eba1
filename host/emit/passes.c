#include "emit/passes.h"

#include "base/memory.h"
#include "emit/dump.h"
#include "emit/layout.h"
#include "emit/needs.h"
#include "emit/skeleton.h"
#include "emit/strength.h"
#include "plan/buffer_list.h"

static const struct {
    const char *name, *brief;
    void (*decide)(struct mr_emitter *e);
} passes[MR_PASS_COUNT] = {
    [MR_PASS_STRENGTH] = {"strength", "how each value is made", mr_decide_strength},
    [MR_PASS_NEEDS] = {"needs", "which kernels make it", mr_decide_needs},
    [MR_PASS_LAYOUT] = {"layout", "what holds it", mr_decide_layout},
};

static mr_status begin(struct mr_emitter *e, const struct mr_segment *segment,
                       const struct mr_profile *profile, struct mr_source_text *source,
                       mr_error *err)
{
    *e = (struct mr_emitter){.segment = segment,
                             .profile = profile,
                             .source = source,
                             .values = segment->values,
                             .skeleton = mr_skeleton_of(segment)};
    if (!e->skeleton)
        return mr_fail(err, MR_E_INTERNAL, "%s is not computed by kernels", segment->name);
    e->notes = mr_alloc(segment->body.count, sizeof *e->notes);
    e->loop_of = mr_alloc(segment->body.count, sizeof *e->loop_of);
    source->params = mr_alloc(mr_most_params(&segment->body), sizeof *source->params);
    if (!e->notes || !e->loop_of || !source->params) {
        mr_emitter_close(e);
        return mr_fail_no_memory(err, "the kernel's text");
    }
    mr_ir_find_loops(&segment->body, e->loop_of);
    return MR_OK;
}

mr_status mr_emitter_open(struct mr_emitter *e, const struct mr_segment *segment,
                          const struct mr_profile *profile, struct mr_source_text *source,
                          mr_error *err)
{
    MR_TRY(begin(e, segment, profile, source, err));
    for (int pass = 0; pass < MR_PASS_COUNT; pass++) passes[pass].decide(e);
    return MR_OK;
}

void mr_emitter_close(struct mr_emitter *e)
{
    mr_free(e->notes);
    mr_free(e->loop_of);
    *e = (struct mr_emitter){0};
}

mr_status mr_emit_passes(struct mr_strbuf *out, const struct mr_segment *segment,
                         const struct mr_profile *profile, mr_error *err)
{
    struct mr_emitter e;
    struct mr_source_text source = {0};
    mr_status st = begin(&e, segment, profile, &source, err);
    for (int pass = 0; pass < MR_PASS_COUNT && st == MR_OK; pass++) {
        passes[pass].decide(&e);
        mr_strbuf_addf(out, "\nsegment %u after %s: %s", segment->number, passes[pass].name,
                       passes[pass].brief);
        if (pass == MR_PASS_LAYOUT)
            mr_strbuf_addf(out, "; %u lanes a vector, %u a strip", source.width, e.strip_elems);
        if (pass == MR_PASS_LAYOUT && mr_emitter_shares_leaves(&e))
            mr_strbuf_addf(out, ", %u work-items a leaf", source.items);
        mr_strbuf_add(out, "\n");
        mr_dump_body(&e, out, (enum mr_pass)pass);
    }
    mr_emitter_close(&e);
    mr_source_text_free(&source);
    return st;
}
