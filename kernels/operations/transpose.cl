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
