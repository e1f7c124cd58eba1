/* The operations of host/ir/body.h that are more than one operator of OpenCL C.
 * Names end in the lanes' dtype. Signed arithmetic goes through unsigned: it wraps. */

/* Truncating division; the divisor is never 0 (host/ir/typing.c sees to it). -1 is taken out, since
 * the least integer divided by it overflows. */
#define MR_DIVISION(bits)                                                                         \
    MR_FN vi##bits div_i##bits(vi##bits a, vi##bits d)                                            \
    {                                                                                             \
        const vm##bits is_minus_one = d == (vi##bits)(-1);                                        \
        const vi##bits quotient = a / (is_minus_one ? (vi##bits)(1) : d);                         \
        return is_minus_one ? AS_I##bits((vu##bits)(0) - AS_U##bits(a)) : quotient;               \
    }                                                                                             \
    MR_FN vi##bits rem_i##bits(vi##bits a, vi##bits d)                                            \
    {                                                                                             \
        const vm##bits is_minus_one = d == (vi##bits)(-1);                                        \
        return is_minus_one ? (vi##bits)(0) : a % (is_minus_one ? (vi##bits)(1) : d);             \
    }
MR_DIVISION(32)
MR_DIVISION(64)

/* Not OpenCL's abs(): PoCL's lets the negation of the least integer overflow, and what follows is
 * then made of a number that is never negative. */
#define MR_ABS(bits)                                                                              \
    MR_FN vi##bits abs_i##bits(const vi##bits a)                                                  \
    {                                                                                             \
        return a < (vi##bits)(0) ? AS_I##bits((vu##bits)(0) - AS_U##bits(a)) : a;                 \
    }
MR_ABS(32)
MR_ABS(64)

/* The numbers x of a type with x % d == r (2 <= d): the first of them, and how many there are. */
#define MR_RESIDUE_UNSIGNED(name, type, most)                                                     \
    MR_FN type residue_first_##name(const type r, const type d)                                   \
    {                                                                                             \
        (void)d;                                                                                  \
        return r;                                                                                 \
    }                                                                                             \
    MR_FN type residue_count_##name(const type r, const type d)                                   \
    {                                                                                             \
        return r < d ? (most - r) / d + 1 : 0;                                                    \
    }
MR_RESIDUE_UNSIGNED(u32, uint, UINT_MAX)
MR_RESIDUE_UNSIGNED(u64, ulong, ULONG_MAX)

/* The sign of a remainder is that of x: negative ones begin at the least x, positive ones at r. */
#define MR_RESIDUE_SIGNED(name, type, wrapped, most)                                              \
    MR_FN wrapped residue_below_##name(const type r, const wrapped d)                             \
    {                                                                                             \
        return r > 0 ? 0 : ((wrapped)most + 1 + (wrapped)r) / d;                                  \
    }                                                                                             \
    MR_FN wrapped residue_first_##name(const type r, const wrapped d)                             \
    {                                                                                             \
        return (wrapped)r - residue_below_##name(r, d) * d;                                       \
    }                                                                                             \
    MR_FN wrapped residue_count_##name(const type r, const wrapped d)                             \
    {                                                                                             \
        const wrapped size = r < 0 ? 0 - (wrapped)r : (wrapped)r;                                 \
        const wrapped above = r < 0 ? 0 : ((wrapped)most - (wrapped)r) / d;                       \
        return size < d ? residue_below_##name(r, d) + above + 1 : 0;                             \
    }
MR_RESIDUE_SIGNED(i32, int, uint, INT_MAX)
MR_RESIDUE_SIGNED(i64, long, ulong, LONG_MAX)

/* Saturating conversions; NaN gives 0. The limits are exact in their float type, and what is
 * converted always fits. */
#define MR_SATURATE(name, from, to, mask_from, mask_to, convert, low, limit, least, most)         \
    MR_FN to name(from x)                                                                         \
    {                                                                                             \
        const from inside = ((x > (from)(low)) & (x < (from)(limit))) ? x : (from)(0);            \
        const to value = convert(inside);                                                         \
        const to high = mask_to(x >= (from)(limit)) ? (to)(most) : value;                         \
        return mask_to(x <= (from)(low)) ? (to)(least) : high;                                    \
    }
MR_SATURATE(cast_f32_i32, vf32, vi32, TO_M32, TO_M32, TO_I32, -0x1p31f, 0x1p31f, INT_MIN, INT_MAX)
MR_SATURATE(cast_f32_u32, vf32, vu32, TO_M32, TO_M32, TO_U32, 0.0f, 0x1p32f, 0u, UINT_MAX)
MR_SATURATE(cast_f32_i64, vf32, vi64, TO_M32, TO_M64, TO_I64, -0x1p63f, 0x1p63f, LONG_MIN, LONG_MAX)
MR_SATURATE(cast_f32_u64, vf32, vu64, TO_M32, TO_M64, TO_U64, 0.0f, 0x1p64f, 0ul, ULONG_MAX)
#ifdef MR_FP64
MR_SATURATE(cast_f64_i32, vf64, vi32, TO_M64, TO_M32, TO_I32, -0x1p31, 0x1p31, INT_MIN, INT_MAX)
MR_SATURATE(cast_f64_u32, vf64, vu32, TO_M64, TO_M32, TO_U32, 0.0, 0x1p32, 0u, UINT_MAX)
#if W == 8 && defined(__AVX2__) && !defined(__AVX512DQ__)
/* AVX2 does not convert vectors of them. Where all lanes are below 2^51, the low bits of
 * 1.5 * 2^52 + the whole part are that part. */
MR_SATURATE(any_f64_i64, vf64, vi64, TO_M64, TO_M64, TO_I64, -0x1p63, 0x1p63, LONG_MIN, LONG_MAX)
MR_SATURATE(any_f64_u64, vf64, vu64, TO_M64, TO_M64, TO_U64, 0.0, 0x1p64, 0ul, ULONG_MAX)
#define WHOLE_4(x) __builtin_ia32_roundpd256(x, 3)
#define WHOLE_ZERO as_long8((double8)(0x1.8p52))
#define WHOLE_BITS(x)                                                                             \
    (as_long8((double8)(WHOLE_4((x).lo), WHOLE_4((x).hi)) + 0x1.8p52) - WHOLE_ZERO)
#define ANY_OF_8(m) __builtin_ia32_movmskpd256(as_double4((m).lo | (m).hi))
MR_FN vi64 cast_f64_i64(const vf64 x)
{
    if (ANY_OF_8(!(fabs(x) < 0x1p51))) return any_f64_i64(x);
    return WHOLE_BITS(x);
}
MR_FN vu64 cast_f64_u64(const vf64 x)
{
    if (ANY_OF_8(!(x < 0x1p51) | !(x >= 0.0))) return any_f64_u64(x);
    return as_ulong8(WHOLE_BITS(x));
}
#else
MR_SATURATE(cast_f64_i64, vf64, vi64, TO_M64, TO_M64, TO_I64, -0x1p63, 0x1p63, LONG_MIN, LONG_MAX)
MR_SATURATE(cast_f64_u64, vf64, vu64, TO_M64, TO_M64, TO_U64, 0.0, 0x1p64, 0ul, ULONG_MAX)
#endif
#endif

/* Folds and minima on lanes or scalars alike: NaN wins, otherwise the first of equals. */
#define MIN_INTEGER(a, b) min(a, b)
#define MAX_INTEGER(a, b) max(a, b)
#define MIN_FLOAT(a, b) ((b) != (b) ? (b) : ((b) < (a) ? (b) : (a)))
#define MAX_FLOAT(a, b) ((b) != (b) ? (b) : ((a) < (b) ? (b) : (a)))
#define FOLD_ADD(a, b) ((a) + (b))
#define FOLD_MUL(a, b) ((a) * (b))

/* Lane numbers 0, 1, ... of a vector. */
#if W == 1
#define IOTA 0
#elif W == 2
#define IOTA 0, 1
#elif W == 4
#define IOTA 0, 1, 2, 3
#elif W == 8
#define IOTA 0, 1, 2, 3, 4, 5, 6, 7
#elif W == 16
#define IOTA 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#endif

/* The positions of W lanes from i on. */
#define POSITIONS(i) ((vu64)((ulong)(i)) + (vu64)(IOTA))

#if W == 1
#define VLOAD(p) (*(p))
#define VSTORE(v, p) (*(p) = (v))
#define TRUE_M32 1
#define TRUE_M64 1
#else
#define VLOAD(p) MR_LANES(vload)(0, p)
#define VSTORE(v, p) MR_LANES(vstore)(v, 0, p)
#define TRUE_M32 ((vm32)(-1))
#define TRUE_M64 ((vm64)(-1))
#endif

/* Ask for the line AHEAD bytes behind p, which a loop that reads or writes at p will come to; no
 * access, so it may lie behind all that there is. Lines to be written are asked for because another
 * core may hold them since it filled the slot last, and stores wait for them one by one. A loop
 * that reads a little and then works in the cache asks while it works: PREFETCH_AT. One that only
 * reads is as far ahead by itself, unless its loads are whole lines, which leave the prefetchers of
 * some CPUs asleep. PoCL's prefetch() does nothing, clang's does: of other drivers, Oclgrind knows
 * only the first. */
#if defined(AHEAD) && defined(POCL_DEVICE_ADDRESS_BITS)
#define PREFETCH_AT(p, index)                                                                     \
    __builtin_prefetch((__global const void *)((uintptr_t)(p) + (uintptr_t)(index) * sizeof *(p)))
#define PREFETCH_TO_WRITE(p) __builtin_prefetch((__global const void *)((uintptr_t)(p) + AHEAD), 1)
#else
#define PREFETCH_AT(p, index) (void)(p)
#define PREFETCH_TO_WRITE(p) (void)(p)
#endif
#if defined(AHEAD) && defined(POCL_DEVICE_ADDRESS_BITS) && !defined(TILE) &&                       \
    (!defined(ONLY_READS) || defined(__AVX512F__))
#define PREFETCH(p) __builtin_prefetch((__global const void *)((uintptr_t)(p) + AHEAD))
#else
#define PREFETCH(p) (void)(p)
#endif

/* W lanes from and to global memory that is aligned for one: a compiler may take vload and vstore
 * apart (PoCL loads a double8 in four pieces), but this is one move. put_<dtype>() is for memory at
 * hand, write_<dtype>() for a stream of it. */
#define MR_MOVE(type, vector, name)                                                               \
    typedef vector near_##name __attribute__((aligned(sizeof(type))));                            \
    MR_FN vector get_##name(__global const type *p)                                               \
    {                                                                                             \
        return *(__global const near_##name *)p;                                                  \
    }                                                                                             \
    MR_FN void put_##name(const vector value, __global type *p)                                   \
    {                                                                                             \
        *(__global near_##name *)p = value;                                                       \
    }                                                                                             \
    MR_FN void write_##name(const vector value, __global type *p)                                 \
    {                                                                                             \
        PREFETCH_TO_WRITE(p);                                                                     \
        put_##name(value, p);                                                                     \
    }
MR_MOVE(uchar, vbyte, bool)
MR_MOVE(int, vi32, i32)
MR_MOVE(uint, vu32, u32)
MR_MOVE(long, vi64, i64)
MR_MOVE(ulong, vu64, u64)
MR_MOVE(float, vf32, f32)
#ifdef MR_FP64
MR_MOVE(double, vf64, f64)
#endif

/* Reads and writes of the elements p[at + i], p[at + i + 1], ... of W lanes at positions i, i+1,
 * ...; lanes outside the work-item's positions [low, high) touch no memory beyond theirs. `whole`:
 * there are none; a constant where it can be, so that a loop holds no other case. */
#define MR_MEMORY(type, vector, name)                                                             \
    MR_FN vector load_##name(__global const type *p, const long at, const long i, const long low, \
                             const long high, const int whole)                                    \
    {                                                                                             \
        if (whole || (i >= low && high - i >= W)) {                                               \
            PREFETCH(p + (at + i));                                                               \
            return get_##name(p + (at + i));                                                      \
        }                                                                                         \
        type lanes[W];                                                                            \
        for (int k = 0; k < W; k++) lanes[k] = p[at + clamp(i + k, low, high - 1)];               \
        return VLOAD(lanes);                                                                      \
    }                                                                                             \
    MR_FN void store_##name(const vector value, __global type *p, const long at, const long i,    \
                            const long low, const long high)                                      \
    {                                                                                             \
        if (i >= low && high - i >= W) {                                                          \
            write_##name(value, p + (at + i));                                                    \
            return;                                                                               \
        }                                                                                         \
        type lanes[W];                                                                            \
        VSTORE(value, lanes);                                                                     \
        for (int k = 0; k < W; k++)                                                               \
            if (i + k >= low && i + k < high) p[at + i + k] = lanes[k];                           \
    }                                                                                             \
    MR_FN vector gather_##name(__global const type *p, const vi64 position, const long last)      \
    {                                                                                             \
        long lanes[W];                                                                            \
        type values[W];                                                                           \
        VSTORE(position, lanes);                                                                  \
        for (int k = 0; k < W; k++) values[k] = p[clamp(lanes[k], 0L, last)];                     \
        return VLOAD(values);                                                                     \
    }
MR_MEMORY(uchar, vbyte, bool)
MR_MEMORY(int, vi32, i32)
MR_MEMORY(uint, vu32, u32)
MR_MEMORY(long, vi64, i64)
MR_MEMORY(ulong, vu64, u64)
MR_MEMORY(float, vf32, f32)
#ifdef MR_FP64
MR_MEMORY(double, vf64, f64)
#endif

/* The sum of a vector's lanes. */
#define MR_SUM_LANES(bits, type)                                                                  \
    MR_FN long sum_i##bits(const vi##bits v)                                                      \
    {                                                                                             \
        type lanes[W];                                                                            \
        long sum = 0;                                                                             \
        VSTORE(v, lanes);                                                                         \
        for (int k = 0; k < W; k++) sum += lanes[k];                                              \
        return sum;                                                                               \
    }
MR_SUM_LANES(32, int)
MR_SUM_LANES(64, long)

/* A mask as bits, lane 0 the lowest. */
#if W == 16
typedef ushort vbits;
#else
typedef uchar vbits;
#endif
#if W == 1
#define MASK_BITS(m) ((vbits)((m) != 0))
#elif W == 8 && defined(__AVX512VL__) && defined(__AVX512DQ__)
#define MASK_BITS(m) ((vbits)__builtin_ia32_cvtd2mask256(m))
#elif W == 16 && defined(__AVX512F__) && defined(__AVX512DQ__)
#define MASK_BITS(m) ((vbits)__builtin_ia32_cvtd2mask512(m))
#elif W == 8 && defined(__AVX2__)
#define MASK_BITS(m) ((vbits)__builtin_ia32_movmskps256(as_float8(m)))
#elif W == 16 && defined(__AVX2__)
#define MASK_BITS(m)                                                                              \
    ((vbits)(__builtin_ia32_movmskps256(as_float8((m).lo)) |                                      \
             __builtin_ia32_movmskps256(as_float8((m).hi)) << 8))
#else
#define MASK_BITS(m) ((vbits)sum_i32((m) & (vi32)(1) << (vi32)(IOTA)))
#endif

/* pack_<dtype>(x, kept, p, room): the kept lanes of x into p[0], p[1], ...; tells how many they
 * are. What stood behind them, up to p[W - 1] or p[room - 1], is lost: with room for all, every
 * lane is written and only counted when kept, so that there is no branch. CPUs with AVX-512 do so
 * in one instruction, those with AVX2 for four lanes by a permutation. */
#if W == 1
#define MR_PACK_LANES MR_PACK_LANE(x, 0)
#elif W == 2
#define MR_PACK_LANES MR_PACK_LANE(x.s0, 0) MR_PACK_LANE(x.s1, 1)
#else
#define MR_PACK_4(a, b, c, d)                                                                     \
    MR_PACK_LANE(x.s##a, 0x##a)                                                                   \
    MR_PACK_LANE(x.s##b, 0x##b) MR_PACK_LANE(x.s##c, 0x##c) MR_PACK_LANE(x.s##d, 0x##d)
#if W == 4
#define MR_PACK_LANES MR_PACK_4(0, 1, 2, 3)
#elif W == 8
#define MR_PACK_LANES MR_PACK_4(0, 1, 2, 3) MR_PACK_4(4, 5, 6, 7)
#elif W == 16
#define MR_PACK_LANES                                                                             \
    MR_PACK_4(0, 1, 2, 3) MR_PACK_4(4, 5, 6, 7) MR_PACK_4(8, 9, a, b) MR_PACK_4(c, d, e, f)
#endif
#endif
#define MR_PACK_LANE(lane, number) p[at] = lane, at += kept >> number & 1;
#define MR_PACK_ROOM(type, vector, name)                                                          \
    MR_FN uint pack_##name(const vector x, const vbits kept, __global type *p, const size_t room) \
    {                                                                                             \
        if (room >= W) return pack_all_##name(x, kept, p);                                        \
        type lanes[W];                                                                            \
        uint at = 0;                                                                              \
        VSTORE(x, lanes);                                                                         \
        for (int k = 0; k < W; k++)                                                               \
            if (kept >> k & 1) p[at++] = lanes[k];                                                \
        return at;                                                                                \
    }
#define MR_PACK(type, vector, name)                                                               \
    MR_FN uint pack_all_##name(const vector x, const vbits kept, __global type *p)                \
    {                                                                                             \
        PREFETCH_TO_WRITE(p);                                                                     \
        uint at = 0;                                                                              \
        MR_PACK_LANES                                                                             \
        return at;                                                                                \
    }                                                                                             \
    MR_PACK_ROOM(type, vector, name)
MR_PACK(uchar, vbyte, bool)
#if W >= 8 && defined(__AVX512F__) && defined(__AVX512VL__)
#define MR_COMPRESS(type, vector, name, bits)                                                     \
    MR_FN uint pack_all_##name(const vector x, const vbits kept, __global type *p)                \
    {                                                                                             \
        write_##name(MR_LANES(as_##type)(MR_COMPRESS_##bits(x, kept)), p);                        \
        return popcount((uint)kept);                                                              \
    }                                                                                             \
    MR_PACK_ROOM(type, vector, name)
#if W == 8
#define MR_COMPRESS_32(x, kept) __builtin_ia32_compresssi256_mask(as_int8(x), (int8)(0), kept)
#define MR_COMPRESS_64(x, kept) __builtin_ia32_compressdi512_mask(as_long8(x), (long8)(0), kept)
#else
#define MR_COMPRESS_32(x, kept) __builtin_ia32_compresssi512_mask(as_int16(x), (int16)(0), kept)
#endif
#elif W >= 8 && defined(__AVX2__)
/* Four lanes at once, by a table of where those that are kept come from: bytes, the lowest first,
 * that count lanes of 32 bits. */
__constant const ulong kept_64[16] = {
    0x0, 0x0100, 0x0302, 0x03020100, 0x0504, 0x05040100, 0x05040302, 0x050403020100, 0x0706,
    0x07060100, 0x07060302, 0x070603020100, 0x07060504, 0x070605040100, 0x070605040302,
    0x0706050403020100};
__constant const uint kept_32[16] = {
    0x0, 0x00, 0x01, 0x0100, 0x02, 0x0200, 0x0201, 0x020100, 0x03, 0x0300, 0x0301, 0x030100,
    0x0302, 0x030200, 0x030201, 0x03020100};
typedef int4 near_4_32 __attribute__((aligned(4)));
typedef long4 near_4_64 __attribute__((aligned(8)));
MR_FN uint pack_4_32(const int4 x, const uint kept, __global int *p)
{
    const int4 from = convert_int4(as_uchar4(kept_32[kept & 15]));
    *(__global near_4_32 *)p = as_int4(__builtin_ia32_vpermilvarps(as_float4(x), from));
    return popcount(kept & 15);
}
MR_FN uint pack_4_64(const long4 x, const uint kept, __global long *p)
{
    const int8 from = convert_int8(as_uchar8(kept_64[kept & 15]));
    *(__global near_4_64 *)p = as_long4(__builtin_ia32_permvarsi256(as_int8(x), from));
    return popcount(kept & 15);
}
#define MR_COMPRESS(type, vector, name, bits)                                                     \
    MR_FN uint pack_all_##name(const vector x, const vbits kept, __global type *p)                \
    {                                                                                             \
        PREFETCH_TO_WRITE(p);                                                                     \
        uint at = 0;                                                                              \
        MR_COMPRESS_##bits(x, kept, p);                                                           \
        return at;                                                                                \
    }                                                                                             \
    MR_PACK_ROOM(type, vector, name)
#define MR_PACK_32(quad, kept, p) at += pack_4_32(as_int4(quad), kept, (__global int *)(p) + at)
#define MR_PACK_64(quad, kept, p) at += pack_4_64(as_long4(quad), kept, (__global long *)(p) + at)
#define MR_PACK_8(x, kept, p, bits)                                                               \
    MR_PACK_##bits((x).lo, kept, p), MR_PACK_##bits((x).hi, (kept) >> 4, p)
#if W == 8
#define MR_COMPRESS_32(x, kept, p) MR_PACK_8(x, kept, p, 32)
#define MR_COMPRESS_64(x, kept, p) MR_PACK_8(x, kept, p, 64)
#else
#define MR_COMPRESS_32(x, kept, p)                                                                \
    MR_PACK_8((x).lo, kept, p, 32), MR_PACK_8((x).hi, (kept) >> 8, p, 32)
#define MR_COMPRESS_64(x, kept, p)                                                                \
    MR_PACK_8((x).lo, kept, p, 64), MR_PACK_8((x).hi, (kept) >> 8, p, 64)
#endif
#endif
#ifndef MR_COMPRESS_32
#define MR_COMPRESS(type, vector, name, bits) MR_PACK(type, vector, name)
#endif
MR_COMPRESS(int, vi32, i32, 32)
MR_COMPRESS(uint, vu32, u32, 32)
MR_COMPRESS(float, vf32, f32, 32)
#ifndef MR_COMPRESS_64
#undef MR_COMPRESS
#define MR_COMPRESS(type, vector, name, bits) MR_PACK(type, vector, name)
#endif
MR_COMPRESS(long, vi64, i64, 64)
MR_COMPRESS(ulong, vu64, u64, 64)
#ifdef MR_FP64
MR_COMPRESS(double, vf64, f64, 64)
#endif

/* Lanes of a mask that count: those at positions inside [low, high). */
MR_FN vm32 inside_m32(const long i, const long low, const long high)
{
    const vi32 lane = (vi32)(IOTA);
    const int from = (int)clamp(low - i, 0L, (long)W), to = (int)clamp(high - i, 0L, (long)W);
    return (lane >= (vi32)(from)) & (lane < (vi32)(to));
}

/* The position of the first lane of W from i on for which a mask holds; LONG_MAX: none. */
MR_FN long first_place(const vm32 mask, const long i)
{
    if (!MASK_ANY(mask)) return LONG_MAX;
    long place = LONG_MAX;
    int lanes[W];
    VSTORE(mask, lanes);
    for (int k = W - 1; k >= 0; k--)
        if (lanes[k]) place = i + k;
    return place;
}

/* Records the first position (relative to the launch) at which a mask holds, and returns it; `high`
 * when there is none. */
MR_FN long report(__global uint *word, const vm32 mask, const long i, const long low,
                  const long high, const long first)
{
    if (!MASK_ANY(mask)) return high;
    long position = high;
    int lanes[W];
    VSTORE(mask, lanes);
    for (int k = W - 1; k >= 0; k--)
        if (lanes[k] && i + k >= low && i + k < high) position = i + k;
    if (position < high) atomic_min(word, (uint)(position - first));
    return position;
}

/* out[j] = finish(op(a[j], b[j + distance])) for j in [0, count), W at a time by put or write; all
 * three may be the same. ask(j) is what is to be done beside the W of them. */
#define FOLD_ROWS(op, dtype, finish, put, out, a, b, distance, count, ask)                        \
    do {                                                                                          \
        long j = 0;                                                                               \
        for (; j + W <= (count); j += W) {                                                        \
            ask(j);                                                                               \
            put##_##dtype(finish(op(get_##dtype((a) + j), get_##dtype((b) + j + (distance)))),    \
                          (out) + j);                                                             \
        }                                                                                         \
        for (; j < (count); j++) (out)[j] = finish(op((a)[j], (b)[j + (distance)]));              \
    } while (0)

/* In one pass over a: FOLD_ROWS by the distance, then by twice the distance. */
#define FOLD_ROWS_TWICE(op, dtype, finish, put, out, a, distance, count, ask)                     \
    do {                                                                                          \
        long j = 0;                                                                               \
        for (; j + W <= (count); j += W) {                                                        \
            ask(j);                                                                               \
            put##_##dtype(finish(op(op(get_##dtype((a) + j), get_##dtype((a) + j + (distance))),  \
                                    op(get_##dtype((a) + j + 2 * (distance)),                     \
                                       get_##dtype((a) + j + 3 * (distance))))),                  \
                          (out) + j);                                                             \
        }                                                                                         \
        for (; j < (count); j++)                                                                  \
            (out)[j] = finish(op(op((a)[j], (a)[j + (distance)]),                                 \
                                 op((a)[j + 2 * (distance)], (a)[j + 3 * (distance)])));          \
    } while (0)
#define NOTHING(j)
#define FOLDED(x) (x)
#define FOLDED_MEAN(x) ((x) / EXTENT)

/* The rows elsewhere, W at a time; not one more is written. */
#define COPY_ROWS(dtype, from, to, count)                                                         \
    do {                                                                                          \
        long j = 0;                                                                               \
        for (; j + W <= (count); j += W) put_##dtype(get_##dtype((from) + j), (to) + j);          \
        if (j < (count) && (count) >= W)                                                          \
            put_##dtype(get_##dtype((from) + (count)-W), (to) + (count)-W);                       \
        else                                                                                      \
            for (; j < (count); j++) (to)[j] = (from)[j];                                         \
    } while (0)

/* a[j] = op(value, a[j]) for j in [0, count), W at a time. */
#define APPLY_ROWS(op, dtype, value, a, count)                                                    \
    do {                                                                                          \
        long j = 0;                                                                               \
        for (; j + W <= (count); j += W)                                                          \
            write_##dtype(op((value), get_##dtype((a) + j)), (a) + j);                            \
        for (; j < (count); j++) (a)[j] = op((value), (a)[j]);                                    \
    } while (0)

/* The tree's last five levels: 32 lanes to one, from vectors or, where these are short, an array.
 * Vectors stay in registers. */
#if W == 16
#define FOLD_VECTORS(op, type, a, result)                                                         \
    do {                                                                                          \
        const type##16 f16 = op((a)[0], (a)[1]);                                                  \
        const type##8 f8 = op(f16.lo, f16.hi);                                                    \
        const type##4 f4 = op(f8.lo, f8.hi);                                                      \
        const type##2 f2 = op(f4.lo, f4.hi);                                                      \
        (result) = op(f2.lo, f2.hi);                                                              \
    } while (0)
#elif W == 8
#define FOLD_VECTORS(op, type, a, result)                                                         \
    do {                                                                                          \
        const type##8 near = op((a)[0], (a)[2]), far = op((a)[1], (a)[3]);                        \
        const type##8 f8 = op(near, far);                                                         \
        const type##4 f4 = op(f8.lo, f8.hi);                                                      \
        const type##2 f2 = op(f4.lo, f4.hi);                                                      \
        (result) = op(f2.lo, f2.hi);                                                              \
    } while (0)
#else
#define FOLD_VECTORS(op, type, a, result)                                                         \
    do {                                                                                          \
        type lanes[LANES];                                                                        \
        for (int k = 0; k < LANES / W; k++) VSTORE((a)[k], lanes + k * W);                        \
        FOLD_LANES(op, lanes);                                                                    \
        (result) = lanes[0];                                                                      \
    } while (0)
#endif
#define FOLD_LANES(op, lanes)                                                                     \
    for (int step = LANES / 2; step > 0; step /= 2)                                               \
        for (int k = 0; k < step; k++) (lanes)[k] = op((lanes)[k], (lanes)[k + step])

/* Second pass of a variance, into 32 lanes each: squares of the deviations of the leaf's counted
 * values, and the deviations. */
#define LEAF_DEVIATIONS(values, counts, mean, squares, deviations)                                \
    for (int k = 0; k < LANES / W; k++) (squares)[k] = (deviations)[k] = (vf64)(0.0);             \
    for (long row = (low - leaf) / LANES * LANES; row < high - leaf; row += LANES)                \
        for (int k = 0; k < LANES / W; k++) {                                                     \
            const vm64 counted = VLOAD((counts) + row + k * W) != (vi64)(0);                      \
            const vf64 far = VLOAD((values) + row + k * W) - (vf64)(mean);                        \
            const vf64 deviation = counted ? far : (vf64)(0.0);                                   \
            (squares)[k] += deviation * deviation;                                                \
            (deviations)[k] += deviation;                                                         \
        }

/* Integers of 64 bits added up twice, modulo 2^64 and without their lower halves, are known in all:
 * what is above the 64 bits of the sum. */
#define UPPER_I64(x) AS_U64(AS_I64(x) >> (vi64)(32))
#define UPPER_U64(x) ((x) >> (vu64)(32))
MR_FN long above_64(const ulong sum, const ulong upper)
{
    return ((long)upper >> 32) + (sum < upper << 32 ? 1 : 0);
}

/* The best value of 32 lanes and the first position that has it; NaN is better than any number. */
#define FOLD_PLACES(less, lanes, places)                                                          \
    for (int k = 1; k < LANES; k++) {                                                             \
        const int is_nan = lanes[k] != lanes[k], best_is_nan = lanes[0] != lanes[0];              \
        const int is_better = is_nan ? !best_is_nan : !best_is_nan && lanes[k] less lanes[0];     \
        const int is_equal = is_nan ? best_is_nan : lanes[k] == lanes[0];                         \
        if (places[k] == LONG_MAX) continue;                                                      \
        if (places[0] == LONG_MAX || is_better || (is_equal && places[k] < places[0])) {          \
            lanes[0] = lanes[k];                                                                  \
            places[0] = places[k];                                                                \
        }                                                                                         \
    }

/* Lane l of rows[k] to lane k of rows[l], for W rows of a type: log2(W) times halves are
 * interleaved. Element by element: compilers make swizzles of it, and oclgrind, which dies of those
 * of vectors put together, can check it. */
#define MR_BOTH(a, b, k) (a).s##k, (b).s##k
#if W == 2
#define MR_LOWER(type, a, b) ((type)(MR_BOTH(a, b, 0)))
#define MR_UPPER(type, a, b) ((type)(MR_BOTH(a, b, 1)))
#elif W == 4
#define MR_LOWER(type, a, b) ((type)(MR_BOTH(a, b, 0), MR_BOTH(a, b, 1)))
#define MR_UPPER(type, a, b) ((type)(MR_BOTH(a, b, 2), MR_BOTH(a, b, 3)))
#elif W >= 8
#define MR_BOTH_4(a, b, k, l, m, n)                                                               \
    MR_BOTH(a, b, k), MR_BOTH(a, b, l), MR_BOTH(a, b, m), MR_BOTH(a, b, n)
#if W == 8
#define MR_LOWER(type, a, b) ((type)(MR_BOTH_4(a, b, 0, 1, 2, 3)))
#define MR_UPPER(type, a, b) ((type)(MR_BOTH_4(a, b, 4, 5, 6, 7)))
#else
#define MR_LOWER(type, a, b) ((type)(MR_BOTH_4(a, b, 0, 1, 2, 3), MR_BOTH_4(a, b, 4, 5, 6, 7)))
#define MR_UPPER(type, a, b) ((type)(MR_BOTH_4(a, b, 8, 9, A, B), MR_BOTH_4(a, b, C, D, E, F)))
#endif
#endif
#if W == 1
#define TRANSPOSE(type, rows)
#else
#define TRANSPOSE(type, rows)                                                                     \
    _Pragma("unroll") for (int size = 1; size < W; size *= 2)                                     \
    {                                                                                             \
        type near[W];                                                                             \
        _Pragma("unroll") for (int k = 0; k < W; k++) near[k] = (rows)[k];                        \
        _Pragma("unroll") for (int k = 0; k < W / 2; k++)                                         \
        {                                                                                         \
            (rows)[2 * k] = MR_LOWER(type, near[k], near[k + W / 2]);                             \
            (rows)[2 * k + 1] = MR_UPPER(type, near[k], near[k + W / 2]);                         \
        }                                                                                         \
    }
#endif

/* Running folds over the W lanes of x, in pairs, then fours and so on: the last lane of each lower
 * half is folded into all of the upper one. `none` is the operation's identity.
 *
 *     x0 x1 x2 x3     op   . x0  . x2     op   . . x1 x1
 *
 * To move all lanes up by 1, 2, 4 instead takes dearer shuffles: twice the time. */
#define MR_2(a) a, a
#define MR_4(a) MR_2(a), MR_2(a)
#define MR_8(a) MR_4(a), MR_4(a)
#define MR_UP_1(none, a) none, a
#define MR_UP_2(none, a) MR_2(none), MR_2(a)
#define MR_UP_4(none, a) MR_4(none), MR_4(a)
#define MR_UP_8(none, a) MR_8(none), MR_8(a)
#if W == 1
#define SCAN_LANES(op, type, none, x)
#define LAST_LANE(x) (x)
#elif W == 2
#define SCAN_LANES(op, type, none, x) (x) = op(((type)(MR_UP_1(none, (x).s0))), (x))
#define LAST_LANE(x) (x).s1
#elif W == 4
#define SCAN_LANES(op, type, none, x)                                                             \
    do {                                                                                          \
        (x) = op(((type)(MR_UP_1(none, (x).s0), MR_UP_1(none, (x).s2))), (x));                    \
        (x) = op(((type)(MR_UP_2(none, (x).s1))), (x));                                           \
    } while (0)
#define LAST_LANE(x) (x).s3
#elif W == 8
#define SCAN_LANES(op, type, none, x)                                                             \
    do {                                                                                          \
        (x) = op(((type)(MR_UP_1(none, (x).s0), MR_UP_1(none, (x).s2), MR_UP_1(none, (x).s4),     \
                         MR_UP_1(none, (x).s6))),                                                 \
                 (x));                                                                            \
        (x) = op(((type)(MR_UP_2(none, (x).s1), MR_UP_2(none, (x).s5))), (x));                    \
        (x) = op(((type)(MR_UP_4(none, (x).s3))), (x));                                           \
    } while (0)
#define LAST_LANE(x) (x).s7
#elif W == 16
#define SCAN_LANES(op, type, none, x)                                                             \
    do {                                                                                          \
        (x) = op(((type)(MR_UP_1(none, (x).s0), MR_UP_1(none, (x).s2), MR_UP_1(none, (x).s4),     \
                         MR_UP_1(none, (x).s6), MR_UP_1(none, (x).s8), MR_UP_1(none, (x).sa),     \
                         MR_UP_1(none, (x).sc), MR_UP_1(none, (x).se))),                          \
                 (x));                                                                            \
        (x) = op(((type)(MR_UP_2(none, (x).s1), MR_UP_2(none, (x).s5), MR_UP_2(none, (x).s9),     \
                         MR_UP_2(none, (x).sd))),                                                 \
                 (x));                                                                            \
        (x) = op(((type)(MR_UP_4(none, (x).s3), MR_UP_4(none, (x).sb))), (x));                    \
        (x) = op(((type)(MR_UP_8(none, (x).s7))), (x));                                           \
    } while (0)
#define LAST_LANE(x) (x).sf
#endif

/* The bins of W values, to places[0], places[1], ..., by the skeleton's arguments bins_low to
 * bins_whole, as host/ir/bins.h has them: 0 for what is outside.
 *
 * By the nearest edge: `nearest` is its number plus 1.5 * 2^52, where f64 has no room for a
 * fraction and the last 32 bits are the number; `edge` makes the edge of it. Of exact bins by the
 * quotient. */
#define BIN_BY_EDGE(x, nearest, edge, places)                                                     \
    do {                                                                                          \
        const vf64 rounded = (nearest), number = rounded - (vf64)(0x1.8p52);                      \
        const vi32 below = TO_I32(AS_I64(rounded)), next = below + (vi32)(1);                     \
        const vi32 bin = min(TO_M32((x) >= (edge)) ? next : below, (vi32)((int)bins - 1));        \
        const vi32 upper = TO_M32((x) >= (vf64)(bins_low)) ? bin : (vi32)(0);                     \
        VSTORE(TO_U32(TO_M32((x) <= (vf64)(bins_high)) ? upper : (vi32)(0)), places);             \
    } while (0)
#if defined(FP_FAST_FMA) || defined(__FMA__)
#define BIN_FMA(x, y, z) FMA_F64(x, y, z)
#else
#define BIN_FMA(x, y, z) ((x) * (y) + (z))
#endif
#define BIN_EXACT(type, x, places)                                                                \
    do {                                                                                          \
        const type last = (type)(bins - 2), quotient = (x) * (type)(bins_scale);                  \
        const type some = quotient < last ? quotient : last;                                      \
        const type upper = (x) >= (type)(bins_low) ? some : (type)(-1);                           \
        const type bin = (x) <= (type)(bins_high) ? upper : (type)(-1);                           \
        VSTORE(TO_U32(TO_I32(bin) + (vi32)(1)), places);                                          \
    } while (0)
