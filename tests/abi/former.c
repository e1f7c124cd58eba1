/* A program that was compiled against the first headers of this soname, on the library of today: it
 * runs, gets what it got, and nothing is written behind its structs. */
#include "first_0_2.h"

#include <stdio.h>
#include <stdlib.h>

enum { GUARD = 256 };
#define GUARDED(type, name)                                                                        \
    struct {                                                                                       \
        type value;                                                                                \
        unsigned char guard[GUARD];                                                                \
    } name;                                                                                        \
    memset(&name, 0xaa, sizeof name)
#define IS_INTACT(name) is_intact(name.guard)

static bool is_intact(const unsigned char *guard)
{
    for (int k = 0; k < GUARD; k++)
        if (guard[k] != 0xaa) return false;
    return true;
}

#define MUST(holds)                                                                                \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            (void)fprintf(stderr, "former: line %d: %s\n", __LINE__, #holds);                      \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static int fill(void *user, int64_t first, size_t count, void *const columns[], size_t *got)
{
    (void)user;
    for (*got = 0; *got < count && first + (int64_t)*got < 1000; ++*got)
        ((int64_t *)columns[0])[*got] = first + (int64_t)*got;
    return 0;
}

/* What is parsed, built and made of the program's own memory comes to the same. */
static mr_seq *make(int way)
{
    static int64_t numbers[1000];
    mr_seq *seq = NULL, *source = NULL;
    for (int64_t k = 0; k < 1000; k++) numbers[k] = k;
    const mr_array array = {.dtype = MR_I64, .data = numbers};
    const mr_callback_params callback = {.fill = fill, .column_count = 1, .dtypes = {MR_I64}};
    const mr_arg args[] = {mr_int(0), mr_named("stop", mr_uint(1000)),
                           mr_named("step", mr_real(1))};
    if (way == 0) MUST(mr_seq_parse(&source, "range(1000)", NULL) == MR_OK);
    if (way == 1) MUST(mr_seq_apply(&source, "range", NULL, args, 3, NULL) == MR_OK);
    if (way == 2) MUST(mr_seq_from_array(&source, &array, 1, 1000, NULL) == MR_OK);
    if (way == 3) MUST(mr_seq_from_callback(&source, &callback, NULL) == MR_OK);
    MUST(mr_seq_pipe(&seq, source, "map(x*3)", NULL) == MR_OK);
    mr_seq_release(&source);
    return seq;
}

static void check_stream(int way)
{
    GUARDED(mr_error, err);
    GUARDED(mr_batch, batch);
    GUARDED(mr_stats, stats);
    GUARDED(mr_cursor, at);
    const mr_stream_params params = {.engine = MR_ENGINE_HOST, .batch_elems = 300};
    mr_stream *stream = NULL;
    mr_seq *seq = make(way);
    int64_t total = 0;
    MUST(mr_stream_open(&stream, seq, &params, &err.value) == MR_OK);
    MUST(mr_stream_next(stream, &batch.value, &err.value) == MR_OK);
    MUST(batch.value.len == 300 && batch.value.position == 0 && batch.value.column_count == 1);
    at.value = mr_cursor_over(stream, &err.value);
    while (mr_cursor_next(&at.value)) total += mr_cursor_i64(&at.value, 0);
    MUST(total == 3 * (999 * 1000 / 2 - 299 * 300 / 2));
    mr_stream_stats(stream, &stats.value);
    MUST(stats.value.elements == 1000 && strcmp(stats.value.engine, "host") == 0);
    MUST(IS_INTACT(err) && IS_INTACT(batch) && IS_INTACT(stats) && IS_INTACT(at));
    mr_stream_close(&stream);
    mr_seq_release(&seq);
}

static void check_failure(void)
{
    GUARDED(mr_error, err);
    char text[400];
    mr_seq *seq = NULL;
    MUST(mr_seq_parse(&seq, "range(3) | fitler(x)", &err.value) == MR_E_NAME);
    MUST(err.value.status == MR_E_NAME && err.value.column == 12 && err.value.element == -1);
    MUST(mr_error_render(text, sizeof text, &err.value) > 0);
    MUST(strstr(text, "did you mean 'filter'?") && IS_INTACT(err));
}

static void check_lists(void)
{
    GUARDED(mr_op_info, info);
    GUARDED(mr_device_info, device);
    size_t count = 0;
    while (mr_op_describe(&info.value, count, NULL) == MR_OK) count++;
    MUST(count > 60 && IS_INTACT(info));
    MUST(strcmp(mr_status_name(MR_E_INTERNAL), "internal") == 0);
    MUST(strcmp(mr_dtype_name(MR_F64), "f64") == 0 && mr_dtype_size(MR_F64) == 8);
    (void)mr_devices(&device.value, 1, &count, NULL);
    MUST(IS_INTACT(device));
}

int main(void)
{
    for (int way = 0; way < 4; way++) check_stream(way);
    check_failure();
    check_lists();
    return 0;
}
