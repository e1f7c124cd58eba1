/* Survivors packed (compact.cl) where work-items share a leaf, without one waiting for another:
 *
 *     in each lane who survives is a bit a row;     lane 0   r31 ... r1 r0     a work-item has SPAN
 *     a work-item a leaf turns lanes into rows      row 0    l31 ... l1 l0     lanes, in registers
 *     and counts; another adds up BLOCK leaves;
 *     then a work-item finds each survivor by its number: neighbours write what is consecutive, in
 *     whole segments, and read what is as near as survivors are.
 *
 * Working memory: lanes and rows (32 words a leaf, of rows four a piece), before_failed (positions
 * before the first check that a work-item finds to fail), kept (one count a leaf), places
 * (survivors of the leaves before in the block), blocks (survivors of each), elements that are
 * kept. */
#define FAILED 0x80000000u
#define NOWHERE 0xffffffffu
#define BLOCK 128
//@ include skeleton/together.cl
#define OF_LEAF(vector) (TOGETHER_AT(LANES / W, vector, number) * W)
#define OF_ITEM(item) TOGETHER_AT(ITEMS, item, number)
#define OF_ROWS(four) (TOGETHER_AT(LANES / 4, four, number) * 4)

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
    for (int strip = @START@; strip < high; strip += LANES) {
        const int whole = strip >= low && high - strip >= STRIP@THERE@;
        const vu32 bit = (vu32)(1u << (uint)(strip / LANES));
        @STRIPS@
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++) {
            const int i = strip + vec * W;
            @VALUES@
            @CHECKS@
            vm32 keeps = @KEEP_32@;
            if (!whole) keeps &= inside_m32(i, low, high);
            survivors[vec] |= keeps ? bit : (vu32)(0);
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
    before_failed[OF_ITEM(item)] = (uint)good;
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
    for (uint item = 0; item < ITEMS; item++) good = min(good, before_failed[OF_ITEM(item)]);
    const uint end = min(unit_end - number * LEAF, (uint)LEAF);
//@ end
#pragma unroll
    for (int row = 0; row < LANES; row++) {
//@ if CHECKED
        const int left = clamp((int)good - row * LANES, 0, LANES);
        words[row] &= left == LANES ? 0xffffffffu : (1u << left) - 1;
//@ end
        survivors += popcount(words[row]);
    }
#pragma unroll
    for (int k = 0; k < LANES; k += 4)
        *(__global uint4 *)(rows + OF_ROWS(k / 4)) = vload4(0, words + k);
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

MR_FN uint sum_of_bits(const uint4 words)
{
    const uint4 counts = popcount(words);
    return counts.s0 + counts.s1 + counts.s2 + counts.s3;
}

/* Where bit `number` of those that are set is, counted from 0. */
MR_FN int place_of_bit(const uint4 words, uint number)
{
    const uint4 counts = popcount(words);
    uint word = words.s0;
    int place = 0, bit = 0;
    if (number >= counts.s0) number -= counts.s0, place = 32, word = words.s1;
    if (place == 32 && number >= counts.s1) number -= counts.s1, place = 64, word = words.s2;
    if (place == 64 && number >= counts.s2) number -= counts.s2, place = 96, word = words.s3;
#pragma unroll
    for (int far = 16; far > 0; far /= 2) {
        const uint below = popcount(word >> bit & ((1u << far) - 1));
        if (number >= below) number -= below, bit += far;
    }
    return place + bit;
}

/* SIDE work-items, as many as a row has lanes, take SPAN leaves one after the other: each writes
 * every SIDE-th survivor, from where a segment begins, and finds out where it was. */
#define SIDE 32
__kernel void @KERNEL@(@ARGUMENTS@@WORKING@@TO_ENTRY@@OUTPUTS@)
{
    const uint begin = (uint)first % LEAF;
    const uint leaves = (begin + (uint)count + LEAF - 1) / LEAF;
    const uint item = (uint)get_global_id(0) % SIDE, side = (uint)get_global_id(0) - item;
    const int stride = min(SIDE, (int)(leaves * ITEMS) - (int)side);
    if (count == 0 || (int)item >= stride) return;
    @PACK_PARAMETERS@
    for (uint number = side / ITEMS; number < min(side / ITEMS + SPAN, leaves); number++) {
        if (places[number] == NOWHERE) return;
        const long leaf = first - begin + (long)number * LEAF;
        const uint own = number * LEAF, survivors = kept[number] & ~FAILED;
        uint before = places[number];
        for (uint block = 0; block < number / BLOCK; block++) {
            if (blocks[block] & FAILED) return;
            before += blocks[block];
        }
        if (item == 0 && (number + 1 == leaves || (kept[number] & FAILED)))
            status[@ENTRIES_WORD@] = before + survivors;
        const long place = to + before;
        uint four = 0, above = 0;
        uint4 words = *(__global const uint4 *)(rows + OF_ROWS(four));
        int survivor = (int)item;
        if (stride == SIDE) survivor = (int)((item - (uint)place) % SIDE);
        for (; survivor < (int)survivors; survivor += stride) {
            while (above + sum_of_bits(words) <= (uint)survivor) {
                above += sum_of_bits(words);
                four++;
                words = *(__global const uint4 *)(rows + OF_ROWS(four));
            }
//@# One lane is of use: compilers for GPUs make no other, since lanes are values of their own. A
//@# strip begins with it, of which no other vector is made.
            const int i = (int)(four * 4 * LANES) + place_of_bit(words, (uint)survivor - above);
            const int low = i, high = i + 1, whole = W == 1@THERE@, strip = i, vec = 0;
            @PACK_VALUES@
//@ if SAVES
//@ each VALUE
//@ if REPEATS
//@ else
//@ if BOOL
            const vm32 @NODE@ = BYTE_MASK((vbyte)(s@C@[own + i]));
//@ else
            const v@DTYPE@ @NODE@ = (v@DTYPE@)(s@C@[own + i]);
//@ end
//@ end
//@ end
//@ end
//@ each VALUE
            out@C@[place + survivor] = LOWEST_LANE(@VALUE@);
//@ end
        }
    }
}
