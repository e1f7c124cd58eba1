#include "ops/draw.h"

enum { SEED, STREAM, DTYPE };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_draw_word_check(seq, DTYPE, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    mr_dtype dtype = seq->columns[0].dtype;
    columns[0] = mr_draw(l, seq, dtype == MR_U32 ? MR_FN_THREEFRY_U32 : MR_FN_THREEFRY_U64, dtype,
                         SEED, position);
    return MR_OK;
}

/* The known answers are those of Random123's tests/kat_vectors: 6b200159 99ba4efe of zeros, and
 * c4923a9c 483df7a0 of the digits of pi. */
const struct mr_op mr_op_threefry = {
    .name = "threefry",
    .brief = "random words of Threefry2x32-20 as JAX's random.bits, without end",
    .example = "threefry(42) | take(4)",
    .role = MR_SOURCE,
    .params = {{"seed", MR_PARAM_SEED, .fallback = "0",
                .brief = "the key, as jax.random.key(seed)"},
               {"stream", MR_PARAM_SEED, .fallback = "0",
                .brief = "above 0: the key that jax.random.fold_in(key, stream) gives"},
               {"dtype", MR_PARAM_DTYPE, .fallback = "u32",
                .brief = "u64: both words of a block, high first; u32: their exclusive or"}},
    .check = check,
    .lower = lower,
    .known = {{"threefry(dtype=u64) | take(1)", "7719171245655871230"},
              {"threefry(0x13198a2e03707344, dtype=u64) | skip(0x243f6a8885a308d3) | take(1)",
               "14164448220934961056"},
              {"threefry() | take(0)", ""}},
};
