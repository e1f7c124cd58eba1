/* Operations and casts of every dtype, lane by lane. */
#include "engine/lanes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "engine/lane_loops.h"
#include "suite.h"

__extension__ typedef __int128 wide;

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define I(value) ((mr_scalar){.i64 = (value)})
#define U(value) ((mr_scalar){.u64 = (value)})
#define F(value) ((mr_scalar){.f64 = (value)})

/* ---- asking for one operation ---- */

enum { MOST = 512 };

/* Operands and results, lane by lane. */
struct sheet {
    unsigned char *columns[3], *results;
    mr_dtype dtypes[3];
    size_t count;
};

static void open_sheet(struct sheet *sheet, mr_dtype x, mr_dtype y, mr_dtype z)
{
    *sheet = (struct sheet){.results = mr_alloc(MOST, 8), .dtypes = {x, y, z}};
    CU_ASSERT_PTR_NOT_NULL_FATAL(sheet->results);
    for (int c = 0; c < 3; c++) {
        sheet->columns[c] = mr_alloc(MOST, 8);
        CU_ASSERT_PTR_NOT_NULL_FATAL(sheet->columns[c]);
    }
}

static void close_sheet(struct sheet *sheet)
{
    for (int c = 0; c < 3; c++) mr_free(sheet->columns[c]);
    mr_free(sheet->results);
}

static void put(struct sheet *sheet, int column, size_t lane, mr_scalar value)
{
    mr_dtype dtype = sheet->dtypes[column];
    mr_lane_put(sheet->columns[column] + lane * mr_dtype_size(dtype), dtype, value);
}

static bool run_body(struct sheet *sheet, struct ir_body *body, ir_value value)
{
    struct mr_lanes *lanes;
    mr_error err;
    struct mr_lanes_input input = {.count = sheet->count};
    for (int c = 0; c < 3; c++) input.columns[c] = sheet->columns[c];
    if (mr_lanes_create(&lanes, body, &value, 1, &err) != MR_OK) {
        printf("%s\n", err.message);
        return false;
    }
    mr_lanes_run(lanes, 0, sheet->count, &input);
    memcpy(sheet->results, mr_lanes_value(lanes, value),
           sheet->count * mr_dtype_size(mr_ir_dtype(body, value)));
    mr_lanes_destroy(&lanes);
    return true;
}

/* Runs `op` on the sheet's columns (a cast goes to `to`). */
static bool run_operation(struct sheet *sheet, enum ir_op op, int operands, mr_dtype to)
{
    struct ir_body body = {0};
    ir_value in[3] = {IR_NONE, IR_NONE, IR_NONE}, index = mr_ir_index(&body);
    for (int c = 0; c < operands; c++)
        in[c] = mr_ir_load(&body, 0, (unsigned)c, sheet->dtypes[c], index, false);
    ir_value value = op == IR_CAST   ? mr_ir_cast(&body, to, in[0])
                     : operands == 1 ? mr_ir_unary(&body, op, in[0])
                     : operands == 2 ? mr_ir_binary(&body, op, in[0], in[1])
                                     : mr_ir_ternary(&body, op, in[0], in[1], in[2]);
    bool done = run_body(sheet, &body, value);
    mr_body_free(&body);
    return done;
}

static mr_scalar result(const struct sheet *sheet, size_t lane, mr_dtype dtype)
{
    return mr_lane_get(sheet->results + lane * mr_dtype_size(dtype), dtype);
}

static bool same(mr_dtype dtype, mr_scalar a, mr_scalar b)
{
    if (mr_dtype_is_float(dtype) && isnan(a.f64)) return isnan(b.f64);
    return a.u64 == b.u64;
}

static void expect(enum ir_op op, mr_dtype dtype, size_t lane, mr_scalar got, mr_scalar want)
{
    if (same(dtype, got, want)) return;
    CU_FAIL("an operation's result");
    printf("%s of %s, lane %zu: 0x%llx instead of 0x%llx\n", mr_ir_op_name(op),
           mr_dtype_name(dtype), lane, (unsigned long long)got.u64, (unsigned long long)want.u64);
}

/* ---- integers, against arithmetic that cannot overflow ---- */

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

static bool gives_bool(enum ir_op op)
{
    return op == IR_EQ || op == IR_NE || op == IR_LT || op == IR_LE || op == IR_ISNAN ||
           op == IR_ISINF;
}

static void check_binary_integers(enum ir_op op, mr_dtype dtype)
{
    struct sheet sheet;
    wide edges[16], xs[256], ys[256];
    open_sheet(&sheet, dtype, dtype, MR_BOOL);
    size_t edge_count = integer_edges(dtype, edges);
    for (size_t k = 0; k < edge_count * edge_count; k++) {
        wide x = edges[k / edge_count], y = edges[k % edge_count];
        if ((op == IR_DIV || op == IR_REM) && y == 0) continue;
        xs[sheet.count] = x;
        ys[sheet.count] = y;
        put(&sheet, 0, sheet.count, wrapped(dtype, x));
        put(&sheet, 1, sheet.count++, wrapped(dtype, y));
    }
    CU_ASSERT_FATAL(run_operation(&sheet, op, 2, MR_BOOL));
    mr_dtype out = gives_bool(op) ? MR_BOOL : dtype;
    for (size_t k = 0; k < sheet.count; k++)
        expect(op, dtype, k, result(&sheet, k, out),
               wrapped(out == MR_BOOL ? MR_I64 : dtype, expected_binary(op, dtype, xs[k], ys[k])));
    close_sheet(&sheet);
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
    open_sheet(&sheet, dtype, MR_BOOL, MR_BOOL);
    sheet.count = integer_edges(dtype, edges);
    for (size_t k = 0; k < sheet.count; k++) put(&sheet, 0, k, wrapped(dtype, edges[k]));
    ir_value x = mr_ir_load(&body, 0, 0, dtype, mr_ir_index(&body), true);
    ir_value y = mr_ir_const(&body, dtype, wrapped(dtype, divisor));
    CU_ASSERT_FATAL(run_body(&sheet, &body, mr_ir_binary(&body, op, x, y)));
    for (size_t k = 0; k < sheet.count; k++)
        expect(op, dtype, k, result(&sheet, k, dtype),
               wrapped(dtype, expected_binary(op, dtype, edges[k], divisor)));
    mr_body_free(&body);
    close_sheet(&sheet);
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
            open_sheet(&sheet, integers[t], MR_BOOL, MR_BOOL);
            sheet.count = integer_edges(integers[t], edges);
            for (size_t k = 0; k < sheet.count; k++)
                put(&sheet, 0, k, wrapped(integers[t], edges[k]));
            CU_ASSERT_FATAL(run_operation(&sheet, ops[o], 1, MR_BOOL));
            for (size_t k = 0; k < sheet.count; k++)
                expect(ops[o], integers[t], k, result(&sheet, k, integers[t]),
                       wrapped(integers[t], expected_unary(ops[o], integers[t], edges[k])));
            close_sheet(&sheet);
        }
}

/* ---- everything else: known answers ---- */

#define NANF64 F((double)NAN)
#define INFF64 F((double)INFINITY)
#define MINUS_INF F(-(double)INFINITY)

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
        open_sheet(&sheet, a->dtype, a->dtype, a->dtype);
        sheet.count = 67;
        for (size_t lane = 0; lane < sheet.count; lane++) {
            put(&sheet, 0, lane, a->x);
            put(&sheet, 1, lane, a->y);
            put(&sheet, 2, lane, a->z);
        }
        CU_ASSERT_FATAL(run_operation(&sheet, a->op, operands_of(a->op), MR_BOOL));
        mr_dtype out = gives_bool(a->op) ? MR_BOOL : a->dtype;
        for (size_t lane = 0; lane < sheet.count; lane += 33)
            expect(a->op, a->dtype, k, result(&sheet, lane, out), a->want);
        close_sheet(&sheet);
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
        open_sheet(&sheet, a->from, MR_BOOL, MR_BOOL);
        sheet.count = 3;
        for (size_t lane = 0; lane < 3; lane++) put(&sheet, 0, lane, a->x);
        CU_ASSERT_FATAL(run_operation(&sheet, IR_CAST, 1, a->to));
        expect(IR_CAST, a->to, k, result(&sheet, 2, a->to), a->want);
        close_sheet(&sheet);
    }
}

static void select_takes_each_lane_from_its_side(void)
{
    for (int t = MR_BOOL; t < MR_DTYPE_COUNT; t++) {
        mr_dtype dtype = (mr_dtype)t;
        struct sheet sheet;
        open_sheet(&sheet, MR_BOOL, dtype, dtype);
        sheet.count = 100;
        mr_scalar x = mr_dtype_is_float(dtype) ? F(-0.0) : U(1);
        mr_scalar y = mr_dtype_is_float(dtype) ? NANF64 : U(0);
        for (size_t lane = 0; lane < sheet.count; lane++) {
            put(&sheet, 0, lane, U(lane % 3 == 0));
            put(&sheet, 1, lane, x);
            put(&sheet, 2, lane, y);
        }
        CU_ASSERT_FATAL(run_operation(&sheet, IR_SELECT, 3, MR_BOOL));
        for (size_t lane = 0; lane < sheet.count; lane++)
            expect(IR_SELECT, dtype, lane, result(&sheet, lane, dtype), lane % 3 == 0 ? x : y);
        close_sheet(&sheet);
    }
}

SUITE(lane_operations, {"integers_compute_modulo_2_to_the_n", integers_compute_modulo_2_to_the_n},
      {"constant_divisors_give_what_others_do", constant_divisors_give_what_others_do},
      {"integers_of_one_operand_compute_modulo_2_to_the_n",
       integers_of_one_operand_compute_modulo_2_to_the_n},
      {"operations_give_their_known_answers", operations_give_their_known_answers},
      {"casts_saturate_and_round_once", casts_saturate_and_round_once},
      {"select_takes_each_lane_from_its_side", select_takes_each_lane_from_its_side});
