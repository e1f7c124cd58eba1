#include "emit/emit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "emit/kernel_text.h"
#include "emit/passes.h"
#include "emit/skeleton.h"
#include "emit/strength.h"
#include "ir/op.h"

bool mr_segment_needs_fp64(const struct mr_segment *segment)
{
    for (size_t k = 0; k < segment->body.count; k++)
        if (segment->body.nodes[k].dtype == MR_F64) return true;
    for (size_t k = 0; k < segment->stored_count; k++)
        if (segment->stored[k] == MR_F64) return true;
    for (size_t k = 0; k < segment->column_count; k++)
        if (segment->columns[k].dtype == MR_F64) return true;
    return false;
}

bool mr_plan_needs_fp64(const struct mr_plan *plan)
{
    for (size_t k = 0; k < plan->segment_count; k++)
        if (mr_segment_needs_fp64(plan->segments[k])) return true;
    return false;
}

bool mr_plan_has_native(const struct mr_plan *plan)
{
    for (size_t k = 0; k < plan->segment_count; k++) {
        const struct ir_body *body = &plan->segments[k]->body;
        for (size_t node = 0; node < body->count; node++)
            if (mr_node_has_native(&body->nodes[node])) return true;
    }
    return false;
}

static void add_library(struct mr_emitter *e, struct mr_kernel_program *program)
{
    for (int fn = 0; fn < MR_FN_COUNT; fn++)
        for (int dtype = 0; dtype < MR_DTYPE_COUNT; dtype++)
            if (e->uses_fn[fn] >> dtype & 1)
                mr_kernel_program_add(program, mr_library[fn].files[dtype]);
    if (e->skeleton->library) mr_kernel_program_add(program, e->skeleton->library);
}

static void add_files(struct mr_emitter *e, struct mr_strbuf *out)
{
    struct mr_kernel_program program = {.out = out};
    mr_kernel_program_add(&program, "prelude.cl");
    mr_kernel_program_add(&program, "operations/");
    add_library(e, &program);
    if (program.failed) e->failed = MR_E_INTERNAL;
}

static void name_kernels(struct mr_emitter *e, uint64_t hash)
{
    for (size_t k = 0; k < e->source->kernel_count; k++) {
        struct mr_kernel_source *kernel = &e->source->kernels[k];
        const struct mr_kernel_form *form = &e->skeleton->kernels[k];
        kernel->items = form->items;
        kernel->has_before_in_leaf = k == 0 && e->skeleton->has_before_in_leaf;
        bool is_last = k + 1 == e->source->kernel_count;
        kernel->rounds = is_last && e->skeleton->rounds ? e->skeleton->rounds(e->segment) : 1;
        (void)snprintf(kernel->name, sizeof kernel->name, "mr_%s_%08" PRIx32 "%s", e->segment->name,
                       (uint32_t)(hash ^ hash >> 32), form->suffix);
    }
}

/* Pieces that are walked side by side lie in the same sets of a cache, which have no room for all
 * that could be asked for. */
static unsigned ahead_bytes(const struct mr_emitter *e)
{
    if (e->skeleton->has_one_lane) return 0;
    bool is_abreast = e->source->leaves > 1 && !e->skeleton->takes_in_turn;
    bool side_by_side = e->skeleton->walks_side_by_side || is_abreast;
    return e->profile->ahead_bytes / (side_by_side ? 8 : 1);
}

/* What the prelude, the operations and the kernels are made for. */
static void define(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "#define W %u\n", e->source->width);
    if (e->profile->has_fp64) mr_strbuf_add(out, "#define MR_FP64 1\n");
    mr_strbuf_addf(out, "#define LEAF %d\n#define LANES %d\n#define STRIP %u\n", MR_LEAF,
                   MR_ROW_LANES, e->strip_elems);
    if (mr_emitter_shares_leaves(e))
        mr_strbuf_addf(out, "#define SPAN %u\n#define ITEMS %u\n#define TOGETHER %d\n", e->span,
                       e->source->items, MR_LEAVES_TOGETHER);
    if (ahead_bytes(e)) mr_strbuf_addf(out, "#define AHEAD %u\n", ahead_bytes(e));
    if (e->skeleton->define) e->skeleton->define(e, out);
}

/* The name carries a hash of the text, so that a profiler's line says which pipeline it was: of the
 * text with names that have 0 in its place. */
static void add_kernels(struct mr_emitter *e, struct mr_strbuf *out, struct mr_strbuf *kernels)
{
    name_kernels(e, 0);
    mr_fill_skeleton(e, kernels);
    if (e->failed != MR_OK || kernels->failed) return;
    name_kernels(e, mr_hash_bytes(MR_HASH_SEED, kernels->text, kernels->length));
    for (size_t k = 0; k < e->source->kernel_count; k++) {
        const struct mr_kernel_source *kernel = &e->source->kernels[k];
        memcpy(kernels->text + kernel->name_at, kernel->name, strlen(kernel->name));
    }
    mr_strbuf_addf(out, "\n#line 1 \"%s\"\n", e->segment->name);
    mr_strbuf_add(out, kernels->text);
}

static mr_status emit_text(struct mr_emitter *e, mr_error *err)
{
    struct mr_strbuf *out = &e->source->text, kernels = {0};
    e->source->kernel_count = mr_skeleton_kernel_count(e->skeleton);
    e->source->leaves = e->skeleton->leaves ? e->skeleton->leaves(e->segment, e->profile) : 1;
    e->source->workers = e->skeleton->workers ? e->skeleton->workers(e->segment) : 0;
    define(e, out);
    add_files(e, out);
    add_kernels(e, out, &kernels);
    bool no_memory = kernels.failed || out->failed;
    mr_strbuf_free(&kernels);
    if (no_memory) return mr_fail_no_memory(err, "the kernel's text");
    if (e->failed != MR_OK)
        return mr_fail(err, MR_E_INTERNAL, "%s: no kernel can be written for segment %u",
                       e->segment->name, e->segment->number);
    return MR_OK;
}

mr_status mr_emit_segment(struct mr_source_text *out, const struct mr_segment *segment,
                          const struct mr_profile *profile, mr_error *err)
{
    struct mr_emitter e;
    *out = (struct mr_source_text){0};
    mr_status st = mr_emitter_open(&e, segment, profile, out, err);
    if (st == MR_OK) st = emit_text(&e, err);
    mr_emitter_close(&e);
    if (st != MR_OK) mr_source_text_free(out);
    return st;
}
