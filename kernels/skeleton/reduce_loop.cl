//@# Lanes of the leaf, accumulated from its first row to its last.
//@ if SHARED
    const int start = @START@;
//@ else
    const long start = leaf + (low - leaf) / STRIP * STRIP;
//@ end
    @PARAMETERS@
//@ if COUNTS_KEPT
    vi@KEEP_BITS@ kept = (vi@KEEP_BITS@)(0);
//@ end
//@ if KEEPS_LEAF
    long counts[LEAF];
//@ end
//@ each FOLDED
    @VECTOR@ a@C@[@SETS@];
//@ if HALVES
    vu64 h@C@[@SETS@];
//@ end
//@ if KEEPS_LEAF
    double l@C@[LEAF];
//@ end
#pragma unroll
    for (int k = 0; k < @SETS@; k++) {
        a@C@[k] = (@VECTOR@)(@IDENTITY@);
//@ if HALVES
        h@C@[k] = (vu64)(0);
//@ end
    }
//@ end
//@ each PLACED
    @VECTOR@ a@C@[@SETS@];
    vi64 b@C@[@SETS@];
#pragma unroll
    for (int k = 0; k < @SETS@; k++) {
        a@C@[k] = (@VECTOR@)(@IDENTITY@);
        b@C@[k] = (vi64)(LONG_MAX);
    }
//@ end
//@ each DECIDED
//@ if COUNTS_DECISIONS
    vi32 a@C@ = (vi32)(0);
//@ else
    long a@C@ = LONG_MAX;
//@ end
//@ end

//@ if SHARED
    const int is_whole = low == 0 && high == LEAF@THERE@;
    for (int strip = start; is_whole && strip < LEAF; strip += LANES) {
//@ else
    const int is_whole = low == leaf && high - leaf == LEAF@THERE@;
    for (long strip = start; is_whole && strip < leaf + LEAF; strip += STRIP) {
//@ end
        @STRIPS@
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++) {
            const @SPOT@ i = strip + vec * W;
            const int set = vec % (@SETS@);
            const int whole = 1;
//@ include skeleton/reduce_vector.cl
        }
    }
//@ if SHARED
    for (int strip = start; !is_whole && strip < high; strip += LANES) {
//@ else
    for (long offset = start - leaf; !is_whole && offset < high - leaf; offset += STRIP) {
        const long strip = leaf + offset;
//@ end
        @STRIPS@
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++) {
            const @SPOT@ i = strip + vec * W;
            const int set = vec % (@SETS@);
            const int whole = i >= low && high - i >= W@THERE@;
//@ include skeleton/reduce_vector.cl
        }
    }
