/* Fibonacci numbers one at a time, as next() of a Python generator would give them: computed in
 * batches ahead of the loop, which sees only single numbers. */
#include <inttypes.h>
#include <millrace/millrace.h>
#include <stdio.h>

struct iterator {
    mr_stream *stream;
    mr_batch batch;
    size_t at; /* in the batch */
};

/* 1: *value is the next number. 0: there are no more. -1: an error, told in *err. */
static int next(struct iterator *it, int64_t *value, mr_error *err)
{
    if (it->at == it->batch.len) {
        if (mr_stream_next(it->stream, &it->batch, err)) return -1;
        it->at = 0;
        if (it->batch.len == 0) return 0;
    }
    *value = ((const int64_t *)it->batch.columns[0])[it->at++];
    return 1;
}

static int fail(const mr_error *err)
{
    char text[1024];
    mr_error_render(text, sizeof text, err);
    fputs(text, stderr);
    return 1;
}

static int open_fibonacci(struct iterator *it, const char *pipeline, mr_error *err)
{
    mr_seq *seq = NULL;
    *it = (struct iterator){0};
    if (mr_seq_parse(&seq, pipeline, err)) return -1;
    mr_status st = mr_stream_open(&it->stream, seq, NULL, err);
    mr_seq_release(&seq); /* the stream keeps what it needs */
    return st ? -1 : 0;
}

int main(void)
{
    struct iterator it;
    mr_error err;
    int64_t value = 0;
    int got = 1;

    /* Every term that fits 64 bits; then an error that names the first one that does not. */
    if (open_fibonacci(&it, "fibonacci()", &err)) return fail(&err);
    for (int n = 0; (got = next(&it, &value, &err)) == 1; n++)
        if (n < 10 || n > 90) printf("F(%d) = %" PRId64 "\n", n, value);
    mr_stream_close(&it.stream);
    if (got != -1 || err.status != MR_E_OVERFLOW) return fail(&err);
    printf("%s at element %" PRId64 "\n", mr_status_name(err.status), err.element);

    /* Modulo m it never ends, and any term is as near as the first. */
    if (open_fibonacci(&it, "fibonacci(mod=1000000007)", &err)) return fail(&err);
    if (mr_stream_seek(it.stream, INT64_C(1000000000000000000), &err)) return fail(&err);
    for (int n = 0; n < 3; n++) {
        if (next(&it, &value, &err) != 1) return fail(&err);
        printf("F(10^18 + %d) mod 1000000007 = %" PRId64 "\n", n, value);
    }
    mr_stream_close(&it.stream);
    return 0;
}
