#include "lang/lexer.h"

#include <string.h>

#include "suite.h"

static void integers_are_exact_up_to_64_bits(void)
{
    static const struct {
        const char *text;
        uint64_t value;
    } rows[] = {
        {"0", 0},
        {"007", 7},
        {"1_000_000", 1000000},
        {"0xff", 255},
        {"0XfF", 255},
        {"0xffff_ffff", UINT32_MAX},
        {"9223372036854775808", UINT64_C(1) << 63},
        {"18446744073709551615", UINT64_MAX},
        {"0xffffffffffffffff", UINT64_MAX},
        {"0x0000000000000000000001", 1},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct mr_lexer lexer;
        CU_ASSERT_EQUAL(mr_lexer_start(&lexer, rows[k].text, NULL), MR_OK);
        CU_ASSERT_EQUAL(lexer.token.kind, MR_TOKEN_INTEGER);
        CU_ASSERT_EQUAL(lexer.token.integer, rows[k].value);
        CU_ASSERT_EQUAL(lexer.token.length, strlen(rows[k].text));
    }
}

static void a_point_or_an_exponent_makes_a_real(void)
{
    static const struct {
        const char *text;
        double value;
    } rows[] = {
        {"1.5", 1.5},       {".5", 0.5},      {"5.", 5.0},
        {"1e12", 1e12},     {"1E+3", 1000.0}, {"1.5e-3", 0.0015},
        {"1_0.2_5", 10.25}, {"1e1_0", 1e10},  {"1e-400", 0.0},
        {"5e-324", 5e-324}, {"0.1", 0.1},     {"1.7976931348623157e308", 1.7976931348623157e308},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct mr_lexer lexer;
        CU_ASSERT_EQUAL(mr_lexer_start(&lexer, rows[k].text, NULL), MR_OK);
        CU_ASSERT_EQUAL(lexer.token.kind, MR_TOKEN_REAL);
        CU_ASSERT_TRUE(lexer.token.real == rows[k].value);
    }
}

/* Tokens joined by blanks again. */
static void read_all(char *out, size_t size, const char *text)
{
    struct mr_lexer lexer;
    size_t used = 0;
    out[0] = '\0';
    mr_status st = mr_lexer_start(&lexer, text, NULL);
    while (!st && lexer.token.kind != MR_TOKEN_END && used + lexer.token.length + 2 < size) {
        if (used) out[used++] = ' ';
        memcpy(out + used, lexer.token.start, lexer.token.length);
        used += lexer.token.length;
        out[used] = '\0';
        st = mr_lexer_next(&lexer, NULL);
    }
    CU_ASSERT_EQUAL(st, MR_OK);
}

static void the_longest_operator_wins(void)
{
    static const struct {
        const char *text, *tokens;
    } rows[] = {
        {"a<<b<=c<d", "a << b <= c < d"},
        {"a||b|c", "a || b | c"},
        {"a&&b&c", "a && b & c"},
        {"!a!=b==c", "! a != b == c"},
        {"f(x)|g(y=1,z:2)", "f ( x ) | g ( y = 1 , z : 2 )"},
        {"x--1", "x - - 1"},
        {"x?.5:1.", "x ? .5 : 1."},
        {"a**b//c", "a ** b // c"},
    };
    char tokens[128];
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        read_all(tokens, sizeof tokens, rows[k].text);
        CU_ASSERT_STRING_EQUAL(tokens, rows[k].tokens);
    }
}

static void blanks_lines_and_comments_separate_tokens(void)
{
    char tokens[128];
    read_all(tokens, sizeof tokens, "a\tb\r\n  c # all of | this ) is said aside\n d#\n# more");
    CU_ASSERT_STRING_EQUAL(tokens, "a b c d");
    read_all(tokens, sizeof tokens, "'a # b' c");
    CU_ASSERT_STRING_EQUAL(tokens, "'a # b' c");
}

static void the_end_stands_right_behind_the_last_token(void)
{
    struct mr_lexer lexer;
    CU_ASSERT_EQUAL(mr_lexer_start(&lexer, "ab   \n # aside", NULL), MR_OK);
    for (int times = 0; times < 3; times++) {
        CU_ASSERT_EQUAL(mr_lexer_next(&lexer, NULL), MR_OK);
        CU_ASSERT_EQUAL(lexer.token.kind, MR_TOKEN_END);
        CU_ASSERT_EQUAL(lexer.token.span.column, 3);
        CU_ASSERT_EQUAL(lexer.token.span.length, 0);
    }
}

static void columns_count_bytes_from_one(void)
{
    struct mr_lexer lexer;
    CU_ASSERT_EQUAL(mr_lexer_start(&lexer, "\n'\xc3\xa9' b", NULL), MR_OK);
    CU_ASSERT_EQUAL(lexer.token.span.column, 2);
    CU_ASSERT_EQUAL(lexer.token.span.length, 4);
    CU_ASSERT_EQUAL(mr_lexer_next(&lexer, NULL), MR_OK);
    CU_ASSERT_EQUAL(lexer.token.span.column, 7);
}

SUITE(lexer, {"integers_are_exact_up_to_64_bits", integers_are_exact_up_to_64_bits},
      {"a_point_or_an_exponent_makes_a_real", a_point_or_an_exponent_makes_a_real},
      {"the_longest_operator_wins", the_longest_operator_wins},
      {"blanks_lines_and_comments_separate_tokens", blanks_lines_and_comments_separate_tokens},
      {"the_end_stands_right_behind_the_last_token", the_end_stands_right_behind_the_last_token},
      {"columns_count_bytes_from_one", columns_count_bytes_from_one});
