#include "ring/leaves.h"

void mr_leaves_start(struct mr_leaves *leaves, const struct mr_segment *s)
{
    leaves->count = s->value_count;
    for (size_t c = 0; c < s->value_count; c++)
        mr_tree_start(&leaves->trees[c], s->aggregate, mr_ir_dtype(&s->body, s->values[c]));
}

static size_t partials_of(const struct mr_tree *tree)
{
    mr_dtype partials[3];
    return mr_partial_dtypes(tree->aggregate, tree->dtype, partials);
}

void mr_leaves_add(struct mr_leaves *leaves, void *const columns[], size_t row)
{
    struct mr_partial leaf = {.count = mr_scalar_read(MR_I64, columns[0], row).i64};
    size_t stored = 1;
    for (size_t c = 0; c < leaves->count; c++) {
        struct mr_tree *tree = &leaves->trees[c];
        mr_dtype partials[3];
        size_t count = mr_partial_dtypes(tree->aggregate, tree->dtype, partials);
        if (count > 0) leaf.a = mr_scalar_read(partials[0], columns[stored], row);
        if (count > 1) leaf.b = mr_scalar_read(partials[1], columns[stored + 1], row);
        if (count > 2) leaf.c = mr_scalar_read(partials[2], columns[stored + 2], row);
        stored += count;
        mr_tree_add_leaf(tree, leaf);
    }
}

/* ---- as bytes ---- */

enum { NUMBER_BYTES = 10, WORD_BYTES = 8 };

size_t mr_leaves_bytes(const struct mr_segment *s, int64_t most)
{
    size_t depth = 1;
    while (most >>= 1) depth++;
    return NUMBER_BYTES + depth * (NUMBER_BYTES + 3 * WORD_BYTES * s->value_count);
}

/* All columns' trees have the same leaves, with the same counts of elements: these are written
 * once. */
void mr_leaves_put(const struct mr_leaves *leaves, struct mr_bytes_out *out)
{
    const struct mr_tree *first = &leaves->trees[0];
    mr_put_number(out, first->leaves);
    for (unsigned k = 0; k < first->depth; k++) {
        mr_put_number(out, (uint64_t)first->stack[k].count);
        for (size_t c = 0; c < leaves->count; c++) {
            const struct mr_partial *p = &leaves->trees[c].stack[k];
            size_t count = partials_of(&leaves->trees[c]);
            if (count > 0) mr_put_word(out, p->a.u64);
            if (count > 1) mr_put_word(out, p->b.u64);
            if (count > 2) mr_put_word(out, p->c.u64);
        }
    }
}

static unsigned ones_of(uint64_t number)
{
    unsigned ones = 0;
    for (; number; number &= number - 1) ones++;
    return ones;
}

void mr_leaves_get(struct mr_leaves *leaves, int64_t most, struct mr_bytes_in *in)
{
    uint64_t number = (uint64_t)mr_get_at_most(in, most);
    unsigned depth = ones_of(number);
    for (size_t c = 0; c < leaves->count; c++) {
        leaves->trees[c].leaves = number;
        leaves->trees[c].depth = depth;
    }
    for (unsigned k = 0; k < depth; k++) {
        int64_t count = mr_get_at_most(in, INT64_MAX);
        for (size_t c = 0; c < leaves->count; c++) {
            struct mr_tree *tree = &leaves->trees[c];
            uint64_t words[3] = {0};
            for (size_t n = 0; n < partials_of(tree); n++) words[n] = mr_get_word(in);
            tree->stack[k] = (struct mr_partial){
                .count = count, .a.u64 = words[0], .b.u64 = words[1], .c.u64 = words[2]};
        }
    }
}
