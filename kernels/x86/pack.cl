// needs: operations/memory.cl operations/mask.cl
/* CPUs with AVX-512 pack a vector in one instruction, those with AVX2 four lanes by a
 * permutation. */
#if W >= 8 && MR_X86 == 512
#define MR_COMPRESS(type, vector, name, bits)                                                     \
    MR_FN uint pack_all_##name(const vector x, const vbits kept, __global type *p)                \
    {                                                                                             \
        write_##name(MR_LANES(as_##type)(MR_COMPRESS_##bits(x, kept)), p);                        \
        return popcount((uint)kept);                                                              \
    }
#if W == 8
#define MR_COMPRESS_32(x, kept) __builtin_ia32_compresssi256_mask(as_int8(x), (int8)(0), kept)
#define MR_COMPRESS_64(x, kept) __builtin_ia32_compressdi512_mask(as_long8(x), (long8)(0), kept)
#else
#define MR_COMPRESS_32(x, kept) __builtin_ia32_compresssi512_mask(as_int16(x), (int16)(0), kept)
#endif
#elif W >= 8 && MR_X86 == 256
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
    }
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
#ifdef MR_COMPRESS_32
#define MR_PACK_ALL_32(type, vector, name) MR_COMPRESS(type, vector, name, 32)
#endif
#ifdef MR_COMPRESS_64
#define MR_PACK_ALL_64(type, vector, name) MR_COMPRESS(type, vector, name, 64)
#endif
