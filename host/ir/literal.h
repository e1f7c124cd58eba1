/* Literals and what is made of literals alone: exact integers from -2^63 to 2^64-1, or f64. */
#ifndef MR_IR_LITERAL_H
#define MR_IR_LITERAL_H

#include <stdbool.h>
#include <stddef.h>

#include <millrace/dtype.h>

#include "ir/expr.h"

struct mr_literal {
    mr_dtype dtype; /* i64; u64 if only that holds it; f64 */
    mr_scalar value;
};

enum mr_literal_outcome {
    MR_EVALUATED,
    MR_LITERAL_BELOW, /* -2^63 */
    MR_LITERAL_ABOVE, /* 2^64-1 */
    MR_LITERAL_BY_ZERO,
    MR_LITERAL_NO_SUCH /* floats have no such operator */
};

struct mr_literal mr_literal_integer(uint64_t value);
struct mr_literal mr_literal_real(double value);

/* The same number as a float, if it is none yet. */
struct mr_literal mr_literal_as_real(struct mr_literal x);

/* Below 0, 0 or above 0 as x is less, equal or greater; for NaN nothing. */
int mr_literal_compare(struct mr_literal x, struct mr_literal y);
bool mr_literal_is_nan(struct mr_literal x);

/* Arithmetic, bits, shifts and comparisons (which give 0 or 1). A unary operator reads x only.
 * Bits and shifts are those of x's dtype. */
enum mr_literal_outcome mr_literal_evaluate(enum mr_operator op, struct mr_literal x,
                                            struct mr_literal y, struct mr_literal *out);

/* Rounded down, as floordiv() and mod(). */
enum mr_literal_outcome mr_literal_floor(enum mr_operator op, struct mr_literal x,
                                         struct mr_literal y, struct mr_literal *out);

#endif
