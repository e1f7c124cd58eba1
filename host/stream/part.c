#include "stream/part.h"

#include <stdio.h>
#include <string.h>

#include <millrace/limits.h>

#include "base/memory.h"
#include "ring/exact_sum.h"

const struct mr_seal mr_part_seal = {
    .magic = "MRPARTS\n",
    .format = 2,
    .name = "the partial",
    .whole = "a partial",
    .remedy = "take a copy that is whole, or compute it again",
    .writer = "merge it with the version of millrace that made it",
};

bool mr_part_may_cut(int64_t length, int64_t position)
{
    return position >= 0 && position <= length && (position % MR_LEAF == 0 || position == length);
}

/* ---- what it is of ---- */

void mr_part_origin_free(struct mr_part_origin *origin)
{
    mr_free(origin->text);
    *origin = (struct mr_part_origin){0};
}

static void put_real(double real, struct mr_bytes_out *out)
{
    uint64_t word;
    memcpy(&word, &real, sizeof word);
    mr_put_word(out, word);
}

static double get_real(struct mr_bytes_in *in)
{
    uint64_t word = mr_get_word(in);
    double real;
    memcpy(&real, &word, sizeof real);
    return real;
}

static void put_terminal(const struct mr_terminal *t, struct mr_bytes_out *out)
{
    const struct mr_aggregate_class *class = mr_aggregate_of(t->aggregate);
    mr_put_text(out, t->name);
    mr_put_text(out, class->name);
    mr_put_number(out, class->tells_wrap);
    mr_put_signed(out, t->ddof);
    mr_put_number(out, t->bins);
    put_real(t->low, out);
    put_real(t->high, out);
    mr_put_number(out, t->column_count);
    for (size_t c = 0; c < t->column_count; c++) {
        mr_put_text(out, t->columns[c].name);
        mr_put_number(out, t->columns[c].dtype);
        mr_put_number(out, t->values[c]);
    }
}

void mr_part_put_origin(const struct mr_part_origin *origin, struct mr_bytes_out *out)
{
    mr_put_text(out, origin->text);
    mr_put_word(out, origin->print.words[0]);
    mr_put_word(out, origin->print.words[1]);
    mr_put_word(out, origin->files);
    mr_put_number(out, origin->native_math);
    mr_put_number(out, (uint64_t)origin->length);
    put_terminal(&origin->terminal, out);
}

static void get_name(char *out, size_t size, struct mr_bytes_in *in)
{
    size_t length = (size_t)mr_get_at_most(in, (int64_t)size - 1);
    mr_get_bytes(in, out, length);
    out[length] = '\0';
}

static mr_dtype get_dtype(struct mr_bytes_in *in)
{
    return (mr_dtype)mr_get_at_most(in, MR_DTYPE_COUNT - 1);
}

static void get_terminal(struct mr_terminal *out, struct mr_bytes_in *in)
{
    char name[sizeof out->name];
    *out = (struct mr_terminal){.seq = NULL};
    get_name(out->name, sizeof out->name, in);
    get_name(name, sizeof name, in);
    out->aggregate = mr_aggregate_named(name, strlen(name), mr_get_at_most(in, 1));
    out->ddof = mr_get_signed(in);
    out->bins = (size_t)mr_get_at_most(in, MR_MAX_BINS);
    out->low = get_real(in);
    out->high = get_real(in);
    out->column_count = (size_t)mr_get_at_most(in, MR_MAX_COLUMNS);
    for (size_t c = 0; c < out->column_count; c++) {
        get_name(out->columns[c].name, sizeof out->columns[c].name, in);
        out->columns[c].dtype = get_dtype(in);
        out->values[c] = get_dtype(in);
    }
    bool has_bins = out->aggregate && mr_partials_of(out->aggregate)->has_bins;
    in->is_bad = in->is_bad || !out->aggregate || !out->column_count || has_bins != (out->bins > 0);
}

mr_status mr_part_get_origin(struct mr_part_origin *out, struct mr_bytes_in *in, mr_error *err)
{
    *out = (struct mr_part_origin){.text = mr_get_text(in)};
    if (!out->text)
        return in->is_bad ? mr_seal_fail_damaged(&mr_part_seal, in->size, err)
                          : mr_fail_no_memory(err, "a partial");
    out->print.words[0] = mr_get_word(in);
    out->print.words[1] = mr_get_word(in);
    out->files = mr_get_word(in);
    out->native_math = mr_get_at_most(in, 1);
    out->length = mr_get_at_most(in, INT64_MAX);
    get_terminal(&out->terminal, in);
    if (!in->is_bad) return MR_OK;
    mr_part_origin_free(out);
    return mr_seal_fail_damaged(&mr_part_seal, in->size, err);
}

/* ---- what is known of a stretch ---- */

static bool has_bins(const struct mr_terminal *t)
{
    return t->bins > 0;
}

static bool has_place(const struct mr_terminal *t)
{
    return mr_partials_of(t->aggregate)->has_place;
}

static bool has_row(const struct mr_terminal *t)
{
    return mr_partials_of(t->aggregate)->takes_element;
}

static uint64_t leaf_at(int64_t position)
{
    return (uint64_t)(position / MR_LEAF + (position % MR_LEAF != 0));
}

/* Places are all in one partial: it does not matter by which tree they were compared. */
void mr_stretch_start(struct mr_stretch *stretch, const struct mr_terminal *t, int64_t from)
{
    stretch->from = stretch->until = from;
    stretch->has_row = false;
    stretch->leaves.count = t->column_count;
    for (size_t c = 0; c < t->column_count; c++)
        mr_tree_start(&stretch->leaves.trees[c], t->aggregate, t->values[c],
                      has_place(t) ? 0 : leaf_at(from));
}

void mr_stretch_pad(struct mr_stretch *stretch, const struct mr_terminal *t, int64_t until)
{
    uint64_t end = leaf_at(until), at;
    while (stretch->leaves.count && (at = stretch->leaves.trees[0].end) < end) {
        unsigned level = mr_subtree_level(at, end);
        int64_t first = (int64_t)at * MR_LEAF, left = until - first;
        int64_t size = (int64_t)(UINT64_C(1) << level) * MR_LEAF;
        for (size_t c = 0; c < t->column_count; c++) {
            struct mr_partial nothing = mr_partial_of_nothing(t->aggregate, t->values[c]);
            nothing.count = size < left ? size : left;
            mr_tree_add_subtree(&stretch->leaves.trees[c], nothing, level);
        }
    }
    stretch->until = until;
}

static void put_places(const struct mr_stretch *stretch, struct mr_bytes_out *out)
{
    mr_put_number(out, (uint64_t)mr_tree_total(&stretch->leaves.trees[0]).count);
    for (size_t c = 0; c < stretch->leaves.count; c++) {
        struct mr_partial total = mr_tree_total(&stretch->leaves.trees[c]);
        mr_put_word(out, total.a.u64);
        mr_put_word(out, total.b.u64);
    }
}

static void put_row(const struct mr_stretch *stretch, const struct mr_terminal *t,
                    struct mr_bytes_out *out)
{
    mr_put_number(out, stretch->has_row);
    for (size_t c = 0; c < t->column_count && stretch->has_row; c++)
        mr_put_word(out, stretch->row[c].u64);
}

void mr_stretch_put(const struct mr_stretch *stretch, const struct mr_terminal *t,
                    struct mr_bytes_out *out)
{
    mr_put_number(out, (uint64_t)stretch->from);
    mr_put_number(out, (uint64_t)stretch->until);
    if (has_row(t)) put_row(stretch, t, out);
    if (has_place(t)) put_places(stretch, out);
    if (has_row(t) || has_place(t) || has_bins(t)) return;
    for (unsigned k = 0; k < stretch->leaves.trees[0].depth; k++)
        mr_leaves_put_subtree(&stretch->leaves, k, out);
}

void mr_stretch_get_bounds(const struct mr_part_origin *origin, int64_t *from, int64_t *until,
                           struct mr_bytes_in *in)
{
    int64_t length = origin->length;
    *from = mr_get_at_most(in, length);
    *until = mr_get_at_most(in, length);
    in->is_bad = in->is_bad || *from >= *until || !mr_part_may_cut(length, *from) ||
                 !mr_part_may_cut(length, *until);
}

/* They are counted on from the elements before. */
static void get_places(struct mr_stretch *stretch, struct mr_bytes_in *in)
{
    int64_t before = mr_tree_total(&stretch->leaves.trees[0]).count;
    int64_t count = mr_get_at_most(in, INT64_MAX - before);
    for (size_t c = 0; c < stretch->leaves.count; c++) {
        struct mr_partial total = {.count = count};
        total.a.u64 = mr_get_word(in);
        total.b.u64 = mr_get_word(in);
        in->is_bad = in->is_bad || (count && total.b.u64 >= (uint64_t)count);
        if (in->is_bad) return;
        if (count) total.b.i64 += before;
        mr_tree_add_leaf(&stretch->leaves.trees[c], total);
    }
}

static void get_row(struct mr_stretch *stretch, const struct mr_terminal *t, struct mr_bytes_in *in)
{
    bool is_taken = stretch->has_row && !mr_aggregate_of(t->aggregate)->picks_last;
    if (!mr_get_at_most(in, 1)) return;
    for (size_t c = 0; c < t->column_count; c++) {
        uint64_t word = mr_get_word(in);
        if (!is_taken) stretch->row[c].u64 = word;
    }
    stretch->has_row = true;
}

static void get_subtrees(struct mr_stretch *stretch, int64_t until, struct mr_bytes_in *in)
{
    uint64_t end = leaf_at(until), at;
    while (!in->is_bad && (at = stretch->leaves.trees[0].end) < end)
        mr_leaves_get_subtree(&stretch->leaves, mr_subtree_level(at, end), in);
}

void mr_stretch_get(struct mr_stretch *stretch, const struct mr_terminal *t, int64_t until,
                    struct mr_bytes_in *in)
{
    if (in->is_bad) return;
    if (has_row(t))
        get_row(stretch, t, in);
    else if (has_place(t))
        get_places(stretch, in);
    else if (!has_bins(t))
        get_subtrees(stretch, until, in);
    stretch->until = until;
}

/* ---- bins ---- */

void mr_part_put_bins(const struct mr_terminal *t, void *const columns[], struct mr_bytes_out *out)
{
    for (size_t c = 0; c < t->column_count; c++)
        for (size_t k = 0; k < t->bins; k++)
            mr_put_number(out, columns[c] ? ((const uint64_t *)columns[c])[k] : 0);
}

void mr_part_get_bins(const struct mr_terminal *t, void *const columns[], struct mr_bytes_in *in)
{
    for (size_t c = 0; c < t->column_count && has_bins(t); c++) {
        uint64_t *bins = columns[c];
        for (size_t k = 0; k < t->bins; k++) bins[k] += mr_get_number(in);
        if (mr_partials_of(t->aggregate)->is_exact) mr_exact_carry(bins);
    }
}
