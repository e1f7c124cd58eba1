// needs: lanes.cl cpu/prefetch.cl
/* W lanes from and to global memory that is aligned for one: a compiler may take vload and vstore
 * apart (PoCL loads a double8 in four pieces), but this is one move. put_<dtype>() is for memory at
 * hand, write_<dtype>() for a stream of it.
 *
 * GPUs move a vector at once only where it is aligned as a whole; what a compiler does not know to
 * be, it moves lane by lane, and a lane of each work-item lies in as many segments as all of them.
 * The other way is written lane by lane, too: of two that differ by an alignment LLVM makes the one
 * that is not aligned. */
#if defined(SPAN) && W > 1
#define MR_MOVE(type, vector, name)                                                               \
    MR_FN vector get_##name(__global const type *p)                                               \
    {                                                                                             \
        if (((size_t)p & (sizeof(vector) - 1)) == 0) return *(__global const vector *)p;          \
        type lanes[W];                                                                            \
        for (int k = 0; k < W; k++) lanes[k] = p[k];                                              \
        return VLOAD(lanes);                                                                      \
    }                                                                                             \
    MR_FN void put_##name(const vector value, __global type *p)                                   \
    {                                                                                             \
        type lanes[W];                                                                            \
        if (((size_t)p & (sizeof(vector) - 1)) == 0) {                                            \
            *(__global vector *)p = value;                                                        \
            return;                                                                               \
        }                                                                                         \
        VSTORE(value, lanes);                                                                     \
        for (int k = 0; k < W; k++) p[k] = lanes[k];                                              \
    }                                                                                             \
    MR_WRITE(type, vector, name)
#else
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
    MR_WRITE(type, vector, name)
#endif
#define MR_WRITE(type, vector, name)                                                              \
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

/* Reads and writes of the elements p[at + i], p[at + i + 1], ... of W lanes at spots i, i + 1, ...;
 * lanes outside the work-item's [low, high) touch no memory beyond theirs. `whole`:
 * there are none; a constant where it can be, so that a loop holds no other case. */
#ifdef SPAN
#define MR_MAY_BE_ONE 1 /* whoever packs makes elements one by one */
#else
#define MR_MAY_BE_ONE 0
#endif
#define MR_MEMORY(type, vector, name)                                                             \
    MR_FN vector load_##name(__global const type *p, const long at, const spot i, const spot low, \
                             const spot high, const int whole)                                    \
    {                                                                                             \
        if (whole || (i >= low && high - i >= W)) {                                               \
            PREFETCH(p + (at + i));                                                               \
            return get_##name(p + (at + i));                                                      \
        }                                                                                         \
        if (MR_MAY_BE_ONE && high - low == 1) return (vector)(p[at + low]);                       \
        type lanes[W];                                                                            \
        for (int k = 0; k < W; k++) lanes[k] = p[at + clamp(i + k, low, high - 1)];               \
        return VLOAD(lanes);                                                                      \
    }                                                                                             \
    /* A neighbour is there at positions in [from, end): other lanes read nothing. All are there  \
     * if `whole`. */                                                                             \
    MR_FN vector edge_##name(__global const type *p, const long at, const spot i, const spot low, \
                             const spot high, const int whole, const long from, const long end)   \
    {                                                                                             \
        if (whole) return load_##name(p, at, i, low, high, whole);                                \
        type lanes[W];                                                                            \
        for (int k = 0; k < W; k++)                                                               \
            lanes[k] =                                                                            \
                i + k >= low && i + k >= from && i + k < high && i + k < end ? p[at + i + k]      \
                                                                             : (type)0;           \
        return VLOAD(lanes);                                                                      \
    }                                                                                             \
    MR_FN void store_##name(const vector value, __global type *p, const long at, const spot i,    \
                            const spot low, const spot high)                                      \
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
