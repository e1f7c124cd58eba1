#include "emit/residue.h"

static bool is_number(const struct ir_node *n)
{
    return n->op == IR_CONST || n->op == IR_PARAM;
}

/* Whether every value is below 2^32, as far as one can see. */
static bool is_narrow(const struct mr_emitter *e, ir_value value)
{
    const struct ir_node *n = mr_emitter_node(e, value);
    if (n->dtype != MR_U64) return mr_dtype_size(n->dtype) < 8;
    if (n->op == IR_CAST) {
        mr_dtype from = mr_emitter_node(e, n->args[0])->dtype;
        return from == MR_U32 || from == MR_BOOL;
    }
    if (n->op == IR_SHR) {
        const struct ir_node *places = mr_emitter_node(e, n->args[1]);
        return places->op == IR_CONST && (places->imm.u64 & 63) >= 32;
    }
    return n->op == IR_CONST && n->imm.u64 <= UINT32_MAX;
}

/* Newton's iteration: each turn doubles the number of right bits, and d itself has three. */
static uint64_t inverse_of_odd(uint64_t d)
{
    uint64_t inverse = d;
    for (int k = 0; k < 5; k++) inverse *= 2 - d * inverse;
    return inverse;
}

static void set_divisor(struct mr_residue *residue)
{
    uint64_t odd = residue->divisor;
    for (; odd % 2 == 0; odd /= 2) residue->shift++;
    residue->inverse = inverse_of_odd(odd);
    if (residue->bits == 32) residue->inverse &= UINT32_MAX;
}

bool mr_find_residue(const struct mr_emitter *e, ir_value value, struct mr_residue *out)
{
    const struct ir_node *n = mr_emitter_node(e, value);
    if (n->op != IR_EQ && n->op != IR_NE) return false;
    bool is_left = mr_emitter_node(e, n->args[0])->op == IR_REM;
    const struct ir_node *remainder = mr_emitter_node(e, n->args[is_left ? 0 : 1]);
    ir_value r = n->args[is_left ? 1 : 0];
    if (remainder->op != IR_REM || !is_number(mr_emitter_node(e, r))) return false;
    const struct ir_node *d = mr_emitter_node(e, remainder->args[1]);
    if (d->op != IR_CONST) return false;
    uint64_t divisor = d->imm.u64;
    if (mr_dtype_is_signed(d->dtype) && d->imm.i64 < 0) divisor = 0 - divisor;
    if (divisor < 2) return false;
    bool is_short = divisor <= UINT32_MAX && is_narrow(e, remainder->args[0]);
    *out = (struct mr_residue){.x = remainder->args[0],
                               .r = r,
                               .divisor = divisor,
                               .bits = is_short ? 32 : 64,
                               .narrows = is_short && mr_lane_bits(remainder->dtype) == 64};
    set_divisor(out);
    return true;
}
