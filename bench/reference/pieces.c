/* W7 to W10 and W12: sequences delivered piece by piece. A piece is computed by all threads, a part
 * each, into a buffer that stays in the cache, and handed over by one. */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "reference.h"

bench_reference w7_branchy, w7_branch_free, w8_branchy, w8_branch_free, w9f_two_pass, w9i_two_pass,
    w10_sliding, w12_scalar;

enum { MOST_THREADS = 256 };

/* Positions [from, until) of the calling thread's part of [first, first + len). */
struct part {
    int64_t from, until;
    int me;
};

static struct part part_of(int64_t first, int64_t len)
{
    int me = omp_get_thread_num(), threads = omp_get_num_threads();
    return (struct part){first + len * me / threads, first + len * (me + 1) / threads, me};
}

static int64_t piece_len(int64_t first, int64_t count)
{
    return count - first < BENCH_PIECE ? count - first : BENCH_PIECE;
}

static void *allocate(size_t bytes)
{
    void *memory = aligned_alloc(64, bytes);
    if (!memory) abort();
    return memory;
}

/* ---- filters: each thread packs its part, then copies it behind those before it ---- */

typedef int64_t pack_fn(const struct bench_job *job, int64_t from, int64_t until, void *out);

static void deliver_packed(const struct bench_job *job, pack_fn *pack)
{
    enum { WIDTH = 8 };
    char *piece = allocate(BENCH_PIECE * WIDTH);
    int64_t kept[MOST_THREADS];
#pragma omp parallel
    {
        char *own = allocate(BENCH_PIECE * WIDTH);
        for (int64_t first = 0; first < job->count; first += BENCH_PIECE) {
            struct part p = part_of(first, piece_len(first, job->count));
            kept[p.me] = pack(job, p.from, p.until, own);
#pragma omp barrier
            int64_t at = 0, total = 0;
            for (int t = 0; t < omp_get_num_threads(); t++) {
                if (t < p.me) at += kept[t];
                total += kept[t];
            }
            memcpy(piece + at * WIDTH, own, (size_t)(kept[p.me] * WIDTH));
#pragma omp barrier
#pragma omp master
            job->consume(job->user, piece, (size_t)total);
#pragma omp barrier
        }
        free(own);
    }
    free(piece);
}

static int64_t roots_branchy(const struct bench_job *job, int64_t from, int64_t until, void *out)
{
    double *to = out;
    int64_t kept = 0;
    for (int64_t i = from; i < until; i++)
        if (job->columns[0][i] > 0) to[kept++] = sqrt(job->columns[0][i]);
    return kept;
}

/* Packs first, so that the roots are taken of whole vectors. */
static int64_t roots_branch_free(const struct bench_job *job, int64_t from, int64_t until,
                                 void *out)
{
    double *to = out;
    int64_t kept = 0;
    for (int64_t i = from; i < until; i++) {
        double x = job->columns[0][i];
        to[kept] = x;
        kept += x > 0;
    }
    for (int64_t k = 0; k < kept; k++) to[k] = sqrt(to[k]);
    return kept;
}

static inline int is_chosen(uint64_t x)
{
    return (x * 0x9E3779B97F4A7C15 >> 33) % 3 == 0;
}

static int64_t chosen_branchy(const struct bench_job *job, int64_t from, int64_t until, void *out)
{
    uint64_t *to = out;
    int64_t kept = 0;
    (void)job;
    for (int64_t i = from; i < until; i++)
        if (is_chosen((uint64_t)i)) to[kept++] = (uint64_t)i;
    return kept;
}

static int64_t chosen_branch_free(const struct bench_job *job, int64_t from, int64_t until,
                                  void *out)
{
    uint64_t *to = out;
    int64_t kept = 0;
    (void)job;
    for (int64_t i = from; i < until; i++) {
        to[kept] = (uint64_t)i;
        kept += is_chosen((uint64_t)i);
    }
    return kept;
}

void w7_branchy(const struct bench_job *job, struct bench_answer *answer)
{
    (void)answer;
    deliver_packed(job, roots_branchy);
}

void w7_branch_free(const struct bench_job *job, struct bench_answer *answer)
{
    (void)answer;
    deliver_packed(job, roots_branch_free);
}

void w8_branchy(const struct bench_job *job, struct bench_answer *answer)
{
    (void)answer;
    deliver_packed(job, chosen_branchy);
}

void w8_branch_free(const struct bench_job *job, struct bench_answer *answer)
{
    (void)answer;
    deliver_packed(job, chosen_branch_free);
}

/* Scans: the threads sum their parts, then run through them again from what stood before. */

void w9f_two_pass(const struct bench_job *job, struct bench_answer *answer)
{
    double *piece = allocate(BENCH_PIECE * sizeof *piece), sums[MOST_THREADS], carry = 0;
    (void)answer;
#pragma omp parallel
    for (int64_t first = 0; first < job->count; first += BENCH_PIECE) {
        int64_t len = piece_len(first, job->count);
        struct part p = part_of(first, len);
        double sum = 0, run = carry;
#pragma omp simd reduction(+ : sum)
        for (int64_t i = p.from; i < p.until; i++) sum += job->columns[0][i];
        sums[p.me] = sum;
#pragma omp barrier
        for (int t = 0; t < p.me; t++) run += sums[t];
        for (int64_t i = p.from; i < p.until; i++) piece[i - first] = run += job->columns[0][i];
#pragma omp barrier
#pragma omp master
        {
            job->consume(job->user, piece, (size_t)len);
            carry = piece[len - 1];
        }
#pragma omp barrier
    }
    free(piece);
}

static inline int64_t whole(double x)
{
    return (int64_t)(x * 1e6);
}

void w9i_two_pass(const struct bench_job *job, struct bench_answer *answer)
{
    int64_t *piece = allocate(BENCH_PIECE * sizeof *piece), sums[MOST_THREADS], carry = 0;
    (void)answer;
#pragma omp parallel
    for (int64_t first = 0; first < job->count; first += BENCH_PIECE) {
        int64_t len = piece_len(first, job->count);
        struct part p = part_of(first, len);
        int64_t sum = 0, run = carry;
        for (int64_t i = p.from; i < p.until; i++) sum += whole(job->columns[0][i]);
        sums[p.me] = sum;
#pragma omp barrier
        for (int t = 0; t < p.me; t++) run += sums[t];
        for (int64_t i = p.from; i < p.until; i++)
            piece[i - first] = run += whole(job->columns[0][i]);
#pragma omp barrier
#pragma omp master
        {
            job->consume(job->user, piece, (size_t)len);
            carry = piece[len - 1];
        }
#pragma omp barrier
    }
    free(piece);
}

/* ---- windows: one comes in, one goes out ---- */

void w10_sliding(const struct bench_job *job, struct bench_answer *answer)
{
    enum { WINDOW = 64 };
    double *piece = allocate(BENCH_PIECE * sizeof *piece);
    int64_t windows = job->count - WINDOW + 1;
    (void)answer;
#pragma omp parallel
    for (int64_t first = 0; first < windows; first += BENCH_PIECE) {
        int64_t len = piece_len(first, windows);
        struct part p = part_of(first, len);
        const double *x = job->columns[0];
        double sum = 0;
        for (int64_t i = p.from; i < p.from + WINDOW - 1; i++) sum += x[i];
        for (int64_t i = p.from; i < p.until; i++) {
            sum += x[i + WINDOW - 1];
            piece[i - first] = sum * (1.0 / WINDOW);
            sum -= x[i];
        }
#pragma omp barrier
#pragma omp master
        job->consume(job->user, piece, (size_t)len);
#pragma omp barrier
    }
    free(piece);
}

/* ---- a recurrence: each thread jumps to its part ---- */

#define MODULUS ((UINT64_C(1) << 61) - 1)

__extension__ typedef unsigned __int128 wide;

static uint64_t multiply(uint64_t a, uint64_t b)
{
    return (uint64_t)((wide)a * b % MODULUS);
}

static uint64_t add(uint64_t a, uint64_t b)
{
    uint64_t sum = a + b;
    return sum >= MODULUS ? sum - MODULUS : sum;
}

/* F(n) and F(n + 1): F(2k) = F(k) (2 F(k+1) - F(k)), F(2k+1) = F(k)^2 + F(k+1)^2. */
static void jump(int64_t n, uint64_t *a, uint64_t *b)
{
    *a = 0;
    *b = 1;
    for (int bit = 62; bit >= 0; bit--) {
        uint64_t even = multiply(*a, add(add(*b, *b), MODULUS - *a));
        uint64_t odd = add(multiply(*a, *a), multiply(*b, *b));
        *a = n >> bit & 1 ? odd : even;
        *b = n >> bit & 1 ? add(even, odd) : odd;
    }
}

void w12_scalar(const struct bench_job *job, struct bench_answer *answer)
{
    uint64_t *piece = allocate(BENCH_PIECE * sizeof *piece);
    (void)answer;
#pragma omp parallel
    for (int64_t first = 0; first < job->count; first += BENCH_PIECE) {
        int64_t len = piece_len(first, job->count);
        struct part p = part_of(first, len);
        uint64_t a, b;
        jump(p.from, &a, &b);
        for (int64_t i = p.from; i < p.until; i++) {
            uint64_t next = add(a, b);
            piece[i - first] = a;
            a = b;
            b = next;
        }
#pragma omp barrier
#pragma omp master
        job->consume(job->user, piece, (size_t)len);
#pragma omp barrier
    }
    free(piece);
}
