// needs: lanes.cl
/* The bins of W values, to places[0], places[1], ..., by the skeleton's arguments bins_low to
 * bins_whole, as host/ir/bins.h has them: 0 for what is outside.
 *
 * By the nearest edge: `nearest` is its number plus 1.5 * 2^52, where f64 has no room for a
 * fraction and the last 32 bits are the number; `edge` makes the edge of it. Of exact bins by the
 * quotient. */
#define BIN_BY_EDGE(x, nearest, edge, places)                                                     \
    do {                                                                                          \
        const vf64 rounded = (nearest), number = rounded - (vf64)(0x1.8p52);                      \
        const vi32 below = TO_I32(AS_I64(rounded)), next = below + (vi32)(1);                     \
        const vi32 bin = min(TO_M32((x) >= (edge)) ? next : below, (vi32)((int)bins - 1));        \
        const vi32 upper = TO_M32((x) >= (vf64)(bins_low)) ? bin : (vi32)(0);                     \
        VSTORE(TO_U32(TO_M32((x) <= (vf64)(bins_high)) ? upper : (vi32)(0)), places);             \
    } while (0)
#ifdef MR_HAS_FMA
#define BIN_FMA(x, y, z) FMA_F64(x, y, z)
#else
#define BIN_FMA(x, y, z) ((x) * (y) + (z))
#endif
#define BIN_EXACT(type, x, places)                                                                \
    do {                                                                                          \
        const type last = (type)(bins - 2), quotient = (x) * (type)(bins_scale);                  \
        const type some = quotient < last ? quotient : last;                                      \
        const type upper = (x) >= (type)(bins_low) ? some : (type)(-1);                           \
        const type bin = (x) <= (type)(bins_high) ? upper : (type)(-1);                           \
        VSTORE(TO_U32(TO_I32(bin) + (vi32)(1)), places);                                          \
    } while (0)
