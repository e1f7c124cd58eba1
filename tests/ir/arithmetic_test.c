/* What expressions are worth: integers, casts, floats, and which operands are computed at all. */
#include "ir/lowered_text.h"
#include "suite.h"

static void integers_wrap_and_truncate(void)
{
    static const struct value_row rows[] = {
        {"l / 2", MR_I64, "-4", MR_OK},
        {"l % 4", MR_I64, "-1", MR_OK},
        {"floordiv(l, 2)", MR_I64, "-5", MR_OK},
        {"mod(l, 4)", MR_I64, "3", MR_OK},
        {"floordiv(9, l + 5)", MR_I64, "-3", MR_OK},
        {"mod(9, l + 5)", MR_I64, "-3", MR_OK},
        {"mod(u, 7)", MR_U32, "4", MR_OK},
        {"floordiv(u, 7)", MR_U32, "428571428", MR_OK},
        {"i32(-2147483648) / -1", MR_I32, "-2147483648", MR_OK},
        {"i32(-2147483648) % -1", MR_I32, "0", MR_OK},
        {"s * 1000000000", MR_I32, "1589934592", MR_OK},
        {"-w", MR_U64, "1", MR_OK},
        {"-b", MR_I32, "-1", MR_OK},
        {"~s", MR_I32, "6", MR_OK},
        {"s >> 1", MR_I32, "-4", MR_OK},
        {"w >> 63", MR_U64, "1", MR_OK},
        {"u << 1", MR_U32, "1705032704", MR_OK},
        {"s ^ 1", MR_I32, "-8", MR_OK},
        {"popcount(w)", MR_U64, "64", MR_OK},
        {"clz(u)", MR_U32, "0", MR_OK},
        {"clz(z)", MR_I64, "64", MR_OK},
        {"abs(s)", MR_I32, "7", MR_OK},
        {"abs(u)", MR_U32, "3000000000", MR_OK},
        {"sign(l)", MR_I64, "-1", MR_OK},
        {"sign(w)", MR_U64, "1", MR_OK},
        {"clamp(s, -3, 3)", MR_I32, "-3", MR_OK},
        {"i * 2", MR_I64, "10", MR_OK},
        {"!d", MR_BOOL, "false", MR_OK},
    };
    ASSERT_VALUES(rows);
}

static void casts_wrap_saturate_and_round_once(void)
{
    static const struct value_row rows[] = {
        {"i32(3e9)", MR_I32, "2147483647", MR_OK},
        {"i32(u)", MR_I32, "-1294967296", MR_OK},
        {"i32(3000000000)", MR_I32, "-1294967296", MR_OK},
        {"u32(-1)", MR_U32, "4294967295", MR_OK},
        {"u64(-1.5)", MR_U64, "0", MR_OK},
        {"i64(nan)", MR_I64, "0", MR_OK},
        {"i64(-inf)", MR_I64, "-9223372036854775808", MR_OK},
        {"u32(d)", MR_U32, "2", MR_OK},
        {"f32(0.1)", MR_F32, "0.1", MR_OK},
        {"f32(1152921573326323713)", MR_F32, "1.1529216e+18", MR_OK},
        {"bool(d)", MR_BOOL, "true", MR_OK},
        {"bool(nan)", MR_BOOL, "true", MR_OK},
        {"bool(z)", MR_BOOL, "false", MR_OK},
        {"f64(b)", MR_F64, "1.0", MR_OK},
        {"u64(l)", MR_U64, "18446744073709551607", MR_OK},
    };
    ASSERT_VALUES(rows);
}

static void float_functions_make_floats_of_integers(void)
{
    static const struct value_row rows[] = {
        {"sqrt(4)", MR_F64, "2.0", MR_OK},        {"sqrt(f)", MR_F32, "0.31622776", MR_OK},
        {"floor(-d)", MR_F64, "-3.0", MR_OK},     {"ceil(d)", MR_F64, "3.0", MR_OK},
        {"round(d)", MR_F64, "3.0", MR_OK},       {"trunc(-d)", MR_F64, "-2.0", MR_OK},
        {"floor(l)", MR_F64, "-9.0", MR_OK},      {"fma(d, 2, 1)", MR_F64, "6.0", MR_OK},
        {"sign(nan)", MR_F64, "nan", MR_OK},      {"sign(-d)", MR_F64, "-1.0", MR_OK},
        {"sign(-0.0)", MR_F64, "0.0", MR_OK},     {"isnan(l)", MR_BOOL, "false", MR_OK},
        {"isinf(1/0.0)", MR_BOOL, "true", MR_OK}, {"min(d, nan)", MR_F64, "nan", MR_OK},
        {"max(nan, d)", MR_F64, "nan", MR_OK},    {"d / 0", MR_F64, "inf", MR_OK},
        {"d / z", MR_F64, "inf", MR_OK},
    };
    ASSERT_VALUES(rows);
}

static void only_taken_operands_are_checked(void)
{
    static const struct value_row rows[] = {
        {"10 / z", MR_I64, NULL, MR_E_DIVISION},
        {"10 % (l + 9)", MR_I64, NULL, MR_E_DIVISION},
        {"floordiv(10, z)", MR_I64, NULL, MR_E_DIVISION},
        {"mod(10, z)", MR_I64, NULL, MR_E_DIVISION},
        {"select(z == 0, 0, 10 / z)", MR_I64, NULL, MR_E_DIVISION},
        {"z == 0 ? 0 : 10 / z", MR_I64, "0", MR_OK},
        {"z != 0 ? 10 / z : 1", MR_I64, "1", MR_OK},
        {"z == 0 ? 10 / z : 1", MR_I64, NULL, MR_E_DIVISION},
        {"z != 0 && 10 / z > 1", MR_BOOL, "false", MR_OK},
        {"z == 0 || 10 / z > 1", MR_BOOL, "true", MR_OK},
        {"z == 0 && 10 / z > 1", MR_BOOL, NULL, MR_E_DIVISION},
        {"(z == 0 || s) && 10 / z", MR_BOOL, NULL, MR_E_DIVISION},
        {"b ? (z ? 1 / z : 2) : 3 / z", MR_I64, "2", MR_OK},
        {"(z ? 1 : 2) + 10 / (z + 1)", MR_I64, "12", MR_OK},
    };
    ASSERT_VALUES(rows);
}

SUITE(arithmetic, {"integers_wrap_and_truncate", integers_wrap_and_truncate},
      {"casts_wrap_saturate_and_round_once", casts_wrap_saturate_and_round_once},
      {"float_functions_make_floats_of_integers", float_functions_make_floats_of_integers},
      {"only_taken_operands_are_checked", only_taken_operands_are_checked});
