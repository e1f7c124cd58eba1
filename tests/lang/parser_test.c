#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "ir/seq.h"
#include "lang/refusal.h"
#include "suite.h"

static const struct refusal syntax[] = {
    /* Nothing, or not the start of a pipeline. */
    {"", MR_E_SYNTAX, 0, "the pipeline is empty"},
    {" \n\t ", MR_E_SYNTAX, 0, "start with a source: range(10)"},
    {"# only a comment", MR_E_SYNTAX, 0, "the pipeline is empty"},
    {"| map(x)", MR_E_SYNTAX, 1, "expected a source, found '|'"},
    {"10", MR_E_SYNTAX, 1, "expected a source, found '10'"},
    {"(range(10))", MR_E_SYNTAX, 1, "expected a source, found '('"},
    {"'range'", MR_E_SYNTAX, 1, "expected a source"},
    {")", MR_E_SYNTAX, 1, "expected a source, found ')'"},
    {"=", MR_E_SYNTAX, 1, "expected a source, found '='"},
    /* Calls. */
    {"range", MR_E_SYNTAX, 6, "operators are called: range(...)"},
    {"range 10", MR_E_SYNTAX, 7, "expected '(', found '10'"},
    {"range[10]", MR_E_SYNTAX, 6, "expected '(', found '['"},
    {"range(", MR_E_SYNTAX, 7, "expected an operand, found the end"},
    {"range(10", MR_E_SYNTAX, 9, "the '(' in column 6 is not closed"},
    {"range(10,", MR_E_SYNTAX, 10, "expected an operand, found the end"},
    {"range(10,)", MR_E_SYNTAX, 10, "expected an operand, found ')'"},
    {"range(,10)", MR_E_SYNTAX, 7, "expected an operand, found ','"},
    {"range(1 2)", MR_E_SYNTAX, 9, "expected ',' or ')', found '2'"},
    {"range(1; 2)", MR_E_SYNTAX, 8, "found ';'"},
    {"range(10))", MR_E_SYNTAX, 10, "expected '|' or the end, found ')'"},
    {"range(10)]", MR_E_SYNTAX, 10, "expected '|' or the end, found ']'"},
    {"range(start=)", MR_E_SYNTAX, 13, "expected an operand, found ')'"},
    {"range(start==3)", MR_E_NAME, 7, "range"},
    {"range(=3)", MR_E_SYNTAX, 7, "expected an operand, found '='"},
    {"range(:3)", MR_E_SYNTAX, 7, "expected an operand, found ':'"},
    {"range(stop=10, 5)", MR_E_SYNTAX, 16, "an argument by place behind one by name"},
    /* Chains. */
    {"range(10) |", MR_E_SYNTAX, 12, "expected a stage, found the end"},
    {"range(10) | | map(x)", MR_E_SYNTAX, 13, "expected a stage, found '|'"},
    {"range(10) || map(x)", MR_E_SYNTAX, 11, "expected '|' or the end, found '||'"},
    {"range(10) map(x)", MR_E_SYNTAX, 11, "stages are separated by '|'"},
    {"range(10).map(x)", MR_E_SYNTAX, 10, "found '.'"},
    {"range(10), range(3)", MR_E_SYNTAX, 10, "found ','"},
    {"range(10); sum()", MR_E_SYNTAX, 10, "stages are separated by '|'"},
    {"range(10) | 3", MR_E_SYNTAX, 13, "expected a stage, found '3'"},
    {"range(10) | sum", MR_E_SYNTAX, 16, "operators are called: sum(...)"},
    {"range(10) + range(3)", MR_E_SYNTAX, 11, "expected '|' or the end, found '+'"},
    {"map(x)", MR_E_SYNTAX, 1, "'map' is a stage and needs a sequence before it"},
    {"take(3) | map(x)", MR_E_SYNTAX, 1, "start with a source: range(10) | take(...)"},
    {"sum()", MR_E_SYNTAX, 1, "'sum' is a terminal and needs a sequence before it"},
    {"range(3) | range(4)", MR_E_SYNTAX, 12, "'range' is a source and can only stand first"},
    {"range(3) | zip(range(4))", MR_E_SYNTAX, 12, "zip() and chain() join sequences"},
    {"range(3) | sum() | take(1)", MR_E_SYNTAX, 20, "nothing can follow 'sum'"},
    {"range(3) | sum() | sum()", MR_E_SYNTAX, 20, "which gives a single value"},
    {"range(3) | count() | nonsense()", MR_E_SYNTAX, 22, "nothing can follow 'count'"},
    /* Names of operators. */
    {"rnage(10)", MR_E_NAME, 1, "did you mean 'range'?"},
    {"RANGE(10)", MR_E_NAME, 1, "unknown source 'RANGE'"},
    {"quux(10)", MR_E_NAME, 1, "sources are "},
    {"range(10) | mop(x)", MR_E_NAME, 13, "did you mean 'map'?"},
    {"range(10) | meen()", MR_E_NAME, 13, "did you mean 'mean'?"},
    {"range(10) | round(x)", MR_E_NAME, 13, "called in an expression: map(round(...))"},
    {"range(10) | clip(0, 5)", MR_E_NAME, 13, "called in an expression: map(clip(...))"},
    {"sqrt(2)", MR_E_NAME, 1, "called in an expression: range(10) | map(sqrt(...))"},
    {"range(10) | quuux(x)", MR_E_NAME, 13, "stages are all, any,"},
    {"zip(rang(3))", MR_E_NAME, 5, "did you mean 'range'?"},
    /* Expressions. */
    {"range(3) | map(x+)", MR_E_SYNTAX, 18, "expected an operand, found ')'"},
    {"range(3) | map(*x)", MR_E_SYNTAX, 16, "expected an operand, found '*'"},
    {"range(3) | map(+)", MR_E_SYNTAX, 17, "expected an operand, found ')'"},
    {"range(9) | filter(1 < x < 3)", MR_E_SYNTAX, 19, "hint: write 1 < x && x < 3"},
    {"range(9) | filter(0 <= x*x <= 2+i)", MR_E_SYNTAX, 19, "write 0 <= x*x && x*x <= 2+i"},
    {"range(9) | filter(x == i == 1)", MR_E_SYNTAX, 19, "write x == i && i == 1"},
    {"range(9) | filter(x > 1 && 2 < x != i != x)", MR_E_SYNTAX, 28, "comparisons do not chain"},
    {"range(9) | head(3)", MR_E_NAME, 12, "hint: here it is take(n)"},
    {"range(9) | sort()", MR_E_NAME, 12, "hint: not there"},
    {"iota(9)", MR_E_NAME, 1, "hint: here it is range(n)"},
    {"range(9) | map(ln(x))", MR_E_NAME, 16, "hint: here it is log(x)"},
    {"range(3) | map((x)", MR_E_SYNTAX, 19, "the '(' in column 15 is not closed"},
    {"range(3) | map(x))", MR_E_SYNTAX, 18, "found ')'"},
    {"range(3) | map(x x)", MR_E_SYNTAX, 18, "expected ',' or ')', found 'x'"},
    {"range(3) | map(x 2)", MR_E_SYNTAX, 18, "found '2'"},
    {"range(3) | map(2x)", MR_E_SYNTAX, 16, "ends in letters"},
    {"range(3) | map(x ? 1)", MR_E_SYNTAX, 21, "expected ':' of '?:'"},
    {"range(3) | map(x ? : 1)", MR_E_SYNTAX, 20, "expected an operand, found ':'"},
    {"range(3) | map(x ? 1 :)", MR_E_SYNTAX, 23, "expected an operand, found ')'"},
    {"range(3) | map(())", MR_E_SYNTAX, 17, "expected an operand, found ')'"},
    {"range(3) | map((x, x))", MR_E_SYNTAX, 18, "found ','"},
    {"range(3) | map(abs(x)", MR_E_SYNTAX, 22, "not closed"},
    {"range(3) | map(abs(x,))", MR_E_SYNTAX, 22, "expected an operand, found ')'"},
    {"range(3) | map(a: )", MR_E_SYNTAX, 19, "expected an operand, found ')'"},
    {"range(3) | map(a: b: x)", MR_E_SYNTAX, 20, "expected ',' or ')', found ':'"},
    {"range(3) | map(3: x)", MR_E_SYNTAX, 17, "expected ',' or ')', found ':'"},
    {"range(3) | map('a': x)", MR_E_SYNTAX, 19, "found ':'"},
    /* Habits from elsewhere. */
    {"range(3) | map(x**2)", MR_E_SYNTAX, 17, "a power is pow(a, b)"},
    {"range(3) | map(x//2)", MR_E_SYNTAX, 17, "floordiv(a, b) rounds down"},
    {"range(3) | map(x > 1 and x < 3)", MR_E_SYNTAX, 22, "write &&"},
    {"range(3) | map(x > 1 or x < 3)", MR_E_SYNTAX, 22, "write ||"},
    {"range(3) | filter(not x > 1)", MR_E_SYNTAX, 19, "write !"},
    {"range(3) | filter(not(x > 1))", MR_E_SYNTAX, 19, "write !"},
    {"range(3) | filter(x % 2 = 1)", MR_E_SYNTAX, 25, "comparison is written =="},
    {"range(3) | filter(x => 1)", MR_E_SYNTAX, 21, "write >="},
    {"range(3) | filter(x <> 1)", MR_E_SYNTAX, 21, "write !="},
    {"range(3) | map(lambda x: x)", MR_E_SYNTAX, 16, "write the expression itself"},
    {"range(3) | map(1 if x else 2)", MR_E_SYNTAX, 18, "write condition ? a : b"},
    {"range(3) | map(x[1])", MR_E_SYNTAX, 17, "window() and diff()"},
    {"range(3) | map(x.y)", MR_E_SYNTAX, 17, "found '.'"},
    /* Bytes. */
    {"range(3) | map(@x)", MR_E_SYNTAX, 16, "the character '@' is not in the language"},
    {"range(3) $", MR_E_SYNTAX, 10, "the character '$'"},
    {"range(3) | map(`x)", MR_E_SYNTAX, 16, "not closed by a back quote"},
    {"range(3) | map(`x\n`)", MR_E_SYNTAX, 16, "not closed by a back quote"},
    {"range(3) | map(``)", MR_E_SYNTAX, 16, "the name between the back quotes is empty"},
    {"range(3) | map(`x``)", MR_E_SYNTAX, 16, "written twice"},
    {"range(3) | `map`(x)", MR_E_SYNTAX, 12, "expected a stage, found '`map`'"},
    {"range(`stop`=3)", MR_E_SYNTAX, 13, "comparison is written =="},
    {"range(3) | map(`abs`(x))", MR_E_SYNTAX, 21, "expected ',' or ')', found '('"},
    {"range(3)\\", MR_E_SYNTAX, 9, "the character '\\'"},
    {"range(3) | map({x})", MR_E_SYNTAX, 16, "the character '{'"},
    {"range(3) | map(x \xc3\xa9)", MR_E_SYNTAX, 18, "byte 0xc3 cannot stand here"},
    {"\xef\xbb\xbfrange(3)", MR_E_SYNTAX, 1, "byte 0xef cannot stand here"},
    {"range(3)\x01", MR_E_SYNTAX, 9, "byte 0x01 cannot stand here"},
    {"range(3)\x7f", MR_E_SYNTAX, 9, "byte 0x7f cannot stand here"},
    {"range(3)\v| sum()", MR_E_SYNTAX, 9, "byte 0x0b"},
    /* Literals. */
    {"range(18446744073709551616)", MR_E_VALUE, 7, "is above 2^64-1"},
    {"range(0x10000000000000000)", MR_E_VALUE, 7, "is above 2^64-1"},
    {"range(1e309)", MR_E_VALUE, 7, "write inf for infinity"},
    {"range(1__0)", MR_E_SYNTAX, 7, "'_' may stand between two digits only"},
    {"range(1_)", MR_E_SYNTAX, 7, "'_' may stand"},
    {"range(1_.5)", MR_E_SYNTAX, 7, "'_' may stand"},
    {"range(1._5)", MR_E_SYNTAX, 7, "'_' may stand"},
    {"range(0x_ff)", MR_E_SYNTAX, 7, "malformed"},
    {"range(0x)", MR_E_SYNTAX, 7, "the number 0x is malformed"},
    {"range(0xfg)", MR_E_SYNTAX, 7, "the number 0xfg ends in letters"},
    {"range(1e)", MR_E_SYNTAX, 7, "the number 1e is malformed"},
    {"range(1e+)", MR_E_SYNTAX, 7, "malformed"},
    {"range(1.2.3)", MR_E_SYNTAX, 7, "the number 1.2.3 is malformed"},
    {"range(0..3)", MR_E_SYNTAX, 7, "malformed"},
    {"range(10u)", MR_E_SYNTAX, 7, "write u64(10)"},
    {"range(1.5f)", MR_E_SYNTAX, 7, "ends in letters"},
    {"range(0b11)", MR_E_SYNTAX, 7, "ends in letters"},
    {"read(\"a", MR_E_SYNTAX, 6, "not closed by \" on its line"},
    {"read('a\n')", MR_E_SYNTAX, 6, "not closed by ' on its line"},
    {"read('a\\q')", MR_E_SYNTAX, 8, "unknown escape"},
    {"read('a\\", MR_E_SYNTAX, 8, "unknown escape"},
    {"read('a\\'", MR_E_SYNTAX, 6, "not closed"},
    /* Further lines. */
    {"range(3)\n  | map(x)\n  | tkae(2)", MR_E_NAME, 25, "    | tkae(2)\n      ^~~~"},
    {"range(3) # a | b\n | map(x+)", MR_E_SYNTAX, 27, "   | map(x+)\n           ^"},
};

static void broken_syntax_is_refused_where_it_breaks(void)
{
    assert_refused(syntax, sizeof syntax / sizeof syntax[0]);
}

/* "name:dtype ..." of the sequence that the text describes. */
static void describe(char *out, size_t size, const char *text)
{
    mr_seq *seq;
    mr_error err = {.status = MR_OK};
    out[0] = '\0';
    if (mr_seq_parse(&seq, text, &err)) {
        (void)snprintf(out, size, "%s", err.message);
        return;
    }
    for (size_t k = 0; k < mr_seq_column_count(seq); k++) {
        size_t used = strlen(out);
        (void)snprintf(out + used, size - used, "%s%s:%s", k ? " " : "", mr_seq_column_name(seq, k),
                       mr_dtype_name(mr_seq_column_dtype(seq, k)));
    }
    mr_seq_release(&seq);
}

static void pipelines_have_the_columns_they_name(void)
{
    static const char *const rows[][2] = {
        {"range(10)", "x:i64"},
        {"range(0, 1e12) | map(x*x) | filter(x % 7 == 2) | sum()", "x:i64"},
        {"range(10, dtype=i32) | map(x > 3)", "x:bool"},
        {"range(10) | map(s: x+1, d: x*0.5)", "s:i64 d:f64"},
        {"range(10) | map(x, x)", "x0:i64 x1:i64"},
        {"range(10) | map(x | 1)", "x:i64"},
        {"range(10) | map((x | 1) || x)", "x:bool"},
        {"zip(a: count() | map(x*x), b: range(3) | take(2))", "a:i64 b:i64"},
        {"zip(count(), uniform(1))", "x0:i64 x1:f64"},
        {"zip(a: zip(count(), count()) | map(x0+x1), b: count())", "a:i64 b:i64"},
        {"zip(count() | map(p: x), count(), count() | map(q: x))", "p:i64 x1:i64 q:i64"},
        {"zip(count() | map(p: x), count() | map(p: x), p: count())", "x0:i64 x1:i64 p:i64"},
        {"chain(v: range(2), v: range(2) | map(w: x))", "v:i64"},
        {"range(3) | map(n: x) | enumerate(k: 1)", "k:i64 n:i64"},
        {"range(3) | map(e: f32(x)) | map(e*pi)", "x:f32"},
        {"range(3) | map(x < 1 == (x > 2), (x < 1) < 2)", "x0:bool x1:bool"},
        {"chain(range(3), range(4) | map(x+1)) | sum()", "x:i64"},
        {"count() | take(3) | count()", "count:i64"},
        {"range(5) # five\n  | map(x) # same\n\n| take(n = 2)\n", "x:i64"},
        {"\trange\t(\t5\t)\t", "x:i64"},
        {"range(stop=0xff, start=1_0)", "x:i64"},
        {"range(10) | scan(sum) | scan('max')", "x:i64"},
        {"range(10) | map(not_a_keyword: x) | map(not_a_keyword)", "not_a_keyword:i64"},
        {"range(10) | map(a: x, b: x) | map(b, a+1, i)", "b:i64 x1:i64 x2:i64"},
        {"range(10) | map(a: x, b: x) | map(a, b: a, a)", "x0:i64 b:i64 x2:i64"},
        {"range(10) | map(a: x, b: x) | map(b, b: a)", "x0:i64 b:i64"},
        {"range(10) | map(x0: x, x1: x) | map(x1, x0)", "x0:i64 x1:i64"},
        {"range(10) | map(`a b`: x) | map(`a b`)", "a b:i64"},
        {"range(10) | map(android: x, order: x) | filter(android == order)",
         "android:i64 order:i64"},
        {"gen(i * i, length = 1e3)", "x:i64"},
    };
    char columns[512];
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        describe(columns, sizeof columns, rows[k][0]);
        if (strcmp(columns, rows[k][1]) != 0) printf("\n  %s: %s\n", rows[k][0], columns);
        CU_ASSERT_STRING_EQUAL(columns, rows[k][1]);
    }
}

static mr_status parse_repeated(const char *first, const char *unit, size_t count, const char *last,
                                mr_error *err)
{
    struct mr_strbuf text = {0};
    mr_seq *seq;
    mr_strbuf_add(&text, first);
    for (size_t k = 0; k < count; k++) mr_strbuf_add(&text, unit);
    mr_strbuf_add(&text, last);
    mr_status st = mr_seq_parse(&seq, mr_strbuf_text(&text), err);
    mr_seq_release(&seq);
    mr_strbuf_free(&text);
    return st;
}

static void every_limit_has_an_error_that_names_it(void)
{
    static const struct {
        const char *first, *unit, *last;
        size_t good; /* units that are still accepted; 0: as many as it takes */
        size_t bad;
        const char *part; /* of the message */
    } rows[] = {
        {"count()", "|map(x)", "", MR_MAX_STAGES - 1, MR_MAX_STAGES, "limit of 64"},
        {"zip(a: count()", ", count()", ")", 7, 0, ""},
        {"chain(count()", ", count()", ")", 0, MR_MAX_STAGES, "limit of 64"},
        {"count() | map(x", "+x", ")", MR_MAX_NODES / 2 - 1, MR_MAX_NODES / 2, "10000 nodes"},
        {"count() | map(x)", "|map(x+1+1+1+1+1+1+1+1+1+1)", "", 60, 0, ""},
        {"", "zip(", "count()", 0, 100000, "limit of 64"},
        {"count() | map(", "(", "x", 0, 100000, "200 levels"},
        {"count() | map(", "-", "x)", MR_MAX_NESTING, MR_MAX_NESTING + 1, "200 levels"},
        {"count()", " ", "", 1000000, 1 << 20, "limit of 1048576"},
        {"count(", "1", ")", 18, 100000, "above 2^64-1"},
        {"count() | map(", "a", ": x)", MR_NAME_BYTES - 1, MR_NAME_BYTES, "255 bytes"},
        {"count() | map(", "a", ": x)", 0, 100000, "too long for a column's name"},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_error err = {.status = MR_OK};
        mr_status good = rows[k].good ? parse_repeated(rows[k].first, rows[k].unit, rows[k].good,
                                                       rows[k].last, &err)
                                      : MR_OK;
        if (good) printf("\n  row %zu: %s\n", k, err.message);
        CU_ASSERT_EQUAL(good, MR_OK);
        if (!rows[k].bad) continue;
        mr_status bad =
            parse_repeated(rows[k].first, rows[k].unit, rows[k].bad, rows[k].last, &err);
        CU_ASSERT_TRUE(bad == MR_E_LIMIT || bad == MR_E_VALUE);
        bool is_named = strstr(err.message, rows[k].part) || strstr(err.hint, rows[k].part);
        if (!is_named) printf("\n  row %zu: %s\n", k, err.message);
        CU_ASSERT_TRUE(is_named);
    }
}

static void no_text_is_an_error_not_a_crash(void)
{
    mr_seq *seq;
    CU_ASSERT_EQUAL(mr_seq_parse(&seq, NULL, NULL), MR_E_VALUE);
    CU_ASSERT_PTR_NULL(seq);
    CU_ASSERT_EQUAL(mr_seq_pipe(&seq, NULL, "sum()", NULL), MR_E_VALUE);
    CU_ASSERT_PTR_NULL(seq);
    CU_ASSERT_EQUAL(mr_seq_parse(&seq, "range(", NULL), MR_E_SYNTAX);
}

static void stages_go_behind_an_existing_sequence(void)
{
    mr_seq *input, *seq;
    mr_error err;
    size_t live_bytes = mr_memory_live_bytes();
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&input, "range(10)", &err), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_seq_pipe(&seq, input, "map(x*0.5) | sum()", &err), MR_OK);
    CU_ASSERT_EQUAL(mr_seq_column_dtype(seq, 0), MR_F64);
    CU_ASSERT_EQUAL(mr_seq_column_dtype(input, 0), MR_I64);
    mr_seq_release(&input);
    CU_ASSERT_EQUAL(mr_seq_length(seq, NULL), MR_LENGTH_KNOWN);

    mr_seq *none;
    CU_ASSERT_EQUAL(mr_seq_pipe(&none, seq, "take(1)", &err), MR_E_SYNTAX);
    CU_ASSERT_EQUAL(mr_seq_pipe(&none, seq, "", &err), MR_E_SYNTAX);
    CU_ASSERT_PTR_NULL(none);
    mr_seq_release(&seq);
    CU_ASSERT_EQUAL(mr_memory_live_bytes(), live_bytes);
}

/* x^2 is exclusive or, x & 1 == 0 is x & (1 == 0), and both are good texts: that is said, once for
 * each, and not of what is written so that it can mean nothing else. */
static void what_python_means_otherwise_is_noticed(void)
{
    static const struct {
        const char *text;
        size_t count;
        unsigned column; /* of the last */
    } rows[] = {
        {"range(3) | map(x^2)", 1, 16},
        {"range(3) | map(x^0x2, i^1, x^i)", 0, 0},
        {"range(2^10)", 1, 7},
        {"range(3) | filter(2^x > i^3)", 2, 19},
        {"zip(gen(i^2), gen(i)) | sum()", 1, 9},
        {"range(3) | map(1 + (x*x)^3)", 1, 16},
        {"range(3) | filter(x & 1 == 0)", 1, 19},
        {"range(3) | filter(0 == x & 7 || x | 0x10 > 3)", 2, 19},
        {"range(3) | filter((x & 1) == 0 || x & (1 == 0))", 0, 0},
        {"range(3) | filter(x > 0 & x < 2 | i == x)", 0, 0},
        {"range(3) | filter(x > 0 & 3 > x)", 0, 0},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *seq;
        mr_error notice;
        unsigned column = 0;
        size_t count = 0;
        CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, rows[k].text, NULL), MR_OK);
        for (; mr_seq_notice(&notice, seq, count) == MR_OK; count++) column = notice.column;
        if (count != rows[k].count || column != rows[k].column)
            printf("\n  %s: %zu, column %u\n", rows[k].text, count, column);
        CU_ASSERT_TRUE(count == rows[k].count && column == rows[k].column);
        mr_seq_release(&seq);
    }
}

SUITE(parser, {"what_python_means_otherwise_is_noticed", what_python_means_otherwise_is_noticed},
      {"broken_syntax_is_refused_where_it_breaks", broken_syntax_is_refused_where_it_breaks},
      {"pipelines_have_the_columns_they_name", pipelines_have_the_columns_they_name},
      {"every_limit_has_an_error_that_names_it", every_limit_has_an_error_that_names_it},
      {"no_text_is_an_error_not_a_crash", no_text_is_an_error_not_a_crash},
      {"stages_go_behind_an_existing_sequence", stages_go_behind_an_existing_sequence});
