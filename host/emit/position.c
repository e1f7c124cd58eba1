#include "emit/position.h"

#include <math.h>

#include "emit/skeleton.h"
#include "plan/kind.h"

/* Written out for lane 0, a value that is used twice is written twice. */
enum { MOST_WRITTEN = 32, UNWRITABLE = 255 };

static uint8_t written_of(const struct mr_emitter *e, const struct ir_node *n)
{
    unsigned written = 1;
    for (int k = 0; k < 3; k++) written += n->args[k] == IR_NONE ? 0 : e->notes[n->args[k]].written;
    return (uint8_t)(written > MOST_WRITTEN ? UNWRITABLE : written);
}

static int8_t degree_of(const struct mr_emitter *e, const struct ir_node *n, uint8_t written)
{
    if (n->op == IR_INDEX) return 1;
    if (!mr_dtype_is_integer(n->dtype) || written == UNWRITABLE) return MR_NO_POLYNOMIAL;
    if (n->op == IR_CONST || n->op == IR_PARAM) return 0;
    if (mr_dtype_size(n->dtype) != 8) return MR_NO_POLYNOMIAL;
    if (n->op == IR_CAST) return e->notes[n->args[0]].degree;
    if (n->op != IR_ADD && n->op != IR_SUB && n->op != IR_MUL) return MR_NO_POLYNOMIAL;
    int8_t a = e->notes[n->args[0]].degree, b = e->notes[n->args[1]].degree;
    if (a == MR_NO_POLYNOMIAL || b == MR_NO_POLYNOMIAL) return MR_NO_POLYNOMIAL;
    int degree = n->op == IR_MUL ? a + b : a > b ? a : b;
    return (int8_t)(degree > MR_MOST_DEGREE ? MR_NO_POLYNOMIAL : degree);
}

struct line {
    double slope, start;
};

static struct line line_of(const struct mr_note *note)
{
    return (struct line){note->slope, note->start};
}

/* The line that a value of degree 0 or 1 is. */
static struct line combine(const struct mr_emitter *e, const struct ir_node *n)
{
    if (n->op == IR_INDEX) return (struct line){1, 0};
    if (n->op == IR_CONST || n->op == IR_PARAM)
        return (struct line){0, mr_dtype_is_signed(n->dtype) ? (double)n->imm.i64
                                                             : (double)n->imm.u64};
    struct line a = line_of(&e->notes[n->args[0]]);
    if (n->op == IR_CAST) return a;
    struct line b = line_of(&e->notes[n->args[1]]);
    if (n->op == IR_ADD) return (struct line){a.slope + b.slope, a.start + b.start};
    if (n->op == IR_SUB) return (struct line){a.slope - b.slope, a.start - b.start};
    return (struct line){a.slope * b.start + b.slope * a.start, a.start * b.start};
}

/* No line where a part of it may reach 2^53, and f64 round it. */
static void note_line(struct mr_emitter *e, const struct ir_node *n, struct mr_note *note)
{
    const double most =
        (double)mr_length_positions(e->segment->domain) + e->segment->reach + 16.0 * MR_LEAF;
    if (note->degree != 0 && note->degree != 1) return;
    for (int k = 0; k < 2; k++)
        if (n->args[k] != IR_NONE && !e->notes[n->args[k]].is_line) return;
    struct line line = combine(e, n);
    note->slope = line.slope;
    note->start = line.start;
    note->is_line = fabs(line.start) + fabs(line.slope) * most < 0x1p53;
}

/* A line below 0 is one of u64 near 2^64. */
static bool is_in_dtype(const struct mr_emitter *e, mr_dtype dtype, const struct mr_note *note)
{
    const double last = (double)mr_length_positions(e->segment->domain) - 1 + e->segment->reach;
    return mr_dtype_is_signed(dtype) || (note->start >= 0 && note->start + note->slope * last >= 0);
}

void mr_note_position(struct mr_emitter *e, ir_value value)
{
    const struct ir_node *n = mr_emitter_node(e, value);
    struct mr_note *note = &e->notes[value];
    note->written = written_of(e, n);
    note->degree = degree_of(e, n, note->written);
    note_line(e, n, note);
    note->is_exact = note->degree == 1 && note->is_line && is_in_dtype(e, n->dtype, note);
}

bool mr_walks_differences(const struct mr_emitter *e)
{
    return e->skeleton->walks_leaves;
}
