/* What a row of a CSV is: values may be missing, rows left out, and go over several lines. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_outcome.h"
#include "io/scratch.h"
#include "io/table_seeks.h"
#include "suite.h"

static void missing_values_are_errors_or_what_is_asked_for(void)
{
    static const char bytes[] = "a,b\n1,\n2,NA\nnull,3\n4,5\n6,\" n/a \"\n7,None\n8,9\n";
    static const char *const wanted[] = {"a"};
    struct csv_row row = {"a.csv", bytes, MR_E_FORMAT,
                          "a.csv:2:3: column 'b': the field is empty (read "
                          "it with missing=nan, or missing=skip",
                          ""};
    assert_csv_rows(&row, 1, &csv_by_itself);
    row.status = MR_OK;
    row.says = "a f64 1 2 nan 4 6 7 8, b f64 nan nan 3 5 nan nan 9";
    assert_csv_rows(&row, 1, &(struct mr_table_format){.missing = MR_TABLE_MISSING_NAN});
    row.says = "a i64 4 8, b i64 5 9";
    assert_csv_rows(&row, 1, &(struct mr_table_format){.missing = MR_TABLE_MISSING_SKIP});
    row.says = "a i64 1 2 4 6 7 8"; /* b is not read */
    assert_csv_rows(&row, 1,
                    &(struct mr_table_format){
                        .columns = wanted, .column_count = 1, .missing = MR_TABLE_MISSING_SKIP});
    row = (struct csv_row){"a.txt", "1 NA 3", MR_OK, "x i64 1 3", ""};
    assert_csv_rows(&row, 1, &(struct mr_table_format){.missing = MR_TABLE_MISSING_SKIP});
    row.says = "x f64 1 nan 3";
    assert_csv_rows(&row, 1, &(struct mr_table_format){.missing = MR_TABLE_MISSING_NAN});
    row = (struct csv_row){"a.csv", "1\n2\n", MR_E_TYPE, "cannot be nan in i64", ""};
    assert_csv_rows(&row, 1,
                    &(struct mr_table_format){
                        .has_dtype = true, .dtype = MR_I64, .missing = MR_TABLE_MISSING_NAN});
    row = (struct csv_row){"a.bin", "12345678", MR_E_VALUE, "missing= is for csv, jsonl and text",
                           ""};
    assert_csv_rows(&row, 1,
                    &(struct mr_table_format){
                        .has_dtype = true, .dtype = MR_F64, .missing = MR_TABLE_MISSING_SKIP});
}

static int64_t third(int64_t row)
{
    return 3 * row + 1;
}

/* Row n is the nth that is left, from wherever it is read. */
static void rows_left_out_are_not_counted(void)
{
    enum { LINES = 6000 };
    static const struct table_seek seeks[] = {{1999, 1}, {0, 1},    {1500, 3},
                                              {700, -7}, {2000, 1}, {3, 1}};
    char *bytes = malloc(LINES * 8 + 16);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    size_t count = 0;
    for (int n = 0; n < LINES; n++)
        count += (size_t)snprintf(bytes + count, 16,
                                  n % 3 == 1 ? "%d\n"
                                  : n % 3    ? "NA\n"
                                             : "\n",
                                  n);
    struct scratch s = scratch_with("a.csv", bytes, count);
    free(bytes);
    struct mr_table_format format = {.header = MR_TABLE_HEADER_NO,
                                     .missing = MR_TABLE_MISSING_SKIP,
                                     .has_dtype = true,
                                     .dtype = MR_I64};
    struct mr_table *t;
    mr_error err;
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, &format, &err), MR_OK);
    assert_seeks(t, seeks, COUNT(seeks), LINES / 3, third);
    mr_table_close(&t);
    scratch_remove(&s);
}

/* RFC 4180 lets a field in quotes have line ends. */
static void a_row_may_go_over_several_lines(void)
{
    enum { ROWS = 5000 };
    static const char *const wanted[] = {"v"};
    static const struct table_seek seeks[] = {{4999, 1}, {0, 1},    {1500, 3},
                                              {700, -7}, {5000, 1}, {3, 1}};
    static const struct csv_row rows[] = {
        {"a.csv", "text,v\n\"multi\nline\",5\n\"with, \"\"comma\",6\n", MR_OK, "v i64 5 6", ""},
        {"a.csv", "\"the\r\ntext\",v\r\n\"multi\r\n\r\nline\",5\r\nx,6\r\n", MR_OK, "v i64 5 6",
         "line 1 is the header"},
        {"a.csv", "t,v\na,1\n\"b\nc,2\n", MR_E_FORMAT, "v i64 1: ", ""},
        {"a.csv", "t,v\n\"a\n\n\",1\nb,x\n", MR_E_FORMAT, ":5:3: column 'v': 'x' is not", ""},
    };
    struct mr_table_format format = {.columns = wanted, .column_count = 1};
    assert_csv_rows(rows, COUNT(rows), &format);
    char *bytes = malloc(ROWS * 32);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    size_t count = (size_t)snprintf(bytes, 32, "t,v\n");
    for (int n = 0; n < ROWS; n++)
        count += (size_t)snprintf(bytes + count, 32, n % 3 ? "\"a\n\nb\",%d\n" : "a,%d\n", n);
    struct scratch s = scratch_with("a.csv", bytes, count);
    free(bytes);
    struct mr_table *t;
    mr_error err;
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, &format, &err), MR_OK);
    assert_seeks(t, seeks, COUNT(seeks), ROWS, same_row);
    mr_table_close(&t);
    scratch_remove(&s);
}

/* A quote that nobody closes is told as such, and in the time of one look at the rest. */
static void a_quote_that_is_never_closed_is_told(void)
{
    enum { BYTES = 3 << 20 };
    char *bytes = malloc(BYTES);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    memset(bytes, '\n', BYTES);
    memcpy(bytes, "v\n1\n\"2", 6);
    struct csv_outcome o = csv_outcome_of("a.csv", bytes, BYTES, &csv_by_itself);
    CU_ASSERT_EQUAL(o.status, MR_E_FORMAT);
    CU_ASSERT_PTR_NOT_NULL(strstr(o.text, ":3:2: a quote is not closed"));
    free(bytes);
}

SUITE(csv_rows,
      {"missing_values_are_errors_or_what_is_asked_for",
       missing_values_are_errors_or_what_is_asked_for},
      {"rows_left_out_are_not_counted", rows_left_out_are_not_counted},
      {"a_row_may_go_over_several_lines", a_row_may_go_over_several_lines},
      {"a_quote_that_is_never_closed_is_told", a_quote_that_is_never_closed_is_told});
