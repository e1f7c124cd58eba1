/* The folds: associative operations with an identity, which aggregates are made of. They are
 * aggregates themselves: MR_SUM, MR_PROD, MR_MIN, MR_MAX. */
#ifndef MR_IR_FOLD_CLASS_H
#define MR_IR_FOLD_CLASS_H

#include <stdbool.h>

#include <millrace/dtype.h>

#include "ir/aggregates.h"

/* One row a fold, for all that read it: the host's loops, kernels and the tree of partials.
 *
 * Folds of a ring: whether it adds; the identity, the same number in every dtype; older a with
 * newer b, of which integers wrap; the macro in kernels/operations/arithmetic.cl. */
#define MR_RING_FOLDS(ROW)                                                                         \
    ROW(sum, MR_SUM, true, 0, a + b, "FOLD_ADD")                                                   \
    ROW(prod, MR_PROD, false, 1, (a * b), "FOLD_MUL")

/* Folds of an order: when newer b takes the place of older a, with the sign that says so; the
 * identity, which any other value takes the place of; the macros for integers and for floats. A NaN
 * takes every place, so that one wins. */
#define MR_ORDER_FOLDS(ROW)                                                                        \
    ROW(min, MR_MIN, b < a, "<", mr_largest, "MIN_INTEGER", "MIN_FLOAT")                           \
    ROW(max, MR_MAX, a < b, ">", mr_smallest, "MAX_INTEGER", "MAX_FLOAT")

struct mr_fold_class {
    bool adds;          /* partials of many leaves are taken in at once (mr_tree_add_sums()) */
    bool chooses;       /* its result is one of its operands, so that it needs no wider dtype */
    const char *better; /* where it chooses: the sign between a newer value and an older one */
    const char *of_integers, *of_floats; /* the macros of kernels */
};

/* NULL: the aggregate is no fold. */
const struct mr_fold_class *mr_fold_of(enum mr_aggregate aggregate);

bool mr_fold_chooses(enum mr_aggregate fold);

/* x such that x op y = y for every y: 0, 1, the largest, the smallest. */
mr_scalar mr_fold_identity(enum mr_aggregate aggregate, mr_dtype dtype);

/* older op newer; integers wrap, NaN wins. */
mr_scalar mr_fold(enum mr_aggregate aggregate, mr_dtype dtype, mr_scalar older, mr_scalar newer);

#endif
