/* Constants of the caller: in the text's tree as literals, under the caller's name nowhere else. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <millrace/millrace.h>

#include "base/memory.h"
#include "suite.h"

/* The canonical text of what is parsed says what reading it again gives. */
static void assert_says(mr_seq *seq, const char *wanted)
{
    char *text = NULL, *again = NULL;
    mr_seq *parsed = NULL;
    mr_error err = {.status = MR_OK};
    CU_ASSERT_EQUAL_FATAL(mr_seq_text(&text, seq, &err), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&parsed, text, &err), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_seq_text(&again, parsed, &err), MR_OK);
    if (strcmp(text, wanted) != 0) printf("\n  wanted %s\n  got    %s", wanted, text);
    CU_ASSERT_STRING_EQUAL(text, wanted);
    CU_ASSERT_STRING_EQUAL(text, again);
    mr_text_free(&text);
    mr_text_free(&again);
    mr_seq_release(&parsed);
}

static void constants_are_literals_in_the_canonical_text(void)
{
    const struct {
        mr_arg value;
        const char *written, *text;
    } rows[] = {
        {mr_int(3), "range(4) | map(x*k + k)", "range(0, 4) | map(x * 3 + 3)"},
        {mr_int(-3), "range(4) | map(x - k)", "range(0, 4) | map(x - -3)"},
        {mr_int(INT64_MIN), "range(4) | map(x + k)", "range(0, 4) | map(x + -9223372036854775808)"},
        {mr_uint(UINT64_MAX), "gen(u64(i) | k, 2)", "gen(u64(i) | 18446744073709551615, 2)"},
        {mr_real(0.1), "range(4) | map(x*k)", "range(0, 4) | map(x * 0.1)"},
        {mr_real(5e-324), "range(4) | map(x*k)", "range(0, 4) | map(x * 5e-324)"},
        {mr_real(-0.0), "range(4) | map(x*k)", "range(0, 4) | map(x * -0.0)"},
        {mr_real(-INFINITY), "range(4) | map(x > k)", "range(0, 4) | map(x > -inf)"},
        {mr_real(NAN), "range(4) | map(k)", "range(0, 4) | map(nan)"},
        {mr_typed(MR_F32, mr_real(0.5)), "range(4) | map(x*k)", "range(0, 4) | map(x * f32(0.5))"},
        {mr_typed(MR_I32, mr_int(-7)), "range(4) | map(k)", "range(0, 4) | map(i32(-7))"},
        {mr_typed(MR_BOOL, mr_int(1)), "range(4) | filter(k)", "range(0, 4) | filter(true)"},
        {mr_int(5), "range(k) | take(k) | map(k: x, b: k)",
         "range(0, 5) | take(5) | map(k: x, b: 5)"},
        {mr_real(INFINITY), "count() | slice(1, k)", "count() | slice(1, inf)"},
        {mr_int(2), "zip(count(k), count() | skip(k))", "zip(count(2), count() | skip(2))"},
        {mr_int(1), "iterate(x + k, k)", "iterate(x + 1, 1)"},
        {mr_text("/dev/null"), "read(k, dtype=i64, format=text)",
         "read(\"/dev/null\", dtype=i64, format=text)"},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *seq = NULL;
        mr_error err = {.status = MR_OK};
        mr_arg constant = mr_constant("k", rows[k].value);
        mr_status st = mr_seq_parse_with(&seq, rows[k].written, &constant, 1, &err);
        if (st) printf("\n  %s: %s", rows[k].written, err.message);
        CU_ASSERT_EQUAL_FATAL(st, MR_OK);
        assert_says(seq, rows[k].text);
        mr_seq_release(&seq);
    }
}

static void a_text_is_never_parsed(void)
{
    mr_seq *seq = NULL;
    mr_error err = {.status = MR_OK};
    mr_arg path = mr_constant("path", mr_text("a\") | map(\"x\n"));
    CU_ASSERT_EQUAL(mr_seq_parse_with(&seq, "read(path, dtype=i64, format=raw)", &path, 1, &err),
                    MR_E_IO);
    CU_ASSERT_PTR_NULL(seq);
    mr_arg text = mr_constant("k", mr_text("1"));
    CU_ASSERT_EQUAL(mr_seq_parse_with(&seq, "range(3) | map(x + k)", &text, 1, &err), MR_E_TYPE);
}

static void calls_take_them_too(void)
{
    mr_seq *range = NULL, *map = NULL, *both = NULL;
    mr_arg args[] = {mr_expr("x*k"), mr_constant("k", mr_int(3)),
                     mr_named("c", mr_expr("min(k, d)")), mr_constant("d", mr_real(0.5))};
    mr_arg more = mr_constant("m", mr_int(9));
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&range, "range(3)", NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_seq_apply(&map, "map", range, args, 4, NULL), MR_OK);
    assert_says(map, "range(0, 3) | map(x * 3, c: min(3, 0.5))");
    CU_ASSERT_EQUAL_FATAL(mr_seq_pipe_with(&both, map, "take(m) | map(c + m)", &more, 1, NULL),
                          MR_OK);
    assert_says(both, "range(0, 3) | map(x * 3, c: min(3, 0.5)) | take(9) | map(c + 9)");
    mr_seq_release(&range);
    mr_seq_release(&map);
    mr_seq_release(&both);
}

static void what_cannot_be_meant_is_refused(void)
{
    mr_arg three = mr_constant("k", mr_int(3));
    const struct {
        const char *written;
        mr_arg constants[2];
        size_t count;
        mr_status status;
        const char *part;
    } rows[] = {
        {"range(3) | map(x)", {three}, 1, MR_E_NAME, "the constant 'k' is in no expression"},
        {"range(3) | map(`k`)", {three}, 1, MR_E_NAME, "unknown column 'k'"},
        {"range(3) | map(a: x, k: x) | map(a*k)", {three}, 1, MR_E_NAME, "and a column has"},
        {"iterate(k: k + 1, init=(0))", {three}, 1, MR_E_NAME, "and a column has this name too"},
        {"range(3) | map(x + 1)", {mr_constant("x", mr_int(3))}, 1, MR_E_NAME, "'x' is a constant"},
        {"range(3) | scan(k)", {three}, 1, MR_E_TYPE, "must be a name"},
        {"range(3) | map(k(x))", {three}, 1, MR_E_NAME, "unknown function 'k'"},
        {"range(3) | map(i)", {mr_constant("i", mr_int(3))}, 1, MR_E_NAME, "element's position"},
        {"range(3) | map(x)", {mr_constant("a b", mr_int(3))}, 1, MR_E_NAME, "cannot be named"},
        {"range(3) | map(x)", {mr_constant(NULL, mr_int(3))}, 1, MR_E_VALUE, "has no name"},
        {"range(3) | map(k)", {three, three}, 2, MR_E_NAME, "two constants"},
        {"range(3) | map(k)", {mr_constant("k", mr_expr("x"))}, 1, MR_E_VALUE, "no number"},
        {"range(3) | map(k)",
         {mr_constant("k", mr_typed(MR_DTYPE_COUNT, mr_int(1)))},
         1,
         MR_E_VALUE,
         "no number"},
        {"range(3) | map(k)", {mr_named("k", mr_int(3))}, 1, MR_E_VALUE, "is no constant"},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *seq = NULL;
        mr_error err = {.status = MR_OK};
        size_t before = mr_memory_live_bytes();
        mr_status st =
            mr_seq_parse_with(&seq, rows[k].written, rows[k].constants, rows[k].count, &err);
        CU_ASSERT_EQUAL(st, rows[k].status);
        CU_ASSERT_PTR_NULL(seq);
        bool says_so = strstr(err.message, rows[k].part) != NULL && err.hint[0];
        if (!says_so) printf("\n  %s: %s (%s)", rows[k].written, err.message, err.hint);
        CU_ASSERT_TRUE(says_so);
        CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
    }
}

static void a_failed_allocation_anywhere_leaves_nothing_behind(void)
{
    mr_arg constants[] = {mr_constant("k", mr_typed(MR_F32, mr_real(-3))),
                          mr_constant("t", mr_int(-3))};
    size_t before = mr_memory_live_bytes();
    for (uint64_t nth = 1;; nth++) {
        mr_seq *seq = NULL;
        mr_memory_fail_at(nth, 0);
        mr_status st = mr_seq_parse_with(&seq, "range(9) | map(k*x + t*k)", constants, 2, NULL);
        bool failed = mr_memory_did_fail();
        mr_memory_fail_at(0, 0);
        mr_seq_release(&seq);
        CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
        CU_ASSERT_EQUAL(st, failed ? MR_E_NO_MEMORY : MR_OK);
        if (!failed || nth > 1000) break;
    }
}

SUITE(named_constant,
      {"constants_are_literals_in_the_canonical_text",
       constants_are_literals_in_the_canonical_text},
      {"a_text_is_never_parsed", a_text_is_never_parsed},
      {"calls_take_them_too", calls_take_them_too},
      {"what_cannot_be_meant_is_refused", what_cannot_be_meant_is_refused},
      {"a_failed_allocation_anywhere_leaves_nothing_behind",
       a_failed_allocation_anywhere_leaves_nothing_behind});
