// needs: memory.cl mask.cl cpu/pack.cl
/* pack_<dtype>(x, kept, p, room): the kept lanes of x into p[0], p[1], ...; tells how many they
 * are. What stood behind them, up to p[W - 1] or p[room - 1], is lost: cpu/pack.cl writes all lanes
 * where there is room for them. */
#define MR_PACK(type, vector, name)                                                               \
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
MR_PACK(uchar, vbyte, bool)
MR_PACK(int, vi32, i32)
MR_PACK(uint, vu32, u32)
MR_PACK(float, vf32, f32)
MR_PACK(long, vi64, i64)
MR_PACK(ulong, vu64, u64)
#ifdef MR_FP64
MR_PACK(double, vf64, f64)
#endif
