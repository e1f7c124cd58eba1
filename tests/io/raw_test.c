#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/byte_order.h"
#include "io/scratch.h"
#include "io/table.h"
#include "suite.h"

static const struct mr_table_format raw_i32 = {
    .kind = MR_TABLE_RAW, .has_dtype = true, .dtype = MR_I32};

static void a_file_holds_its_size_over_the_dtypes_rows(void)
{
    int32_t stored[1000], values[1000];
    for (int k = 0; k < 1000; k++) stored[k] = k * 7;
    mr_order_bytes(stored, 4, 1000);
    struct scratch s = scratch_with("data.bin", stored, sizeof stored);
    mr_order_bytes(stored, 4, 1000);
    struct mr_table *t;
    mr_error err;
    size_t got;
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, &raw_i32, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_table_row_count(t), 1000);
    CU_ASSERT_STRING_EQUAL(mr_table_column_name(t, 0), "x");
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 1000, (void *[]){values}, &got, &err), MR_OK);
    CU_ASSERT(got == 1000 && memcmp(values, stored, sizeof stored) == 0);
    CU_ASSERT_EQUAL(mr_table_read(t, 998, 1, 1000, (void *[]){values}, &got, &err), MR_OK);
    CU_ASSERT(got == 2 && values[0] == 998 * 7 && values[1] == 999 * 7);
    CU_ASSERT_EQUAL(mr_table_read(t, 999, -3, 1000, (void *[]){values}, &got, &err), MR_OK);
    CU_ASSERT_EQUAL(got, 334);
    for (int k = 0; k < 334; k++) CU_ASSERT_EQUAL(values[k], (999 - 3 * k) * 7);
    mr_table_close(&t);
    scratch_remove(&s);
}

static void a_file_that_says_it_is_empty_is_read_nevertheless(void)
{
    static const char path[] = "/proc/version";
    int32_t expected[64], values[64];
    struct mr_table *t;
    mr_error err;
    size_t got;
    FILE *file = fopen(path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    size_t count = fread(expected, sizeof *expected, 64, file);
    (void)fclose(file);
    CU_ASSERT(count > 2);
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, path, &raw_i32, &err), MR_OK);
    CU_ASSERT(mr_table_row_count(t) == -1 && !mr_table_seekable(t));
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, count, (void *[]){values}, &got, &err), MR_OK);
    mr_order_bytes(values, sizeof *values, got);
    CU_ASSERT(got == count && memcmp(values, expected, count * sizeof *values) == 0);
    mr_table_close(&t);
}

static void positions_that_cannot_be_are_refused_and_forgotten(void)
{
    struct scratch s = scratch_with("data.bin", "\1\0\0\0", 4);
    struct mr_table *t;
    mr_error err;
    int32_t value = 0;
    size_t got;
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, &raw_i32, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_table_read(t, -1, 1, 1, (void *[]){&value}, &got, &err), MR_E_VALUE);
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 0, 1, (void *[]){&value}, &got, &err), MR_E_VALUE);
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 1, (void *[]){&value}, &got, &err), MR_OK);
    CU_ASSERT(got == 1 && value == 1);
    mr_table_close(&t);
    scratch_remove(&s);
}

static void a_dtype_is_asked_for(void)
{
    struct scratch s = scratch_with("data.raw", "\0\0\0\0", 4);
    struct mr_table *t;
    mr_error err;
    CU_ASSERT_EQUAL(mr_table_open(&t, s.path, NULL, &err), MR_E_TYPE);
    CU_ASSERT(!t && strstr(err.hint, "dtype="));
    scratch_remove(&s);
}

static void a_file_with_a_partial_element_does_not_open(void)
{
    struct scratch s = scratch_with("data.raw", "\0\0\0\0\0\0\0", 7);
    struct mr_table *t;
    mr_error err;
    CU_ASSERT_EQUAL(mr_table_open(&t, s.path, &raw_i32, &err), MR_E_FORMAT);
    CU_ASSERT(!t && strstr(err.message, "its 7 bytes are no multiple of a row's 4"));
    scratch_remove(&s);
}

static void a_pipe_with_a_partial_element_gives_the_full_ones_first(void)
{
    int fd = scratch_pipe("\1\0\0\0\2\0\0\0\3\0\0", 11);
    struct mr_table *t;
    mr_error err;
    int32_t values[8];
    size_t got;
    CU_ASSERT_EQUAL_FATAL(mr_table_open_fd(&t, fd, "pipe", &raw_i32, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_table_row_count(t), -1);
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 8, (void *[]){values}, &got, &err), MR_E_FORMAT);
    CU_ASSERT(got == 2 && values[0] == 1 && values[1] == 2 && err.element == 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "ended with 3 bytes"));
    CU_ASSERT_EQUAL(mr_table_read(t, 2, 1, 8, (void *[]){values}, &got, &err), MR_E_FORMAT);
    CU_ASSERT_EQUAL(got, 0);
    mr_table_close(&t);
    (void)close(fd);
}

static void the_end_of_a_pipe_stays_the_end(void)
{
    int fd = scratch_pipe("\1\0\0\0\2\0\0\0", 8);
    struct mr_table *t;
    mr_error err;
    int32_t values[8];
    size_t got;
    CU_ASSERT_EQUAL_FATAL(mr_table_open_fd(&t, fd, "pipe", &raw_i32, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 8, (void *[]){values}, &got, &err), MR_OK);
    CU_ASSERT_EQUAL(got, 2);
    for (int k = 0; k < 3; k++) {
        CU_ASSERT_EQUAL(mr_table_read(t, 2, 1, 8, (void *[]){values}, &got, &err), MR_OK);
        CU_ASSERT_EQUAL(got, 0);
    }
    mr_table_close(&t);
    (void)close(fd);
}

static void named_columns_are_interleaved(void)
{
    static const char *const names[] = {"re", "im"};
    struct mr_table_format format = raw_i32;
    format.columns = names;
    format.column_count = 2;
    int32_t stored[] = {1, -1, 2, -2, 3, -3};
    mr_order_bytes(stored, 4, 6);
    int fd = scratch_pipe(stored, sizeof stored);
    struct scratch s = scratch_with("data.raw", stored, sizeof stored);
    struct mr_table *file, *pipe;
    mr_error err;
    int32_t re[4], im[4];
    size_t got;
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&file, s.path, &format, &err), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_table_open_fd(&pipe, fd, "pipe", &format, &err), MR_OK);
    CU_ASSERT_STRING_EQUAL(mr_table_column_name(pipe, 1), "im");
    CU_ASSERT_EQUAL(mr_table_row_count(file), 3);
    CU_ASSERT_EQUAL(mr_table_read(file, 2, -2, 4, (void *[]){re, im}, &got, &err), MR_OK);
    CU_ASSERT(got == 2 && re[0] == 3 && im[0] == -3 && re[1] == 1 && im[1] == -1);
    CU_ASSERT_EQUAL(mr_table_read(pipe, 0, 1, 4, (void *[]){re, im}, &got, &err), MR_OK);
    CU_ASSERT(got == 3 && re[1] == 2 && im[1] == -2 && im[2] == -3);
    mr_table_close(&file);
    mr_table_close(&pipe);
    (void)close(fd);
    scratch_remove(&s);
}

static void a_file_that_shrinks_while_it_is_read_is_an_error(void)
{
    int32_t values[64] = {0};
    struct scratch s = scratch_with("data.bin", values, sizeof values);
    struct mr_table *t;
    mr_error err;
    size_t got;
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, &raw_i32, &err), MR_OK);
    CU_ASSERT_EQUAL(truncate(s.path, 10), 0);
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 64, (void *[]){values}, &got, &err), MR_E_FORMAT);
    CU_ASSERT(got == 2 && err.element == 2 && strstr(err.message, "became shorter"));
    mr_table_close(&t);
    scratch_remove(&s);
}

static void a_descriptor_is_read_from_where_it_stands(void)
{
    struct scratch s = scratch_with("data.bin", "head\1\0\0\0\2\0\0\0", 12);
    struct mr_table *t;
    mr_error err;
    int32_t values[4];
    char head[4];
    size_t got;
    FILE *file = fopen(s.path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(read(fileno(file), head, 4), 4);
    CU_ASSERT_EQUAL_FATAL(mr_table_open_fd(&t, fileno(file), "stdin", &raw_i32, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_table_row_count(t), 2);
    CU_ASSERT_EQUAL(mr_table_read(t, 1, -1, 4, (void *[]){values}, &got, &err), MR_OK);
    CU_ASSERT(got == 2 && values[0] == 2 && values[1] == 1);
    mr_table_close(&t);
    CU_ASSERT_EQUAL(fclose(file), 0);
    scratch_remove(&s);
}

SUITE(raw,
      {"a_file_holds_its_size_over_the_dtypes_rows", a_file_holds_its_size_over_the_dtypes_rows},
      {"a_file_that_says_it_is_empty_is_read_nevertheless",
       a_file_that_says_it_is_empty_is_read_nevertheless},
      {"positions_that_cannot_be_are_refused_and_forgotten",
       positions_that_cannot_be_are_refused_and_forgotten},
      {"a_dtype_is_asked_for", a_dtype_is_asked_for},
      {"a_file_with_a_partial_element_does_not_open", a_file_with_a_partial_element_does_not_open},
      {"a_pipe_with_a_partial_element_gives_the_full_ones_first",
       a_pipe_with_a_partial_element_gives_the_full_ones_first},
      {"the_end_of_a_pipe_stays_the_end", the_end_of_a_pipe_stays_the_end},
      {"named_columns_are_interleaved", named_columns_are_interleaved},
      {"a_file_that_shrinks_while_it_is_read_is_an_error",
       a_file_that_shrinks_while_it_is_read_is_an_error},
      {"a_descriptor_is_read_from_where_it_stands", a_descriptor_is_read_from_where_it_stands});
