#include "emit/lines.h"

#include <inttypes.h>

#include "emit/loop_text.h"
#include "emit/scalars.h"
#include "emit/skeleton.h"
#include "emit/values.h"

void mr_emit_values(struct mr_emitter *e, struct mr_strbuf *out, size_t kernel, const char *indent)
{
    for (size_t k = 0; k < e->segment->body.count; k++) {
        if (!mr_needs_lanes(e, k, kernel) || e->loop_of[k] != IR_NONE) continue;
        if (mr_emitter_node(e, (ir_value)k)->op == IR_LOOP)
            mr_emit_loop(e, out, kernel, indent, (ir_value)k);
        else
            mr_emit_value_line(e, out, indent, (ir_value)k);
    }
}

void mr_emit_prefetches(struct mr_emitter *e, struct mr_strbuf *out, const char *position)
{
    for (size_t k = 0; k < e->segment->body.count; k++) {
        const struct ir_node *n = mr_emitter_node(e, (ir_value)k);
        const struct mr_note *note = &e->notes[k];
        bool is_slot = note->form == MR_FORM_SLOT || note->form == MR_FORM_EDGE;
        bool is_read = is_slot || note->form == MR_FORM_MEMORY;
        if (!is_read || !mr_needs_lanes(e, k, MR_FIRST_KERNEL)) continue;
        mr_strbuf_addf(out, "PREFETCH_AT(in%u_%u, ", n->input, n->column);
        if (is_slot)
            mr_strbuf_addf(out, "at%u + %" PRId64 " + %s", n->input, note->offset, position);
        else
            mr_emit_at(e, out, n->args[0], position);
        mr_strbuf_add(out, ");");
    }
}

void mr_emit_checks(struct mr_emitter *e, struct mr_strbuf *out, const char *indent)
{
    bool compacts = e->skeleton->ends_at_failed_check, is_apart = e->skeleton->lanes_are_apart;
    for (size_t k = 0; k < e->segment->body.check_count; k++) {
        mr_strbuf_addf(out, "%s%s%sreport(status + %zu, ", indent,
                       compacts ? "good = min(good, " : "", is_apart ? "apart_" : "",
                       k + MR_STATUS_CHECKS);
        mr_emit_mask(e, out, e->segment->body.checks[k].bad, 32);
        mr_strbuf_addf(out, ", i, %s, %s)%s;\n", is_apart ? "on" : "low, high",
                       mr_emitter_first_spot(e), compacts ? ")" : "");
    }
}
