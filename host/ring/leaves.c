#include "ring/leaves.h"

#include "plan/kind.h"

bool mr_has_leaves(const struct mr_segment *s)
{
    const struct mr_partials_class *partials = mr_partials_of(s->aggregate);
    return mr_kind_of(s->kind)->is_terminal && !partials->has_bins && !partials->takes_element;
}

void mr_leaves_start(struct mr_leaves *leaves, const struct mr_segment *s, uint64_t first)
{
    leaves->count = s->value_count;
    for (size_t c = 0; c < s->value_count; c++)
        mr_tree_start(&leaves->trees[c], s->aggregate, mr_ir_dtype(&s->body, s->values[c]), first);
}

static size_t partials_of(const struct mr_tree *tree)
{
    mr_dtype partials[3];
    return mr_partial_dtypes(tree->aggregate, tree->dtype, partials);
}

void mr_leaves_add(struct mr_leaves *leaves, void *const columns[], size_t entry, unsigned level)
{
    struct mr_partial leaf = {.count = mr_scalar_read(MR_I64, columns[0], entry).i64};
    size_t stored = 1;
    for (size_t c = 0; c < leaves->count; c++) {
        struct mr_tree *tree = &leaves->trees[c];
        mr_dtype partials[3];
        size_t count = mr_partial_dtypes(tree->aggregate, tree->dtype, partials);
        if (count > 0) leaf.a = mr_scalar_read(partials[0], columns[stored], entry);
        if (count > 1) leaf.b = mr_scalar_read(partials[1], columns[stored + 1], entry);
        if (count > 2) leaf.c = mr_scalar_read(partials[2], columns[stored + 2], entry);
        stored += count;
        mr_tree_add_subtree(tree, leaf, level);
    }
}

/* ---- as bytes ---- */

/* All columns' trees have the same leaves, with the same counts of elements: these are written
 * once. */
void mr_leaves_put_subtree(const struct mr_leaves *leaves, unsigned k, struct mr_bytes_out *out)
{
    mr_put_number(out, (uint64_t)leaves->trees[0].stack[k].count);
    for (size_t c = 0; c < leaves->count; c++) {
        const struct mr_partial *p = &leaves->trees[c].stack[k];
        size_t count = partials_of(&leaves->trees[c]);
        if (count > 0) mr_put_word(out, p->a.u64);
        if (count > 1) mr_put_word(out, p->b.u64);
        if (count > 2) mr_put_word(out, p->c.u64);
    }
}

void mr_leaves_get_subtree(struct mr_leaves *leaves, unsigned level, struct mr_bytes_in *in)
{
    int64_t count = mr_get_at_most(in, INT64_MAX);
    for (size_t c = 0; c < leaves->count; c++) {
        struct mr_tree *tree = &leaves->trees[c];
        uint64_t words[3] = {0};
        for (size_t n = 0; n < partials_of(tree); n++) words[n] = mr_get_word(in);
        mr_tree_add_subtree(
            tree,
            (struct mr_partial){
                .count = count, .a.u64 = words[0], .b.u64 = words[1], .c.u64 = words[2]},
            level);
    }
}

void mr_leaves_put(const struct mr_leaves *leaves, struct mr_bytes_out *out)
{
    mr_put_number(out, leaves->trees[0].first);
    mr_put_number(out, leaves->trees[0].end);
    for (unsigned k = 0; k < leaves->trees[0].depth; k++) mr_leaves_put_subtree(leaves, k, out);
}

void mr_leaves_get(struct mr_leaves *leaves, struct mr_bytes_in *in)
{
    const int64_t most = INT64_C(1) << 53;
    const uint64_t first = (uint64_t)mr_get_at_most(in, most);
    const uint64_t end = (uint64_t)mr_get_at_most(in, most);
    for (size_t c = 0; c < leaves->count; c++) {
        struct mr_tree *tree = &leaves->trees[c];
        mr_tree_start(tree, tree->aggregate, tree->dtype, first);
    }
    while (!in->is_bad && leaves->trees[0].end < end)
        mr_leaves_get_subtree(leaves, mr_subtree_level(leaves->trees[0].end, end), in);
}
