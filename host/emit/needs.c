#include "emit/needs.h"

#include "emit/skeleton.h"
#include "ir/op.h"

static void need(struct mr_emitter *e, size_t kernel, ir_value value, uint8_t how);

/* The parameters of an integer that is written out for one lane. */
static void need_scalars(struct mr_emitter *e, size_t kernel, ir_value value)
{
    const struct ir_node *n = mr_emitter_node(e, value);
    if (n->op == IR_PARAM) e->notes[value].needs[kernel] |= MR_AS_SCALAR;
    for (int k = 0; k < 3; k++)
        if (n->args[k] != IR_NONE) need_scalars(e, kernel, n->args[k]);
}

static void need_lanes(struct mr_emitter *e, size_t kernel, const struct ir_node *n)
{
    for (int k = 0; k < 3; k++)
        if (n->args[k] != IR_NONE) need(e, kernel, n->args[k], MR_AS_LANES);
}

static void use_function(struct mr_emitter *e, const struct ir_node *n)
{
    e->uses_fn[n->function] |= (uint8_t)(1u << n->dtype);
}

static void need_scalar_arguments(struct mr_emitter *e, size_t kernel, const struct ir_node *n)
{
    for (size_t k = 1; k < mr_library[n->function].arity; k++)
        need(e, kernel, n->args[k], MR_AS_SCALAR);
}

/* The test takes the dividend, or its differences, and no remainder. */
static void need_residue(struct mr_emitter *e, size_t kernel, const struct mr_note *note)
{
    if (note->walked != IR_NONE)
        need_scalars(e, kernel, note->walked);
    else
        need(e, kernel, note->residue.x, MR_AS_LANES);
    need(e, kernel, note->residue.r, MR_AS_SCALAR);
}

static void need_operands(struct mr_emitter *e, size_t kernel, ir_value value)
{
    const struct ir_node *n = mr_emitter_node(e, value);
    const struct mr_note *note = &e->notes[value];
    if (n->op == IR_LOAD) e->source->uses_column[n->input][n->column] = true;
    if (n->op == IR_END) e->source->uses_end[n->input] = true;
    switch (note->form) {
    case MR_FORM_NUMBER:
    case MR_FORM_POSITION:
    case MR_FORM_SLOT: return;
    case MR_FORM_EDGE: e->source->uses_end[n->input] |= mr_read_offset(e, value) > 0; return;
    case MR_FORM_MEMORY:
    case MR_FORM_EXACT_F64: need_scalars(e, kernel, n->args[0]); return;
    case MR_FORM_LINE:
    case MR_FORM_DIFFERENCES: need_scalars(e, kernel, value); return;
    case MR_FORM_RESIDUE: need_residue(e, kernel, note); return;
    case MR_FORM_EACH:
        use_function(e, n);
        need(e, kernel, n->args[0], MR_AS_LANES);
        need_scalar_arguments(e, kernel, n);
        return;
    case MR_FORM_STRIP:
        use_function(e, n);
        need_scalars(e, kernel, n->args[0]);
        need_scalar_arguments(e, kernel, n);
        return;
    case MR_FORM_MATH:
        use_function(e, n);
        need_lanes(e, kernel, n);
        return;
    case MR_FORM_NATIVE:
    case MR_FORM_GATHER:
    case MR_FORM_PLAIN:
    case MR_FORM_OPERATION: need_lanes(e, kernel, n); return;
    }
}

static void need(struct mr_emitter *e, size_t kernel, ir_value value, uint8_t how)
{
    bool seen = e->notes[value].needs[kernel] & how;
    e->notes[value].needs[kernel] |= how;
    if (how == MR_AS_LANES && !seen) need_operands(e, kernel, value);
}

/* Those of a recurrence are its numbers: the host jumps to the first term of each unit. */
static void need_values(struct mr_emitter *e)
{
    const struct mr_segment *s = e->segment;
    bool is_recurrence = e->skeleton->takes_scalars;
    bool is_packed = e->skeleton->packs && !s->saves_values;
    for (size_t c = is_recurrence; c < s->value_count; c++)
        need(e, is_packed ? MR_PACK_KERNEL : MR_FIRST_KERNEL, s->values[c],
             is_recurrence ? MR_AS_SCALAR : MR_AS_LANES);
    for (size_t c = 0; c < s->carried_count; c++)
        need(e, MR_FIRST_KERNEL, s->carried[c], MR_AS_LANES);
    if (is_recurrence) e->uses_fn[s->seq->op->recurrence] = 1u << MR_U64;
}

void mr_decide_needs(struct mr_emitter *e)
{
    const struct mr_segment *s = e->segment;
    need_values(e);
    if (s->keep != IR_NONE) need(e, MR_FIRST_KERNEL, s->keep, MR_AS_LANES);
    for (size_t k = 0; k < s->body.check_count; k++)
        need(e, MR_FIRST_KERNEL, s->body.checks[k].bad, MR_AS_LANES);
}
