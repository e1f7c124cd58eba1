/* What the head of an .npy file may say, and what is refused of it. */
#include <stdio.h>
#include <string.h>

#include "io/npy_header.h"
#include "npy_file.h"
#include "suite.h"

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
        struct npy_file f = npy_of_i32(rows[k], (int32_t[]){7, 8, 9}, 3);
        struct mr_table *t = npy_open(&f, &s, NULL, &err);
        if (!t) printf("\n  %s: %s\n", rows[k], err.message);
        CU_ASSERT_PTR_NOT_NULL_FATAL(t);
        CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 3, (void *[]){values}, &got, &err), MR_OK);
        CU_ASSERT(got == 3 && values[0] == 7 && values[2] == 9);
        npy_drop(&t, &s);
    }
}

static void versions_2_and_3_have_a_long_length_field(void)
{
    static const char dictionary[] = "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }";
    for (unsigned char version = 2; version <= 3; version++) {
        struct npy_file f = npy_of("", NULL, 0);
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
        struct mr_table *t = npy_open(&f, &s, NULL, &err);
        CU_ASSERT_PTR_NOT_NULL_FATAL(t);
        CU_ASSERT_EQUAL(mr_table_read(t, 0, 1, 2, (void *[]){values}, &got, &err), MR_OK);
        CU_ASSERT(got == 2 && values[0] == 5 && values[1] == 6);
        npy_drop(&t, &s);
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
        struct npy_file f = npy_of(hostile_headers[k].dictionary, "\0\0\0\0\0\0\xf0\x3f", 8);
        struct mr_table *t = npy_open(&f, &s, NULL, &err);
        bool right = !t && err.status == hostile_headers[k].status &&
                     strstr(err.message, hostile_headers[k].says) &&
                     strstr(err.message, "data.npy");
        if (!right) printf("\n  %s\n  says: %s\n", hostile_headers[k].dictionary, err.message);
        CU_ASSERT(right);
        npy_drop(&t, &s);
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
        npy_drop(&t, &s);
    }
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

SUITE(npy_header,
      {"harmless_variants_of_the_header_are_accepted",
       harmless_variants_of_the_header_are_accepted},
      {"versions_2_and_3_have_a_long_length_field", versions_2_and_3_have_a_long_length_field},
      {"hostile_headers_are_refused_by_name", hostile_headers_are_refused_by_name},
      {"hostile_prefixes_are_refused_by_name", hostile_prefixes_are_refused_by_name},
      {"a_written_header_reads_back", a_written_header_reads_back});
