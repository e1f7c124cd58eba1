#define _XOPEN_SOURCE 700 /* symlink(), mkfifo() */

#include "io/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/byte_order.h"
#include "base/memory.h"
#include "io/scratch.h"
#include "io/table.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const mr_dtype pair_dtypes[] = {MR_I64, MR_F64};
static const int64_t whole[] = {1, -2, 3};
static const double real[] = {0.5, -0.0, 1e300};
static const void *const pair[] = {whole, real};

static struct mr_sink_layout layout_of(enum mr_sink_format format, const mr_dtype *dtypes,
                                       size_t count)
{
    return (struct mr_sink_layout){
        .format = format, .column_count = count, .dtypes = dtypes, .expected_rows = -1};
}

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
        struct mr_sink_layout layout = layout_of(rows[k].format, pair_dtypes, rows[k].columns);
        struct mr_sink *sink;
        mr_error err;
        char bytes[256];
        layout.names = rows[k].names;
        CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
        CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 2, &err), MR_OK);
        const void *const rest[] = {whole + 2, real + 2};
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
    struct mr_sink_layout layout = layout_of(MR_SINK_CSV, pair_dtypes, 2);
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
    struct mr_sink_layout layout = layout_of(MR_SINK_NPY, pair_dtypes + 1, 1);
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
    CU_ASSERT_EQUAL(memcmp(bytes + 128, real, 24), 0);
    scratch_remove(&s);
}

static void npy_of_several_columns_is_a_matrix_of_one_dtype(void)
{
    static const mr_dtype same[] = {MR_I64, MR_I64};
    struct scratch s = scratch_make("out.npy");
    struct mr_sink_layout layout = layout_of(MR_SINK_NPY, pair_dtypes, 2);
    struct mr_sink *sink;
    struct mr_table *t;
    mr_error err;
    int64_t a[4], b[4];
    size_t got;
    CU_ASSERT_EQUAL(mr_sink_open(&sink, s.path, &layout, &err), MR_E_TYPE);
    CU_ASSERT(!sink && err.hint[0] && scratch_entries(&s) == 0);
    layout.dtypes = same;
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, (const void *[]){whole, whole}, 3, &err), MR_OK);
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
    struct mr_sink_layout layout = layout_of(MR_SINK_NPY, pair_dtypes, 1);
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
                layout_of(is_csv ? MR_SINK_CSV : MR_SINK_TEXT, &rows[k].dtype, 1);
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
    struct mr_sink_layout layout = layout_of(MR_SINK_RAW, dtypes, 2);
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

static void a_file_appears_whole_or_not_at_all(void)
{
    struct scratch s = scratch_with("out.txt", "old\n", 4);
    struct mr_sink_layout layout = layout_of(MR_SINK_TEXT, pair_dtypes, 1);
    struct mr_sink *sink;
    mr_error err;
    char bytes[16];
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 3, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_flush(sink, &err), MR_OK);
    CU_ASSERT_EQUAL(scratch_read(&s, bytes, sizeof bytes), 4);
    CU_ASSERT(scratch_entries(&s) <= 2); /* it may have no name yet */
    mr_sink_discard(&sink);
    CU_ASSERT_PTR_NULL(sink);
    CU_ASSERT_EQUAL(scratch_read(&s, bytes, sizeof bytes), 4);
    CU_ASSERT_EQUAL(memcmp(bytes, "old\n", 4), 0);
    CU_ASSERT_EQUAL(scratch_entries(&s), 1);
    mr_sink_discard(&sink);
    scratch_remove(&s);
}

static void a_new_file_follows_the_umask_and_an_old_one_keeps_its_mode(void)
{
    struct mr_sink_layout layout = layout_of(MR_SINK_TEXT, pair_dtypes, 1);
    mode_t old_mask = umask(027);
    for (int existing = 0; existing < 2; existing++) {
        struct scratch s = scratch_make("out.txt");
        struct mr_sink *sink;
        struct stat info;
        mr_error err;
        if (existing) scratch_write(&s, "", 0);
        if (existing) CU_ASSERT_EQUAL(chmod(s.path, 0604), 0);
        CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
        CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
        mr_sink_discard(&sink);
        CU_ASSERT_EQUAL(stat(s.path, &info), 0);
        CU_ASSERT_EQUAL(info.st_mode & 0777, existing ? 0604 : 0640);
        scratch_remove(&s);
    }
    (void)umask(old_mask);
}

static void a_link_stays_a_link(void)
{
    struct scratch s = scratch_with("target.txt", "old", 3);
    struct mr_sink_layout layout = layout_of(MR_SINK_TEXT, pair_dtypes, 1);
    struct mr_sink *sink;
    struct stat info;
    mr_error err;
    char link_path[400], bytes[16];
    (void)snprintf(link_path, sizeof link_path, "%s/link.txt", s.folder);
    CU_ASSERT_EQUAL_FATAL(symlink("target.txt", link_path), 0);
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, link_path, &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 1, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
    mr_sink_discard(&sink);
    CU_ASSERT_EQUAL(lstat(link_path, &info), 0);
    CU_ASSERT(S_ISLNK(info.st_mode));
    CU_ASSERT_EQUAL(scratch_read(&s, bytes, sizeof bytes), 2);
    CU_ASSERT_EQUAL(memcmp(bytes, "1\n", 2), 0);
    scratch_remove(&s);
}

static void what_cannot_be_written_says_why(void)
{
    struct scratch s = scratch_make("out.txt");
    struct mr_sink_layout layout = layout_of(MR_SINK_TEXT, pair_dtypes, 1);
    struct mr_sink *sink;
    mr_error err;
    char path[400];
    (void)snprintf(path, sizeof path, "%s/none/out.txt", s.folder);
    CU_ASSERT_EQUAL(mr_sink_open(&sink, path, &layout, &err), MR_E_IO);
    CU_ASSERT(!sink && strstr(err.message, strerror(ENOENT)) && strstr(err.hint, "folder"));
    CU_ASSERT_EQUAL(mr_sink_open(&sink, s.folder, &layout, &err), MR_E_IO);
    CU_ASSERT(!sink && strstr(err.message, "no file to write to"));
    (void)snprintf(path, sizeof path, "%s/", s.path);
    CU_ASSERT_EQUAL(mr_sink_open(&sink, path, &layout, &err), MR_E_IO);
    CU_ASSERT_EQUAL(mr_sink_open(&sink, "", &layout, &err), MR_E_IO);
    CU_ASSERT_EQUAL(mr_sink_open_fd(&sink, -1, "closed", &layout, &err), MR_E_IO);
    layout.column_count = 9;
    CU_ASSERT_EQUAL(mr_sink_open(&sink, s.path, &layout, &err), MR_E_LIMIT);
    layout.column_count = 0;
    CU_ASSERT_EQUAL(mr_sink_open(&sink, s.path, &layout, &err), MR_E_LIMIT);
    CU_ASSERT_EQUAL(scratch_entries(&s), 0);
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
            struct mr_sink_layout layout = layout_of(formats[k], pair_dtypes, 2);
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

static void a_full_device_is_reported_and_stays_reported(void)
{
    static double values[20000];
    static const void *const columns[] = {values};
    for (int format = MR_SINK_TEXT; format < MR_SINK_COUNT; format++) {
        if (format == MR_SINK_NPY) continue; /* needs a length */
        struct mr_sink_layout layout = layout_of((enum mr_sink_format)format, pair_dtypes + 1, 1);
        struct mr_sink *sink;
        mr_error err, again;
        CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, "/dev/full", &layout, &err), MR_OK);
        mr_status st = mr_sink_write(sink, columns, 20000, &err);
        if (!st) st = mr_sink_finish(sink, &err);
        CU_ASSERT_EQUAL(st, MR_E_IO);
        CU_ASSERT(strstr(err.message, "/dev/full: write") && strstr(err.message, strerror(ENOSPC)));
        CU_ASSERT(!strcmp(err.call, "write") && err.hint[0]);
        CU_ASSERT_EQUAL(mr_sink_write(sink, columns, 1, &again), MR_E_IO);
        CU_ASSERT_STRING_EQUAL(again.message, err.message);
        CU_ASSERT_EQUAL(mr_sink_finish(sink, &again), MR_E_IO);
        mr_sink_discard(&sink);
    }
}

static void a_small_write_fails_at_finish(void)
{
    struct mr_sink_layout layout = layout_of(MR_SINK_TEXT, pair_dtypes, 1);
    struct mr_sink *sink;
    mr_error err;
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, "/dev/full", &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 1, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_E_IO);
    mr_sink_discard(&sink);
}

static void a_closed_pipe_has_a_status_of_its_own(void)
{
    int ends[2];
    struct mr_sink_layout layout = layout_of(MR_SINK_TEXT, pair_dtypes, 1);
    struct mr_sink *sink;
    mr_error err;
    void (*old_handler)(int) = signal(SIGPIPE, SIG_IGN);
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    (void)close(ends[0]);
    CU_ASSERT_EQUAL_FATAL(mr_sink_open_fd(&sink, ends[1], "standard output", &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 3, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_flush(sink, &err), MR_E_PIPE);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_E_PIPE);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "standard output: write"));
    mr_sink_discard(&sink);
    CU_ASSERT_EQUAL(close(ends[1]), 0); /* a descriptor stays the caller's */
    (void)signal(SIGPIPE, old_handler);
}

static void a_fifo_is_written_in_place(void)
{
    struct scratch s = scratch_make("fifo");
    struct mr_sink_layout layout = layout_of(MR_SINK_TEXT, pair_dtypes, 1);
    struct mr_sink *sink;
    struct stat info;
    mr_error err;
    char bytes[16];
    CU_ASSERT_EQUAL_FATAL(mkfifo(s.path, 0600), 0);
    int reader = open(s.path, O_RDONLY | O_NONBLOCK);
    CU_ASSERT_FATAL(reader >= 0);
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 3, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
    mr_sink_discard(&sink);
    CU_ASSERT_EQUAL(read(reader, bytes, sizeof bytes), 7);
    CU_ASSERT_EQUAL(memcmp(bytes, "1\n-2\n3\n", 7), 0);
    (void)close(reader);
    CU_ASSERT_EQUAL(stat(s.path, &info), 0);
    CU_ASSERT(S_ISFIFO(info.st_mode) && scratch_entries(&s) == 1);
    scratch_remove(&s);
}

static void a_descriptor_is_written_and_patched_where_it_stands(void)
{
    struct scratch s = scratch_with("out", "head", 4);
    struct mr_sink_layout layout = layout_of(MR_SINK_NPY, pair_dtypes, 1);
    struct mr_sink *sink;
    mr_error err;
    char bytes[256];
    int fd = open(s.path, O_RDWR);
    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(lseek(fd, 0, SEEK_END), 4);
    CU_ASSERT_EQUAL_FATAL(mr_sink_open_fd(&sink, fd, "out", &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 3, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
    mr_sink_discard(&sink);
    (void)close(fd);
    CU_ASSERT_EQUAL(scratch_read(&s, bytes, sizeof bytes), 4 + 128 + 24);
    CU_ASSERT_EQUAL(memcmp(bytes, "head\x93NUMPY", 10), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(bytes + 14, "'shape': (3,)"));

    fd = open(s.path, O_WRONLY | O_APPEND); /* where nothing can be patched */
    CU_ASSERT_EQUAL(mr_sink_open_fd(&sink, fd, "out", &layout, &err), MR_E_VALUE);
    (void)close(fd);
    scratch_remove(&s);
}

static void a_finished_sink_takes_nothing_more(void)
{
    struct scratch s = scratch_make("out.txt");
    struct mr_sink_layout layout = layout_of(MR_SINK_TEXT, pair_dtypes, 1);
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

static void every_failed_allocation_leaves_no_file_behind(void)
{
    struct scratch s = scratch_make("out.txt");
    struct mr_sink_layout layout = layout_of(MR_SINK_CSV, pair_dtypes, 2);
    size_t before = mr_memory_live_bytes();
    for (uint64_t nth = 1;; nth++) {
        struct mr_sink *sink;
        mr_error err;
        mr_memory_fail_at(nth, 0);
        mr_status st = mr_sink_open(&sink, s.path, &layout, &err);
        mr_memory_fail_at(0, 0);
        CU_ASSERT_EQUAL(sink == NULL, st != MR_OK);
        mr_sink_discard(&sink);
        CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
        CU_ASSERT_EQUAL(scratch_entries(&s), 0);
        if (st == MR_OK) {
            CU_ASSERT_EQUAL(nth, 5);
            break;
        }
        CU_ASSERT_EQUAL(st, MR_E_NO_MEMORY);
    }
    scratch_remove(&s);
}

SUITE(sink,
      {"a_terminal_gets_names_whose_bytes_command_nothing",
       a_terminal_gets_names_whose_bytes_command_nothing},
      {"each_format_writes_these_bytes", each_format_writes_these_bytes},
      {"npy_of_a_length_that_was_not_known_has_it_in_the_end",
       npy_of_a_length_that_was_not_known_has_it_in_the_end},
      {"npy_of_several_columns_is_a_matrix_of_one_dtype",
       npy_of_several_columns_is_a_matrix_of_one_dtype},
      {"npy_into_a_pipe_needs_its_length", npy_into_a_pipe_needs_its_length},
      {"every_dtype_survives_text", every_dtype_survives_text},
      {"batches_larger_than_the_buffer_come_out_in_order",
       batches_larger_than_the_buffer_come_out_in_order},
      {"a_file_appears_whole_or_not_at_all", a_file_appears_whole_or_not_at_all},
      {"a_new_file_follows_the_umask_and_an_old_one_keeps_its_mode",
       a_new_file_follows_the_umask_and_an_old_one_keeps_its_mode},
      {"a_link_stays_a_link", a_link_stays_a_link},
      {"what_cannot_be_written_says_why", what_cannot_be_written_says_why},
      {"names_are_utf8_where_readers_want_that", names_are_utf8_where_readers_want_that},
      {"a_full_device_is_reported_and_stays_reported",
       a_full_device_is_reported_and_stays_reported},
      {"a_small_write_fails_at_finish", a_small_write_fails_at_finish},
      {"a_closed_pipe_has_a_status_of_its_own", a_closed_pipe_has_a_status_of_its_own},
      {"a_fifo_is_written_in_place", a_fifo_is_written_in_place},
      {"a_descriptor_is_written_and_patched_where_it_stands",
       a_descriptor_is_written_and_patched_where_it_stands},
      {"a_finished_sink_takes_nothing_more", a_finished_sink_takes_nothing_more},
      {"every_failed_allocation_leaves_no_file_behind",
       every_failed_allocation_leaves_no_file_behind});
