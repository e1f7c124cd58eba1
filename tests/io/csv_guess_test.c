/* What a CSV does not say itself is asked for, told, or an error: never a silent guess. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/scratch.h"
#include "io/sink.h"
#include "io/table.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { ROOM = 16 };

static size_t show_value(char *out, size_t room, mr_dtype dtype, const void *column, size_t row)
{
    switch (dtype) {
    case MR_BOOL: return (size_t)snprintf(out, room, " %d", ((const uint8_t *)column)[row]);
    case MR_I64: return (size_t)snprintf(out, room, " %" PRId64, ((const int64_t *)column)[row]);
    case MR_U64: return (size_t)snprintf(out, room, " %" PRIu64, ((const uint64_t *)column)[row]);
    case MR_F32: return (size_t)snprintf(out, room, " %g", ((const float *)column)[row]);
    default: return (size_t)snprintf(out, room, " %g", ((const double *)column)[row]);
    }
}

/* "a i64 1 2, b f64 0.5 1", what was found, or "message (hint)"; the rows before it, and the
 * message, where only reading failed. */
struct outcome {
    mr_status status;
    char text[700], found[256];
};

static struct outcome outcome_of(const char *name, const char *bytes, size_t count,
                                 const struct mr_table_format *format)
{
    struct scratch s = scratch_with(name, bytes, count);
    struct outcome o = {.status = MR_OK};
    struct mr_table *t;
    mr_error err;
    static double raw[MR_TABLE_MAX_COLUMNS][ROOM];
    void *columns[MR_TABLE_MAX_COLUMNS];
    size_t got = 0, at = 0;
    for (size_t k = 0; k < MR_TABLE_MAX_COLUMNS; k++) columns[k] = raw[k];
    o.status = mr_table_open(&t, s.path, format, &err);
    if (t) {
        (void)snprintf(o.found, sizeof o.found, "%s", mr_table_found(t));
        o.status = mr_table_read(t, 0, 1, ROOM, columns, &got, &err);
        for (size_t k = 0; k < mr_table_column_count(t); k++) {
            mr_dtype dtype = mr_table_column_dtype(t, k);
            at += (size_t)snprintf(o.text + at, sizeof o.text - at, "%s%s %s", k ? ", " : "",
                                   mr_table_column_name(t, k), mr_dtype_name(dtype));
            for (size_t n = 0; n < got; n++)
                at += show_value(o.text + at, sizeof o.text - at, dtype, columns[k], n);
        }
    }
    if (o.status)
        (void)snprintf(o.text + at, sizeof o.text - at, "%s%s (%s)", at ? ": " : "", err.message,
                       err.hint);
    mr_table_close(&t);
    scratch_remove(&s);
    return o;
}

/* `says` is the whole of what is read, or a part of the message and hint. */
struct row {
    const char *name, *bytes;
    mr_status status;
    const char *says, *found;
};

static void assert_rows(const struct row *rows, size_t count, const struct mr_table_format *format)
{
    for (size_t k = 0; k < count; k++) {
        struct outcome o = outcome_of(rows[k].name, rows[k].bytes, strlen(rows[k].bytes), format);
        bool right =
            o.status == rows[k].status &&
            (o.status ? strstr(o.text, rows[k].says) != NULL : strcmp(o.text, rows[k].says) == 0) &&
            strstr(o.found, rows[k].found);
        if (!right) printf("\n  row %zu: %s; found: %s\n", k, o.text, o.found);
        CU_ASSERT(right);
    }
}

static const struct mr_table_format by_itself = {.kind = MR_TABLE_AUTO};

static void two_lines_say_whether_the_first_is_a_header(void)
{
    static const char way_out[] = "(say header=yes or header=no)";
    static const struct row rows[] = {
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
    assert_rows(rows, COUNT(rows), &by_itself);
}

static void what_is_said_needs_no_guess(void)
{
    static const char *const wanted[] = {"2020"};
    static const struct row yes[] = {
        {"a.csv", "2019,2020\n1,2\n", MR_OK, "2019 i64 1, 2020 i64 2", "the header (as asked)"},
        {"a.csv", ",a\n1,2\n", MR_OK, "x0 i64 1, a i64 2", "the header (as asked)"}};
    static const struct row no[] = {
        {"a.csv", "A,1\nB,2\n", MR_E_FORMAT, "'A' is not a number", "is data (as asked)"}};
    static const struct row named[] = {
        {"a.csv", "A,2020\nB,2\n", MR_OK, "2020 i64 2", "the header (as columns= names it)"}};
    assert_rows(yes, COUNT(yes), &(struct mr_table_format){.header = MR_TABLE_HEADER_YES});
    assert_rows(no, COUNT(no), &(struct mr_table_format){.header = MR_TABLE_HEADER_NO});
    assert_rows(named, COUNT(named),
                &(struct mr_table_format){.columns = wanted, .column_count = 1});
}

static void a_separator_is_the_only_one_or_is_asked_for(void)
{
    static const struct row rows[] = {
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
    static const struct row asked[] = {
        {"a.csv", "a,b;c\n1;2\n", MR_OK, "a,b i64 1, c i64 2", "separated by semicolons"}};
    assert_rows(rows, COUNT(rows), &by_itself);
    assert_rows(asked, COUNT(asked), &(struct mr_table_format){.separator = ';'});
}

static void a_column_has_the_dtype_of_its_first_rows(void)
{
    static const struct row rows[] = {
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
    assert_rows(rows, COUNT(rows), &by_itself);
    static const struct row gaps[] = {{"a.csv", "1\n9007199254740993\n", MR_E_FORMAT,
                                       "(read it with dtype=f64, which rounds)", ""}};
    assert_rows(gaps, COUNT(gaps), &(struct mr_table_format){.missing = MR_TABLE_MISSING_NAN});
    static const mr_dtype dtypes[] = {MR_F32, MR_U64};
    static const struct row given[] = {
        {"a.csv", "1,2\n", MR_OK, "x0 f32 1, x1 u64 2", ""},
        {"a.csv", "1,2,3\n", MR_E_VALUE, "2 dtypes for 3 columns", ""}};
    assert_rows(given, COUNT(given),
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

static void missing_values_are_errors_or_what_is_asked_for(void)
{
    static const char bytes[] = "a,b\n1,\n2,NA\nnull,3\n4,5\n6,\" n/a \"\n7,None\n8,9\n";
    static const char *const wanted[] = {"a"};
    struct row row = {"a.csv", bytes, MR_E_FORMAT,
                      "a.csv:2:3: column 'b': the field is empty (read "
                      "it with missing=nan, or missing=skip",
                      ""};
    assert_rows(&row, 1, &by_itself);
    row.status = MR_OK;
    row.says = "a f64 1 2 nan 4 6 7 8, b f64 nan nan 3 5 nan nan 9";
    assert_rows(&row, 1, &(struct mr_table_format){.missing = MR_TABLE_MISSING_NAN});
    row.says = "a i64 4 8, b i64 5 9";
    assert_rows(&row, 1, &(struct mr_table_format){.missing = MR_TABLE_MISSING_SKIP});
    row.says = "a i64 1 2 4 6 7 8"; /* b is not read */
    assert_rows(&row, 1,
                &(struct mr_table_format){
                    .columns = wanted, .column_count = 1, .missing = MR_TABLE_MISSING_SKIP});
    row = (struct row){"a.txt", "1 NA 3", MR_OK, "x i64 1 3", ""};
    assert_rows(&row, 1, &(struct mr_table_format){.missing = MR_TABLE_MISSING_SKIP});
    row.says = "x f64 1 nan 3";
    assert_rows(&row, 1, &(struct mr_table_format){.missing = MR_TABLE_MISSING_NAN});
    row = (struct row){"a.csv", "1\n2\n", MR_E_TYPE, "cannot be nan in i64", ""};
    assert_rows(&row, 1,
                &(struct mr_table_format){
                    .has_dtype = true, .dtype = MR_I64, .missing = MR_TABLE_MISSING_NAN});
    row = (struct row){"a.bin", "12345678", MR_E_VALUE, "missing= is for csv, jsonl and text", ""};
    assert_rows(&row, 1,
                &(struct mr_table_format){
                    .has_dtype = true, .dtype = MR_F64, .missing = MR_TABLE_MISSING_SKIP});
}

/* Row n is the nth that is left, from wherever it is read. */
static void rows_left_out_are_not_counted(void)
{
    enum { LINES = 6000 };
    static const int64_t seeks[][2] = {{1999, 1}, {0, 1}, {1500, 3}, {700, -7}, {2000, 1}, {3, 1}};
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
    for (size_t k = 0; k < COUNT(seeks); k++) {
        int64_t values[10];
        size_t got, expected = 0;
        mr_status st =
            mr_table_read(t, seeks[k][0], seeks[k][1], 10, (void *[]){values}, &got, &err);
        CU_ASSERT_EQUAL(st, MR_OK);
        for (int64_t row = seeks[k][0]; row < LINES / 3 && expected < 10; row += seeks[k][1])
            CU_ASSERT_EQUAL(values[expected++], 3 * row + 1);
        CU_ASSERT_EQUAL(got, expected);
    }
    mr_table_close(&t);
    scratch_remove(&s);
}

/* RFC 4180 lets a field in quotes have line ends. */
static void a_row_may_go_over_several_lines(void)
{
    enum { ROWS = 5000 };
    static const char *const wanted[] = {"v"};
    static const int64_t seeks[][2] = {{4999, 1}, {0, 1}, {1500, 3}, {700, -7}, {5000, 1}, {3, 1}};
    static const struct row rows[] = {
        {"a.csv", "text,v\n\"multi\nline\",5\n\"with, \"\"comma\",6\n", MR_OK, "v i64 5 6", ""},
        {"a.csv", "\"the\r\ntext\",v\r\n\"multi\r\n\r\nline\",5\r\nx,6\r\n", MR_OK, "v i64 5 6",
         "line 1 is the header"},
        {"a.csv", "t,v\na,1\n\"b\nc,2\n", MR_E_FORMAT, "v i64 1: ", ""},
        {"a.csv", "t,v\n\"a\n\n\",1\nb,x\n", MR_E_FORMAT, ":5:3: column 'v': 'x' is not", ""},
    };
    struct mr_table_format format = {.columns = wanted, .column_count = 1};
    assert_rows(rows, COUNT(rows), &format);
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
    for (size_t k = 0; k < COUNT(seeks); k++) {
        int64_t values[10];
        size_t got, expected = 0;
        mr_status st =
            mr_table_read(t, seeks[k][0], seeks[k][1], 10, (void *[]){values}, &got, &err);
        CU_ASSERT_EQUAL(st, MR_OK);
        for (int64_t row = seeks[k][0]; row < ROWS && expected < 10; row += seeks[k][1])
            CU_ASSERT_EQUAL(values[expected++], row);
        CU_ASSERT_EQUAL(got, expected);
    }
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
    struct outcome o = outcome_of("a.csv", bytes, BYTES, &by_itself);
    CU_ASSERT_EQUAL(o.status, MR_E_FORMAT);
    CU_ASSERT_PTR_NOT_NULL(strstr(o.text, ":3:2: a quote is not closed"));
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
      {"missing_values_are_errors_or_what_is_asked_for",
       missing_values_are_errors_or_what_is_asked_for},
      {"rows_left_out_are_not_counted", rows_left_out_are_not_counted},
      {"a_row_may_go_over_several_lines", a_row_may_go_over_several_lines},
      {"a_quote_that_is_never_closed_is_told", a_quote_that_is_never_closed_is_told},
      {"what_is_written_is_read_with_the_same_bits", what_is_written_is_read_with_the_same_bits},
      {"a_pipe_is_decided_on_by_its_first_lines", a_pipe_is_decided_on_by_its_first_lines});
