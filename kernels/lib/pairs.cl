/* Unevaluated sums hi + lo, |lo| small against |hi|. MR_PAIRS(dtype) makes the functions of f32 or
 * f64, where mr_top_<dtype>(x) is there: x with half of its bits, so that products are exact. */
#define MR_PAIRS(dtype)                                                                           \
    typedef struct {                                                                              \
        v##dtype hi, lo;                                                                          \
    } mr_pair_##dtype;                                                                            \
                                                                                                  \
    /* a + b exactly, if |a| >= |b| or a = 0 (Dekker 1971, A floating-point technique for         \
     * extending the available precision). */                                                     \
    MR_FN mr_pair_##dtype mr_fast_sum_##dtype(v##dtype a, v##dtype b)                             \
    {                                                                                             \
        mr_pair_##dtype s;                                                                        \
        s.hi = a + b;                                                                             \
        s.lo = (a - s.hi) + b;                                                                    \
        return s;                                                                                 \
    }                                                                                             \
                                                                                                  \
    /* a + b exactly (Knuth, TAOCP 2, 4.2.2 theorem B). */                                        \
    MR_FN mr_pair_##dtype mr_sum_##dtype(v##dtype a, v##dtype b)                                  \
    {                                                                                             \
        mr_pair_##dtype s;                                                                        \
        s.hi = a + b;                                                                             \
        v##dtype b_part = s.hi - a;                                                               \
        s.lo = (a - (s.hi - b_part)) + (b - b_part);                                              \
        return s;                                                                                 \
    }                                                                                             \
                                                                                                  \
    /* a * b to 2^-47 of f32, 2^-105 of f64 (Dekker 1971, with masks for the splitting). */       \
    MR_FN mr_pair_##dtype mr_product_##dtype(v##dtype a, v##dtype b)                              \
    {                                                                                             \
        mr_pair_##dtype p;                                                                        \
        v##dtype a_hi = mr_top_##dtype(a), b_hi = mr_top_##dtype(b);                              \
        v##dtype a_lo = a - a_hi, b_lo = b - b_hi;                                                \
        p.hi = a * b;                                                                             \
        p.lo = ((a_hi * b_hi - p.hi) + a_hi * b_lo + a_lo * b_hi) + a_lo * b_lo;                  \
        return p;                                                                                 \
    }                                                                                             \
                                                                                                  \
    /* n / d to about 2^-44 of f32, 2^-100 of f64. */                                             \
    MR_FN mr_pair_##dtype mr_quotient_##dtype(mr_pair_##dtype n, mr_pair_##dtype d)               \
    {                                                                                             \
        mr_pair_##dtype q;                                                                        \
        q.hi = n.hi / d.hi;                                                                       \
        mr_pair_##dtype p = mr_product_##dtype(q.hi, d.hi);                                       \
        q.lo = ((n.hi - p.hi) - p.lo + n.lo - q.hi * d.lo) / d.hi;                                \
        return q;                                                                                 \
    }
