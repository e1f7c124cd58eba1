//@# The path of a lane: where this turn begins, and what it has in the unit.
            const long here = (long)((ulong)start + (ulong)lane * (ulong)every);
            const long i = here + offset, low = max(first, here);
            const long high = here + min(first + count - here, every);
            const int whole = i >= low && high - i >= W@THERE@;
