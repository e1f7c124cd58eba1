// needs: exact.cl
/* Exact sums where work-items share leaves: each makes the two integers of exact.cl of its lanes as
 * they come, without keeping them, and adds them to bins in common. What is too great for sigma
 * ends the sums so far and begins others with a greater one; what two integers leave of an element,
 * and what is too great for any sigma, goes into the bins by itself. */
MR_FN ulong mr_exact_fold(const vu64 value)
{
    ulong lanes[W], sum = 0;
    VSTORE(value, lanes);
    for (int k = 0; k < W; k++) sum += lanes[k];
    return sum;
}

#ifdef MR_FP64
struct mr_exact_sums_f64 {
    vu64 upper, lower, others; /* others: bits that some element has and -0 has not, or lacks */
    int exponent, taken;       /* of sigma, 0 at first; vectors that sums are of */
};

#define MR_EXACT_BEGIN_f64 {K_U64(0), K_U64(0), K_U64(0), 0, 0}

/* Adds the sums so far. */
MR_FN void mr_exact_give_f64(MR_BINS_T bins, struct mr_exact_sums_f64 *s)
{
    const int exponent = s->exponent, next = mr_exact_next(exponent);
    const ulong count = (ulong)(s->taken * W);
    if (s->taken == 0) return;
    const ulong upper = mr_exact_fold(s->upper) - count * as_ulong(mr_exact_sigma(exponent));
    const ulong lower = mr_exact_fold(s->lower) - count * as_ulong(mr_exact_sigma(next));
    if (upper) mr_exact_add_integer(bins, (long)upper, mr_exact_bit(exponent));
    if (lower) mr_exact_add_integer(bins, (long)lower, mr_exact_bit(next));
    s->upper = s->lower = K_U64(0);
    s->taken = 0;
}

MR_FN void mr_exact_add_lanes(MR_BINS_T bins, const vf64 x)
{
    double lanes[W];
    VSTORE(x, lanes);
    for (int k = 0; k < W; k++) mr_exact_add(bins, lanes[k]);
}

/* A sigma for x, one bit greater than it must be; gives x without what no sigma is for. */
MR_FN vf64 mr_exact_raise(MR_BINS_T bins, struct mr_exact_sums_f64 *s, const vf64 x)
{
    double lanes[W];
    int exponent = s->exponent;
    VSTORE(x, lanes);
    for (int k = 0; k < W; k++) {
        const int needed = (int)(as_ulong(lanes[k]) >> 52 & 0x7ff) + 4;
        if (needed < 0x7ff) {
            exponent = max(exponent, needed);
        } else {
            mr_exact_add(bins, lanes[k]);
            lanes[k] = -0.0;
            exponent = max(exponent, 4);
        }
    }
    if (exponent != s->exponent) mr_exact_give_f64(bins, s);
    s->exponent = exponent;
    return VLOAD(lanes);
}

/* Takes W elements; lanes that do not count are -0. */
MR_FN void mr_exact_take_f64(MR_BINS_T bins, struct mr_exact_sums_f64 *s, vf64 x)
{
    const vi64 size = AS_I64(ABS_F64(x)), most = K_I64((s->exponent - 2L) * (1L << 52));
    s->others |= AS_U64(x) ^ K_U64(1ul << 63);
    if (MASK_ANY(TO_M32(size >= most))) x = mr_exact_raise(bins, s, x);
    const double sigma = mr_exact_sigma(s->exponent);
    const double next = mr_exact_sigma(mr_exact_next(s->exponent));
    const vf64 high = K_F64(sigma) + x;
    const vf64 rest = x - (high - K_F64(sigma));
    const vf64 low = K_F64(next) + rest;
    const vf64 left = rest - (low - K_F64(next));
    s->upper += AS_U64(high);
    s->lower += AS_U64(low);
    s->taken++;
    if (MASK_ANY(TO_M32(left != K_F64(0.0)))) mr_exact_add_lanes(bins, left);
}

MR_FN void mr_exact_end_f64(MR_BINS_T bins, struct mr_exact_sums_f64 *s)
{
    mr_exact_give_f64(bins, s);
    ulong lanes[W], any = 0;
    VSTORE(s->others, lanes);
    for (int k = 0; k < W; k++) any |= lanes[k];
    if (any) mr_exact_note(bins, MR_EXACT_OTHERS);
}

#endif

/* Integers; lanes that do not count are 0. */
#define MR_EXACT_LANES(name, V)                                                                    \
    struct mr_exact_sums_##name {                                                                  \
        V lower, upper;                                                                            \
    };                                                                                             \
    MR_FN void mr_exact_take_##name(MR_BINS_T bins, struct mr_exact_sums_##name *s, const V x)     \
    {                                                                                              \
        s->lower += x & (V)(0xffffffff);                                                           \
        s->upper += x >> (V)(32);                                                                  \
    }                                                                                              \
    MR_FN void mr_exact_end_##name(MR_BINS_T bins, struct mr_exact_sums_##name *s)                 \
    {                                                                                              \
        mr_exact_put(bins, MR_EXACT_ONE, mr_exact_fold(AS_U64(s->lower)));                         \
        mr_exact_put(bins, MR_EXACT_ONE + 1, mr_exact_fold(AS_U64(s->upper)));                     \
    }
#define MR_EXACT_BEGIN_i64 {(vi64)(0), (vi64)(0)}
#define MR_EXACT_BEGIN_u64 {(vu64)(0), (vu64)(0)}
MR_EXACT_LANES(i64, vi64)
MR_EXACT_LANES(u64, vu64)
