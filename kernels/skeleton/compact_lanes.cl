/* Survivors packed (compact.cl) where work-items share a leaf, without one waiting for another:
 *
 *     in each lane who survives is a bit a row;     lane 0   r31 ... r1 r0     a work-item has SPAN
 *     a work-item a leaf turns lanes into rows      row 0    l31 ... l1 l0     lanes, in registers
 *     and counts; another adds up BLOCK leaves;
 *     then each survivor's place is that of its leaf, and those in rows before and lower lanes.
 *
 * Working memory: lanes and rows (32 words a leaf, side by side as in reduce_lanes.cl),
 * before_failed (positions before the first check that a work-item finds to fail), kept (one count
 * a leaf), places (survivors of the leaves before in the block), blocks (survivors of each),
 * elements that are kept. */
#define FAILED 0x80000000u
#define NOWHERE 0xffffffffu
#define BLOCK 128
#define OF_LEAF(vector) (((vector) * leaves + number) * W)
#define OF_ROW(row) ((row) * leaves + number)

__kernel void @KERNEL@(@ARGUMENTS@@WORKING@)
{
//@ include skeleton/leaf.cl
    const uint own = number * LEAF, item = (uint)get_global_id(0) % ITEMS;
    if (low >= high) return;
    vu32 survivors[SPAN / W];
#pragma unroll
    for (int k = 0; k < SPAN / W; k++) survivors[k] = (vu32)(0);
    int good = high;
    @PARAMETERS@
    for (int run = @START@; run < high; run += LANES) {
        const int whole = run >= low && high - run >= RUN@THERE@;
        const vu32 bit = (vu32)(1u << (uint)(run / LANES));
        @RUNS@
#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const int i = run + part * W;
            @VALUES@
            @CHECKS@
            vm32 keeps = @KEEP@;
            if (!whole) keeps &= inside_m32(i, low, high);
            survivors[part] |= keeps ? bit : (vu32)(0);
//@ if SAVES
//@ each VALUE
            write_@DTYPE@(@VALUE@, s@C@ + (own + i));
//@ end
//@ end
        }
    }
    for (int k = 0; k < SPAN / W; k++)
        put_u32(survivors[k], lanes + OF_LEAF(item * (SPAN / W) + k));
//@ if CHECKED
    before_failed[OF_ROW(item)] = (uint)good;
//@ end
}

/* Bit k of word j and bit j of word k change places: Warren, Hacker's Delight, section 7-3. */
MR_FN void transpose_bits(uint *words)
{
    uint mask = 0x0000ffff;
#pragma unroll
    for (int far = 16; far > 0; far /= 2) {
#pragma unroll
        for (int k = 0; k < 32; k++) {
            if (k & far) continue;
            const uint differ = (words[k] >> far ^ words[k + far]) & mask;
            words[k] ^= differ << far;
            words[k + far] ^= differ;
        }
        mask ^= mask << far / 2;
    }
}

__kernel void @KERNEL@(@FIRST@@WORKING@)
{
    const uint unit_end = (uint)first % LEAF + (uint)count;
    const uint leaves = (unit_end + LEAF - 1) / LEAF, number = (uint)get_global_id(0);
    if (count == 0 || number >= leaves) return;
    uint words[LANES], survivors = 0;
#pragma unroll
    for (int k = 0; k < LANES / W; k++) {
        const vu32 some = get_u32(lanes + OF_LEAF(k));
        VSTORE(some, words + k * W);
    }
    transpose_bits(words);
//@ if CHECKED
    uint good = LEAF;
    for (uint item = 0; item < ITEMS; item++) good = min(good, before_failed[OF_ROW(item)]);
    const uint end = min(unit_end - number * LEAF, (uint)LEAF);
//@ end
#pragma unroll
    for (int row = 0; row < LANES; row++) {
//@ if CHECKED
        const int left = clamp((int)good - row * LANES, 0, LANES);
        words[row] &= left == LANES ? 0xffffffffu : (1u << left) - 1;
//@ end
        rows[OF_ROW(row)] = words[row];
        survivors += popcount(words[row]);
    }
//@ if CHECKED
    if (good < end) survivors |= FAILED;
//@ end
    kept[number] = survivors;
}

__kernel void @KERNEL@(@FIRST@@WORKING@)
{
    const uint leaves = ((uint)first % LEAF + (uint)count + LEAF - 1) / LEAF;
    const uint from = (uint)get_global_id(0) * BLOCK, until = min(leaves, from + BLOCK);
    if (count == 0 || from >= until) return;
    uint at = 0, failed = 0;
    for (uint number = from; number < until; number++) {
        places[number] = failed ? NOWHERE : at;
        if (!failed) at += kept[number] & ~FAILED;
        failed |= kept[number] & FAILED;
    }
    blocks[get_global_id(0)] = at | failed;
}

__kernel void @KERNEL@(@ARGUMENTS@@WORKING@@TO_ROW@@OUTPUTS@)
{
//@ include skeleton/leaf.cl
    const uint own = number * LEAF, item = (uint)get_global_id(0) % ITEMS;
    if (low >= high || places[number] == NOWHERE) return;
    uint before = places[number];
    for (uint block = 0; block < number / BLOCK; block++) {
        if (blocks[block] & FAILED) return;
        before += blocks[block];
    }
    if (item == 0 && (number + 1 == leaves || (kept[number] & FAILED)))
        status[@ROWS_WORD@] = before + (kept[number] & ~FAILED);
    size_t at = (size_t)to + before;
    const uint lower = (1u << (uint)(item * SPAN)) - 1;
    @PACK_PARAMETERS@
    for (int run = @START@; run < high; run += LANES) {
        const int whole = run >= low && high - run >= RUN@THERE@;
        const uint word = rows[OF_ROW((uint)(run / LANES))];
        size_t place = at + popcount(word & lower);
        at += popcount(word);
        if (!(word >> (uint)(item * SPAN) & (uint)((1ul << SPAN) - 1))) continue;
        @PACK_RUNS@
#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const int i = run + part * W;
                @PACK_VALUES@
//@ if SAVES
//@ each VALUE
//@ if REPEATS
//@ else
//@ if BOOL
            const vm32 @NODE@ = BYTE_MASK(get_bool(s@C@ + (own + i)));
//@ else
            const v@DTYPE@ @NODE@ = get_@DTYPE@(s@C@ + (own + i));
//@ end
//@ end
//@ end
//@ end
            const vbits bits = (vbits)(word >> (uint)(item * SPAN + part * W) &
                                       (uint)((1ul << W) - 1));
            const uint packed = popcount((uint)bits);
//@# With room for them alone, nothing else is written.
//@ each VALUE
            if (packed == W)
                put_@DTYPE@(@VALUE@, out@C@ + place);
            else
                (void)pack_@DTYPE@(@VALUE@, bits, out@C@ + place, packed);
//@ end
            place += packed;
        }
    }
}
