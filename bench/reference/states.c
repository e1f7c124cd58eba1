/* S1 to S5: a state that goes from element to element, and loops within each. */
#include <stdlib.h>

#include "reference.h"

bench_reference s1_loop, s2_loop, s3_paths, s4_loop, s5_loop;

static double *allocate_piece(void)
{
    double *piece = malloc(BENCH_PIECE * sizeof *piece);
    if (!piece) abort();
    return piece;
}

static int64_t piece_len(int64_t first, int64_t count)
{
    return count - first < BENCH_PIECE ? count - first : BENCH_PIECE;
}

/* Henon's map. */
void s1_loop(const struct bench_job *job, struct bench_answer *answer)
{
    double *piece = allocate_piece(), a = 0, b = 0;
    (void)answer;
    for (int64_t first = 0; first < job->count; first += BENCH_PIECE) {
        int64_t len = piece_len(first, job->count);
        for (int64_t i = 0; i < len; i++) {
            double next = 1 - 1.4 * a * a + b;
            piece[i] = a;
            b = 0.3 * a;
            a = next;
        }
        job->consume(job->user, piece, (size_t)len);
    }
    free(piece);
}

void s2_loop(const struct bench_job *job, struct bench_answer *answer)
{
    double *piece = allocate_piece(), s = 0;
    (void)answer;
    for (int64_t first = 0; first < job->count; first += BENCH_PIECE) {
        int64_t len = piece_len(first, job->count);
        for (int64_t i = 0; i < len; i++) piece[i] = s = 0.9 * s + 0.1 * (double)(first + i);
        job->consume(job->user, piece, (size_t)len);
    }
    free(piece);
}

void s3_paths(const struct bench_job *job, struct bench_answer *answer)
{
    enum { PATH = 252 };
    double sum = 0;
#pragma omp parallel for reduction(+ : sum)
    for (int64_t first = 0; first < job->count; first += PATH) {
        int64_t end = first + PATH < job->count ? first + PATH : job->count;
        double s = 0;
        for (int64_t i = first; i < end; i++) {
            s = 0.9 * s + 0.1 * (double)i;
            sum += s;
        }
    }
    answer->real = sum;
}

/* The points of a million in an order that makes any few of them a fair sample. */
void s4_loop(const struct bench_job *job, struct bench_answer *answer)
{
    int64_t sum = 0;
#pragma omp parallel for reduction(+ : sum) schedule(dynamic, 1024)
    for (int64_t i = 0; i < job->count; i++) {
        int64_t p = i * 7919 % 1000000, turns = 0;
        double re = (double)(p % 1000) * 0.003 - 2, im = (double)(p / 1000) * 0.002 - 1;
        for (double a = 0, b = 0; a * a + b * b <= 4 && turns < 1000; turns++) {
            double next = a * a - b * b + re;
            b = 2 * a * b + im;
            a = next;
        }
        sum += turns;
    }
    answer->word = (uint64_t)sum;
}

void s5_loop(const struct bench_job *job, struct bench_answer *answer)
{
    int64_t sum = 0;
#pragma omp parallel for reduction(+ : sum) schedule(dynamic, 1024)
    for (int64_t i = 0; i < job->count; i++) {
        int64_t turns = 0;
        for (int64_t n = i + 1; n != 1 && turns < 1000; turns++) n = n % 2 == 0 ? n / 2 : 3 * n + 1;
        sum += turns;
    }
    answer->word = (uint64_t)sum;
}
