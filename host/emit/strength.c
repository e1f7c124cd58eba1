#include "emit/strength.h"

#include <assert.h>

#include "emit/position.h"
#include "emit/residue.h"
#include "emit/skeleton.h"

bool mr_node_has_native(const struct ir_node *node)
{
    return node->op == IR_CALL && mr_library[node->function].is_native;
}

/* Whether some position reads before the first element, or behind the last. */
static bool is_edge(const struct mr_view *view, int64_t offset)
{
    int64_t certain = view->offset + view->halo - view->ahead;
    return offset < 0 || offset > certain;
}

/* A view of a segment is read at the position plus a number, and never anywhere else. */
static enum mr_form form_of_load(const struct mr_emitter *e, const struct ir_node *n,
                                 struct mr_note *note)
{
    const struct mr_view *view = &e->segment->views[n->input];
    int64_t offset = 0;
    bool consecutive = mr_ir_unit_stride(&e->segment->body, n->args[0], &offset);
    note->offset = offset - view->offset;
    assert(consecutive || !view->segment);
    if (!view->segment && e->skeleton->lanes_are_apart) return MR_FORM_GATHER;
    if (view->segment) return is_edge(view, offset) ? MR_FORM_EDGE : MR_FORM_SLOT;
    return consecutive && !n->guarded ? MR_FORM_MEMORY : MR_FORM_GATHER;
}

static enum mr_form form_of_call(const struct mr_emitter *e, const struct ir_node *n)
{
    int64_t offset;
    if (mr_library[n->function].form == MR_LIBRARY_MATH)
        return e->profile->native_math && mr_node_has_native(n) ? MR_FORM_NATIVE : MR_FORM_MATH;
    if (e->skeleton->lanes_are_apart) return MR_FORM_EACH;
    return mr_ir_unit_stride(&e->segment->body, n->args[0], &offset) ? MR_FORM_STRIP : MR_FORM_EACH;
}

/* CPUs have few instructions for products of 64 bits: one that grows by the same number from lane
 * to lane is a sum. */
static enum mr_form form_of_arithmetic(const struct mr_emitter *e, const struct ir_node *n,
                                       const struct mr_note *note)
{
    if (e->skeleton->lanes_are_apart) return MR_FORM_OPERATION;
    if (note->degree >= 2 && mr_walks_differences(e)) return MR_FORM_DIFFERENCES;
    return n->op == IR_MUL && note->degree == 1 ? MR_FORM_LINE : MR_FORM_OPERATION;
}

static enum mr_form form_of_cast(const struct mr_emitter *e, const struct ir_node *n)
{
    bool adds_up = n->dtype == MR_F64 && e->notes[n->args[0]].is_exact;
    return adds_up && !e->skeleton->lanes_are_apart ? MR_FORM_EXACT_F64 : MR_FORM_OPERATION;
}

static enum mr_form form_of_division(const struct mr_emitter *e, const struct ir_node *n)
{
    const struct ir_node *divisor = mr_emitter_node(e, n->args[1]);
    bool is_defined = mr_dtype_is_signed(n->dtype) && divisor->op == IR_CONST &&
                      divisor->imm.i64 != 0 && divisor->imm.i64 != -1;
    return is_defined ? MR_FORM_PLAIN : MR_FORM_OPERATION;
}

static enum mr_form form_of(const struct mr_emitter *e, ir_value value, struct mr_note *note)
{
    const struct ir_node *n = mr_emitter_node(e, value);
    switch (n->op) {
    case IR_CONST:
    case IR_PARAM:
    case IR_END:
    case IR_WORDS: return MR_FORM_NUMBER;
    case IR_INDEX: return MR_FORM_POSITION;
    case IR_LOAD: return form_of_load(e, n, note);
    case IR_CALL: return form_of_call(e, n);
    case IR_CAST: return form_of_cast(e, n);
    case IR_ADD:
    case IR_SUB:
    case IR_MUL: return form_of_arithmetic(e, n, note);
    case IR_DIV:
    case IR_REM: return form_of_division(e, n);
    case IR_EQ:
    case IR_NE:
        return mr_find_residue(e, value, &note->residue) ? MR_FORM_RESIDUE : MR_FORM_OPERATION;
    default: return MR_FORM_OPERATION;
    }
}

/* Values below 2^53 times 1024 elements stay below 2^63. */
static bool is_small(const struct mr_emitter *e, const struct ir_node *n,
                     const struct mr_note *note)
{
    if (n->op != IR_CAST || !mr_dtype_is_integer(n->dtype)) return note->is_exact;
    mr_dtype from = mr_emitter_node(e, n->args[0])->dtype;
    return note->is_exact || (mr_dtype_size(from) < 8 && !mr_dtype_is_float(from));
}

void mr_decide_strength(struct mr_emitter *e)
{
    for (size_t k = 0; k < e->segment->body.count; k++) {
        const struct ir_node *n = mr_emitter_node(e, (ir_value)k);
        struct mr_note *note = &e->notes[k];
        mr_note_position(e, (ir_value)k);
        note->is_small = is_small(e, n, note);
        note->form = form_of(e, (ir_value)k, note);
        note->walked = IR_NONE;
        if (note->form == MR_FORM_DIFFERENCES) note->walked = (ir_value)k;
        if (note->form == MR_FORM_RESIDUE && e->notes[note->residue.x].form == MR_FORM_DIFFERENCES)
            note->walked = note->residue.x;
    }
}
