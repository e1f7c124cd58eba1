//@# One position: what the variables become, what is delivered.
        @VALUES@
        @CHECKS@
//@ if ENDS
        report(status + @STOP_WORD@, !@KEEP_32@, i, low, high, first);
//@ end
//@ each VALUE
        out@C@[to + i] = @VALUE@;
//@ end
//@ each CARRIED
        s@C@ = @NEXT@;
//@ end
