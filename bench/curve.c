/* Rate by batch size, for the workloads that deliver: columns for bench/plot.gp. */
#include <string.h>

#include "bench.h"

enum { LEAST = 6, MOST = 24, STEP = 2 };

static void ignore(void *user, const void *data, size_t len)
{
    (void)user, (void)data, (void)len;
}

static double rate_at(const struct bench_workload *w, size_t batch, int64_t *count,
                      const struct bench_options *o)
{
    double rates[BENCH_MAX_ROUNDS];
    struct bench_rival r = {
        .is_millrace = true, .batch_elems = batch, .engine = 2, .pipeline = w->pipeline};
    int rounds = o->rounds < 5 ? 3 : 5;
    /* A few rings, or the first touch of their pages is all that is timed. */
    const int64_t least = 16 * (int64_t)batch > 1 << 20 ? 16 * (int64_t)batch : 1 << 20;
    for (int k = -1; k < rounds; k++) {
        struct bench_answer answer;
        struct bench_job job = {.count = *count, .consume = ignore};
        char why[256];
        double seconds;
        if (!bench_run_millrace(&r, w, &job, &answer, &seconds, why, sizeof why)) return 0;
        if (k >= 0) rates[k] = (double)*count / seconds;
        /* The first round also says how many elements are enough. */
        double wanted = (double)*count / seconds * o->sample_seconds * 0.5;
        if (k < 0 && !w->files) *count = (int64_t)wanted & ~(int64_t)0xffff;
        if (!w->files && *count < least) *count = least;
    }
    return bench_median(rates, rounds);
}

bool bench_curve(const struct bench_options *o)
{
    static const char *const ids[] = {"W3", "W8", "W10", "W12"};
    FILE *f = fopen(o->curve_path, "w");
    if (!f) return false;
    (void)fprintf(f, "# elements a second\nbatch W3 W8 W10 W12\n");
    for (int bits = LEAST; bits <= MOST; bits += STEP) {
        (void)fprintf(f, "%d", 1 << bits);
        for (size_t k = 0; k < sizeof ids / sizeof ids[0]; k++)
            for (size_t n = 0; n < bench_workload_count; n++) {
                const struct bench_workload *w = &bench_workloads[n];
                char why[256];
                if (strcmp(w->id, ids[k]) != 0 || !bench_inputs_open(o, w->files, why, sizeof why))
                    continue;
                int64_t count = w->files ? BENCH_FILE_ELEMS : 1 << 22;
                (void)fprintf(f, " %.6g", rate_at(w, (size_t)1 << bits, &count, o));
            }
        (void)fprintf(f, "\n");
        (void)fflush(f);
    }
    return fclose(f) == 0;
}
