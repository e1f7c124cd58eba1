#include "ring/tree.h"

#include <math.h>
#include <string.h>

void mr_tree_start(struct mr_tree *tree, enum mr_aggregate aggregate, mr_dtype dtype)
{
    *tree = (struct mr_tree){.aggregate = aggregate, .dtype = dtype};
}

/* Chan, Golub, LeVeque: Updating formulae and a pairwise algorithm for computing sample variances
 * (1979), equations 2.1: a + c is the mean, b the sum of squared deviations. What rounding takes
 * from a, c has: else a large mean would cost as many digits as it has before the deviations'. */
static struct mr_partial merge_deviations(const struct mr_partial *x, const struct mr_partial *y)
{
    if (x->count == 0) return *y;
    if (y->count == 0) return *x;
    double nx = (double)x->count, ny = (double)y->count, n = (double)(x->count + y->count);
    double delta = (y->a.f64 - x->a.f64) + (y->c.f64 - x->c.f64), share = ny / n;
    double step = x->c.f64 + delta * share;
    struct mr_partial out = {.count = x->count + y->count};
    out.a.f64 = x->a.f64 + step;
    out.b.f64 = (x->b.f64 + y->b.f64) + (delta * delta) * (nx * share);
    double added = out.a.f64 - x->a.f64;
    out.c.f64 = (x->a.f64 - (out.a.f64 - added)) + (step - added); /* Knuth's TwoSum */
    return out;
}

/* b * 2^64 + a: integers of 128 bits. */
static struct mr_partial merge_beyond(const struct mr_partial *x, const struct mr_partial *y)
{
    struct mr_partial out = {.count = x->count + y->count};
    out.a.u64 = x->a.u64 + y->a.u64;
    out.b.i64 = x->b.i64 + y->b.i64 + (out.a.u64 < x->a.u64);
    return out;
}

/* The older of equals; NaN before any number. */
static bool is_better(const struct mr_tree *tree, mr_scalar newer, mr_scalar older)
{
    bool wants_less = tree->aggregate == MR_ARGMIN;
    if (tree->dtype == MR_F32 || tree->dtype == MR_F64) {
        if (isnan(older.f64) || isnan(newer.f64)) return isnan(newer.f64) && !isnan(older.f64);
        return wants_less ? newer.f64 < older.f64 : newer.f64 > older.f64;
    }
    if (tree->dtype == MR_I32 || tree->dtype == MR_I64)
        return wants_less ? newer.i64 < older.i64 : newer.i64 > older.i64;
    return wants_less ? newer.u64 < older.u64 : newer.u64 > older.u64;
}

static enum mr_aggregate fold_of(const struct mr_tree *tree)
{
    bool sums = tree->aggregate == MR_MEAN || tree->aggregate == MR_WATCHED_SUM;
    return sums ? MR_SUM : tree->aggregate;
}

static struct mr_partial merge(const struct mr_tree *tree, const struct mr_partial *x,
                               const struct mr_partial *y)
{
    struct mr_partial out = {.count = x->count + y->count};
    mr_dtype partials[3];
    if (mr_sums_beyond(tree->aggregate, tree->dtype)) return merge_beyond(x, y);
    switch (tree->aggregate) {
    case MR_VAR:
    case MR_STD: return merge_deviations(x, y);
    case MR_ARGMIN:
    case MR_ARGMAX:
        if (x->count == 0 || (y->count && is_better(tree, y->a, x->a))) {
            out.a = y->a;
            out.b = y->b;
        } else {
            out.a = x->a;
            out.b = x->b;
        }
        return out;
    case MR_ANY:
    case MR_ALL: out.a.i64 = x->a.i64 < y->a.i64 ? x->a.i64 : y->a.i64; return out;
    case MR_COUNT: return out;
    default: break;
    }
    mr_partial_dtypes(tree->aggregate, tree->dtype, partials);
    out.a = mr_fold(fold_of(tree), partials[0], x->a, y->a);
    return out;
}

void mr_tree_add_leaf(struct mr_tree *tree, struct mr_partial leaf)
{
    for (uint64_t number = tree->leaves++; number & 1; number >>= 1) {
        tree->depth--;
        leaf = merge(tree, &tree->stack[tree->depth], &leaf);
    }
    tree->stack[tree->depth++] = leaf;
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
        /* The largest block that is a whole subtree. */
        size_t size = 1;
        uint64_t number = tree->leaves;
        for (; !(number & 1) && 2 * size <= count - done; number >>= 1) size *= 2;
        const char *from = sums ? (const char *)sums + done * sizeof(double) : NULL;
        struct mr_partial block =
            fold_block(tree, counts + done, from, above ? above + done : NULL, size);
        for (; number & 1; number >>= 1) {
            tree->depth--;
            block = merge(tree, &tree->stack[tree->depth], &block);
        }
        tree->stack[tree->depth++] = block;
        tree->leaves += size;
        done += size;
    }
}

struct mr_partial mr_tree_total(const struct mr_tree *tree)
{
    struct mr_partial total = {0};
    enum mr_aggregate fold = fold_of(tree);
    mr_dtype partials[3] = {MR_I64, MR_I64, MR_I64};
    mr_partial_dtypes(tree->aggregate, tree->dtype, partials);
    if (fold <= MR_MAX) total.a = mr_fold_identity(fold, partials[0]);
    if (fold == MR_ANY || fold == MR_ALL) total.a.i64 = INT64_MAX;
    if (tree->depth == 0) return total;
    total = tree->stack[tree->depth - 1];
    for (unsigned k = tree->depth - 1; k-- > 0;) total = merge(tree, &tree->stack[k], &total);
    return total;
}

/* above * 2^64 + sum, rounded once, to nearest even. */
static double beyond_as_real(int64_t above, uint64_t sum)
{
    bool is_negative = above < 0;
    uint64_t high = (uint64_t)above, low = sum;
    if (is_negative) {
        low = 0 - low;
        high = ~high + (low == 0);
    }
    /* Fewer than 2^63 elements, each below 2^64: the highest bit of 128 is not reached. */
    int bits = 0;
    while (bits < 63 && high >> bits) bits++;
    /* The 64 bits from the highest on: f64 keeps 53, so the last may stand for all below. */
    uint64_t top = low;
    if (bits) top = high << (64 - bits) | low >> bits | (low << (64 - bits) != 0);
    double size = ldexp((double)top, bits);
    return is_negative ? -size : size;
}

static double sum_as_real(const struct mr_tree *tree, const struct mr_partial *total)
{
    if (mr_dtype_is_float(tree->dtype)) return total->a.f64;
    return beyond_as_real(total->b.i64, total->a.u64);
}

bool mr_partial_wrapped(const struct mr_tree *tree, const struct mr_partial *total)
{
    if (!mr_sums_beyond(tree->aggregate, tree->dtype)) return false;
    bool is_negative = mr_dtype_is_signed(tree->dtype) && total->a.i64 < 0;
    return total->b.i64 != (is_negative ? -1 : 0);
}

bool mr_partial_value(const struct mr_tree *tree, const struct mr_partial *total, int64_t ddof,
                      mr_scalar *out)
{
    double n = (double)total->count;
    switch (tree->aggregate) {
    case MR_COUNT: out->i64 = total->count; return true;
    case MR_MEAN: out->f64 = total->count ? sum_as_real(tree, total) / n : (double)NAN; return true;
    case MR_VAR:
    case MR_STD:
        out->f64 = total->count > ddof ? total->b.f64 / (double)(total->count - ddof) : (double)NAN;
        if (tree->aggregate == MR_STD) out->f64 = sqrt(out->f64);
        return true;
    case MR_ANY: out->u64 = total->a.i64 < INT64_MAX; return true;
    case MR_ALL: out->u64 = total->a.i64 == INT64_MAX; return true;
    case MR_ARGMIN:
    case MR_ARGMAX: *out = total->b; return total->count > 0;
    case MR_MIN:
    case MR_MAX: *out = total->a; return total->count > 0;
    default: *out = total->a; return true;
    }
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
