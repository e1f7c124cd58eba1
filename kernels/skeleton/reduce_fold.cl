//@# 32 lanes to one: the group's partials from n, how many count, and the lanes in a, h, b.
    out0[to + group] = n;
//@ each FOLDED
    {
        @FOLD_TYPE@ total;
        FOLD_VECTORS(@FOLD@, @FOLD_TYPE@, a@C@, total);
//@ if HALVES
        ulong halves;
        FOLD_VECTORS(FOLD_ADD, ulong, h@C@, halves);
//@ end
//@ if KEEPS_LEAF
        vf64 s[LANES / W], d[LANES / W];
        double squares, rest;
        const double mean = n ? total / (double)n : 0.0;
        LEAF_DEVIATIONS(l@C@, counts, mean, s, d);
//@ include skeleton/reduce_deviations.cl
        out@PARTIAL_0@[to + group] = mean;
        out@PARTIAL_1@[to + group] = squares < 0.0 ? 0.0 : squares;
        out@PARTIAL_2@[to + group] = lacks;
//@ else
//@ if DEVIATIONS
        out@PARTIAL_0@[to + group] = n ? total / (double)n : 0.0;
//@ else
        out@PARTIAL_0@[to + group] = (@TYPE@)total;
//@ end
//@ end
//@# What is above the 64 bits of the total.
//@ if HALVES
        out@PARTIAL_1@[to + group] = above_64(total, halves);
//@ end
//@ if EXTENDS_SIGN
        out@PARTIAL_1@[to + group] = (long)total >> 63;
//@ end
//@ if EXTENDS_ZERO
        out@PARTIAL_1@[to + group] = 0;
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
        out@PARTIAL_0@[to + group] = lanes[0];
        out@PARTIAL_1@[to + group] = places[0];
    }
//@ end
