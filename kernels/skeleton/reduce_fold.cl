//@# 32 lanes to one: the leaf's partials from n, how many count, and the lanes in a, h, b.
//@ if FINISHES
//@ if COUNTS
//@ each VALUE
    out@C@[to + index] = n;
//@ end
//@ end
//@ else
    @COUNT@ = n;
//@ end
//@ each FOLDED
    {
        @FOLD_TYPE@ total;
        FOLD_VECTORS(@FOLD@, @FOLD_TYPE@, a@C@, total);
//@ if HALVES
        ulong halves;
        FOLD_VECTORS(FOLD_ADD, ulong, h@C@, halves);
//@ end
//@ if FINISHES
        out@C@[to + index] = @FINISHED@;
//@ else
//@ if KEEPS_LEAF
        vf64 s[LANES / W], d[LANES / W];
        double squares, rest;
        const double mean = n ? total / (double)n : 0.0;
        LEAF_DEVIATIONS(l@C@, counts, mean, s, d);
//@ include skeleton/reduce_deviations.cl
        @PARTIAL_0@ = mean;
        @PARTIAL_1@ = squares < 0.0 ? 0.0 : squares;
        @PARTIAL_2@ = lacks;
//@ else
//@ if DEVIATIONS
        @PARTIAL_0@ = n ? total / (double)n : 0.0;
//@ else
        @PARTIAL_0@ = (@TYPE@)total;
//@ end
//@ end
//@# What is above the 64 bits of the total.
//@ if HALVES
        @PARTIAL_1@ = above_64(total, halves);
//@ end
//@ if EXTENDS_SIGN
        @PARTIAL_1@ = (long)total >> 63;
//@ end
//@ if EXTENDS_ZERO
        @PARTIAL_1@ = 0;
//@ end
//@ end
    }
//@ end
//@ each PLACED
    {
        @TYPE@ lanes[LANES];
        long places[LANES];
        for (int k = 0; k < LANES / W; k++) {
            VSTORE(a@C@[k], lanes + k * W);
            VSTORE(b@C@[k], places + k * W);
        }
        FOLD_PLACES(@LESS@, lanes, places);
        @PARTIAL_0@ = lanes[0];
        @PARTIAL_1@ = places[0];
    }
//@ end
