#include "emit/loop.h"

#include <stdio.h>

#include "emit/needs.h"
#include "emit/values.h"

/* Of the mask of lanes that go on: as wide as the widest state. */
static unsigned bits_of(const struct mr_emitter *e, ir_value last_next)
{
    for (ir_value n = last_next; n != IR_NONE; n = mr_emitter_node(e, n)->args[2])
        if (mr_dtype_size(mr_emitter_node(e, n)->dtype) == 8) return 64;
    return 32;
}

static void emit_type(struct mr_strbuf *out, mr_dtype dtype)
{
    mr_strbuf_addf(out, "%s", dtype == MR_BOOL ? "vm32" : "v");
    if (dtype != MR_BOOL) mr_strbuf_add(out, mr_dtype_name(dtype));
}

static void emit_operand(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    if (mr_emitter_node(e, value)->dtype == MR_BOOL)
        mr_emit_mask(e, out, value, 32);
    else
        mr_strbuf_addf(out, "v%d", value);
}

static void emit_states(struct mr_emitter *e, struct mr_strbuf *out, const char *indent,
                        ir_value last_next)
{
    for (ir_value n = last_next; n != IR_NONE; n = mr_emitter_node(e, n)->args[2]) {
        ir_value state = mr_emitter_node(e, n)->args[0];
        mr_strbuf_add(out, indent);
        emit_type(out, mr_emitter_node(e, n)->dtype);
        mr_strbuf_addf(out, " v%d = ", state);
        emit_operand(e, out, mr_emitter_node(e, state)->args[0]);
        mr_strbuf_add(out, ";\n");
    }
}

/* Values of the loop in [begin, end), but for its states. */
static void emit_turn(struct mr_emitter *e, struct mr_strbuf *out, const char *indent,
                      size_t kernel, ir_value loop, ir_value begin, ir_value end)
{
    for (ir_value k = begin; k < end; k++) {
        enum ir_op op = mr_emitter_node(e, k)->op;
        if (e->loop_of[k] != loop || !mr_needs_lanes(e, (size_t)k, kernel)) continue;
        if (op != IR_STATE && op != IR_NEXT) mr_emit_value_line(e, out, indent, k);
    }
}

static void emit_on(struct mr_strbuf *out, unsigned bits, ir_value loop, mr_dtype dtype)
{
    bool is_wide = dtype != MR_BOOL && mr_dtype_size(dtype) == 8;
    mr_strbuf_addf(out, is_wide || bits == 32 ? "on%d" : "TO_M32(on%d)", loop);
}

/* All at once: none sees what another one becomes. */
static void emit_next_states(struct mr_emitter *e, struct mr_strbuf *out, const char *indent,
                             ir_value loop, unsigned bits)
{
    ir_value last = mr_emitter_node(e, loop)->args[1];
    for (ir_value k = last; k != IR_NONE; k = mr_emitter_node(e, k)->args[2]) {
        const struct ir_node *n = mr_emitter_node(e, k);
        mr_strbuf_addf(out, "%sconst ", indent);
        emit_type(out, n->dtype);
        mr_strbuf_addf(out, " v%d = %s", k, n->dtype == MR_BOOL ? "(" : "");
        emit_on(out, bits, loop, n->dtype);
        mr_strbuf_add(out, n->dtype == MR_BOOL ? " & " : " ? ");
        emit_operand(e, out, n->args[1]);
        if (n->dtype == MR_BOOL) {
            mr_strbuf_add(out, ") | (!");
            emit_on(out, bits, loop, n->dtype);
            mr_strbuf_addf(out, " & v%d);\n", n->args[0]);
        } else {
            mr_strbuf_addf(out, " : v%d;\n", n->args[0]);
        }
    }
    for (ir_value k = last; k != IR_NONE; k = mr_emitter_node(e, k)->args[2])
        mr_strbuf_addf(out, "%sv%d = v%d;\n", indent, mr_emitter_node(e, k)->args[0], k);
}

void mr_emit_loop(struct mr_emitter *e, struct mr_strbuf *out, size_t kernel, const char *indent,
                  ir_value loop)
{
    const struct ir_node *n = mr_emitter_node(e, loop);
    ir_value goes_on = n->args[0], lanes = n->args[2];
    unsigned bits = bits_of(e, n->args[1]);
    char inner[32];
    (void)snprintf(inner, sizeof inner, "%s    ", indent);
    emit_states(e, out, indent, n->args[1]);
    mr_strbuf_addf(out, "%svm%u on%d = ", indent, bits, loop);
    if (lanes == IR_NONE)
        mr_strbuf_addf(out, "TRUE_M%u", bits);
    else
        mr_emit_mask(e, out, lanes, bits);
    mr_strbuf_addf(out, ";\n%sfor (ulong turn = 0; turn < P[%d]; turn++) {\n", indent,
                   e->notes[loop].param);
    if (goes_on != IR_NONE) {
        emit_turn(e, out, inner, kernel, loop, 0, goes_on + 1);
        mr_strbuf_addf(out, "%son%d &= ", inner, loop);
        mr_emit_mask(e, out, goes_on, bits);
        mr_strbuf_add(out, ";\n");
    }
    mr_strbuf_addf(out, "%sif (!MASK_ANY(on%d)) break;\n", inner, loop);
    emit_turn(e, out, inner, kernel, loop, goes_on == IR_NONE ? 0 : goes_on + 1, loop);
    emit_next_states(e, out, inner, loop, bits);
    mr_strbuf_addf(out, "%s}\n", indent);
}
