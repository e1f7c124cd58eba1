#include "emit/loop_text.h"

#include <stdio.h>

#include "emit/kernel_text.h"
#include "emit/needs.h"
#include "emit/values.h"

/* The mask of lanes that go on has lanes as wide as the widest state's. */
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

static const struct ir_node *written(const struct mr_emitter *e)
{
    return mr_emitter_node(e, e->loop.loop);
}

static unsigned mask_bits(const struct mr_emitter *e)
{
    return bits_of(e, written(e)->args[1]);
}

static ir_value goes_on(const struct mr_emitter *e)
{
    return written(e)->args[0];
}

static void indent_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, e->loop.indent);
}

static void number_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "%d", e->loop.loop);
}

static void mask_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "vm%u", mask_bits(e));
}

static void lanes_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    ir_value lanes = written(e)->args[2];
    if (lanes == IR_NONE)
        mr_strbuf_addf(out, "TRUE_M%u", mask_bits(e));
    else
        mr_emit_mask(e, out, lanes, mask_bits(e));
}

static void most_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "P[%d]", e->notes[e->loop.loop].param);
}

static void goes_on_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_mask(e, out, goes_on(e), mask_bits(e));
}

static void states_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    for (ir_value n = written(e)->args[1]; n != IR_NONE; n = mr_emitter_node(e, n)->args[2]) {
        ir_value state = mr_emitter_node(e, n)->args[0];
        mr_strbuf_add(out, e->loop.indent);
        emit_type(out, mr_emitter_node(e, n)->dtype);
        mr_strbuf_addf(out, " v%d = ", state);
        emit_operand(e, out, mr_emitter_node(e, state)->args[0]);
        mr_strbuf_add(out, ";\n");
    }
}

/* Values of the loop in [begin, end), but for its states. */
static void emit_turn(struct mr_emitter *e, struct mr_strbuf *out, ir_value begin, ir_value end)
{
    char indent[32];
    (void)snprintf(indent, sizeof indent, "%s    ", e->loop.indent);
    for (ir_value k = begin; k < end; k++) {
        enum ir_op op = mr_emitter_node(e, k)->op;
        if (e->loop_of[k] != e->loop.loop || !mr_needs_lanes(e, (size_t)k, e->loop.kernel))
            continue;
        if (op != IR_STATE && op != IR_NEXT) mr_emit_value_line(e, out, indent, k);
    }
}

/* What decides whether lanes go on. */
static void condition_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    emit_turn(e, out, 0, goes_on(e) + 1);
}

static void turn_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    emit_turn(e, out, goes_on(e) == IR_NONE ? 0 : goes_on(e) + 1, e->loop.loop);
}

static void emit_on(struct mr_emitter *e, struct mr_strbuf *out, mr_dtype dtype)
{
    bool is_wide = dtype != MR_BOOL && mr_dtype_size(dtype) == 8;
    mr_strbuf_addf(out, is_wide || mask_bits(e) == 32 ? "on%d" : "TO_M32(on%d)", e->loop.loop);
}

static void emit_next_state(struct mr_emitter *e, struct mr_strbuf *out, const struct ir_node *n,
                            ir_value next)
{
    mr_strbuf_addf(out, "%s    const ", e->loop.indent);
    emit_type(out, n->dtype);
    mr_strbuf_addf(out, " v%d = %s", next, n->dtype == MR_BOOL ? "(" : "");
    emit_on(e, out, n->dtype);
    mr_strbuf_add(out, n->dtype == MR_BOOL ? " & " : " ? ");
    emit_operand(e, out, n->args[1]);
    if (n->dtype == MR_BOOL) {
        mr_strbuf_add(out, ") | (!");
        emit_on(e, out, n->dtype);
        mr_strbuf_addf(out, " & v%d);\n", n->args[0]);
    } else {
        mr_strbuf_addf(out, " : v%d;\n", n->args[0]);
    }
}

/* All at once: none sees what another one becomes. */
static void next_states_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    ir_value last = written(e)->args[1];
    for (ir_value k = last; k != IR_NONE; k = mr_emitter_node(e, k)->args[2])
        emit_next_state(e, out, mr_emitter_node(e, k), k);
    for (ir_value k = last; k != IR_NONE; k = mr_emitter_node(e, k)->args[2])
        mr_strbuf_addf(out, "%s    v%d = v%d;\n", e->loop.indent, mr_emitter_node(e, k)->args[0],
                       k);
}

const struct mr_text_mark mr_loop_marks[] = {
    {"INDENT", indent_mark},
    {"LOOP", number_mark},
    {"LOOP_MASK", mask_mark},
    {"LOOP_LANES", lanes_mark},
    {"LOOP_MOST", most_mark},
    {"LOOP_GOES_ON", goes_on_mark},
    {"LOOP_STATES", states_mark},
    {"LOOP_CONDITION", condition_mark},
    {"LOOP_TURN", turn_mark},
    {"LOOP_NEXT_STATES", next_states_mark},
    {NULL, NULL},
};

bool mr_loop_has_while(const struct mr_emitter *e)
{
    return goes_on(e) != IR_NONE;
}

void mr_emit_loop(struct mr_emitter *e, struct mr_strbuf *out, size_t kernel, const char *indent,
                  ir_value loop)
{
    e->loop = (struct mr_loop_text){.loop = loop, .kernel = kernel, .indent = indent};
    (void)mr_fill_text(e, out, mr_kernel_text("skeleton/loop.cl"));
}
