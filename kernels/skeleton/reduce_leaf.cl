//@# The group's leaf, and the positions [low, high) of it.
    if (group >= leaves) return;
    const long number = leaf_number + group;
    const long chunk = extent ? number / per_chunk : 0;
    const long leaf = extent ? chunk * extent + (number - chunk * per_chunk) * LEAF : number * LEAF;
    const long chunk_end = extent ? (chunk + 1) * extent : first + count;
    const long low = max(first, leaf);
    const long high = min(min(first + count, leaf + LEAF), chunk_end);
