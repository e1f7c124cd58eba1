/* OpenCL's built-in functions, those that the kernels of the table use, for clang's target NVPTX:
 * it declares them, and NVIDIA's driver has its own. What is missing is told by tests/ptx/run. */
#define MR_BUILTIN static __attribute__((overloadable, always_inline, unused))
#define TYPES(each, more) each(uchar, more) each(int, more) each(uint, more) each(long, more) \
    each(ulong, more) each(float, more) each(double, more)
#define INTEGERS(each) each(int) each(uint) each(long) each(ulong)
#define ALL_TYPES(each) each(uchar) INTEGERS(each) each(float) each(double)
#define WIDTHS(each, a, b) each(a, b, 2) each(a, b, 4) each(a, b, 8) each(a, b, 16)

/* ---- a work-item's place ---- */

MR_BUILTIN size_t get_global_id(uint dimension)
{
    return (size_t)__nvvm_read_ptx_sreg_ctaid_x() * __nvvm_read_ptx_sreg_ntid_x() +
           __nvvm_read_ptx_sreg_tid_x();
}

MR_BUILTIN size_t get_global_size(uint dimension)
{
    return (size_t)__nvvm_read_ptx_sreg_nctaid_x() * __nvvm_read_ptx_sreg_ntid_x();
}

#define ATOMIC(name, way)                                                                          \
    MR_BUILTIN uint name(volatile __global uint *p, uint x) { return way(p, x); }
ATOMIC(atomic_add, __sync_fetch_and_add)
ATOMIC(atomic_or, __sync_fetch_and_or)
ATOMIC(atomic_min, __sync_fetch_and_umin)
ATOMIC(atomic_max, __sync_fetch_and_umax)
MR_BUILTIN uint atomic_inc(volatile __global uint *p)
{
    return atomic_add(p, 1u);
}

/* ---- conversions ---- */

#define CONVERT_VECTOR(from, to, N)                                                                \
    MR_BUILTIN to##N convert_##to##N(from##N x) { return __builtin_convertvector(x, to##N); }
#define CONVERT(from, to)                                                                          \
    MR_BUILTIN to convert_##to(from x) { return (to)x; }                                           \
    WIDTHS(CONVERT_VECTOR, from, to)
#define CONVERT_TO(to) TYPES(CONVERT, to)
CONVERT_TO(uchar)
CONVERT_TO(int)
CONVERT_TO(uint)
CONVERT_TO(long)
CONVERT_TO(ulong)
CONVERT_TO(float)
CONVERT_TO(double)

/* ---- memory, aligned to elements only ---- */

#define MOVE(type, space, N)                                                                       \
    MR_BUILTIN type##N vload##N(size_t at, const space type *p)                                    \
    {                                                                                              \
        typedef type##N unaligned __attribute__((aligned(sizeof(type))));                          \
        return *(const space unaligned *)(p + at * N);                                             \
    }                                                                                              \
    MR_BUILTIN void vstore##N(type##N x, size_t at, space type *p)                                 \
    {                                                                                              \
        typedef type##N unaligned __attribute__((aligned(sizeof(type))));                          \
        *(space unaligned *)(p + at * N) = x;                                                      \
    }
#define MOVES(type) WIDTHS(MOVE, type, __private) WIDTHS(MOVE, type, __global)
ALL_TYPES(MOVES)

/* ---- integers ---- */

#define ORDER_OF(type, bool_type)                                                                  \
    MR_BUILTIN type min(type a, type b) { return a < b ? a : b; }                                  \
    MR_BUILTIN type max(type a, type b) { return a > b ? a : b; }                                  \
    MR_BUILTIN type clamp(type x, type low, type high) { return min(max(x, low), high); }
#define ORDER_VECTOR(type, unused, N) ORDER_OF(type##N, unused)
#define ORDER(type) ORDER_OF(type, type) WIDTHS(ORDER_VECTOR, type, type)
INTEGERS(ORDER)

#define ROTATE_VECTOR(type, bits, N)                                                               \
    MR_BUILTIN type##N rotate(type##N x, type##N by)                                               \
    {                                                                                              \
        return x << (by & bits) | x >> (-by & bits);                                               \
    }
WIDTHS(ROTATE_VECTOR, uint, 31)
WIDTHS(ROTATE_VECTOR, ulong, 63)

MR_BUILTIN uint mul_hi(uint a, uint b) { return __nvvm_mulhi_ui(a, b); }
MR_BUILTIN ulong mul_hi(ulong a, ulong b) { return __nvvm_mulhi_ull(a, b); }
#define MUL_HI_VECTOR(type, unused, N)                                                             \
    MR_BUILTIN type##N mul_hi(type##N a, type##N b)                                                \
    {                                                                                              \
        for (int k = 0; k < N; k++) a[k] = mul_hi(a[k], b[k]);                                     \
        return a;                                                                                  \
    }
WIDTHS(MUL_HI_VECTOR, uint, uint)
WIDTHS(MUL_HI_VECTOR, ulong, ulong)

#define BITS_OF(type, bits, ones, zeros)                                                           \
    MR_BUILTIN type popcount(type x) { return (type)ones(x); }                                     \
    MR_BUILTIN type clz(type x) { return x ? (type)zeros(x) : bits; }                              \
    WIDTHS(BITS_VECTOR, type, bits)
#define BITS_VECTOR(type, bits, N)                                                                 \
    MR_BUILTIN type##N popcount(type##N x)                                                         \
    {                                                                                              \
        for (int k = 0; k < N; k++) x[k] = popcount(x[k]);                                         \
        return x;                                                                                  \
    }                                                                                              \
    MR_BUILTIN type##N clz(type##N x)                                                              \
    {                                                                                              \
        for (int k = 0; k < N; k++) x[k] = clz(x[k]);                                              \
        return x;                                                                                  \
    }
BITS_OF(int, 32, __builtin_popcount, __builtin_clz)
BITS_OF(uint, 32, __builtin_popcount, __builtin_clz)
BITS_OF(long, 64, __builtin_popcountl, __builtin_clzl)
BITS_OF(ulong, 64, __builtin_popcountl, __builtin_clzl)

#define ANY(type, sign, N)                                                                         \
    MR_BUILTIN int any(type##N x)                                                                  \
    {                                                                                              \
        type##N lowest = x >> sign;                                                                \
        int some = 0;                                                                              \
        for (int k = 0; k < N; k++) some |= lowest[k] != 0;                                        \
        return some;                                                                               \
    }
WIDTHS(ANY, int, 31)
WIDTHS(ANY, long, 63)

/* ---- floats ---- */

#define OF_ONE(name, float_name, double_name)                                                      \
    MR_BUILTIN float name(float x) { return float_name(x); }                                       \
    MR_BUILTIN double name(double x) { return double_name(x); }                                    \
    WIDTHS(BY_LANES, name, float)                                                                  \
    WIDTHS(BY_LANES, name, double)
#define BY_LANES(name, type, N)                                                                    \
    MR_BUILTIN type##N name(type##N x)                                                             \
    {                                                                                              \
        for (int k = 0; k < N; k++) x[k] = name(x[k]);                                             \
        return x;                                                                                  \
    }
OF_ONE(sqrt, __nvvm_sqrt_rn_f, __nvvm_sqrt_rn_d)
OF_ONE(fabs, __builtin_fabsf, __builtin_fabs)
OF_ONE(floor, __builtin_floorf, __builtin_floor)
OF_ONE(trunc, __builtin_truncf, __builtin_trunc)
OF_ONE(rint, __builtin_rintf, __builtin_rint)

#define COPYSIGN(type, of_one, N)                                                                  \
    MR_BUILTIN type##N copysign(type##N x, type##N sign)                                           \
    {                                                                                              \
        for (int k = 0; k < N; k++) x[k] = of_one(x[k], sign[k]);                                  \
        return x;                                                                                  \
    }
MR_BUILTIN float copysign(float x, float sign) { return __builtin_copysignf(x, sign); }
MR_BUILTIN double copysign(double x, double sign) { return __builtin_copysign(x, sign); }
WIDTHS(COPYSIGN, float, __builtin_copysignf)
WIDTHS(COPYSIGN, double, __builtin_copysign)
