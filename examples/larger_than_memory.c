/* Statistics over a file 16 times as large as the memory they may take. */
#include <inttypes.h>
#include <millrace/millrace.h>
#include <stdio.h>

enum { FILE_ELEMS = 8 << 20, BUDGET_BYTES = 4 << 20 };

#define PATH "larger_than_memory.i64"
#define PIPELINE                                                                                   \
    "read('" PATH "', dtype=i64, format=raw) | map(3*x + 1) | filter(x % 5 == 0) | mean()"

static int fail(const mr_error *err)
{
    char text[1024];
    mr_error_render(text, sizeof text, err);
    fputs(text, stderr);
    return 1;
}

/* The numbers 0, 1, 2, ...: 64 MiB of them. */
static int write_file(void)
{
    int64_t block[4096];
    const size_t length = sizeof block / sizeof block[0];
    FILE *file = fopen(PATH, "wb");
    if (!file) return -1;
    for (int64_t first = 0; first < FILE_ELEMS; first += (int64_t)length) {
        for (size_t k = 0; k < length; k++) block[k] = first + (int64_t)k;
        if (fwrite(block, sizeof block, 1, file) != 1) break;
    }
    int failed = ferror(file);
    return fclose(file) || failed ? -1 : 0;
}

static mr_status stream_file(mr_error *err)
{
    mr_seq *seq = NULL;
    mr_stream *stream = NULL;
    mr_batch batch;
    mr_stats stats;
    mr_stream_params params = {.max_memory_bytes = BUDGET_BYTES};

    mr_status st = mr_seq_parse(&seq, PIPELINE, err);
    /* Would say by how much the budget is too small. */
    if (!st) st = mr_stream_open(&stream, seq, &params, err);
    if (!st) st = mr_stream_next(stream, &batch, err);
    if (!st) {
        mr_stream_stats(stream, &stats);
        printf("mean: %.17g\n", *(const double *)batch.columns[0]);
        printf("memory kept within %d MiB: %s\n", BUDGET_BYTES >> 20,
               stats.peak_host_bytes + stats.peak_device_bytes <= BUDGET_BYTES ? "yes" : "no");
    }
    mr_stream_close(&stream);
    mr_seq_release(&seq);
    return st;
}

int main(void)
{
    mr_error err;
    if (write_file()) {
        perror(PATH);
        return 1;
    }
    printf("file: %zu MiB\n", FILE_ELEMS * sizeof(int64_t) >> 20);
    mr_status st = stream_file(&err);
    remove(PATH);
    return st ? fail(&err) : 0;
}
