/* Numbers known while a pipeline is described: conversion between dtypes. */
#ifndef MR_IR_CONSTANT_H
#define MR_IR_CONSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include <millrace/dtype.h>

#include "ir/expr.h"
#include "ir/seq.h"

/* The value of a cast, as contract and kernels have it: integers modulo 2^n, float to integer
 * truncated and saturated with NaN as 0, anything but 0 as true. */
mr_scalar mr_scalar_cast(mr_dtype to, mr_dtype from, mr_scalar value);

/* The 64 bits that hold a value in an argument or a state, f32 in the lower half; and back. */
uint64_t mr_scalar_word(mr_dtype dtype, mr_scalar value);
mr_scalar mr_scalar_of_word(mr_dtype dtype, uint64_t word);

/* What a literal or a cast of one says as a number. */
struct mr_number mr_number_of(mr_dtype dtype, mr_scalar value);

#endif
