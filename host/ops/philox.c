#include "ops/stage.h"

enum { SEED, STREAM };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_source_check(seq, MR_U32, MR_LENGTH_WITHOUT_END, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    const ir_value args[] = {position, mr_lower_argument(l, &seq->args[SEED], MR_U64),
                             mr_lower_argument(l, &seq->args[STREAM], MR_U64)};
    columns[0] = mr_ir_call(l->body, MR_FN_PHILOX, MR_U32, args, 3);
    return MR_OK;
}

/* The known answers are those of Random123's tests/kat_vectors and of C++26 std::philox4x32, whose
 * 10000th output with key (20111115, 0) is 1955073260. */
const struct mr_op mr_op_philox = {
    .name = "philox",
    .brief = "random u32 words of Philox4x32-10, without end",
    .example = "philox(42) | take(4)",
    .role = MR_SOURCE,
    .params = {{"seed", MR_PARAM_SEED, .fallback = "0", .brief = "the key"},
               {"stream", MR_PARAM_SEED, .fallback = "0",
                .brief = "one of 2^64 independent sequences of a seed"}},
    .check = check,
    .lower = lower,
    .known = {{"philox() | take(4)", "1713891541 3781805453 3159862348 2600524760"},
              {"philox(20111115) | skip(9999) | take(1)", "1955073260"},
              {"philox() | skip(3) | take(1)", "2600524760"},
              {"philox() | take(0)", ""}},
};
