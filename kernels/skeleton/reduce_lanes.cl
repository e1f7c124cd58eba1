/* Partials of the fixed tree (reduce.cl) where work-items share a leaf. In the first kernel each
 * accumulates its lanes of the leaf's rows, in the second a work-item a leaf folds all of them: a
 * span of lanes cannot begin, since the fold's first pairs are lanes 16 apart.
 *
 * Working memory: a row of lanes a leaf, vector by vector and those of TOGETHER leaves side by
 * side; what a work-item counts or finds likewise. */
//@ include skeleton/together.cl
#define OF_LEAF(vector) (TOGETHER_AT(LANES / W, vector, index) * W)
#define OF_ITEM(item) TOGETHER_AT(ITEMS, item, index)

__kernel void @KERNEL@(@ARGUMENTS@@LEAVES@@WORKING@)
{
    const long index = @ITEM@;
//@ include skeleton/reduce_leaf.cl
    const uint item = (uint)get_global_id(0) % ITEMS;
//@ include skeleton/reduce_loop.cl

//@ if COUNTS_KEPT
    counts[OF_ITEM(item)] = (uint)sum_i@KEEP_BITS@(kept);
//@ end
//@ each FOLDED
#pragma unroll
    for (int k = 0; k < SPAN / W; k++) {
        put_@FOLD_DTYPE@(a@C@[k], lanes_a@C@ + OF_LEAF(item * (SPAN / W) + k));
//@ if HALVES
        put_u64(h@C@[k], lanes_h@C@ + OF_LEAF(item * (SPAN / W) + k));
//@ end
    }
//@ end
//@ each PLACED
#pragma unroll
    for (int k = 0; k < SPAN / W; k++) {
        put_@DTYPE@(a@C@[k], lanes_a@C@ + OF_LEAF(item * (SPAN / W) + k));
        put_i64(b@C@[k], lanes_b@C@ + OF_LEAF(item * (SPAN / W) + k));
    }
//@ end
//@ each DECIDED
//@ if COUNTS_DECISIONS
    found@C@[OF_ITEM(item)] = sum_i32(a@C@) ? low + leaf : LONG_MAX;
//@ else
    found@C@[OF_ITEM(item)] = a@C@;
//@ end
//@ end
}

__kernel void @KERNEL@(@FIRST@@LEAVES@@WORKING@@PARTIALS@)
{
    const long index = (uint)get_global_id(0);
//@ include skeleton/reduce_leaf.cl
//@ if COUNTS_KEPT
    uint n = 0;
    for (uint item = 0; item < ITEMS; item++) n += counts[OF_ITEM(item)];
//@ else
    const int n = max(high - low, 0);
//@ end
//@ each FOLDED
    @VECTOR@ a@C@[LANES / W];
//@ if HALVES
    vu64 h@C@[LANES / W];
//@ end
#pragma unroll
    for (int k = 0; k < LANES / W; k++) {
        a@C@[k] = get_@FOLD_DTYPE@(lanes_a@C@ + OF_LEAF(k));
//@ if HALVES
        h@C@[k] = get_u64(lanes_h@C@ + OF_LEAF(k));
//@ end
    }
//@ end
//@ each PLACED
    @VECTOR@ a@C@[LANES / W];
    vi64 b@C@[LANES / W];
#pragma unroll
    for (int k = 0; k < LANES / W; k++) {
        a@C@[k] = get_@DTYPE@(lanes_a@C@ + OF_LEAF(k));
        b@C@[k] = get_i64(lanes_b@C@ + OF_LEAF(k));
    }
//@ end
//@ include skeleton/reduce_fold.cl
//@ each DECIDED
    long a@C@ = LONG_MAX;
    for (uint item = 0; item < ITEMS; item++) a@C@ = min(a@C@, found@C@[OF_ITEM(item)]);
    @PARTIAL_0@ = a@C@;
//@ end
}
