#include "emit/dump.h"

#include <inttypes.h>

#include "emit/needs.h"
#include "emit/skeleton.h"
#include "io/number.h"

/* ---- a node ---- */

static void add_number(struct mr_strbuf *out, mr_dtype dtype, mr_scalar value)
{
    char text[MR_NUMBER_TEXT_BYTES];
    uint64_t bits = value.u64;
    float narrow = (float)value.f64;
    int32_t low = (int32_t)(uint32_t)value.u64;
    uint8_t truth = value.u64 != 0;
    const void *places[MR_DTYPE_COUNT] = {
        [MR_BOOL] = &truth, [MR_I32] = &low,    [MR_U32] = &low,      [MR_I64] = &bits,
        [MR_U64] = &bits,   [MR_F32] = &narrow, [MR_F64] = &value.f64};
    mr_format_number(text, dtype, places[dtype]);
    mr_strbuf_addf(out, " %s", text);
}

static void add_operation(struct mr_strbuf *out, const struct ir_node *n)
{
    mr_strbuf_add(out, mr_ir_op_name(n->op));
    if (n->op == IR_CONST || n->op == IR_PARAM) add_number(out, n->dtype, n->imm);
    if (n->op == IR_WORDS) mr_strbuf_addf(out, " %" PRIu64, n->imm.u64);
    if (n->op == IR_CALL) mr_strbuf_addf(out, " %s", mr_library[n->function].c_name);
    if (n->op == IR_END) mr_strbuf_addf(out, " in%u", n->input);
    if (n->op == IR_LOAD)
        mr_strbuf_addf(out, "%s in%u_%u", n->guarded ? " guarded" : "", n->input, n->column);
    for (int k = 0; k < 3; k++)
        if (n->args[k] != IR_NONE) mr_strbuf_addf(out, " v%d", n->args[k]);
}

/* ---- its notes ---- */

void mr_dump_form(const struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct mr_note *note = &e->notes[value];
    mr_strbuf_add(out, mr_form_name(note->form));
    if (note->vectors > 1) mr_strbuf_addf(out, " of %u vectors", note->vectors);
    if (note->form == MR_FORM_RESIDUE)
        mr_strbuf_addf(out, " by %" PRIu64 " in %u bits", note->residue.divisor,
                       note->residue.bits);
    if (note->form == MR_FORM_RESIDUE && note->walked != IR_NONE)
        mr_strbuf_add(out, ", differences");
    if (note->walked != IR_NONE)
        mr_strbuf_addf(out, " of degree %d", e->notes[note->walked].degree);
}

/* A line's end: notes, separated by semicolons, from one column on. */
struct notes {
    struct mr_strbuf *out;
    size_t begin; /* of the line */
    bool has_any;
};

/* Begins the next note. */
static struct mr_strbuf *next_note(struct notes *notes)
{
    enum { NOTES_AT = 32 };
    struct mr_strbuf *out = notes->out;
    size_t written = out->length - notes->begin;
    int gap = written < NOTES_AT ? (int)(NOTES_AT - written) : 0;
    if (notes->has_any)
        mr_strbuf_add(out, "; ");
    else
        mr_strbuf_addf(out, "%*s  ", gap, "");
    notes->has_any = true;
    return out;
}

static void note_needs(const struct mr_emitter *e, struct notes *notes, ir_value value)
{
    static const char *const hows[] = {NULL, "lanes", "scalar", "lanes and scalar"};
    for (size_t k = 0; k < MR_MAX_KERNELS; k++) {
        uint8_t needs = e->notes[value].needs[k];
        if (needs) mr_strbuf_add(next_note(notes), hows[needs]);
        if (needs && k == MR_PACK_KERNEL)
            mr_strbuf_addf(notes->out, " in kernel %zu", mr_skeleton_kernel_count(e->skeleton));
    }
    if (!mr_all_needs(e, (size_t)value)) mr_strbuf_add(next_note(notes), "not made");
}

static void note_layout(const struct mr_emitter *e, struct notes *notes, ir_value value)
{
    const struct mr_note *note = &e->notes[value];
    if (mr_emitter_node(e, value)->dtype == MR_BOOL &&
        (mr_all_needs(e, (size_t)value) & MR_AS_LANES))
        mr_strbuf_addf(next_note(notes), "mask of %u bits", note->mask_bits);
    if (note->param >= 0) mr_strbuf_addf(next_note(notes), "P[%d]", note->param);
}

static void dump_node(const struct mr_emitter *e, struct mr_strbuf *out, ir_value value,
                      enum mr_pass last)
{
    const struct ir_node *n = mr_emitter_node(e, value);
    const struct mr_note *note = &e->notes[value];
    struct notes notes = {out, out->length, false};
    mr_strbuf_addf(out, "  v%-4d %-5s", value, mr_dtype_name(n->dtype));
    add_operation(out, n);
    if (note->form != MR_FORM_OPERATION) mr_dump_form(e, next_note(&notes), value);
    if (note->is_small) mr_strbuf_add(next_note(&notes), "small");
    if (e->loop_of[value] != IR_NONE)
        mr_strbuf_addf(next_note(&notes), "each turn of v%d", e->loop_of[value]);
    if (last >= MR_PASS_NEEDS) note_needs(e, &notes, value);
    if (last >= MR_PASS_LAYOUT) note_layout(e, &notes, value);
    mr_strbuf_add(out, "\n");
}

void mr_dump_body(const struct mr_emitter *e, struct mr_strbuf *out, enum mr_pass last)
{
    for (size_t k = 0; k < e->segment->body.count; k++) dump_node(e, out, (ir_value)k, last);
}
