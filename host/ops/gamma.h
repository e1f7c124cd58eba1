/* What gamma and beta share: the words of a shape in kernels/lib/gamma.cl. */
#ifndef MR_OPS_GAMMA_H
#define MR_OPS_GAMMA_H

#include <math.h>

#include "ops/draw.h"

enum { MR_GAMMA_WORDS = 4 };

/* Divisions and a root: the same bits on every host. */
static inline void mr_gamma_words(uint64_t words[MR_GAMMA_WORDS], double shape)
{
    double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
    const mr_scalar numbers[MR_GAMMA_WORDS] = {
        {.f64 = d},
        {.f64 = 1 / sqrt(9 * d)},
        {.f64 = 0.201 / (9 * d)},
        {.f64 = shape < 1 ? 1 / shape : 0},
    };
    for (size_t k = 0; k < MR_GAMMA_WORDS; k++) words[k] = numbers[k].u64;
}

#endif
