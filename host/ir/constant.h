/* Numbers known while a pipeline is described: conversion between dtypes, and folding. */
#ifndef MR_IR_CONSTANT_H
#define MR_IR_CONSTANT_H

#include <stdbool.h>

#include <millrace/dtype.h>

#include "ir/expr.h"
#include "ir/sequence.h"

/* The value of a cast, as contract and kernels have it: integers modulo 2^n, float to integer
 * truncated and saturated with NaN as 0, anything but 0 as true. */
mr_scalar mr_scalar_cast(mr_dtype to, mr_dtype from, mr_scalar value);

/* Whether an integer lies in an integer dtype's range (bool: 0 or 1). */
bool mr_integer_fits(int64_t value, mr_dtype dtype);

enum mr_fold_outcome { MR_FOLDED, MR_FOLD_WRAPPED, MR_FOLD_BY_ZERO, MR_FOLD_NO_SUCH };

/* Arithmetic, bits and shifts on two literals of one dtype, i64 or f64; a unary operator reads x
 * only. WRAPPED: *out is the value modulo 2^64. NO_SUCH: floats do not have the operator. */
enum mr_fold_outcome mr_fold_literals(enum mr_operator op, mr_dtype dtype, mr_scalar x, mr_scalar y,
                                      mr_scalar *out);

/* What a literal or a cast of one says as a number. */
struct mr_number mr_number_of(mr_dtype dtype, mr_scalar value);

#endif
