            @VALUES@
            @CHECKS@
//@ include skeleton/counted.cl
//@ if KEEPS_LEAF
            VSTORE(TO_M64(keeps) ? (vi64)(1) : (vi64)(0), counts + (i - leaf));
//@ end
//@ each FOLDED
//@# What does not count is replaced by the identity without a branch: where everything counts the
//@# compiler knows it, and a branch here makes PoCL 6.0 with LLVM 18 abort on two columns of 64
//@# bits.
            @VECTOR@ x@C@ = @FOLD_VALUE@;
            x@C@ = @KEEPS@ ? x@C@ : (@VECTOR@)(@IDENTITY@);
            a@C@[set] = @FOLD@(a@C@[set], x@C@);
//@ if KEEPS_LEAF
            VSTORE(x@C@, l@C@ + (i - leaf));
//@ end
//@ if HALVES
            h@C@[set] += UPPER_@UPPER@(x@C@);
//@ end
//@ end
//@ each PLACED
            const @VECTOR@ x@C@ = @NODE@;
            const vm@BITS@ better@C@ = ((x@C@ @LESS@ a@C@[set]) |
                ((x@C@ != x@C@) & (a@C@[set] == a@C@[set])) |
                TO_M@BITS@(b@C@[set] == (vi64)(LONG_MAX))) & TO_M@BITS@(keeps);
            a@C@[set] = better@C@ ? x@C@ : a@C@[set];
            b@C@[set] = TO_M64(better@C@) ? AS_I64(POSITIONS(i@BASE@)) : b@C@[set];
//@ end
//@ each DECIDED
//@ if COUNTS_DECISIONS
            a@C@ += (@DECISION@ & TO_M32(keeps)) ? (vi32)(1) : (vi32)(0);
//@ else
            if (a@C@ == LONG_MAX) a@C@ = first_place(@DECISION@ & TO_M32(keeps), i@BASE@);
//@ end
//@ end
