/* Operations and casts of every dtype, lane by lane: known answers. */
#include "lane_sheet.h"
#include "suite.h"

struct known {
    enum ir_op op;
    mr_dtype dtype;
    mr_scalar x, y, z, want;
};

static const struct known known_answers[] = {
    {IR_AND, MR_BOOL, U(1), U(1), U(0), U(1)},
    {IR_AND, MR_BOOL, U(1), U(0), U(0), U(0)},
    {IR_OR, MR_BOOL, U(0), U(0), U(0), U(0)},
    {IR_OR, MR_BOOL, U(1), U(0), U(0), U(1)},
    {IR_XOR, MR_BOOL, U(1), U(1), U(0), U(0)},
    {IR_XOR, MR_BOOL, U(0), U(1), U(0), U(1)},
    {IR_NOT, MR_BOOL, U(0), U(0), U(0), U(1)},
    {IR_NOT, MR_BOOL, U(1), U(0), U(0), U(0)},
    {IR_EQ, MR_BOOL, U(1), U(1), U(0), U(1)},
    {IR_NE, MR_BOOL, U(1), U(1), U(0), U(0)},
    {IR_LT, MR_BOOL, U(0), U(1), U(0), U(1)},
    {IR_LE, MR_BOOL, U(1), U(0), U(0), U(0)},
    {IR_MIN, MR_BOOL, U(1), U(0), U(0), U(0)},
    {IR_MAX, MR_BOOL, U(1), U(0), U(0), U(1)},

    {IR_ADD, MR_F64, F(0.1), F(0.2), F(0), F(0x1.3333333333334p-2)},
    {IR_ADD, MR_F64, F(0x1p53), F(1), F(0), F(0x1p53)},
    {IR_ADD, MR_F64, F(-0.0), F(0.0), F(0), F(0.0)},
    {IR_ADD, MR_F64, F(-0.0), F(-0.0), F(0), F(-0.0)},
    {IR_ADD, MR_F64, INFF64, MINUS_INF, F(0), NANF64},
    {IR_ADD, MR_F32, F(0x1p24), F(1), F(0), F(0x1p24)},
    {IR_ADD, MR_F32, F(0x1p24), F(3), F(0), F(0x1.000004p24)},
    {IR_SUB, MR_F64, F(1), F(0x1p-53), F(0), F(0x1.fffffffffffffp-1)},
    {IR_SUB, MR_F64, F(1), F(1), F(0), F(0.0)},
    {IR_SUB, MR_F32, F(1), F(0x1p-24), F(0), F(0x1.fffffep-1)},
    {IR_MUL, MR_F64, F(0x1.fffffffffffffp1023), F(2), F(0), INFF64},
    {IR_MUL, MR_F64, F(0x1p-1074), F(0.5), F(0), F(0.0)},
    {IR_MUL, MR_F64, F(0x1p-1074), F(0.75), F(0), F(0x1p-1074)},
    {IR_MUL, MR_F64, F(-1), F(0), F(0), F(-0.0)},
    {IR_MUL, MR_F32, F(0x1.fffffep127), F(2), F(0), INFF64},
    {IR_MUL, MR_F32, F(0x1p-149), F(0.75), F(0), F(0x1p-149)},
    {IR_DIV, MR_F64, F(1), F(3), F(0), F(0x1.5555555555555p-2)},
    {IR_DIV, MR_F64, F(1), F(-0.0), F(0), MINUS_INF},
    {IR_DIV, MR_F64, F(0), F(0), F(0), NANF64},
    {IR_DIV, MR_F32, F(1), F(3), F(0), F(0x1.555556p-2)},
    {IR_DIV, MR_F32, F(0x1p-126), F(2), F(0), F(0x1p-127)},
    {IR_NEG, MR_F64, F(0.0), F(0), F(0), F(-0.0)},
    {IR_NEG, MR_F64, MINUS_INF, F(0), F(0), INFF64},
    {IR_NEG, MR_F32, F(1.5), F(0), F(0), F(-1.5)},
    {IR_ABS, MR_F64, F(-0.0), F(0), F(0), F(0.0)},
    {IR_ABS, MR_F64, MINUS_INF, F(0), F(0), INFF64},
    {IR_ABS, MR_F32, F(-2.5), F(0), F(0), F(2.5)},

    {IR_EQ, MR_F64, F(0.0), F(-0.0), F(0), U(1)},
    {IR_EQ, MR_F64, NANF64, NANF64, F(0), U(0)},
    {IR_NE, MR_F64, NANF64, NANF64, F(0), U(1)},
    {IR_NE, MR_F64, F(0.0), F(-0.0), F(0), U(0)},
    {IR_LT, MR_F64, MINUS_INF, F(-1), F(0), U(1)},
    {IR_LT, MR_F64, F(0.0), F(-0.0), F(0), U(0)},
    {IR_LT, MR_F64, F(1), NANF64, F(0), U(0)},
    {IR_LE, MR_F64, F(0.0), F(-0.0), F(0), U(1)},
    {IR_LE, MR_F64, NANF64, F(1), F(0), U(0)},
    {IR_EQ, MR_F32, F(0.0), F(-0.0), F(0), U(1)},
    {IR_NE, MR_F32, NANF64, F(1), F(0), U(1)},
    {IR_LT, MR_F32, F(1), F(2), F(0), U(1)},
    {IR_LE, MR_F32, F(2), F(1), F(0), U(0)},
    {IR_LE, MR_F32, NANF64, NANF64, F(0), U(0)},

    {IR_MIN, MR_F64, F(1), F(2), F(0), F(1)},
    {IR_MIN, MR_F64, F(0.0), F(-0.0), F(0), F(0.0)},
    {IR_MIN, MR_F64, F(-0.0), F(0.0), F(0), F(-0.0)},
    {IR_MIN, MR_F64, NANF64, F(1), F(0), NANF64},
    {IR_MIN, MR_F64, F(1), NANF64, F(0), NANF64},
    {IR_MIN, MR_F64, INFF64, MINUS_INF, F(0), MINUS_INF},
    {IR_MAX, MR_F64, F(1), F(2), F(0), F(2)},
    {IR_MAX, MR_F64, F(-0.0), F(0.0), F(0), F(-0.0)},
    {IR_MAX, MR_F64, NANF64, INFF64, F(0), NANF64},
    {IR_MAX, MR_F64, INFF64, NANF64, F(0), NANF64},
    {IR_MIN, MR_F32, F(1), F(2), F(0), F(1)},
    {IR_MIN, MR_F32, NANF64, F(1), F(0), NANF64},
    {IR_MAX, MR_F32, F(3), F(2), F(0), F(3)},
    {IR_MAX, MR_F32, F(1), NANF64, F(0), NANF64},

    {IR_SQRT, MR_F64, F(2), F(0), F(0), F(0x1.6a09e667f3bcdp0)},
    {IR_SQRT, MR_F64, F(-0.0), F(0), F(0), F(-0.0)},
    {IR_SQRT, MR_F64, F(-1), F(0), F(0), NANF64},
    {IR_SQRT, MR_F64, INFF64, F(0), F(0), INFF64},
    {IR_SQRT, MR_F64, F(0x1p-1074), F(0), F(0), F(0x1p-537)},
    {IR_SQRT, MR_F32, F(2), F(0), F(0), F(0x1.6a09e6p0)},
    {IR_SQRT, MR_F32, F(0x1p-149), F(0), F(0), F(0x1.6a09e6p-75)},
    {IR_SQRT, MR_F32, F(-1), F(0), F(0), NANF64},
    {IR_FLOOR, MR_F64, F(-0.5), F(0), F(0), F(-1)},
    {IR_FLOOR, MR_F64, F(1.5), F(0), F(0), F(1)},
    {IR_FLOOR, MR_F64, F(-0.0), F(0), F(0), F(-0.0)},
    {IR_FLOOR, MR_F64, F(0x1p60), F(0), F(0), F(0x1p60)},
    {IR_FLOOR, MR_F64, NANF64, F(0), F(0), NANF64},
    {IR_FLOOR, MR_F32, F(-2.25), F(0), F(0), F(-3)},
    {IR_CEIL, MR_F64, F(-0.5), F(0), F(0), F(-0.0)},
    {IR_CEIL, MR_F64, F(1.25), F(0), F(0), F(2)},
    {IR_CEIL, MR_F64, INFF64, F(0), F(0), INFF64},
    {IR_CEIL, MR_F32, F(2.25), F(0), F(0), F(3)},
    {IR_TRUNC, MR_F64, F(-1.75), F(0), F(0), F(-1)},
    {IR_TRUNC, MR_F64, F(-0.25), F(0), F(0), F(-0.0)},
    {IR_TRUNC, MR_F32, F(1.75), F(0), F(0), F(1)},
    {IR_ROUND, MR_F64, F(0.5), F(0), F(0), F(1)},
    {IR_ROUND, MR_F64, F(-0.5), F(0), F(0), F(-1)},
    {IR_ROUND, MR_F64, F(2.5), F(0), F(0), F(3)},
    {IR_ROUND, MR_F64, F(-2.5), F(0), F(0), F(-3)},
    {IR_ROUND, MR_F64, F(0x1.fffffffffffffp-2), F(0), F(0), F(0.0)},
    {IR_ROUND, MR_F64, F(-0x1.fffffffffffffp-2), F(0), F(0), F(-0.0)},
    {IR_ROUND, MR_F64, F(0x1.0000000000001p52), F(0), F(0), F(0x1.0000000000001p52)},
    {IR_ROUND, MR_F64, NANF64, F(0), F(0), NANF64},
    {IR_ROUND, MR_F32, F(0x1.fffffep-2), F(0), F(0), F(0.0)},
    {IR_ROUND, MR_F32, F(1.5), F(0), F(0), F(2)},
    {IR_ROUND, MR_F32, F(0x1.000002p23), F(0), F(0), F(0x1.000002p23)},
    {IR_FMA, MR_F64, F(0x1.0000002p0), F(0x1.0000002p0), F(-0x1.0000004p0), F(0x1p-54)},
    {IR_FMA, MR_F64, F(0x1.fffffffffffffp1023), F(2), MINUS_INF, MINUS_INF},
    {IR_FMA, MR_F64, F(0), INFF64, F(1), NANF64},
    {IR_FMA, MR_F32, F(0x1.001p0), F(0x1.001p0), F(-0x1.002p0), F(0x1p-24)},
    {IR_FMA, MR_F32, F(2), F(3), F(4), F(10)},
    {IR_ISNAN, MR_F64, NANF64, F(0), F(0), U(1)},
    {IR_ISNAN, MR_F64, INFF64, F(0), F(0), U(0)},
    {IR_ISNAN, MR_F32, NANF64, F(0), F(0), U(1)},
    {IR_ISNAN, MR_F32, F(0), F(0), F(0), U(0)},
    {IR_ISINF, MR_F64, MINUS_INF, F(0), F(0), U(1)},
    {IR_ISINF, MR_F64, F(0x1.fffffffffffffp1023), F(0), F(0), U(0)},
    {IR_ISINF, MR_F64, NANF64, F(0), F(0), U(0)},
    {IR_ISINF, MR_F32, INFF64, F(0), F(0), U(1)},
    {IR_ISINF, MR_F32, F(0x1.fffffep127), F(0), F(0), U(0)},
};

static int operands_of(enum ir_op op)
{
    static const int counts[] = {
#define COUNT(constant, name, operands) [constant] = operands,
        MR_IR_TABLE(COUNT)
#undef COUNT
    };
    return counts[op];
}

/* In every lane of an odd number of them. */
static void operations_give_their_known_answers(void)
{
    for (size_t k = 0; k < LENGTH(known_answers); k++) {
        const struct known *a = &known_answers[k];
        struct sheet sheet;
        sheet_open(&sheet, a->dtype, a->dtype, a->dtype);
        sheet.count = 67;
        for (size_t lane = 0; lane < sheet.count; lane++) {
            sheet_put(&sheet, 0, lane, a->x);
            sheet_put(&sheet, 1, lane, a->y);
            sheet_put(&sheet, 2, lane, a->z);
        }
        CU_ASSERT_FATAL(sheet_run(&sheet, a->op, operands_of(a->op), MR_BOOL));
        mr_dtype out = sheet_gives_bool(a->op) ? MR_BOOL : a->dtype;
        for (size_t lane = 0; lane < sheet.count; lane += 33)
            sheet_expect(a->op, a->dtype, k, sheet_result(&sheet, lane, out), a->want);
        sheet_close(&sheet);
    }
}

struct known_cast {
    mr_dtype from, to;
    mr_scalar x, want;
};

static const struct known_cast known_casts[] = {
    {MR_F64, MR_I32, F(-1.9), I(-1)},
    {MR_F64, MR_I32, F(2147483646.9), I(2147483646)},
    {MR_F64, MR_I32, F(2147483647.5), I(INT32_MAX)},
    {MR_F64, MR_I32, F(2147483648.0), I(INT32_MAX)},
    {MR_F64, MR_I32, F(1e300), I(INT32_MAX)},
    {MR_F64, MR_I32, F(-2147483648.9), I(INT32_MIN)},
    {MR_F64, MR_I32, F(-1e300), I(INT32_MIN)},
    {MR_F64, MR_I32, INFF64, I(INT32_MAX)},
    {MR_F64, MR_I32, MINUS_INF, I(INT32_MIN)},
    {MR_F64, MR_I32, NANF64, I(0)},
    {MR_F64, MR_U32, F(4294967295.9), U(UINT32_MAX)},
    {MR_F64, MR_U32, F(4294967294.9), U(4294967294)},
    {MR_F64, MR_U32, F(4294967296.0), U(UINT32_MAX)},
    {MR_F64, MR_U32, F(-0.9), U(0)},
    {MR_F64, MR_U32, F(-5), U(0)},
    {MR_F64, MR_U32, NANF64, U(0)},
    {MR_F64, MR_U32, INFF64, U(UINT32_MAX)},
    {MR_F64, MR_I64, F(0x1.fffffffffffffp62), I(INT64_MAX - 1023)},
    {MR_F64, MR_I64, F(0x1p63), I(INT64_MAX)},
    {MR_F64, MR_I64, F(-0x1p63), I(INT64_MIN)},
    {MR_F64, MR_I64, F(-0x1.0000000000001p63), I(INT64_MIN)},
    {MR_F64, MR_I64, NANF64, I(0)},
    {MR_F64, MR_I64, MINUS_INF, I(INT64_MIN)},
    {MR_F64, MR_I64, F(-7.99), I(-7)},
    {MR_F64, MR_U64, F(0x1.fffffffffffffp63), U(UINT64_MAX - 2047)},
    {MR_F64, MR_U64, F(0x1p64), U(UINT64_MAX)},
    {MR_F64, MR_U64, F(0x1p63), U(UINT64_C(1) << 63)},
    {MR_F64, MR_U64, F(-1), U(0)},
    {MR_F64, MR_U64, NANF64, U(0)},
    {MR_F64, MR_U64, INFF64, U(UINT64_MAX)},
    {MR_F64, MR_BOOL, F(0.0), U(0)},
    {MR_F64, MR_BOOL, F(-0.0), U(0)},
    {MR_F64, MR_BOOL, F(0x1p-1074), U(1)},
    {MR_F64, MR_BOOL, NANF64, U(1)},
    {MR_F64, MR_F32, F(0.1), F(0x1.99999ap-4)},
    {MR_F64, MR_F32, F(1e300), INFF64},
    {MR_F64, MR_F32, F(0x1p-149), F(0x1p-149)},
    {MR_F64, MR_F32, F(0x1p-150), F(0.0)},
    {MR_F64, MR_F32, F(-0.0), F(-0.0)},
    {MR_F64, MR_F32, NANF64, NANF64},
    {MR_F32, MR_I32, F(0x1.fffffep30), I(2147483520)},
    {MR_F32, MR_I32, F(0x1p31), I(INT32_MAX)},
    {MR_F32, MR_I32, F(-0x1p31), I(INT32_MIN)},
    {MR_F32, MR_I32, F(-0x1.8p33), I(INT32_MIN)},
    {MR_F32, MR_I32, NANF64, I(0)},
    {MR_F32, MR_U32, F(0x1.fffffep31), U(4294967040)},
    {MR_F32, MR_U32, F(0x1p32), U(UINT32_MAX)},
    {MR_F32, MR_U32, F(-3), U(0)},
    {MR_F32, MR_U32, NANF64, U(0)},
    {MR_F32, MR_I64, F(0x1p63), I(INT64_MAX)},
    {MR_F32, MR_I64, F(0x1.fffffep62), I(INT64_C(0x7fffff8000000000))},
    {MR_F32, MR_I64, MINUS_INF, I(INT64_MIN)},
    {MR_F32, MR_I64, NANF64, I(0)},
    {MR_F32, MR_U64, F(0x1p64), U(UINT64_MAX)},
    {MR_F32, MR_U64, F(0x1.fffffep63), U(UINT64_C(0xffffff0000000000))},
    {MR_F32, MR_U64, F(-0.5), U(0)},
    {MR_F32, MR_BOOL, NANF64, U(1)},
    {MR_F32, MR_BOOL, F(0), U(0)},
    {MR_F32, MR_F64, F(0x1.99999ap-4), F(0x1.99999ap-4)},
    {MR_I32, MR_U32, I(-1), U(UINT32_MAX)},
    {MR_I32, MR_I64, I(-1), I(-1)},
    {MR_I32, MR_U64, I(-1), U(UINT64_MAX)},
    {MR_I32, MR_F32, I(16777217), F(0x1p24)},
    {MR_I32, MR_F32, I(16777219), F(0x1.000004p24)},
    {MR_I32, MR_F64, I(INT32_MIN), F(-0x1p31)},
    {MR_I32, MR_BOOL, I(-2), U(1)},
    {MR_U32, MR_I32, U(UINT32_MAX), I(-1)},
    {MR_U32, MR_I64, U(UINT32_MAX), I(4294967295)},
    {MR_U32, MR_F32, U(UINT32_MAX), F(0x1p32)},
    {MR_U32, MR_F64, U(UINT32_MAX), F(4294967295.0)},
    {MR_U32, MR_BOOL, U(UINT64_C(1) << 31), U(1)},
    {MR_I64, MR_I32, I(INT64_C(0x1ffffffff)), I(-1)},
    {MR_I64, MR_U32, I(-1), U(UINT32_MAX)},
    {MR_I64, MR_U64, I(-1), U(UINT64_MAX)},
    {MR_I64, MR_BOOL, I(INT64_C(1) << 32), U(1)},
    {MR_I64, MR_BOOL, I(0), U(0)},
    {MR_I64, MR_F64, I(INT64_MAX), F(0x1p63)},
    {MR_I64, MR_F64, I((INT64_C(1) << 53) + 1), F(0x1p53)},
    /* By way of f64 this would round twice, down to 2^24 * 2^30. */
    {MR_I64, MR_F32, I((INT64_C(1) << 54) + (INT64_C(1) << 30) + 1), F(0x1.000002p54)},
    {MR_U64, MR_F32, U((UINT64_C(1) << 63) + (UINT64_C(1) << 39) + 1), F(0x1.000002p63)},
    {MR_U64, MR_F32, U(UINT64_MAX), F(0x1p64)},
    {MR_U64, MR_F64, U(UINT64_MAX), F(0x1p64)},
    {MR_U64, MR_F64, U((UINT64_C(1) << 63) + 1025), F(0x1.0000000000001p63)},
    {MR_U64, MR_I64, U(UINT64_MAX), I(-1)},
    {MR_U64, MR_I32, U(UINT64_C(0x180000000)), I(INT32_MIN)},
    {MR_U64, MR_BOOL, U(UINT64_C(1) << 63), U(1)},
    {MR_BOOL, MR_I32, U(1), I(1)},
    {MR_BOOL, MR_U64, U(1), U(1)},
    {MR_BOOL, MR_F32, U(1), F(1)},
    {MR_BOOL, MR_F64, U(0), F(0)},
};

static void casts_saturate_and_round_once(void)
{
    for (size_t k = 0; k < LENGTH(known_casts); k++) {
        const struct known_cast *a = &known_casts[k];
        struct sheet sheet;
        sheet_open(&sheet, a->from, MR_BOOL, MR_BOOL);
        sheet.count = 3;
        for (size_t lane = 0; lane < 3; lane++) sheet_put(&sheet, 0, lane, a->x);
        CU_ASSERT_FATAL(sheet_run(&sheet, IR_CAST, 1, a->to));
        sheet_expect(IR_CAST, a->to, k, sheet_result(&sheet, 2, a->to), a->want);
        sheet_close(&sheet);
    }
}

static void select_takes_each_lane_from_its_side(void)
{
    for (int t = MR_BOOL; t < MR_DTYPE_COUNT; t++) {
        mr_dtype dtype = (mr_dtype)t;
        struct sheet sheet;
        sheet_open(&sheet, MR_BOOL, dtype, dtype);
        sheet.count = 100;
        mr_scalar x = mr_dtype_is_float(dtype) ? F(-0.0) : U(1);
        mr_scalar y = mr_dtype_is_float(dtype) ? NANF64 : U(0);
        for (size_t lane = 0; lane < sheet.count; lane++) {
            sheet_put(&sheet, 0, lane, U(lane % 3 == 0));
            sheet_put(&sheet, 1, lane, x);
            sheet_put(&sheet, 2, lane, y);
        }
        CU_ASSERT_FATAL(sheet_run(&sheet, IR_SELECT, 3, MR_BOOL));
        for (size_t lane = 0; lane < sheet.count; lane++)
            sheet_expect(IR_SELECT, dtype, lane, sheet_result(&sheet, lane, dtype),
                         lane % 3 == 0 ? x : y);
        sheet_close(&sheet);
    }
}

SUITE(lane_operations, {"operations_give_their_known_answers", operations_give_their_known_answers},
      {"casts_saturate_and_round_once", casts_saturate_and_round_once},
      {"select_takes_each_lane_from_its_side", select_takes_each_lane_from_its_side});
