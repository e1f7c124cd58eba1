#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/scratch.h"
#include "io/table.h"
#include "suite.h"
#include "table_seeks.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void white_space_of_any_kind_separates_numbers(void)
{
    static const struct {
        const char *bytes;
        size_t rows;
        double sum;
    } rows[] = {
        {"", 0, 0},
        {"   \n\n\t", 0, 0},
        {"7", 1, 7},
        {"1\n2\n3\n", 3, 6},
        {"1 2 3", 3, 6},
        {" \n1\t2\r\n\r\n3  ", 3, 6},
        {"\v1\f2", 2, 3},
        {"0x10 -1e1", 2, 6},
        {"\xef\xbb\xbf"
         "5\n",
         1, 5},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        int fd = scratch_pipe(rows[k].bytes, strlen(rows[k].bytes));
        struct mr_table *t;
        mr_error err;
        double values[8], sum = 0;
        size_t got;
        CU_ASSERT_EQUAL_FATAL(mr_table_open_fd(&t, fd, "pipe", NULL, &err), MR_OK);
        CU_ASSERT_STRING_EQUAL(mr_table_column_name(t, 0), "x");
        CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 8, (void *[]){values}, &got, &err), MR_OK);
        for (size_t n = 0; n < got; n++) sum += values[n];
        CU_ASSERT(got == rows[k].rows && sum == rows[k].sum);
        int64_t end = (int64_t)got;
        CU_ASSERT_EQUAL(mr_table_read(t, end, 1, 8, (void *[]){values}, &got, &err), MR_OK);
        CU_ASSERT_EQUAL(got, 0);
        mr_table_close(&t);
        (void)close(fd);
    }
}

static void errors_name_line_and_byte(void)
{
    static const struct {
        const char *bytes;
        mr_dtype dtype;
        size_t rows;
        const char *says;
    } rows[] = {
        {"1\n2\nx\n", MR_F64, 2, "pipe:3:1: column 'x': 'x' is not a number"},
        {"1 2\n  3 4x\n", MR_F64, 3, "pipe:2:5: column 'x': '4x' is not"},
        {"1,2\n", MR_F64, 0, "pipe:1:1: column 'x': '1,2' is not"},
        {"# comment\n1\n", MR_F64, 0, "pipe:1:1: column 'x': '#' is not"},
        {"1\n2.5\n", MR_I64, 1, "'2.5' is no integer"},
        {"1\n300e300\n300\n", MR_I32, 1, "'300e300' does not fit i32"},
        {"\x93NUMPY", MR_F64, 0, "is not a number"},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        struct mr_table_format format = {.has_dtype = true, .dtype = rows[k].dtype};
        int fd = scratch_pipe(rows[k].bytes, strlen(rows[k].bytes));
        struct mr_table *t;
        mr_error err;
        double values[8];
        size_t got;
        CU_ASSERT_EQUAL_FATAL(mr_table_open_fd(&t, fd, "pipe", &format, &err), MR_OK);
        CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 8, (void *[]){values}, &got, &err), MR_E_FORMAT);
        bool right = got == rows[k].rows && strstr(err.message, rows[k].says);
        if (!right) printf("\n  row %zu: %zu rows, says: %s\n", k, got, err.message);
        CU_ASSERT(right);
        mr_table_close(&t);
        (void)close(fd);
    }
}

static void opening_a_pipe_reads_nothing(void)
{
    int ends[2];
    struct mr_table *t;
    mr_error err;
    double value;
    size_t got;
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    CU_ASSERT_EQUAL_FATAL(mr_table_open_fd(&t, ends[0], "pipe", NULL, &err), MR_OK);
    CU_ASSERT_EQUAL(write(ends[1], "5 6 ", 4), 4); /* would come too late for an open that reads */
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 1, (void *[]){&value}, &got, &err), MR_OK);
    CU_ASSERT(got == 1 && value == 5.0); /* with the writing end still open */
    mr_table_close(&t);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void a_file_is_told_by_its_suffix_or_its_first_bytes(void)
{
    static const char npy[] = "\x93NUMPY\x01\x00\x3d\x00"
                              "{'descr':'|b1', 'fortran_order':False, 'shape':(1,), }      \n\1";
    struct scratch s = scratch_with("numbers.txt", "1 2\n3", 5);
    struct scratch n = scratch_with("array", npy, sizeof npy - 1);
    struct mr_table *t;
    mr_error err;
    int64_t values[8];
    size_t got;
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, NULL, &err), MR_OK);
    CU_ASSERT(mr_table_seekable(t) && mr_table_column_dtype(t, 0) == MR_I64);
    CU_ASSERT_EQUAL(mr_table_read(t, 2, -2, 8, (void *[]){values}, &got, &err), MR_OK);
    CU_ASSERT(got == 2 && values[0] == 3 && values[1] == 1);
    mr_table_close(&t);
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, n.path, NULL, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_table_column_dtype(t, 0), MR_BOOL);
    mr_table_close(&t);
    scratch_remove(&s);
    scratch_remove(&n);
}

static void a_number_longer_than_the_window_is_refused(void)
{
    const size_t count = (1 << 20) + 8;
    char *bytes = malloc(count);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    memset(bytes, '1', count);
    memcpy(bytes, "4\n", 2);
    struct scratch s = scratch_with("numbers.txt", bytes, count);
    free(bytes);
    struct mr_table *t;
    mr_error err;
    double values[2];
    size_t got;
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, NULL, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 2, (void *[]){values}, &got, &err), MR_E_LIMIT);
    CU_ASSERT(got == 1 && strstr(err.message, "numbers.txt:2: number longer than"));
    mr_table_close(&t);
    scratch_remove(&s);
}

static void seeks_in_long_files_find_their_rows(void)
{
    enum { NUMBERS = 20000 };
    static const struct table_seek seeks[] = {
        {19999, 1}, {0, 1}, {12345, 7}, {5000, -3}, {20000, 1}};
    char *bytes = malloc(NUMBERS * 8 + 16);
    size_t count = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    for (int k = 0; k < NUMBERS; k++)
        count += (size_t)snprintf(bytes + count, 16, k % 3 ? "%d " : "%d\n", k);
    struct scratch s = scratch_with("numbers.txt", bytes, count);
    free(bytes);
    struct mr_table *t;
    mr_error err;
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, NULL, &err), MR_OK);
    assert_seeks(t, seeks, COUNT(seeks), NUMBERS, same_row);
    mr_table_close(&t);
    scratch_remove(&s);
}

SUITE(text_table,
      {"white_space_of_any_kind_separates_numbers", white_space_of_any_kind_separates_numbers},
      {"errors_name_line_and_byte", errors_name_line_and_byte},
      {"opening_a_pipe_reads_nothing", opening_a_pipe_reads_nothing},
      {"a_file_is_told_by_its_suffix_or_its_first_bytes",
       a_file_is_told_by_its_suffix_or_its_first_bytes},
      {"a_number_longer_than_the_window_is_refused", a_number_longer_than_the_window_is_refused},
      {"seeks_in_long_files_find_their_rows", seeks_in_long_files_find_their_rows});
