// function: f64 gamma(i, words) strip4
// function: f64 beta(i, words) strip4
// needs: math_log_f64.cl math_circular_f64.cl retry.cl normal_f64.cl
/* Gamma numbers of scale 1 (Marsaglia and Tsang 2000, A simple method for generating gamma
 * variables): d (1 + c x)^3 of a normal x, kept as a uniform u tells.
 *
 * First tries share blocks, as normal numbers do. Block 0 of elements 2k and 2k + 1 is that of
 * normal(): it gives both their x. Each further block is the last one enciphered again under the
 * next key, and gives a number of 64 bits to either: block 1 their u, block 2 what a shape below 1
 * needs. Beta's second number takes blocks 3 to 5 so. Later tries take an element's own blocks
 * (retry.cl). */

/* Words of one shape, from the host: d = shape - 1/3, of shape + 1 below 1; c = 1 / sqrt(9 d);
 * 0.201 c^2; 1 / shape below 1, else 0. */
enum { GAMMA_D, GAMMA_C, GAMMA_SQUEEZE, GAMMA_BOOST, GAMMA_WORDS };

/* The number is value * exp(boost). */
typedef struct {
    vf64 value, boost;
} mr_gamma_parts;

typedef struct {
    vf64 x, u, w; /* normal; in (0, 1]; the same, for a shape below 1 */
} mr_gamma_try;

typedef struct {
    mr_gamma_try even, odd;
} mr_gamma_tries;

/* A try fails one time in twenty or less; after so many the last one stands. */
#define GAMMA_TRIES 32

/* One try: whether it holds, and what it gives. With t = c x and u < 1 the number holds if
 * log(u) < x^2/2 + d (1 - v + log(v)), v = (1 + t)^3. The right side is -3/4 d t^4 and less for
 * |t| <= 0.7, but not less than -1.81 d t^4, -0.2008 c^2 x^4: most are kept without logarithms. */
PHILOX_FN vm64 mr_gamma_holds(vf64 x, vf64 u, MR_WORDS_T shape, vf64 *value)
{
    const vf64 one = K_F64(1.0), d = AS_F64(K_U64(shape[GAMMA_D]));
    const vf64 t = AS_F64(K_U64(shape[GAMMA_C])) * x, square = x * x;
    const vf64 root = one + t, cube = root * root * root;
    const vf64 quick = one - AS_F64(K_U64(shape[GAMMA_SQUEEZE])) * square * square;
    vm64 holds = (ABS_F64(t) <= K_F64(0.7)) & (u < quick);
    if (MASK_ANY(!holds)) {
        const vm64 is_positive = root > K_F64(0.0);
        const vf64 v = is_positive ? cube : one;
        const vf64 most = K_F64(0.5) * square + d * (one - v + mr_log_f64(v));
        holds = holds | (is_positive & (mr_log_normal_f64(u) < most));
    }
    *value = d * cube;
    return holds;
}

/* Values of further tries where the first did not hold. `attempt`: of the first of element i's own
 * blocks to take. Seldom called, so better not a part of the code around it. */
MR_FN vf64 mr_gamma_again(vm64 is_open, vf64 value, vi64 i, MR_WORDS_T w, MR_WORDS_T shape,
                          MR_ULONG_T attempt)
{
    vu32 c[4];
    mr_retry_begin(c, i, w[0], w[1]);
    for (int k = 0; k < GAMMA_TRIES; k++) {
        vf64 next;
        mr_retry_next(c, w[0], attempt++);
        vf64 x = mr_normal_of_f64(mr_philox_join(c[0], c[1]), mr_philox_join(c[2], c[3]),
                                  value != value);
        mr_retry_next(c, w[0], attempt++);
        vf64 u = mr_philox_above_f64(mr_philox_join(c[0], c[1]));
        vm64 holds = mr_gamma_holds(x, u, shape, &next);
        value = (is_open & (next > K_F64(0.0))) ? next : value;
        is_open = is_open & !holds;
        if (!MASK_ANY(is_open)) break;
    }
    return value;
}

/* The blocks of two numbers' further tries lie apart by `attempt`. */
PHILOX_FN mr_gamma_parts mr_gamma_of(mr_gamma_try first, vi64 i, MR_WORDS_T w, MR_WORDS_T shape,
                                     MR_ULONG_T attempt)
{
    mr_gamma_parts y;
    const vf64 inverse = AS_F64(K_U64(shape[GAMMA_BOOST]));
    vm64 is_open = !mr_gamma_holds(first.x, first.u, shape, &y.value);
    y.boost = shape[GAMMA_BOOST] ? mr_log_normal_f64(first.w) * inverse : K_F64(0.0);
    if (MASK_ANY(is_open)) {
        y.value = y.value > K_F64(0.0) ? y.value : AS_F64(K_U64(shape[GAMMA_D]));
        y.value = mr_gamma_again(is_open, y.value, i, w, shape, attempt);
    }
    return y;
}

/* Two elements' tries from their block in c, which becomes the last one taken. */
PHILOX_FN mr_gamma_tries mr_gamma_tries_of(vu32 *c, MR_ULONG_T seed, MR_WORDS_T shape,
                                           MR_ULONG_T attempt)
{
    mr_gamma_tries t;
    const vf64 radius = mr_normal_radius_f64(mr_philox_join(c[0], c[1]));
    const mr_sincos_f64 angle = mr_sincos_circle_f64(mr_philox_to_f64(mr_philox_join(c[2], c[3])));
    t.even.x = radius * angle.cos;
    t.odd.x = radius * angle.sin;
    mr_retry_next(c, seed, attempt);
    t.even.u = mr_philox_above_f64(mr_philox_join(c[0], c[1]));
    t.odd.u = mr_philox_above_f64(mr_philox_join(c[2], c[3]));
    t.even.w = t.odd.w = K_F64(1.0);
    if (shape[GAMMA_BOOST]) {
        mr_retry_next(c, seed, attempt + 1);
        t.even.w = mr_philox_above_f64(mr_philox_join(c[0], c[1]));
        t.odd.w = mr_philox_above_f64(mr_philox_join(c[2], c[3]));
    }
    return t;
}

MR_FN mr_gamma_try mr_gamma_choose(mr_gamma_tries t, vi64 i)
{
    const vm64 is_odd = (TO_U64(i) & K_U64(1)) != K_U64(0);
    t.even.x = is_odd ? t.odd.x : t.even.x;
    t.even.u = is_odd ? t.odd.u : t.even.u;
    t.even.w = is_odd ? t.odd.w : t.even.w;
    return t.even;
}

/* The tries of 2*W elements in their order. */
PHILOX_FN void mr_gamma_in_order(mr_gamma_tries t, mr_gamma_try *out)
{
    NORMAL_IN_TURNS(t.even.x, t.odd.x, out[0].x, out[1].x);
    NORMAL_IN_TURNS(t.even.u, t.odd.u, out[0].u, out[1].u);
    NORMAL_IN_TURNS(t.even.w, t.odd.w, out[0].w, out[1].w);
}

PHILOX_FN vf64 mr_gamma_number(mr_gamma_try first, vi64 i, MR_WORDS_T w)
{
    mr_gamma_parts g = mr_gamma_of(first, i, w, w + 2, 1);
    return w[2 + GAMMA_BOOST] ? g.value * mr_exp_f64(g.boost) : g.value;
}

/* w: seed, stream, those of the shape. */
MR_FN vf64 mr_gamma(vi64 i, MR_WORDS_T w)
{
    vu32 c[4];
    mr_philox_counters(c, TO_U64(i) >> 1, w[1]);
    mr_philox_blocks(c, w[0]);
    return mr_gamma_number(mr_gamma_choose(mr_gamma_tries_of(c, w[0], w + 2, 1), i), i, w);
}

MR_FN vf64 mr_gamma_strip(MR_ULONG_T i0, MR_WORDS_T w)
{
    return mr_gamma(TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES), w);
}

/* The blocks that 2*W elements from the even i0 on begin with. */
MR_FN void mr_gamma_begin(vu32 *c, MR_ULONG_T i0, MR_WORDS_T w)
{
    mr_philox_counters(c, K_U64(mr_philox_halved(i0, 1)) + (vu64)(PHILOX_LANES), w[1]);
    mr_philox_blocks(c, w[0]);
}

/* As mr_normal_f64_strip4(). One copy of what comes after the first tries, in a loop, keeps the
 * code small. */
MR_FN void mr_gamma_strip4(MR_ULONG_T i0, MR_WORDS_T w, vf64 *out)
{
    mr_gamma_try first[4];
    vf64 values[4];
    if ((i0 & 1) != 0) {
        for (int k = 0; k < 4; k++) values[k] = mr_gamma_strip(i0 + (MR_ULONG_T)(k * W), w);
        PHILOX_EACH_OF_4(out, PHILOX_VALUE);
        return;
    }
    for (int k = 0; k < 4; k += 2) {
        vu32 c[4];
        mr_gamma_begin(c, i0 + (MR_ULONG_T)(k * W), w);
        mr_gamma_in_order(mr_gamma_tries_of(c, w[0], w + 2, 1), first + k);
    }
    for (int k = 0; k < 4; k++) {
        const vi64 i = TO_I64(K_U64(i0 + (MR_ULONG_T)(k * W))) + (vi64)(PHILOX_LANES);
        values[k] = mr_gamma_number(first[k], i, w);
    }
    PHILOX_EACH_OF_4(out, PHILOX_VALUE);
}

/* a / (a + b) of gamma numbers a and b, always by the smaller one: so numbers near 1 are rounded
 * as finely as they can be. Those of small shapes underflow: their logarithms are taken. */
PHILOX_FN vf64 mr_beta_number(mr_gamma_try first_a, mr_gamma_try first_b, vi64 i, MR_WORDS_T w)
{
    const vf64 one = K_F64(1.0);
    mr_gamma_parts a = mr_gamma_of(first_a, i, w, w + 2, 1);
    mr_gamma_parts b = mr_gamma_of(first_b, i, w, w + 2 + GAMMA_WORDS, 1 + 0x100000000ul);
    vm64 is_small;
    vf64 part;
    if (w[2 + GAMMA_BOOST] | w[2 + GAMMA_WORDS + GAMMA_BOOST]) {
        vf64 distance = (mr_log_normal_f64(a.value) + a.boost) -
                        (mr_log_normal_f64(b.value) + b.boost);
        is_small = distance < K_F64(0.0);
        vf64 ratio = mr_exp_f64(is_small ? distance : -distance);
        part = ratio / (one + ratio);
    } else {
        is_small = a.value < b.value;
        part = (is_small ? a.value : b.value) / (a.value + b.value);
    }
    return is_small ? part : one - part;
}

/* First tries of both numbers, from the elements' block in c. */
typedef struct {
    mr_gamma_tries a, b;
} mr_beta_tries;

PHILOX_FN mr_beta_tries mr_beta_tries_of(vu32 *c, MR_WORDS_T w)
{
    mr_beta_tries t;
    t.a = mr_gamma_tries_of(c, w[0], w + 2, 1);
    mr_retry_next(c, w[0], 3);
    t.b = mr_gamma_tries_of(c, w[0], w + 2 + GAMMA_WORDS, 4);
    return t;
}

/* w: seed, stream, those of both shapes. */
MR_FN vf64 mr_beta(vi64 i, MR_WORDS_T w)
{
    vu32 c[4];
    mr_philox_counters(c, TO_U64(i) >> 1, w[1]);
    mr_philox_blocks(c, w[0]);
    mr_beta_tries t = mr_beta_tries_of(c, w);
    return mr_beta_number(mr_gamma_choose(t.a, i), mr_gamma_choose(t.b, i), i, w);
}

MR_FN vf64 mr_beta_strip(MR_ULONG_T i0, MR_WORDS_T w)
{
    return mr_beta(TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES), w);
}

MR_FN void mr_beta_strip4(MR_ULONG_T i0, MR_WORDS_T w, vf64 *out)
{
    mr_gamma_try a[4], b[4];
    vf64 values[4];
    if ((i0 & 1) != 0) {
        for (int k = 0; k < 4; k++) values[k] = mr_beta_strip(i0 + (MR_ULONG_T)(k * W), w);
        PHILOX_EACH_OF_4(out, PHILOX_VALUE);
        return;
    }
    for (int k = 0; k < 4; k += 2) {
        vu32 c[4];
        mr_gamma_begin(c, i0 + (MR_ULONG_T)(k * W), w);
        mr_beta_tries t = mr_beta_tries_of(c, w);
        mr_gamma_in_order(t.a, a + k);
        mr_gamma_in_order(t.b, b + k);
    }
    for (int k = 0; k < 4; k++) {
        const vi64 i = TO_I64(K_U64(i0 + (MR_ULONG_T)(k * W))) + (vi64)(PHILOX_LANES);
        values[k] = mr_beta_number(a[k], b[k], i, w);
    }
    PHILOX_EACH_OF_4(out, PHILOX_VALUE);
}
