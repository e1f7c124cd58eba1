// needs: operations/memory.cl operations/mask.cl
/* With room for all, every lane is written and only counted when kept: there is no branch. */
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
#define MR_PACK_ALL(type, vector, name)                                                           \
    MR_FN uint pack_all_##name(const vector x, const vbits kept, __global type *p)                \
    {                                                                                             \
        PREFETCH_TO_WRITE(p);                                                                     \
        uint at = 0;                                                                              \
        MR_PACK_LANES                                                                             \
        return at;                                                                                \
    }
#ifndef MR_PACK_ALL_32
#define MR_PACK_ALL_32(type, vector, name) MR_PACK_ALL(type, vector, name)
#endif
#ifndef MR_PACK_ALL_64
#define MR_PACK_ALL_64(type, vector, name) MR_PACK_ALL(type, vector, name)
#endif
MR_PACK_ALL(uchar, vbyte, bool)
MR_PACK_ALL_32(int, vi32, i32)
MR_PACK_ALL_32(uint, vu32, u32)
MR_PACK_ALL_32(float, vf32, f32)
MR_PACK_ALL_64(long, vi64, i64)
MR_PACK_ALL_64(ulong, vu64, u64)
#ifdef MR_FP64
MR_PACK_ALL_64(double, vf64, f64)
#endif
