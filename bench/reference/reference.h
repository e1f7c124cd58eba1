/* The loops that a good programmer would write instead of a pipeline: fused, OpenMP, compiled by
 * gcc and by clang with -O3 -march=native as two shared objects (bench/run); the quicker one
 * counts.
 *
 * A reference that delivers hands over consecutive pieces, in order, as a stream does. */
#ifndef BENCH_REFERENCE_H
#define BENCH_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

enum { BENCH_MAX_COLUMNS = 3, BENCH_BINS = 256 };

typedef void bench_consume(void *user, const void *data, size_t len);

/* What to compute. */
struct bench_job {
    int64_t count;
    const double *columns[BENCH_MAX_COLUMNS]; /* of the input files; count elements each */
    bench_consume *consume;
    void *user;
};

/* A terminal's value. */
struct bench_answer {
    uint64_t word;
    double real;
    uint64_t bins[BENCH_BINS];
};

typedef void bench_reference(const struct bench_job *job, struct bench_answer *answer);

/* Elements that a delivering reference hands over at once: two pieces of doubles fit a core's
 * L2. */
enum { BENCH_PIECE = 1 << 17 };

#endif
