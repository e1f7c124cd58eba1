/* W1 and W2: arithmetic on the index, folded; W6 and W11: on files. */
#include "reference.h"

bench_reference w1_loop, w2_loop, w2_lanes, w6_loop, w11_loop;

void w1_loop(const struct bench_job *job, struct bench_answer *answer)
{
    uint64_t sum = 0, count = (uint64_t)job->count;
#pragma omp parallel for reduction(+ : sum)
    for (uint64_t i = 0; i < count; i++) {
        uint64_t x = i * i;
        sum += x % 7 == 2 ? x : 0;
    }
    answer->word = sum;
}

/* `simd` lets the compiler reassociate the sum, as -ffast-math would. */
void w2_loop(const struct bench_job *job, struct bench_answer *answer)
{
    double sum = 0;
    int64_t count = job->count;
#pragma omp parallel for simd reduction(+ : sum)
    for (int64_t i = 0; i < count; i++) {
        double x = (double)i * 1e-9;
        sum += x * x * 0.5 + 1;
    }
    answer->real = sum;
}

/* The same with 32 sums by hand, which hides the latency of the additions. */
void w2_lanes(const struct bench_job *job, struct bench_answer *answer)
{
    enum { LANES = 32 };
    double sum = 0;
    int64_t rows = job->count / LANES;
#pragma omp parallel reduction(+ : sum)
    {
        double sums[LANES] = {0};
#pragma omp for
        for (int64_t row = 0; row < rows; row++)
            for (int k = 0; k < LANES; k++) {
                double x = (double)(row * LANES + k) * 1e-9;
                sums[k] += x * x * 0.5 + 1;
            }
        for (int k = 0; k < LANES; k++) sum += sums[k];
    }
    for (int64_t i = rows * LANES; i < job->count; i++) {
        double x = (double)i * 1e-9;
        sum += x * x * 0.5 + 1;
    }
    answer->real = sum;
}

void w6_loop(const struct bench_job *job, struct bench_answer *answer)
{
    const double *x = job->columns[0];
    double sum = 0;
#pragma omp parallel for simd reduction(+ : sum)
    for (int64_t i = 0; i < job->count; i++) sum += x[i] * x[i] + 1;
    answer->real = sum;
}

void w11_loop(const struct bench_job *job, struct bench_answer *answer)
{
    const double *a = job->columns[0], *b = job->columns[1], *c = job->columns[2];
    double sum = 0;
#pragma omp parallel for simd reduction(+ : sum)
    for (int64_t i = 0; i < job->count; i++) sum += a[i] * b[i] + c[i];
    answer->real = sum;
}
