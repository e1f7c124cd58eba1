#include "emit/scalars.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

const char *mr_cl_type_name(mr_dtype dtype)
{
    static const char *const names[MR_DTYPE_COUNT] = {
#define CL_NAME(constant, name, ctype, cltype) [constant] = #cltype,
        MR_DTYPE_TABLE(CL_NAME)
#undef CL_NAME
    };
    return names[dtype];
}

void mr_emit_literal(struct mr_strbuf *out, mr_dtype dtype, mr_scalar value)
{
    switch (dtype) {
    case MR_BOOL: mr_strbuf_add(out, value.u64 ? "1" : "0"); return;
    case MR_I32: mr_strbuf_addf(out, "as_int(0x%" PRIx32 "u)", (uint32_t)value.u64); return;
    case MR_U32: mr_strbuf_addf(out, "%" PRIu32 "u", (uint32_t)value.u64); return;
    case MR_I64:
        if (value.i64 >= 0)
            mr_strbuf_addf(out, "%" PRId64 "L", value.i64);
        else
            mr_strbuf_addf(out, "as_long(0x%" PRIx64 "ul)", value.u64);
        return;
    case MR_U64: mr_strbuf_addf(out, "%" PRIu64 "ul", value.u64); return;
    default: break;
    }
    if (isnan(value.f64))
        mr_strbuf_add(out, "NAN");
    else if (isinf(value.f64))
        mr_strbuf_add(out, value.f64 < 0 ? "-INFINITY" : "INFINITY");
    else
        mr_strbuf_addf(out, dtype == MR_F32 ? "%af" : "%a", value.f64);
}

void mr_emit_scalar(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct ir_node *n = mr_emitter_node(e, value);
    int32_t param = e->notes[value].param;
    assert(param >= 0 || n->op == IR_CONST || n->op == IR_END);
    if (n->op == IR_PARAM)
        mr_strbuf_addf(out, "p%d", param);
    else if (n->op == IR_END)
        mr_strbuf_addf(out, "end%u", n->input);
    else if (n->op == IR_WORDS)
        mr_strbuf_addf(out, "P + %d", param);
    else
        mr_emit_literal(out, n->dtype, n->imm);
}

void mr_emit_at(struct mr_emitter *e, struct mr_strbuf *out, ir_value value, const char *position)
{
    const struct ir_node *n = mr_emitter_node(e, value);
    static const char signs[IR_OP_COUNT] = {[IR_ADD] = '+', [IR_SUB] = '-', [IR_MUL] = '*'};
    if (n->op == IR_INDEX) {
        mr_strbuf_add(out, position);
    } else if (n->op == IR_CAST) {
        mr_emit_at(e, out, n->args[0], position);
    } else if (n->op == IR_CONST || n->op == IR_PARAM) {
        mr_strbuf_add(out, "(ulong)");
        mr_emit_scalar(e, out, value);
    } else {
        mr_strbuf_add(out, "(");
        mr_emit_at(e, out, n->args[0], position);
        mr_strbuf_addf(out, " %c ", signs[n->op]);
        mr_emit_at(e, out, n->args[1], position);
        mr_strbuf_add(out, ")");
    }
}

/* One factor of a product is a number, the same at every lane; the other one is linear. */
static void emit_slope_of_product(struct mr_emitter *e, struct mr_strbuf *out,
                                  const struct ir_node *n)
{
    int linear = e->notes[n->args[0]].degree == 1 ? 0 : 1;
    mr_strbuf_add(out, "(");
    mr_emit_slope(e, out, n->args[linear]);
    mr_strbuf_add(out, " * ");
    mr_emit_at(e, out, n->args[1 - linear], "(ulong)i");
    mr_strbuf_add(out, ")");
}

void mr_emit_slope(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct ir_node *n = mr_emitter_node(e, value);
    if (n->op == IR_INDEX || e->notes[value].degree == 0) {
        mr_strbuf_add(out, n->op == IR_INDEX ? "1ul" : "0ul");
    } else if (n->op == IR_CAST) {
        mr_emit_slope(e, out, n->args[0]);
    } else if (n->op == IR_MUL) {
        emit_slope_of_product(e, out, n);
    } else if (e->notes[n->args[1]].degree == 0) {
        mr_emit_slope(e, out, n->args[0]);
    } else {
        mr_strbuf_add(out, "(");
        mr_emit_slope(e, out, n->args[0]);
        mr_strbuf_add(out, n->op == IR_SUB ? " - " : " + ");
        mr_emit_slope(e, out, n->args[1]);
        mr_strbuf_add(out, ")");
    }
}
