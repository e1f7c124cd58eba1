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

/* operands: a, b, c of each work-item. bytes: each writes the one of its number. */
__kernel void mr_selftest(__global const uint *operations, __global const ulong *operands,
                          __global ulong *answers, __global uchar *bytes)
{
    size_t k = get_global_id(0);
    uint operation = operations[k];
    ulong a = operands[3 * k], b = operands[3 * k + 1], c = operands[3 * k + 2];
    answers[k] = operation < FIRST_F32   ? integer_answer(operation, a, b)
                 : operation < FIRST_F64 ? f32_answer(operation, a, b, c)
                                         : f64_answer(operation, a, b, c);
    bytes[k] = (uchar)(k + 1);
}
