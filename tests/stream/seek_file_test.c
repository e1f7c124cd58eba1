/* A stream of a file is moved to a position as any other, and reads the same by every way. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/byte_order.h"
#include "seek_row.h"

static void write_numbers(char path[64], int64_t count)
{
    (void)snprintf(path, 64, "/tmp/millrace-window-%ld", (long)getpid());
    FILE *file = fopen(path, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    int64_t k = 0, value = 0;
    while (k < count && fwrite(&value, sizeof value, 1, file) == 1) {
        value = ++k;
        mr_order_bytes(&value, sizeof value, 1);
    }
    CU_ASSERT_EQUAL(k, count);
    (void)fclose(file);
}

static void a_raw_file_is_sought_and_a_text_is_not(void)
{
    char path[64], text[160];
    enum { COUNT = 5000 };
    write_numbers(path, COUNT);
    (void)snprintf(text, sizeof text, "read(\"%s\", format=raw, dtype=i64) | map(x)", path);
    const struct seek_row row = {text, rig_same, COUNT};
    for (const struct rig *rig = rigs; rig->name; rig++) {
        static const int64_t places[] = {4000, 0, 4999, 5000, 6000, 64, 1};
        mr_stream_params params = rig_params(rig, 64, 2);
        mr_stream *s = rig_open_text(text, &params);
        for (size_t n = 0; n < sizeof places / sizeof places[0]; n++)
            seek_check_from(s, &row, places[n]);
        mr_stream_close(&s);
    }
    (void)unlink(path);
}

static int64_t sixteen_summed(int64_t n)
{
    return 16 * n + 120;
}

static int64_t zipped_three_on(int64_t n)
{
    return 2 * n + 3;
}

/* Windows of a file reach back over what a reader of several elements has left unread. */
static void a_file_gives_the_same_by_every_way_of_reading(void)
{
    enum { COUNT = 600007 };
    static const struct seek_row readers[] = {
        {"%s | map(x)", rig_same, COUNT},
        {"%s | window(16, sum)", sixteen_summed, COUNT - 15},
        {"%s | filter(x > 10)", seek_from_eleven, COUNT - 11},
        {"zip(a: %s, b: %s | skip(3)) | map(a+b)", zipped_three_on, COUNT - 3},
        {"%s | scan(sum)", seek_triangular, COUNT},
        {"chain(%s, range(600007, 600020)) | map(x)", rig_same, COUNT + 13},
    };
    static const struct {
        size_t batch;
        int64_t place;
    } ways[] = {{0, 0}, {1000, 262143}, {100003, 500001}};
    char path[64], source[128], text[300];
    write_numbers(path, COUNT);
    (void)snprintf(source, sizeof source, "read(\"%s\", format=raw, dtype=i64)", path);
    for (size_t k = 0; k < sizeof readers / sizeof readers[0]; k++)
        for (const struct rig *rig = rigs; rig->name; rig++)
            for (size_t w = 0; w < sizeof ways / sizeof ways[0]; w++) {
                mr_stream_params params = rig_params(rig, ways[w].batch, 2);
                (void)snprintf(text, sizeof text, readers[k].text, source, source);
                mr_stream *s = rig_open_text(text, &params);
                mr_status st;
                mr_error err;
                if (mr_stream_seek(s, ways[w].place, &err) == MR_OK)
                    seek_check_from(s, &readers[k], ways[w].place);
                CU_ASSERT_EQUAL(mr_stream_seek(s, 0, &err), MR_OK);
                CU_ASSERT_EQUAL(rig_drain(s, INT64_MAX, readers[k].value, &st, &err),
                                readers[k].length);
                CU_ASSERT_EQUAL(st, MR_OK);
                mr_stream_close(&s);
            }
    (void)unlink(path);
}

static void a_file_cut_short_before_it_is_read_fails_where_it_ends(void)
{
    enum { COUNT = 3000000, LEFT = 2000000 };
    for (const struct rig *rig = rigs; rig->name; rig++) {
        char path[64], text[160];
        mr_stream_params params = rig_params(rig, 1000, 2);
        mr_status st;
        mr_error err;
        write_numbers(path, COUNT);
        (void)snprintf(text, sizeof text, "read(\"%s\", format=raw, dtype=i64) | map(x)", path);
        mr_stream *s = rig_open_text(text, &params);
        CU_ASSERT_EQUAL(rig_drain(s, 1000, rig_same, &st, &err), 1000);
        CU_ASSERT_EQUAL(truncate(path, LEFT * (int64_t)sizeof(int64_t)), 0);
        CU_ASSERT_EQUAL(rig_drain(s, INT64_MAX, rig_same, &st, &err), LEFT - 1000);
        CU_ASSERT(st == MR_E_FORMAT && err.element == LEFT);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "became shorter"));
        CU_ASSERT_STRING_EQUAL(err.op, "read");
        mr_stream_close(&s);
        (void)unlink(path);
    }
}

SUITE(seek_file, {"a_raw_file_is_sought_and_a_text_is_not", a_raw_file_is_sought_and_a_text_is_not},
      {"a_file_gives_the_same_by_every_way_of_reading",
       a_file_gives_the_same_by_every_way_of_reading},
      {"a_file_cut_short_before_it_is_read_fails_where_it_ends",
       a_file_cut_short_before_it_is_read_fails_where_it_ends},
      NOTHING_IS_LEFT_BEHIND);
