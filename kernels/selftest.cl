/* Known answers: work-item k does one operation on three 64-bit words and writes one. 32-bit
 * operands are the low halves. The host defines the operations' numbers and knows the answers
 * (host/cl/selftest.c). */
#pragma OPENCL FP_CONTRACT OFF

#define LOW_FLOAT(word) as_float((uint)(word))
#define FROM_FLOAT(value) ((ulong)as_uint(value))

static ulong integer_answer(uint operation, ulong a, ulong b)
{
    switch (operation) {
    case ADD_U32: return (ulong)((uint)a + (uint)b);
    case MULTIPLY_U32: return (ulong)((uint)a * (uint)b);
    case MULTIPLY_U64: return a * b;
    case MULTIPLY_HIGH_U32: return ((ulong)(uint)a * (ulong)(uint)b) >> 32;
    case SHIFT_RIGHT_I64: return as_ulong(as_long(a) >> (b & 63));
    case LESS_WIDENED_I32: return (ulong)((long)(int)(uint)a < 0);
    case DIVIDE_I64: return as_ulong(as_long(a) / as_long(b));
    case REMAINDER_U64: return a % b;
    default: return 0;
    }
}

static ulong f32_answer(uint operation, ulong a, ulong b, ulong c)
{
    float x = LOW_FLOAT(a), y = LOW_FLOAT(b), z = LOW_FLOAT(c);
    switch (operation) {
    case DIVIDE_F32: return FROM_FLOAT(x / y);
    case SQRT_F32: return FROM_FLOAT(sqrt(x));
    case MULTIPLY_F32: return FROM_FLOAT(x * y);
    case MULTIPLY_SUBTRACT_F32: return FROM_FLOAT(x * y - z);
    case FMA_F32: return FROM_FLOAT(fma(x, y, z));
    case CONVERT_U64_F32: return FROM_FLOAT(convert_float(a));
    default: return 0;
    }
}

#ifdef MR_FP64
static ulong f64_answer(uint operation, ulong a, ulong b, ulong c)
{
    double x = as_double(a), y = as_double(b), z = as_double(c);
    switch (operation) {
    case DIVIDE_F64: return as_ulong(x / y);
    case SQRT_F64: return as_ulong(sqrt(x));
    case MULTIPLY_F64: return as_ulong(x * y);
    case MULTIPLY_SUBTRACT_F64: return as_ulong(x * y - z);
    case FMA_F64: return as_ulong(fma(x, y, z));
    case CONVERT_U64_F64: return as_ulong(convert_double(a));
    default: return 0;
    }
}
#else
#define f64_answer(operation, a, b, c) 0
#endif

/* ---- in lanes ---- */

#define VECTORS 8 /* of each conversion; eight conversions make 64 work-items */

/* Vector k of `samples` by the conversion of its number, as the emitter writes conversions. */
static ulong8 converted(const ulong8 x, size_t conversion)
{
    const float8 x_f32 = as_float8(convert_uint8(x & (ulong8)UINT_MAX));
    switch (conversion) {
    case I64_TO_F32: return convert_ulong8(as_uint8(convert_float8(as_long8(x))));
    case U64_TO_F32: return convert_ulong8(as_uint8(convert_float8(x)));
    case F32_TO_I64: return as_ulong8(convert_long8(x_f32));
    case F32_TO_U64: return convert_ulong8(x_f32);
#ifdef MR_FP64
    case I64_TO_F64: return as_ulong8(convert_double8(as_long8(x)));
    case U64_TO_F64: return as_ulong8(convert_double8(x));
    case F64_TO_I64: return as_ulong8(convert_long8(as_double8(x)));
    case F64_TO_U64: return convert_ulong8(as_double8(x));
#endif
    default: return (ulong8)0;
    }
}

/* The fold of the first `count` terms in their order, which a compiler may not change (as in
 * skeleton/scan_apply.cl). */
static ulong sum_in_order(__global const ulong *terms, size_t count)
{
#ifdef MR_FP64
    __global const double *t = (__global const double *)terms;
    double sum = 0.0;
#else
    __global const float *t = (__global const float *)terms;
    float sum = 0.0f;
#endif
#pragma clang loop vectorize(disable)
    for (size_t k = 0; k < count; k++) sum = sum + t[k];
#ifdef MR_FP64
    return as_ulong(sum);
#else
    return as_uint(sum);
#endif
}

/* Flags those of 64 positions that 3 does not divide and that are above `low`, as a filter does. */
static void flag_residues(__global uchar *flags, const long first, const long low)
{
    for (long i = first; i < first + 64; i += 8) {
        const long8 at = (long8)(i) + (long8)(0, 1, 2, 3, 4, 5, 6, 7);
        const long8 divides = as_ulong8(at) * (ulong8)(THIRD) - (ulong8)(LEAST * THIRD) <
                              (ulong8)(ULONG_MAX / 3);
        const long8 keeps = ~divides & ((long8)(low) < at);
        vstore8(convert_uchar8(keeps) & (uchar8)1, 0, flags + i);
    }
}

/* operands: a, b, c of each work-item. bytes: each writes the one of its number. In lanes: vector k
 * of samples is converted into that of `lanes`; behind them are the sums; flags of 64 positions a
 * work-item. */
__kernel void mr_selftest(__global const uint *operations, __global const ulong *operands,
                          __global ulong *answers, __global uchar *bytes,
                          __global const ulong *samples, __global const ulong *terms,
                          __global ulong *lanes, __global uchar *flags)
{
    size_t k = get_global_id(0);
    uint operation = operations[k];
    ulong a = operands[3 * k], b = operands[3 * k + 1], c = operands[3 * k + 2];
    answers[k] = operation < FIRST_F32   ? integer_answer(operation, a, b)
                 : operation < FIRST_F64 ? f32_answer(operation, a, b, c)
                                         : f64_answer(operation, a, b, c);
    bytes[k] = (uchar)(k + 1);
    vstore8(converted(vload8(k, samples), k / VECTORS), k, lanes);
    lanes[64 * 8 + k] = sum_in_order(terms, k);
    flag_residues(flags, 64 * (long)k, 100);
}
