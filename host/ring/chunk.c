/* Chunks: leaves reduced by the engine, their trees finished here, one element a chunk. */
#include "ring/runner.h"

void mr_chunk_add_leaf(struct mr_runner *r, void *const columns[], size_t row)
{
    const struct mr_segment *s = r->segment;
    struct mr_partial leaf = {.count = mr_scalar_read(MR_I64, columns[0], row).i64};
    size_t stored = 1;
    for (size_t c = 0; c < s->value_count; c++) {
        mr_dtype partials[3];
        size_t count = mr_partial_dtypes(s->aggregate, r->trees[c].dtype, partials);
        if (count > 0) leaf.a = mr_scalar_read(partials[0], columns[stored], row);
        if (count > 1) leaf.b = mr_scalar_read(partials[1], columns[stored + 1], row);
        if (count > 2) leaf.c = mr_scalar_read(partials[2], columns[stored + 2], row);
        stored += count;
        mr_tree_add_leaf(&r->trees[c], leaf);
    }
}

static void end_chunk(struct mr_runner *r, void *const out[], size_t row)
{
    const struct mr_segment *s = r->segment;
    for (size_t c = 0; c < s->column_count; c++) {
        struct mr_tree *tree = &r->trees[c];
        mr_scalar value = {.u64 = 0};
        (void)mr_tree_value(tree, 0, &value);
        mr_scalar_write(s->columns[c].dtype, out[c], row, value);
        mr_tree_start(tree, s->aggregate, tree->dtype);
    }
}

/* Adds the leaves of one unit; *rows counts the chunks that ended. */
static mr_status add_unit(struct mr_runner *r, const struct mr_launch *launch,
                          const struct mr_outcome *outcome, void *const out[], size_t *rows,
                          mr_error *err)
{
    const struct mr_segment *s = r->segment;
    void *columns[MR_MAX_STORED];
    int64_t number = mr_leaf_number(s, launch->first), per_chunk = mr_leaves_per_chunk(s);
    int64_t good = outcome->failed == SIZE_MAX ? (int64_t)launch->count : (int64_t)outcome->failed;
    MR_TRY(r->engine->class->map(r->engine, r->partials, 0, outcome->rows, false, columns, err));
    for (size_t row = 0; row < outcome->rows; row++, number++) {
        int64_t leaf_end = mr_leaf_first(s, number + 1);
        if (leaf_end > launch->first + good && outcome->failed != SIZE_MAX) break;
        mr_chunk_add_leaf(r, columns, row);
        if ((number + 1) % per_chunk == 0 && leaf_end <= launch->first + good)
            end_chunk(r, out, (*rows)++);
    }
    return r->engine->class->unmap(r->engine, r->partials, err);
}

static mr_status run_units(struct mr_runner *r, void *const out[], size_t *rows, mr_error *err)
{
    while (*rows == 0 && !r->is_exhausted && r->failed == MR_OK &&
           !mr_control_is_paused(r->control)) {
        struct mr_launch launch = {.out = r->partials};
        struct mr_outcome outcome;
        MR_TRY(mr_control_check(r->control, err));
        MR_TRY(mr_unit_prepare(r, &launch, err));
        if (launch.count == 0) break;
        MR_TRY(r->engine->class->launch(r->engine, r->program, &launch, err));
        MR_TRY(r->engine->class->wait(r->engine, r->program, r->partials, &outcome, err));
        MR_TRY(add_unit(r, &launch, &outcome, out, rows, err));
        if (outcome.failed != SIZE_MAX) mr_unit_fail(r, &outcome, launch.first);
    }
    bool has_rest = r->is_exhausted && r->failed == MR_OK && r->trees[0].leaves;
    if (has_rest) end_chunk(r, out, (*rows)++);
    return MR_OK;
}

mr_status mr_chunk_launch(struct mr_runner *r, struct mr_slot *slot, mr_error *err)
{
    const struct mr_segment *s = r->segment;
    void *out[MR_MAX_STORED] = {0};
    size_t rows = 0;
    MR_TRY(r->engine->class->map(r->engine, slot, s->lead, mr_chunk_rows(s), true, out, err));
    mr_status st = run_units(r, out, &rows, err);
    mr_status unmapped = r->engine->class->unmap(r->engine, slot, st == MR_OK ? err : NULL);
    if (st != MR_OK) return st;
    if (rows) {
        r->queue[r->queued++] = (struct mr_unit){
            .slot = slot, .first = r->next, .count = rows, .at = s->lead, .is_done = true};
        r->last = slot;
    }
    return unmapped;
}
