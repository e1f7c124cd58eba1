#include "emit/emit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "emit/kernel_text.h"
#include "emit/passes.h"
#include "emit/scalars.h"
#include "emit/skeleton.h"
#include "emit/strength.h"
#include "ir/exact.h"
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
    if (mr_is_exact(e->segment->aggregate)) mr_kernel_program_add(program, "lib/exact.cl");
}

static void add_files(struct mr_emitter *e, struct mr_strbuf *out)
{
    struct mr_kernel_program program = {.out = out};
    mr_kernel_program_add(&program, "prelude.cl");
    mr_kernel_program_add(&program, "operations/");
    add_library(e, &program);
    if (program.failed) e->failed = MR_E_INTERNAL;
}

static void fill_text(struct mr_emitter *e, struct mr_strbuf *out, const char *text)
{
    while (*text) {
        const char *mark = strchr(text, '@');
        if (!mark) {
            mr_strbuf_add(out, text);
            return;
        }
        mr_strbuf_add_bytes(out, text, (size_t)(mark - text));
        const char *end = strchr(mark + 1, '@');
        if (!end || !mr_emit_mark(e, out, mark + 1, (size_t)(end - mark - 1))) {
            e->failed = MR_E_INTERNAL;
            return;
        }
        text = end + 1;
    }
}

static void fill_skeleton(struct mr_emitter *e, struct mr_strbuf *out)
{
    const struct mr_skeleton *skeleton = mr_skeleton_of(e->segment);
    e->kernel = 0;
    for (size_t k = 0; k < skeleton->kernel_count; k++) e->source->kernels[k].arg_count = 0;
    for (size_t k = 0; k < MR_MAX_SKELETON_FILES && skeleton->files[k]; k++) {
        const char *text = mr_kernel_text(skeleton->files[k]);
        fill_text(e, out, text ? text : "@");
    }
}

/* The name carries a hash of the text, so that a profiler's line says which pipeline it was. */
static void name_kernels(struct mr_emitter *e, uint64_t hash)
{
    const struct mr_skeleton *skeleton = mr_skeleton_of(e->segment);
    for (size_t k = 0; k < skeleton->kernel_count; k++)
        (void)snprintf(e->source->kernels[k].name, sizeof e->source->kernels[k].name,
                       "mr_%s_%08" PRIx32 "%s", e->segment->name, (uint32_t)(hash ^ hash >> 32),
                       skeleton->suffixes[k]);
    e->source->kernel_count = skeleton->kernel_count;
}

/* Leaves, or pieces of a recurrence, that are walked side by side lie in the same sets of a cache,
 * which have no room for all that could be asked for. */
static unsigned ahead_bytes(const struct mr_emitter *e)
{
    bool side_by_side =
        e->segment->kind == MR_KIND_RECUR ||
        (e->segment->kind == MR_KIND_SCAN && mr_scan_rows(e->segment, e->profile) > 1);
    return e->profile->ahead_bytes / (side_by_side ? 8 : 1);
}

/* A leaf in one loop that reads and folds. */
static bool only_reads(const struct mr_segment *s)
{
    return s->kind == MR_KIND_REDUCE;
}

static mr_status emit_text(struct mr_emitter *e, mr_error *err)
{
    struct mr_strbuf *out = &e->source->text;
    mr_strbuf_addf(out, "#define W %u\n", e->source->width);
    if (e->profile->has_fp64) mr_strbuf_add(out, "#define MR_FP64 1\n");
    mr_strbuf_addf(out, "#define LEAF %d\n#define LANES %d\n#define RUN %u\n", MR_LEAF,
                   MR_LEAF_LANES, e->run_elems);
    if (ahead_bytes(e)) mr_strbuf_addf(out, "#define AHEAD %u\n", ahead_bytes(e));
    if (only_reads(e->segment)) mr_strbuf_add(out, "#define ONLY_READS 1\n");
    if (e->segment->kind == MR_KIND_SCAN)
        mr_strbuf_addf(out, "#define ROWS %u\n", mr_scan_rows(e->segment, e->profile));
    if (e->segment->kind == MR_KIND_WINDOW)
        mr_strbuf_addf(out, "#define TILE %zu\n#define TILE_ROWS %zu\n#define EXTENT %" PRId64 "\n",
                       mr_window_tile(e->segment), mr_window_tile_rows(e->segment),
                       e->segment->extent);
    if (mr_has_bins(e->segment->aggregate))
        mr_strbuf_addf(out, "#define TABLES %u\n", e->segment->tables);
    if (mr_is_exact(e->segment->aggregate))
        mr_strbuf_addf(out,
                       "#define MR_EXACT_ONE %d\n#define MR_EXACT_LEAST %d\n"
                       "#define MR_EXACT_COUNT %d\n#define MR_EXACT_NANS %d\n"
                       "#define MR_EXACT_UPS %d\n#define MR_EXACT_DOWNS %d\n"
                       "#define MR_EXACT_OTHERS %d\n",
                       MR_EXACT_ONE, MR_EXACT_LEAST, MR_EXACT_COUNT, MR_EXACT_NANS, MR_EXACT_UPS,
                       MR_EXACT_DOWNS, MR_EXACT_OTHERS);
    add_files(e, out);

    struct mr_strbuf kernel = {0};
    name_kernels(e, 0);
    fill_skeleton(e, &kernel);
    uint64_t hash =
        mr_hash_bytes(MR_HASH_SEED, mr_strbuf_text(&kernel), strlen(mr_strbuf_text(&kernel)));
    mr_strbuf_clear(&kernel);
    name_kernels(e, hash);
    fill_skeleton(e, &kernel);
    mr_strbuf_addf(out, "\n#line 1 \"%s\"\n", e->segment->name);
    mr_strbuf_add(out, mr_strbuf_text(&kernel));
    bool no_memory = kernel.failed || out->failed;
    mr_strbuf_free(&kernel);
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

void mr_source_text_free(struct mr_source_text *source)
{
    mr_strbuf_free(&source->text);
    for (size_t k = 0; k < MR_MAX_KERNELS; k++) mr_free(source->kernels[k].args);
    memset(source->kernels, 0, sizeof source->kernels);
    mr_free(source->params);
    source->params = NULL;
    source->param_count = 0;
}
