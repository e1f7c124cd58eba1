/* A column that nobody reads is not parsed, and changes nothing. */
#include <string.h>

#include "io/scratch.h"
#include "io/table.h"
#include "suite.h"

enum { ROOM = 8 };

/* The first column is left out, the last one read. */
static const struct {
    const char *name, *bytes;
    enum mr_table_missing missing;
    size_t count;
    double values[ROOM];
    mr_status status;
} rows[] = {
    {"a.csv", "a,b\n1,2\nno,3\n,4\n", MR_TABLE_MISSING_ERROR, 3, {2, 3, 4}, MR_OK},
    {"a.csv", "a,b\n1,2\nno,3\n,4\n", MR_TABLE_MISSING_NAN, 3, {2, 3, 4}, MR_OK},
    {"a.csv", "a,b\n1,2\n NA ,3\n5,4\n,5\n", MR_TABLE_MISSING_SKIP, 2, {2, 4}, MR_OK},
    {"a.csv", "a,b\n1,2\n\"n\no\",3\n4,5\n", MR_TABLE_MISSING_ERROR, 3, {2, 3, 5}, MR_OK},
    {"a.csv", "a,b\n1,2\n3\n", MR_TABLE_MISSING_ERROR, 1, {2}, MR_E_FORMAT},
    {"a.csv", "a,b\n1,2\n3,no\n", MR_TABLE_MISSING_ERROR, 1, {2}, MR_E_FORMAT},
    {"a.jsonl",
     "{\"a\":1,\"b\":2}\n{\"b\":3}\n{\"a\":\"no\",\"b\":4}\n{\"a\":[1],\"b\":5}\n",
     MR_TABLE_MISSING_ERROR,
     4,
     {2, 3, 4, 5},
     MR_OK},
    {"a.jsonl",
     "{\"a\":1,\"b\":2}\n{\"b\":3}\n{\"a\":null,\"b\":4}\n{\"a\":1,\"b\":5}\n",
     MR_TABLE_MISSING_SKIP,
     2,
     {2, 5},
     MR_OK},
    {"a.f64", "00000000\0\0\0\0\0\0\xf0\x3f", MR_TABLE_MISSING_ERROR, 1, {1}, MR_OK},
};

static void columns_that_nobody_reads_are_not_parsed(void)
{
    static const char *const names[] = {"a", "b"};
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        bool is_raw = strstr(rows[k].name, ".f64") != NULL;
        struct mr_table_format format = {.has_dtype = true,
                                         .dtype = MR_F64,
                                         .missing = rows[k].missing,
                                         .kind = is_raw ? MR_TABLE_RAW : MR_TABLE_AUTO,
                                         .columns = names,
                                         .column_count = 2};
        struct scratch s =
            scratch_with(rows[k].name, rows[k].bytes, is_raw ? 16 : strlen(rows[k].bytes));
        struct mr_table *t = NULL;
        double values[ROOM] = {0};
        size_t got = 0;
        mr_error err = {0};
        CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, &format, &err), MR_OK);
        CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, ROOM, (void *[]){NULL, values}, &got, &err),
                        rows[k].status);
        CU_ASSERT_EQUAL(got, rows[k].count);
        CU_ASSERT_EQUAL(memcmp(values, rows[k].values, got * sizeof values[0]), 0);
        mr_table_close(&t);
        scratch_remove(&s);
    }
}

SUITE(unread_column,
      {"columns_that_nobody_reads_are_not_parsed", columns_that_nobody_reads_are_not_parsed});
