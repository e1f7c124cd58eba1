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
