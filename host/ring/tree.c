#include "ring/tree.h"

#include "ir/aggregate.h"

/* Field by field: chunks start one for each few elements, and what lies above the depth is never
 * read. */
void mr_tree_start(struct mr_tree *tree, enum mr_aggregate aggregate, mr_dtype dtype,
                   uint64_t first)
{
    tree->aggregate = aggregate;
    tree->dtype = dtype;
    tree->first = tree->end = first;
    tree->depth = 0;
}

static struct mr_partial merge(const struct mr_tree *tree, const struct mr_partial *x,
                               const struct mr_partial *y)
{
    return mr_partial_join(tree->aggregate, tree->dtype, x, y);
}

/* Whether the subtree before number `number` of this level is in the tree, and so next on the
 * stack. */
static bool has_sibling(const struct mr_tree *tree, uint64_t number, unsigned level)
{
    return number & 1 && (number - 1) << level >= tree->first;
}

void mr_tree_add_subtree(struct mr_tree *tree, struct mr_partial subtree, unsigned level)
{
    uint64_t number = tree->end >> level;
    tree->end += UINT64_C(1) << level;
    for (; has_sibling(tree, number, level); number >>= 1, level++)
        subtree = merge(tree, &tree->stack[--tree->depth], &subtree);
    tree->stack[tree->depth++] = subtree;
}

void mr_tree_add_leaf(struct mr_tree *tree, struct mr_partial leaf)
{
    mr_tree_add_subtree(tree, leaf, 0);
}

/* Pairwise, as the binary counter would: count is a power of two. */
static double fold_real(const double sums[], size_t count)
{
    if (count == 1) return sums[0];
    if (count == 2) return sums[0] + sums[1];
    if (count == 4) return (sums[0] + sums[1]) + (sums[2] + sums[3]);
    return fold_real(sums, count / 2) + fold_real(sums + count / 2, count / 2);
}

static uint64_t fold_words(const uint64_t sums[], size_t count)
{
    uint64_t sum = 0;
    for (size_t k = 0; k < count; k++) sum += sums[k];
    return sum;
}

static struct mr_partial fold_beyond(const uint64_t sums[], const int64_t above[], size_t count)
{
    struct mr_partial block = {.count = 0};
    for (size_t k = 0; k < count; k++) {
        block.a.u64 += sums[k];
        block.b.i64 += above[k] + (block.a.u64 < sums[k]);
    }
    return block;
}

static struct mr_partial fold_block(const struct mr_tree *tree, const int64_t counts[],
                                    const void *sums, const int64_t *above, size_t count)
{
    struct mr_partial block = {.count = 0};
    if (sums && above) block = fold_beyond(sums, above, count);
    for (size_t k = 0; k < count; k++) block.count += counts[k];
    if (!sums || above) return block; /* without sums: of a count */
    if (mr_wide_dtype(tree->dtype) == MR_F64)
        block.a.f64 = fold_real(sums, count);
    else
        block.a.u64 = fold_words(sums, count);
    return block;
}

void mr_tree_add_sums(struct mr_tree *tree, const int64_t counts[], const void *sums,
                      const int64_t *above, size_t count)
{
    for (size_t done = 0; done < count;) {
        unsigned level = mr_subtree_level(tree->end, tree->end + (count - done));
        size_t size = (size_t)1 << level;
        const char *from = sums ? (const char *)sums + done * sizeof(double) : NULL;
        mr_tree_add_subtree(
            tree, fold_block(tree, counts + done, from, above ? above + done : NULL, size), level);
        done += size;
    }
}

struct mr_partial mr_tree_total(const struct mr_tree *tree)
{
    if (tree->depth == 0) return mr_partial_of_nothing(tree->aggregate, tree->dtype);
    struct mr_partial total = tree->stack[tree->depth - 1];
    for (unsigned k = tree->depth - 1; k-- > 0;) total = merge(tree, &tree->stack[k], &total);
    return total;
}

bool mr_tree_wrapped(const struct mr_tree *tree)
{
    struct mr_partial total = mr_tree_total(tree);
    return mr_partial_wrapped(tree->aggregate, tree->dtype, &total);
}

bool mr_tree_value(const struct mr_tree *tree, int64_t ddof, mr_scalar *out)
{
    struct mr_partial total = mr_tree_total(tree);
    return mr_aggregate_of(tree->aggregate)->finish(&total, tree->dtype, ddof, out);
}

mr_scalar mr_scalar_read(mr_dtype dtype, const void *column, size_t index)
{
    mr_scalar value = {.u64 = 0};
    switch (dtype) {
    case MR_BOOL: value.u64 = ((const uint8_t *)column)[index]; break;
    case MR_I32: value.i64 = ((const int32_t *)column)[index]; break;
    case MR_U32: value.u64 = ((const uint32_t *)column)[index]; break;
    case MR_I64: value.i64 = ((const int64_t *)column)[index]; break;
    case MR_U64: value.u64 = ((const uint64_t *)column)[index]; break;
    case MR_F32: value.f64 = (double)((const float *)column)[index]; break;
    default: value.f64 = ((const double *)column)[index]; break;
    }
    return value;
}

void mr_scalar_write(mr_dtype dtype, void *column, size_t index, mr_scalar value)
{
    switch (dtype) {
    case MR_BOOL: ((uint8_t *)column)[index] = value.u64 != 0; break;
    case MR_I32: ((int32_t *)column)[index] = (int32_t)value.i64; break;
    case MR_U32: ((uint32_t *)column)[index] = (uint32_t)value.u64; break;
    case MR_I64: ((int64_t *)column)[index] = value.i64; break;
    case MR_U64: ((uint64_t *)column)[index] = value.u64; break;
    case MR_F32: ((float *)column)[index] = (float)value.f64; break;
    default: ((double *)column)[index] = value.f64; break;
    }
}
