/* What a CSV holds: its columns, or the place and text of what is wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/scratch.h"
#include "io/table.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { ROOM = 64 };

/* All of a small table, and how it ended. */
struct contents {
    mr_status status; /* of opening it, else of reading it */
    mr_error err;
    bool opened;
    size_t columns, rows;
    char names[MR_TABLE_MAX_COLUMNS][64], found[256];
    mr_dtype dtypes[MR_TABLE_MAX_COLUMNS];
    double values[MR_TABLE_MAX_COLUMNS][ROOM];
};

/* As f64: the tests' integers are small. */
static double widened(mr_dtype dtype, const void *column, size_t row)
{
    switch (dtype) {
    case MR_BOOL: return ((const uint8_t *)column)[row];
    case MR_I64: return (double)((const int64_t *)column)[row];
    case MR_U64: return (double)((const uint64_t *)column)[row];
    case MR_F32: return ((const float *)column)[row];
    default: return ((const double *)column)[row];
    }
}

static struct contents contents_of(const char *file_name, const char *bytes, size_t count,
                                   const struct mr_table_format *format)
{
    struct contents c = {.status = MR_OK};
    struct scratch s = scratch_with(file_name, bytes, count);
    struct mr_table *t;
    c.status = mr_table_open(&t, s.path, format, &c.err);
    c.opened = t != NULL;
    static double raw[MR_TABLE_MAX_COLUMNS][ROOM];
    void *columns[MR_TABLE_MAX_COLUMNS];
    for (size_t k = 0; k < MR_TABLE_MAX_COLUMNS; k++) columns[k] = raw[k];
    if (t) {
        c.columns = mr_table_column_count(t);
        (void)snprintf(c.found, sizeof c.found, "%s", mr_table_found(t));
        c.status = mr_table_read(t, 0, 1, ROOM, columns, &c.rows, &c.err);
        for (size_t k = 0; k < c.columns; k++) {
            (void)snprintf(c.names[k], sizeof c.names[k], "%s", mr_table_column_name(t, k));
            c.dtypes[k] = mr_table_column_dtype(t, k);
            for (size_t n = 0; n < c.rows; n++)
                c.values[k][n] = widened(c.dtypes[k], columns[k], n);
        }
        size_t again = 1;
        mr_status sticky = mr_table_read(t, (int64_t)c.rows, 1, 1, columns, &again, NULL);
        CU_ASSERT(sticky == c.status && again == 0);
    }
    mr_table_close(&t);
    scratch_remove(&s);
    return c;
}

/* "name=1 2 3;name=4 5 6" */
static void describe(const struct contents *c, char *out, size_t room)
{
    size_t at = 0;
    *out = '\0';
    for (size_t k = 0; k < c->columns; k++) {
        at += (size_t)snprintf(out + at, room - at, "%s%s=", k ? ";" : "", c->names[k]);
        for (size_t n = 0; n < c->rows; n++)
            at += (size_t)snprintf(out + at, room - at, n ? " %g" : "%g", c->values[k][n]);
    }
}

static void good_files_give_their_columns(void)
{
    static const struct {
        const char *name, *bytes, *columns;
    } rows[] = {
        {"a.csv", "1\n2\n3\n", "x=1 2 3"},
        {"a.csv", "1\n2\n3", "x=1 2 3"},
        {"a.csv", "1\r\n2\r\n3\r\n", "x=1 2 3"},
        {"a.csv",
         "\xef\xbb\xbf"
         "1\n2",
         "x=1 2"},
        {"a.csv",
         "\xef\xbb\xbf"
         "v\n2",
         "v=2"},
        {"a.csv", "", "x="},
        {"a.csv", "\xef\xbb\xbf", "x="},
        {"a.csv", "\n", "x="},
        {"a.csv", "\n\r\n\n", "x="},
        {"a.csv", "v\n", "v="},
        {"a.csv", "v", "v="},
        {"a.csv", "a,b\r\n", "a=;b="},
        {"a.csv", "1\n2\n\n\n", "x=1 2"},
        {"a.csv", "1,2\n3,4\n", "x0=1 3;x1=2 4"},
        {"a.csv", "a,b\n1,2\n3,4\n", "a=1 3;b=2 4"},
        {"a.csv", "a;b\n1;2\n", "a=1;b=2"},
        {"a.csv", "a\tb\n1\t2\n", "a=1;b=2"},
        {"A.TSV", "a,1\tb\n1\t2\n", "a,1=1;b=2"},
        {"a.csv", "\"a;1\",b\n1,2\n", "a;1=1;b=2"},
        {"a.csv", "\"a \"\"q\"\"\",\"b,c\"\n1,2\n", "a \"q\"=1;b,c=2"},
        {"a.csv", "\"1\",\"2.5\"\n\"3\",\" 4 \"\n", "x0=1 3;x1=2.5 4"},
        {"a.csv", "\"1\",\"2.5\"\n3,4\n", "1=3;2.5=4"}, /* who quotes names only */
        {"a.csv", "a,b\r1,2\r3,4", "a=1 3;b=2 4"},
        {"a.csv", "1\r2\r\r", "x=1 2"},
        {"a.csv", "true\nfalse\n", "x=1 0"},
        {"a.csv", "a\nTRUE\nfalse\n", "a=1 0"},
        {"a.csv", " 1 , 2 \n  3,4\n", "x0=1 3;x1=2 4"},
        {"a.csv", " \"1\" , \"2\"\n \"3\",\"4\" ", "x0=1 3;x1=2 4"},
        {"a.csv", "inf,-inf,1e3,0x10\n", "x0=inf;x1=-inf;x2=1000;x3=16"},
        {"a.csv", "1,2,3,4,5,6,7,8\n", "x0=1;x1=2;x2=3;x3=4;x4=5;x5=6;x6=7;x7=8"},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        char text[512];
        struct contents c = contents_of(rows[k].name, rows[k].bytes, strlen(rows[k].bytes), NULL);
        describe(&c, text, sizeof text);
        if (c.status) printf("\n  row %zu: %s\n", k, c.err.message);
        CU_ASSERT_EQUAL(c.status, MR_OK);
        CU_ASSERT_STRING_EQUAL(text, rows[k].columns);
    }
}

/* `rows` rows come first, then the error, which names file, line, place and text. */
static void bad_rows_are_reported_after_the_good_ones(void)
{
    static const struct {
        const char *bytes;
        size_t rows;
        mr_status status;
        const char *says;
    } rows[] = {
        {"1\r2\r\n3\r", 2, MR_E_FORMAT, ":3:1: column 'x': '\\x0a3' is not a number"},
        {"1\n2\r3\n", 1, MR_E_FORMAT, ":2:1: column 'x': '2\\x0d3' is not a number"},
        {"1\n2\nx\n4\n", 2, MR_E_FORMAT, "a.csv:3:1: column 'x': 'x' is not a number"},
        {"1\n2 3\n", 1, MR_E_FORMAT, ":2:1: column 'x': '2 3' is not"},
        {"v\n1\n1_000\n", 1, MR_E_FORMAT, ":3:1: column 'v': '1_000' is not"},
        {"a,b\n1,2\n3,abc\n", 1, MR_E_FORMAT, ":3:3: column 'b': 'abc' is not"},
        {"a,b\n1,2\n3,\"abc\"\n", 1, MR_E_FORMAT, ":3:4: column 'b': 'abc' is not"},
        {"a,b\n1,2\n3,\n", 1, MR_E_FORMAT, ":3:3: column 'b': the field is empty"},
        {"a,b\n1,2\n,4\n", 1, MR_E_FORMAT, ":3:1: column 'a': the field is empty"},
        {"a,b\n1,2\n3,\"\"\n", 1, MR_E_FORMAT, "column 'b': the field is empty"},
        {"a,b\n1,2\n3\n", 1, MR_E_FORMAT, ":3: has 1 field, the first line has 2"},
        {"a,b\n1,2\n3,4,5\n", 1, MR_E_FORMAT, ":3: has 3 fields, the first line has 2"},
        {"a,b\n1,2\n3,4,\n", 1, MR_E_FORMAT, ":3: has 3 fields"},
        {"a\n1\n2,3\n", 1, MR_E_FORMAT, ":3: has 2 fields, the first line has 1"},
        {"1\n\n3\n", 1, MR_E_FORMAT, ":2: the line is empty"},
        {"1\n2\n\r\n\n3\n", 2, MR_E_FORMAT, ":3: the line is empty"},
        {"\n1\n", 0, MR_E_FORMAT, ":1: the line is empty"},
        {"1\n1e999\n", 1, MR_E_FORMAT, "'1e999' does not fit f64"},
        {"1\n\"2\n\"\n", 1, MR_E_FORMAT, ":2:2: column 'x': '2\\x0a' is not a number"},
        {"1\n\"2\n3\n", 1, MR_E_FORMAT, ":2:2: a quote is not closed: '2'"},
        {"1\n\"2\"3\n", 1, MR_E_FORMAT, ":2:2: text follows a closing quote"},
        {"1\n\"2\"\"3\"\n", 1, MR_E_FORMAT, "'2\"\"3' is not a number"},
        {"1\n\"\n", 1, MR_E_FORMAT, "a quote is not closed"},
        {"1\n\"\"\"\n", 1, MR_E_FORMAT, "a quote is not closed"},
        {"1\n\x1b[2J\n", 1, MR_E_FORMAT, "'\\x1b[2J' is not a number"},
        {"1\n\xc3\xa9\xc2\x9b\xff\n", 1, MR_E_FORMAT, "'\xc3\xa9\\xc2\\x9b\\xff' is not a number"},
        {"1\ntrue\n", 1, MR_E_FORMAT, "'true' is not a number"},
        {"1\n0123456789012345678901234567890123456789abcdef\n", 1, MR_E_FORMAT,
         "'0123456789012345678901234567890123456789...' is not"},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        struct contents c = contents_of("a.csv", rows[k].bytes, strlen(rows[k].bytes), NULL);
        bool right = c.status == rows[k].status && c.rows == rows[k].rows &&
                     c.err.element == (int64_t)c.rows && strstr(c.err.message, rows[k].says);
        if (!right) printf("\n  row %zu: %zu rows, says: %s\n", k, c.rows, c.err.message);
        CU_ASSERT(right);
    }
}

static void headers_that_cannot_be_are_refused_at_open(void)
{
    static const struct {
        const char *bytes;
        size_t count;
        mr_status status;
        const char *says;
    } rows[] = {
        {"a,b,c,d,e,f,g,h,i\n", 18, MR_E_LIMIT, "more than 8 columns"},
        {"a,b,a\n1,2,3\n", 12, MR_E_NAME, "columns 0 and 2 are both named 'a'"},
        {"\"a,b\n1,2\n", 9, MR_E_FORMAT, "a quote is not closed"},
        {"\"a\"b,c\n1,2\n", 11, MR_E_FORMAT, "text follows a closing quote"},
        {"a\0b\n1\n", 6, MR_E_FORMAT, "NUL byte"},
        {"\xff\xfe"
         "1\0\n\0",
         6, MR_E_FORMAT, "UTF-16"},
        {"\xfe\xff\0"
         "1\0\n",
         6, MR_E_FORMAT, "UTF-16"},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        struct contents c = contents_of("a.csv", rows[k].bytes, rows[k].count, NULL);
        bool right = !c.opened && c.status == rows[k].status && strstr(c.err.message, rows[k].says);
        if (!right) printf("\n  row %zu says: %s\n", k, c.err.message);
        CU_ASSERT(right);
    }
}

static void columns_are_chosen_by_name_or_number(void)
{
    static const char bytes[] = "alpha,beta,7,\"g,d\"\n1,2,3,4\n5,6,7,8\n";
    const enum mr_table_header header = MR_TABLE_HEADER_YES;
    static const struct {
        const char *wanted[3];
        size_t count;
        unsigned numbered;
        const char *columns; /* NULL: refused */
        const char *says, *hint;
    } rows[] = {
        {{"beta"}, 1, 0, "beta=2 6", "", ""},
        {{"g,d", "alpha"}, 2, 0, "g,d=4 8;alpha=1 5", "", ""},
        {{"3", "1", "0"}, 3, 7, "g,d=4 8;beta=2 6;alpha=1 5", "", ""},
        {{"7"}, 1, 0, "7=3 7", "", ""},
        {{"2", "alpha"}, 2, 1, "7=3 7;alpha=1 5", "", ""},
        {{"7"}, 1, 1, NULL, "column '7' is none of its 4", "did you mean '`7`'?"},
        {{"2"}, 1, 0, NULL, "column '2' is none of its 4", "from 0 to 3 without quotes"},
        {{"bta"}, 1, 0, NULL, "column 'bta' is none of its 4", "did you mean 'beta'?"},
        {{"4"}, 1, 1, NULL, "column '4' is none of its 4", ""},
        {{"-1"}, 1, 0, NULL, "column '-1'", ""},
        {{"1.0"}, 1, 0, NULL, "column '1.0'", ""},
        {{"99999999999999999999999"}, 1, 1, NULL, "is none of its 4", "number from 0 to 3"},
        {{""}, 1, 0, NULL, "column ''", ""},
        {{"beta", "1"}, 2, 2, NULL, "column 1, 'beta', is chosen twice", "choose it once"},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        char text[512];
        struct mr_table_format format = {.columns = rows[k].wanted,
                                         .column_count = rows[k].count,
                                         .numbered = rows[k].numbered,
                                         .header = header};
        struct contents c = contents_of("a.csv", bytes, sizeof bytes - 1, &format);
        describe(&c, text, sizeof text);
        if (rows[k].columns) {
            CU_ASSERT_EQUAL(c.status, MR_OK);
            CU_ASSERT_STRING_EQUAL(text, rows[k].columns);
        } else {
            bool right = c.status == MR_E_NAME && strstr(c.err.message, rows[k].says) &&
                         strstr(c.err.hint, rows[k].hint);
            if (!right) printf("\n  row %zu says: %s (%s)\n", k, c.err.message, c.err.hint);
            CU_ASSERT(right);
        }
    }
}

static void other_columns_need_not_be_numbers(void)
{
    static const char *const wanted[] = {"v"};
    static const char bytes[] = "id,v,note\nA,1,\"x, y\"\nB,2,\n,3,n/a\n";
    struct mr_table_format format = {.columns = wanted, .column_count = 1};
    char text[256];
    struct contents c = contents_of("a.csv", bytes, sizeof bytes - 1, &format);
    describe(&c, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "v=1 2 3");
}

static void integers_must_fit_exactly(void)
{
    static const struct {
        const char *bytes;
        mr_status status;
        const char *says;
    } rows[] = {
        {"1\n-2\n1e3\n0x10\n", MR_OK, ""},
        {"1.5\n", MR_E_FORMAT, "'1.5' is no integer, but the column is i64"},
        {"9223372036854775808\n", MR_E_FORMAT, "does not fit i64"},
        {"v\nnan\n", MR_E_FORMAT, "'nan' does not fit i64"},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        struct mr_table_format format = {.has_dtype = true, .dtype = MR_I64};
        struct contents c = contents_of("a.csv", rows[k].bytes, strlen(rows[k].bytes), &format);
        CU_ASSERT_EQUAL(c.status, rows[k].status);
        if (c.status) CU_ASSERT_PTR_NOT_NULL(strstr(c.err.message, rows[k].says));
    }
}

static void header_and_separator_can_be_forced(void)
{
    static const struct {
        struct mr_table_format format;
        const char *bytes, *columns;
    } rows[] = {
        {{.header = MR_TABLE_HEADER_YES}, "1,2\n3,4\n", "1=3;2=4"},
        {{.header = MR_TABLE_HEADER_NO}, "1,2\n3,4\n", "x0=1 3;x1=2 4"},
        {{.header = MR_TABLE_HEADER_NO, .separator = ';'}, "1;2\n", "x0=1;x1=2"},
        {{.separator = ','}, "a;b,c\n1,2\n", "a;b=1;c=2"},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        char text[256];
        struct contents c =
            contents_of("a.csv", rows[k].bytes, strlen(rows[k].bytes), &rows[k].format);
        describe(&c, text, sizeof text);
        CU_ASSERT_STRING_EQUAL(text, rows[k].columns);
    }
    struct mr_table_format bar = {.separator = '|'};
    struct contents c = contents_of("a.csv", "1|2\n", 4, &bar);
    CU_ASSERT(!c.opened && c.status == MR_E_VALUE);
}

static void a_column_asked_of_an_empty_file_is_empty(void)
{
    static const char *const wanted[] = {"a", "b"};
    char text[256];
    struct mr_table_format format = {.columns = wanted, .column_count = 2};
    struct contents c = contents_of("a.csv", "", 0, &format);
    describe(&c, text, sizeof text);
    CU_ASSERT_EQUAL(c.status, MR_OK);
    CU_ASSERT_STRING_EQUAL(text, "a=;b=");
}

static void a_line_may_be_a_mebibyte_and_no_longer(void)
{
    const size_t limit = 1 << 20;
    char *bytes = malloc(2 * limit);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    memcpy(bytes, "1\n", 2);
    memset(bytes + 2, '0', 2 * limit - 2);
    bytes[limit + 1] = '\n'; /* limit - 1 digits, then the newline: just fits */
    struct contents c = contents_of("a.csv", bytes, limit + 2, NULL);
    CU_ASSERT(c.status == MR_OK && c.rows == 2 && c.values[0][1] == 0.0);
    bytes[limit + 1] = '0';
    c = contents_of("a.csv", bytes, limit + 2, NULL);
    CU_ASSERT(c.status == MR_E_LIMIT && c.rows == 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(c.err.message, "a.csv:2: line longer than"));
    free(bytes);
}

SUITE(csv, {"good_files_give_their_columns", good_files_give_their_columns},
      {"bad_rows_are_reported_after_the_good_ones", bad_rows_are_reported_after_the_good_ones},
      {"headers_that_cannot_be_are_refused_at_open", headers_that_cannot_be_are_refused_at_open},
      {"columns_are_chosen_by_name_or_number", columns_are_chosen_by_name_or_number},
      {"other_columns_need_not_be_numbers", other_columns_need_not_be_numbers},
      {"integers_must_fit_exactly", integers_must_fit_exactly},
      {"header_and_separator_can_be_forced", header_and_separator_can_be_forced},
      {"a_column_asked_of_an_empty_file_is_empty", a_column_asked_of_an_empty_file_is_empty},
      {"a_line_may_be_a_mebibyte_and_no_longer", a_line_may_be_a_mebibyte_and_no_longer});
