#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <millrace/sequence.h>

#include "ir/op.h"
#include "lang/refusal.h"
#include "suite.h"

static const struct refusal arguments[] = {
    /* How many. */
    {"range()", MR_E_ARITY, 1, "range: stop is missing"},
    {"range(1, 2, 3, i64, 5)", MR_E_ARITY, 21, "range: takes 4 arguments at most"},
    {"count() | take()", MR_E_ARITY, 11, "write take(n)"},
    {"count() | take(1, 2)", MR_E_ARITY, 19, "take: takes 1 argument at most"},
    {"count() | diff(1)", MR_E_ARITY, 16, "diff: takes no arguments"},
    {"count() | max(x)", MR_E_ARITY, 15, "max: takes no arguments"},
    {"count() | any(x > 3)", MR_E_ARITY, 15, "hint: an expression goes into a map before it"},
    {"range(9) | sum(x*x)", MR_E_TYPE, 16, "a map() before the terminal, and here one of tree"},
    {"range(9) | sum(exact=true)", MR_E_NAME, 16, "hint: write mode=exact"},
    {"range(9) | scan(s + x, init=0)", MR_E_TYPE, 17, "has a name here, as in s: s + x"},
    {"range(9) | filter(x > index)", MR_E_NAME, 23, "hint: an element's position is i"},
    {"range(9) | filter(x > size)", MR_E_NAME, 23, "hint: there is: x, i\n"},
    {"count() | map()", MR_E_ARITY, 11, "is missing"},
    {"count() | filter()", MR_E_ARITY, 11, "filter"},
    {"count() | window(3)", MR_E_ARITY, 11, "window"},
    {"zip()", MR_E_ARITY, 1, "zip"},
    {"read()", MR_E_ARITY, 1, "read"},
    {"count() | take(n=1, n=2)", MR_E_ARITY, 21, "take: given twice: 'n'"},
    {"count() | window(3, k=2)", MR_E_ARITY, 21, "given twice: 'k'"},
    {"range(1, start=2)", MR_E_ARITY, 10, "given twice: 'start'"},
    /* Names. */
    {"count() | take(m=1)", MR_E_NAME, 16, "take: unknown parameter 'm'"},
    {"range(3) | save('f')", MR_E_NAME, 12, "who pulls has the elements, to write them"},
    {"range(3, stpo=5)", MR_E_NAME, 10, "did you mean 'stop'?"},
    {"range(3, Step=5)", MR_E_NAME, 10, "did you mean 'step'?"},
    {"range(3, zzzzzz=5)", MR_E_NAME, 10, "write range(start"},
    {"count() | diff(n=1)", MR_E_NAME, 16, "write diff()"},
    {"count() | map(y = x)", MR_E_NAME, 15, "to name a column write y: ..."},
    {"count() | filter(x = 3)", MR_E_NAME, 18, "comparison is written =="},
    {"count() | take(n: 3)", MR_E_SYNTAX, 16, "a parameter's name is followed by '='"},
    {"count() | filter(p: x)", MR_E_SYNTAX, 18, "no argument here takes the label 'p'"},
    {"count() | map(i: x)", MR_E_NAME, 15, "which is the element's position"},
    {"count() | map(true: x)", MR_E_NAME, 15, "which is a truth value"},
    {"zip(inf: count())", MR_E_NAME, 5, "a column cannot be named 'inf'"},
    {"count() | map(a: x, a: x)", MR_E_NAME, 11, "two columns are named 'a'"},
    {"zip(a: count(), a: count())", MR_E_NAME, 1, "two columns are named 'a'"},
    /* Integers. */
    {"count() | take(-3)", MR_E_VALUE, 16, "take: n=-3 must not be negative"},
    {"count() | take(-3.0)", MR_E_VALUE, 16, "must not be negative"},
    {"count() | chunk(-1)", MR_E_VALUE, 17, "chunk: n=-1 must be at least 1"},
    {"count() | chunk(0)", MR_E_VALUE, 17, "chunk: n=0 must be at least 1"},
    {"iterate(x, 1, every=-1)", MR_E_VALUE, 21, "iterate: every=-1 must be at least 1"},
    {"count() | scan(s: s, init=0, every=-1.0)", MR_E_VALUE, 36, "every=-1 must be at least 1"},
    {"count() | scan(s: s, init=0, every=0)", MR_E_VALUE, 36, "every=0 must be at least 1"},
    {"binomial(-1, 0.5)", MR_E_VALUE, 10, "binomial: n=-1 must be from 0 to 1e+15"},
    {"count() | take(1.5)", MR_E_VALUE, 16, "take: n=1.5 must be an integer"},
    {"count() | take(3/2.0)", MR_E_VALUE, 16, "must be an integer"},
    {"count() | take(inf)", MR_E_VALUE, 16, "take: n=inf must be a finite integer"},
    {"count() | take(nan)", MR_E_VALUE, 16, "n=nan must be a finite integer"},
    {"count() | take(1e19)", MR_E_VALUE, 16, "must be in [0, 2^63-1]"},
    {"count() | take(9223372036854775808)", MR_E_VALUE, 16, "n=9223372036854775808 must be in"},
    {"count() | slice(0, -inf)", MR_E_VALUE, 20, "must be a finite integer"},
    {"count() | enumerate(9223372036854775808)", MR_E_VALUE, 21, "must be in [-2^63, 2^63-1]"},
    {"count() | enumerate(0.5)", MR_E_VALUE, 21, "enumerate: start=0.5 must be an integer"},
    {"uniform(-1)", MR_E_VALUE, 9, "uniform: seed=-1 must be in [0, 2^64-1]"},
    {"uniform(seed=1.5)", MR_E_VALUE, 14, "seed=1.5 must be an integer"},
    {"uniform(2e19)", MR_E_VALUE, 9, "must be in [0, 2^64-1]"},
    {"count() | take(true)", MR_E_TYPE, 16, "take: n must be a number"},
    {"count() | take('3')", MR_E_TYPE, 16, "take: n must be a number"},
    {"count() | take(x)", MR_E_TYPE, 16, "'x' is not"},
    {"count() | take(x + 1)", MR_E_NAME, 16, "take"},
    {"count() | take(abs(x))", MR_E_NAME, 20, "take"},
    {"count() | take((1, 2))", MR_E_SYNTAX, 18, "found ','"},
    {"count() | take(range(3))", MR_E_NAME, 16, "take"},
    {"range(x)", MR_E_TYPE, 7, "range: start must be a number known beforehand"},
    {"range('a')", MR_E_TYPE, 7, "range: start must be a number"},
    /* Names of things. */
    {"range(3, dtype=i63)", MR_E_NAME, 16, "did you mean 'i64'?"},
    {"range(3, dtype=whatever)", MR_E_NAME, 16, "one of bool, i32, u32, i64, u64, f32, f64"},
    {"range(3, dtype=64)", MR_E_TYPE, 16, "range: dtype must be a name"},
    {"range(3, dtype=f64(1))", MR_E_TYPE, 16, "dtype must be a name"},
    {"count() | scan(summ)", MR_E_NAME, 16, "did you mean 'sum'?"},
    {"count() | scan(median)", MR_E_NAME, 16, "hint: one of sum, prod, min, max\n"},
    {"count() | scan(mean)", MR_E_NAME, 16, "hint: one of sum, prod, min, max\n"},
    {"count() | chunk(3, std)", MR_E_NAME, 20, "hint: one of sum, prod, min, max, mean, count\n"},
    {"count() | chunk(3, mena)", MR_E_NAME, 20, "did you mean 'mean'?"},
    {"count() | window(3, median)", MR_E_NAME, 21, "hint: one of sum, mean, min, max\n"},
    {"count() | scan(xyzzy)", MR_E_NAME, 16, "one of sum, prod, min, max"},
    {"count() | scan(1)", MR_E_TYPE, 16, "must be a name"},
    {"count() | scan(x + 1)", MR_E_TYPE, 16, "must be a name"},
    {"count() | scan(sum())", MR_E_TYPE, 16, "must be a name"},
    {"count() | scan(SUM)", MR_E_NAME, 16, "unknown"},
    /* Texts and columns. */
    {"read(path)", MR_E_TYPE, 6, "write read(\"...\")"},
    {"read(3)", MR_E_TYPE, 6, "must be a quoted text"},
    {"read('a', columns=())", MR_E_VALUE, 19, "columns=() names no column"},
    {"read('a', columns=(a+1))", MR_E_TYPE, 19, "write columns=(a, b), (`a b`, c) or (0, 2)"},
    {"read('a', columns=(a, -1))", MR_E_TYPE, 19, "takes column names and numbers only"},
    {"read('a', columns=1.5)", MR_E_TYPE, 19, "takes column names and numbers only"},
    {"read('a', columns=(a, b", MR_E_SYNTAX, 24, "the '(' in column 19 is not closed"},
    {"read('a', columns=(a b))", MR_E_SYNTAX, 22, "expected ',' or ')', found 'b'"},
    {"read('a', format=nyp)", MR_E_NAME, 18, "did you mean 'npy'?"},
    /* Sequences. */
    {"zip(x, y)", MR_E_NAME, 5, "unknown source 'x'"},
    {"zip(3)", MR_E_SYNTAX, 5, "expected a source, found '3'"},
    {"zip(a: )", MR_E_SYNTAX, 8, "expected a source, found ')'"},
    {"zip(a: map(x))", MR_E_SYNTAX, 8, "'map' is a stage"},
    {"zip(a: range(3) | sum())", MR_E_SYNTAX, 8, "an operand cannot end in 'sum'"},
    {"zip(range(3) range(4))", MR_E_SYNTAX, 14, "expected ',' or ')', found 'range'"},
    {"zip(range(3) | map(y))", MR_E_NAME, 20, "unknown column 'y'"},
    {"zip(a=range(3))", MR_E_NAME, 5, "to name a column write a: ..."},
    {"chain(range(3), range(3) | take(-1))", MR_E_VALUE, 33, "must not be negative"},
    /* Expressions. */
    {"range(10) | map(y*2)", MR_E_NAME, 17, "map: unknown column 'y'"},
    {"range(10) | map(a: x) | map(b)", MR_E_NAME, 29, "unknown column 'b'"},
    {"range(10) | map(sqare(x))", MR_E_NAME, 17, "did you mean 'sqrt'?"},
    {"range(10) | filter('a')", MR_E_TYPE, 20, "filter"},
    {"range(9) | take(y + 1)", MR_E_NAME, 17, "'y' is no number, and only numbers may stand here"},
    {"range(9) | take(PI + 1)", MR_E_NAME, 17, "hint: the number is written pi"},
    {"range(9) | map(lag(x, i, 0))", MR_E_NAME, 23, "'i' is no number, and only numbers may"},
    {"range(9) | map(lag(x, i, 0))", MR_E_NAME, 23, "hint: the distance is a whole number: lag("},
    {"range(9) | map(lead(x, 1.5, 0))", MR_E_VALUE, 24, "is a whole number: lead(x, 1, 0)"},
    {"range(9) | map(lag(x, -1, 0))", MR_E_VALUE, 23, "hint: the other way looks lead(x, 1, 0)"},
    {"range(9) | map(lead(x, -2, 0))", MR_E_VALUE, 24, "hint: the other way looks lag(x, 2, 0)"},
    {"range(9) | map(lag(x, -32769, 0))", MR_E_VALUE, 23, "hint: farther ones: zip(a: s"},
    {"range(9) | map(lag(x, 32769, 0))", MR_E_VALUE, 23, "hint: farther ones: zip(a: s"},
};

static void wrong_arguments_are_refused_where_they_stand(void)
{
    assert_refused(arguments, sizeof arguments / sizeof arguments[0]);
}

static const struct mr_argument *argument_of(const struct mr_seq *seq, const char *name)
{
    for (size_t k = 0; k < MR_MAX_PARAMS && seq->op->params[k].type != MR_PARAM_NONE; k++)
        if (strcmp(seq->op->params[k].name, name) == 0) return &seq->args[k];
    return NULL;
}

static void constants_take_every_exact_spelling(void)
{
    static const struct {
        const char *text, *param;
        uint64_t value;
    } rows[] = {
        {"count() | take(1000000000000)", "n", 1000000000000},
        {"count() | take(1e12)", "n", 1000000000000},
        {"count() | take(n=1_000)", "n", 1000},
        {"count() | take(0xff)", "n", 255},
        {"count() | take(2 + 3 * 4)", "n", 14},
        {"count() | take(1 << 40)", "n", UINT64_C(1) << 40},
        {"count() | take(9223372036854775807)", "n", INT64_MAX},
        {"count() | take(-0)", "n", 0},
        {"count() | slice(1, inf)", "stop", INT64_MAX},
        {"count() | slice(1)", "step", 1},
        {"count() | enumerate(-9223372036854775808)", "start", UINT64_C(1) << 63},
        {"uniform(18446744073709551615)", "seed", UINT64_MAX},
        {"uniform(stream=0xffffffffffffffff)", "stream", UINT64_MAX},
        {"uniform()", "seed", 0},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *seq;
        CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, rows[k].text, NULL), MR_OK);
        const struct mr_argument *argument = argument_of(seq, rows[k].param);
        CU_ASSERT_PTR_NOT_NULL_FATAL(argument);
        CU_ASSERT_TRUE(argument->present);
        CU_ASSERT_FALSE(argument->number.is_real);
        CU_ASSERT_EQUAL(argument->number.value.u64, rows[k].value);
        mr_seq_release(&seq);
    }
}

static void arguments_say_whether_they_were_written(void)
{
    mr_seq *seq;
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, "uniform(7, dtype=f32)", NULL), MR_OK);
    CU_ASSERT_PTR_NOT_NULL(argument_of(seq, "seed")->expr);
    CU_ASSERT_EQUAL(argument_of(seq, "seed")->span.column, 9);
    CU_ASSERT_PTR_NULL(argument_of(seq, "stream")->expr);
    CU_ASSERT_EQUAL(argument_of(seq, "stream")->span.column, 0);
    CU_ASSERT_EQUAL(argument_of(seq, "dtype")->dtype, MR_F32);
    CU_ASSERT_EQUAL(argument_of(seq, "dtype")->span.column, 18);
    mr_seq_release(&seq);
}

/* The kinds of the expressions that a column list leaves: n(ame), t(ext), i(nteger). */
static void assert_columns(const mr_seq *seq, const char *kinds)
{
    char found[MR_MAX_COLUMNS + 1] = "";
    for (size_t k = 0; k < seq->expr_count && k < MR_MAX_COLUMNS; k++)
        found[k] = seq->exprs[k]->kind == MR_EXPR_NAME   ? 'n'
                   : seq->exprs[k]->kind == MR_EXPR_TEXT ? 't'
                                                         : 'i';
    CU_ASSERT_STRING_EQUAL(found, kinds);
}

static void columns_are_names_texts_or_numbers(void)
{
    static const struct {
        const char *columns, *kinds;
    } rows[] = {{"a", "n"}, {"(a)", "n"}, {"'a b'", "t"}, {"2", "i"}, {"(a, 'a b', 2)", "nti"}};
    char path[] = "/tmp/millrace-bind-XXXXXX", text[128];
    int file = mkstemp(path);
    CU_ASSERT_TRUE_FATAL(file >= 0);
    const char table[] = "a,a b,c\n1,2,3\n";
    CU_ASSERT_EQUAL(write(file, table, sizeof table - 1), (ssize_t)sizeof table - 1);
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *seq = NULL;
        (void)snprintf(text, sizeof text, "read('%s', columns=%s, format=csv)", path,
                       rows[k].columns);
        CU_ASSERT_EQUAL(mr_seq_parse(&seq, text, NULL), MR_OK);
        if (seq) assert_columns(seq, rows[k].kinds);
        mr_seq_release(&seq);

        mr_arg args[] = {mr_text(path), mr_named("columns", mr_expr(rows[k].columns)),
                         mr_named("format", mr_text("csv"))};
        CU_ASSERT_EQUAL(mr_seq_apply(&seq, "read", NULL, args, 3, NULL), MR_OK);
        if (seq) assert_columns(seq, rows[k].kinds);
        mr_seq_release(&seq);
    }
    (void)close(file);
    (void)unlink(path);
}

static void counts_add_up_over_all_inputs(void)
{
    mr_seq *seq;
    CU_ASSERT_EQUAL_FATAL(
        mr_seq_parse(&seq, "zip(a: count() | map(x+1), b: count() | take(3)) | map(a*b)", NULL),
        MR_OK);
    CU_ASSERT_EQUAL(seq->stage_count, 6);
    CU_ASSERT_EQUAL(seq->node_count, 7);
    mr_seq_release(&seq);
}

static void the_operator_that_cannot_seek_is_found(void)
{
    static const struct {
        const char *text, *op;
    } rows[] = {
        {"count() | map(x) | take(3)", NULL},
        {"count() | filter(x > 1)", "filter"},
        {"count() | filter(x > 1) | map(x*2) | take(3)", "filter"},
        {"count() | scan(sum) | filter(x > 1) | take(3)", "scan"},
        {"zip(count(), count() | scan(sum)) | map(x0)", "scan"},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *seq;
        CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, rows[k].text, NULL), MR_OK);
        const struct mr_seq *found = mr_seq_not_seekable(seq);
        CU_ASSERT_STRING_EQUAL(found ? found->op->name : "", rows[k].op ? rows[k].op : "");
        mr_seq_release(&seq);
    }
}

SUITE(bind,
      {"wrong_arguments_are_refused_where_they_stand",
       wrong_arguments_are_refused_where_they_stand},
      {"constants_take_every_exact_spelling", constants_take_every_exact_spelling},
      {"arguments_say_whether_they_were_written", arguments_say_whether_they_were_written},
      {"columns_are_names_texts_or_numbers", columns_are_names_texts_or_numbers},
      {"counts_add_up_over_all_inputs", counts_add_up_over_all_inputs},
      {"the_operator_that_cannot_seek_is_found", the_operator_that_cannot_seek_is_found});
