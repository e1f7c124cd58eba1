#include "stream/reduction.h"

#include <string.h>

#include "base/memory.h"
#include "ir/op.h"
#include "plan/counting.h"
#include "stream/terminal.h"

static mr_status alloc_entries(struct mr_reduction *out, const struct mr_segment *s, size_t entries,
                               mr_error *err)
{
    if (!out->columns[0]) out->entries = entries;
    for (size_t c = 0; c < s->column_count && !out->columns[c]; c++) {
        out->columns[c] = mr_alloc(entries, mr_dtype_size(s->columns[c].dtype));
        if (!out->columns[c]) return mr_fail_no_memory(err, "the result");
    }
    return MR_OK;
}

/* Between two units: a value that may be decided early asks a live source for one element at a
 * time, others for all there are. */
static void begin_unit(struct mr_leg *leg, struct mr_relay *relay)
{
    struct mr_control *control = leg->root->control;
    bool is_prompt = mr_aggregate_of(leg->root->segment->aggregate)->is_prompt;
    mr_control_ask(control, is_prompt ? MR_WAIT_FOR_ONE : MR_WAIT_FOR_ALL);
    mr_relay_tick(relay, leg);
}

/* ---- first and last: pulled, not folded ---- */

static mr_status keep_entry(struct mr_reduction *out, struct mr_runner *input, size_t ahead,
                            mr_error *err)
{
    const void *columns[MR_MAX_COLUMNS];
    MR_TRY(mr_runner_map(input, columns, err));
    for (size_t c = 0; c < input->segment->column_count; c++) {
        size_t width = mr_dtype_size(input->segment->columns[c].dtype);
        memcpy(out->columns[c], (const char *)columns[c] + ahead * width, width);
    }
    out->entries = 1;
    return MR_OK;
}

static mr_status put_nothing(struct mr_reduction *out, const struct mr_segment *s, mr_error *err)
{
    const struct mr_seq *seq = s->seq;
    if (!seq->op->of_nothing) {
        struct mr_terminal terminal;
        mr_terminal_of(&terminal, s);
        return mr_terminal_fail_empty(&terminal, err);
    }
    for (size_t c = 0; c < s->column_count; c++)
        mr_scalar_write(s->columns[c].dtype, out->columns[c], 0, seq->op->of_nothing(seq, c));
    out->entries = 1;
    return MR_OK;
}

/* The first element there is from where the input stands on, or the last: out->entries is 0 if
 * none. */
static mr_status pull(struct mr_reduction *out, struct mr_leg *leg, struct mr_relay *relay,
                      bool wants_last, mr_error *err)
{
    struct mr_runner *input;
    MR_TRY(alloc_entries(out, leg->root->segment, 1, err));
    if (!out->is_begun) out->entries = 0;
    out->is_begun = true;
    for (;;) {
        enum mr_fill how;
        begin_unit(leg, relay);
        input = leg->root->inputs[0];
        MR_TRY(mr_runner_fill(input, 1, &how, err));
        if (how == MR_PAUSED) continue;
        if (how != MR_FILLED) return mr_runner_tell_failure(input, err);
        size_t unread = mr_runner_unread(input);
        MR_TRY(keep_entry(out, input, wants_last ? unread - 1 : 0, err));
        input->begin += unread;
        if (!wants_last) return MR_OK;
    }
}

static bool picks_last(const struct mr_leg *leg)
{
    return mr_aggregate_of(leg->root->segment->aggregate)->picks_last;
}

static mr_status run_pulled(struct mr_reduction *out, struct mr_leg *leg, struct mr_relay *relay,
                            mr_error *err)
{
    struct mr_runner *input = leg->root->inputs[0];
    struct mr_length length = input->segment->length;
    if (picks_last(leg) && length.kind == MR_LENGTH_KNOWN && length.most > 0 &&
        input->segment->access != MR_FROM_START)
        MR_TRY(mr_runner_seek(input, length.most - 1, err));
    MR_TRY(pull(out, leg, relay, picks_last(leg), err));
    if (out->entries) return MR_OK;
    return put_nothing(out, leg->root->segment, err);
}

/* ---- bins of all workers and units added up ---- */

static void add_bins(struct mr_reduction *out, const struct mr_segment *s, void *const columns[],
                     size_t entries)
{
    struct mr_terminal terminal;
    mr_terminal_of(&terminal, s);
    size_t skipped =
        (size_t)s->bins.count - terminal.bins; /* a histogram's for what counts nowhere */
    for (size_t c = 0; c < s->column_count; c++)
        for (size_t entry = 0; entry < entries; entry += (size_t)s->bins.count)
            mr_terminal_add_bins(&terminal, out->columns[c],
                                 (const uint64_t *)columns[c] + entry + skipped);
}

static size_t result_entries(const struct mr_segment *s)
{
    struct mr_terminal terminal;
    mr_terminal_of(&terminal, s);
    return mr_terminal_entries(&terminal);
}

/* ---- trees ---- */

static bool decides(const struct mr_segment *s)
{
    return mr_partials_of(s->aggregate)->may_decide;
}

/* By all columns, each with one of the leaves so far. */
static bool is_decided(const struct mr_runner *r)
{
    const struct mr_leaves *leaves = r->state;
    for (size_t c = 0; c < r->segment->value_count && decides(r->segment); c++)
        if (mr_tree_total(&leaves->trees[c]).a.i64 == INT64_MAX) return false;
    return decides(r->segment);
}

/* The number of the leaf that a position of the terminal is in. */
static uint64_t leaf_of(const struct mr_segment *s, int64_t position)
{
    return (uint64_t)mr_leaf_number(s->extent, position);
}

static uint64_t leaves_end(const struct mr_segment *s, const struct mr_unit *unit)
{
    return leaf_of(s, unit->first + (int64_t)unit->count - 1) + 1;
}

/* The unit's entries up to that of the leaf in which a check failed. */
static size_t entries_of_failure(const struct mr_segment *s, const struct mr_unit *unit,
                                 int64_t failed)
{
    uint64_t first = leaf_of(s, unit->first), behind = leaf_of(s, failed) + 1;
    if (!s->folds_units) return (size_t)(behind - first);
    uint64_t end = leaves_end(s, unit);
    size_t entries = 0;
    for (uint64_t at = first; at < behind; entries++)
        at += UINT64_C(1) << mr_subtree_level(at, end);
    return entries;
}

/* Whether each column is decided by what comes before this position: an entry has the first that
 * decides. */
static bool is_decided_before(const struct mr_runner *r, void *const columns[], size_t entries,
                              int64_t position)
{
    const struct mr_leaves *leaves = r->state;
    for (size_t c = 0; c < r->segment->value_count; c++) {
        int64_t first = mr_tree_total(&leaves->trees[c]).a.i64;
        for (size_t entry = 0; entry < entries && first >= position; entry++)
            first = mr_scalar_read(MR_I64, columns[1 + c], entry).i64;
        if (first >= position) return false;
    }
    return true;
}

static mr_status finish(struct mr_reduction *out, const struct mr_runner *r, mr_error *err)
{
    struct mr_terminal terminal;
    mr_terminal_of(&terminal, r->segment);
    if (terminal.bins) return mr_terminal_finish_bins(&terminal, out->columns, &out->entries, err);
    return mr_terminal_finish(&terminal, r->state, out->columns, &out->sums, err);
}

static void add_sums(struct mr_runner *r, void *const columns[], size_t entries)
{
    const struct mr_segment *s = r->segment;
    struct mr_leaves *leaves = r->state;
    for (size_t c = 0, at = 1; c < s->value_count; c++) {
        mr_dtype partials[3];
        size_t count = mr_partial_dtypes(s->aggregate, leaves->trees[c].dtype, partials);
        mr_tree_add_sums(&leaves->trees[c], columns[0], count > 0 ? columns[at] : NULL,
                         count > 1 ? columns[at + 1] : NULL, entries);
        at += count;
    }
}

/* Entries of a unit up to this one. */
static void add_entries(struct mr_runner *r, const struct mr_unit *unit, void *const columns[],
                        size_t entries)
{
    const struct mr_segment *s = r->segment;
    const struct mr_partials_class *partials = mr_partials_of(s->aggregate);
    struct mr_leaves *leaves = r->state;
    bool is_count = partials->needs_no_values;
    bool is_wide = partials->is_fold && mr_fold_of(mr_aggregate_of(s->aggregate)->fold)->adds &&
                   !s->seq->settings.is_narrow;
    if (!s->folds_units && (is_count || is_wide)) {
        add_sums(r, columns, entries);
        return;
    }
    uint64_t at = leaf_of(s, unit->first), end = leaves_end(s, unit);
    for (size_t entry = 0; entry < entries; entry++) {
        unsigned level = s->folds_units ? mr_subtree_level(at, end) : 0;
        mr_leaves_add(leaves, columns, entry, level);
        at += UINT64_C(1) << level;
    }
}

static mr_status map_entries(const struct mr_runner *r, const struct mr_unit *unit, size_t entries,
                             void *columns[], mr_error *err)
{
    return r->engine->class->map(r->engine, unit->slot, r->segment->lead, entries, false, columns,
                                 err);
}

static mr_status add_unit(struct mr_reduction *out, struct mr_runner *r, const struct mr_unit *unit,
                          size_t entries, mr_error *err)
{
    void *columns[MR_MAX_STORED];
    MR_TRY(map_entries(r, unit, entries, columns, err));
    if (mr_partials_of(r->segment->aggregate)->has_bins)
        add_bins(out, r->segment, columns, entries);
    else
        add_entries(r, unit, columns, entries);
    /* Also where only the unmapping fails. */
    r->at.given = unit->first + (int64_t)unit->count;
    r->at.is_torn = false;
    return r->engine->class->unmap(r->engine, unit->slot, err);
}

/* Nothing of a unit in which a check failed counts, unless what comes before that decides. The
 * terminal ends there, again after it was restored. */
static mr_status add_failed(struct mr_runner *r, const struct mr_unit *unit,
                            const struct mr_outcome *outcome, mr_error *err)
{
    void *columns[MR_MAX_STORED];
    int64_t failed = unit->first + (int64_t)outcome->failed;
    mr_unit_fail(r, outcome, unit->first);
    if (!decides(r->segment)) return MR_OK;
    size_t entries = entries_of_failure(r->segment, unit, failed);
    MR_TRY(map_entries(r, unit, entries, columns, err));
    if (is_decided_before(r, columns, entries, failed)) add_entries(r, unit, columns, entries);
    return r->engine->class->unmap(r->engine, unit->slot, err);
}

/* Fails only if the elements before the failure decide nothing: any() may end earlier. */
static mr_status fold(struct mr_reduction *out, struct mr_leg *leg, struct mr_relay *relay,
                      mr_error *err)
{
    struct mr_runner *r = leg->root;
    const struct mr_segment *s = r->segment;
    MR_TRY(alloc_entries(out, s, result_entries(s), err));
    for (;;) {
        struct mr_unit unit;
        struct mr_outcome outcome;
        enum mr_fill how;
        begin_unit(leg, relay);
        r = leg->root;
        MR_TRY(mr_runner_pop(r, &unit, &outcome, &how, err));
        if (how == MR_PAUSED) continue;
        if (how != MR_FILLED) break;
        bool fails = outcome.failed != SIZE_MAX;
        if (fails)
            MR_TRY(add_failed(r, &unit, &outcome, err));
        else
            MR_TRY(add_unit(out, r, &unit, outcome.entries, err));
        if (is_decided(r)) return MR_OK;
        if (fails) break;
    }
    return mr_runner_tell_failure(r, err);
}

/* ---- what is known without a look at any element ---- */

/* A count of a known length, where no element can fail and no file can turn out shorter. */
static bool is_known(const struct mr_leg *leg)
{
    const struct mr_segment *root = leg->root->segment;
    if (!mr_partials_of(root->aggregate)->needs_no_values ||
        root->seq->inputs[0]->length.kind != MR_LENGTH_KNOWN)
        return false;
    for (size_t k = 0; k < leg->plan->segment_count; k++) {
        const struct mr_segment *s = leg->plan->segments[k];
        if (s->seq->op->feed || s->body.check_count) return false;
    }
    return true;
}

static mr_status tell_length(struct mr_reduction *out, const struct mr_segment *s, mr_error *err)
{
    const mr_scalar length = {.i64 = s->seq->inputs[0]->length.most};
    MR_TRY(alloc_entries(out, s, 1, err));
    for (size_t c = 0; c < s->column_count; c++)
        mr_scalar_write(s->columns[c].dtype, out->columns[c], 0, length);
    return MR_OK;
}

mr_status mr_reduction_run(struct mr_reduction *out, struct mr_leg *leg, struct mr_relay *relay,
                           mr_error *err)
{
    if (is_known(leg)) return tell_length(out, leg->root->segment, err);
    if (mr_partials_of(leg->root->segment->aggregate)->takes_element)
        return run_pulled(out, leg, relay, err);
    MR_TRY(fold(out, leg, relay, err));
    return finish(out, leg->root, err);
}

mr_status mr_reduction_run_part(struct mr_reduction *out, struct mr_leg *leg,
                                struct mr_relay *relay, mr_error *err)
{
    const struct mr_segment *root = leg->root->segment;
    if (is_known(leg)) return MR_OK;
    if (!mr_partials_of(root->aggregate)->takes_element) return fold(out, leg, relay, err);
    bool is_filtered = mr_plan_counting(leg->plan) != root;
    return pull(out, leg, relay, is_filtered && picks_last(leg), err);
}

/* ---- as bytes ---- */

/* Entries that its columns have: of exact sums there are more before the result than in it. */
static size_t held_entries(const struct mr_reduction *r, const struct mr_segment *s,
                           bool is_reduced)
{
    if (!r->columns[0]) return 0;
    return is_reduced ? r->entries : result_entries(s);
}

void mr_reduction_save(const struct mr_reduction *r, struct mr_runner *root, bool is_reduced,
                       struct mr_bytes_out *out)
{
    const struct mr_segment *s = root->segment;
    size_t entries = held_entries(r, s, is_reduced);
    mr_put_number(out, is_reduced);
    mr_put_number(out, r->sums);
    mr_put_number(out, r->entries);
    mr_put_number(out, entries);
    for (size_t c = 0; c < s->column_count; c++)
        for (size_t entry = 0; entry < entries; entry++)
            mr_put_number(out, mr_scalar_read(s->columns[c].dtype, r->columns[c], entry).u64);
    if (is_reduced) return;
    mr_runner_save(root, 0, out);
    if (mr_has_leaves(s)) mr_leaves_put(root->state, out);
}

static mr_status restore_entries(struct mr_reduction *r, const struct mr_segment *s, size_t entries,
                                 struct mr_bytes_in *in, mr_error *err)
{
    if (entries == 0) return MR_OK;
    MR_TRY(alloc_entries(r, s, result_entries(s), err));
    for (size_t c = 0; c < s->column_count; c++)
        for (size_t entry = 0; entry < entries; entry++) {
            mr_scalar value = {.u64 = mr_get_number(in)};
            mr_scalar_write(s->columns[c].dtype, r->columns[c], entry, value);
        }
    return MR_OK;
}

mr_status mr_reduction_restore(struct mr_reduction *r, struct mr_runner *root, bool *is_reduced,
                               struct mr_bytes_in *in, mr_error *err)
{
    const struct mr_segment *s = root->segment;
    int64_t most = (int64_t)result_entries(s);
    *is_reduced = mr_get_at_most(in, 1);
    r->sums = (mr_sums)mr_get_at_most(in, MR_SUMS_WRAPPED);
    size_t result = (size_t)mr_get_at_most(in, most);
    size_t entries = (size_t)mr_get_at_most(in, most);
    in->is_bad = in->is_bad || result > entries;
    if (in->is_bad) return MR_OK;
    MR_TRY(restore_entries(r, s, entries, in, err));
    r->entries = result;
    r->is_begun = entries > 0;
    if (in->is_bad || *is_reduced) return MR_OK;
    MR_TRY(mr_runner_restore(root, in, err));
    if (mr_has_leaves(s)) mr_leaves_get(root->state, in);
    return MR_OK;
}

mr_status mr_reduction_keep(struct mr_reduction *r, struct mr_shelf *shelf, mr_lease **out,
                            mr_error *err)
{
    if (r->kept) {
        *out = mr_lease_share(r->kept);
        return MR_OK;
    }
    MR_TRY(mr_lease_create(&r->kept, NULL, err));
    memcpy(r->kept->columns, r->columns, sizeof r->columns);
    mr_lease_begin(r->kept, shelf);
    *out = r->kept;
    return MR_OK;
}

void mr_reduction_free(struct mr_reduction *reduction)
{
    for (size_t c = 0; c < MR_MAX_COLUMNS && !reduction->kept; c++) mr_free(reduction->columns[c]);
    mr_lease_leave(&reduction->kept);
    *reduction = (struct mr_reduction){0};
}
