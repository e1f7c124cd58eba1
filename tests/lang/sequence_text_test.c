/* The canonical text. That it describes the same elements is checked wherever the conformance tests
 * parse a pipeline: they run what its text says. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <millrace/millrace.h>

#include "base/memory.h"
#include "io/scratch.h"
#include "ir/op.h"
#include "lang/expression.h"
#include "lang/expression_text.h"
#include "suite.h"

#define ARGS(...) (mr_arg[]){__VA_ARGS__}, sizeof(mr_arg[]){__VA_ARGS__} / sizeof(mr_arg)

struct row {
    const char *written, *text;
};

static bool is_fingerprint(const mr_seq *seq, const mr_fingerprint *wanted)
{
    mr_fingerprint got;
    return mr_seq_fingerprint(&got, seq, NULL) == MR_OK && memcmp(&got, wanted, sizeof got) == 0;
}

/* Parsing the text gives the same text and the same fingerprint. `wanted` NULL: any. */
static void check_text(const mr_seq *seq, const char *wanted)
{
    char *text = NULL, *again = NULL;
    mr_seq *parsed = NULL;
    mr_fingerprint fingerprint;
    mr_error err = {.status = MR_OK};
    CU_ASSERT_EQUAL_FATAL(mr_seq_text(&text, seq, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_seq_fingerprint(&fingerprint, seq, NULL), MR_OK);
    bool is_right = !wanted || strcmp(text, wanted) == 0;
    is_right = mr_seq_parse(&parsed, text, &err) == MR_OK && is_right;
    is_right = is_right && mr_seq_text(&again, parsed, &err) == MR_OK && !strcmp(text, again);
    is_right = is_right && mr_seq_notice(&err, parsed, 0) == MR_E_VALUE; /* it has one meaning */
    is_right = is_right && is_fingerprint(parsed, &fingerprint);
    if (!is_right)
        printf("\n  wanted %s\n  got    %s\n  then   %s %s", wanted ? wanted : "", text,
               again ? again : "", err.message);
    CU_ASSERT_TRUE(is_right);
    mr_text_free(&again);
    mr_text_free(&text);
    mr_seq_release(&parsed);
}

static void check_written(const char *written, const char *wanted)
{
    mr_seq *seq = NULL;
    mr_error err = {.status = MR_OK};
    if (mr_seq_parse(&seq, written, &err) != MR_OK) printf("\n  %s: %s", written, err.message);
    CU_ASSERT_PTR_NOT_NULL_FATAL(seq);
    check_text(seq, wanted);
    mr_seq_release(&seq);
}

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t k = 0; k < count; k++) check_written(rows[k].written, rows[k].text);
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof(rows)[0])

static void spelling_does_not_matter(void)
{
    static const struct row rows[] = {
        {" range(\t10 ) # ten", "range(0, 10)"},
        {"range(stop=0xA,start=0)", "range(0, 10)"},
        {"range(stop = 10)", "range(0, 10)"},
        {"range(0,1_000,1)", "range(0, 1000, 1)"},
        {"range(0, 1e3)|take( 1e2 )", "range(0, 1000.0) | take(100)"},
        {"count()|slice(3)", "count() | slice(0, 3)"},
        {"count() | slice(5, inf)", "count() | slice(5, inf)"},
        {"count()|slice(step=2)", "count() | slice(step=2)"},
        {"randint(6)", "randint(0, 6, 0, 0)"},
        {"normal(seed = 18446744073709551615)", "normal(seed=18446744073709551615, stream=0)"},
        {"range(3)|map(((x))+ +1)", "range(0, 3) | map(x + 1)"},
        {"range(3) | map(x&(1==0)|x==2)", "range(0, 3) | map(x & (1 == 0) | (x == 2))"},
        {"range(3)|map(`x`: `x`, `i`: i)", "range(0, 3) | map(x: x, `i`: i)"},
        {"stdin()", "stdin()"},
        {"stdin(format=raw)", "stdin(format=raw)"},
        {"stdin(f64)", "stdin(f64)"},
        {"repeat(f32(.1))|take(3)", "repeat(f32(0.1)) | take(3)"},
        {"repeat(true, 2)", "repeat(true, 2)"},
        {"repeat(-0.0, 2, dtype = f32)", "repeat(-0.0, 2, f32)"},
        {"count() | enumerate(n : 1)", "count() | enumerate(n: 1)"},
        {"zip( a:range(3)|map(x), chain(count(),count()))",
         "zip(a: range(0, 3) | map(x), chain(count(), count()))"},
        {"categorical((.5, 1/2))", "categorical((0.5, 1 / 2), 0, 0)"},
        {"categorical(((1+1)*2))", "categorical(((1 + 1) * 2), 0, 0)"},
        {"read('/dev/null', format=text, dtype=i64)",
         "read(\"/dev/null\", dtype=i64, format=text)"},
        {"read(\"/dev/null\",columns=('a b',c,`i`),format=csv,header=yes,dtype=(i64,f32,f64))",
         "read(\"/dev/null\", (\"a b\", c, `i`), (i64, f32, f64), csv, yes)"},
    };
    CHECK_ROWS(rows);
}

static void brackets_stand_where_the_tree_needs_them(void)
{
    static const struct row rows[] = {
        {"gen((i + 1) * 2)", "gen((i + 1) * 2)"},
        {"gen((i * 1) + 2)", "gen(i * 1 + 2)"},
        {"gen(i - (1 - 2))", "gen(i - (1 - 2))"},
        {"gen((i - 1) - 2)", "gen(i - 1 - 2)"},
        {"gen((i < 3) == (i > 5))", "gen(i < 3 == i > 5)"},
        {"gen((i < 3) < (i > 5))", "gen((i < 3) < (i > 5))"},
        {"gen((i == 3) != (i > 5))", "gen((i == 3) != i > 5)"},
        {"gen(-(i + 1) - -i)", "gen(-(i + 1) - -i)"},
        {"gen(- - i)", "gen(--i)"},
        {"gen(!(~i == 3) ? (i ? 1 : 2) : (i ? 3 : 4))", "gen(!(~i == 3) ? i ? 1 : 2 : i ? 3 : 4)"},
        {"gen((i ? 1 : 0) ? 1 : 2)", "gen((i ? 1 : 0) ? 1 : 2)"},
        {"gen((i ? 1 : 0) + 1)", "gen((i ? 1 : 0) + 1)"},
        {"gen(max((i), 3, -1))", "gen(max(i, 3, -1))"},
        {"gen(i ^ 2)", "gen(i ^ 0x2)"},
        {"gen(i | 1 & 3 << 1)", "gen(i | 1 & 3 << 1)"},
        {"gen(i << (1 << 2))", "gen(i << (1 << 2))"},
        {"gen(-9223372036854775808 + i)", "gen(-9223372036854775808 + i)"},
        {"gen(i + 1e22 + .1 + inf - nan)", "gen(i + 1e+22 + 0.1 + inf - nan)"},
    };
    CHECK_ROWS(rows);
}

static void every_operator_has_its_text(void)
{
    for (size_t k = 0; k < mr_ops_count; k++) {
        const struct mr_op *op = mr_ops[k];
        size_t rows = sizeof op->known / sizeof op->known[0];
        for (size_t row = 0; row < rows && op->known[row].pipeline; row++)
            check_written(op->known[row].pipeline, NULL);
        mr_seq *seq = NULL;
        if (!op->example || mr_seq_parse(&seq, op->example, NULL) != MR_OK) continue; /* no file */
        check_text(seq, NULL);
        mr_seq_release(&seq);
    }
}

static void calls_have_the_text_that_says_the_same(void)
{
    mr_seq *range = NULL, *map = NULL, *zip = NULL, *read = NULL;
    mr_builder *b = mr_builder_create();
    mr_builder_apply(b, "range", ARGS(mr_named("stop", mr_real(10)), mr_named("step", mr_int(3))));
    CU_ASSERT_EQUAL_FATAL(mr_builder_finish(&range, &b, NULL), MR_OK);
    check_text(range, "range(0, 10.0, 3)");
    CU_ASSERT_EQUAL_FATAL(
        mr_seq_apply(&map, "map", range,
                     ARGS(mr_named("a b`c", mr_real(-0.1)), mr_named("i", mr_expr("x*2")),
                          mr_named("n", mr_int(INT64_MIN)), mr_named("u", mr_uint(UINT64_MAX)),
                          mr_named("nan", mr_real((double)-INFINITY))),
                     NULL),
        MR_OK);
    check_text(map, "range(0, 10.0, 3) | map(`a b``c`: -0.1, `i`: x * 2, "
                    "n: -9223372036854775808, u: 18446744073709551615, `nan`: -inf)");
    CU_ASSERT_EQUAL_FATAL(mr_seq_apply(&zip, "zip", NULL,
                                       ARGS(mr_input(range), mr_named("b", mr_input(range))), NULL),
                          MR_OK);
    check_text(zip, "zip(range(0, 10.0, 3), b: range(0, 10.0, 3))");
    CU_ASSERT_EQUAL_FATAL(
        mr_seq_apply(&read, "read", NULL,
                     ARGS(mr_text("/dev/null"), mr_named("columns", mr_text("a\"b\\\t\n")),
                          mr_named("format", mr_expr("csv")), mr_named("header", mr_expr("yes"))),
                     NULL),
        MR_OK);
    check_text(read, "read(\"/dev/null\", \"a\\\"b\\\\\\t\\n\", format=csv, header=yes)");
    mr_seq_release(&range);
    mr_seq_release(&map);
    mr_seq_release(&zip);
    mr_seq_release(&read);
}

static int no_elements(void *user, int64_t first, size_t count, void *const columns[], size_t *got)
{
    (void)user, (void)first, (void)count, (void)columns;
    *got = 0;
    return 0;
}

static void assert_textless(const mr_seq *seq, mr_status wanted, const char *part)
{
    char *text = (char *)seq;
    mr_error err = {.status = MR_OK};
    mr_fingerprint fingerprint = {{1, 1}};
    CU_ASSERT_EQUAL(mr_seq_text(&text, seq, &err), wanted);
    CU_ASSERT_PTR_NULL(text);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, part));
    if (!strstr(err.message, part)) printf("\n  %s: %s", part, err.message);
    CU_ASSERT_EQUAL(mr_seq_fingerprint(&fingerprint, seq, NULL), wanted);
    CU_ASSERT_EQUAL(fingerprint.words[0] | fingerprint.words[1], 0);
}

static void what_only_calls_describe_is_refused_by_name(void)
{
    const int64_t numbers[] = {1, 2, 3};
    const mr_array array = {.dtype = MR_I64, .data = numbers};
    const mr_callback_params callback = {
        .fill = no_elements, .column_count = 1, .dtypes = {MR_I64}};
    mr_seq *source = NULL, *seq = NULL;
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_array(&source, &array, 1, 3, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_seq_pipe(&seq, source, "map(x + 1) | sum()", NULL), MR_OK);
    assert_textless(seq, MR_E_VALUE, "array: ");
    mr_seq_release(&seq);
    mr_seq_release(&source);
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_callback(&source, &callback, NULL), MR_OK);
    assert_textless(source, MR_E_VALUE, "callback: ");
    mr_seq_release(&source);
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&source, "range(3)", NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(
        mr_seq_apply(&seq, "map", source, ARGS(mr_named("a\nb", mr_expr("x"))), NULL), MR_OK);
    assert_textless(seq, MR_E_VALUE, "map: the name 'a\\x0ab' has a line break");
    mr_seq_release(&seq);
    mr_seq_release(&source);
}

/* A text that parsing would refuse is none. */
static void sequences_beyond_the_limits_of_a_text_are_refused(void)
{
    mr_seq *seq = NULL, *deeper = NULL;
    char deep[2 * MR_MAX_NESTING + 8] = "";
    for (size_t k = 0; k < MR_MAX_NESTING - 8; k++) strcat(deep, "-");
    strcat(deep, "i");
    CU_ASSERT_EQUAL_FATAL(mr_seq_apply(&seq, "gen", NULL, ARGS(mr_expr(deep)), NULL), MR_OK);
    for (size_t k = 0; k < 7; k++) {
        check_text(seq, NULL);
        CU_ASSERT_EQUAL_FATAL(mr_seq_apply(&deeper, "zip", NULL, ARGS(mr_input(seq)), NULL), MR_OK);
        mr_seq_release(&seq);
        seq = deeper;
    }
    for (size_t k = 0; k < 3; k++) {
        CU_ASSERT_EQUAL_FATAL(mr_seq_apply(&deeper, "zip", NULL, ARGS(mr_input(seq)), NULL), MR_OK);
        mr_seq_release(&seq);
        seq = deeper;
    }
    assert_textless(seq, MR_E_LIMIT, "levels");
    mr_seq_release(&seq);
}

static uint64_t draw(uint64_t *state, uint64_t bound)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*state >> 33) % bound;
}

/* A tree over literals and names, typed or not. */
static struct mr_expr *random_tree(uint64_t *state, size_t depth)
{
    static const char *const names[] = {"x", "i", "a b", "nan", "pi", "`"};
    static const double reals[] = {0.1, 5e-324, 1.7976931348623157e308, 1e16, 1e-5, 0.0};
    uint64_t kind = depth ? draw(state, 8) : draw(state, 4);
    struct mr_span nowhere = {0, 0};
    struct mr_expr *expr, **args;
    const char *name = NULL;
    size_t count = kind < 4 ? 0 : kind == 4 ? 1 : kind == 6 ? 3 : 2;
    if (kind == 2) name = names[draw(state, 6)];
    if (kind == 7) name = "max";
    args = count ? mr_alloc(count, sizeof *args) : NULL;
    for (size_t k = 0; k < count; k++) args[k] = random_tree(state, depth - 1);
    static const enum mr_expr_kind kinds[] = {
        MR_EXPR_INTEGER,  MR_EXPR_REAL,     MR_EXPR_NAME,        MR_EXPR_BOOL,
        MR_EXPR_OPERATOR, MR_EXPR_OPERATOR, MR_EXPR_CONDITIONAL, MR_EXPR_CALL};
    expr = mr_expr_create(kinds[kind], nowhere, name, name ? strlen(name) : 0, args, count);
    CU_ASSERT_PTR_NOT_NULL_FATAL(expr);
    expr->integer = kind == 3 ? draw(state, 2) : draw(state, 2) ? UINT64_MAX : draw(state, 300);
    expr->real = reals[draw(state, 6)];
    expr->is_quoted = name && kind == 2 && strcmp(name, "x") != 0 && strcmp(name, "i") != 0 &&
                      strcmp(name, "pi") != 0;
    if (kind == 4) expr->op = (enum mr_operator)(MR_OPERATOR_NOT + draw(state, 3));
    if (kind == 5) expr->op = (enum mr_operator)(MR_OPERATOR_OR + draw(state, MR_OPERATOR_NOT));
    return expr;
}

static bool are_equal(const struct mr_expr *a, const struct mr_expr *b)
{
    bool is_equal = a->kind == b->kind && a->arg_count == b->arg_count;
    if (!is_equal) return false;
    bool is_named = a->kind == MR_EXPR_NAME || a->kind == MR_EXPR_CALL;
    if (is_named && (strcmp(a->name, b->name) != 0 || a->is_quoted != b->is_quoted)) return false;
    if (a->kind == MR_EXPR_REAL && memcmp(&a->real, &b->real, sizeof a->real) != 0) return false;
    if (a->kind == MR_EXPR_OPERATOR && a->op != b->op) return false;
    if (a->kind <= MR_EXPR_BOOL && a->kind != MR_EXPR_REAL && a->integer != b->integer)
        return false;
    for (size_t k = 0; k < a->arg_count; k++)
        if (!are_equal(a->args[k], b->args[k])) return false;
    return true;
}

static void trees_come_back_as_they_were(void)
{
    uint64_t state = 1;
    for (size_t n = 0; n < (tests_long ? 200000 : 3000); n++) {
        struct mr_writing w = {.depth = 0};
        struct mr_expr *tree = random_tree(&state, 1 + n % 6), *read = NULL;
        mr_error err = {.status = MR_OK};
        mr_write_expr(&w, tree);
        (void)mr_parse_whole(&read, mr_strbuf_text(&w.buf), false, 1, &err);
        bool is_right = read && are_equal(tree, read) && w.node_count == mr_expr_size(read);
        if (!is_right) printf("\n  %s: %s", mr_strbuf_text(&w.buf), err.message);
        CU_ASSERT_TRUE(is_right);
        mr_expr_destroy(&tree);
        mr_expr_destroy(&read);
        mr_strbuf_free(&w.buf);
    }
}

static mr_fingerprint fingerprint_of(const char *text)
{
    mr_seq *seq = NULL;
    mr_fingerprint fingerprint = {{0, 0}};
    CU_ASSERT_EQUAL(mr_seq_parse(&seq, text, NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_seq_fingerprint(&fingerprint, seq, NULL), MR_OK);
    mr_seq_release(&seq);
    return fingerprint;
}

/* The number is FNV-1a's of the bytes "count() | take(5)", 0, and "x", 0, "i64", 0 twice, computed
 * apart from the library. */
static void fingerprints_are_the_same_everywhere(void)
{
    mr_fingerprint got = fingerprint_of("count()|take(n=5)");
    CU_ASSERT_EQUAL(got.words[0], UINT64_C(0xb85eb9ee227b874b));
    CU_ASSERT_EQUAL(got.words[1], UINT64_C(0x87188d052f5297cc));
}

/* The text says "auto"; what that is, the file says. */
static void fingerprints_tell_what_a_file_has(void)
{
    char text[512];
    struct scratch file = scratch_with("a.csv", "a\n1\n2\n", 6);
    (void)snprintf(text, sizeof text, "read(\"%s\")", file.path);
    mr_fingerprint integers = fingerprint_of(text);
    scratch_write(&file, "a\n1\n2.5\n", 8);
    mr_fingerprint reals = fingerprint_of(text);
    scratch_remove(&file);
    CU_ASSERT_TRUE(memcmp(&integers, &reals, sizeof reals) != 0);
}

SUITE(sequence_text, {"spelling_does_not_matter", spelling_does_not_matter},
      {"brackets_stand_where_the_tree_needs_them", brackets_stand_where_the_tree_needs_them},
      {"every_operator_has_its_text", every_operator_has_its_text},
      {"calls_have_the_text_that_says_the_same", calls_have_the_text_that_says_the_same},
      {"what_only_calls_describe_is_refused_by_name", what_only_calls_describe_is_refused_by_name},
      {"sequences_beyond_the_limits_of_a_text_are_refused",
       sequences_beyond_the_limits_of_a_text_are_refused},
      {"trees_come_back_as_they_were", trees_come_back_as_they_were},
      {"fingerprints_are_the_same_everywhere", fingerprints_are_the_same_everywhere},
      {"fingerprints_tell_what_a_file_has", fingerprints_tell_what_a_file_has});
