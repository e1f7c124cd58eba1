//@# A loop of the elements' expression, among their values: lanes take its turns together, and each
//@# keeps its states from the turn on in which it ends (host/emit/loop_text.c).
@LOOP_STATES@
@INDENT@@LOOP_MASK@ on@LOOP@ = @LOOP_LANES@;
@INDENT@for (ulong turn = 0; turn < @LOOP_MOST@; turn++) {
//@ if LOOP_WHILE
@LOOP_CONDITION@
@INDENT@    on@LOOP@ &= @LOOP_GOES_ON@;
//@ end
@INDENT@    if (!MASK_ANY(on@LOOP@)) break;
@LOOP_TURN@
@LOOP_NEXT_STATES@
@INDENT@}
