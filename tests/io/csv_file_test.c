/* A CSV file is read where it is: from any row, in pieces, through a pipe, or not at all. */
#define _XOPEN_SOURCE 700 /* truncate() */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/scratch.h"
#include "io/table.h"
#include "io/table_faults.h"
#include "io/table_seeks.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void a_number_may_cross_the_end_of_a_read(void)
{
    /* 7-byte lines do not divide the 128 KiB of one read. */
    enum { LINES = 60000 };
    char *bytes = malloc(LINES * 7 + 16);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    for (int k = 0; k < LINES; k++) (void)snprintf(bytes + 7 * k, 16, "%06d\n", k);
    struct scratch s = scratch_with("long.csv", bytes, LINES * 7);
    free(bytes);
    struct mr_table *t;
    mr_error err;
    const struct mr_table_format f64 = {.has_dtype = true, .dtype = MR_F64};
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, &f64, &err), MR_OK);
    size_t got, wrong = 0;
    for (int k = 0; k < LINES; k += 1000) {
        double values[1000];
        CU_ASSERT_EQUAL(mr_table_read(t, k, 1, 1000, (void *[]){values}, &got, &err), MR_OK);
        CU_ASSERT_EQUAL(got, 1000);
        for (int n = 0; n < 1000; n++) wrong += values[n] != k + n;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    mr_table_close(&t);
    scratch_remove(&s);
}

static void any_row_and_step_of_a_file_can_be_read(void)
{
    enum { LINES = 300000 }; /* enough to thin the places out once */
    static const struct table_seek seeks[] = {{299999, 1},  {0, 1},       {150000, 7}, {5, 100000},
                                              {299999, -7}, {1024, -1},   {1023, 1},   {300000, 1},
                                              {9999999, 1}, {262144, 13}, {3, 1}};
    char *bytes = malloc(LINES * 8 + 16);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    size_t count = (size_t)snprintf(bytes, 8, "v\n");
    for (int k = 0; k < LINES; k++) count += (size_t)snprintf(bytes + count, 16, "%d\n", k);
    struct scratch s = scratch_with("long.csv", bytes, count);
    free(bytes);
    struct mr_table *t;
    mr_error err;
    const struct mr_table_format f64 = {.has_dtype = true, .dtype = MR_F64};
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, &f64, &err), MR_OK);
    CU_ASSERT(mr_table_seekable(t));
    CU_ASSERT(mr_table_scratch_bytes(t) < 2 << 20);
    assert_seeks(t, seeks, COUNT(seeks), LINES, same_row);
    mr_table_close(&t);
    scratch_remove(&s);
}

static void a_pipe_can_only_be_read_in_order(void)
{
    static const char bytes[] = "a,b\n1,2\n3,4\n5,x\n";
    struct mr_table_format format = {.kind = MR_TABLE_CSV};
    int fd = scratch_pipe(bytes, sizeof bytes - 1);
    struct mr_table *t;
    mr_error err;
    double a[4], b[4];
    size_t got;
    CU_ASSERT_EQUAL_FATAL(mr_table_open_fd(&t, fd, "pipe", &format, &err), MR_OK);
    CU_ASSERT(!mr_table_seekable(t) && mr_table_row_count(t) == -1);
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 1, (void *[]){a, b}, &got, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 1, (void *[]){a, b}, &got, &err), MR_E_NOT_SEEKABLE);
    CU_ASSERT_EQUAL(mr_table_read(t, 1, 2, 1, (void *[]){a, b}, &got, &err), MR_E_NOT_SEEKABLE);
    CU_ASSERT_EQUAL(mr_table_read(t, 1, 1, 4, (void *[]){a, b}, &got, &err), MR_E_FORMAT);
    CU_ASSERT(got == 1 && a[0] == 3 && b[0] == 4 && err.element == 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "pipe:4:3: column 'b': 'x'"));
    mr_table_close(&t);
    (void)close(fd);
}

/* Half of it is cut off between two reads; the half line that is left is no row. */
static void a_file_cut_short_while_it_is_read_is_an_error(void)
{
    enum { LINES = 100000 };
    static const char *const names[] = {"long.csv", "long.txt"};
    char *bytes = malloc(LINES * 7 + 16);
    double *values = malloc(LINES * sizeof *values);
    CU_ASSERT_FATAL(bytes && values);
    for (int k = 0; k < LINES; k++) (void)snprintf(bytes + 7 * k, 16, "%06d\n", k);
    for (size_t k = 0; k < COUNT(names); k++) {
        struct scratch s = scratch_with(names[k], bytes, LINES * 7);
        struct mr_table_format format = {.has_dtype = true, .dtype = MR_F64};
        struct mr_table *t;
        mr_error err;
        size_t got;
        CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, &format, &err), MR_OK);
        CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 10, (void *[]){values}, &got, &err), MR_OK);
        CU_ASSERT_EQUAL(truncate(s.path, LINES * 7 / 2 + 3), 0);
        mr_status st = mr_table_read(t, 10, 1, LINES, (void *[]){values}, &got, &err);
        CU_ASSERT_EQUAL(st, MR_E_FORMAT);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "became shorter"));
        CU_ASSERT(got <= LINES / 2 && values[got - 1] == (double)(got + 9));
        mr_table_close(&t);
        scratch_remove(&s);
    }
    free(values);
    free(bytes);
}

static void what_cannot_be_opened_says_why(void)
{
    struct scratch s = scratch_make("there.csv");
    char missing[400];
    struct mr_table *t;
    mr_error err;
    (void)snprintf(missing, sizeof missing, "%s/none.csv", s.folder);
    CU_ASSERT_EQUAL(mr_table_open(&t, missing, NULL, &err), MR_E_IO);
    CU_ASSERT(!t && strstr(err.message, missing) && strstr(err.message, strerror(ENOENT)));
    CU_ASSERT_STRING_EQUAL(err.call, "open");
    CU_ASSERT(err.hint[0] != '\0');
    CU_ASSERT_EQUAL(mr_table_open(&t, s.folder, NULL, &err), MR_E_IO);
    CU_ASSERT(!t && strstr(err.message, "is a directory"));
    CU_ASSERT_EQUAL(
        mr_table_open(&t, "/dev/null", &(struct mr_table_format){.kind = MR_TABLE_CSV}, &err),
        MR_OK);
    mr_table_close(&t);
    CU_ASSERT_EQUAL(mr_table_open_fd(&t, -1, "closed", NULL, &err), MR_E_IO);
    CU_ASSERT(!t && strstr(err.message, "closed: fstat"));
    scratch_remove(&s);
}

static void a_suffix_that_says_nothing_asks_for_a_format(void)
{
    struct scratch s = scratch_with("data.unknown", "1\n", 2);
    struct mr_table *t;
    mr_error err;
    CU_ASSERT_EQUAL(mr_table_open(&t, s.path, NULL, &err), MR_E_VALUE);
    CU_ASSERT(!t && strstr(err.hint, "arrow|csv|jsonl|npy|raw|text"));
    scratch_remove(&s);
}

static void every_failed_allocation_is_reported_and_leaks_nothing(void)
{
    struct scratch s = scratch_with("a.csv", "a,b\n1,2\n", 8);
    CU_ASSERT(table_faults(s.path) > 5);
    scratch_remove(&s);
}

SUITE(csv_file, {"a_number_may_cross_the_end_of_a_read", a_number_may_cross_the_end_of_a_read},
      {"any_row_and_step_of_a_file_can_be_read", any_row_and_step_of_a_file_can_be_read},
      {"a_pipe_can_only_be_read_in_order", a_pipe_can_only_be_read_in_order},
      {"a_file_cut_short_while_it_is_read_is_an_error",
       a_file_cut_short_while_it_is_read_is_an_error},
      {"what_cannot_be_opened_says_why", what_cannot_be_opened_says_why},
      {"a_suffix_that_says_nothing_asks_for_a_format",
       a_suffix_that_says_nothing_asks_for_a_format},
      {"every_failed_allocation_is_reported_and_leaks_nothing",
       every_failed_allocation_is_reported_and_leaks_nothing});
