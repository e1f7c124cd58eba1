/* W3, W4, W13: Philox4x32-10 in AVX2 intrinsics, four counters' worth of eight lanes at a time.
 * Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC'11), section 3.3. */
#include <immintrin.h>
#include <stdlib.h>

#include "reference.h"

bench_reference w3_avx2, w4_avx2, w13_avx2;

enum { VECTORS = 4, RUN = 8 * VECTORS }; /* elements that one call gives */

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

/* Elements first .. first + RUN - 1 of uniform(seed); first is a multiple of RUN. */
static inline void uniform_run(int64_t first, uint32_t seed, __m256 out[VECTORS])
{
    __m256i c[4];
    eight_blocks((uint32_t)(first / 4), seed, c);
    __m256i near01 = _mm256_unpacklo_epi32(c[0], c[1]), near23 = _mm256_unpacklo_epi32(c[2], c[3]);
    __m256i far01 = _mm256_unpackhi_epi32(c[0], c[1]), far23 = _mm256_unpackhi_epi32(c[2], c[3]);
    out[0] = to_unit(_mm256_unpacklo_epi64(near01, near23));
    out[1] = to_unit(_mm256_unpackhi_epi64(near01, near23));
    out[2] = to_unit(_mm256_unpacklo_epi64(far01, far23));
    out[3] = to_unit(_mm256_unpackhi_epi64(far01, far23));
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
        for (int64_t k = 0; k < len; k += RUN) {
            __m256 values[VECTORS];
            uniform_run(first + k, 1, values);
            for (int v = 0; v < VECTORS; v++) _mm256_store_ps(piece + k + 8 * v, values[v]);
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
    for (int64_t i = 0; i < count; i += RUN) {
        __m256 x[VECTORS], y[VECTORS];
        uniform_run(i, 1, x);
        uniform_run(i, 2, y);
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
        for (int64_t i = 0; i < job->count; i += RUN) {
            __m256 x[VECTORS];
            int32_t places[RUN];
            uniform_run(i, 1, x);
            for (int v = 0; v < VECTORS; v++)
                _mm256_storeu_si256(
                    (__m256i *)(void *)(places + 8 * v),
                    _mm256_cvttps_epi32(_mm256_mul_ps(x[v], _mm256_set1_ps(BENCH_BINS))));
            for (int k = 0; k < RUN; k++) bins[k & 1][places[k]]++;
        }
#pragma omp critical
        for (int k = 0; k < BENCH_BINS; k++) answer->bins[k] += bins[0][k] + bins[1][k];
    }
}
