/* Fibonacci numbers one at a time, as next() of a Python generator would give them: computed in
 * batches ahead of the loop, which sees only single numbers through a cursor. */
#include <inttypes.h>
#include <millrace/millrace.h>
#include <stdio.h>

static int fail(const mr_error *err)
{
    char text[1024];
    mr_error_render(text, sizeof text, err);
    fputs(text, stderr);
    return 1;
}

static mr_status open_fibonacci(mr_stream **stream, const char *pipeline, mr_error *err)
{
    mr_seq *seq = NULL;
    mr_status st = mr_seq_parse(&seq, pipeline, err);
    if (st == MR_OK) st = mr_stream_open(stream, seq, NULL, err);
    mr_seq_release(&seq); /* the stream keeps what it needs */
    return st;
}

int main(void)
{
    mr_stream *stream = NULL;
    mr_cursor at;
    mr_error err;

    /* Every term that fits 64 bits; then an error that names the first one that does not. */
    if (open_fibonacci(&stream, "fibonacci()", &err)) return fail(&err);
    at = mr_cursor_over(stream, &err);
    for (int n = 0; mr_cursor_next(&at); n++)
        if (n < 10 || n > 90) printf("F(%d) = %" PRId64 "\n", n, mr_cursor_i64(&at, 0));
    mr_stream_close(&stream);
    if (at.status != MR_E_OVERFLOW) return fail(&err);
    printf("%s at element %" PRId64 "\n", mr_status_name(err.status), err.element);

    /* Modulo m it never ends, and any term is as near as the first. */
    if (open_fibonacci(&stream, "fibonacci(mod=1000000007)", &err)) return fail(&err);
    if (mr_stream_seek(stream, INT64_C(1000000000000000000), &err)) return fail(&err);
    at = mr_cursor_over(stream, &err);
    for (int n = 0; n < 3; n++) {
        if (!mr_cursor_next(&at)) return fail(&err);
        printf("F(10^18 + %d) mod 1000000007 = %" PRId64 "\n", n, mr_cursor_i64(&at, 0));
    }
    mr_stream_close(&stream);
    return 0;
}
