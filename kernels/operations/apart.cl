// needs: lanes.cl
/* Records the first position (relative to the launch) at which a mask holds, of lanes that are
 * apart, each at a position i of its own; `on`: lanes that count. */
MR_FN void apart_report(__global uint *word, const vm32 mask, const vi64 i, const vm64 on,
                        const long first)
{
    const vm32 bad = mask & TO_M32(on);
    long places[W];
    int lanes[W];
    if (!MASK_ANY(bad)) return;
    VSTORE(i, places);
    VSTORE(bad, lanes);
    for (int k = 0; k < W; k++)
        if (lanes[k]) atomic_min(word, (uint)(places[k] - first));
}
