#include "emit/values.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "emit/position.h"
#include "emit/residue.h"
#include "ir/op.h"

/* How an operation is written, by the class of its operands. $a $b $c: operands as lanes; # :
 * bits. */
static const struct {
    const char *floats, *signeds, *unsigneds, *masks;
} forms[IR_OP_COUNT] = {
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

enum { AS_LANES = 1, AS_SCALAR = 2 };

static unsigned dtype_bits(mr_dtype dtype)
{
    return mr_dtype_size(dtype) == 8 ? 64 : 32;
}

const char *mr_cl_type_name(mr_dtype dtype)
{
    static const char *const names[MR_DTYPE_COUNT] = {
#define CL_NAME(constant, name, ctype, cltype) [constant] = #cltype,
        MR_DTYPE_TABLE(CL_NAME)
#undef CL_NAME
    };
    return names[dtype];
}

static const struct ir_node *node_of(const struct mr_emitter *e, ir_value value)
{
    return &e->segment->body.nodes[value];
}

bool mr_emitter_has_runs(const struct mr_emitter *e)
{
    switch (e->segment->kind) {
    case MR_KIND_WINDOW:
    case MR_KIND_RECUR: return false;
    default: return true;
    }
}

/* The fixed tree's lanes are those of a run; so many values at least make a histogram's run. */
static bool has_leaf_lanes(const struct mr_emitter *e)
{
    const struct mr_segment *s = e->segment;
    return s->kind == MR_KIND_CHUNK || s->kind == MR_KIND_REDUCE;
}

/* ---- which nodes are written ---- */

static bool is_consecutive(const struct mr_emitter *e, ir_value position)
{
    int64_t offset;
    return mr_ir_unit_stride(&e->segment->body, position, &offset);
}

/* Blocks of four words serve four vectors at once (kernels/lib/philox.cl); a leaf is a whole number
 * of such runs. */
static bool is_run4(const struct mr_emitter *e, const struct ir_node *n)
{
    return n->op == IR_CALL && mr_library[n->function].has_run4 && mr_emitter_has_runs(e) &&
           4 * e->source->width >= MR_LEAF_LANES && is_consecutive(e, n->args[0]);
}

bool mr_node_has_native(const struct ir_node *node)
{
    return node->op == IR_CALL && mr_library[node->function].is_native;
}

static bool is_native(const struct mr_emitter *e, const struct ir_node *n)
{
    return e->profile->native_math && mr_node_has_native(n);
}

/* A turn of a loop costs a few operations of its own, which short bodies feel. */
unsigned mr_emit_run_elems(const struct mr_emitter *e)
{
    enum { SHORT = 12, TURNS = 4 };
    size_t operations = 0;
    for (size_t k = 0; k < e->segment->body.count; k++) {
        if (!(e->needed[k] & AS_LANES)) continue;
        if (is_run4(e, node_of(e, (ir_value)k))) return 4 * e->source->width;
        operations++;
    }
    if (e->segment->kind == MR_KIND_SCAN) return 2 * e->source->width;
    if (!has_leaf_lanes(e)) return e->source->width;
    return operations <= SHORT ? TURNS * MR_LEAF_LANES : MR_LEAF_LANES;
}

static void need(struct mr_emitter *e, ir_value value, uint8_t how);

static void need_scalars(struct mr_emitter *e, ir_value value)
{
    const struct ir_node *n = node_of(e, value);
    if (n->op == IR_PARAM) e->needed[value] |= AS_SCALAR;
    for (int k = 0; k < 3; k++)
        if (n->args[k] != IR_NONE) need_scalars(e, n->args[k]);
}

static void need_operands(struct mr_emitter *e, const struct ir_node *n)
{
    if (n->op == IR_LOAD) {
        bool scalar =
            is_consecutive(e, n->args[0]) && (e->segment->views[n->input].segment || !n->guarded);
        e->source->uses_column[n->input][n->column] = true;
        if (!scalar)
            need(e, n->args[0], AS_LANES);
        else if (!e->segment->views[n->input].segment)
            need_scalars(e, n->args[0]);
        return;
    }
    if (n->op == IR_CALL && !is_native(e, n)) e->uses_fn[n->function] |= (uint8_t)(1u << n->dtype);
    if (n->op == IR_CALL && mr_library[n->function].form == MR_LIBRARY_LANE) {
        if (is_consecutive(e, n->args[0]))
            need_scalars(e, n->args[0]);
        else
            need(e, n->args[0], AS_LANES);
        for (size_t k = 1; k < mr_library[n->function].arity; k++) need(e, n->args[k], AS_SCALAR);
        return;
    }
    if (n->op == IR_CAST && n->dtype == MR_F64 && mr_is_exact_f64(e, n->args[0])) {
        need_scalars(e, n->args[0]);
        return;
    }
    ir_value value = (ir_value)(n - e->segment->body.nodes);
    if (mr_is_linear_product(e, n) || mr_walks_polynomial(e, value)) {
        need_scalars(e, value);
        return;
    }
    for (int k = 0; k < 3; k++)
        if (n->args[k] != IR_NONE) need(e, n->args[k], AS_LANES);
}

/* A comparison of a remainder needs the dividend. */
static bool need_residue(struct mr_emitter *e, ir_value value)
{
    struct mr_residue residue;
    if (!mr_find_residue(e, value, &residue)) return false;
    if (mr_walks_polynomial(e, residue.x))
        need_scalars(e, residue.x);
    else
        need(e, residue.x, AS_LANES);
    need(e, residue.r, AS_SCALAR);
    return true;
}

static void need(struct mr_emitter *e, ir_value value, uint8_t how)
{
    bool seen = e->needed[value] & how;
    e->needed[value] |= how;
    if (how == AS_LANES && !seen && !need_residue(e, value)) need_operands(e, node_of(e, value));
}

static unsigned result_mask_bits(const struct mr_emitter *e, const struct ir_node *n)
{
    const struct ir_node *a = n->args[0] == IR_NONE ? NULL : node_of(e, n->args[0]);
    if (n->op == IR_LOAD || n->op == IR_CONST || n->op == IR_PARAM || n->op == IR_SELECT || !a)
        return 32;
    struct mr_residue residue;
    if (mr_find_residue(e, (ir_value)(n - e->segment->body.nodes), &residue)) return residue.bits;
    if (a->dtype != MR_BOOL) return dtype_bits(a->dtype);
    unsigned bits = e->mask_bits[n->args[0]];
    if (n->args[1] != IR_NONE && e->mask_bits[n->args[1]] > bits) bits = e->mask_bits[n->args[1]];
    return bits;
}

static void number_words(struct mr_emitter *e, const struct ir_node *n)
{
    memcpy(e->source->params + e->source->param_count, n->origin, n->imm.u64 * sizeof(uint64_t));
    e->source->param_count += n->imm.u64;
}

static void number_params(struct mr_emitter *e)
{
    const struct ir_body *b = &e->segment->body;
    for (size_t k = 0; k < b->count; k++) {
        e->param_slot[k] = -1;
        if (b->nodes[k].dtype == MR_BOOL)
            e->mask_bits[k] = (uint8_t)result_mask_bits(e, &b->nodes[k]);
        bool is_words = b->nodes[k].op == IR_WORDS;
        if ((b->nodes[k].op != IR_PARAM && !is_words) || !(e->needed[k] | e->packed[k])) continue;
        e->param_slot[k] = (int32_t)e->source->param_count;
        if (is_words) {
            number_words(e, &b->nodes[k]);
            continue;
        }
        mr_scalar value = b->nodes[k].imm;
        uint64_t bits = value.u64;
        if (b->nodes[k].dtype == MR_F32) {
            float narrow = (float)value.f64;
            uint32_t word;
            memcpy(&word, &narrow, sizeof word);
            bits = word;
        } else if (b->nodes[k].dtype == MR_F64) {
            memcpy(&bits, &value.f64, sizeof bits);
        }
        e->source->params[e->source->param_count++] = bits;
    }
}

void mr_emitter_turn(struct mr_emitter *e)
{
    uint8_t *needed = e->needed;
    e->needed = e->packed;
    e->packed = needed;
}

/* COMPACT's second kernel makes the values, unless the first one saves them. RECUR: the host jumps
 * to the first term of each unit. */
static void need_values(struct mr_emitter *e)
{
    const struct mr_segment *s = e->segment;
    bool is_recurrence = s->kind == MR_KIND_RECUR;
    bool is_packed = s->kind == MR_KIND_COMPACT && !s->saves_values;
    if (is_packed) mr_emitter_turn(e);
    for (size_t c = is_recurrence; c < s->value_count; c++)
        need(e, s->values[c], is_recurrence ? AS_SCALAR : AS_LANES);
    if (is_packed) mr_emitter_turn(e);
}

mr_status mr_emitter_open(struct mr_emitter *e, const struct mr_segment *segment,
                          const struct mr_profile *profile, struct mr_source_text *source,
                          mr_error *err)
{
    size_t count = segment->body.count + 1, numbers = count;
    for (size_t k = 0; k < segment->body.count; k++)
        if (segment->body.nodes[k].op == IR_WORDS) numbers += segment->body.nodes[k].imm.u64;
    *e = (struct mr_emitter){
        .segment = segment, .profile = profile, .source = source, .lane_0 = "(ulong)i"};
    e->needed = mr_alloc(count, sizeof *e->needed);
    e->packed = mr_alloc(count, sizeof *e->packed);
    e->written = mr_alloc(count, sizeof *e->written);
    e->mask_bits = mr_alloc(count, sizeof *e->mask_bits);
    e->param_slot = mr_alloc(count, sizeof *e->param_slot);
    source->params = mr_alloc(numbers, sizeof *source->params);
    if (!e->needed || !e->packed || !e->written || !e->mask_bits || !e->param_slot ||
        !source->params) {
        mr_emitter_close(e);
        return mr_fail_no_memory(err, "the kernel's text");
    }
    mr_measure_positions(e);
    need_values(e);
    if (segment->keep != IR_NONE) need(e, segment->keep, AS_LANES);
    for (size_t k = 0; k < segment->body.check_count; k++)
        need(e, segment->body.checks[k].bad, AS_LANES);
    if (segment->kind == MR_KIND_RECUR) e->uses_fn[segment->seq->op->recurrence] = 1u << MR_U64;
    number_params(e);
    return MR_OK;
}

void mr_emitter_close(struct mr_emitter *e)
{
    mr_free(e->needed);
    mr_free(e->packed);
    mr_free(e->written);
    mr_free(e->mask_bits);
    mr_free(e->param_slot);
    *e = (struct mr_emitter){0};
}

/* ---- text ---- */

static void emit_literal(struct mr_strbuf *out, mr_dtype dtype, mr_scalar value)
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
    const struct ir_node *n = node_of(e, value);
    if (n->op == IR_PARAM)
        mr_strbuf_addf(out, "p%d", e->param_slot[value]);
    else if (n->op == IR_WORDS)
        mr_strbuf_addf(out, "P + %d", e->param_slot[value]);
    else
        emit_literal(out, n->dtype, n->imm);
}

void mr_emit_mask(struct mr_emitter *e, struct mr_strbuf *out, ir_value value, unsigned bits)
{
    if (e->mask_bits[value] == bits)
        mr_strbuf_addf(out, "v%d", value);
    else
        mr_strbuf_addf(out, "TO_M%u(v%d)", bits, value);
}

void mr_emit_stored(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct ir_node *n = node_of(e, value);
    mr_strbuf_addf(out, n->dtype == MR_BOOL ? "MASK_BYTE(v%d)" : "v%d", value);
}

static void emit_operand(struct mr_emitter *e, struct mr_strbuf *out, ir_value value, unsigned bits)
{
    if (node_of(e, value)->dtype == MR_BOOL)
        mr_emit_mask(e, out, value, bits);
    else
        mr_strbuf_addf(out, "v%d", value);
}

static void emit_form(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct ir_node *n = node_of(e, value);
    mr_dtype dtype = node_of(e, n->args[0])->dtype;
    unsigned bits = dtype == MR_BOOL ? e->mask_bits[value] : dtype_bits(dtype);
    const char *form = mr_dtype_is_float(dtype)    ? forms[n->op].floats
                       : dtype == MR_BOOL          ? forms[n->op].masks
                       : mr_dtype_is_signed(dtype) ? forms[n->op].signeds
                                                   : forms[n->op].unsigneds;
    if (!form) {
        e->failed = MR_E_INTERNAL;
        return;
    }
    /* A constant divisor is neither 0 nor (checked here) -1: plain division is defined. */
    const struct ir_node *divisor = n->args[1] == IR_NONE ? NULL : node_of(e, n->args[1]);
    if ((n->op == IR_DIV || n->op == IR_REM) && divisor && divisor->op == IR_CONST &&
        mr_dtype_is_signed(dtype) && divisor->imm.i64 != -1)
        form = n->op == IR_DIV ? "$a / $b" : "$a % $b";
    for (const char *p = form; *p; p++) {
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
    bool wide = dtype_bits(from) == 64;
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

/* One conversion a run, or a vector where there are none, and one addition a vector. */
static void emit_exact_f64(struct mr_emitter *e, struct mr_strbuf *out, ir_value value, ir_value x)
{
    if (mr_emitter_has_runs(e)) e->lane_0 = "(ulong)run";
    mr_strbuf_add(out, "(vf64)((double)(long)(");
    mr_emit_at_lane_0(e, out, x);
    mr_strbuf_addf(out, mr_emitter_has_runs(e) ? ")) + step%d[part]" : ")) + step%d", value);
    e->lane_0 = "(ulong)i";
}

static void emit_cast(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct ir_node *n = node_of(e, value);
    ir_value x = n->args[0];
    mr_dtype from = node_of(e, x)->dtype, to = n->dtype;
    const char *name = mr_dtype_name(to);
    if (to == MR_F64 && mr_is_exact_f64(e, x)) {
        emit_exact_f64(e, out, value, x);
    } else if (from == MR_BOOL) {
        mr_emit_mask(e, out, x, dtype_bits(to));
        mr_strbuf_addf(out, " ? (v%s)(1) : (v%s)(0)", name, name);
    } else if (to == MR_BOOL) {
        mr_strbuf_addf(out, "v%d != (v%s)(0)", x, mr_dtype_name(from));
    } else if (mr_dtype_is_float(from) && mr_dtype_is_integer(to)) {
        mr_strbuf_addf(out, "cast_%s_%s(v%d)", mr_dtype_name(from), name, x);
    } else {
        mr_strbuf_addf(out, integer_cast(from, to), x);
    }
}

static void emit_load(struct mr_emitter *e, struct mr_strbuf *out, const struct ir_node *n)
{
    const struct mr_view *view = &e->segment->views[n->input];
    const char *name = mr_dtype_name(n->dtype);
    int64_t offset;
    bool consecutive = mr_ir_unit_stride(&e->segment->body, n->args[0], &offset);
    if (n->dtype == MR_BOOL) mr_strbuf_add(out, "BYTE_MASK(");
    if (view->segment) {
        mr_strbuf_addf(out, "load_%s(in%u_%u, at%u + %" PRId64 ", i, low, high, whole)", name,
                       n->input, n->column, n->input, offset - view->offset);
    } else if (consecutive && !n->guarded) {
        mr_strbuf_addf(out, "load_%s(in%u_%u, ", name, n->input, n->column);
        mr_strbuf_add(out, "(long)(");
        mr_emit_at_lane_0(e, out, n->args[0]);
        mr_strbuf_add(out, ") - i, i, low, high, whole)");
    } else {
        mr_strbuf_addf(out, "gather_%s(in%u_%u, v%d, last%u)", name, n->input, n->column,
                       n->args[0], n->input);
    }
    if (n->dtype == MR_BOOL) mr_strbuf_add(out, ")");
}

static void emit_scalars(struct mr_emitter *e, struct mr_strbuf *out, const struct ir_node *call)
{
    for (size_t k = 1; k < mr_library[call->function].arity; k++) {
        mr_strbuf_add(out, ", ");
        mr_emit_scalar(e, out, call->args[k]);
    }
}

static void emit_call(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct ir_node *n = node_of(e, value);
    const struct mr_library_row *row = &mr_library[n->function];
    if (row->form == MR_LIBRARY_MATH) {
        if (is_native(e, n))
            mr_strbuf_addf(out, "%s(", row->c_name);
        else
            mr_strbuf_addf(out, "mr_%s_%s(", row->c_name, mr_dtype_name(n->dtype));
        for (size_t k = 0; k < row->arity; k++)
            mr_strbuf_addf(out, "%sv%d", k ? ", " : "", n->args[k]);
        mr_strbuf_add(out, ")");
        return;
    }
    if (is_run4(e, n)) {
        mr_strbuf_addf(out, "run%d[part]", value);
        return;
    }
    bool run = is_consecutive(e, n->args[0]);
    mr_strbuf_addf(out, "mr_%s%s(", row->c_name, run ? "_run" : "");
    if (run)
        mr_emit_at_lane_0(e, out, n->args[0]);
    else
        mr_strbuf_addf(out, "v%d", n->args[0]);
    emit_scalars(e, out, n);
    mr_strbuf_add(out, ")");
}

static void emit_select(struct mr_emitter *e, struct mr_strbuf *out, const struct ir_node *n)
{
    if (n->dtype != MR_BOOL) {
        mr_emit_mask(e, out, n->args[0], dtype_bits(n->dtype));
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

static void emit_linear_product(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    bool is_signed = mr_dtype_is_signed(node_of(e, value)->dtype);
    mr_strbuf_add(out, is_signed ? "AS_I64((vu64)(" : "(vu64)(");
    mr_emit_at_lane_0(e, out, value);
    mr_strbuf_addf(out, ") + step%d%s", value, is_signed ? ")" : "");
}

static void emit_right_side(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct ir_node *n = node_of(e, value);
    struct mr_residue residue;
    switch (n->op) {
    case IR_CONST:
    case IR_PARAM:
        if (n->dtype == MR_BOOL) {
            mr_emit_scalar(e, out, value);
            mr_strbuf_add(out, " ? TRUE_M32 : (vm32)(0)");
            return;
        }
        mr_strbuf_addf(out, "(v%s)(", mr_dtype_name(n->dtype));
        mr_emit_scalar(e, out, value);
        mr_strbuf_add(out, ")");
        return;
    case IR_INDEX: mr_strbuf_add(out, "AS_I64(POSITIONS(i))"); return;
    case IR_LOAD: emit_load(e, out, n); return;
    case IR_CAST: emit_cast(e, out, value); return;
    case IR_CALL: emit_call(e, out, value); return;
    case IR_SELECT: emit_select(e, out, n); return;
    default:
        if (mr_find_residue(e, value, &residue))
            mr_emit_residue(e, out, value);
        else if (mr_walks_polynomial(e, value))
            mr_emit_polynomial(e, out, value);
        else if (mr_is_linear_product(e, n))
            emit_linear_product(e, out, value);
        else
            emit_form(e, out, value);
        return;
    }
}

/* What the lanes of a vector, or of each vector of a run, are above the first. */
static void emit_steps(struct mr_emitter *e, struct mr_strbuf *out, size_t value, ir_value x)
{
    if (mr_emitter_has_runs(e))
        mr_strbuf_addf(out,
                       "    vf64 step%zu[RUN / W];\n"
                       "#pragma unroll\n"
                       "    for (int k = 0; k < RUN / W; k++)\n"
                       "        step%zu[k] = ((vf64)(IOTA) + (vf64)((double)(k * W))) * "
                       "(vf64)((double)(long)(",
                       value, value);
    else
        mr_strbuf_addf(out, "    const vf64 step%zu = (vf64)(IOTA) * (vf64)((double)(long)(",
                       value);
    mr_emit_slope(e, out, x);
    mr_strbuf_add(out, "));\n");
}

static void emit_wrapping_steps(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    mr_strbuf_addf(out, "    const vu64 step%d = (vu64)(IOTA) * (vu64)(", value);
    mr_emit_slope(e, out, value);
    mr_strbuf_add(out, ");\n");
}

void mr_emit_params(struct mr_emitter *e, struct mr_strbuf *out)
{
    const struct ir_body *b = &e->segment->body;
    for (size_t k = 0; k < b->count; k++) {
        const struct ir_node *n = &b->nodes[k];
        int32_t slot = n->op == IR_WORDS || !e->needed[k] ? -1 : e->param_slot[k];
        if (slot >= 0 && n->dtype == MR_F64)
            mr_strbuf_addf(out, "    const double p%d = as_double(P[%d]);\n", slot, slot);
        else if (slot >= 0 && n->dtype == MR_F32)
            mr_strbuf_addf(out, "    const float p%d = as_float((uint)P[%d]);\n", slot, slot);
        else if (slot >= 0 && n->dtype == MR_I64)
            mr_strbuf_addf(out, "    const long p%d = as_long(P[%d]);\n", slot, slot);
        else if (slot >= 0 && n->dtype == MR_I32)
            mr_strbuf_addf(out, "    const int p%d = as_int((uint)P[%d]);\n", slot, slot);
        else if (slot >= 0)
            mr_strbuf_addf(out, "    const %s p%d = (%s)P[%d];\n", mr_cl_type_name(n->dtype), slot,
                           mr_cl_type_name(n->dtype), slot);
    }
    for (size_t k = 0; k < b->count; k++)
        if (e->needed[k] & AS_LANES) mr_emit_residue_numbers(e, out, (ir_value)k);
    for (size_t k = 0; k < b->count; k++) {
        const struct ir_node *n = &b->nodes[k];
        if (!(e->needed[k] & AS_LANES)) continue;
        mr_emit_differences(e, out, (ir_value)k);
        if (mr_is_linear_product(e, n)) emit_wrapping_steps(e, out, (ir_value)k);
        if (n->op == IR_CAST && n->dtype == MR_F64 && mr_is_exact_f64(e, n->args[0]))
            emit_steps(e, out, k, n->args[0]);
    }
}

void mr_emit_runs(struct mr_emitter *e, struct mr_strbuf *out)
{
    for (size_t k = 0; k < e->segment->body.count; k++) {
        const struct ir_node *n = node_of(e, (ir_value)k);
        if (!(e->needed[k] & AS_LANES) || !is_run4(e, n)) continue;
        mr_strbuf_addf(out, "        v%s run%zu[4];\n        mr_%s_run4(", mr_dtype_name(n->dtype),
                       k, mr_library[n->function].c_name);
        e->lane_0 = "(ulong)run";
        mr_emit_at_lane_0(e, out, n->args[0]);
        e->lane_0 = "(ulong)i";
        emit_scalars(e, out, n);
        mr_strbuf_addf(out, ", run%zu);\n", k);
    }
}

void mr_emit_values(struct mr_emitter *e, struct mr_strbuf *out, const char *indent)
{
    for (size_t k = 0; k < e->segment->body.count; k++) {
        const struct ir_node *n = &e->segment->body.nodes[k];
        if (!(e->needed[k] & AS_LANES)) continue;
        if (n->dtype == MR_BOOL)
            mr_strbuf_addf(out, "%sconst vm%u v%zu = ", indent, e->mask_bits[k], k);
        else
            mr_strbuf_addf(out, "%sconst v%s v%zu = ", indent, mr_dtype_name(n->dtype), k);
        emit_right_side(e, out, (ir_value)k);
        mr_strbuf_add(out, ";\n");
        mr_emit_next(e, out, indent, (ir_value)k);
    }
}

void mr_emit_prefetches(struct mr_emitter *e, struct mr_strbuf *out, const char *position)
{
    const char *lane_0 = e->lane_0;
    e->lane_0 = position;
    for (size_t k = 0; k < e->segment->body.count; k++) {
        const struct ir_node *n = &e->segment->body.nodes[k];
        int64_t offset;
        if (n->op != IR_LOAD || !(e->needed[k] & AS_LANES)) continue;
        const struct mr_view *view = &e->segment->views[n->input];
        bool consecutive = mr_ir_unit_stride(&e->segment->body, n->args[0], &offset);
        if (!view->segment && (!consecutive || n->guarded)) continue;
        mr_strbuf_addf(out, "PREFETCH_AT(in%u_%u, ", n->input, n->column);
        if (view->segment)
            mr_strbuf_addf(out, "at%u + %" PRId64 " + %s", n->input, offset - view->offset,
                           position);
        else
            mr_emit_at_lane_0(e, out, n->args[0]);
        mr_strbuf_add(out, ");");
    }
    e->lane_0 = lane_0;
}

void mr_emit_checks(struct mr_emitter *e, struct mr_strbuf *out, const char *indent)
{
    bool compacts = e->segment->kind == MR_KIND_COMPACT;
    for (size_t k = 0; k < e->segment->body.check_count; k++) {
        mr_strbuf_addf(out, "%s%sreport(status + %zu, ", indent,
                       compacts ? "good = min(good, " : "", k + MR_STATUS_CHECKS);
        mr_emit_mask(e, out, e->segment->body.checks[k].bad, 32);
        mr_strbuf_addf(out, ", i, low, high, first)%s;\n", compacts ? ")" : "");
    }
}
