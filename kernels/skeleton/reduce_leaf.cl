//@# The leaf of this index, and the positions [low, high) of it (leaf.cl).
    if (index >= leaves) return;
    const long number = leaf_number + index;
    const long chunk = extent ? number / per_chunk : 0;
    const long inside = (number - chunk * per_chunk) * LEAF, leaf = chunk * extent + inside;
    const long left = min(first + count - leaf, extent ? extent - inside : (long)LEAF);
//@ if SHARED
    const int low = (int)clamp(first - leaf, 0L, (long)LEAF);
    const int high = (int)clamp(left, 0L, (long)LEAF);
//@ else
    const long low = max(first, leaf), high = leaf + min(left, (long)LEAF);
//@ end
