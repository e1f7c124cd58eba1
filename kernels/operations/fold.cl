// needs: lanes.cl
/* The tree's last five levels: 32 lanes to one, from vectors or, where these are short, an array.
 * Vectors stay in registers. */
#if W == 16
#define FOLD_VECTORS(op, type, a, result)                                                         \
    do {                                                                                          \
        const type##16 f16 = op((a)[0], (a)[1]);                                                  \
        const type##8 f8 = op(f16.lo, f16.hi);                                                    \
        const type##4 f4 = op(f8.lo, f8.hi);                                                      \
        const type##2 f2 = op(f4.lo, f4.hi);                                                      \
        (result) = op(f2.lo, f2.hi);                                                              \
    } while (0)
#elif W == 8
#define FOLD_VECTORS(op, type, a, result)                                                         \
    do {                                                                                          \
        const type##8 near = op((a)[0], (a)[2]), far = op((a)[1], (a)[3]);                        \
        const type##8 f8 = op(near, far);                                                         \
        const type##4 f4 = op(f8.lo, f8.hi);                                                      \
        const type##2 f2 = op(f4.lo, f4.hi);                                                      \
        (result) = op(f2.lo, f2.hi);                                                              \
    } while (0)
#else
#define FOLD_VECTORS(op, type, a, result)                                                         \
    do {                                                                                          \
        type lanes[LANES];                                                                        \
        for (int k = 0; k < LANES / W; k++) VSTORE((a)[k], lanes + k * W);                        \
        FOLD_LANES(op, lanes);                                                                    \
        (result) = lanes[0];                                                                      \
    } while (0)
#endif
#define FOLD_LANES(op, lanes)                                                                     \
    for (int far = LANES / 2; far > 0; far /= 2)                                                  \
        for (int k = 0; k < far; k++) (lanes)[k] = op((lanes)[k], (lanes)[k + far])

/* Second pass of a variance, into 32 lanes each: squares of the deviations of the leaf's counted
 * values, and the deviations. */
#define LEAF_DEVIATIONS(values, counts, mean, squares, deviations)                                \
    for (int k = 0; k < LANES / W; k++) (squares)[k] = (deviations)[k] = (vf64)(0.0);             \
    for (long row = (low - leaf) / LANES * LANES; row < high - leaf; row += LANES)                \
        for (int k = 0; k < LANES / W; k++) {                                                     \
            const vm64 counted = VLOAD((counts) + row + k * W) != (vi64)(0);                      \
            const vf64 far = VLOAD((values) + row + k * W) - (vf64)(mean);                        \
            const vf64 deviation = counted ? far : (vf64)(0.0);                                   \
            (squares)[k] += deviation * deviation;                                                \
            (deviations)[k] += deviation;                                                         \
        }

/* Integers of 64 bits added up twice, modulo 2^64 and without their lower halves, are known in all:
 * what is above the 64 bits of the sum. */
#define UPPER_I64(x) AS_U64(AS_I64(x) >> (vi64)(32))
#define UPPER_U64(x) ((x) >> (vu64)(32))
MR_FN long above_64(const ulong sum, const ulong upper)
{
    return ((long)upper >> 32) + (sum < upper << 32 ? 1 : 0);
}

#ifdef MR_FP64
/* above * 2^64 + sum, rounded once, to nearest even: as host/ir/partial.c does it. */
MR_FN double f64_of_128(const ulong sum, const long above)
{
    const int is_negative = above < 0;
    const ulong low = is_negative ? 0 - sum : sum;
    const ulong high = is_negative ? ~(ulong)above + (low == 0) : (ulong)above;
    const int bits = 64 - (int)clz(high);
    /* The 64 bits from the highest on: f64 keeps 53, so the last may stand for all below. */
    const ulong top =
        bits ? high << (64 - bits) | low >> bits | (low << (64 - bits) != 0 ? 1 : 0) : low;
    const double size = (double)top * as_double((ulong)(1023 + bits) << 52);
    return is_negative ? -size : size;
}
#endif

/* The best value of 32 lanes and the first position that has it; NaN is better than any number. */
#define FOLD_PLACES(less, lanes, places)                                                          \
    for (int k = 1; k < LANES; k++) {                                                             \
        const int is_nan = lanes[k] != lanes[k], best_is_nan = lanes[0] != lanes[0];              \
        const int is_better = is_nan ? !best_is_nan : !best_is_nan && lanes[k] less lanes[0];     \
        const int is_equal = is_nan ? best_is_nan : lanes[k] == lanes[0];                         \
        if (places[k] == LONG_MAX) continue;                                                      \
        if (places[0] == LONG_MAX || is_better || (is_equal && places[k] < places[0])) {          \
            lanes[0] = lanes[k];                                                                  \
            places[0] = places[k];                                                                \
        }                                                                                         \
    }
