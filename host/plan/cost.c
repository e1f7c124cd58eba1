#include "plan/cost.h"

#include "base/memory.h"

/* In operations that a vector does in one instruction. SLOW: a division or root of floats; in loops
 * over f64 in the first cache of a Zen core a division takes as long as 9 products, a root as 16.
 * DEAR: dearer than any limit, so that it decides alone. */
enum { SLOW = 8, DEAR = 100 };

unsigned mr_cost_of_node(const struct ir_body *b, const struct ir_node *n)
{
    int64_t offset;
    switch (n->op) {
    case IR_CONST:
    case IR_PARAM:
    case IR_WORDS:
    case IR_END:
    case IR_INDEX: return 0;
    case IR_LOAD: return mr_ir_unit_stride(b, n->args[0], &offset) ? 1 : DEAR;
    case IR_SQRT: return SLOW;
    case IR_DIV: return mr_dtype_is_float(n->dtype) ? SLOW : DEAR;
    case IR_REM:
    case IR_LOOP:
    case IR_CALL: return DEAR;
    default: return 1;
    }
}

mr_status mr_cost_of_values(unsigned *out, const struct mr_segment *s, mr_error *err)
{
    const struct ir_body *b = &s->body;
    bool *needed = mr_alloc(b->count + 1, sizeof *needed);
    *out = 0;
    if (!needed) return mr_fail_no_memory(err, "the plan");
    for (size_t c = 0; c < s->value_count; c++) needed[s->values[c]] = true;
    /* Operands stand before what uses them. */
    for (size_t k = b->count; k-- > 0;) {
        if (!needed[k]) continue;
        *out += mr_cost_of_node(b, &b->nodes[k]);
        for (int a = 0; a < 3; a++)
            if (b->nodes[k].args[a] != IR_NONE) needed[b->nodes[k].args[a]] = true;
    }
    mr_free(needed);
    return MR_OK;
}

unsigned mr_cost_from(const struct ir_body *b, size_t first)
{
    unsigned cost = 0;
    for (size_t k = first; k < b->count; k++) cost += mr_cost_of_node(b, &b->nodes[k]);
    return cost;
}
