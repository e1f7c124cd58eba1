/* Operations of integers, against arithmetic that cannot overflow. */
#include <string.h>

#include "lane_sheet.h"
#include "suite.h"

__extension__ typedef __int128 wide;

static const mr_dtype integers[] = {MR_I32, MR_U32, MR_I64, MR_U64};

static unsigned width_of(mr_dtype dtype)
{
    return (unsigned)(8 * mr_dtype_size(dtype));
}

static wide lowest(mr_dtype dtype)
{
    return mr_dtype_is_signed(dtype) ? -((wide)1 << (width_of(dtype) - 1)) : 0;
}

/* The value that has these low bits. */
static mr_scalar wrapped(mr_dtype dtype, wide value)
{
    wide span = (wide)1 << width_of(dtype);
    value %= span;
    if (value < lowest(dtype)) value += span;
    if (value >= lowest(dtype) + span) value -= span;
    return I((int64_t)(uint64_t)value);
}

static size_t integer_edges(mr_dtype dtype, wide out[16])
{
    wide low = lowest(dtype), high = low + ((wide)1 << width_of(dtype)) - 1;
    const wide edges[] = {0,
                          1,
                          2,
                          3,
                          7,
                          31,
                          33,
                          1000003,
                          high,
                          high - 1,
                          low,
                          low + 1,
                          high / 2 + 1,
                          mr_dtype_is_signed(dtype) ? -1 : 5,
                          mr_dtype_is_signed(dtype) ? -7 : 64,
                          high / 3};
    memcpy(out, edges, sizeof edges);
    return LENGTH(edges);
}

static wide power_of_two(wide exponent)
{
    return (wide)1 << exponent;
}

static wide floor_shift(wide x, wide shift)
{
    wide divisor = power_of_two(shift);
    return x >= 0 ? x / divisor : -((-x + divisor - 1) / divisor);
}

static wide expected_binary(enum ir_op op, mr_dtype dtype, wide x, wide y)
{
    wide mask = width_of(dtype) - 1, shift = (y % (mask + 1) + mask + 1) % (mask + 1);
    switch (op) {
    case IR_ADD: return x + y;
    case IR_SUB: return x - y;
    case IR_MUL: return (wide)((unsigned __int128)x * (unsigned __int128)y);
    case IR_DIV: return x / y;
    case IR_REM: return x % y;
    case IR_AND: return x & y;
    case IR_OR: return x | y;
    case IR_XOR: return x ^ y;
    case IR_SHL: return (wide)((unsigned __int128)x << shift);
    case IR_SHR: return floor_shift(x, shift);
    case IR_EQ: return x == y;
    case IR_NE: return x != y;
    case IR_LT: return x < y;
    case IR_LE: return x <= y;
    case IR_MIN: return x < y ? x : y;
    default: return x < y ? y : x;
    }
}

static void check_binary_integers(enum ir_op op, mr_dtype dtype)
{
    struct sheet sheet;
    wide edges[16], xs[256], ys[256];
    sheet_open(&sheet, dtype, dtype, MR_BOOL);
    size_t edge_count = integer_edges(dtype, edges);
    for (size_t k = 0; k < edge_count * edge_count; k++) {
        wide x = edges[k / edge_count], y = edges[k % edge_count];
        if ((op == IR_DIV || op == IR_REM) && y == 0) continue;
        xs[sheet.count] = x;
        ys[sheet.count] = y;
        sheet_put(&sheet, 0, sheet.count, wrapped(dtype, x));
        sheet_put(&sheet, 1, sheet.count++, wrapped(dtype, y));
    }
    CU_ASSERT_FATAL(sheet_run(&sheet, op, 2, MR_BOOL));
    mr_dtype out = sheet_gives_bool(op) ? MR_BOOL : dtype;
    for (size_t k = 0; k < sheet.count; k++)
        sheet_expect(
            op, dtype, k, sheet_result(&sheet, k, out),
            wrapped(out == MR_BOOL ? MR_I64 : dtype, expected_binary(op, dtype, xs[k], ys[k])));
    sheet_close(&sheet);
}

static void integers_compute_modulo_2_to_the_n(void)
{
    static const enum ir_op ops[] = {IR_ADD, IR_SUB, IR_MUL, IR_DIV, IR_REM, IR_AND,
                                     IR_OR,  IR_XOR, IR_SHL, IR_SHR, IR_EQ,  IR_NE,
                                     IR_LT,  IR_LE,  IR_MIN, IR_MAX};
    for (size_t o = 0; o < LENGTH(ops); o++)
        for (size_t t = 0; t < LENGTH(integers); t++) check_binary_integers(ops[o], integers[t]);
}

/* Of all edges by `divisor`, which is a constant of the body. */
static void check_constant_divisor(enum ir_op op, mr_dtype dtype, wide divisor)
{
    struct sheet sheet;
    struct ir_body body = {0};
    wide edges[16];
    sheet_open(&sheet, dtype, MR_BOOL, MR_BOOL);
    sheet.count = integer_edges(dtype, edges);
    for (size_t k = 0; k < sheet.count; k++) sheet_put(&sheet, 0, k, wrapped(dtype, edges[k]));
    ir_value x = mr_ir_load(&body, 0, 0, dtype, mr_ir_index(&body), true);
    ir_value y = mr_ir_const(&body, dtype, wrapped(dtype, divisor));
    CU_ASSERT_FATAL(sheet_run_body(&sheet, &body, mr_ir_binary(&body, op, x, y)));
    for (size_t k = 0; k < sheet.count; k++)
        sheet_expect(op, dtype, k, sheet_result(&sheet, k, dtype),
                     wrapped(dtype, expected_binary(op, dtype, edges[k], divisor)));
    mr_body_free(&body);
    sheet_close(&sheet);
}

static void constant_divisors_give_what_others_do(void)
{
    for (size_t t = 0; t < LENGTH(integers); t++) {
        bool is_signed = integers[t] == MR_I32 || integers[t] == MR_I64;
        for (unsigned k = 0; k + is_signed < width_of(integers[t]); k++)
            for (int more = -1; more <= 1; more++) {
                wide divisor = ((wide)1 << k) + more;
                if (divisor == 0) continue;
                check_constant_divisor(IR_DIV, integers[t], divisor);
                check_constant_divisor(IR_REM, integers[t], divisor);
            }
    }
}

static wide expected_unary(enum ir_op op, mr_dtype dtype, wide x)
{
    uint64_t bits = (uint64_t)x & (width_of(dtype) == 64 ? UINT64_MAX : UINT32_MAX);
    wide count = 0;
    switch (op) {
    case IR_NEG: return -x;
    case IR_NOT: return -x - 1;
    case IR_ABS: return x < 0 ? -x : x;
    case IR_POPCOUNT:
        for (; bits; bits &= bits - 1) count++;
        return count;
    default:
        for (unsigned k = width_of(dtype); k-- > 0 && !(bits >> k & 1);) count++;
        return count;
    }
}

static void integers_of_one_operand_compute_modulo_2_to_the_n(void)
{
    static const enum ir_op ops[] = {IR_NEG, IR_NOT, IR_ABS, IR_POPCOUNT, IR_CLZ};
    for (size_t o = 0; o < LENGTH(ops); o++)
        for (size_t t = 0; t < LENGTH(integers); t++) {
            struct sheet sheet;
            wide edges[16];
            sheet_open(&sheet, integers[t], MR_BOOL, MR_BOOL);
            sheet.count = integer_edges(integers[t], edges);
            for (size_t k = 0; k < sheet.count; k++)
                sheet_put(&sheet, 0, k, wrapped(integers[t], edges[k]));
            CU_ASSERT_FATAL(sheet_run(&sheet, ops[o], 1, MR_BOOL));
            for (size_t k = 0; k < sheet.count; k++)
                sheet_expect(ops[o], integers[t], k, sheet_result(&sheet, k, integers[t]),
                             wrapped(integers[t], expected_unary(ops[o], integers[t], edges[k])));
            sheet_close(&sheet);
        }
}

SUITE(lane_integers, {"integers_compute_modulo_2_to_the_n", integers_compute_modulo_2_to_the_n},
      {"constant_divisors_give_what_others_do", constant_divisors_give_what_others_do},
      {"integers_of_one_operand_compute_modulo_2_to_the_n",
       integers_of_one_operand_compute_modulo_2_to_the_n});
