/* The partial of a range of positions. */
#include <millrace/limits.h>
#include <millrace/partials.h>

#include <inttypes.h>
#include <string.h>

#include "base/float_env.h"
#include "base/hash.h"
#include "base/memory.h"
#include "emit/emit.h"
#include "ir/op.h"
#include "lang/sequence_text.h"
#include "plan/counting.h"
#include "plan/kind.h"
#include "stream/origin.h"
#include "stream/params.h"
#include "stream/part.h"
#include "stream/stream_parts.h"

/* ---- what has partials ---- */

static mr_status fail_unfolded(const struct mr_seq *seq, mr_error *err)
{
    mr_status st = mr_op_fail(seq, NULL, err, MR_E_STATE,
                              "partials are of terminals, and its elements are not folded");
    return mr_error_hint(err, st,
                         "end it in one, such as sum(), or share its elements by shard(k, n)");
}

static mr_status fail_own_state(const struct mr_seq *seq, mr_error *err)
{
    mr_status st = mr_op_fail(seq, NULL, err, MR_E_STATE,
                              "variables of one's own have no partials: nobody knows how to merge "
                              "them");
    return mr_error_hint(err, st,
                         "map() to what sum(), min(), count() and the like fold, or run it in one "
                         "process");
}

static mr_status fail_uncounted(const struct mr_seq *seq, mr_error *err)
{
    const struct mr_seq *cause = mr_seq_uncounted(seq);
    mr_status st = mr_op_fail(cause, NULL, err, MR_E_NOT_SEEKABLE,
                              "how many elements it gives is known only afterwards, so that they "
                              "cannot be shared out");
    if (cause->op->feed)
        return mr_error_hint(err, st, "write its rows to a .npy file, and read() that");
    return mr_error_hint(err, st,
                         "filters right before the terminal may stay; put what counts their "
                         "survivors before them");
}

/* *length: of its positions. */
static mr_status check_terminal(const struct mr_seq *seq, int64_t *length, mr_error *err)
{
    if (seq->op->role != MR_TERMINAL) return fail_unfolded(seq, err);
    if (mr_kind_of(seq->kind)->joins_itself) return fail_own_state(seq, err);
    const struct mr_seq *input = mr_terminal_input(seq);
    *length = input->length.most;
    if (input->length.kind == MR_LENGTH_KNOWN) return MR_OK;
    if (input->length.kind == MR_LENGTH_UNKNOWN) return fail_uncounted(input, err);
    mr_status st = mr_op_fail(input, NULL, err, MR_E_NOT_SEEKABLE,
                              "it has no end, so that its elements cannot be shared out");
    return mr_error_hint(err, st, "end it with take(n)");
}

mr_status mr_partial_range(int64_t *from, int64_t *until, const mr_seq *seq, int64_t k, int64_t n,
                           mr_error *err)
{
    int64_t length = 0;
    MR_NEED(err, from);
    MR_NEED(err, until);
    *from = *until = 0;
    MR_NEED(err, seq);
    if (n < 1 || n > MR_MAX_SHARDS)
        return mr_fail(err, MR_E_VALUE, "mr_partial_range: n=%" PRId64 " must be from 1 to 2^30",
                       n);
    if (k < 0 || k >= n)
        return mr_fail(err, MR_E_VALUE,
                       "mr_partial_range: k=%" PRId64 " must be from 0 to %" PRId64, k, n - 1);
    MR_TRY(check_terminal(seq, &length, err));
    *from = mr_part_begin(length, k, n);
    *until = mr_part_begin(length, k + 1, n);
    return MR_OK;
}

/* ---- computing ---- */

/* Seeks the runner of one of the plan's segments, if `r` is made of it; *found: it is. What
 * remembers where its inputs stood does so anew. */
static mr_status seek_within(struct mr_runner *r, const struct mr_segment *segment,
                             int64_t position, bool *found, mr_error *err)
{
    *found = r->segment == segment;
    if (*found) return mr_runner_seek(r, position, err);
    for (size_t v = 0; v < r->segment->view_count && !*found; v++)
        if (r->inputs[v]) MR_TRY(seek_within(r->inputs[v], segment, position, found, err));
    if (*found) {
        r->checkpoint_count = 0;
        mr_checkpoint_start(r);
    }
    return MR_OK;
}

/* Where survivors are packed before the terminal, only what packs them begins elsewhere: they are
 * counted from 0. What takes an element of all has it where the part begins, or ends. */
static mr_status seek_part(struct mr_stream *s, mr_error *err)
{
    const struct mr_segment *root = s->leg.root->segment, *counting = mr_plan_counting(s->leg.plan);
    bool found;
    if (counting != root) return seek_within(s->leg.root, counting, s->from, &found, err);
    bool takes_last = mr_aggregate_of(root->aggregate)->picks_last;
    return mr_runner_seek(s->leg.root, takes_last ? s->until - 1 : s->from, err);
}

static mr_status reduce(struct mr_stream *s, mr_error *err)
{
    return mr_reduction_run_part(&s->result, &s->leg, s->relay, err);
}

/* Seeking or reducing, on whoever is left. */
static mr_status go_through(mr_status (*work)(struct mr_stream *s, mr_error *err),
                            struct mr_stream *s, mr_error *err)
{
    mr_error why;
    mr_status st;
    do st = work(s, &why);
    while (st != MR_OK && mr_stream_goes_on(s, s->leg.root->at.given, &why));
    if (st != MR_OK && err) *err = why;
    return st;
}

/* Places that are those of all positions, counted from the part's begin on. */
static void count_places_on(struct mr_stretch *stretch, const struct mr_terminal *t)
{
    for (size_t c = 0; c < t->column_count; c++) {
        struct mr_tree *tree = &stretch->leaves.trees[c];
        struct mr_partial total = mr_tree_total(tree);
        if (total.count) total.b.i64 -= stretch->from;
        mr_tree_start(tree, tree->aggregate, tree->dtype, 0);
        mr_tree_add_leaf(tree, total);
    }
}

/* What the stream has folded, as a stretch. */
static void take_stretch(struct mr_stretch *stretch, const struct mr_stream *s,
                         const struct mr_terminal *t)
{
    const struct mr_runner *root = s->leg.root;
    const struct mr_partials_class *partials = mr_partials_of(t->aggregate);
    if (partials->takes_element) {
        stretch->has_row = s->result.entries > 0;
        for (size_t c = 0; c < t->column_count && stretch->has_row; c++)
            stretch->row[c] = mr_scalar_read(t->columns[c].dtype, s->result.columns[c], 0);
    } else if (!t->bins) {
        stretch->leaves = *(const struct mr_leaves *)root->state;
        bool is_counted_there = mr_plan_counting(s->leg.plan) == root->segment;
        if (partials->has_place && is_counted_there) count_places_on(stretch, t);
        if (!partials->has_place) mr_stretch_pad(stretch, t, s->until);
    }
    stretch->until = s->until;
}

/* What it is of, but for its text; *out is freed in any case. */
static mr_status describe(struct mr_part_origin *out, const struct mr_seq *seq,
                          const mr_stream_params *params, mr_error *err)
{
    struct mr_plan *plan;
    char *text;
    *out = (struct mr_part_origin){.files = MR_HASH_SEED};
    MR_TRY(check_terminal(seq, &out->length, err));
    MR_TRY(mr_origin_check(seq, "other processes cannot compute parts of it", err));
    MR_TRY(mr_origin_hash_files(seq, &out->files, err));
    MR_TRY(mr_seq_outline(&text, &out->print, seq, err));
    out->text = text;
    MR_TRY(mr_params_plan(&plan, params, seq, err));
    mr_terminal_of(&out->terminal, plan->segments[plan->segment_count - 1]);
    out->native_math = params->native_math && mr_plan_has_native(plan);
    mr_plan_destroy(&plan);
    return MR_OK;
}

static mr_status check_range(const struct mr_part_origin *origin, int64_t from, int64_t until,
                             mr_error *err)
{
    const struct {
        const char *name;
        int64_t position;
    } ends[] = {{"from", from}, {"until", until}};
    for (size_t k = 0; k < 2; k++) {
        if (mr_part_may_cut(origin->length, ends[k].position)) continue;
        mr_status st = mr_fail(err, MR_E_VALUE,
                               "mr_reduce_partial: %s=%" PRId64
                               " is no multiple of %d up to the end, %" PRId64 ", nor that",
                               ends[k].name, ends[k].position, MR_LEAF, origin->length);
        return mr_error_hint(err, st, "mr_partial_range() gives ranges that fit");
    }
    if (from <= until) return MR_OK;
    return mr_fail(err, MR_E_VALUE, "mr_reduce_partial: from=%" PRId64 " is behind until=%" PRId64,
                   from, until);
}

/* Without a stretch, of no positions. */
static void put_part(const struct mr_part_origin *origin, const struct mr_stretch *stretch,
                     void *const columns[], struct mr_bytes_out *out)
{
    mr_seal_begin(&mr_part_seal, out);
    mr_part_put_origin(origin, out);
    mr_put_number(out, stretch != NULL);
    if (stretch) mr_stretch_put(stretch, &origin->terminal, out);
    mr_part_put_bins(&origin->terminal, columns, out);
    mr_seal_end(out);
}

static mr_status write_part(void **bytes, size_t *size, const struct mr_part_origin *origin,
                            const struct mr_stretch *stretch, void *const columns[], mr_error *err)
{
    struct mr_bytes_out out = {.bytes = NULL};
    put_part(origin, stretch, columns, &out);
    out = (struct mr_bytes_out){.bytes = mr_alloc(1, out.used), .size = out.used};
    if (!out.bytes) return mr_fail_no_memory(err, "a partial");
    put_part(origin, stretch, columns, &out);
    *bytes = out.bytes;
    *size = out.used;
    return MR_OK;
}

static mr_status compute(void **bytes, size_t *size, const struct mr_part_origin *origin,
                         struct mr_stream *s, mr_error *err)
{
    const struct mr_terminal *t = &origin->terminal;
    MR_TRY(go_through(seek_part, s, err));
    MR_TRY(go_through(reduce, s, err));
    struct mr_stretch *stretch = mr_alloc(1, sizeof *stretch);
    if (!stretch) return mr_fail_no_memory(err, "a partial");
    mr_stretch_start(stretch, t, s->from);
    take_stretch(stretch, s, t);
    mr_status st = write_part(bytes, size, origin, stretch, s->result.columns, err);
    mr_free(stretch);
    return st;
}

mr_status mr_reduce_partial(void **bytes, size_t *size, const mr_seq *seq,
                            const mr_stream_params *params, int64_t from, int64_t until,
                            mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    static const mr_stream_params defaults;
    struct mr_part_origin origin;
    struct mr_stream *s = NULL;
    MR_NEED(err, bytes);
    *bytes = NULL;
    MR_NEED(err, size);
    *size = 0;
    MR_NEED(err, seq);
    if (!params) params = &defaults;
    MR_TRY(mr_params_check(params, err));
    if (params->watch_sums)
        return mr_fail(err, MR_E_VALUE, "watch_sums: a partial does not keep whether sums wrap");
    mr_status st = describe(&origin, seq, params, err);
    if (st == MR_OK) st = check_range(&origin, from, until, err);
    if (st == MR_OK && from == until) {
        void *const none[MR_MAX_COLUMNS] = {NULL};
        st = write_part(bytes, size, &origin, NULL, none, err);
    } else if (st == MR_OK) {
        st = mr_stream_open_part(&s, seq, params, from, until, err);
        if (st == MR_OK) st = compute(bytes, size, &origin, s, err);
        mr_stream_close(&s);
    }
    mr_part_origin_free(&origin);
    return st;
}
