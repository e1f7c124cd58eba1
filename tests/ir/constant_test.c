/* Literals, and what is computed of literals alone. */
#include <stdio.h>
#include <string.h>

#include "ir/lowered_text.h"
#include "lang/expression.h"
#include "suite.h"

/* As Python's integers, as far as 64 bits hold the result. */
static void literals_and_folds_of_them_are_exact_and_weak(void)
{
    static const struct value_row rows[] = {
        {"9223372036854775807 + 1", MR_U64, "9223372036854775808", MR_OK},
        {"9223372036854775808 - 1", MR_I64, "9223372036854775807", MR_OK},
        {"-9223372036854775808 / -1", MR_U64, "9223372036854775808", MR_OK},
        {"-(-9223372036854775807 - 1)", MR_U64, "9223372036854775808", MR_OK},
        {"4294967295 * 4294967297", MR_U64, "18446744073709551615", MR_OK},
        {"18446744073709551615 % 1000", MR_I64, "615", MR_OK},
        {"18446744073709551615 & 255", MR_I64, "255", MR_OK},
        {"~18446744073709551615", MR_I64, "0", MR_OK},
        {"~0", MR_I64, "-1", MR_OK},
        {"18446744073709551615 >> 63", MR_I64, "1", MR_OK},
        {"-8 >> 1", MR_I64, "-4", MR_OK},
        {"9223372036854775808 < 18446744073709551615", MR_BOOL, "true", MR_OK},
        {"-1 < 18446744073709551615", MR_BOOL, "true", MR_OK},
        {"w - 9223372036854775808", MR_U64, "9223372036854775807", MR_OK},
        {"d * 9223372036854775808", MR_F64, "2.305843009213694e+19", MR_OK},
        {"f * 9223372036854775808", MR_F32, "9.223372e+17", MR_OK},
        {"f * abs(-2)", MR_F32, "0.2", MR_OK},
        {"f * min(2, 3.5, 2.5)", MR_F32, "0.2", MR_OK},
        {"f * (true ? 2 : 3)", MR_F32, "0.2", MR_OK},
        {"f * (1 > 2 ? 3 : 2.0)", MR_F32, "0.2", MR_OK},
        {"s + max(1, 2, 3)", MR_I32, "-4", MR_OK},
        {"s + clamp(9, 0, 5)", MR_I32, "-2", MR_OK},
        {"s + select(0, 7, 8)", MR_I32, "1", MR_OK},
        {"s + sign(-3)", MR_I32, "-8", MR_OK},
        {"s + floordiv(-7, 2) + mod(-7, 2)", MR_I32, "-10", MR_OK},
        {"u - abs(-9223372036854775808) / 4294967296", MR_U32, "852516352", MR_OK},
        {"min(nan, 1)", MR_F64, "nan", MR_OK},
        {"max(1, nan, 2)", MR_F64, "nan", MR_OK},
        {"min(s, l, -8, 3)", MR_I64, "-9", MR_OK},
        {"max(f, d, 3)", MR_F64, "3.0", MR_OK},
    };
    ASSERT_VALUES(rows);
}

static void constants_keep_64_bits(void)
{
    static const struct {
        const char *text;
        mr_status status;
        mr_dtype dtype;
        bool fits;
        const char *value;
    } rows[] = {
        {"5", MR_OK, MR_I64, true, "5"},
        {"-5", MR_OK, MR_I64, true, "-5"},
        {"-5", MR_OK, MR_U64, false, ""},
        {"18446744073709551615", MR_OK, MR_U64, true, "18446744073709551615"},
        {"18446744073709551615", MR_OK, MR_I64, false, ""},
        {"-9223372036854775808", MR_OK, MR_I64, true, "-9223372036854775808"},
        {"1e12", MR_OK, MR_I64, true, "1000000000000"},
        {"1.5", MR_OK, MR_I64, false, ""},
        {"1e30", MR_OK, MR_U64, false, ""},
        {"9223372036854775808.0", MR_OK, MR_I64, false, ""},
        {"9223372036854775808.0", MR_OK, MR_U64, true, "9223372036854775808"},
        {"inf", MR_OK, MR_I32, false, ""},
        {"nan", MR_OK, MR_F64, true, "nan"},
        {"0.1", MR_OK, MR_F32, true, "0.1"},
        {"true", MR_OK, MR_BOOL, true, "true"},
        {"2", MR_OK, MR_BOOL, false, ""},
        {"2*3 + (1 << 4)", MR_OK, MR_I32, true, "22"},
        {"u32(-1)", MR_OK, MR_U32, true, "4294967295"},
        {"3000000000", MR_OK, MR_I32, false, ""},
        {"9223372036854775807 + 1", MR_OK, MR_I64, false, ""},
        {"9223372036854775807 + 1", MR_OK, MR_U64, true, "9223372036854775808"},
        {"-9223372036854775809", MR_E_VALUE, MR_I64, false, ""},
        {"max(1, 2, 3)", MR_OK, MR_I64, true, "3"},
        {"2 > 1 ? abs(-5) : 7", MR_OK, MR_I64, true, "5"},
        {"-18446744073709551615", MR_E_VALUE, MR_I64, false, ""},
        {"1 / 0", MR_E_VALUE, MR_I64, false, ""},
        {"x", MR_E_NAME, MR_I64, false, ""},
        {"sqrt(2)", MR_E_TYPE, MR_I64, false, ""},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct mr_expr *expr = NULL;
        struct mr_number number = {.is_real = false};
        mr_scalar value;
        char text[MR_NUMBER_TEXT_BYTES] = "";
        CU_ASSERT_EQUAL(mr_parse_whole(&expr, rows[k].text, false, LOWERED_BASE, NULL), MR_OK);
        mr_status st = mr_constant_expr(expr, "take", &number, NULL);
        bool fits = st == MR_OK && mr_number_as(&number, rows[k].dtype, &value);
        if (fits) format_scalar(text, rows[k].dtype, value);
        bool good = st == rows[k].status && fits == rows[k].fits && !strcmp(text, rows[k].value);
        if (!good)
            printf("\n  %s: %s %d '%s'\n", rows[k].text, mr_status_name(st), (int)fits, text);
        CU_ASSERT_TRUE(good);
        mr_expr_destroy(&expr);
    }
}

SUITE(constant,
      {"literals_and_folds_of_them_are_exact_and_weak",
       literals_and_folds_of_them_are_exact_and_weak},
      {"constants_keep_64_bits", constants_keep_64_bits});
