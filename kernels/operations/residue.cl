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
