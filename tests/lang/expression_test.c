#include "lang/expression.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "ir/seq.h"
#include "suite.h"

/* The tree in prefix form: (+ a (* b c)). */
static void show(struct mr_strbuf *out, const struct mr_expr *expr)
{
    switch (expr->kind) {
    case MR_EXPR_INTEGER: mr_strbuf_addf(out, "%llu", (unsigned long long)expr->integer); return;
    case MR_EXPR_REAL: mr_strbuf_addf(out, "%gr", expr->real); return;
    case MR_EXPR_BOOL: mr_strbuf_add(out, expr->integer ? "true" : "false"); return;
    case MR_EXPR_TEXT: mr_strbuf_addf(out, "<%s>", expr->name); return;
    case MR_EXPR_NAME: mr_strbuf_add(out, expr->name); return;
    case MR_EXPR_OPERATOR: mr_strbuf_addf(out, "(%s", mr_operator_spelling(expr->op)); break;
    case MR_EXPR_CONDITIONAL: mr_strbuf_add(out, "(?:"); break;
    case MR_EXPR_CALL: mr_strbuf_addf(out, "(%s()", expr->name); break;
    }
    for (size_t k = 0; k < expr->arg_count; k++) {
        mr_strbuf_add(out, " ");
        show(out, expr->args[k]);
    }
    mr_strbuf_add(out, ")");
}

static void assert_tree(const char *text, const char *tree)
{
    struct mr_expr *expr = NULL;
    struct mr_strbuf shown = {0};
    mr_error err = {.status = MR_OK};
    CU_ASSERT_EQUAL(mr_parse_whole(&expr, text, false, 1, &err), MR_OK);
    if (expr) show(&shown, expr);
    if (strcmp(mr_strbuf_text(&shown), tree) != 0)
        printf("\n  %s: wanted %s, got %s %s\n", text, tree, mr_strbuf_text(&shown), err.message);
    CU_ASSERT_STRING_EQUAL(mr_strbuf_text(&shown), tree);
    mr_strbuf_free(&shown);
    mr_expr_destroy(&expr);
}

static void operators_bind_as_in_c(void)
{
    static const char *const rows[][2] = {
        {"a+b*c", "(+ a (* b c))"},
        {"(a+b)*c", "(* (+ a b) c)"},
        {"a-b-c", "(- (- a b) c)"},
        {"a/b*c%d", "(% (* (/ a b) c) d)"},
        {"a||b&&c", "(|| a (&& b c))"},
        {"a|b^c&d", "(| a (^ b (& c d)))"},
        {"a&b==c", "(& a (== b c))"},
        {"a==b<c", "(== a (< b c))"},
        {"a<b!=c>=d", "(!= (< a b) (>= c d))"},
        {"a<b<<c+d", "(< a (<< b (+ c d)))"},
        {"a<<b>>c", "(>> (<< a b) c)"},
        {"-a*b", "(* (- a) b)"},
        {"a*-b", "(* a (- b))"},
        {"!a==b", "(== (! a) b)"},
        {"~a&b", "(& (~ a) b)"},
        {"--a", "(- (- a))"},
        {"-2", "(- 2)"},
        {"+a", "a"},
        {"-+a - +b", "(- (- a) b)"},
        {"(a<b)<c", "(< (< a b) c)"},
        {"a==(b==c)", "(== a (== b c))"},
        {"a-1", "(- a 1)"},
        {"a?b:c", "(?: a b c)"},
        {"a?b:c?d:e", "(?: a b (?: c d e))"},
        {"a?b?c:d:e", "(?: a (?: b c d) e)"},
        {"a||b?c:d", "(?: (|| a b) c d)"},
        {"a ? b : c + 1", "(?: a b (+ c 1))"},
        {"f()", "(f())"},
        {"f(a,b+1)", "(f() a (+ b 1))"},
        {"f(g(a))*2", "(* (f() (g() a)) 2)"},
        {"f(a?b:c, d)", "(f() (?: a b c) d)"},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) assert_tree(rows[k][0], rows[k][1]);
}

static void literals_are_what_they_look_like(void)
{
    static const char *const rows[][2] = {
        {"10", "10"},
        {"1e12", "1e+12r"},
        {"1.5", "1.5r"},
        {"inf", "infr"},
        {"nan", "nanr"},
        {"true", "true"},
        {"false", "false"},
        {"infinite", "infinite"},
        {"'a b'", "<a b>"},
        {"\"it's\"", "<it's>"},
        {"'a\\\\b\\'c\\\"d\\te\\nf'", "<a\\b'c\"d\te\nf>"},
        {"''", "<>"},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) assert_tree(rows[k][0], rows[k][1]);
}

static void spans_cover_the_whole_expression(void)
{
    static const struct {
        const char *text;
        struct mr_span span;
    } rows[] = {
        {" a + b*c ", {2, 7}},   {"f( a )", {1, 6}},  {"(a+b)*c", {1, 7}},
        {"a ? b : -c", {1, 10}}, {"((a+b))", {1, 7}},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct mr_parser p;
        struct mr_expr *expr = NULL;
        CU_ASSERT_EQUAL(mr_parser_start(&p, rows[k].text, true, NULL), MR_OK);
        CU_ASSERT_EQUAL_FATAL(mr_parse_expr(&p, &expr), MR_OK);
        CU_ASSERT_EQUAL(expr->span.column, rows[k].span.column);
        CU_ASSERT_EQUAL(expr->span.length, rows[k].span.length);
        mr_expr_destroy(&expr);
    }
}

static void lists_are_one_or_several_in_parentheses(void)
{
    static const struct {
        const char *text;
        size_t count;
    } rows[] = {{"a", 1}, {"(a)", 1}, {"(a, b)", 2}, {"(0, 'b c', d)", 3}, {"()", 0}};
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct mr_expr *list = NULL;
        CU_ASSERT_EQUAL_FATAL(mr_parse_whole(&list, rows[k].text, true, 0, NULL), MR_OK);
        CU_ASSERT_EQUAL(list->arg_count, rows[k].count);
        mr_expr_destroy(&list);
    }
}

/* prefix, then `count` times the unit, then the end `count` times. */
static mr_status parse_repeated(const char *prefix, const char *unit, size_t count,
                                const char *last, const char *end)
{
    struct mr_strbuf text = {0};
    struct mr_expr *expr = NULL;
    mr_strbuf_add(&text, prefix);
    for (size_t k = 0; k < count; k++) mr_strbuf_add(&text, unit);
    mr_strbuf_add(&text, last);
    for (size_t k = 0; k < count; k++) mr_strbuf_add(&text, end);
    mr_status st = mr_parse_whole(&expr, mr_strbuf_text(&text), false, 0, NULL);
    mr_expr_destroy(&expr);
    mr_strbuf_free(&text);
    return st;
}

static void nesting_is_limited_long_before_the_stack(void)
{
    static const struct {
        const char *unit, *end;
    } rows[] = {{"(", ")"}, {"-", ""}, {"!", ""}, {"f(", ")"}, {"x?x:", ""}, {"x*(", ")"}};
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        CU_ASSERT_EQUAL(parse_repeated("", rows[k].unit, MR_MAX_NESTING, "x", rows[k].end), MR_OK);
        CU_ASSERT_EQUAL(parse_repeated("", rows[k].unit, MR_MAX_NESTING + 1, "x", rows[k].end),
                        MR_E_LIMIT);
        CU_ASSERT_EQUAL(parse_repeated("", rows[k].unit, 100000, "x", ""), MR_E_LIMIT);
    }
}

static void nodes_are_limited(void)
{
    CU_ASSERT_EQUAL(parse_repeated("x", "+x", MR_MAX_NODES / 2 - 1, "", ""), MR_OK);
    CU_ASSERT_EQUAL(parse_repeated("x", "+x", MR_MAX_NODES / 2, "", ""), MR_E_LIMIT);
    CU_ASSERT_EQUAL(parse_repeated("f(x", ",x", 4 * MR_MAX_NODES, ")", ""), MR_E_LIMIT);
}

static void failures_leave_nothing_behind(void)
{
    static const char *const rows[] = {
        "",  "a+",  "a+(b",    "f(a,b",  "f(a,)",  "a?b",     "a?b:",        "(a)b",   "a b",
        "-", "a*-", "f(a)(b)", "a+f(b@", "'a' 'b", "1+2.3.4", "a ? b : c @", "a+1 1u", "a=b"};
    size_t live_bytes = mr_memory_live_bytes();
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct mr_expr *expr = NULL;
        CU_ASSERT_EQUAL(mr_parse_whole(&expr, rows[k], false, 0, NULL), MR_E_SYNTAX);
        CU_ASSERT_PTR_NULL(expr);
    }
    CU_ASSERT_EQUAL(mr_memory_live_bytes(), live_bytes);
}

SUITE(expression, {"operators_bind_as_in_c", operators_bind_as_in_c},
      {"literals_are_what_they_look_like", literals_are_what_they_look_like},
      {"spans_cover_the_whole_expression", spans_cover_the_whole_expression},
      {"lists_are_one_or_several_in_parentheses", lists_are_one_or_several_in_parentheses},
      {"nesting_is_limited_long_before_the_stack", nesting_is_limited_long_before_the_stack},
      {"nodes_are_limited", nodes_are_limited},
      {"failures_leave_nothing_behind", failures_leave_nothing_behind});
