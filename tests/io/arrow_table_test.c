#define _XOPEN_SOURCE 700 /* truncate() */

/* Arrow's files and streams, read: what the sink writes, what pyarrow wrote, and what nobody should
 * have written. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/byte_order.h"
#include "base/memory.h"
#include "io/arrow_message.h"
#include "io/scratch.h"
#include "io/sink.h"
#include "io/table.h"
#include "io/table_faults.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { ROWS = 140000, MOST = MR_TABLE_MAX_COLUMNS };

static const mr_dtype all_dtypes[] = {MR_BOOL, MR_I32, MR_U32, MR_I64, MR_U64, MR_F32, MR_F64};
static const char *const all_names[] = {"b", "i", "u", "l", "q", "f", "d"};

static void write_rows(const struct scratch *s, const mr_dtype *dtypes, const char *const *names,
                       size_t count, const void *const columns[], size_t rows)
{
    CU_ASSERT_EQUAL_FATAL(scratch_table(s, MR_SINK_ARROW, dtypes, names, count, columns, rows),
                          MR_OK);
}

/* Bytes of every kind, NaNs too; bools are 0 or 1. */
static void make_columns(void *columns[COUNT(all_dtypes)])
{
    uint64_t word = 1;
    for (size_t k = 0; k < COUNT(all_dtypes); k++) {
        size_t bytes = ROWS * mr_dtype_size(all_dtypes[k]);
        unsigned char *at = columns[k] = mr_alloc(bytes, 1);
        CU_ASSERT_PTR_NOT_NULL_FATAL(at);
        for (size_t n = 0; at && n < bytes; n++) {
            word = word * UINT64_C(6364136223846793005) + 1;
            at[n] = (unsigned char)(word >> (all_dtypes[k] == MR_BOOL ? 63 : 56));
        }
    }
}

static void free_columns(void *columns[COUNT(all_dtypes)])
{
    for (size_t k = 0; k < COUNT(all_dtypes); k++) mr_free(columns[k]);
}

/* Rows first, first + step, ... are those of `from`. */
static bool are_rows(const void *got, const void *from, mr_dtype dtype, int64_t first, int64_t step,
                     size_t count)
{
    size_t size = mr_dtype_size(dtype);
    for (size_t n = 0; n < count; n++) {
        const char *want = (const char *)from + (size_t)(first + (int64_t)n * step) * size;
        if (memcmp((const char *)got + n * size, want, size) != 0) return false;
    }
    return true;
}

static void check_rows(struct mr_table *t, void *const from[], void *const to[])
{
    static const int64_t reads[][3] = {{0, 1, 10},           {65530, 1, 70000}, {131072, 1, 100},
                                       {ROWS - 1, -1, ROWS}, {3, 7, 20000},     {139999, -65536, 3},
                                       {70000, 40000, 2},    {1, 1, ROWS - 1}};
    for (size_t r = 0; r < COUNT(reads); r++) {
        size_t got = 0, count = (size_t)reads[r][2];
        mr_error err;
        CU_ASSERT_EQUAL(mr_table_read(t, reads[r][0], reads[r][1], count, to, &got, &err), MR_OK);
        CU_ASSERT_EQUAL(got, count);
        for (size_t k = 0; k < COUNT(all_dtypes); k++)
            CU_ASSERT(are_rows(to[k], from[k], all_dtypes[k], reads[r][0], reads[r][1], got));
    }
}

static void what_is_written_is_read_back_to_the_bit_from_anywhere(void)
{
    static const char *const file_names[] = {"a.arrow", "a.arrows", "a.feather"};
    void *columns[COUNT(all_dtypes)], *read_back[COUNT(all_dtypes)];
    make_columns(columns);
    make_columns(read_back);
    for (size_t n = 0; n < COUNT(file_names); n++) {
        struct scratch s = scratch_make(file_names[n]);
        struct mr_table *t;
        mr_error err;
        write_rows(&s, all_dtypes, all_names, COUNT(all_dtypes), (const void *const *)columns,
                   ROWS);
        CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, NULL, &err), MR_OK);
        CU_ASSERT_EQUAL(mr_table_row_count(t), ROWS);
        CU_ASSERT_EQUAL(mr_table_column_count(t), COUNT(all_dtypes));
        for (size_t k = 0; k < COUNT(all_dtypes); k++) {
            CU_ASSERT_EQUAL(mr_table_column_dtype(t, k), all_dtypes[k]);
            CU_ASSERT_STRING_EQUAL(mr_table_column_name(t, k), all_names[k]);
        }
        check_rows(t, columns, read_back);
        mr_table_close(&t);
        scratch_remove(&s);
    }
    free_columns(columns);
    free_columns(read_back);
}

static void rows_of_one_record_batch_are_mapped(void)
{
    static const struct {
        int64_t first;
        size_t rows;
        bool is_mapped;
    } rows[] = {{0, 65536, true},
                {0, 65537, false},
                {65535, 2, false},
                {65536, 65536, true},
                {131072, ROWS - 131072, true},
                {100, 1, true},
                {ROWS, 1, false}};
    void *columns[COUNT(all_dtypes)];
    struct scratch s = scratch_make("a.arrow");
    struct mr_table *t;
    mr_error err;
    make_columns(columns);
    write_rows(&s, all_dtypes + 6, NULL, 1, (const void *const[]){columns[6]}, ROWS);
    CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, NULL, &err), MR_OK);
    for (size_t k = 0; k < COUNT(rows); k++) {
        struct mr_mapping m;
        bool is_mapped = mr_table_map(t, rows[k].first, rows[k].rows, &m);
        CU_ASSERT_EQUAL(is_mapped, rows[k].is_mapped && !MR_IS_BIG_ENDIAN);
        if (!is_mapped) continue;
        CU_ASSERT(are_rows((char *)m.address + m.skip_bytes, columns[6], MR_F64, rows[k].first, 1,
                           rows[k].rows));
        mr_mapping_release(&m);
    }
    mr_table_close(&t);
    free_columns(columns);
    scratch_remove(&s);
}

/* ---- pyarrow's ---- */

enum { PYARROW_BYTES = 856 };

/* text: a, null, ccc, dd; v, i64: 1 2 null 4; ok: true false null true. Record batches of 3 rows
 * and of 1, by pyarrow 26.0.1. */
static const char *const pyarrow_lines[] = {
    "ffffffffd00000001000000000000a000c000600050008000a000000000104",
    "0c0000000800080000000400080000000400000003000000740000002c",
    "04000000a8ffffff000001061000000014000000040000000000000002",
    "6f6b000094ffffffccffffff00000102100000001c00000004",
    "010000007600000008000c0008000700080000000000000140000000100014",
    "0800060007000c00000010001000000000000105100000001c00000004",
    "000000000400000074657874000000000400040004000000fffffffff8",
    "14000000000000000c0016000600050008000c000c0000000003040018",
    "580000000000000000000a0018000c00040008000a0000008c00000010",
    "03000000000000000000000007000000000000000000000001",
    "08000000000000001000000000000000180000000000000006",
    "20000000000000000100000000000000280000000000000020",
    "48000000000000000100000000000000500000000000000001",
    "00000000030000000300000000000000010000000000000003",
    "0100000000000000030000000000000001000000000000000d",
    "0000000001000000010000000400000061636363646400000b",
    "01000000000000000200000000000000000000000000000004",
    "0b000000000000000900000000000000fffffffff800000014",
    "0c0016000600050008000c000c000000000304001800000020",
    "00000a0018000c00040008000a0000008c0000001000000001",
    "0000000007",
    "08000000000000000800000000000000020000000000000010",
    "00000000000000001000000000000000080000000000000018",
    "0000000000000000180000000000000001000000000000000000000003",
    "0100000000000000000000000000000001",
    "0100000000000000000000000000000000000000020000006464",
    "04000000000000000100000000000000ffffffff",
};

/* Of whole lines. */
enum { ROOM = 1024 };

static void what_cannot_be_read_is_refused_by_name(void)
{
    static const struct {
        const char *column; /* NULL: all */
        mr_status status;
        const char *message;
        size_t got; /* rows before it */
    } rows[] = {{"v", MR_E_FORMAT, "column 'v': row 2 is null", 2},
                {"ok", MR_E_FORMAT, "column 'ok': row 2 is null", 2},
                {"text", MR_E_TYPE, "column 'text' is of the type utf8", 0},
                {"none", MR_E_NAME, "column 'none' is none of its 3 columns", 0},
                {NULL, MR_E_TYPE, "column 'text' is of the type utf8", 0}};
    unsigned char bytes[ROOM];
    (void)scratch_hex(bytes, pyarrow_lines, COUNT(pyarrow_lines));
    struct scratch s = scratch_with("a.arrows", bytes, PYARROW_BYTES);
    for (size_t k = 0; k < COUNT(rows); k++) {
        const struct mr_table_format format = {.columns = &rows[k].column,
                                               .column_count = rows[k].column != NULL};
        struct mr_table *t;
        mr_error err = {.status = MR_OK};
        int64_t values[4];
        size_t got = 0;
        mr_status st = mr_table_open(&t, s.path, &format, &err);
        if (!st) st = mr_table_read(t, 0, 1, 4, (void *[]){values}, &got, &err);
        CU_ASSERT_EQUAL(st, rows[k].status);
        CU_ASSERT_EQUAL(got, rows[k].got);
        CU_ASSERT(strstr(err.message, rows[k].message) && err.hint[0]);
        mr_table_close(&t);
    }
    scratch_remove(&s);
}

/* Arrow lets a stream end where its file does, so that one which was broken off between two record
 * batches looks the same: what was found says so. */
static void a_stream_without_a_mark_of_its_end_is_told_of(void)
{
    static const int32_t n[] = {-1, 0, 1};
    static const mr_dtype dtype = MR_I32;
    static const char note[] = "without a mark of its end";
    enum { MARK_BYTES = 8 };
    unsigned char bytes[ROOM];
    struct scratch s = scratch_make("a.arrows");
    write_rows(&s, &dtype, NULL, 1, (const void *const[]){n}, 3);
    long count = scratch_read(&s, bytes, sizeof bytes);
    CU_ASSERT_FATAL(count > MARK_BYTES && count < (long)sizeof bytes);
    for (long cut = 0; cut <= MARK_BYTES; cut += MARK_BYTES) {
        struct mr_table *t;
        mr_error err;
        CU_ASSERT_EQUAL_FATAL(truncate(s.path, count - cut), 0);
        CU_ASSERT_EQUAL_FATAL(mr_table_open(&t, s.path, NULL, &err), MR_OK);
        CU_ASSERT_EQUAL(mr_table_row_count(t), 3);
        CU_ASSERT_STRING_EQUAL(mr_table_found(t), cut ? note : "");
        mr_table_close(&t);
    }
    scratch_remove(&s);
}

static void a_pipe_is_refused(void)
{
    unsigned char bytes[ROOM];
    struct mr_table *t;
    mr_error err;
    (void)scratch_hex(bytes, pyarrow_lines, COUNT(pyarrow_lines));
    int fd = scratch_pipe(bytes, PYARROW_BYTES);
    const struct mr_table_format format = {.kind = MR_TABLE_ARROW};
    CU_ASSERT_EQUAL(mr_table_open_fd(&t, fd, "pipe", &format, &err), MR_E_NOT_SEEKABLE);
    CU_ASSERT(!t && err.hint[0]);
    (void)close(fd);
}

/* ---- damage ---- */

/* What is read of the file: its rows, or -1. */
static int64_t rows_of(int fd, const struct mr_table_format *format)
{
    struct mr_table *t;
    mr_error err = {.status = MR_OK};
    uint64_t room[MOST][8];
    void *columns[MOST];
    size_t got = 0;
    for (size_t k = 0; k < MOST; k++) columns[k] = room[k];
    if (mr_table_open_fd(&t, fd, "damaged", format, &err) != MR_OK) {
        CU_ASSERT(err.message[0] && err.hint[0]);
        return -1;
    }
    int64_t rows = mr_table_row_count(t);
    mr_status st = mr_table_read(t, 0, 1, 8, columns, &got, &err);
    CU_ASSERT(st != MR_OK || (int64_t)got == rows);
    mr_table_close(&t);
    return st ? -1 : rows;
}

static void put(int fd, size_t at, const unsigned char *bytes, size_t count)
{
    CU_ASSERT_EQUAL_FATAL(pwrite(fd, bytes, count, (off_t)at), (ssize_t)count);
}

/* One change of each byte, all of them in long runs. */
static void check_changes(int fd, const struct mr_table_format *format, const unsigned char *whole,
                          size_t count, int64_t rows)
{
    static const unsigned char changes[] = {0x01, 0x80, 0xff};
    for (size_t k = 0; k < count; k++) {
        for (size_t n = 0; n < COUNT(changes); n++) {
            if (!tests_long && n != k % COUNT(changes)) continue;
            put(fd, k, (const unsigned char[]){whole[k] ^ changes[n]}, 1);
            int64_t got = rows_of(fd, format);
            CU_ASSERT(got == rows || got == -1);
        }
        put(fd, k, whole + k, 1);
    }
}

static void check_cuts(int fd, const struct mr_table_format *format, const unsigned char *whole,
                       size_t count, bool is_stream)
{
    for (size_t k = count; k-- > 0;) {
        CU_ASSERT_EQUAL_FATAL(ftruncate(fd, (off_t)k), 0);
        int64_t rows = rows_of(fd, format);
        CU_ASSERT(rows == -1 || is_stream);
    }
    put(fd, 0, whole, count);
}

static void check_heaps(int fd, const struct mr_table_format *format, const unsigned char *whole,
                        size_t count)
{
    enum { CHANGES = 4 };
    uint64_t word = 1;
    for (size_t n = 0; n < (tests_long ? 200000 : 300); n++) {
        size_t at[CHANGES];
        for (unsigned k = 0; k < CHANGES; k++) {
            word = word * UINT64_C(6364136223846793005) + 1;
            at[k] = (size_t)(word >> 40) % count;
            put(fd, at[k], (const unsigned char[]){(unsigned char)(word >> 32)}, 1);
        }
        (void)rows_of(fd, format);
        for (unsigned k = 0; k < CHANGES; k++) put(fd, at[k], whole + at[k], 1);
    }
}

static void check_damage(const char *name, const unsigned char *whole, size_t count, int64_t rows,
                         const char *column)
{
    const struct mr_table_format format = {
        .kind = MR_TABLE_ARROW, .columns = &column, .column_count = column != NULL};
    struct scratch s = scratch_with(name, whole, count);
    int fd = open(s.path, O_RDWR);
    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(rows_of(fd, &format), rows);
    check_changes(fd, &format, whole, count, rows);
    check_cuts(fd, &format, whole, count, strstr(name, "arrows") != NULL);
    check_heaps(fd, &format, whole, count);
    CU_ASSERT_EQUAL(rows_of(fd, &format), rows);
    (void)close(fd);
    scratch_remove(&s);
}

static void each_changed_byte_is_an_error_or_changes_no_number_of_rows(void)
{
    static const int32_t n[] = {-1, 0, 1};
    static const uint8_t ok[] = {1, 0, 1};
    static const mr_dtype dtypes[] = {MR_I32, MR_BOOL};
    static const char *const names[] = {"a.arrow", "a.arrows"};
    unsigned char bytes[ROOM];
    for (size_t k = 0; k < COUNT(names); k++) {
        struct scratch s = scratch_make(names[k]);
        write_rows(&s, dtypes, NULL, 2, (const void *const[]){n, ok}, 3);
        long count = scratch_read(&s, bytes, sizeof bytes);
        scratch_remove(&s);
        CU_ASSERT_FATAL(count > 0 && count < (long)sizeof bytes);
        check_damage(names[k], bytes, (size_t)count, 3, NULL);
    }
    (void)scratch_hex(bytes, pyarrow_lines, COUNT(pyarrow_lines));
    check_damage("p.arrows", bytes, PYARROW_BYTES, -1, "v");
}

/* Fields whose two children are one and the same, 24 deep: 2^24 of them to whoever does not count.
 */
static void a_schema_that_multiplies_is_refused(void)
{
    enum { DEEP = 24, STRUCT = 13 };
    const struct mr_flat_field message[] = {
        {MR_FLAT_16, 4}, {MR_FLAT_8, MR_ARROW_SCHEMA}, {MR_FLAT_REFERENCE, 0}};
    const struct mr_flat_field schema[] = {{MR_FLAT_DEFAULT, 0}, {MR_FLAT_REFERENCE, 0}};
    const struct mr_flat_field field[] = {{MR_FLAT_REFERENCE, 0}, {MR_FLAT_DEFAULT, 0},
                                          {MR_FLAT_8, STRUCT},    {MR_FLAT_REFERENCE, 0},
                                          {MR_FLAT_DEFAULT, 0},   {MR_FLAT_REFERENCE, 0}};
    struct mr_flat f;
    size_t holes[MR_FLAT_FIELDS], twice[2];
    unsigned char bytes[MR_FLAT_BYTES + 8];
    mr_flat_begin(&f);
    mr_flat_table(&f, 0, message, 3, holes);
    mr_flat_table(&f, holes[2], schema, 2, holes);
    twice[0] = mr_flat_vector(&f, holes[1], 1, 4, 4);
    for (unsigned k = 0; k < DEEP; k++) {
        mr_flat_table(&f, twice[0], field, 6, holes);
        size_t table = twice[0]; /* which the other reference is to lead to, too */
        for (unsigned n = 0; n < 4; n++) table += (size_t)f.bytes[twice[0] + n] << 8 * n;
        if (k > 0) mr_flat_put(&f, twice[1], (int64_t)(table - twice[1]), 4);
        size_t children = holes[5], type = holes[3];
        mr_flat_text(&f, holes[0], "n");
        mr_flat_table(&f, type, NULL, 0, holes);
        twice[0] = mr_flat_vector(&f, children, 2, 4, 4);
        twice[1] = twice[0] + 4;
    }
    mr_flat_put(&f, twice[0] - 4, 0, 4); /* the innermost have none */
    CU_ASSERT_FATAL(!f.is_full);
    memset(bytes, 0xff, 4);
    for (unsigned k = 0; k < 4; k++) bytes[4 + k] = (unsigned char)(f.used >> 8 * k);
    memcpy(bytes + 8, f.bytes, f.used);
    struct scratch s = scratch_with("a.arrows", bytes, f.used + 8);
    struct mr_table *t;
    mr_error err;
    CU_ASSERT_EQUAL(mr_table_open(&t, s.path, NULL, &err), MR_E_LIMIT);
    CU_ASSERT(!t && strstr(err.message, "more than 4096 columns") && err.hint[0]);
    scratch_remove(&s);
}

static void a_failed_allocation_leaves_nothing_behind(void)
{
    static const int32_t n[] = {-1, 0, 1};
    static const mr_dtype dtype = MR_I32;
    struct scratch s = scratch_make("a.arrow");
    write_rows(&s, &dtype, NULL, 1, (const void *const[]){n}, 3);
    CU_ASSERT(table_faults(s.path) > 1);
    scratch_remove(&s);
}

SUITE(arrow_table,
      {"what_is_written_is_read_back_to_the_bit_from_anywhere",
       what_is_written_is_read_back_to_the_bit_from_anywhere},
      {"rows_of_one_record_batch_are_mapped", rows_of_one_record_batch_are_mapped},
      {"what_cannot_be_read_is_refused_by_name", what_cannot_be_read_is_refused_by_name},
      {"a_stream_without_a_mark_of_its_end_is_told_of",
       a_stream_without_a_mark_of_its_end_is_told_of},
      {"a_pipe_is_refused", a_pipe_is_refused},
      {"each_changed_byte_is_an_error_or_changes_no_number_of_rows",
       each_changed_byte_is_an_error_or_changes_no_number_of_rows},
      {"a_schema_that_multiplies_is_refused", a_schema_that_multiplies_is_refused},
      {"a_failed_allocation_leaves_nothing_behind", a_failed_allocation_leaves_nothing_behind});
