//@# What counts, and how many do in each lane.
//@ include skeleton/keeps.cl
//@ if COUNTS_KEPT
            kept += keeps ? (vi@KEEP_BITS@)(1) : (vi@KEEP_BITS@)(0);
//@ end
