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

/* What counts positions in a walk: from 0 on, or, where work-items share leaves, from where the
 * leaf begins, in 32 bits: GPUs make 64 of two. */
#ifdef SPAN
typedef int spot;
#else
typedef long spot;
#endif

/* The positions of W lanes from i on. */
#define POSITIONS(i) ((vu64)((ulong)(i)) + (vu64)(IOTA))

/* What a line's values in each vector of a strip are above the first; slope: from lane to lane. */
#define LINE_RISES(rises, slope)                                                                  \
    _Pragma("unroll") for (int k = 0; k < STRIP / W; k++)                                         \
        (rises)[k] = ((vf64)(IOTA) + (vf64)((double)(k * W))) * (vf64)((double)(long)(slope))

#if W == 1
#define VLOAD(p) (*(p))
#define VSTORE(v, p) (*(p) = (v))
#define LOWEST_LANE(v) (v)
#define TRUE_M32 1
#define TRUE_M64 1
#else
#define VLOAD(p) MR_LANES(vload)(0, p)
#define VSTORE(v, p) MR_LANES(vstore)(v, 0, p)
#define LOWEST_LANE(v) (v).s0
#define TRUE_M32 ((vm32)(-1))
#define TRUE_M64 ((vm64)(-1))
#endif
