/* The folds: associative operations with an identity, which aggregates are made of. They are
 * aggregates themselves: MR_SUM, MR_PROD, MR_MIN, MR_MAX. */
#ifndef MR_IR_FOLD_H
#define MR_IR_FOLD_H

#include <stdbool.h>

#include <millrace/dtype.h>

#include "ir/aggregates.h"

/* Whether its result is one of its operands, so that it needs no wider dtype. */
bool mr_fold_chooses(enum mr_aggregate fold);

/* x such that x op y = y for every y: 0, 1, the largest, the smallest. */
mr_scalar mr_fold_identity(enum mr_aggregate aggregate, mr_dtype dtype);

/* older op newer; integers wrap, NaN wins. */
mr_scalar mr_fold(enum mr_aggregate aggregate, mr_dtype dtype, mr_scalar older, mr_scalar newer);

#endif
