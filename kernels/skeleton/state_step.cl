//@# One position: what the variables become, what is delivered, what the next unit goes on from.
        @VALUES@
        @CHECKS@
//@ if ENDS
        report(status + @STOP_WORD@, !@KEEP@, i, low, high, first);
//@ end
//@ each VALUE
        store_@DTYPE@(@VALUE@, out@C@, to, i, low, high);
        s@C@ = @NEXT@;
//@ end
        if (i + 1 == first + count) {
//@ each VALUE
            after[2 * @C@] = TO_WORD_@DTYPE@(@VALUE@);
            after[2 * @C@ + 1] = 0;
//@ end
        }
