/* millrace as one of the rivals: a stream is opened once a run, then pulled to its end. */
#include <inttypes.h>
#include <string.h>

#include <millrace/millrace.h>

#include "bench.h"

static void fill_in(char *out, size_t size, const char *pipeline, int64_t count)
{
    size_t used = 0;
    for (const char *p = pipeline; *p && used + 1 < size; p++) {
        if (*p != '$') {
            out[used++] = *p;
            continue;
        }
        p++;
        int n = *p == 'N' ? snprintf(out + used, size - used, "%" PRId64, count)
                          : snprintf(out + used, size - used, "%s", bench_input_paths[*p - 'A']);
        used += (size_t)n < size - used ? (size_t)n : size - used - 1;
    }
    out[used] = 0;
}

static mr_status pull_all(mr_stream *s, const struct bench_workload *w, const struct bench_job *job,
                          struct bench_answer *answer, mr_error *err)
{
    mr_batch batch;
    size_t bin = 0;
    for (;;) {
        mr_status st = mr_stream_next(s, &batch, err);
        if (st != MR_OK || batch.len == 0) return st;
        switch (w->form) {
        case BENCH_WORD: memcpy(&answer->word, batch.columns[0], sizeof answer->word); break;
        case BENCH_REAL: memcpy(&answer->real, batch.columns[0], sizeof answer->real); break;
        case BENCH_HISTOGRAM: {
            const int64_t *counts = batch.columns[batch.column_count - 1];
            for (size_t k = 0; k < batch.len && bin < BENCH_BINS; k++)
                answer->bins[bin++] = (uint64_t)counts[k];
            break;
        }
        case BENCH_STREAM: job->consume(job->user, batch.columns[0], batch.len); break;
        }
    }
}

bool bench_run_millrace(struct bench_rival *r, const struct bench_workload *w,
                        const struct bench_job *job, struct bench_answer *answer, double *seconds,
                        char *why, size_t why_size)
{
    const mr_stream_params params = {.engine = (mr_engine_choice)r->engine,
                                     .batch_elems = r->batch_elems};
    char text[2048];
    mr_error err = {0};
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    fill_in(text, sizeof text, r->pipeline, job->count);
    mr_status st = mr_seq_parse(&seq, text, &err);
    if (st == MR_OK) st = mr_stream_open(&s, seq, &params, &err);
    double start = bench_now();
    if (st == MR_OK) st = pull_all(s, w, job, answer, &err);
    *seconds = bench_now() - start;
    mr_stream_close(&s);
    mr_seq_release(&seq);
    if (st != MR_OK) (void)snprintf(why, why_size, "%s", err.message);
    return st == MR_OK;
}
