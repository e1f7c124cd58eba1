/* A contest on one workload: everybody's answer is compared with that of a reference, then all are
 * timed in turns, so that whatever else the machine does meets them alike. */
#include <math.h>
#include <millrace/stream.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

/* ---- consumers ---- */

/* Looks at both ends of a piece: the values are there, and looking costs nothing. */
static void glance(void *user, const void *data, size_t len)
{
    volatile unsigned char *seen = user;
    const unsigned char *bytes = data;
    *seen = (unsigned char)(bytes[0] ^ bytes[len - 1]);
}

struct collection {
    unsigned char *data;
    size_t element_bytes, count, room;
};

static void collect(void *user, const void *data, size_t len)
{
    struct collection *c = user;
    size_t left = c->room - c->count, n = len < left ? len : left;
    memcpy(c->data + c->count * c->element_bytes, data, n * c->element_bytes);
    c->count += n;
}

/* ---- answers ---- */

static bool is_close(double a, double b, double tolerance)
{
    return fabs(a - b) <= tolerance * fmax(1, fmax(fabs(a), fabs(b)));
}

/* Streams that are compared within a tolerance are of floats. */
static double element(const struct collection *c, size_t k)
{
    double x;
    float narrow;
    if (c->element_bytes == sizeof narrow) {
        memcpy(&narrow, c->data + k * sizeof narrow, sizeof narrow);
        return (double)narrow;
    }
    memcpy(&x, c->data + k * sizeof x, sizeof x);
    return x;
}

static bool same_stream(const struct collection *a, const struct collection *b, double tolerance)
{
    if (a->count != b->count) return false;
    if (tolerance == 0) return memcmp(a->data, b->data, a->count * a->element_bytes) == 0;
    for (size_t k = 0; k < a->count; k++)
        if (!is_close(element(a, k), element(b, k), tolerance)) return false;
    return true;
}

static bool same_answer(const struct bench_workload *w, const struct bench_answer *a,
                        const struct bench_answer *b)
{
    switch (w->form) {
    case BENCH_WORD: return a->word == b->word;
    case BENCH_REAL: return is_close(a->real, b->real, w->tolerance);
    case BENCH_HISTOGRAM: return memcmp(a->bins, b->bins, sizeof a->bins) == 0;
    default: return true;
    }
}

enum { CHECKED = 1 << 20 };

/* Files have one length; what is derived from the index is checked on the first elements. */
static int64_t checked_count(const struct bench_workload *w)
{
    return w->files ? BENCH_FILE_ELEMS : CHECKED;
}

static void note(struct bench_result *out, const char *name, const char *what)
{
    size_t used = strlen(out->note);
    (void)snprintf(out->note + used, sizeof out->note - used, "%s%s: %s", used ? "; " : "", name,
                   what);
}

struct verdict {
    struct bench_answer answer;
    struct collection stream;
};

static bool ask(struct bench_rival *r, const struct bench_workload *w, struct verdict *v,
                struct bench_result *out)
{
    char why[256] = "";
    double seconds;
    size_t bytes = w->element_bytes ? w->element_bytes : 1;
    v->stream = (struct collection){malloc(CHECKED * bytes), bytes, 0, CHECKED};
    if (!v->stream.data) return false;
    struct bench_job job = {.count = checked_count(w), .consume = collect, .user = &v->stream};
    memcpy(job.columns, bench_input_columns, sizeof job.columns);
    bool ran = r->run(r, w, &job, &v->answer, &seconds, why, sizeof why);
    if (!ran) note(out, r->name, why);
    return ran;
}

/* Peers tell values, not elements, and have random numbers of their own. */
static bool peers_agree(const struct bench_workload *w)
{
    return (w->form == BENCH_WORD || w->form == BENCH_REAL) && w->limit != BENCH_MULTIPLY;
}

/* Drops the rivals that cannot run, and says which give another answer. The first is the judge. */
static void check_answers(struct bench_result *out)
{
    const struct bench_workload *w = out->workload;
    struct verdict truth = {0};
    size_t kept = 0;
    bool has_truth = false;
    for (size_t k = 0; k < out->rival_count; k++) {
        struct bench_rival *r = &out->rivals[k];
        struct verdict v = {0};
        if (r->is_limit) {
            out->rivals[kept++] = *r;
            continue;
        }
        bool good = ask(r, w, &v, out);
        bool is_comparable = has_truth && (!r->is_peer || peers_agree(w));
        if (good && is_comparable &&
            !(same_answer(w, &truth.answer, &v.answer) &&
              (w->form != BENCH_STREAM || same_stream(&truth.stream, &v.stream, w->tolerance)))) {
            note(out, r->name, "WRONG ANSWER");
            good = false;
        }
        if (good && !has_truth) {
            truth = v;
            has_truth = true;
        } else {
            free(v.stream.data);
        }
        if (good) out->rivals[kept++] = *r;
    }
    out->rival_count = kept;
    free(truth.stream.data);
}

/* ---- timing ---- */

/* Lets the threads of the one before fall asleep. */
static void settle(void)
{
    const struct timespec pause = {.tv_nsec = 20000000};
    (void)nanosleep(&pause, NULL);
}

static bool has_fixed_count(const struct bench_workload *w)
{
    return w->files || w->count;
}

/* Seconds that `count` elements take; those of a fixed count are gone through again until a sample
 * is full: what it costs to wake up is felt in some milliseconds. */
static double run_once(struct bench_rival *r, const struct bench_workload *w, int64_t count,
                       const struct bench_options *o, double *cpu_seconds)
{
    static volatile unsigned char seen;
    struct bench_answer answer;
    char why[256];
    double seconds = INFINITY, total = 0;
    int passes = 0;
    struct bench_job job = {.count = count, .consume = glance, .user = (void *)(uintptr_t)&seen};
    memcpy(job.columns, bench_input_columns, sizeof job.columns);
    settle();
    double cpu = bench_cpu_now();
    do {
        if (!r->run(r, w, &job, &answer, &seconds, why, sizeof why)) seconds = INFINITY;
        total += seconds;
        passes++;
    } while (has_fixed_count(w) && total < o->sample_seconds);
    *cpu_seconds = (bench_cpu_now() - cpu) / passes;
    return total / passes;
}

/* Finds how many elements take the wanted time. */
static void calibrate(struct bench_rival *r, const struct bench_workload *w,
                      const struct bench_options *o)
{
    const double most = 4e10;
    double cpu;
    r->count = w->files || r->is_limit ? BENCH_FILE_ELEMS : w->count ? w->count : 1 << 16;
    if (has_fixed_count(w) || r->is_limit) return;
    for (;;) {
        double seconds = run_once(r, w, r->count, o, &cpu);
        if (seconds > o->sample_seconds * 0.5 || (double)r->count >= most) return;
        double factor = seconds > 1e-3 ? o->sample_seconds / seconds : 16;
        double count = (double)r->count * (factor > 16 ? 16 : factor < 1.5 ? 1.5 : factor);
        r->count = (int64_t)fmin(count, most) & ~(int64_t)0xffff;
    }
}

static bool is_base(const struct bench_workload *w, const struct bench_rival *r)
{
    return w->references[0] || w->base ? r->is_reference : r->is_peer;
}

/* The quickest of the rivals that others are measured against, and of the limits. */
static void find_best(struct bench_result *out)
{
    out->best_reference = out->best_limit = -1;
    for (size_t k = 0; k < out->rival_count; k++) {
        const struct bench_rival *r = &out->rivals[k];
        int *best = r->is_limit ? &out->best_limit : &out->best_reference;
        if (!r->is_limit && !is_base(out->workload, r)) continue;
        if (*best < 0 || r->median > out->rivals[*best].median) *best = (int)k;
    }
}

/* Ratios of each round, in order. */
static void divide(double out[], const struct bench_rival *r, const struct bench_rival *by,
                   int rounds)
{
    for (int n = 0; n < rounds; n++) out[n] = r->rates[n] / by->rates[n];
}

static void find_extremes(const double values[], int count, double *least, double *most)
{
    *least = *most = values[0];
    for (int n = 1; n < count; n++) {
        *least = fmin(*least, values[n]);
        *most = fmax(*most, values[n]);
    }
}

static void summarise(struct bench_result *out, int rounds)
{
    double ratios[BENCH_MAX_ROUNDS];
    for (size_t k = 0; k < out->rival_count; k++) {
        struct bench_rival *r = &out->rivals[k];
        r->median = bench_median(r->rates, rounds);
        r->cpu_median = bench_median(r->cpu_rates, rounds);
        find_extremes(r->rates, rounds, &r->least, &r->most);
    }
    find_best(out);
    for (size_t k = 0; k < out->rival_count; k++) {
        struct bench_rival *r = &out->rivals[k];
        if (out->best_limit >= 0) {
            divide(ratios, r, &out->rivals[out->best_limit], rounds);
            r->limit_ratio = bench_median(ratios, rounds);
        }
        if (out->best_reference < 0) continue;
        divide(ratios, r, &out->rivals[out->best_reference], rounds);
        r->ratio = bench_median(ratios, rounds);
        find_extremes(ratios, rounds, &r->ratio_least, &r->ratio_most);
    }
}

static void enter_rivals(struct bench_result *out, const struct bench_options *o)
{
    const struct bench_workload *w = out->workload;
    size_t n = bench_add_references(out->rivals, BENCH_MAX_RIVALS, w, o);
    static const struct {
        const char *name;
        int engine;
    } engines[] = {{"millrace opencl", MR_ENGINE_OPENCL}, {"millrace host", MR_ENGINE_HOST}};
    for (size_t k = 0; k < 2 && n < BENCH_MAX_RIVALS; k++) {
        struct bench_rival *r = &out->rivals[n++];
        *r = (struct bench_rival){.is_millrace = true,
                                  .run = bench_run_millrace,
                                  .engine = engines[k].engine,
                                  .pipeline = w->pipeline};
        (void)snprintf(r->name, sizeof r->name, "%s", engines[k].name);
    }
    if (w->base && n < BENCH_MAX_RIVALS) {
        struct bench_rival *r = &out->rivals[n++];
        *r = (struct bench_rival){.is_reference = true,
                                  .run = bench_run_millrace,
                                  .engine = MR_ENGINE_OPENCL,
                                  .pipeline = w->base};
        (void)snprintf(r->name, sizeof r->name, "%s", w->base_name);
    }
    if (o->with_peers) n += bench_add_peers(out->rivals + n, BENCH_MAX_RIVALS - n, w, o);
    n += bench_add_limits(out->rivals + n, BENCH_MAX_RIVALS - n, w, o);
    out->rival_count = n;
}

void bench_contest(struct bench_result *out, const struct bench_workload *w,
                   const struct bench_options *o)
{
    *out = (struct bench_result){.workload = w, .best_reference = -1, .best_limit = -1};
    if ((w->files || w->limit == BENCH_READ) &&
        !bench_inputs_open(o, w->files, out->note, sizeof out->note))
        return;
    enter_rivals(out, o);
    check_answers(out);
    for (size_t k = 0; k < out->rival_count; k++) calibrate(&out->rivals[k], w, o);
    for (int round = 0; round < o->rounds; round++)
        for (size_t k = 0; k < out->rival_count; k++) {
            struct bench_rival *r = &out->rivals[k];
            double cpu, seconds = run_once(r, w, r->count, o, &cpu);
            r->rates[round] = (double)r->count / seconds;
            r->cpu_rates[round] = cpu > 0 && !r->is_limit ? (double)r->count / cpu : 0;
        }
    summarise(out, o->rounds);
}
