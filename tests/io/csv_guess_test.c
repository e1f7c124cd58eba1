/* What a CSV does not say itself is asked for, told, or an error: never a silent guess. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_outcome.h"
#include "io/scratch.h"
#include "io/sink.h"
#include "suite.h"

static void two_lines_say_whether_the_first_is_a_header(void)
{
    static const char way_out[] = "(say header=yes or header=no)";
    static const struct csv_row rows[] = {
        {"a.csv", "a,b\n1,2\n", MR_OK, "a i64 1, b i64 2", "line 1 is the header (names"},
        {"a.csv", "abs,inf,nan,true\n1,2,3,4\n", MR_OK,
         "abs i64 1, inf i64 2, nan i64 3, true i64 4", "line 1 is the header"},
        {"a.csv", "a,date\n1,2020-01-01\n", MR_E_FORMAT, "'2020-01-01' is not a number", "header"},
        {"a.csv", "a\nNA\n", MR_E_FORMAT, "'NA' is a missing value", "line 1 is the header"},
        {"a.csv", "a,b\n", MR_OK, "a f64, b f64", "line 1 is the header"},
        {"a.csv", "2019,2020\n1,2\n", MR_OK, "x0 i64 2019 1, x1 i64 2020 2",
         "line 1 is data (numbers)"},
        {"a.csv", "\"2019\",\"2020\"\n1,2\n", MR_OK, "2019 i64 1, 2020 i64 2",
         "line 1 is the header"},
        {"a.csv", "1,nan\n2,inf\n", MR_OK, "x0 i64 1 2, x1 f64 nan inf", "line 1 is data"},
        {"a.csv", "1\nx\n", MR_E_FORMAT, "x f64 1: ", "line 1 is data"},
        {"a.csv", "true\nfalse\n", MR_OK, "x bool 1 0", "line 1 is data"},
        /* Either would be a guess. */
        {"a.csv", "1,\n2,3\n", MR_E_FORMAT, "'' is empty", ""},
        {"a.csv", ",a\n1,2\n", MR_E_FORMAT, way_out, ""},
        {"a.csv", "NA,1\n2,3\n", MR_E_FORMAT, "'NA' is a missing value", ""},
        {"a.csv", "2020-01-01,1\n2020-01-02,2\n", MR_E_FORMAT,
         "cannot tell whether it is a header: '2020-01-01' is neither a name nor a number", ""},
        {"a.csv", "A,1\nB,2\n", MR_E_FORMAT, "it has names and numbers", ""},
        {"a.csv", "country,2019\nFR,1\n", MR_E_FORMAT, way_out, ""},
        {"a.csv", "a,b\nc,d\n", MR_E_FORMAT, "line 2 has no numbers either", ""},
        {"a.csv", "nan\n1\n", MR_E_FORMAT, "may be values or names", ""},
        {"a.csv", "1 2 3\n4 5 6\n", MR_E_FORMAT, way_out, ""},
        {"a.csv", "\"1\"\n", MR_E_FORMAT, "in quotes may be a name", ""},
        {"a.csv", "# comment\na,b\n1,2\n", MR_E_FORMAT, "has 2 fields, the first line has 1", ""},
    };
    assert_csv_rows(rows, COUNT(rows), &csv_by_itself);
}

static void what_is_said_needs_no_guess(void)
{
    static const char *const wanted[] = {"2020"};
    static const struct csv_row yes[] = {
        {"a.csv", "2019,2020\n1,2\n", MR_OK, "2019 i64 1, 2020 i64 2", "the header (as asked)"},
        {"a.csv", ",a\n1,2\n", MR_OK, "x0 i64 1, a i64 2", "the header (as asked)"}};
    static const struct csv_row no[] = {
        {"a.csv", "A,1\nB,2\n", MR_E_FORMAT, "'A' is not a number", "is data (as asked)"}};
    static const struct csv_row named[] = {
        {"a.csv", "A,2020\nB,2\n", MR_OK, "2020 i64 2", "the header (as columns= names it)"}};
    assert_csv_rows(yes, COUNT(yes), &(struct mr_table_format){.header = MR_TABLE_HEADER_YES});
    assert_csv_rows(no, COUNT(no), &(struct mr_table_format){.header = MR_TABLE_HEADER_NO});
    assert_csv_rows(named, COUNT(named),
                    &(struct mr_table_format){.columns = wanted, .column_count = 1});
}

static void a_separator_is_the_only_one_or_is_asked_for(void)
{
    static const struct csv_row rows[] = {
        {"a.csv", "a,b\n1,2\n", MR_OK, "a i64 1, b i64 2", "separated by commas"},
        {"a.csv", "a;b\n1;2\n", MR_OK, "a i64 1, b i64 2", "separated by semicolons"},
        {"a.csv", "a\tb\n1\t2\n", MR_OK, "a i64 1, b i64 2", "separated by tabs"},
        {"a.tsv", "a,\tb;\n1\t2\n", MR_OK, "a, i64 1, b; i64 2", "separated by tabs"},
        {"a.csv", "\"a;b\",c\n1,2\n", MR_OK, "a;b i64 1, c i64 2", "separated by commas"},
        {"a.csv", "a;b\n1,5;2\n", MR_E_FORMAT,
         "'1,5' is not a number (f64) (numbers have a "
         "decimal point",
         "semicolons"},
        {"a.csv", "1,5;2\n3;4\n", MR_E_FORMAT, "it has commas and semicolons (say separator=", ""},
        {"a.csv", "a,b\tc\n", MR_E_FORMAT, "it has commas and tabs", ""},
        {"a.csv", "a;b\tc\n", MR_E_FORMAT, "it has semicolons and tabs", ""},
        {"a.csv", "a\n1;2\n", MR_E_FORMAT, "if that are two fields, say separator=", ""},
    };
    static const struct csv_row asked[] = {
        {"a.csv", "a,b;c\n1;2\n", MR_OK, "a,b i64 1, c i64 2", "separated by semicolons"}};
    assert_csv_rows(rows, COUNT(rows), &csv_by_itself);
    assert_csv_rows(asked, COUNT(asked), &(struct mr_table_format){.separator = ';'});
}

static void a_column_has_the_dtype_of_its_first_rows(void)
{
    static const struct csv_row rows[] = {
        {"a.csv", "a,b,c,d\n1,2.5,true,1\n-2,3,false,18446744073709551615\n", MR_OK,
         "a i64 1 -2, b f64 2.5 3, c bool 1 0, d u64 1 18446744073709551615", "dtypes by 2 rows"},
        {"a.csv", "9007199254740993\n-9223372036854775808\n", MR_OK,
         "x i64 9007199254740993 -9223372036854775808", "dtypes by 2 rows"},
        {"a.csv", "007\n+5\n0x10\n", MR_OK, "x i64 7 5 16", ""},
        {"a.csv", "1\n1e3\n", MR_OK, "x f64 1 1000", ""},
        {"a.csv", "1\n-0\n", MR_OK, "x f64 1 -0", ""},
        {"a.csv", "1\ntrue\n", MR_E_FORMAT, "x f64 1: ", ""},
        {"a.txt", "1 2\n3\n", MR_OK, "x i64 1 2 3", "dtypes by 3 rows"},
        {"a.txt", "1 2.5\n3\n", MR_OK, "x f64 1 2.5 3", ""},
        /* No float that was not asked for rounds an integer. */
        {"a.csv", "0.5\n9007199254740993\n", MR_E_FORMAT, "x f64 0.5: ", "dtypes by 2 rows"},
        {"a.csv", "0.5\n9007199254740992\n-18446744073709549568\n1e300\n", MR_OK,
         "x f64 0.5 9.0072e+15 -1.84467e+19 1e+300", ""},
        {"a.csv", "-1\n18446744073709551615\n", MR_E_FORMAT, "an integer that f64 cannot hold", ""},
        {"a.csv", "1\n18446744073709551616\n", MR_E_FORMAT, "dtype=f64 rounds", ""},
    };
    assert_csv_rows(rows, COUNT(rows), &csv_by_itself);
    static const struct csv_row gaps[] = {{"a.csv", "1\n9007199254740993\n", MR_E_FORMAT,
                                           "(read it with dtype=f64, which rounds)", ""}};
    assert_csv_rows(gaps, COUNT(gaps), &(struct mr_table_format){.missing = MR_TABLE_MISSING_NAN});
    static const mr_dtype dtypes[] = {MR_F32, MR_U64};
    static const struct csv_row given[] = {
        {"a.csv", "1,2\n", MR_OK, "x0 f32 1, x1 u64 2", ""},
        {"a.csv", "1,2,3\n", MR_E_VALUE, "2 dtypes for 3 columns", ""}};
    assert_csv_rows(given, COUNT(given),
                    &(struct mr_table_format){
                        .has_dtype = true, .dtype = MR_U64, .dtypes = dtypes, .dtype_count = 2});
}

static void what_the_first_rows_did_not_show_is_an_error_with_its_line(void)
{
    enum { LINES = 12000 };
    static const struct {
        const char *line;
        const char *says;
        const char *before; /* each line before it, instead of its number */
    } rows[] = {
        {"1.5",
         ":12001:1: column 'x': '1.5' is no integer, but the column is i64, which the first "
         "10000 rows suggest (read it with dtype=f64)",
         NULL},
        {"9223372036854775808",
         "does not fit i64, which the first 10000 rows suggest (read it with "
         "dtype=u64, or f64, which rounds)",
         NULL},
        {"18446744073709551616", "suggest (read it with dtype=f64, which rounds)", NULL},
        {"nan",
         "'nan' does not fit i64, which the first 10000 rows suggest (read it with "
         "dtype=f64, which rounds)",
         NULL},
        {"2", "'2' does not fit bool, which the first 10000 rows suggest (correct the file, or",
         "true"},
        {"maybe", "'maybe' is not a number (bool) (correct the file, or", "true"},
        {"", ":12001: the line is empty", NULL},
    };
    char *bytes = malloc(LINES * 8 + 64);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    for (size_t k = 0; k < COUNT(rows); k++) {
        size_t at = 0;
        for (int n = 0; n < LINES; n++)
            at += (size_t)(rows[k].before ? snprintf(bytes + at, 8, "%s\n", rows[k].before)
                                          : snprintf(bytes + at, 8, "%d\n", n));
        at += (size_t)snprintf(bytes + at, 64, "%s\n7\n", rows[k].line);
        struct scratch s = scratch_with("a.csv", bytes, at);
        static int64_t values[LINES + 2];
        struct mr_table *t;
        mr_error err;
        char text[sizeof err.message + sizeof err.hint + 8];
        size_t got;
        CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, NULL, &err), MR_OK);
        CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, LINES + 2, (void *[]){values}, &got, &err),
                        MR_E_FORMAT);
        (void)snprintf(text, sizeof text, "%s (%s)", err.message, err.hint);
        CU_ASSERT(got == LINES && err.element == LINES);
        CU_ASSERT(rows[k].before || values[LINES - 1] == LINES - 1);
        if (!strstr(text, rows[k].says)) printf("\n  row %zu: %s\n", k, text);
        CU_ASSERT_PTR_NOT_NULL(strstr(text, rows[k].says));
        mr_table_close(&t);
        scratch_remove(&s);
    }
    free(bytes);
}

/* ---- what is written is what is read ---- */

static const uint8_t bools[] = {1, 0, 0, 1, 1};
static const int32_t i32s[] = {INT32_MIN, -1, 0, 1, INT32_MAX};
static const uint32_t u32s[] = {0, 1, 2, 3, UINT32_MAX};
static const int64_t i64s[] = {INT64_MIN, -1, 0, (INT64_C(1) << 53) + 1, INT64_MAX};
static const uint64_t u64s[] = {0, 1, (UINT64_C(1) << 53) + 1, UINT64_C(1) << 63, UINT64_MAX};
static const float f32s[] = {0.1F, -0.0F, INFINITY, -INFINITY, 1e-45F};
static const double f64s[] = {0.1, -0.0, INFINITY, NAN, 5e-324};
static const double whole[] = {1, 2, 9007199254740993.0, 1e22, -0.0};
static const struct {
    mr_dtype dtype, guessed;
    const void *values;
    size_t bytes;
} stored[] = {{MR_BOOL, MR_BOOL, bools, 1}, {MR_I32, MR_I64, i32s, 4}, {MR_U32, MR_I64, u32s, 4},
              {MR_I64, MR_I64, i64s, 8},    {MR_U64, MR_U64, u64s, 8}, {MR_F32, MR_F64, f32s, 4},
              {MR_F64, MR_F64, f64s, 8},    {MR_F64, MR_F64, whole, 8}};

static void what_is_written_is_read_with_the_same_bits(void)
{
    enum { N = 5, C = COUNT(stored) };
    static const char *const names[C] = {"2019", "nan", "i", "NA", "2020-01-31", "a,b", "x", " y"};
    mr_dtype dtypes[C];
    const void *columns[C];
    static double got[C][N];
    void *into[C];
    for (size_t k = 0; k < C; k++) {
        dtypes[k] = stored[k].dtype;
        columns[k] = stored[k].values;
        into[k] = got[k];
    }
    struct scratch s = scratch_make("a.csv");
    struct mr_sink_layout layout = {.format = MR_SINK_CSV,
                                    .column_count = C,
                                    .names = names,
                                    .dtypes = dtypes,
                                    .expected_rows = -1};
    struct mr_sink *sink;
    mr_error err;
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, columns, N, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
    mr_sink_discard(&sink);
    for (int asked = 0; asked < 2; asked++) {
        struct mr_table_format format = {
            .has_dtype = asked, .dtypes = asked ? dtypes : NULL, .dtype_count = C};
        struct mr_table *t;
        size_t rows = 0;
        mr_status st = mr_table_open(&t, s.path, &format, &err);
        if (st) printf("\n  %s\n", err.message);
        CU_ASSERT_PTR_NOT_NULL_FATAL(t);
        CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, N + 1, into, &rows, &err), MR_OK);
        CU_ASSERT_EQUAL(rows, N);
        for (size_t k = 0; k < C; k++) {
            CU_ASSERT_STRING_EQUAL(mr_table_column_name(t, k), names[k]);
            CU_ASSERT_EQUAL(mr_table_column_dtype(t, k), asked ? dtypes[k] : stored[k].guessed);
            if (!asked && stored[k].guessed != stored[k].dtype) continue;
            CU_ASSERT_EQUAL(memcmp(got[k], stored[k].values, N * stored[k].bytes), 0);
        }
        mr_table_close(&t);
    }
    scratch_remove(&s);
}

static void a_pipe_is_decided_on_by_its_first_lines(void)
{
    static const char bytes[] = "a;b\n1;2\n9007199254740993;4\n";
    int fd = scratch_pipe(bytes, sizeof bytes - 1);
    struct mr_table_format format = {.kind = MR_TABLE_CSV};
    struct mr_table *t;
    mr_error err;
    double a[4], b[4];
    size_t got;
    CU_ASSERT_EQUAL_FATAL(mr_table_open_fd(&t, fd, "pipe", &format, &err), MR_OK);
    CU_ASSERT_STRING_EQUAL(mr_table_found(t), "line 1 is the header (names, no numbers); separated "
                                              "by semicolons");
    CU_ASSERT_EQUAL(mr_table_column_dtype(t, 0), MR_F64);
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 4, (void *[]){a, b}, &got, &err), MR_E_FORMAT);
    CU_ASSERT(got == 1 && a[0] == 1 && b[0] == 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "an integer that f64 cannot hold exactly"));
    mr_table_close(&t);
}

SUITE(csv_guess,
      {"two_lines_say_whether_the_first_is_a_header", two_lines_say_whether_the_first_is_a_header},
      {"what_is_said_needs_no_guess", what_is_said_needs_no_guess},
      {"a_separator_is_the_only_one_or_is_asked_for", a_separator_is_the_only_one_or_is_asked_for},
      {"a_column_has_the_dtype_of_its_first_rows", a_column_has_the_dtype_of_its_first_rows},
      {"what_the_first_rows_did_not_show_is_an_error_with_its_line",
       what_the_first_rows_did_not_show_is_an_error_with_its_line},
      {"what_is_written_is_read_with_the_same_bits", what_is_written_is_read_with_the_same_bits},
      {"a_pipe_is_decided_on_by_its_first_lines", a_pipe_is_decided_on_by_its_first_lines});
