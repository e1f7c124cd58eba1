/* The references: shared objects that bench/run has built, one a compiler. */
#include <dlfcn.h>
#include <string.h>

#include "bench.h"

static const char *const compilers[] = {"gcc", "clang"};
enum { COMPILERS = sizeof compilers / sizeof compilers[0] };

static void *open_references(int compiler, const struct bench_options *o)
{
    static void *opened[COMPILERS];
    char path[600];
    if (opened[compiler]) return opened[compiler];
    (void)snprintf(path, sizeof path, "%s/bench/reference_%s.so", o->build_dir,
                   compilers[compiler]);
    opened[compiler] = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    return opened[compiler];
}

/* dlsym() gives data pointers; POSIX lets them be read as functions, C only through memory. */
static bench_reference *find_loop(int compiler, const char *name, const struct bench_options *o)
{
    void *library = open_references(compiler, o);
    void *symbol = library ? dlsym(library, name) : NULL;
    bench_reference *loop;
    memcpy(&loop, &symbol, sizeof loop);
    return loop;
}

static bool run_loop(struct bench_rival *r, const struct bench_workload *w,
                     const struct bench_job *job, struct bench_answer *answer, double *seconds,
                     char *why, size_t why_size)
{
    (void)w, (void)why, (void)why_size;
    double start = bench_now();
    r->loop(job, answer);
    *seconds = bench_now() - start;
    return true;
}

size_t bench_add_references(struct bench_rival rivals[], size_t room,
                            const struct bench_workload *w, const struct bench_options *o)
{
    size_t added = 0;
    for (int v = 0; v < BENCH_MAX_REFERENCES && w->references[v]; v++)
        for (int c = 0; c < COMPILERS; c++) {
            bench_reference *loop = find_loop(c, w->references[v], o);
            if (!loop || added == room) continue;
            struct bench_rival *r = &rivals[added++];
            *r = (struct bench_rival){.is_reference = true, .run = run_loop, .loop = loop};
            const char *variant = strchr(w->references[v], '_');
            (void)snprintf(r->name, sizeof r->name, "C %s, %s", variant + 1, compilers[c]);
        }
    return added;
}

/* ---- limits ---- */

/* What one call of a limit function has done is in answer->real, in the limit's units. */
static double best_of(const char *name, const struct bench_job *job, const struct bench_options *o)
{
    enum { TRIES = 5 };
    double best = 0;
    for (int c = 0; c < COMPILERS; c++) {
        bench_reference *loop = find_loop(c, name, o);
        for (int k = 0; loop && k < TRIES; k++) {
            struct bench_answer answer = {0};
            double start = bench_now();
            loop(job, &answer);
            double rate = answer.real / (bench_now() - start);
            if (rate > best) best = rate;
        }
    }
    return best;
}

double bench_measure_limit(enum bench_limit limit, const struct bench_options *o)
{
    static double known[BENCH_FLOAT + 1];
    static const char *const names[][3] = {
        [BENCH_READ] = {"limit_read_lanes", "limit_read_avx2", "limit_read_prefetch"},
        [BENCH_MULTIPLY] = {"limit_multiply_32"},
        [BENCH_MULTIPLY64] = {"limit_multiply_64"},
        [BENCH_FLOAT] = {"limit_float"},
    };
    if (limit == BENCH_NO_LIMIT || known[limit] > 0) return known[limit];
    const struct bench_job job = {.count = BENCH_FILE_ELEMS, .columns = {bench_input_columns[0]}};
    for (int k = 0; k < 3 && names[limit][k]; k++) {
        double rate = best_of(names[limit][k], &job, o);
        if (rate > known[limit]) known[limit] = rate;
    }
    return known[limit];
}
