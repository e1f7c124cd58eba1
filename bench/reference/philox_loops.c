/* W3, W4, W5, W13: Philox4x32-10 in AVX2 intrinsics, four counters' worth of eight lanes at a time.
 * Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC'11), section 3.3. */
#include <immintrin.h>
#include <stdlib.h>

#include "reference.h"

bench_reference w3_avx2, w4_avx2, w5_avx2, w13_avx2;

enum { VECTORS = 4, STRIP = 8 * VECTORS }; /* elements that one call gives */

/* High and low halves of eight products with a constant: even lanes, odd lanes, blended. */
static inline void multiply(__m256i a, __m256i k, __m256i *high, __m256i *low)
{
    __m256i even = _mm256_mul_epu32(a, k);
    __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(a, 32), k);
    *high = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa);
    *low = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xaa);
}

/* Eight blocks from counters `block`, `block` + 1, ... below 2^32; word w of them all in c[w]. */
static inline void eight_blocks(uint32_t block, uint32_t seed, __m256i c[4])
{
    const __m256i m0 = _mm256_set1_epi64x(0xD2511F53), m1 = _mm256_set1_epi64x(0xCD9E8D57);
    uint32_t k0 = seed, k1 = 0;
    /* This order makes the transposition below end with consecutive blocks. */
    c[0] =
        _mm256_add_epi32(_mm256_set1_epi32((int)block), _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7));
    c[1] = c[2] = c[3] = _mm256_setzero_si256();
    for (int round = 0; round < 10; round++) {
        __m256i high0, low0, high1, low1;
        multiply(c[0], m0, &high0, &low0);
        multiply(c[2], m1, &high1, &low1);
        c[0] = _mm256_xor_si256(_mm256_xor_si256(high1, c[1]), _mm256_set1_epi32((int)k0));
        c[2] = _mm256_xor_si256(_mm256_xor_si256(high0, c[3]), _mm256_set1_epi32((int)k1));
        c[1] = low1;
        c[3] = low0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
}

static inline __m256 to_unit(__m256i words)
{
    return _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_srli_epi32(words, 8)), _mm256_set1_ps(0x1p-24f));
}

/* Words of eight blocks in the order of the sequence. */
static inline void in_order(const __m256i c[4], __m256i out[VECTORS])
{
    __m256i near01 = _mm256_unpacklo_epi32(c[0], c[1]), near23 = _mm256_unpacklo_epi32(c[2], c[3]);
    __m256i far01 = _mm256_unpackhi_epi32(c[0], c[1]), far23 = _mm256_unpackhi_epi32(c[2], c[3]);
    out[0] = _mm256_unpacklo_epi64(near01, near23);
    out[1] = _mm256_unpackhi_epi64(near01, near23);
    out[2] = _mm256_unpacklo_epi64(far01, far23);
    out[3] = _mm256_unpackhi_epi64(far01, far23);
}

/* Elements first .. first + STRIP - 1 of uniform(seed); first is a multiple of STRIP. */
static inline void uniform_strip(int64_t first, uint32_t seed, __m256 out[VECTORS])
{
    __m256i c[4], words[VECTORS];
    eight_blocks((uint32_t)(first / 4), seed, c);
    in_order(c, words);
    for (int v = 0; v < VECTORS; v++) out[v] = to_unit(words[v]);
}

void w3_avx2(const struct bench_job *job, struct bench_answer *answer)
{
    float *piece = aligned_alloc(64, BENCH_PIECE * sizeof *piece);
    (void)answer;
    if (!piece) abort();
#pragma omp parallel
    for (int64_t first = 0; first < job->count; first += BENCH_PIECE) {
        int64_t left = job->count - first, len = left < BENCH_PIECE ? left : BENCH_PIECE;
#pragma omp for
        for (int64_t k = 0; k < len; k += STRIP) {
            __m256 values[VECTORS];
            uniform_strip(first + k, 1, values);
            for (int v = 0; v < VECTORS; v++) _mm256_store_ps(piece + k + 8 * v, values[v]);
        }
#pragma omp master
        job->consume(job->user, piece, (size_t)len);
#pragma omp barrier
    }
    free(piece);
}

/* c[0] + c[1] x + ... */
static inline __m256 polynomial(__m256 x, const float c[], int count)
{
    __m256 y = _mm256_set1_ps(c[count - 1]);
    for (int k = count - 2; k >= 0; k--) y = _mm256_fmadd_ps(y, x, _mm256_set1_ps(c[k]));
    return y;
}

/* log(2^-32 (word + 1)), within two ulps: Moshier, Cephes, logf.c. Near 1 the word as a signed
 * integer tells how far it is from it. */
static inline __m256 logarithm(__m256i words)
{
    static const float fit[] = {3.3333331174e-1f,  -2.4999993993e-1f, 2.0000714765e-1f,
                                -1.6668057665e-1f, 1.4249322787e-1f,  -1.2420140846e-1f,
                                1.1676998740e-1f,  -1.1514610310e-1f, 7.0376836292e-2f};
    /* x = 2^e m, sqrt(1/2) <= m < sqrt(2). */
    const __m256 zero = _mm256_setzero_ps(), one = _mm256_set1_ps(1);
    __m256 near = _mm256_add_ps(_mm256_cvtepi32_ps(words), one);
    near = _mm256_mul_ps(near, _mm256_set1_ps(0x1p-32f));
    __m256 x =
        _mm256_blendv_ps(_mm256_add_ps(one, near), near, _mm256_cmp_ps(near, zero, _CMP_GT_OQ));
    const __m256i root = _mm256_set1_epi32(0x3f3504f3), bits = _mm256_castps_si256(x);
    __m256i e = _mm256_srai_epi32(_mm256_sub_epi32(bits, root), 23);
    __m256 m = _mm256_castsi256_ps(_mm256_sub_epi32(bits, _mm256_slli_epi32(e, 23)));
    __m256 power = _mm256_cvtepi32_ps(e);
    __m256 f =
        _mm256_blendv_ps(_mm256_sub_ps(m, one), near, _mm256_cmp_ps(power, zero, _CMP_EQ_OQ));
    __m256 z = _mm256_mul_ps(f, f);
    __m256 y = _mm256_mul_ps(_mm256_mul_ps(f, z), polynomial(f, fit, 9));
    y = _mm256_fmadd_ps(power, _mm256_set1_ps(-2.12194440e-4f), y);
    y = _mm256_fnmadd_ps(z, _mm256_set1_ps(0.5f), y);
    return _mm256_fmadd_ps(power, _mm256_set1_ps(0.693359375f), _mm256_add_ps(f, y));
}

/* Of `turn` whole turns, -1/2 <= turn < 1/2: to the nearest quarter, then Cephes, sinf.c. */
static inline void sine_and_cosine(__m256 turn, __m256 *sine, __m256 *cosine)
{
    static const float sine_fit[] = {-1.6666654611e-1f, 8.3321608736e-3f, -1.9515295891e-4f};
    static const float cosine_fit[] = {4.166664568298827e-2f, -1.388731625493765e-3f,
                                       2.443315711809948e-5f};
    __m256i quarter = _mm256_cvtps_epi32(_mm256_mul_ps(turn, _mm256_set1_ps(4)));
    __m256 f = _mm256_fnmadd_ps(_mm256_cvtepi32_ps(quarter), _mm256_set1_ps(0.25f), turn);
    __m256 x = _mm256_mul_ps(f, _mm256_set1_ps(6.28318530717958648f)), z = _mm256_mul_ps(x, x);
    __m256 s = _mm256_fmadd_ps(_mm256_mul_ps(x, z), polynomial(z, sine_fit, 3), x);
    __m256 c = _mm256_fmadd_ps(_mm256_mul_ps(z, z), polynomial(z, cosine_fit, 3),
                               _mm256_fnmadd_ps(z, _mm256_set1_ps(0.5f), _mm256_set1_ps(1)));
    /* An odd quarter swaps them; the second bit of the quarter, or of the next, is the sign. */
    __m256 swap = _mm256_castsi256_ps(_mm256_slli_epi32(quarter, 31));
    __m256i next = _mm256_add_epi32(quarter, _mm256_set1_epi32(1));
    const __m256 sign = _mm256_set1_ps(-0.0f);
    __m256 sine_sign = _mm256_castsi256_ps(_mm256_slli_epi32(quarter, 30));
    __m256 cosine_sign = _mm256_castsi256_ps(_mm256_slli_epi32(next, 30));
    *sine = _mm256_xor_ps(_mm256_blendv_ps(s, c, swap), _mm256_and_ps(sine_sign, sign));
    *cosine = _mm256_xor_ps(_mm256_blendv_ps(c, s, swap), _mm256_and_ps(cosine_sign, sign));
}

/* Box and Muller: two words give a radius and an angle, these two elements. */
static inline void normal_strip(int64_t first, uint32_t seed, __m256i out[VECTORS])
{
    __m256i c[4];
    eight_blocks((uint32_t)(first / 4), seed, c);
    for (int k = 0; k < 4; k += 2) {
        __m256 sine, cosine, square = _mm256_mul_ps(_mm256_set1_ps(-2), logarithm(c[k]));
        __m256 radius = _mm256_sqrt_ps(square);
        __m256 turn = _mm256_mul_ps(_mm256_cvtepi32_ps(c[k + 1]), _mm256_set1_ps(0x1p-32f));
        sine_and_cosine(turn, &sine, &cosine);
        c[k] = _mm256_castps_si256(_mm256_mul_ps(radius, cosine));
        c[k + 1] = _mm256_castps_si256(_mm256_mul_ps(radius, sine));
    }
    in_order(c, out);
}

void w5_avx2(const struct bench_job *job, struct bench_answer *answer)
{
    float *piece = aligned_alloc(64, BENCH_PIECE * sizeof *piece);
    (void)answer;
    if (!piece) abort();
#pragma omp parallel
    for (int64_t first = 0; first < job->count; first += BENCH_PIECE) {
        int64_t left = job->count - first, len = left < BENCH_PIECE ? left : BENCH_PIECE;
#pragma omp for
        for (int64_t k = 0; k < len; k += STRIP) {
            __m256i values[VECTORS];
            normal_strip(first + k, 1, values);
            for (int v = 0; v < VECTORS; v++)
                _mm256_store_si256((__m256i *)(void *)(piece + k + 8 * v), values[v]);
        }
#pragma omp master
        job->consume(job->user, piece, (size_t)len);
#pragma omp barrier
    }
    free(piece);
}

void w4_avx2(const struct bench_job *job, struct bench_answer *answer)
{
    uint64_t hits = 0;
    int64_t count = job->count;
#pragma omp parallel for reduction(+ : hits)
    for (int64_t i = 0; i < count; i += STRIP) {
        __m256 x[VECTORS], y[VECTORS];
        uniform_strip(i, 1, x);
        uniform_strip(i, 2, y);
        for (int v = 0; v < VECTORS; v++) {
            __m256 r = _mm256_add_ps(_mm256_mul_ps(x[v], x[v]), _mm256_mul_ps(y[v], y[v]));
            int inside = _mm256_movemask_ps(_mm256_cmp_ps(r, _mm256_set1_ps(1), _CMP_LT_OQ));
            hits += (uint64_t)__builtin_popcount((unsigned)inside);
        }
    }
    answer->word = hits;
}

/* Two tables a thread, so that equal neighbours do not wait for each other's counts. */
void w13_avx2(const struct bench_job *job, struct bench_answer *answer)
{
    for (int k = 0; k < BENCH_BINS; k++) answer->bins[k] = 0;
#pragma omp parallel
    {
        uint64_t bins[2][BENCH_BINS] = {{0}};
#pragma omp for
        for (int64_t i = 0; i < job->count; i += STRIP) {
            __m256 x[VECTORS];
            int32_t places[STRIP];
            uniform_strip(i, 1, x);
            for (int v = 0; v < VECTORS; v++)
                _mm256_storeu_si256(
                    (__m256i *)(void *)(places + 8 * v),
                    _mm256_cvttps_epi32(_mm256_mul_ps(x[v], _mm256_set1_ps(BENCH_BINS))));
            for (int k = 0; k < STRIP; k++) bins[k & 1][places[k]]++;
        }
#pragma omp critical
        for (int k = 0; k < BENCH_BINS; k++) answer->bins[k] += bins[0][k] + bins[1][k];
    }
}
