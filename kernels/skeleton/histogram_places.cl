//@# The bins of the values at i, i + 1, ...: places of a strip.
//@ each VALUE
//@# NaN counts nowhere.
//@ if FILTERED
            v@DTYPE@ x = @KEEP@ ? @NODE@ : (v@DTYPE@)(NAN);
//@ else
            v@DTYPE@ x = @NODE@;
//@ end
            if (!whole) x = TO_M@BITS@(inside_m32(i, low, high)) ? x : (v@DTYPE@)(NAN);
//@# One comparison a choice: masks of two are taken apart and put together where there are no
//@# registers for masks.
//@ if EXACT
            BIN_EXACT(v@DTYPE@, x, places + vec * W);
//@ end
//@ if WHOLE
            BIN_BY_EDGE(x, BIN_FMA(x, (vf64)(bins_scale), (vf64)(bins_shift)),
                        @FROM@number * (vf64)(bins_width), places + vec * W);
//@ end
//@ if WIDE
            BIN_BY_EDGE(x, BIN_FMA(x, (vf64)(bins_scale), (vf64)(bins_shift)) + (vf64)(0x1.8p52),
                        @FROM@number * (vf64)(bins_width), places + vec * W);
//@ end
//@ if NARROW
            BIN_BY_EDGE(x, (x - (vf64)(bins_low)) * (vf64)(bins_scale) + (vf64)(0x1.8p52),
                        @FROM@number * (vf64)(bins_width), places + vec * W);
//@ end
//@ end
