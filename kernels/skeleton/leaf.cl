//@# The work-item's leaf, and the positions [low, high) of it. Those at the end of all may end at
//@# 2^63, which is no long: hence differences, and walks that count in ulong.
    const long leaves = (first % LEAF + count + LEAF - 1) / LEAF, number = @ITEM@;
    if (number >= leaves) return;
    const long leaf = (first / LEAF + number) * LEAF;
    const long low = max(first, leaf), high = leaf + min(first + count - leaf, (long)LEAF);
