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

/* What one call of a limit function has done is in answer->real, in the limit's units. Tells the
 * seconds that job->count elements take at that rate. */
static bool run_limit(struct bench_rival *r, const struct bench_workload *w,
                      const struct bench_job *job, struct bench_answer *answer, double *seconds,
                      char *why, size_t why_size)
{
    const struct bench_job whole = {.count = BENCH_FILE_ELEMS, .columns = {bench_input_columns[0]}};
    (void)why, (void)why_size;
    double start = bench_now();
    r->loop(&whole, answer);
    *seconds = (bench_now() - start) * (double)job->count * w->limit_cost / answer->real;
    return true;
}

size_t bench_add_limits(struct bench_rival rivals[], size_t room, const struct bench_workload *w,
                        const struct bench_options *o)
{
    static const char *const names[][4] = {
        [BENCH_READ] = {"limit_read_lanes", "limit_read_avx2", "limit_read_ahead",
                        "limit_read_once"},
        [BENCH_MULTIPLY] = {"limit_multiply_32"},
        [BENCH_FLOAT] = {"limit_float"},
    };
    size_t added = 0;
    for (int v = 0; v < 4 && w->limit != BENCH_NO_LIMIT && names[w->limit][v]; v++)
        for (int c = 0; c < COMPILERS; c++) {
            bench_reference *loop = find_loop(c, names[w->limit][v], o);
            if (!loop || added == room) continue;
            struct bench_rival *r = &rivals[added++];
            *r = (struct bench_rival){.is_limit = true, .run = run_limit, .loop = loop};
            (void)snprintf(r->name, sizeof r->name, "%s, %s", names[w->limit][v], compilers[c]);
        }
    return added;
}
