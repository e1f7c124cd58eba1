/* What this machine can do at most: the rates that bind the workloads. Each leaves the units of
 * work it did in answer->real; answer->word keeps the compiler from dropping the work. */
#include <immintrin.h>

#include "reference.h"

bench_reference limit_read_lanes, limit_read_avx2, limit_read_ahead, limit_read_once,
    limit_multiply_32, limit_float;

enum { CHAINS = 12 }; /* independent, to hide latency */

#ifdef __AVX512F__
enum { BYTES = 64 };
#else
enum { BYTES = 32 };
#endif
typedef double doubles __attribute__((vector_size(BYTES)));
typedef uint64_t words __attribute__((vector_size(BYTES)));
enum { LANES = BYTES / 8 };

void limit_read_lanes(const struct bench_job *job, struct bench_answer *answer)
{
    enum { WIDTH = 32 };
    double total = 0;
#pragma omp parallel reduction(+ : total)
    {
        double sums[WIDTH] = {0};
#pragma omp for
        for (int64_t row = 0; row < job->count / WIDTH; row++)
            for (int k = 0; k < WIDTH; k++) sums[k] += job->columns[0][row * WIDTH + k];
        for (int k = 0; k < WIDTH; k++) total += sums[k];
    }
    answer->word = total > 0;
    answer->real = (double)job->count * sizeof(double);
}

/* Lines asked for 4 KiB ahead: to be kept in caches, or to be read once. */
enum { AHEAD = 512 };
enum prefetch { NONE, KEPT, ONCE };

static inline double read_avx2(const double *data, int64_t count, enum prefetch prefetch)
{
    double total = 0;
#pragma omp parallel reduction(+ : total)
    {
        __m256d sums[8];
        for (int k = 0; k < 8; k++) sums[k] = _mm256_setzero_pd();
#pragma omp for
        for (int64_t i = 0; i < count; i += 32) {
            for (int k = 0; k < 32; k += 8) {
                if (prefetch == KEPT) _mm_prefetch(data + i + AHEAD + k, _MM_HINT_T0);
                if (prefetch == ONCE) _mm_prefetch(data + i + AHEAD + k, _MM_HINT_NTA);
            }
            for (int k = 0; k < 8; k++)
                sums[k] = _mm256_add_pd(sums[k], _mm256_load_pd(data + i + 4 * k));
        }
        for (int k = 0; k < 8; k++)
            for (int j = 0; j < 4; j++) total += sums[k][j];
    }
    return total;
}

static void read_all(const struct bench_job *job, struct bench_answer *answer, double total)
{
    answer->word = total > 0;
    answer->real = (double)job->count * sizeof(double);
}

void limit_read_avx2(const struct bench_job *job, struct bench_answer *answer)
{
    read_all(job, answer, read_avx2(job->columns[0], job->count / 32 * 32, NONE));
}

void limit_read_ahead(const struct bench_job *job, struct bench_answer *answer)
{
    read_all(job, answer, read_avx2(job->columns[0], job->count / 32 * 32, KEPT));
}

void limit_read_once(const struct bench_job *job, struct bench_answer *answer)
{
    read_all(job, answer, read_avx2(job->columns[0], job->count / 32 * 32, ONCE));
}

/* One product of the low halves of each 64-bit lane. */
void limit_multiply_32(const struct bench_job *job, struct bench_answer *answer)
{
    enum { ROUNDS = 20000000 };
    uint64_t total = 0;
    (void)job;
#pragma omp parallel reduction(+ : total)
    {
        words x[CHAINS];
        const words low = (words){0} + 0xffffffff;
        for (int k = 0; k < CHAINS; k++) x[k] = low - (uint64_t)k;
#pragma omp for
        for (int r = 0; r < ROUNDS; r++)
            for (int k = 0; k < CHAINS; k++) x[k] = (x[k] & low) * (x[k] & low);
        for (int k = 0; k < CHAINS; k++) total += x[k][0];
    }
    answer->word = total;
    answer->real = (double)ROUNDS * CHAINS * LANES;
}

/* Half products, half sums: CPUs have units for both. */
void limit_float(const struct bench_job *job, struct bench_answer *answer)
{
    enum { ROUNDS = 40000000 };
    double total = 0;
    (void)job;
#pragma omp parallel reduction(+ : total)
    {
        doubles x[CHAINS];
        for (int k = 0; k < CHAINS; k++) x[k] = (doubles){0} + 1 + k;
#pragma omp for
        for (int r = 0; r < ROUNDS; r++)
            for (int k = 0; k < CHAINS; k++) x[k] = k % 2 ? x[k] * 0x1.fffffp-1 : x[k] + 1;
        for (int k = 0; k < CHAINS; k++) total += x[k][0];
    }
    answer->word = total > 0;
    answer->real = (double)ROUNDS * CHAINS * LANES;
}
