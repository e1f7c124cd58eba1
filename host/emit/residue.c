/* Granlund, Montgomery: Division by invariant integers using multiplication (PLDI'94), section 9.
 *
 * With d = 2^s * q, q odd, and v the inverse of q modulo 2^n, u -> rotate_right(u * v, s) is a
 * permutation of the n-bit numbers that takes 0, d, 2d, ... to 0, 1, 2, ... The numbers that leave
 * r are `first`, first + d, ... , `count` of them; so x is one of them just when
 * rotate_right(x * v - first * v, s) < count. Multiplied out, as here, first * v is a number known
 * before the loop; (x - first) * v is compiled wrong by Intel's CPU runtime 2026.2 where x is an
 * index. */
#include "emit/residue.h"

#include <inttypes.h>

#include "emit/position.h"
#include "ir/op.h"

static const struct ir_node *node_of(const struct mr_emitter *e, ir_value value)
{
    return &e->segment->body.nodes[value];
}

static bool is_number(const struct ir_node *n)
{
    return n->op == IR_CONST || n->op == IR_PARAM;
}

/* Whether every value is below 2^32, as far as one can see. */
static bool is_narrow(const struct mr_emitter *e, ir_value value)
{
    const struct ir_node *n = node_of(e, value);
    if (n->dtype != MR_U64) return mr_dtype_size(n->dtype) < 8;
    if (n->op == IR_CAST) {
        mr_dtype from = node_of(e, n->args[0])->dtype;
        return from == MR_U32 || from == MR_BOOL;
    }
    if (n->op == IR_SHR) {
        const struct ir_node *places = node_of(e, n->args[1]);
        return places->op == IR_CONST && (places->imm.u64 & 63) >= 32;
    }
    return n->op == IR_CONST && n->imm.u64 <= UINT32_MAX;
}

bool mr_find_residue(const struct mr_emitter *e, ir_value value, struct mr_residue *out)
{
    const struct ir_node *n = node_of(e, value);
    if (n->op != IR_EQ && n->op != IR_NE) return false;
    bool is_left = node_of(e, n->args[0])->op == IR_REM;
    const struct ir_node *remainder = node_of(e, n->args[is_left ? 0 : 1]);
    ir_value r = n->args[is_left ? 1 : 0];
    if (remainder->op != IR_REM || !is_number(node_of(e, r))) return false;
    const struct ir_node *d = node_of(e, remainder->args[1]);
    if (d->op != IR_CONST) return false;
    uint64_t divisor = d->imm.u64;
    if (mr_dtype_is_signed(d->dtype) && d->imm.i64 < 0) divisor = 0 - divisor;
    bool is_short = divisor <= UINT32_MAX && is_narrow(e, remainder->args[0]);
    *out = (struct mr_residue){
        .x = remainder->args[0], .r = r, .divisor = divisor, .bits = is_short ? 32 : 64};
    return divisor >= 2;
}

static mr_dtype dtype_of(const struct mr_emitter *e, const struct mr_residue *t)
{
    return node_of(e, t->x)->dtype;
}

/* Of 64 bits, but tested in 32. */
static bool is_narrowed(const struct mr_emitter *e, const struct mr_residue *t)
{
    return t->bits == 32 && mr_dtype_size(dtype_of(e, t)) == 8;
}

/* Newton's iteration: each step doubles the number of right bits, and d itself has three. */
static uint64_t inverse_of_odd(uint64_t d)
{
    uint64_t inverse = d;
    for (int k = 0; k < 5; k++) inverse *= 2 - d * inverse;
    return inverse;
}

static unsigned shift_of(const struct mr_residue *t)
{
    unsigned shift = 0;
    for (uint64_t odd = t->divisor; odd % 2 == 0; odd /= 2) shift++;
    return shift;
}

uint64_t mr_residue_inverse(const struct mr_emitter *e, ir_value value)
{
    struct mr_residue t;
    if (!mr_find_residue(e, value, &t)) return 0;
    uint64_t inverse = inverse_of_odd(t.divisor >> shift_of(&t));
    return t.bits == 32 ? inverse & UINT32_MAX : inverse;
}

/* Of each comparison: first%d is first * v, count%d is count. */
void mr_emit_residue_numbers(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    static const char *const parts[] = {"first", "count"};
    struct mr_residue t;
    if (!mr_find_residue(e, value, &t)) return;
    bool narrowed = is_narrowed(e, &t);
    const char *suffix = t.bits == 64 ? "ul" : "u";
    for (int k = 0; k < 2; k++) {
        mr_strbuf_addf(out, "    const %s %s%d = residue_%s_%s(", t.bits == 64 ? "ulong" : "uint",
                       parts[k], value, parts[k],
                       narrowed ? "u32" : mr_dtype_name(dtype_of(e, &t)));
        if (narrowed) mr_strbuf_add(out, "(uint)min((ulong)UINT_MAX, ");
        mr_emit_scalar(e, out, t.r);
        mr_strbuf_addf(out, "%s, %" PRIu64 "%s)", narrowed ? ")" : "", t.divisor, suffix);
        if (k == 0) mr_strbuf_addf(out, " * %" PRIu64 "%s", mr_residue_inverse(e, value), suffix);
        mr_strbuf_add(out, ";\n");
    }
}

void mr_emit_residue(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    struct mr_residue t;
    if (!mr_find_residue(e, value, &t)) return;
    unsigned bits = t.bits, shift = shift_of(&t);
    if (shift) mr_strbuf_add(out, "rotate(");
    if (mr_walks_polynomial(e, t.x))
        mr_strbuf_addf(out, "d%d_0", value);
    else
        mr_strbuf_addf(out, "%s_U%u(v%d) * (vu%u)(%" PRIu64 "u%s) - (vu%u)(first%d)",
                       is_narrowed(e, &t) ? "TO" : "AS", bits, t.x, bits,
                       mr_residue_inverse(e, value), bits == 64 ? "l" : "", bits, value);
    if (shift) mr_strbuf_addf(out, ", (vu%u)(%u))", bits, bits - shift);
    mr_strbuf_addf(out, " %s (vu%u)(count%d)", node_of(e, value)->op == IR_EQ ? "<" : ">=", bits,
                   value);
}
