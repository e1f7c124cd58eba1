/* What Sobol' sequences are made of. */
#ifndef MR_OPS_SOBOL_DIRECTIONS_H
#define MR_OPS_SOBOL_DIRECTIONS_H

#include <stdint.h>

enum { MR_SOBOL_DIMENSIONS = 1111 };

/* Tells the degree s of a dimension's polynomial, from dimension 1 on (0 has none: all its m are
 * 1); at *out stand the polynomial's inner coefficients as bits, the highest power first, then m1
 * .. ms. */
unsigned mr_sobol_directions(const uint16_t **out, unsigned dimension);

#endif
