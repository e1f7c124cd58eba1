/* The columns of .npy files. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/byte_order.h"
#include "npy_file.h"
#include "suite.h"

static void every_dtype_reads_back_its_bytes(void)
{
    static const struct {
        const char *descr;
        mr_dtype dtype;
        const char *bytes; /* three elements */
    } rows[] = {
        {"|b1", MR_BOOL, "\0\1\1"},
        {"<i4", MR_I32, "\1\0\0\0\xff\xff\xff\xff\0\0\0\x80"},
        {"<u4", MR_U32, "\1\0\0\0\xff\xff\xff\xff\0\0\0\x80"},
        {MR_IS_BIG_ENDIAN ? "<i8" : "=i8", MR_I64,
         "\1\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\2\0\0\0\0\0\0\0"},
        {"<u8", MR_U64, "\1\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\2\0\0\0\0\0\0\0"},
        {"<f4", MR_F32, "\0\0\x80\x3f\0\0\0\xc0\0\0\xc0\x7f"},
        {"<f8", MR_F64, "\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\xf8\x7f"},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        char dictionary[128], values[24];
        struct scratch s;
        mr_error err;
        size_t bytes = 3 * mr_dtype_size(rows[k].dtype), got = 0;
        (void)snprintf(dictionary, sizeof dictionary,
                       "{'descr': '%s', 'fortran_order': False, 'shape': (3,), }  \n",
                       rows[k].descr);
        struct npy_file f = npy_of(dictionary, rows[k].bytes, bytes);
        struct mr_table *t = npy_open(&f, &s, NULL, &err);
        CU_ASSERT_PTR_NOT_NULL_FATAL(t);
        CU_ASSERT_EQUAL(mr_table_column_count(t), 1);
        CU_ASSERT_STRING_EQUAL(mr_table_column_name(t, 0), "x");
        CU_ASSERT_EQUAL(mr_table_column_dtype(t, 0), rows[k].dtype);
        CU_ASSERT_EQUAL(mr_table_row_count(t), 3);
        CU_ASSERT(mr_table_seekable(t));
        CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 9, (void *[]){values}, &got, &err), MR_OK);
        CU_ASSERT_EQUAL(got, 3);
        mr_order_bytes(values, mr_dtype_size(rows[k].dtype), 3);
        CU_ASSERT_EQUAL(memcmp(values, rows[k].bytes, bytes), 0);
        npy_drop(&t, &s);
    }
}

/* 200 rows of 5 columns, value = 1000 * row + column. */
static struct npy_file matrix(void)
{
    int32_t values[200 * 5];
    for (int k = 0; k < 200 * 5; k++) values[k] = k / 5 * 1000 + k % 5;
    return npy_of_i32("{'descr': '<i4', 'fortran_order': False, 'shape': (200, 5), }\n", values,
                      200 * 5);
}

static void columns_of_a_matrix_are_chosen_by_name_or_number(void)
{
    static const char *const wanted[] = {"x3", "1"};
    struct mr_table_format format = {.columns = wanted, .column_count = 2, .numbered = 2};
    struct npy_file f = matrix();
    struct scratch s;
    mr_error err;
    int32_t a[7], b[7];
    size_t got;
    struct mr_table *t = npy_open(&f, &s, &format, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(t);
    CU_ASSERT_EQUAL(mr_table_column_count(t), 2);
    CU_ASSERT_STRING_EQUAL(mr_table_column_name(t, 0), "x3");
    CU_ASSERT_STRING_EQUAL(mr_table_column_name(t, 1), "x1");
    CU_ASSERT_EQUAL(mr_table_read(t, 10, 1, 7, (void *[]){a, b}, &got, &err), MR_OK);
    for (int k = 0; k < 7; k++)
        CU_ASSERT(a[k] == (10 + k) * 1000 + 3 && b[k] == (10 + k) * 1000 + 1);
    npy_drop(&t, &s);
}

static void any_step_reads_the_rows_it_names(void)
{
    static const int64_t steps[] = {1,  2,  3,  7,   50,   199,  200,      1000000,  INT64_MAX,
                                    -1, -2, -7, -50, -199, -200, -1000000, INT64_MIN};
    struct npy_file f = matrix();
    struct scratch s;
    mr_error err;
    struct mr_table *t = npy_open(&f, &s, NULL, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(t);
    for (size_t k = 0; k < COUNT(steps); k++) {
        for (int64_t first = 0; first < 200; first += 33) {
            int32_t x[5][256];
            size_t got, expected = 0;
            int64_t row = first;
            void *columns[] = {x[0], x[1], x[2], x[3], x[4]};
            CU_ASSERT_EQUAL(mr_table_read(t, first, steps[k], 256, columns, &got, &err), MR_OK);
            while (row >= 0 && row < 200) {
                for (int c = 0; c < 5; c++) CU_ASSERT_EQUAL(x[c][expected], row * 1000 + c);
                expected++;
                if (steps[k] > 200 || steps[k] < -200) break; /* and no overflow here */
                row += steps[k];
            }
            CU_ASSERT_EQUAL(got, expected);
        }
    }
    npy_drop(&t, &s);
}

/* Rows of 100,000 bytes do not fit the scratch buffer. */
static void a_matrix_wider_than_the_scratch_buffer_reads_the_same(void)
{
    enum { ROWS = 3, WIDTH = 25000 };
    static const char *const wanted[] = {"24999", "0"};
    struct mr_table_format format = {.columns = wanted, .column_count = 2, .numbered = 3};
    static unsigned char bytes[10 + 80 + ROWS * WIDTH * 4];
    struct npy_file f =
        npy_of("{'descr': '<i4', 'fortran_order': False, 'shape': (3, 25000), }", NULL, 0);
    memcpy(bytes, f.bytes, f.count);
    for (int32_t k = 0; k < ROWS * WIDTH; k++) memcpy(bytes + f.count + 4 * (size_t)k, &k, 4);
    mr_order_bytes(bytes + f.count, 4, ROWS * WIDTH);
    struct scratch s = scratch_with("wide.npy", bytes, f.count + ROWS * WIDTH * 4);
    struct mr_table *t;
    mr_error err;
    int32_t last[ROWS], first[ROWS];
    size_t got;
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, &format, &err), MR_OK);
    CU_ASSERT(mr_table_scratch_bytes(t) < WIDTH * 4);
    CU_ASSERT_EQUAL(mr_table_read(t, 2, -1, ROWS, (void *[]){last, first}, &got, &err), MR_OK);
    for (int k = 0; k < ROWS; k++)
        CU_ASSERT(first[k] == (2 - k) * WIDTH && last[k] == (3 - k) * WIDTH - 1);
    mr_table_close(&t);
    CU_ASSERT_EQUAL(mr_table_open(&t, s.path, NULL, &err), MR_E_LIMIT);
    npy_drop(&t, &s);
}

static void the_end_is_no_error_and_stays(void)
{
    struct npy_file f =
        npy_of("{'descr': '<i4', 'fortran_order': False, 'shape': (0,), }", NULL, 0);
    struct scratch s;
    mr_error err;
    int32_t value;
    size_t got = 1;
    struct mr_table *t = npy_open(&f, &s, NULL, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(t);
    for (int k = 0; k < 3; k++) {
        CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 1, (void *[]){&value}, &got, &err), MR_OK);
        CU_ASSERT_EQUAL(got, 0);
    }
    CU_ASSERT_EQUAL(mr_table_read(t, INT64_MAX - 1, 1, 1, (void *[]){&value}, &got, &err), MR_OK);
    CU_ASSERT_EQUAL(got, 0);
    npy_drop(&t, &s);
}

static void bytes_that_are_neither_0_nor_1_are_true(void)
{
    struct npy_file f =
        npy_of("{'descr': '|b1', 'fortran_order': False, 'shape': (4,), }", "\0\1\x80\xff", 4);
    struct scratch s;
    mr_error err;
    uint8_t flags[4];
    size_t got;
    struct mr_table *t = npy_open(&f, &s, NULL, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(t);
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 4, (void *[]){flags}, &got, &err), MR_OK);
    CU_ASSERT_EQUAL(memcmp(flags, "\0\1\1\1", 4), 0);
    npy_drop(&t, &s);
}

static void a_pipe_reads_in_order_and_reports_where_it_broke_off(void)
{
    struct mr_table_format format = {.kind = MR_TABLE_NPY};
    struct npy_file f = npy_of_i32("{'descr': '<i4', 'fortran_order': False, 'shape': (4,), }",
                                   (int32_t[]){1, 2, 3}, 3);
    int fd = scratch_pipe(f.bytes, f.count - 2);
    struct mr_table *t;
    mr_error err;
    int32_t values[4] = {0};
    size_t got;
    CU_ASSERT_EQUAL_FATAL(mr_table_open_fd(&t, fd, "pipe", &format, &err), MR_OK);
    CU_ASSERT(!mr_table_seekable(t));
    CU_ASSERT_EQUAL(mr_table_row_count(t), 4);
    CU_ASSERT_EQUAL(mr_table_read(t, 1, 1, 1, (void *[]){values}, &got, &err), MR_E_NOT_SEEKABLE);
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 1, (void *[]){values}, &got, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_table_read(t, 1, 1, 3, (void *[]){values + 1}, &got, &err), MR_E_FORMAT);
    CU_ASSERT(got == 1 && values[0] == 1 && values[1] == 2);
    CU_ASSERT_EQUAL(err.element, 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "after 2 of the 4 rows"));
    CU_ASSERT_EQUAL(mr_table_read(t, 2, 1, 1, (void *[]){values}, &got, &err), MR_E_FORMAT);
    CU_ASSERT_EQUAL(got, 0);
    mr_table_close(&t);
    (void)close(fd);
}

static void a_matrix_comes_through_a_pipe(void)
{
    struct mr_table_format format = {.kind = MR_TABLE_NPY};
    struct npy_file f = matrix();
    int fd = scratch_pipe(f.bytes, f.count);
    struct mr_table *t;
    mr_error err;
    int32_t x[5][256];
    size_t got;
    CU_ASSERT_EQUAL_FATAL(mr_table_open_fd(&t, fd, "pipe", &format, &err), MR_OK);
    void *columns[] = {x[0], x[1], x[2], x[3], x[4]};
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 256, columns, &got, &err), MR_OK);
    CU_ASSERT_EQUAL(got, 200);
    CU_ASSERT(x[4][199] == 199004 && x[0][0] == 0 && x[2][100] == 100002);
    mr_table_close(&t);
    (void)close(fd);
}

static void a_dtype_that_is_asked_for_must_be_the_files(void)
{
    struct mr_table_format format = {.has_dtype = true, .dtype = MR_F64};
    struct npy_file f = matrix();
    struct scratch s;
    mr_error err;
    struct mr_table *t = npy_open(&f, &s, &format, &err);
    CU_ASSERT(!t && err.status == MR_E_TYPE && strstr(err.message, "holds i32, dtype=f64"));
    npy_drop(&t, &s);
}

SUITE(npy, {"every_dtype_reads_back_its_bytes", every_dtype_reads_back_its_bytes},
      {"columns_of_a_matrix_are_chosen_by_name_or_number",
       columns_of_a_matrix_are_chosen_by_name_or_number},
      {"any_step_reads_the_rows_it_names", any_step_reads_the_rows_it_names},
      {"a_matrix_wider_than_the_scratch_buffer_reads_the_same",
       a_matrix_wider_than_the_scratch_buffer_reads_the_same},
      {"the_end_is_no_error_and_stays", the_end_is_no_error_and_stays},
      {"bytes_that_are_neither_0_nor_1_are_true", bytes_that_are_neither_0_nor_1_are_true},
      {"a_pipe_reads_in_order_and_reports_where_it_broke_off",
       a_pipe_reads_in_order_and_reports_where_it_broke_off},
      {"a_matrix_comes_through_a_pipe", a_matrix_comes_through_a_pipe},
      {"a_dtype_that_is_asked_for_must_be_the_files", a_dtype_that_is_asked_for_must_be_the_files});
