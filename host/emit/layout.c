#include "emit/layout.h"

#include <string.h>

#include "emit/skeleton.h"
#include "ir/constant.h"
#include "plan/kind.h"

/* ---- masks ---- */

static uint8_t mask_bits_of(const struct mr_emitter *e, const struct ir_node *n,
                            const struct mr_note *note)
{
    if (note->form == MR_FORM_RESIDUE) return (uint8_t)note->residue.bits;
    if (n->op == IR_LOAD || n->op == IR_SELECT || n->args[0] == IR_NONE) return 32;
    if (n->op == IR_STATE || n->op == IR_RESULT) return 32;
    mr_dtype dtype = mr_emitter_node(e, n->args[0])->dtype;
    if (dtype != MR_BOOL) return (uint8_t)mr_lane_bits(dtype);
    uint8_t bits = e->notes[n->args[0]].mask_bits;
    if (n->args[1] != IR_NONE && e->notes[n->args[1]].mask_bits > bits)
        bits = e->notes[n->args[1]].mask_bits;
    return bits;
}

static void decide_masks(struct mr_emitter *e)
{
    for (size_t k = 0; k < e->segment->body.count; k++) {
        const struct ir_node *n = mr_emitter_node(e, (ir_value)k);
        if (n->dtype == MR_BOOL) e->notes[k].mask_bits = mask_bits_of(e, n, &e->notes[k]);
    }
}

/* ---- widths ---- */

static bool has_64_bit_lanes(const struct mr_emitter *e)
{
    for (size_t k = 0; k < e->segment->body.count; k++) {
        mr_dtype dtype = mr_emitter_node(e, (ir_value)k)->dtype;
        bool is_made = mr_all_needs(e, k) & MR_AS_LANES;
        if (is_made && (mr_dtype_size(dtype) == 8 || e->notes[k].mask_bits == 64)) return true;
    }
    return false;
}

/* Whether some function's blocks want as many lanes as values of 32 bits have. */
static bool has_block4(const struct mr_emitter *e)
{
    for (size_t k = 0; k < e->segment->body.count; k++)
        if (e->notes[k].form == MR_FORM_STRIP &&
            mr_library[mr_emitter_node(e, (ir_value)k)->function].has_block4)
            return true;
    return false;
}

/* How a leaf is shared: by lanes of its rows, or by pieces of one vector. */
static void share_leaf(struct mr_emitter *e, bool is_wide)
{
    enum { PIECE_32 = 16, PIECE_64 = 8 };
    if (!mr_skeleton_shares_leaves(e->skeleton, e->segment)) return;
    if (e->skeleton->has_pieces) {
        e->source->width = e->span = is_wide ? PIECE_64 : PIECE_32;
        e->source->items = MR_LEAF / e->span;
    } else {
        bool is_short = is_wide && !has_block4(e);
        if (!e->skeleton->has_one_lane)
            e->source->width = is_short ? e->profile->width_64 : e->profile->width_32;
        e->span = is_short ? e->profile->span_64 : e->profile->span_32;
        e->source->items = MR_ROW_LANES / e->span;
    }
}

static void decide_width(struct mr_emitter *e)
{
    bool is_wide = has_64_bit_lanes(e) || e->skeleton->takes_scalars;
    unsigned width = is_wide ? e->profile->width_64 : e->profile->width_32;
    e->source->width = e->skeleton->has_one_lane ? 1 : width;
    e->span = MR_ROW_LANES;
    e->source->items = 1;
    share_leaf(e, is_wide);
}

/* Blocks of four words serve four vectors at once (kernels/lib/philox.cl); a leaf is a whole number
 * of such strips. */
static bool has_strip4(const struct mr_emitter *e, enum mr_library_fn function)
{
    return mr_library[function].has_strip4 && mr_emitter_has_strips(e) &&
           !mr_emitter_shares_leaves(e) && 4 * e->source->width >= MR_ROW_LANES;
}

enum { SHORT = 12 }; /* operations */

/* A turn of a loop costs a few operations of its own, which short bodies feel. */
static unsigned strip_elems(const struct mr_emitter *e, size_t operations)
{
    enum { TURNS = 4 };
    if (mr_emitter_shares_leaves(e)) return e->span;
    if (e->skeleton->strip_vectors) return e->skeleton->strip_vectors * e->source->width;
    /* The fixed tree's lanes are those of a strip; so many values make a histogram's, too. */
    if (!mr_kind_of(e->segment->kind)->takes_leaves) return e->source->width;
    return operations <= SHORT ? TURNS * MR_ROW_LANES : MR_ROW_LANES;
}

static void decide_strips(struct mr_emitter *e)
{
    size_t operations = 0;
    bool has_strips_of_4 = false;
    for (size_t k = 0; k < e->segment->body.count; k++) {
        struct mr_note *note = &e->notes[k];
        if (note->form == MR_FORM_STRIP)
            note->vectors = has_strip4(e, mr_emitter_node(e, (ir_value)k)->function) ? 4 : 1;
        if (!(mr_all_needs(e, k) & MR_AS_LANES)) continue;
        has_strips_of_4 |= note->vectors == 4;
        operations += mr_emitter_node(e, (ir_value)k)->op == IR_LOOP ? SHORT + 1 : 1;
    }
    e->strip_elems = has_strips_of_4 ? 4 * e->source->width : strip_elems(e, operations);
}

/* ---- parameters ---- */

static void place_params(struct mr_emitter *e)
{
    struct mr_source_text *source = e->source;
    for (size_t k = 0; k < e->segment->body.count; k++) {
        const struct ir_node *n = mr_emitter_node(e, (ir_value)k);
        struct mr_note *note = &e->notes[k];
        note->param = -1;
        bool is_held = n->op == IR_PARAM || n->op == IR_WORDS || n->op == IR_LOOP;
        if (!mr_all_needs(e, k) || !is_held) continue;
        note->param = (int32_t)source->param_count;
        if (n->op == IR_WORDS) {
            const size_t words = (size_t)n->imm.u64;
            memcpy(source->params + source->param_count, n->subject, words * sizeof(uint64_t));
            source->param_count += words;
        } else {
            source->params[source->param_count++] = mr_scalar_word(n->dtype, n->imm);
        }
    }
}

void mr_decide_layout(struct mr_emitter *e)
{
    decide_masks(e);
    decide_width(e);
    decide_strips(e);
    place_params(e);
}
