#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/byte_order.h"
#include "io/npy_header.h"
#include "io/scratch.h"
#include "io/table.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A version 1.0 file, written down by NumPy's rules byte by byte. */
struct file {
    unsigned char bytes[8192];
    size_t count;
};

static struct file npy(const char *dictionary, const void *data, size_t data_bytes)
{
    struct file f = {.count = 10};
    size_t length = strlen(dictionary);
    memcpy(f.bytes, "\x93NUMPY\x01\x00", 8);
    f.bytes[8] = (unsigned char)(length & 255);
    f.bytes[9] = (unsigned char)(length >> 8);
    memcpy(f.bytes + 10, dictionary, length);
    if (data_bytes) memcpy(f.bytes + 10 + length, data, data_bytes);
    f.count += length + data_bytes;
    return f;
}

/* Of values of four bytes, as the machine has them. */
static struct file npy_of_i32(const char *dictionary, const int32_t *values, size_t count)
{
    struct file f = npy(dictionary, values, 4 * count);
    mr_order_bytes(f.bytes + f.count - 4 * count, 4, count);
    return f;
}

static struct mr_table *open_file(const struct file *f, struct scratch *s,
                                  const struct mr_table_format *format, mr_error *err)
{
    struct mr_table *t;
    *s = scratch_with("data.npy", f->bytes, f->count);
    CU_ASSERT_EQUAL(mr_table_open(&t, s->path, format, err) == MR_OK, t != NULL);
    return t;
}

static void drop(struct mr_table **t, const struct scratch *s)
{
    mr_table_close(t);
    scratch_remove(s);
}

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
        struct file f = npy(dictionary, rows[k].bytes, bytes);
        struct mr_table *t = open_file(&f, &s, NULL, &err);
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
        drop(&t, &s);
    }
}

static void harmless_variants_of_the_header_are_accepted(void)
{
    static const char *const rows[] = {
        "{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }",
        "{'descr':'<i4','fortran_order':False,'shape':(3,)}",
        "{'shape': (3,), 'fortran_order': False, 'descr': '<i4'}\n",
        "{\"descr\": \"<i4\", \"fortran_order\": False, \"shape\": (3L,), }   \n",
        "{'descr': '<i4', 'fortran_order': True, 'shape': (3,), }",
        "{'descr': '|i4', 'fortran_order': False, 'shape': ( 3 , ) , } \t\r\n",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (3, 1), }",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (0003,), }",
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        int32_t values[3] = {0};
        struct scratch s;
        mr_error err;
        size_t got = 0;
        struct file f = npy_of_i32(rows[k], (int32_t[]){7, 8, 9}, 3);
        struct mr_table *t = open_file(&f, &s, NULL, &err);
        if (!t) printf("\n  %s: %s\n", rows[k], err.message);
        CU_ASSERT_PTR_NOT_NULL_FATAL(t);
        CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 3, (void *[]){values}, &got, &err), MR_OK);
        CU_ASSERT(got == 3 && values[0] == 7 && values[2] == 9);
        drop(&t, &s);
    }
}

static void versions_2_and_3_have_a_long_length_field(void)
{
    static const char dictionary[] = "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }";
    for (unsigned char version = 2; version <= 3; version++) {
        struct file f = npy("", NULL, 0);
        struct scratch s;
        mr_error err;
        int32_t values[2] = {0};
        size_t got = 0, length = sizeof dictionary - 1;
        f.bytes[6] = version;
        memset(f.bytes + 8, 0, 4);
        f.bytes[8] = (unsigned char)length;
        memcpy(f.bytes + 12, dictionary, length);
        memcpy(f.bytes + 12 + length, "\5\0\0\0\6\0\0\0", 8);
        f.count = 12 + length + 8;
        struct mr_table *t = open_file(&f, &s, NULL, &err);
        CU_ASSERT_PTR_NOT_NULL_FATAL(t);
        CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 2, (void *[]){values}, &got, &err), MR_OK);
        CU_ASSERT(got == 2 && values[0] == 5 && values[1] == 6);
        drop(&t, &s);
    }
}

#define ORDER "'fortran_order': False, "
#define F8 "{'descr': '<f8', " ORDER
/* The dictionary, with eight bytes of data behind it, and what the error must speak of. */
static const struct {
    const char *dictionary;
    mr_status status;
    const char *says;
} hostile_headers[] = {
    {"", MR_E_FORMAT, "'{'"},
    {"{", MR_E_FORMAT, "a string"},
    {"{}", MR_E_FORMAT, "descr, fortran_order and shape"},
    {"[1]", MR_E_FORMAT, "'{'"},
    {"{'descr': '<f8'}", MR_E_FORMAT, "descr, fortran_order and shape"},
    {F8 "'shape': (1,)", MR_E_FORMAT, "',' or '}'"},
    {F8 "'shape': (1,)} x", MR_E_FORMAT, "blanks"},
    {F8 "'shape': (1,)}}", MR_E_FORMAT, "blanks"},
    {F8 "'shape': (1,), 'shape': (1,)}", MR_E_FORMAT, "once"},
    {F8 "'shape': (1,), 'extra': 1}", MR_E_FORMAT, "once"},
    {F8 "'shape' (1,)}", MR_E_FORMAT, "':'"},
    {F8 "'shape': 1}", MR_E_FORMAT, "'('"},
    {F8 "'shape': (1)}", MR_E_FORMAT, "a tuple"},
    {F8 "'shape': (-1,)}", MR_E_FORMAT, "an extent"},
    {F8 "'shape': (1.0,)}", MR_E_FORMAT, "',' or ')'"},
    {F8 "'shape': (,)}", MR_E_FORMAT, "an extent"},
    {F8 "'shape': (1,,)}", MR_E_FORMAT, "an extent"},
    {F8 "'shape': (1 1)}", MR_E_FORMAT, "',' or ')'"},
    {F8 "'shape': (1,", MR_E_FORMAT, "an extent"},
    {F8 "'shape': (9223372036854775808,)}", MR_E_FORMAT, "below 2^63"},
    {F8 "'shape': (99999999999999999999999999,)}", MR_E_FORMAT, "below 2^63"},
    {F8 "'shape': (9223372036854775807,)}", MR_E_FORMAT, "larger than any file"},
    {F8 "'shape': (2305843009213693952, 8)}", MR_E_FORMAT, "larger than any file"},
    {F8 "'shape': (4294967296, 4294967296)}", MR_E_FORMAT, "larger than any file"},
    {F8 "'shape': ()}", MR_E_TYPE, "single value"},
    {F8 "'shape': (1, 0)}", MR_E_TYPE, "no columns"},
    {F8 "'shape': (1, 1, 1)}", MR_E_TYPE, "more than two dimensions"},
    {F8 "'shape': (1, 9)}", MR_E_FORMAT, "promises 72 bytes of data, the file has 8"},
    {F8 "'shape': (2,)}", MR_E_FORMAT, "promises 16 bytes of data, the file has 8"},
    {F8 "'shape': (0,)}", MR_E_FORMAT, "promises 0 bytes of data, the file has 8"},
    {F8 "'shape': (0, 3)}", MR_E_FORMAT, "promises 0 bytes of data, the file has 8"},
    {"{'descr': '<f8', 'fortran_order': false, 'shape': (1,)}", MR_E_FORMAT, "True or False"},
    {"{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}", MR_E_FORMAT, "True or False"},
    {"{'descr': '<f8', 'fortran_order': True, 'shape': (1, 1)}", MR_E_TYPE, "Fortran order"},
    {"{'descr': '>f8', " ORDER "'shape': (1,)}", MR_E_TYPE, "big-endian"},
    {"{'descr': '>i4', " ORDER "'shape': (2,)}", MR_E_TYPE, "big-endian"},
    {"{'descr': '|O', " ORDER "'shape': (1,)}", MR_E_TYPE, "Python objects"},
    {"{'descr': '|V8', " ORDER "'shape': (1,)}", MR_E_TYPE, "records"},
    {"{'descr': [('a', '<f4'), ('b', '<f4')], " ORDER "'shape': (1,)}", MR_E_TYPE, "structured"},
    {"{'descr': ('<f8', (2,)), " ORDER "'shape': (1,)}", MR_E_TYPE, "structured"},
    {"{'descr': '<f2', " ORDER "'shape': (4,)}", MR_E_TYPE, "'<f2' cannot be read"},
    {"{'descr': '<c16', " ORDER "'shape': (1,)}", MR_E_TYPE, "'<c16' cannot be read"},
    {"{'descr': '<U2', " ORDER "'shape': (1,)}", MR_E_TYPE, "'<U2' cannot be read"},
    {"{'descr': '<M8[ns]', " ORDER "'shape': (1,)}", MR_E_TYPE, "cannot be read"},
    {"{'descr': '', " ORDER "'shape': (1,)}", MR_E_TYPE, "'' cannot be read"},
    {"{'descr': 'f8', " ORDER "'shape': (1,)}", MR_E_TYPE, "'f8' cannot be read"},
    {"{'descr': '<f8\\x00', " ORDER "'shape': (1,)}", MR_E_FORMAT, "plain string"},
    {"{'descr': '<f8", MR_E_FORMAT, "plain string"},
    {"{'descr': '\x1b[31m', " ORDER "'shape': (1,)}", MR_E_TYPE, "\\x1b[31m"},
    {"{'descr': <f8, " ORDER "'shape': (1,)}", MR_E_FORMAT, "a string"},
    {"{'descr' '<f8', " ORDER "'shape': (1,)}", MR_E_FORMAT, "':'"},
    {"{((((((((((((((((((((((((((((((((((((((((((((((((((", MR_E_FORMAT, "a string"},
    {"\x80\x04\x95pickle", MR_E_FORMAT, "'{'"},
};
#undef F8
#undef ORDER

static void hostile_headers_are_refused_by_name(void)
{
    for (size_t k = 0; k < COUNT(hostile_headers); k++) {
        struct scratch s;
        mr_error err = {.status = MR_OK};
        struct file f = npy(hostile_headers[k].dictionary, "\0\0\0\0\0\0\xf0\x3f", 8);
        struct mr_table *t = open_file(&f, &s, NULL, &err);
        bool right = !t && err.status == hostile_headers[k].status &&
                     strstr(err.message, hostile_headers[k].says) &&
                     strstr(err.message, "data.npy");
        if (!right) printf("\n  %s\n  says: %s\n", hostile_headers[k].dictionary, err.message);
        CU_ASSERT(right);
        drop(&t, &s);
    }
}

static void hostile_prefixes_are_refused_by_name(void)
{
    static const struct {
        const char *bytes;
        size_t count;
        const char *says;
    } rows[] = {
        {"", 0, "signature"},
        {"\x93NUMP", 5, "signature"},
        {"\x92NUMPY\x01\x00\x02\x00{}", 12, "signature"},
        {"PK\3\4 an .npz file", 17, "signature"},
        {"\x93NUMPY", 6, "ends within"},
        {"\x93NUMPY\x01", 7, "ends within"},
        {"\x93NUMPY\x01\x00\x05", 9, "ends within"},
        {"\x93NUMPY\x02\x00\x05\x00", 10, "ends within"},
        {"\x93NUMPY\x02\x00\x05\x00\x00", 11, "ends within"},
        {"\x93NUMPY\x00\x00\x02\x00{}", 12, "version 0.0"},
        {"\x93NUMPY\x04\x00\x02\x00\x00\x00{}", 14, "version 4.0"},
        {"\x93NUMPY\x01\x01\x02\x00{}", 12, "version 1.1"},
        {"\x93NUMPY\x01\x00\xff\xff{}", 12, "claims 65535 bytes, 2 are there"},
        {"\x93NUMPY\x02\x00\xff\xff\xff\xff{}", 14, "claims 4294967295 bytes, the limit"},
        {"\x93NUMPY\x02\x00\x01\x00\x01\x00{}", 14, "claims 65537 bytes, the limit"},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        struct mr_table *t;
        mr_error err = {.status = MR_OK};
        struct scratch s = scratch_with("data.npy", rows[k].bytes, rows[k].count);
        CU_ASSERT_EQUAL(mr_table_open(&t, s.path, NULL, &err), MR_E_FORMAT);
        bool right = !t && strstr(err.message, rows[k].says);
        if (!right) printf("\n  says: %s\n", err.message);
        CU_ASSERT(right);
        drop(&t, &s);
    }
}

/* 200 rows of 5 columns, value = 1000 * row + column. */
static struct file matrix(void)
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
    struct file f = matrix();
    struct scratch s;
    mr_error err;
    int32_t a[7], b[7];
    size_t got;
    struct mr_table *t = open_file(&f, &s, &format, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(t);
    CU_ASSERT_EQUAL(mr_table_column_count(t), 2);
    CU_ASSERT_STRING_EQUAL(mr_table_column_name(t, 0), "x3");
    CU_ASSERT_STRING_EQUAL(mr_table_column_name(t, 1), "x1");
    CU_ASSERT_EQUAL(mr_table_read(t, 10, 1, 7, (void *[]){a, b}, &got, &err), MR_OK);
    for (int k = 0; k < 7; k++)
        CU_ASSERT(a[k] == (10 + k) * 1000 + 3 && b[k] == (10 + k) * 1000 + 1);
    drop(&t, &s);
}

static void any_step_reads_the_rows_it_names(void)
{
    static const int64_t steps[] = {1,  2,  3,  7,   50,   199,  200,      1000000,  INT64_MAX,
                                    -1, -2, -7, -50, -199, -200, -1000000, INT64_MIN};
    struct file f = matrix();
    struct scratch s;
    mr_error err;
    struct mr_table *t = open_file(&f, &s, NULL, &err);
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
    drop(&t, &s);
}

/* Rows of 100,000 bytes do not fit the scratch buffer. */
static void a_matrix_wider_than_the_scratch_buffer_reads_the_same(void)
{
    enum { ROWS = 3, WIDTH = 25000 };
    static const char *const wanted[] = {"24999", "0"};
    struct mr_table_format format = {.columns = wanted, .column_count = 2, .numbered = 3};
    static unsigned char bytes[10 + 80 + ROWS * WIDTH * 4];
    struct file f = npy("{'descr': '<i4', 'fortran_order': False, 'shape': (3, 25000), }", NULL, 0);
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
    drop(&t, &s);
}

static void the_end_is_no_error_and_stays(void)
{
    struct file f = npy("{'descr': '<i4', 'fortran_order': False, 'shape': (0,), }", NULL, 0);
    struct scratch s;
    mr_error err;
    int32_t value;
    size_t got = 1;
    struct mr_table *t = open_file(&f, &s, NULL, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(t);
    for (int k = 0; k < 3; k++) {
        CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 1, (void *[]){&value}, &got, &err), MR_OK);
        CU_ASSERT_EQUAL(got, 0);
    }
    CU_ASSERT_EQUAL(mr_table_read(t, INT64_MAX - 1, 1, 1, (void *[]){&value}, &got, &err), MR_OK);
    CU_ASSERT_EQUAL(got, 0);
    drop(&t, &s);
}

static void bytes_that_are_neither_0_nor_1_are_true(void)
{
    struct file f =
        npy("{'descr': '|b1', 'fortran_order': False, 'shape': (4,), }", "\0\1\x80\xff", 4);
    struct scratch s;
    mr_error err;
    uint8_t flags[4];
    size_t got;
    struct mr_table *t = open_file(&f, &s, NULL, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(t);
    CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 4, (void *[]){flags}, &got, &err), MR_OK);
    CU_ASSERT_EQUAL(memcmp(flags, "\0\1\1\1", 4), 0);
    drop(&t, &s);
}

static void a_pipe_reads_in_order_and_reports_where_it_broke_off(void)
{
    struct mr_table_format format = {.kind = MR_TABLE_NPY};
    struct file f = npy_of_i32("{'descr': '<i4', 'fortran_order': False, 'shape': (4,), }",
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
    struct file f = matrix();
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
    struct file f = matrix();
    struct scratch s;
    mr_error err;
    struct mr_table *t = open_file(&f, &s, &format, &err);
    CU_ASSERT(!t && err.status == MR_E_TYPE && strstr(err.message, "holds i32, dtype=f64"));
    drop(&t, &s);
}

static void a_written_header_reads_back(void)
{
    static const struct mr_npy_header rows[] = {
        {MR_F64, 0, 1, false},
        {MR_BOOL, INT64_MAX / 2, 1, false},
        {MR_I32, 3, 8, true},
        {MR_U64, INT64_C(1152921504606800000), 1, true},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        char bytes[MR_NPY_WRITTEN_BYTES];
        struct mr_npy_header read;
        mr_error err;
        size_t offset, length;
        mr_npy_print_header(bytes, &rows[k]);
        CU_ASSERT_EQUAL(
            mr_npy_parse_prefix((unsigned char *)bytes, 10, "f", &offset, &length, &err), MR_OK);
        CU_ASSERT_EQUAL(offset + length, sizeof bytes);
        CU_ASSERT_EQUAL(mr_npy_parse_header(&read, bytes + offset, length, "f", &err), MR_OK);
        CU_ASSERT(read.dtype == rows[k].dtype && read.rows == rows[k].rows &&
                  read.columns == rows[k].columns && read.is_2d == rows[k].is_2d);
    }
}

SUITE(npy, {"every_dtype_reads_back_its_bytes", every_dtype_reads_back_its_bytes},
      {"harmless_variants_of_the_header_are_accepted",
       harmless_variants_of_the_header_are_accepted},
      {"versions_2_and_3_have_a_long_length_field", versions_2_and_3_have_a_long_length_field},
      {"hostile_headers_are_refused_by_name", hostile_headers_are_refused_by_name},
      {"hostile_prefixes_are_refused_by_name", hostile_prefixes_are_refused_by_name},
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
      {"a_dtype_that_is_asked_for_must_be_the_files", a_dtype_that_is_asked_for_must_be_the_files},
      {"a_written_header_reads_back", a_written_header_reads_back});
