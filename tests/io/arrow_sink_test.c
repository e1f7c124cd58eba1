/* Arrow's stream and file, written: bytes that pyarrow 26.0.1 and nanoarrow 0.9.0 read. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "io/arrow_message.h"
#include "io/scratch.h"
#include "io/sink.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* n: -1 0 1, i32; ok: true false true. */
static const char *const stream_lines[] = {
    "fffffffff8000000100000000c00180004000600080010000c000000040001",
    "1800000000000000000000000000000008000c000400080008",
    "04000000020000001800000058000000100014000400080009000c00000010",
    "1000000010000000000200001800000020000000010000006e000800090004",
    "080000000a000000200000000100000000000000100014000400080009000c",
    "000010001000000010000000000600001400000014000000020000006f6b",
    "0400040004",
    "",
    "ffffffffb8000000100000000c00180004000600080010000c000000040003",
    "1c0000000000000080000000000000000a00140004000c00100000000c",
    "03000000000000000c00000030000000000000000200000003",
    "0000000000000000030000000000000000000000000000000000000004",
    "0000000000000000000000000000000000000000000000000c",
    "40000000000000000000000000000000400000000000000001",
    "ffffffff0000000001",
    "",
    "05",
    "",
    "ffffffff",
};
static const char *const file_lines[] = {
    "4152524f57310000fffffffff0000000100000000c00180004000600080010",
    "0c000000040001001800000000000000000000000000000008000c00040008",
    "08000000000000000400000002000000180000005800000010001400040008",
    "09000c0000001000100000001000000000020000180000002000000001",
    "6e00080009000400080000000a000000200000000100000000000000100014",
    "0400080009000c00000010001000000010000000000600001400000014",
    "020000006f6b00000400040004",
    "",
    "ffffffffb8000000100000000c00180004000600080010000c000000040003",
    "1c0000000000000080000000000000000a00140004000c00100000000c",
    "03000000000000000c00000030000000000000000200000003",
    "0000000000000000030000000000000000000000000000000000000004",
    "0000000000000000000000000000000000000000000000000c",
    "40000000000000000000000000000000400000000000000001",
    "ffffffff0000000001",
    "",
    "05",
    "",
    "ffffffff00000000100000000c001400040008000c0010000c00000004",
    "14000000a8000000ac00000008000c0004000800080000000000000004",
    "020000001800000058000000100014000400080009000c000000100010",
    "10000000000200001800000020000000010000006e0008000900040008",
    "0a000000200000000100000000000000100014000400080009000c00000010",
    "1000000010000000000600001400000014000000020000006f6b0000040004",
    "0400000000000000000000000000000000000000010000000001",
    "c0000000000000008000000000000000e80000004152524f5731",
};
enum { STREAM_BYTES = 584, FILE_BYTES = 826 };

static const mr_dtype pair_dtypes[] = {MR_I32, MR_BOOL};
static const char *const pair_names[] = {"n", "ok"};
static const int32_t pair_n[] = {-1, 0, 1};
static const uint8_t pair_ok[] = {1, 0, 1};
static const void *const pair[] = {pair_n, pair_ok};

static struct mr_sink_layout layout_of(const mr_dtype *dtypes, const char *const *names,
                                       size_t count)
{
    return (struct mr_sink_layout){.format = MR_SINK_ARROW,
                                   .column_count = count,
                                   .names = names,
                                   .dtypes = dtypes,
                                   .expected_rows = -1};
}

static void a_stream_and_a_file_are_these_bytes(void)
{
    static const struct {
        const char *name;
        const char *const *lines;
        size_t line_count;
        long bytes;
    } rows[] = {{"a.arrows", stream_lines, COUNT(stream_lines), STREAM_BYTES},
                {"a.dat", stream_lines, COUNT(stream_lines), STREAM_BYTES},
                {"a.arrow", file_lines, COUNT(file_lines), FILE_BYTES},
                {"A.FEATHER", file_lines, COUNT(file_lines), FILE_BYTES}};
    for (size_t k = 0; k < COUNT(rows); k++) {
        struct scratch s = scratch_make(rows[k].name);
        struct mr_sink_layout layout = layout_of(pair_dtypes, pair_names, 2);
        struct mr_sink *sink;
        mr_error err;
        unsigned char expected[1024], bytes[1024] = {0};
        CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
        CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 2, &err), MR_OK);
        const void *const rest[] = {pair_n + 2, pair_ok + 2};
        CU_ASSERT_EQUAL(mr_sink_write(sink, rest, 1, &err), MR_OK);
        CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
        mr_sink_discard(&sink);
        size_t count = scratch_hex(expected, rows[k].lines, rows[k].line_count);
        CU_ASSERT_EQUAL(scratch_read(&s, bytes, sizeof bytes), rows[k].bytes);
        CU_ASSERT_EQUAL(memcmp(bytes, expected, count), 0);
        scratch_remove(&s);
    }
}

/* ---- cuts ---- */

enum { ROWS = 150000 };
static int64_t numbers[ROWS];
static uint8_t truths[ROWS];
static const mr_dtype dtypes[] = {MR_I64, MR_BOOL};

static void make_rows(void)
{
    for (size_t k = 0; k < ROWS; k++) {
        numbers[k] = (int64_t)(k * k);
        truths[k] = k % 7 % 2;
    }
}

/* Rows [from, to), `cut` at a time. */
static mr_status write_rows(struct mr_sink *sink, size_t from, size_t to, size_t cut)
{
    mr_error err;
    for (size_t n = from; n < to; n += cut) {
        const void *const columns[] = {numbers + n, truths + n};
        mr_status st = mr_sink_write(sink, columns, to - n < cut ? to - n : cut, &err);
        if (st) return st;
    }
    return MR_OK;
}

/* The whole, written at once; to be freed. */
static unsigned char *whole_of(const char *name, size_t rows, size_t cut, long *count)
{
    struct scratch s = scratch_make(name);
    struct mr_sink_layout layout = layout_of(dtypes, NULL, 2);
    struct mr_sink *sink;
    mr_error err;
    const size_t room = ROWS * 10;
    unsigned char *bytes = mr_alloc(room, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(write_rows(sink, 0, rows, cut), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
    mr_sink_discard(&sink);
    *count = scratch_read(&s, bytes, room);
    scratch_remove(&s);
    return bytes;
}

static void a_file_has_the_same_bytes_for_every_batch_size(void)
{
    static const size_t cuts[] = {1, 1000, 65535, 65536, 65537, 100000};
    static const char *const names[] = {"a.arrow", "a.arrows"};
    make_rows();
    for (size_t n = 0; n < COUNT(names); n++) {
        long whole_bytes, cut_bytes;
        unsigned char *whole = whole_of(names[n], ROWS, ROWS, &whole_bytes);
        for (size_t k = 0; k < COUNT(cuts); k++) {
            unsigned char *cut = whole_of(names[n], ROWS, cuts[k], &cut_bytes);
            CU_ASSERT_EQUAL(cut_bytes, whole_bytes);
            CU_ASSERT_EQUAL(memcmp(cut, whole, (size_t)whole_bytes), 0);
            mr_free(cut);
        }
        mr_free(whole);
    }
}

/* Begun from a place, saved there again and left: a run that is killed as it goes on. */
static void begin_in_vain(const char *path, struct mr_sink_layout *layout,
                          struct mr_sink_place *place)
{
    struct mr_sink *sink;
    mr_error err;
    layout->from = place;
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, path, layout, &err), MR_OK);
    struct mr_sink_place again;
    CU_ASSERT_EQUAL(mr_sink_save(sink, false, &again, &err), MR_OK);
    mr_sink_discard(&sink);
    mr_sink_place_free(place);
    *place = again;
}

/* Saved after `at` rows, left after some more, gone on with, twice. is_late: left when all was
 * there, but for its name. */
static void check_going_on(const char *name, size_t rows, size_t at, bool is_late)
{
    long expected_bytes;
    unsigned char *expected = whole_of(name, rows, rows ? rows : 1, &expected_bytes);
    unsigned char *bytes = mr_alloc((size_t)expected_bytes + 1, 1);
    struct scratch s = scratch_make(name);
    struct mr_sink_layout layout = layout_of(dtypes, NULL, 2);
    struct mr_sink_place place = {.rows = 0};
    struct mr_sink *sink;
    mr_error err;
    layout.is_partial = true;
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(write_rows(sink, 0, at, 4999), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_save(sink, is_late, &place, &err), MR_OK);
    if (!is_late) CU_ASSERT_EQUAL(write_rows(sink, at, rows, 777), MR_OK);
    mr_sink_discard(&sink);
    begin_in_vain(s.path, &layout, &place);
    CU_ASSERT_EQUAL(place.is_whole, is_late);
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(write_rows(sink, at, rows, 70000), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
    mr_sink_discard(&sink);
    mr_sink_place_free(&place);
    CU_ASSERT_EQUAL(scratch_read(&s, bytes, (size_t)expected_bytes + 1), expected_bytes);
    CU_ASSERT(bytes && expected && memcmp(bytes, expected, (size_t)expected_bytes) == 0);
    CU_ASSERT_EQUAL(scratch_entries(&s), 1);
    scratch_remove(&s);
    mr_free(bytes);
    mr_free(expected);
}

static void what_is_gone_on_with_has_the_bytes_of_what_was_not_interrupted(void)
{
    static const size_t places[] = {0, 1, 65535, 65536, 65537, 131072, 140001, ROWS};
    static const char *const names[] = {"a.arrow", "a.arrows"};
    make_rows();
    for (size_t n = 0; n < COUNT(names); n++) {
        for (size_t k = 0; k < COUNT(places); k++) {
            check_going_on(names[n], ROWS, places[k], false);
            check_going_on(names[n], places[k], places[k], true);
        }
    }
}

static void another_form_or_a_changed_head_is_not_gone_on_with(void)
{
    struct scratch s = scratch_make("a.arrows");
    struct mr_sink_layout layout = layout_of(dtypes, NULL, 2);
    struct mr_sink_place place;
    struct mr_sink *sink;
    mr_error err;
    char other[330], was[330];
    layout.is_partial = true;
    make_rows();
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(write_rows(sink, 0, 70000, 70000), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_save(sink, false, &place, &err), MR_OK);
    CU_ASSERT_EQUAL(place.held_bytes, (70000 - 65536) * 9);
    mr_sink_discard(&sink);
    layout.from = &place;
    (void)snprintf(was, sizeof was, "%s.partial", s.path);
    (void)snprintf(other, sizeof other, "%.*s.partial", (int)strlen(s.path) - 1, s.path);
    CU_ASSERT_EQUAL_FATAL(rename(was, other), 0);
    s.path[strlen(s.path) - 1] = '\0';
    CU_ASSERT_EQUAL(mr_sink_open(&sink, s.path, &layout, &err), MR_E_STATE);
    CU_ASSERT(!sink && strstr(err.message, "another form"));
    mr_sink_place_free(&place);
    scratch_remove(&s);
}

/* ---- who reads along ---- */

/* Of the message at `at`: its length with its body, 0 at the end mark; -1: it is not there. */
static long message_at(const unsigned char *bytes, long count, long at)
{
    uint32_t told = 0;
    if (count - at < 8 || memcmp(bytes + at, "\xff\xff\xff\xff", 4) != 0) return -1;
    for (long k = 0; k < 4; k++) told |= (uint32_t)bytes[at + 4 + k] << 8 * k;
    return told == 0 ? 0 : count - at < (long)told + 8 ? -1 : 8 + (long)told;
}

/* Also where the pipe has a file's name, and a row that was not flushed before the end came. */
static void what_is_read_along_has_each_row(void)
{
    int ends[2];
    struct mr_sink_layout layout = layout_of(pair_dtypes, pair_names, 2);
    struct mr_sink *sink;
    mr_error err;
    unsigned char expected[1024], bytes[1024];
    (void)scratch_hex(expected, stream_lines, COUNT(stream_lines));
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    CU_ASSERT_EQUAL_FATAL(mr_sink_open_fd(&sink, ends[1], "pipe.arrow", &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 3, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_flush(sink, &err), MR_OK);
    CU_ASSERT_EQUAL(read(ends[0], bytes, sizeof bytes), STREAM_BYTES - 8);
    CU_ASSERT_EQUAL(memcmp(bytes, expected, STREAM_BYTES - 8), 0);
    long schema = message_at(bytes, STREAM_BYTES, 0);
    CU_ASSERT(schema == 256 && message_at(bytes, STREAM_BYTES, schema) == 192);
    CU_ASSERT_EQUAL(mr_sink_flush(sink, &err), MR_OK); /* nothing is in it */
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 3, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_break_off(sink, &err), MR_OK);
    mr_sink_discard(&sink);
    (void)close(ends[1]);
    CU_ASSERT_EQUAL(read(ends[0], bytes, sizeof bytes), STREAM_BYTES - 8 - schema);
    CU_ASSERT_EQUAL(memcmp(bytes, expected + schema, STREAM_BYTES - 8 - 256), 0);
    CU_ASSERT_EQUAL(read(ends[0], bytes, sizeof bytes), 0); /* no end mark */
    (void)close(ends[0]);
}

static void names_that_have_no_room_are_refused(void)
{
    static char name[9000];
    memset(name, 'n', sizeof name - 1);
    const char *const names[] = {name};
    struct scratch s = scratch_make("a.arrow");
    struct mr_sink_layout layout = layout_of(pair_dtypes, names, 1);
    struct mr_sink *sink;
    mr_error err;
    CU_ASSERT_EQUAL(mr_sink_open(&sink, s.path, &layout, &err), MR_E_LIMIT);
    CU_ASSERT(!sink && scratch_entries(&s) == 0);
    scratch_remove(&s);
}

SUITE(arrow_sink, {"a_stream_and_a_file_are_these_bytes", a_stream_and_a_file_are_these_bytes},
      {"a_file_has_the_same_bytes_for_every_batch_size",
       a_file_has_the_same_bytes_for_every_batch_size},
      {"what_is_gone_on_with_has_the_bytes_of_what_was_not_interrupted",
       what_is_gone_on_with_has_the_bytes_of_what_was_not_interrupted},
      {"another_form_or_a_changed_head_is_not_gone_on_with",
       another_form_or_a_changed_head_is_not_gone_on_with},
      {"what_is_read_along_has_each_row", what_is_read_along_has_each_row},
      {"names_that_have_no_room_are_refused", names_that_have_no_room_are_refused});
