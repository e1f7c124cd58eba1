/* An existing array as the start of a pipeline. The array is read where it is: on the host engine
 * and on devices that share memory with the host nothing is ever copied. */
#include <inttypes.h>
#include <millrace/millrace.h>
#include <stdio.h>

enum { DAYS = 12 };

static const double celsius[DAYS] = {18.5, 19.0, 22.5, 25.0, 30.5, 31.0,
                                     30.0, 24.5, 21.0, 19.5, 18.0, 16.5};

static int fail(const mr_error *err)
{
    char rendered[1024];
    mr_error_render(rendered, sizeof rendered, err);
    fputs(rendered, stderr);
    return 1;
}

int main(void)
{
    const char *stages = "enumerate() | filter(x >= 24) | map(day: n, fahrenheit: x*1.8 + 32)";
    mr_seq *array = NULL, *warm = NULL, *mean = NULL;
    mr_stream *stream = NULL;
    mr_error err;
    mr_batch batch;
    mr_scalar value;

    mr_array column = {.name = "x", .dtype = MR_F64, .data = celsius};
    if (mr_seq_from_array(&array, &column, 1, DAYS, &err)) return fail(&err);
    if (mr_seq_pipe(&warm, array, stages, &err)) return fail(&err);
    if (mr_stream_open(&stream, warm, NULL, &err)) return fail(&err);

    for (;;) {
        if (mr_stream_next(stream, &batch, &err)) return fail(&err);
        if (batch.len == 0) break;
        const int64_t *day = batch.columns[0];
        const double *fahrenheit = batch.columns[1];
        for (size_t k = 0; k < batch.len; k++)
            printf("day %" PRId64 ": %.1f F\n", day[k], fahrenheit[k]);
    }
    mr_stream_close(&stream);

    /* A sequence may be used any number of times. */
    if (mr_seq_pipe(&mean, array, "mean()", &err)) return fail(&err);
    if (mr_reduce(mean, NULL, &value, NULL, &err)) return fail(&err);
    printf("mean: %.1f C\n", value.f64);

    mr_seq_release(&mean);
    mr_seq_release(&warm);
    mr_seq_release(&array);
    return 0;
}
