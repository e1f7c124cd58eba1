#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <millrace/sequence.h>

#include "base/memory.h"
#include "ir/memory_source.h"
#include "ir/op.h"
#include "lang/refusal.h"
#include "suite.h"

static const char *columns_text(const mr_seq *seq, char out[256])
{
    size_t used = 0;
    for (size_t k = 0; k < mr_seq_column_count(seq); k++)
        used += (size_t)snprintf(out + used, 256 - used, "%s%s:%s", k ? " " : "",
                                 mr_seq_column_name(seq, k),
                                 mr_dtype_name(mr_seq_column_dtype(seq, k)));
    return out;
}

/* What a description derives: columns, and what it says of the number of elements. */
static void operators_derive_columns_and_length(void)
{
    static const struct {
        const char *text, *columns;
        int64_t most;
        mr_length_kind kind;
        enum mr_access access;
    } rows[] = {
        {"count()", "x:i64", INT64_MAX, MR_LENGTH_ENDLESS, MR_ANYWHERE},
        {"count(0.5)", "x:f64", INT64_MAX, MR_LENGTH_ENDLESS, MR_ANYWHERE},
        {"count(1e3)", "x:i64", INT64_MAX, MR_LENGTH_ENDLESS, MR_ANYWHERE},
        {"range(10, 0, -3)", "x:i64", 4, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"range(1e12)", "x:i64", 1000000000000, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"range(0, 1, 0.1)", "x:f64", 10, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"range(0, 2147483648, dtype=i32)", "x:i32", INT64_C(1) << 31, MR_LENGTH_KNOWN,
         MR_ANYWHERE},
        {"range(0, 18446744073709551615, 3, dtype=u64)", "x:u64", 6148914691236517205,
         MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"range(-9223372036854775808, 9223372036854775807, 4)", "x:i64", INT64_C(1) << 62,
         MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"repeat(7, 9223372036854775807)", "x:i64", INT64_MAX, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"repeat(7, inf)", "x:i64", INT64_MAX, MR_LENGTH_ENDLESS, MR_ANYWHERE},
        {"range(9223372036854775807) | skip(9223372036854775806)", "x:i64", 1, MR_LENGTH_KNOWN,
         MR_ANYWHERE},
        {"range(9223372036854775807) | enumerate()", "n:i64 x:i64", INT64_MAX, MR_LENGTH_KNOWN,
         MR_ANYWHERE},
        {"permutation(9223372036854775807) | slice(1, inf)", "x:i64", INT64_MAX - 1,
         MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"count() | slice(1, 9223372036854775807)", "x:i64", INT64_MAX - 1, MR_LENGTH_KNOWN,
         MR_ANYWHERE},
        {"zip(count(), repeat(7, 9223372036854775807))", "x0:i64 x1:i64", INT64_MAX,
         MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"chain(range(9223372036854775806), range(1))", "x:i64", INT64_MAX, MR_LENGTH_KNOWN,
         MR_ANYWHERE},
        {"range(9223372036854775807) | chunk(9223372036854775807, count)", "x:i64", 1,
         MR_LENGTH_KNOWN, MR_FROM_START},
        {"stdin() | skip(5)", "x:f64", INT64_MAX, MR_LENGTH_UNKNOWN, MR_FROM_START},
        {"range(9223372036854775807)", "x:i64", INT64_MAX, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"linspace(0, 1)", "x:f64", 50, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"repeat(true, 3)", "x:bool", 3, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"repeat(7.0)", "x:f64", INT64_MAX, MR_LENGTH_ENDLESS, MR_ANYWHERE},
        {"gen(f32(i), 9)", "x:f32", 9, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"fibonacci(mod=7, dtype=u32)", "x:u32", INT64_MAX, MR_LENGTH_ENDLESS, MR_FROM_ANY},
        {"philox(1)", "x:u32", INT64_MAX, MR_LENGTH_ENDLESS, MR_ANYWHERE},
        {"uniform(1, dtype=f32)", "x:f32", INT64_MAX, MR_LENGTH_ENDLESS, MR_ANYWHERE},
        {"zip(range(3), b: count(), range(2) | map(p: x, q: 0.5*x))", "x0:i64 b:i64 p:i64 q:f64", 2,
         MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"zip(range(9) | filter(x), range(4))", "x0:i64 x1:i64", 4, MR_LENGTH_UNKNOWN,
         MR_FROM_START},
        {"chain(range(3), range(4))", "x:i64", 7, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"chain(range(3), count())", "x:i64", INT64_MAX, MR_LENGTH_ENDLESS, MR_ANYWHERE},
        {"chain(range(3) | filter(x), range(4))", "x:i64", 7, MR_LENGTH_UNKNOWN, MR_FROM_START},
        {"range(4) | map(x*0.5)", "x:f64", 4, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"range(4) | map(x, 2*x, s: x+1)", "x0:i64 x1:i64 s:i64", 4, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"range(4) | filter(x > 1)", "x:i64", 4, MR_LENGTH_UNKNOWN, MR_FROM_START},
        {"range(0) | filter(x > 1)", "x:i64", 0, MR_LENGTH_KNOWN, MR_FROM_START},
        {"count() | take_while(x < 9)", "x:i64", INT64_MAX, MR_LENGTH_UNKNOWN, MR_FROM_START},
        {"count() | enumerate()", "n:i64 x:i64", INT64_MAX, MR_LENGTH_ENDLESS, MR_ANYWHERE},
        {"count() | take(5)", "x:i64", 5, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"count() | filter(x) | take(5)", "x:i64", 5, MR_LENGTH_UNKNOWN, MR_FROM_START},
        {"range(9) | skip(4)", "x:i64", 5, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"range(9) | skip(9223372036854775807)", "x:i64", 0, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"count() | slice(2, inf, 3)", "x:i64", INT64_MAX, MR_LENGTH_ENDLESS, MR_ANYWHERE},
        {"count() | slice(2, 9, 3)", "x:i64", 3, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"range(9) | filter(x) | slice(2, 9, 3)", "x:i64", 3, MR_LENGTH_UNKNOWN, MR_FROM_START},
        {"range(3) | map(i32(x)) | scan(sum)", "x:i64", 3, MR_LENGTH_KNOWN, MR_FROM_START},
        {"range(3) | map(f32(x)) | scan(prod)", "x:f32", 3, MR_LENGTH_KNOWN, MR_FROM_START},
        {"range(9) | window(4, mean)", "x:f64", 6, MR_LENGTH_KNOWN, MR_FROM_ANY},
        {"range(3) | map(f32(x)) | window(4, mean)", "x:f32", 0, MR_LENGTH_KNOWN, MR_FROM_ANY},
        {"range(9) | map(bool(x)) | diff()", "x:i32", 8, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"range(9) | chunk(4, mean)", "x:f64", 3, MR_LENGTH_KNOWN, MR_FROM_START},
        {"range(9) | shuffle(1)", "x:i64", 9, MR_LENGTH_KNOWN, MR_ANYWHERE},
        {"count() | shuffle(1, window=4)", "x:i64", INT64_MAX, MR_LENGTH_ENDLESS, MR_FROM_ANY},
        {"range(9) | filter(x) | shuffle(1, window=4)", "x:i64", 9, MR_LENGTH_UNKNOWN,
         MR_FROM_START},
        {"range(9) | map(u32(x)) | chunk(3, sum)", "x:u64", 3, MR_LENGTH_KNOWN, MR_FROM_START},
        {"range(9) | map(f32(x)) | sum()", "x:f64", 1, MR_LENGTH_KNOWN, MR_FROM_START},
        {"zip(a: range(9), b: range(9)) | count()", "count:i64", 1, MR_LENGTH_KNOWN, MR_FROM_START},
        {"zip(a: range(9), b: range(9)) | argmin()", "a:i64 b:i64", 1, MR_LENGTH_KNOWN,
         MR_FROM_START},
        {"range(9) | hist(4, 0, 9)", "count:u64", 4, MR_LENGTH_KNOWN, MR_FROM_START},
        {"stdin(i32)", "x:i32", INT64_MAX, MR_LENGTH_UNKNOWN, MR_FROM_START},
        {"read(\"/dev/null\", columns=(a, b), dtype=f32)", "a:f32 b:f32", INT64_MAX,
         MR_LENGTH_UNKNOWN, MR_FROM_START},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *seq;
        mr_error err;
        int64_t most;
        char columns[256] = "";
        mr_status st = mr_seq_parse(&seq, rows[k].text, &err);
        CU_ASSERT_EQUAL(st, MR_OK);
        if (st != MR_OK) {
            printf("\n  %s: %s\n", rows[k].text, err.message);
            continue;
        }
        bool good = !strcmp(columns_text(seq, columns), rows[k].columns) &&
                    mr_seq_length(seq, &most) == rows[k].kind && most == rows[k].most &&
                    seq->access == rows[k].access;
        if (!good)
            printf("\n  %s: %s, %" PRId64 " %d %d\n", rows[k].text, columns, seq->length.most,
                   (int)seq->length.kind, (int)seq->access);
        CU_ASSERT_TRUE(good);
        mr_seq_release(&seq);
    }
}

static void impossible_arguments_are_refused(void)
{
    static const struct refusal rows[] = {
        {"range(0, 10, 0)", MR_E_VALUE, 14, "step=0 must not be zero"},
        {"range(0, 10, 0.0)", MR_E_VALUE, 14, "step=0 must not be zero"},
        {"range(1.5, dtype=i64)", MR_E_VALUE, 7, "stop=1.5 does not fit i64"},
        {"range(0, inf)", MR_E_VALUE, 10, "2^63-1"},
        {"range(nan, 5)", MR_E_VALUE, 7, "finite"},
        {"range(0, 3000000000, dtype=i32)", MR_E_VALUE, 10, "do not fit i32"},
        {"range(0, -1, -1, dtype=i64) | map(y)", MR_E_NAME, 35, "unknown column 'y'"},
        {"range(-1, 5, dtype=u32)", MR_E_VALUE, 7, "start=-1 does not fit u32"},
        {"range(18446744073709551615, dtype=u64)", MR_E_VALUE, 7, "2^63-1"},
        {"range(18446744073709551615)", MR_E_VALUE, 7, "2^63-1"},
        {"range(5, dtype=bool)", MR_E_TYPE, 16, "no number"},
        {"count(-1, dtype=u64)", MR_E_VALUE, 7, "start=-1 does not fit u64"},
        {"count(0, 5000000000, dtype=i32)", MR_E_VALUE, 10, "step=5000000000 does not fit i32"},
        {"count(0.5, dtype=i64)", MR_E_VALUE, 7, "start=0.5 does not fit i64"},
        {"repeat(300, dtype=bool)", MR_E_VALUE, 8, "value=300 does not fit bool"},
        {"repeat(1.5, dtype=i32)", MR_E_VALUE, 8, "does not fit i32"},
        {"gen(x)", MR_E_NAME, 5, "unknown column 'x'"},
        {"fibonacci(dtype=f64)", MR_E_TYPE, 17, "no integer"},
        {"fibonacci(mod=5000000000, dtype=i32)", MR_E_VALUE, 15, "mod=5000000000 does not fit i32"},
        {"uniform(dtype=i32)", MR_E_TYPE, 15, "no float"},
        {"zip()", MR_E_ARITY, 1, "zip"},
        {"chain()", MR_E_ARITY, 1, "chain"},
        {"zip(a: range(3), a: range(3))", MR_E_NAME, 1, "two columns are named 'a'"},
        {"zip(a: range(3) | map(p: x, q: x))", MR_E_VALUE, 1, "'a' labels a sequence of 2 columns"},
        {"chain(range(3), range(3) | map(0.5*x))", MR_E_TYPE, 1, "sequence 2 has other columns"},
        {"chain(range(3), range(3) | map(y: x))", MR_E_TYPE, 1, "sequence 2 has other columns"},
        {"range(3) | map()", MR_E_ARITY, 12, "map"},
        {"range(3) | map(a: x, a: x)", MR_E_NAME, 12, "two columns"},
        {"range(3) | map(x,x,x,x,x,x,x,x,x)", MR_E_LIMIT, 12, "8 columns"},
        {"range(3) | map(n: x) | enumerate()", MR_E_NAME, 24, "'n'"},
        {"range(3) | slice(0, 5, 0)", MR_E_VALUE, 24, "step=0 must be at least 1"},
        {"range(3) | window(0, sum)", MR_E_VALUE, 19, "k=0 must be from 1"},
        {"range(3) | window(1048577, sum)", MR_E_VALUE, 19, "k=1048577 must be from 1"},
        {"range(3) | chunk(0, sum)", MR_E_VALUE, 18, "n=0 must be at least 1"},
        {"range(3) | hist(0, 0, 1)", MR_E_VALUE, 17, "bins=0"},
        {"range(3) | hist(65537, 0, 1)", MR_E_VALUE, 17, "bins=65537"},
        {"range(3) | hist(4, 1, 1)", MR_E_VALUE, 20, "lo=1 must be below hi=1"},
        {"range(3) | hist(4, 0, inf)", MR_E_VALUE, 20, "finite"},
        {"range(3) | hist(4, nan, 1)", MR_E_VALUE, 20, "lo=nan"},
        {"zip(range(3), range(3)) | hist(4, 0, 1)", MR_E_TYPE, 27, "2 columns come in"},
        {"read(\"/nowhere/at/all.csv\")", MR_E_IO, 1, "/nowhere/at/all.csv"},
        {"read(\"/dev/null\", format=npy)", MR_E_TYPE, 1, "dtype must be known"},
    };
    assert_refused(rows, sizeof rows / sizeof rows[0]);
}

/* Files that come and go are noticed when the stream is opened, not when it is described. */
static void a_file_that_changed_is_refused(void)
{
    char path[] = "/tmp/millrace_describe_XXXXXX";
    int fd = mkstemp(path);
    CU_ASSERT_TRUE_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(ftruncate(fd, 80), 0);
    char text[128];
    mr_seq *seq;
    mr_error err;
    void *state;
    (void)snprintf(text, sizeof text, "read(\"%s\", dtype=i64, format=raw)", path);
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, text, &err), MR_OK);
    CU_ASSERT_EQUAL(seq->length.most, 10);
    CU_ASSERT_EQUAL(seq->access, MR_FROM_ANY);
    CU_ASSERT_EQUAL(seq->op->feed->open(&state, seq, &err), MR_OK);
    int64_t rows[4] = {1, 1, 1, 1};
    void *columns[] = {rows};
    struct mr_filling filling = {.first = 8, .count = 4, .columns = columns};
    CU_ASSERT_EQUAL(seq->op->feed->fill(state, &filling, &err), MR_OK);
    CU_ASSERT_TRUE(filling.got == 2 && filling.is_over);
    CU_ASSERT_EQUAL(rows[1], 0);
    seq->op->feed->close(state);

    CU_ASSERT_EQUAL(ftruncate(fd, 72), 0);
    CU_ASSERT_EQUAL(seq->op->feed->open(&state, seq, &err), MR_E_FORMAT);
    CU_ASSERT_PTR_NULL(state);
    CU_ASSERT_EQUAL(unlink(path), 0);
    CU_ASSERT_EQUAL(seq->op->feed->open(&state, seq, &err), MR_E_IO);
    mr_seq_release(&seq);
    close(fd);
}

static void arrays_are_checked_and_not_copied(void)
{
    static const int32_t data[3] = {1, 2, 3};
    const mr_array good[] = {{.dtype = MR_I32, .data = data},
                             {.name = "y", .dtype = MR_I32, .data = data}};
    const mr_array odd = {.dtype = MR_I32, .data = (const char *)data + 1};
    const mr_array none = {.dtype = MR_I32};
    mr_seq *seq;
    char columns[256];
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_array(&seq, good, 2, 3, NULL), MR_OK);
    CU_ASSERT_STRING_EQUAL(columns_text(seq, columns), "x0:i32 y:i32");
    CU_ASSERT_EQUAL(seq->length.most, 3);
    CU_ASSERT_PTR_EQUAL(((struct mr_memory_source *)seq->context)->data[1], data);
    mr_seq_release(&seq);
    CU_ASSERT_EQUAL(mr_seq_from_array(&seq, &odd, 1, 3, NULL), MR_E_VALUE);
    CU_ASSERT_EQUAL(mr_seq_from_array(&seq, &none, 1, 3, NULL), MR_E_VALUE);
    CU_ASSERT_EQUAL(mr_seq_from_array(&seq, good, 0, 3, NULL), MR_E_LIMIT);
    CU_ASSERT_EQUAL(mr_seq_from_array(&seq, good, 1, SIZE_MAX, NULL), MR_E_VALUE);
    CU_ASSERT_PTR_NULL(seq);
    CU_ASSERT_EQUAL(mr_seq_from_array(&seq, &none, 1, 0, NULL), MR_OK);
    mr_seq_release(&seq);
}

static int count_up(void *user, int64_t first, size_t count, void *const columns[], size_t *got)
{
    const int *answer = user;
    for (size_t k = 0; k < count; k++) ((int64_t *)columns[0])[k] = first + (int64_t)k;
    *got = *answer > 1 ? count + 1 : count;
    return *answer;
}

static void a_callback_feeds_one_stream_at_a_time(void)
{
    int answer = 0;
    int64_t rows[4];
    void *columns[] = {rows}, *one;
    mr_seq *seq;
    mr_error err;
    mr_callback_params params = {
        .fill = count_up, .user = &answer, .column_count = 1, .dtypes = {MR_I64}};
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_callback(&seq, &params, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_seq_length(seq, NULL), MR_LENGTH_UNKNOWN);
    CU_ASSERT_TRUE(seq->is_live);
    const struct mr_feed *feed = seq->op->feed;
    CU_ASSERT_EQUAL(feed->claim(seq, &err), MR_OK);
    CU_ASSERT_EQUAL(feed->claim(seq, &err), MR_E_STATE);
    CU_ASSERT_EQUAL(feed->open(&one, seq, &err), MR_OK);
    struct mr_filling filling = {.first = 7, .count = 4, .columns = columns};
    CU_ASSERT_EQUAL(feed->fill(one, &filling, &err), MR_OK);
    CU_ASSERT_TRUE(filling.got == 4 && rows[3] == 10);
    answer = 1;
    filling = (struct mr_filling){.first = 11, .count = 4, .columns = columns};
    CU_ASSERT_EQUAL(feed->fill(one, &filling, &err), MR_E_CALLBACK);
    CU_ASSERT_TRUE(filling.got == 4 && err.element == 15);
    answer = 2;
    filling.got = 0;
    CU_ASSERT_EQUAL(feed->fill(one, &filling, &err), MR_E_CALLBACK);
    CU_ASSERT_EQUAL(filling.got, 0);
    feed->close(one);
    feed->unclaim(seq);
    CU_ASSERT_EQUAL(feed->claim(seq, &err), MR_E_STATE); /* it has been read */
    mr_seq_release(&seq);
    params.fill = NULL;
    CU_ASSERT_EQUAL(mr_seq_from_callback(&seq, &params, &err), MR_E_VALUE);
}

/* What listings, the parser and the conformance test rely on. */
static void every_operator_explains_itself(void)
{
    for (size_t k = 0; k < mr_ops_count; k++) {
        const struct mr_op *op = mr_ops[k];
        CU_ASSERT_TRUE(op->name && *op->name && op->brief && *op->brief);
        if (op->is_internal) continue;
        CU_ASSERT_TRUE(op->check && op->example && strstr(op->example, op->name));
        CU_ASSERT_PTR_EQUAL(mr_op_find(op->name, op->role == MR_SOURCE), op);
        for (const struct mr_param *p = op->params; p->type != MR_PARAM_NONE; p++)
            CU_ASSERT_TRUE(p->brief && *p->brief);
        const size_t rows = sizeof op->known / sizeof op->known[0];
        for (size_t row = 0; row < rows && op->known[row].pipeline; row++) {
            const struct mr_known *known = &op->known[row];
            mr_seq *seq;
            mr_error err;
            mr_status st = mr_seq_parse(&seq, known->pipeline, &err);
            if (st != MR_OK) printf("\n  %s: %s\n", known->pipeline, err.message);
            CU_ASSERT_EQUAL(st, MR_OK);
            if (st == MR_OK) CU_ASSERT_NOT_EQUAL(mr_seq_length(seq, NULL), MR_LENGTH_ENDLESS);
            mr_seq_release(&seq);
        }
    }
}

SUITE(describe, {"operators_derive_columns_and_length", operators_derive_columns_and_length},
      {"impossible_arguments_are_refused", impossible_arguments_are_refused},
      {"a_file_that_changed_is_refused", a_file_that_changed_is_refused},
      {"arrays_are_checked_and_not_copied", arrays_are_checked_and_not_copied},
      {"a_callback_feeds_one_stream_at_a_time", a_callback_feeds_one_stream_at_a_time},
      {"every_operator_explains_itself", every_operator_explains_itself});
