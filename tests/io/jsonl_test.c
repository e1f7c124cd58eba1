/* JSON Lines, written and read. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/scratch.h"
#include "io/sink.h"
#include "io/table.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void what_is_written_is_read_back_to_the_bit(void)
{
    static const mr_dtype dtypes[] = {MR_I64, MR_U64, MR_F64, MR_F32, MR_BOOL};
    static const char *const names[] = {"n", "a \"b\"\\", "\xc3\xa4", "\x01", ","};
    static const int64_t i64[] = {INT64_MIN, INT64_MAX, 0, -1, 9007199254740993};
    static const uint64_t u64[] = {UINT64_MAX, 0, 1, 9007199254740993, 7};
    const double f64[] = {(double)NAN, (double)-INFINITY, -0.0, 4.9e-324, 0.1};
    const float f32[] = {INFINITY, 1e-45f, 16777216, -0.0f, 0.1f};
    static const uint8_t bools[] = {0, 1, 1, 0, 1};
    const void *const columns[] = {i64, u64, f64, f32, bools};
    static const char first[] =
        "{\"n\":-9223372036854775808,\"a \\\"b\\\"\\\\\":18446744073709551615,"
        "\"\xc3\xa4\":\"NaN\",\"\\u0001\":\"Infinity\",\",\":false}\n";
    struct scratch s = scratch_make("a.jsonl");
    char bytes[1024] = "";
    CU_ASSERT_EQUAL(scratch_table(&s, MR_SINK_JSONL, dtypes, names, 5, columns, 5), MR_OK);
    CU_ASSERT_TRUE(scratch_read(&s, bytes, sizeof bytes) > 0);
    CU_ASSERT_NSTRING_EQUAL(bytes, first, strlen(first));

    const struct mr_table_format format = {.dtypes = dtypes, .dtype_count = 5, .has_dtype = true};
    int64_t i[5];
    uint64_t u[5];
    double d[5];
    float f[5];
    uint8_t b[5];
    void *const out[] = {i, u, d, f, b};
    struct mr_table *t = NULL;
    mr_error err = {0};
    size_t got = 0;
    CU_ASSERT_EQUAL(mr_table_open(&t, s.path, &format, &err), MR_OK);
    if (!t) printf("\n%s; %s\n", err.message, err.hint);
    CU_ASSERT_PTR_NOT_NULL_FATAL(t);
    for (size_t k = 0; k < 5; k++) CU_ASSERT_STRING_EQUAL(mr_table_column_name(t, k), names[k]);
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 9, out, &got, &err), MR_OK);
    CU_ASSERT_EQUAL(got, 5);
    CU_ASSERT(!memcmp(i, i64, sizeof i) && !memcmp(u, u64, sizeof u) && !memcmp(b, bools, 5));
    CU_ASSERT(!memcmp(f, f32, sizeof f) && isnan(d[0]) && !memcmp(d + 1, f64 + 1, 32));
    mr_table_close(&t);
    scratch_remove(&s);
}

/* Column b, or what is said against it. */
static void lines_are_objects_of_numbers(void)
{
    static const char *const columns[] = {"b"};
    static const struct {
        const char *text;
        enum mr_table_missing missing;
        double values[3];
        size_t count;
        const char *message; /* "": read to the end */
    } rows[] = {
        {"{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4.5}\n", 0, {2, 4.5}, 2, ""},
        {" { \"b\" : 2 , \"a\" : [1, {\"b\": \"]\"}] } \r\n\n{\"b\":4}", 0, {2, 4}, 2, ""},
        {"{\"a\":\"x, \\\"b\\\":9\",\"b\":1e3}\n", 0, {1000}, 1, ""},
        {"{\"\\u0062\":7}\n", 0, {7}, 1, ""},
        {"{\"b\":1}\n{\"b\":\"-Infinity\"}\n{\"b\":NaN}\n", 0, {1, -(double)INFINITY, NAN}, 3, ""},
        {"{\"b\":1}\n{\"a\":1}\n{\"b\":3}\n", MR_TABLE_MISSING_SKIP, {1, 3}, 2, ""},
        {"{\"b\":1}\n{\"b\":null}\n{\"b\":3}\n", MR_TABLE_MISSING_NAN, {1, NAN, 3}, 3, ""},
        {"{\"b\":1}\n{\"a\":1}\n", 0, {1}, 1, ":2: \"b\" is not there"},
        {"{\"b\":1}\n{\"b\":null}\n", 0, {1}, 1, ":2:6: "},
        {"{\"b\":1}\n{\"b\":\"one\"}\n", 0, {1}, 1, ":2:7: "},
        {"{\"b\":1}\n{\"b\":[1]}\n", 0, {1}, 1, ":2: \"b\" is no number"},
        {"{\"b\":1}\n{\"b\":1,\"b\":2}\n", 0, {1}, 1, ":2: \"b\" is there twice"},
        {"{\"b\":1}\n[1]\n", 0, {1}, 1, ":2:1: the line is no JSON object"},
        {"{\"b\":1}\n{\"b\":1", 0, {1}, 1, ":2:7: a comma or } is missing"},
        {"{\"b\":1}\n{\"b\":1} 2\n", 0, {1}, 1, ":2:9: something is behind the object"},
        {"{\"b\":1}\n{\"b\" 1}\n", 0, {1}, 1, ":2:6: a colon is missing"},
        {"{\"b\":1}\n{\"b\":}\n", 0, {1}, 1, ":2:6: there is no value"},
        {"{\"b\":1}\n{\"b:1}\n", 0, {1}, 1, ":2:7: the line ends within a string"},
        {"{\"b\":1}\n{b:1}\n", 0, {1}, 1, ":2:2: a name in quotes is missing"},
        {"{\"a\":1}\n", 0, {0}, 0, "column 'b' is none of its 1 columns"},
        {"{\"b\":1}\n{\"b\":01}\n", 0, {1}, 1, ":2:6: column 'b': '01' is no number of JSON"},
        {"{\"b\":1}\n{\"b\":+5}\n", 0, {1}, 1, ":2:6: column 'b': '+5' is no number of JSON"},
        {"{\"b\":1}\n{\"b\":.5}\n", 0, {1}, 1, ":2:6: column 'b': '.5' is no number of JSON"},
        {"{\"b\":1}\n{\"b\":5.}\n", 0, {1}, 1, ":2:6: column 'b': '5.' is no number of JSON"},
        {"{\"b\":1}\n{\"b\":0x1}\n", 0, {1}, 1, ":2:6: column 'b': '0x1' is no number of JSON"},
        {"{\"b\":1}\n{\"b\":inf}\n", 0, {1}, 1, ":2:6: column 'b': 'inf' is no number of JSON"},
        {"{\"b\":1}\n{\"b\":\"12\"}\n",
         0,
         {1},
         1,
         ":2:7: column 'b': '12' is no number, but a str"},
        {"{\"b\":1}\n{\"b\":\"nan\"}\n", 0, {1}, 1, ":2:7: column 'b': 'nan' is no number, but"},
        {"{\"b\":-0.5e+1}\n{\"b\":0}\n{\"b\":1E-1}\n", 0, {-5, 0, 0.1}, 3, ""},
        {"{\"a\":0,\"a\":0,\"b\":2}\n", 0, {2}, 1, ""},
        {"{\"b\":1,\"b\":2}\n", 0, {0}, 0, ":1: \"b\" is there twice"},
        {"{\"b\\u0000\":1}\n", 0, {0}, 0, ":1: the name of member 0, from 0, has a NUL byte"},
        {"7\n", 0, {0}, 0, ":1:1: the line is no JSON object"},
        {"", 0, {0}, 0, ""},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        struct scratch s = scratch_with("a.jsonl", rows[k].text, strlen(rows[k].text));
        const struct mr_table_format format = {.columns = columns,
                                               .column_count = 1,
                                               .missing = rows[k].missing,
                                               .has_dtype = true,
                                               .dtype = MR_F64};
        struct mr_table *t = NULL;
        mr_error err = {0};
        double values[4] = {0};
        size_t got = 0;
        mr_status st = mr_table_open(&t, s.path, &format, &err);
        if (!st) st = mr_table_read(t, 0, 1, 4, (void *[]){values}, &got, &err);
        bool right = got == rows[k].count && (st == MR_OK) == !rows[k].message[0] &&
                     strstr(err.message, rows[k].message);
        for (size_t n = 0; n < got && n < 3; n++)
            right = right && (values[n] == rows[k].values[n] ||
                              (isnan(values[n]) && isnan(rows[k].values[n])));
        CU_ASSERT_TRUE(right);
        if (!right) printf("\n%s: %zu rows, '%s'\n", rows[k].text, got, err.message);
        mr_table_close(&t);
        scratch_remove(&s);
    }
}

static void what_stands_behind_a_nul_byte_is_read_too(void)
{
    static const char text[] = "{\"x\":1}\n{\"x\":1}\0 junk\n";
    const struct mr_table_format format = {.has_dtype = true, .dtype = MR_F64};
    struct scratch s = scratch_with("a.jsonl", text, sizeof text - 1);
    struct mr_table *t;
    mr_error err;
    double values[3];
    size_t got = 0;
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, &format, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 3, (void *[]){values}, &got, &err), MR_E_FORMAT);
    CU_ASSERT_EQUAL(got, 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, ":2:8: something is behind the object"));
    mr_table_close(&t);
    scratch_remove(&s);
}

/* The dtype of the first rows; and rows by their numbers, those left out not counted. */
static void rows_are_found_by_their_numbers(void)
{
    static char text[1 << 16];
    size_t length = 0;
    for (int k = 0; k < 3000; k++)
        length += (size_t)snprintf(text + length, sizeof text - length,
                                   k % 3 ? "{\"x\":%d}\n" : "{\"x\":null}\n", k);
    struct scratch s = scratch_with("a.ndjson", text, length);
    const struct mr_table_format format = {.missing = MR_TABLE_MISSING_SKIP};
    struct mr_table *t;
    mr_error err;
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, &format, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_table_column_dtype(t, 0), MR_I64);
    static const int64_t firsts[] = {1999, 0, 700, 1, 1998};
    for (size_t k = 0; k < COUNT(firsts); k++) {
        int64_t values[2] = {0};
        size_t got;
        CU_ASSERT_EQUAL(mr_table_read(t, firsts[k], 1, 1, (void *[]){values}, &got, &err), MR_OK);
        CU_ASSERT_EQUAL(values[0], firsts[k] / 2 * 3 + 1 + firsts[k] % 2);
    }
    mr_table_close(&t);
    scratch_remove(&s);
}

SUITE(jsonl, {"what_is_written_is_read_back_to_the_bit", what_is_written_is_read_back_to_the_bit},
      {"lines_are_objects_of_numbers", lines_are_objects_of_numbers},
      {"what_stands_behind_a_nul_byte_is_read_too", what_stands_behind_a_nul_byte_is_read_too},
      {"rows_are_found_by_their_numbers", rows_are_found_by_their_numbers});
