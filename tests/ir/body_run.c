#include "body_run.h"

#include <math.h>

#include "base/memory.h"
#include "ir/aggregate.h"
#include "ir/constant.h"

static mr_scalar wrapped(mr_dtype dtype, uint64_t bits)
{
    return mr_scalar_cast(dtype, dtype == MR_U64 ? MR_I64 : MR_U64, (mr_scalar){.u64 = bits});
}

static uint64_t divided(enum ir_op op, bool is_signed, uint64_t x, uint64_t y)
{
    if (!is_signed) return op == IR_DIV ? x / y : x % y;
    if (y == UINT64_MAX) return op == IR_DIV ? 0 - x : 0;
    int64_t a = (int64_t)x, b = (int64_t)y;
    return (uint64_t)(op == IR_DIV ? a / b : a % b);
}

static uint64_t integers(enum ir_op op, mr_dtype dtype, uint64_t x, uint64_t y)
{
    bool is_signed = mr_dtype_is_signed(dtype);
    unsigned n = (unsigned)y & (unsigned)(8 * mr_dtype_size(dtype) - 1);
    switch (op) {
    case IR_ADD: return x + y;
    case IR_SUB: return x - y;
    case IR_MUL: return x * y;
    case IR_DIV:
    case IR_REM: return divided(op, is_signed, x, y);
    case IR_AND: return x & y;
    case IR_OR: return x | y;
    case IR_XOR: return x ^ y;
    case IR_SHL: return x << n;
    default: return is_signed && (int64_t)x < 0 ? ~(~x >> n) : x >> n;
    }
}

static double floats(enum ir_op op, mr_dtype dtype, double x, double y)
{
    double wide = op == IR_ADD ? x + y : op == IR_SUB ? x - y : op == IR_MUL ? x * y : x / y;
    float a = (float)x, b = (float)y;
    float narrow = op == IR_ADD ? a + b : op == IR_SUB ? a - b : op == IR_MUL ? a * b : a / b;
    return dtype == MR_F32 ? (double)narrow : wide;
}

static bool compared(enum ir_op op, mr_dtype dtype, mr_scalar x, mr_scalar y)
{
    bool is_float = mr_dtype_is_float(dtype), is_signed = mr_dtype_is_signed(dtype);
    bool equal = is_float ? x.f64 == y.f64 : x.u64 == y.u64;
    bool less = is_float ? x.f64 < y.f64 : is_signed ? x.i64 < y.i64 : x.u64 < y.u64;
    return op == IR_EQ ? equal : op == IR_NE ? !equal : op == IR_LT ? less : less || equal;
}

static double rounded(enum ir_op op, mr_dtype dtype, double x)
{
    switch (op) {
    case IR_SQRT: return dtype == MR_F32 ? (double)sqrtf((float)x) : sqrt(x);
    case IR_FLOOR: return floor(x);
    case IR_CEIL: return ceil(x);
    case IR_TRUNC: return trunc(x);
    case IR_ROUND: return round(x);
    case IR_ABS: return fabs(x);
    default: return -x;
    }
}

static uint64_t bits(enum ir_op op, mr_dtype dtype, uint64_t x)
{
    unsigned width = (unsigned)(8 * mr_dtype_size(dtype)), count = 0;
    switch (op) {
    case IR_NOT: return dtype == MR_BOOL ? !x : ~x;
    case IR_NEG: return 0 - x;
    case IR_ABS: return mr_dtype_is_signed(dtype) && (int64_t)x < 0 ? 0 - x : x;
    case IR_POPCOUNT:
        for (unsigned k = 0; k < width; k++) count += x >> k & 1;
        return count;
    default:
        while (count < width && !(x >> (width - 1 - count) & 1)) count++;
        return count;
    }
}

static mr_scalar node_value(struct body_run *run, const struct ir_body *b, const struct ir_node *n)
{
    mr_scalar a[3] = {{.u64 = 0}, {.u64 = 0}, {.u64 = 0}}, result = {.u64 = 0};
    for (int k = 0; k < 3; k++)
        if (n->args[k] != IR_NONE) a[k] = run->values[n->args[k]];
    mr_dtype from = n->args[0] == IR_NONE ? n->dtype : mr_ir_dtype(b, n->args[0]);
    bool is_float = mr_dtype_is_float(from);
    switch (n->op) {
    case IR_CONST:
    case IR_PARAM: return n->imm;
    case IR_INDEX: return (mr_scalar){.i64 = run->position};
    case IR_CAST: return mr_scalar_cast(n->dtype, from, a[0]);
    case IR_SELECT: return a[0].u64 ? a[1] : a[2];
    case IR_MIN: return mr_fold(MR_MIN, n->dtype, a[0], a[1]);
    case IR_MAX: return mr_fold(MR_MAX, n->dtype, a[0], a[1]);
    case IR_ISNAN: return (mr_scalar){.u64 = (bool)isnan(a[0].f64)};
    case IR_ISINF: return (mr_scalar){.u64 = (bool)isinf(a[0].f64)};
    case IR_EQ:
    case IR_NE:
    case IR_LT:
    case IR_LE: return (mr_scalar){.u64 = compared(n->op, from, a[0], a[1])};
    case IR_FMA: result.f64 = fma(a[0].f64, a[1].f64, a[2].f64); return result;
    case IR_LOAD:
    case IR_CALL: run->unknown = mr_ir_op_name(n->op); return result;
    default: break;
    }
    bool is_binary = n->args[1] != IR_NONE;
    if (is_float)
        result.f64 = is_binary ? floats(n->op, n->dtype, a[0].f64, a[1].f64)
                               : rounded(n->op, n->dtype, a[0].f64);
    else
        result = wrapped(n->dtype, is_binary ? integers(n->op, n->dtype, a[0].u64, a[1].u64)
                                             : bits(n->op, n->dtype, a[0].u64));
    return result;
}

void body_run(struct body_run *run, const struct ir_body *body)
{
    run->values = mr_alloc(body->count + 1, sizeof *run->values);
    run->failure = MR_OK;
    run->unknown = NULL;
    for (size_t k = 0; run->values && k < body->count; k++)
        run->values[k] = node_value(run, body, &body->nodes[k]);
    for (size_t k = 0; run->values && k < body->check_count; k++)
        if (run->failure == MR_OK && run->values[body->checks[k].bad].u64)
            run->failure = body->checks[k].status;
}
