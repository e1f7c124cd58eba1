// needs: memory.cl
/* out[j] = finish(op(a[j], b[j + distance])) for j in [0, count), W at a time by put or write; all
 * three may be the same. ask(j) is what is to be done beside the W of them. */
#define FOLD_FAR(op, dtype, finish, put, out, a, b, distance, count, ask)                         \
    do {                                                                                          \
        long j = 0;                                                                               \
        for (; j + W <= (count); j += W) {                                                        \
            ask(j);                                                                               \
            put##_##dtype(finish(op(get_##dtype((a) + j), get_##dtype((b) + j + (distance)))),    \
                          (out) + j);                                                             \
        }                                                                                         \
        for (; j < (count); j++) (out)[j] = finish(op((a)[j], (b)[j + (distance)]));              \
    } while (0)

/* In one pass over a: FOLD_FAR by the distance, then by twice the distance. */
#define FOLD_FAR_TWICE(op, dtype, finish, put, out, a, distance, count, ask)                      \
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

/* The values elsewhere, W at a time; not one more is written. */
#define COPY_VALUES(dtype, from, to, count)                                                       \
    do {                                                                                          \
        long j = 0;                                                                               \
        for (; j + W <= (count); j += W) put_##dtype(get_##dtype((from) + j), (to) + j);          \
        if (j < (count) && (count) >= W)                                                          \
            put_##dtype(get_##dtype((from) + (count)-W), (to) + (count)-W);                       \
        else                                                                                      \
            for (; j < (count); j++) (to)[j] = (from)[j];                                         \
    } while (0)

/* a[j] = op(value, a[j]) for j in [0, count), W at a time. */
#define APPLY_VALUES(op, dtype, value, a, count)                                                  \
    do {                                                                                          \
        long j = 0;                                                                               \
        for (; j + W <= (count); j += W)                                                          \
            write_##dtype(op((value), get_##dtype((a) + j)), (a) + j);                            \
        for (; j < (count); j++) (a)[j] = op((value), (a)[j]);                                    \
    } while (0)
