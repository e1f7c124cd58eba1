/* What the files of the benchmark share: workloads, those who compete on them, and their
 * results. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stdio.h>

#include "reference/reference.h"

enum { BENCH_MAX_ROUNDS = 51, BENCH_MAX_RIVALS = 24, BENCH_MAX_REFERENCES = 3 };

enum bench_form { BENCH_WORD, BENCH_REAL, BENCH_HISTOGRAM, BENCH_STREAM };

enum bench_limit {
    BENCH_NO_LIMIT,
    BENCH_READ,     /* `limit_cost` bytes read an element */
    BENCH_MULTIPLY, /* `limit_cost` products of two 32-bit numbers an element */
    BENCH_FLOAT     /* `limit_cost` operations on f64 an element */
};

struct bench_workload {
    const char *id, *title;
    const char *pipeline; /* $N: elements, $A $B $C: paths of the input files */
    enum bench_form form;
    size_t element_bytes;                         /* BENCH_STREAM: of what is delivered */
    double tolerance;                             /* relative; 0: the same bits */
    const char *references[BENCH_MAX_REFERENCES]; /* functions in bench/reference */
    const char *peers;                            /* those of bench/peers.py, separated by blanks */
    int files;
    enum bench_limit limit;
    double limit_cost;
    double target; /* against the best reference; of the limit where is_of_limit */
    bool is_of_limit;
    /* Without references in C: a pipeline of millrace to measure against; NULL: the best peer. */
    const char *base_name, *base;
    int64_t count; /* elements a timed run takes, where the rate depends on it; 0: chosen */
    bool is_quick;
};

extern const struct bench_workload bench_workloads[];
extern const size_t bench_workload_count;

/* One who competes: runs `count` elements and says how long that took. */
struct bench_rival {
    char name[40];
    bool is_millrace, is_reference, is_peer;
    bool is_limit; /* does nothing but what the workload cannot do faster */
    /* Fills *answer, calls job->consume. Returns false with a reason when it cannot. */
    bool (*run)(struct bench_rival *r, const struct bench_workload *w, const struct bench_job *job,
                struct bench_answer *answer, double *seconds, char *why, size_t why_size);
    bench_reference *loop;                                       /* of a reference, a limit */
    int engine;                                                  /* of millrace */
    const char *pipeline;                                        /* of millrace */
    size_t batch_elems;                                          /* of millrace; 0: the default */
    int64_t count;                                               /* elements a timed run takes */
    double rates[BENCH_MAX_ROUNDS], cpu_rates[BENCH_MAX_ROUNDS]; /* elements a second */
    double median, least, most, cpu_median;
    double ratio, ratio_least, ratio_most; /* median of rounds against the best reference */
    double limit_ratio;                    /* the same against the best limit */
};

struct bench_result {
    const struct bench_workload *workload;
    struct bench_rival rivals[BENCH_MAX_RIVALS];
    size_t rival_count;
    int best_reference, best_limit; /* -1: none */
    char note[400];
};

struct bench_options {
    int rounds;
    double sample_seconds;
    bool is_quick, with_peers;
    const char *only; /* ids, separated by commas; NULL: all */
    const char *json_path, *curve_path;
    const char *build_dir, *source_dir;
};

/* sample.c */
double bench_now(void);
double bench_cpu_now(void);
double bench_median(const double values[], int count);

/* inputs.c: the files of a workload, made on first use; columns point into their mapped pages. */
bool bench_inputs_open(const struct bench_options *o, int files, char *why, size_t why_size);
extern const double *bench_input_columns[BENCH_MAX_COLUMNS];
extern char bench_input_paths[BENCH_MAX_COLUMNS][512];
enum { BENCH_FILE_ELEMS = 1 << 26 };

/* engine.c: millrace itself. */
bool bench_run_millrace(struct bench_rival *r, const struct bench_workload *w,
                        const struct bench_job *job, struct bench_answer *answer, double *seconds,
                        char *why, size_t why_size);

/* loops.c: the references, as compiled by each compiler. */
size_t bench_add_references(struct bench_rival rivals[], size_t room,
                            const struct bench_workload *w, const struct bench_options *o);
size_t bench_add_limits(struct bench_rival rivals[], size_t room, const struct bench_workload *w,
                        const struct bench_options *o);

/* peers.c: Python, in a process of its own. */
size_t bench_add_peers(struct bench_rival rivals[], size_t room, const struct bench_workload *w,
                       const struct bench_options *o);
void bench_peers_close(void);

/* contest.c: checks, then times all rivals of a workload in turns. */
void bench_contest(struct bench_result *out, const struct bench_workload *w,
                   const struct bench_options *o);

/* latency.c */
struct bench_latency {
    double empty_launch_us; /* enqueue an empty kernel and wait for it, through the ICD */
    double next_us;         /* a pull of 64 elements, several batches to a launch */
    double next_launch_us;  /* the same where every batch is a launch of its own (a live source) */
    char note[200];
};
void bench_latency(struct bench_latency *out, const struct bench_options *o);
double bench_empty_launch_us(void); /* 0: no OpenCL */

/* probe.c: figures that need processes of their own. bench_probe() is such a process. */
void bench_report_probes(FILE *out, const struct bench_options *o);
int bench_probe(const char *name);

/* curve.c: rate by batch size, to o->curve_path. */
bool bench_curve(const struct bench_options *o);

/* report.c */
void bench_report_machine(FILE *out);
void bench_report_result(FILE *out, const struct bench_result *r);
void bench_report_latency(FILE *out, const struct bench_latency *l);
bool bench_report_json(const struct bench_options *o, const struct bench_result results[],
                       size_t count, const struct bench_latency *l);

#endif
