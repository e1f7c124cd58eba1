//@# The leaf of this index, and the positions [low, high) of it (leaf.cl).
    if (index >= leaves) return;
    const long number = leaf_number + index;
    const long chunk = extent ? number / per_chunk : 0;
//@ if SHARED
    const long inside = (number - chunk * per_chunk) * LEAF, leaf = chunk * extent + inside;
    const long left = min(first + count - leaf, extent ? extent - inside : (long)LEAF);
    const int low = (int)clamp(first - leaf, 0L, (long)LEAF);
    const int high = (int)clamp(left, 0L, (long)LEAF);
//@ else
//@# Ends as ulong: where a product or a minimum waits for another one, a sum takes 4% more.
    const long leaf = extent ? chunk * extent + (number - chunk * per_chunk) * LEAF : number * LEAF;
    const ulong all_end = (ulong)first + (ulong)count, leaf_end = (ulong)leaf + LEAF;
    const ulong chunk_end = extent ? (ulong)(chunk + 1) * (ulong)extent : all_end;
    const long low = max(first, leaf), high = (long)min(min(all_end, leaf_end), chunk_end);
//@ end
