/* What sinks write: the bytes of each format. Where they write it is in sink_place_test.c. */
#define _XOPEN_SOURCE 700 /* posix_openpt() */

#include "io/sink.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/byte_order.h"
#include "io/scratch.h"
#include "io/sink_pair.h"
#include "io/table.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void each_format_writes_these_bytes(void)
{
    static const char *const names[] = {"n", "value, \"m\""};
    static const struct {
        enum mr_sink_format format;
        size_t columns;
        const char *const *names;
        const char *bytes;
        size_t count;
    } rows[] = {
        {MR_SINK_TEXT, 1, NULL, "1\n-2\n3\n", 7},
        {MR_SINK_TEXT, 2, NULL, "1\t0.5\n-2\t-0.0\n3\t1e+300\n", 23},
        {MR_SINK_CSV, 1, NULL, "x\n1\n-2\n3\n", 9},
        {MR_SINK_CSV, 2, NULL, "x0,x1\n1,0.5\n-2,-0.0\n3,1e+300\n", 29},
        {MR_SINK_CSV, 2, names, "n,\"value, \"\"m\"\"\"\n1,0.5\n-2,-0.0\n3,1e+300\n", 40},
        {MR_SINK_RAW, 1, NULL, "\1\0\0\0\0\0\0\0\xfe\xff\xff\xff\xff\xff\xff\xff\3\0\0\0\0\0\0\0",
         24},
        {MR_SINK_RAW, 2, NULL,
         "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\xe0\x3f\xfe\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\x80"
         "\3\0\0\0\0\0\0\0\x9c\x75\x00\x88\x3c\xe4\x37\x7e",
         48},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        struct scratch s = scratch_make("out");
        struct mr_sink_layout layout = pair_layout(rows[k].format, pair_dtypes, rows[k].columns);
        struct mr_sink *sink;
        mr_error err;
        char bytes[256];
        layout.names = rows[k].names;
        CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
        CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 2, &err), MR_OK);
        const void *const rest[] = {pair_whole + 2, pair_real + 2};
        CU_ASSERT_EQUAL(mr_sink_write(sink, rest, 1, &err), MR_OK);
        CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
        mr_sink_discard(&sink);
        CU_ASSERT_EQUAL(scratch_read(&s, bytes, sizeof bytes), (long)rows[k].count);
        CU_ASSERT_EQUAL(memcmp(bytes, rows[k].bytes, rows[k].count), 0);
        CU_ASSERT_EQUAL(scratch_entries(&s), 1);
        scratch_remove(&s);
    }
}

static void a_terminal_gets_names_whose_bytes_command_nothing(void)
{
    static const char *const names[] = {"\x1b[31mred", "m\xc2\xb2"};
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    CU_ASSERT_FATAL(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    int side = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    CU_ASSERT_FATAL(side >= 0);
    struct mr_sink_layout layout = pair_layout(MR_SINK_CSV, pair_dtypes, 2);
    struct mr_sink *sink;
    mr_error err;
    char bytes[64] = "";
    layout.names = names;
    CU_ASSERT_EQUAL_FATAL(mr_sink_open_fd(&sink, side, "terminal", &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
    mr_sink_discard(&sink);
    CU_ASSERT(read(terminal, bytes, sizeof bytes - 1) > 0);
    CU_ASSERT_STRING_EQUAL(bytes, "\\x1b[31mred,m\xc2\xb2\r\n");
    (void)close(side);
    (void)close(terminal);
}

static void npy_of_a_length_that_was_not_known_has_it_in_the_end(void)
{
    static const char expected[] = "\x93NUMPY\x01\x00\x76\x00"
                                   "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }";
    struct scratch s = scratch_make("out.npy");
    struct mr_sink_layout layout = pair_layout(MR_SINK_NPY, pair_dtypes + 1, 1);
    struct mr_sink *sink;
    mr_error err;
    char bytes[256];
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair + 1, 3, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
    mr_sink_discard(&sink);
    CU_ASSERT_EQUAL(scratch_read(&s, bytes, sizeof bytes), 128 + 24);
    CU_ASSERT_EQUAL(memcmp(bytes, expected, sizeof expected - 1), 0);
    for (size_t k = sizeof expected - 1; k < 127; k++) CU_ASSERT_EQUAL(bytes[k], ' ');
    CU_ASSERT_EQUAL(bytes[127], '\n');
    mr_order_bytes(bytes + 128, 8, 3);
    CU_ASSERT_EQUAL(memcmp(bytes + 128, pair_real, 24), 0);
    scratch_remove(&s);
}

static void npy_of_several_columns_is_a_matrix_of_one_dtype(void)
{
    static const mr_dtype same[] = {MR_I64, MR_I64};
    struct scratch s = scratch_make("out.npy");
    struct mr_sink_layout layout = pair_layout(MR_SINK_NPY, pair_dtypes, 2);
    struct mr_sink *sink;
    struct mr_table *t;
    mr_error err;
    int64_t a[4], b[4];
    size_t got;
    CU_ASSERT_EQUAL(mr_sink_open(&sink, s.path, &layout, &err), MR_E_TYPE);
    CU_ASSERT(!sink && err.hint[0] && scratch_entries(&s) == 0);
    layout.dtypes = same;
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, (const void *[]){pair_whole, pair_whole}, 3, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
    mr_sink_discard(&sink);
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, NULL, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 4, (void *[]){a, b}, &got, &err), MR_OK);
    CU_ASSERT(got == 3 && a[1] == -2 && b[2] == 3);
    mr_table_close(&t);
    scratch_remove(&s);
}

static void npy_into_a_pipe_needs_its_length(void)
{
    int ends[2];
    struct mr_sink_layout layout = pair_layout(MR_SINK_NPY, pair_dtypes, 1);
    struct mr_sink *sink;
    mr_error err;
    char bytes[256];
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    CU_ASSERT_EQUAL(mr_sink_open_fd(&sink, ends[1], "pipe", &layout, &err), MR_E_VALUE);
    CU_ASSERT(!sink && !strcmp(err.hint, "use MR_SINK_RAW, or mr_sink_open()"));
    layout.expected_rows = 3;
    CU_ASSERT_EQUAL_FATAL(mr_sink_open_fd(&sink, ends[1], "pipe", &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 3, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
    mr_sink_discard(&sink);
    CU_ASSERT_EQUAL(read(ends[0], bytes, sizeof bytes), 128 + 24);
    CU_ASSERT_PTR_NOT_NULL(strstr(bytes + 10, "'shape': (3,)"));

    CU_ASSERT_EQUAL_FATAL(mr_sink_open_fd(&sink, ends[1], "pipe", &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 2, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_E_STATE);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "3 rows were announced, 2 written"));
    mr_sink_discard(&sink);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

/* What is written as CSV or text is read back to the same bits. */
static void every_dtype_survives_text(void)
{
    const struct {
        mr_dtype dtype;
        const void *values;
    } rows[] = {
        {MR_BOOL, (uint8_t[]){1, 0, 1}},
        {MR_I32, (int32_t[]){INT32_MIN, 0, INT32_MAX}},
        {MR_U32, (uint32_t[]){1, 0, UINT32_MAX}},
        {MR_I64, (int64_t[]){INT64_MIN, 0, INT64_MAX}},
        {MR_U64, (uint64_t[]){1, 0, UINT64_MAX}},
        {MR_F32, (float[]){0.1f, -INFINITY, 0x1p-149f}},
        {MR_F64, (double[]){0.1, 0x1.fffffffffffffp1023, -0.0}},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        for (int is_csv = 0; is_csv < 2; is_csv++) {
            struct scratch s = scratch_make(is_csv ? "out.csv" : "out.txt");
            struct mr_sink_layout layout =
                pair_layout(is_csv ? MR_SINK_CSV : MR_SINK_TEXT, &rows[k].dtype, 1);
            struct mr_table_format read_as = {.has_dtype = true, .dtype = rows[k].dtype};
            struct mr_sink *sink;
            struct mr_table *t;
            mr_error err;
            double values[4];
            size_t got;
            CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
            CU_ASSERT_EQUAL(mr_sink_write(sink, &rows[k].values, 3, &err), MR_OK);
            CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
            mr_sink_discard(&sink);
            CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, &read_as, &err), MR_OK);
            CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 4, (void *[]){values}, &got, &err), MR_OK);
            CU_ASSERT_EQUAL(got, 3);
            CU_ASSERT_EQUAL(memcmp(values, rows[k].values, 3 * mr_dtype_size(rows[k].dtype)), 0);
            mr_table_close(&t);
            scratch_remove(&s);
        }
    }
}

static void batches_larger_than_the_buffer_come_out_in_order(void)
{
    enum { ROWS = 50000 };
    static int32_t index[ROWS];
    static uint8_t flag[ROWS];
    static unsigned char bytes[ROWS * 5 + 1];
    static const mr_dtype dtypes[] = {MR_I32, MR_BOOL};
    struct scratch s = scratch_make("out.raw");
    struct mr_sink_layout layout = pair_layout(MR_SINK_RAW, dtypes, 2);
    struct mr_sink *sink;
    mr_error err;
    size_t wrong = 0;
    for (int k = 0; k < ROWS; k++) {
        index[k] = k;
        flag[k] = k % 3 == 0;
    }
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, (const void *[]){index, flag}, ROWS, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
    mr_sink_discard(&sink);
    CU_ASSERT_EQUAL(scratch_read(&s, bytes, sizeof bytes), ROWS * 5);
    for (size_t k = 0; k < ROWS; k++)
        wrong += bytes[5 * k] != (k & 255) || bytes[5 * k + 1] != (k >> 8) || bytes[5 * k + 2] ||
                 bytes[5 * k + 3] || bytes[5 * k + 4] != flag[k];
    CU_ASSERT_EQUAL(wrong, 0);
    scratch_remove(&s);
}

/* JSON (RFC 8259) and Arrow (Schema.fbs: a string of FlatBuffers) have names in UTF-8 alone. */
static void names_are_utf8_where_readers_want_that(void)
{
    static const struct {
        const char *name;
        bool is_utf8;
    } rows[] = {{"caf\xc3\xa9", true},       {"\xe6\x97\xa5", true},  {"\xf4\x8f\xbf\xbf", true},
                {"\xed\x9f\xbf", true},      {"\xc2\x80", true},      {"caf\xe9", false},
                {"caf\xc3", false},          {"\x80", false},         {"\xc0\xaf", false},
                {"\xe0\x9f\xbf", false},     {"\xed\xa0\x80", false}, {"\xf0\x8f\xbf\xbf", false},
                {"\xf4\x90\x80\x80", false}, {"\xe6\x97\x27", false}, {"\xf8\x88\x80\x80", false}};
    static const enum mr_sink_format formats[] = {MR_SINK_JSONL, MR_SINK_ARROW, MR_SINK_CSV};
    for (size_t n = 0; n < sizeof rows / sizeof rows[0]; n++)
        for (size_t k = 0; k < sizeof formats / sizeof formats[0]; k++) {
            const char *const names[] = {"n", rows[n].name};
            struct scratch s = scratch_make("out");
            struct mr_sink_layout layout = pair_layout(formats[k], pair_dtypes, 2);
            struct mr_sink *sink;
            mr_error err;
            bool is_good = rows[n].is_utf8 || formats[k] == MR_SINK_CSV;
            layout.names = names;
            CU_ASSERT_EQUAL(mr_sink_open(&sink, s.path, &layout, &err),
                            is_good ? MR_OK : MR_E_VALUE);
            if (!is_good) CU_ASSERT(!sink && strstr(err.message, "column 1") && err.hint[0]);
            mr_sink_discard(&sink);
            scratch_remove(&s);
        }
}

static void a_finished_sink_takes_nothing_more(void)
{
    struct scratch s = scratch_make("out.txt");
    struct mr_sink_layout layout = pair_layout(MR_SINK_TEXT, pair_dtypes, 1);
    struct mr_sink *sink;
    mr_error err;
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 1, &err), MR_E_STATE);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_E_STATE);
    mr_sink_discard(&sink);
    CU_ASSERT_EQUAL(scratch_entries(&s), 1);
    scratch_remove(&s);
}

SUITE(sink, {"each_format_writes_these_bytes", each_format_writes_these_bytes},
      {"a_terminal_gets_names_whose_bytes_command_nothing",
       a_terminal_gets_names_whose_bytes_command_nothing},
      {"npy_of_a_length_that_was_not_known_has_it_in_the_end",
       npy_of_a_length_that_was_not_known_has_it_in_the_end},
      {"npy_of_several_columns_is_a_matrix_of_one_dtype",
       npy_of_several_columns_is_a_matrix_of_one_dtype},
      {"npy_into_a_pipe_needs_its_length", npy_into_a_pipe_needs_its_length},
      {"every_dtype_survives_text", every_dtype_survives_text},
      {"batches_larger_than_the_buffer_come_out_in_order",
       batches_larger_than_the_buffer_come_out_in_order},
      {"names_are_utf8_where_readers_want_that", names_are_utf8_where_readers_want_that},
      {"a_finished_sink_takes_nothing_more", a_finished_sink_takes_nothing_more});
