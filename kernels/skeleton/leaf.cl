//@# The work-item's leaf, and the positions [low, high) of it. Those at the end of all may end at
//@# 2^63, which is no long: hence differences, and walks that count in ulong. Where work-items
//@# share leaves, positions are counted from where the leaf begins, in 32 bits.
//@ if SHARED
    const uint begin = (uint)first % LEAF, end = begin + (uint)count;
    const uint leaves = (end + LEAF - 1) / LEAF, number = @ITEM@;
    if (number >= leaves) return;
    const long leaf = first - begin + (long)number * LEAF;
    const int low = number ? 0 : (int)begin, high = (int)min(end - number * LEAF, (uint)LEAF);
//@ else
    const long leaves = (first % LEAF + count + LEAF - 1) / LEAF, number = @ITEM@;
    if (number >= leaves) return;
    const long leaf = (first / LEAF + number) * LEAF;
    const long low = max(first, leaf), high = leaf + min(first + count - leaf, (long)LEAF);
//@ end
