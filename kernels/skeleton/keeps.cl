//@# What counts.
//@ if FILTERED
            vm@KEEP_BITS@ keeps = @KEEP@;
//@ else
            vm32 keeps = TRUE_M32;
//@ end
            if (!whole) keeps &= TO_M@KEEP_BITS@(inside_m32(i, low, high));
