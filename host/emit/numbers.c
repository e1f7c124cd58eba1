#include "emit/numbers.h"

#include <inttypes.h>

#include "emit/scalars.h"

static void emit_param(struct mr_strbuf *out, mr_dtype dtype, int32_t slot)
{
    const char *type = mr_cl_type_name(dtype);
    switch (dtype) {
    case MR_F64:
        mr_strbuf_addf(out, "    const double p%d = as_double(P[%d]);\n", slot, slot);
        return;
    case MR_F32:
        mr_strbuf_addf(out, "    const float p%d = as_float((uint)P[%d]);\n", slot, slot);
        return;
    case MR_I64: mr_strbuf_addf(out, "    const long p%d = as_long(P[%d]);\n", slot, slot); return;
    case MR_I32:
        mr_strbuf_addf(out, "    const int p%d = as_int((uint)P[%d]);\n", slot, slot);
        return;
    default: mr_strbuf_addf(out, "    const %s p%d = (%s)P[%d];\n", type, slot, type, slot); return;
    }
}

/* first%d is first * v, count%d is count (residue.h); a dividend of 64 bits that fits in 32 is
 * tested there, and so is a parameter r that may not fit. */
static void emit_residue_numbers(struct mr_emitter *e, struct mr_strbuf *out, size_t value)
{
    static const char *const parts[] = {"first", "count"};
    const struct mr_residue *t = &e->notes[value].residue;
    mr_dtype dtype = mr_emitter_node(e, t->x)->dtype;
    const char *suffix = t->bits == 64 ? "ul" : "u";
    for (int k = 0; k < 2; k++) {
        mr_strbuf_addf(out, "    const %s %s%zu = residue_%s_%s(", t->bits == 64 ? "ulong" : "uint",
                       parts[k], value, parts[k], t->narrows ? "u32" : mr_dtype_name(dtype));
        if (t->narrows) mr_strbuf_add(out, "(uint)min((ulong)UINT_MAX, ");
        mr_emit_scalar(e, out, t->r);
        mr_strbuf_addf(out, "%s, %" PRIu64 "%s)", t->narrows ? ")" : "", t->divisor, suffix);
        if (k == 0) mr_strbuf_addf(out, " * %" PRIu64 "%s", t->inverse, suffix);
        mr_strbuf_add(out, ";\n");
    }
}

/* d_k of the first vector: the polynomial at the first k + 1 vectors, subtracted in turn. */
static void emit_differences(struct mr_emitter *e, struct mr_strbuf *out, size_t value)
{
    static const char *const places[MR_MOST_DEGREE + 1] = {
        "POSITIONS(start)", "POSITIONS(start + W)", "POSITIONS(start + 2 * W)",
        "POSITIONS(start + 3 * W)"};
    const struct mr_note *note = &e->notes[value];
    int degree = (unsigned char)e->notes[note->walked].degree; /* not -1: it is a polynomial */
    for (int k = 0; k <= degree; k++) {
        mr_strbuf_addf(out, "    vu64 d%zu_%d = ", value, k);
        mr_emit_at(e, out, note->walked, places[k]);
        if (note->form == MR_FORM_RESIDUE)
            mr_strbuf_addf(out, " * %" PRIu64 "ul - first%zu", note->residue.inverse, value);
        mr_strbuf_add(out, ";\n");
    }
    for (int k = 1; k <= degree; k++)
        for (int j = degree; j >= k; j--)
            mr_strbuf_addf(out, "    d%zu_%d -= d%zu_%d;\n", value, j, value, j - 1);
}

/* What the lanes of a vector, or of each vector of a strip, are above the first. */
static void emit_exact_rises(struct mr_emitter *e, struct mr_strbuf *out, size_t value)
{
    bool has_strips = mr_emitter_has_strips(e);
    if (has_strips)
        mr_strbuf_addf(out, "    vf64 rise%zu[STRIP / W];\n    LINE_RISES(rise%zu, ", value, value);
    else
        mr_strbuf_addf(out, "    const vf64 rise%zu = (vf64)(IOTA) * (vf64)((double)(long)(",
                       value);
    mr_emit_slope(e, out, mr_emitter_node(e, (ir_value)value)->args[0]);
    mr_strbuf_add(out, has_strips ? ");\n" : "));\n");
}

static void emit_wrapping_rises(struct mr_emitter *e, struct mr_strbuf *out, size_t value)
{
    mr_strbuf_addf(out, "    const vu64 rise%zu = (vu64)(IOTA) * (vu64)(", value);
    mr_emit_slope(e, out, (ir_value)value);
    mr_strbuf_add(out, ");\n");
}

void mr_emit_params(struct mr_emitter *e, struct mr_strbuf *out, size_t kernel)
{
    const struct ir_body *b = &e->segment->body;
    for (size_t k = 0; k < b->count; k++)
        if (b->nodes[k].op == IR_PARAM && e->notes[k].needs[kernel])
            emit_param(out, b->nodes[k].dtype, e->notes[k].param);
    for (size_t k = 0; k < b->count; k++)
        if (mr_needs_lanes(e, k, kernel) && e->notes[k].form == MR_FORM_RESIDUE)
            emit_residue_numbers(e, out, k);
    for (size_t k = 0; k < b->count; k++) {
        if (!mr_needs_lanes(e, k, kernel)) continue;
        if (e->notes[k].walked != IR_NONE) emit_differences(e, out, k);
        if (e->notes[k].form == MR_FORM_LINE) emit_wrapping_rises(e, out, k);
        if (e->notes[k].form == MR_FORM_EXACT_F64) emit_exact_rises(e, out, k);
    }
}
