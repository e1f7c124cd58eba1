#include "emit/values.h"

#include <assert.h>
#include <inttypes.h>

#include "emit/scalars.h"
#include "emit/skeleton.h"

/* How an operation is written, by the class of its operands. $a $b $c: operands as lanes; # :
 * bits. */
static const struct {
    const char *floats, *signeds, *unsigneds, *masks;
} operations[IR_OP_COUNT] = {
    [IR_ADD] = {"$a + $b", "AS_I#(AS_U#($a) + AS_U#($b))", "$a + $b", NULL},
    [IR_SUB] = {"$a - $b", "AS_I#(AS_U#($a) - AS_U#($b))", "$a - $b", NULL},
    [IR_MUL] = {"$a * $b", "AS_I#(AS_U#($a) * AS_U#($b))", "$a * $b", NULL},
    [IR_DIV] = {"$a / $b", "div_i#($a, $b)", "$a / $b", NULL},
    [IR_REM] = {NULL, "rem_i#($a, $b)", "$a % $b", NULL},
    [IR_NEG] = {"-$a", "AS_I#((vu#)(0) - AS_U#($a))", "(vu#)(0) - $a", NULL},
    [IR_AND] = {NULL, "$a & $b", "$a & $b", "$a & $b"},
    [IR_OR] = {NULL, "$a | $b", "$a | $b", "$a | $b"},
    [IR_XOR] = {NULL, "$a ^ $b", "$a ^ $b", "$a ^ $b"},
    [IR_NOT] = {NULL, "~$a", "~$a", "!$a"},
    [IR_SHL] = {NULL, "AS_I#(AS_U#($a) << AS_U#($b & (vi#)(# - 1)))", "$a << ($b & (vu#)(# - 1))",
                NULL},
    [IR_SHR] = {NULL, "$a >> ($b & (vi#)(# - 1))", "$a >> ($b & (vu#)(# - 1))", NULL},
    [IR_EQ] = {"$a == $b", "$a == $b", "$a == $b", "!($a ^ $b)"},
    [IR_NE] = {"$a != $b", "$a != $b", "$a != $b", "$a ^ $b"},
    [IR_LT] = {"$a < $b", "$a < $b", "$a < $b", "!$a & $b"},
    [IR_LE] = {"$a <= $b", "$a <= $b", "$a <= $b", "!$a | $b"},
    [IR_MIN] = {"MIN_FLOAT($a, $b)", "MIN_INTEGER($a, $b)", "MIN_INTEGER($a, $b)", "$a & $b"},
    [IR_MAX] = {"MAX_FLOAT($a, $b)", "MAX_INTEGER($a, $b)", "MAX_INTEGER($a, $b)", "$a | $b"},
    [IR_ABS] = {"fabs($a)", "abs_i#($a)", "$a", "$a"},
    [IR_SQRT] = {"sqrt($a)", NULL, NULL, NULL},
    [IR_FLOOR] = {"floor($a)", NULL, NULL, NULL},
    [IR_CEIL] = {"ceil($a)", NULL, NULL, NULL},
    [IR_TRUNC] = {"trunc($a)", NULL, NULL, NULL},
    [IR_ROUND] = {"round($a)", NULL, NULL, NULL},
    [IR_FMA] = {"fma($a, $b, $c)", NULL, NULL, NULL},
    [IR_ISNAN] = {"$a != $a", NULL, NULL, NULL},
    [IR_ISINF] = {"fabs($a) == (vf#)(INFINITY)", NULL, NULL, NULL},
    [IR_POPCOUNT] = {NULL, "popcount($a)", "popcount($a)", NULL},
    [IR_CLZ] = {NULL, "clz($a)", "clz($a)", NULL},
};

/* The position of lane 0, of a vector and of a strip. */
static const char *lane_0(const struct mr_emitter *e)
{
    return mr_emitter_shares_leaves(e) ? "(ulong)(i + leaf)" : "(ulong)i";
}

static const char *strip_0(const struct mr_emitter *e)
{
    return mr_emitter_shares_leaves(e) ? "(ulong)(strip + leaf)" : "(ulong)strip";
}

void mr_emit_mask(struct mr_emitter *e, struct mr_strbuf *out, ir_value value, unsigned bits)
{
    assert(e->notes[value].mask_bits && (mr_all_needs(e, (size_t)value) & MR_AS_LANES));
    if (e->notes[value].mask_bits == bits)
        mr_strbuf_addf(out, "v%d", value);
    else
        mr_strbuf_addf(out, "TO_M%u(v%d)", bits, value);
}

void mr_emit_stored(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct ir_node *n = mr_emitter_node(e, value);
    mr_strbuf_addf(out, n->dtype == MR_BOOL ? "MASK_BYTE(v%d)" : "v%d", value);
}

/* ---- operations ---- */

static void emit_operand(struct mr_emitter *e, struct mr_strbuf *out, ir_value value, unsigned bits)
{
    if (mr_emitter_node(e, value)->dtype == MR_BOOL)
        mr_emit_mask(e, out, value, bits);
    else
        mr_strbuf_addf(out, "v%d", value);
}

static const char *operation_text(const struct ir_node *n, mr_dtype dtype)
{
    if (mr_dtype_is_float(dtype)) return operations[n->op].floats;
    if (dtype == MR_BOOL) return operations[n->op].masks;
    return mr_dtype_is_signed(dtype) ? operations[n->op].signeds : operations[n->op].unsigneds;
}

static void emit_operation(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct ir_node *n = mr_emitter_node(e, value);
    mr_dtype dtype = mr_emitter_node(e, n->args[0])->dtype;
    unsigned bits = dtype == MR_BOOL ? e->notes[value].mask_bits : mr_lane_bits(dtype);
    const char *text = operation_text(n, dtype);
    if (e->notes[value].form == MR_FORM_PLAIN) text = n->op == IR_DIV ? "$a / $b" : "$a % $b";
    if (!text) {
        e->failed = MR_E_INTERNAL;
        return;
    }
    for (const char *p = text; *p; p++) {
        if (*p == '$') {
            p++;
            emit_operand(e, out, n->args[*p - 'a'], bits);
        } else if (*p == '#') {
            mr_strbuf_addf(out, "%u", bits);
        } else {
            mr_strbuf_add_bytes(out, p, 1);
        }
    }
}

static const char *integer_cast(mr_dtype from, mr_dtype to)
{
    bool wide = mr_lane_bits(from) == 64;
    switch (to) {
    case MR_I32:
        return wide ? (from == MR_I64 ? "AS_I32(TO_U32(AS_U64(v%d)))" : "AS_I32(TO_U32(v%d))")
                    : "AS_I32(v%d)";
    case MR_U32:
        return wide ? (from == MR_I64 ? "TO_U32(AS_U64(v%d))" : "TO_U32(v%d)") : "AS_U32(v%d)";
    case MR_I64: return wide ? "AS_I64(v%d)" : "TO_I64(v%d)";
    case MR_U64:
        return wide ? "AS_U64(v%d)" : from == MR_I32 ? "AS_U64(TO_I64(v%d))" : "TO_U64(v%d)";
    case MR_F32: return "TO_F32(v%d)";
    default: return "TO_F64(v%d)";
    }
}

static void emit_cast(struct mr_emitter *e, struct mr_strbuf *out, const struct ir_node *n)
{
    ir_value x = n->args[0];
    mr_dtype from = mr_emitter_node(e, x)->dtype, to = n->dtype;
    const char *name = mr_dtype_name(to);
    if (from == MR_BOOL) {
        mr_emit_mask(e, out, x, mr_lane_bits(to));
        mr_strbuf_addf(out, " ? (v%s)(1) : (v%s)(0)", name, name);
    } else if (to == MR_BOOL) {
        mr_strbuf_addf(out, "v%d != (v%s)(0)", x, mr_dtype_name(from));
    } else if (mr_dtype_is_float(from) && mr_dtype_is_integer(to)) {
        mr_strbuf_addf(out, "cast_%s_%s(v%d)", mr_dtype_name(from), name, x);
    } else {
        mr_strbuf_addf(out, integer_cast(from, to), x);
    }
}

static void emit_select(struct mr_emitter *e, struct mr_strbuf *out, const struct ir_node *n)
{
    if (n->dtype != MR_BOOL) {
        mr_emit_mask(e, out, n->args[0], mr_lane_bits(n->dtype));
        mr_strbuf_addf(out, " ? v%d : v%d", n->args[1], n->args[2]);
        return;
    }
    static const char *const parts[] = {"(", " & ", ") | (!", " & ", ")"};
    const ir_value order[] = {n->args[0], n->args[1], n->args[0], n->args[2]};
    for (int k = 0; k < 4; k++) {
        mr_strbuf_add(out, parts[k]);
        mr_emit_mask(e, out, order[k], 32);
    }
    mr_strbuf_add(out, parts[4]);
}

/* ---- loads and calls ---- */

/* The positions at which there is an element. */
static void emit_edges(struct mr_emitter *e, struct mr_strbuf *out, ir_value load)
{
    int64_t offset = mr_read_offset(e, load);
    const char *less = mr_emitter_shares_leaves(e) ? " - leaf" : "";
    if (offset < 0)
        mr_strbuf_addf(out, ", %" PRId64 "L%s, high", -offset, less);
    else
        mr_strbuf_addf(out, ", low, end%u - %" PRId64 "L%s", mr_emitter_node(e, load)->input,
                       offset, less);
}

void mr_emit_slot_load(struct mr_emitter *e, struct mr_strbuf *out, ir_value load)
{
    const struct ir_node *n = mr_emitter_node(e, load);
    bool is_edge = e->notes[load].form == MR_FORM_EDGE;
    mr_strbuf_addf(out, "%s_%s(in%u_%u, at%u + %" PRId64 "%s, i, low, high, whole",
                   is_edge ? "edge" : "load", mr_dtype_name(n->dtype), n->input, n->column,
                   n->input, e->notes[load].offset, mr_emitter_base(e));
    if (is_edge) emit_edges(e, out, load);
    mr_strbuf_add(out, ")");
}

/* Where lanes are apart, the skeleton has loaded those of W steps. */
static void emit_load(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct ir_node *n = mr_emitter_node(e, value);
    enum mr_form form = e->notes[value].form;
    const char *name = mr_dtype_name(n->dtype);
    bool is_slot = form == MR_FORM_SLOT || form == MR_FORM_EDGE;
    if (n->dtype == MR_BOOL) mr_strbuf_add(out, "BYTE_MASK(");
    if (is_slot && e->skeleton->lanes_are_apart) {
        mr_strbuf_addf(out, "l%d[k]", value);
    } else if (is_slot) {
        mr_emit_slot_load(e, out, value);
    } else if (form == MR_FORM_MEMORY) {
        mr_strbuf_addf(out, "load_%s(in%u_%u, (long)(", name, n->input, n->column);
        mr_emit_at(e, out, n->args[0], lane_0(e));
        mr_strbuf_add(out, ") - i, i, low, high, whole)");
    } else {
        mr_strbuf_addf(out, "gather_%s(in%u_%u, v%d, last%u)", name, n->input, n->column,
                       n->args[0], n->input);
    }
    if (n->dtype == MR_BOOL) mr_strbuf_add(out, ")");
}

static void emit_function(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct ir_node *n = mr_emitter_node(e, value);
    const struct mr_library_row *row = &mr_library[n->function];
    if (e->notes[value].form == MR_FORM_NATIVE)
        mr_strbuf_addf(out, "%s(", row->c_name);
    else
        mr_strbuf_addf(out, "mr_%s_%s(", row->c_name, mr_dtype_name(n->dtype));
    for (size_t k = 0; k < row->arity; k++) mr_strbuf_addf(out, "%sv%d", k ? ", " : "", n->args[k]);
    mr_strbuf_add(out, ")");
}

static void emit_call_scalars(struct mr_emitter *e, struct mr_strbuf *out,
                              const struct ir_node *call)
{
    for (size_t k = 1; k < mr_library[call->function].arity; k++) {
        mr_strbuf_add(out, ", ");
        mr_emit_scalar(e, out, call->args[k]);
    }
}

static void emit_call(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct ir_node *n = mr_emitter_node(e, value);
    bool is_strip = e->notes[value].form == MR_FORM_STRIP;
    if (e->notes[value].vectors > 1) {
        mr_strbuf_addf(out, "strip%d[vec]", value);
        return;
    }
    mr_strbuf_addf(out, "mr_%s%s(", mr_library[n->function].c_name, is_strip ? "_strip" : "");
    if (is_strip)
        mr_emit_at(e, out, n->args[0], lane_0(e));
    else
        mr_strbuf_addf(out, "v%d", n->args[0]);
    emit_call_scalars(e, out, n);
    mr_strbuf_add(out, ")");
}

void mr_emit_is_there(struct mr_emitter *e, struct mr_strbuf *out, ir_value load)
{
    int64_t offset = mr_read_offset(e, load);
    if (offset < 0)
        mr_strbuf_addf(out, "low%s >= %" PRId64 "L", mr_emitter_base(e), -offset);
    else
        mr_strbuf_addf(out, "high%s <= end%u - %" PRId64 "L", mr_emitter_base(e),
                       mr_emitter_node(e, load)->input, offset);
}

/* ---- what is reduced in strength ---- */

static void emit_number(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    mr_dtype dtype = mr_emitter_node(e, value)->dtype;
    if (dtype != MR_BOOL) mr_strbuf_addf(out, "(v%s)(", mr_dtype_name(dtype));
    mr_emit_scalar(e, out, value);
    mr_strbuf_add(out, dtype == MR_BOOL ? " ? TRUE_M32 : (vm32)(0)" : ")");
}

static void emit_line(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    bool is_signed = mr_dtype_is_signed(mr_emitter_node(e, value)->dtype);
    mr_strbuf_add(out, is_signed ? "AS_I64((vu64)(" : "(vu64)(");
    mr_emit_at(e, out, value, lane_0(e));
    mr_strbuf_addf(out, ") + rise%d%s", value, is_signed ? ")" : "");
}

/* One conversion a strip, or a vector where there are none, and one addition a vector. */
static void emit_exact_f64(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    bool has_strips = mr_emitter_has_strips(e);
    mr_strbuf_add(out, "(vf64)((double)(long)(");
    mr_emit_at(e, out, mr_emitter_node(e, value)->args[0], has_strips ? strip_0(e) : lane_0(e));
    mr_strbuf_addf(out, has_strips ? ")) + rise%d[vec]" : ")) + rise%d", value);
}

static void emit_differences(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    bool is_signed = mr_dtype_is_signed(mr_emitter_node(e, value)->dtype);
    mr_strbuf_addf(out, is_signed ? "AS_I64(d%d_0)" : "d%d_0", value);
}

/* x * v - first * v, rotated by the divisor's powers of two (residue.h). */
static void emit_residue(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct mr_note *note = &e->notes[value];
    const struct mr_residue *t = &note->residue;
    unsigned bits = t->bits;
    if (t->shift) mr_strbuf_add(out, "rotate(");
    if (note->walked != IR_NONE)
        mr_strbuf_addf(out, "d%d_0", value);
    else
        mr_strbuf_addf(out, "%s_U%u(v%d) * (vu%u)(%" PRIu64 "u%s) - (vu%u)(first%d)",
                       t->narrows ? "TO" : "AS", bits, t->x, bits, t->inverse,
                       bits == 64 ? "l" : "", bits, value);
    if (t->shift) mr_strbuf_addf(out, ", (vu%u)(%u))", bits, bits - t->shift);
    mr_strbuf_addf(out, " %s (vu%u)(count%d)",
                   mr_emitter_node(e, value)->op == IR_EQ ? "<" : ">=", bits, value);
}

/* ---- lines ---- */

static void emit_lanes(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct ir_node *n = mr_emitter_node(e, value);
    switch (e->notes[value].form) {
    case MR_FORM_NUMBER: emit_number(e, out, value); return;
    case MR_FORM_POSITION:
        if (e->skeleton->lanes_are_apart)
            mr_strbuf_add(out, "i");
        else
            mr_strbuf_addf(out, "AS_I64(POSITIONS(i%s))", mr_emitter_base(e));
        return;
    case MR_FORM_SLOT:
    case MR_FORM_EDGE:
    case MR_FORM_MEMORY:
    case MR_FORM_GATHER: emit_load(e, out, value); return;
    case MR_FORM_NATIVE:
    case MR_FORM_MATH: emit_function(e, out, value); return;
    case MR_FORM_EACH:
    case MR_FORM_STRIP: emit_call(e, out, value); return;
    case MR_FORM_LINE: emit_line(e, out, value); return;
    case MR_FORM_EXACT_F64: emit_exact_f64(e, out, value); return;
    case MR_FORM_DIFFERENCES: emit_differences(e, out, value); return;
    case MR_FORM_RESIDUE: emit_residue(e, out, value); return;
    case MR_FORM_PLAIN:
    case MR_FORM_OPERATION: break;
    }
    if (n->op == IR_CAST)
        emit_cast(e, out, n);
    else if (n->op == IR_SELECT)
        emit_select(e, out, n);
    else if (n->op == IR_CARRY && n->imm.u64 == MR_BEGINS)
        mr_strbuf_add(out, "begins");
    else if (n->op == IR_CARRY)
        mr_strbuf_addf(out, "s%u", (unsigned)n->imm.u64);
    else if (n->op == IR_RESULT)
        mr_strbuf_addf(out, "v%d", n->args[1]);
    else
        emit_operation(e, out, value);
}

/* Each difference grows by that of the next degree, up to the last, which does not change. */
static void emit_next_differences(struct mr_emitter *e, struct mr_strbuf *out, const char *indent,
                                  size_t value)
{
    const struct mr_note *walked = &e->notes[e->notes[value].walked];
    for (int k = 0; k < walked->degree; k++)
        mr_strbuf_addf(out, "%sd%zu_%d += d%zu_%d;\n", indent, value, k, value, k + 1);
}

void mr_emit_strips(struct mr_emitter *e, struct mr_strbuf *out, size_t kernel)
{
    for (size_t k = 0; k < e->segment->body.count; k++) {
        const struct ir_node *n = mr_emitter_node(e, (ir_value)k);
        if (!mr_needs_lanes(e, k, kernel) || e->notes[k].vectors <= 1) continue;
        mr_strbuf_addf(out, "        v%s strip%zu[4];\n        mr_%s_strip4(",
                       mr_dtype_name(n->dtype), k, mr_library[n->function].c_name);
        mr_emit_at(e, out, n->args[0], strip_0(e));
        emit_call_scalars(e, out, n);
        mr_strbuf_addf(out, ", strip%zu);\n", k);
    }
}

void mr_emit_value_line(struct mr_emitter *e, struct mr_strbuf *out, const char *indent,
                        ir_value value)
{
    mr_dtype dtype = mr_emitter_node(e, value)->dtype;
    /* What depends on the position alone is made outside of loops, and its differences with it. */
    assert(e->notes[value].walked == IR_NONE || e->loop_of[value] == IR_NONE);
    if (dtype == MR_BOOL)
        mr_strbuf_addf(out, "%sconst vm%u v%d = ", indent, e->notes[value].mask_bits, value);
    else
        mr_strbuf_addf(out, "%sconst v%s v%d = ", indent, mr_dtype_name(dtype), value);
    emit_lanes(e, out, value);
    mr_strbuf_add(out, ";\n");
    if (e->notes[value].walked != IR_NONE) emit_next_differences(e, out, indent, (size_t)value);
}
