#include "ops/draw.h"
#include "ops/splitmix.h"

enum { SEED, STREAM, DTYPE };
enum { DIGITS = 15, ODD_DIGITS = 8, HALF_DIGITS = 8 };

/* Eight hexadecimal digits, none of them 0 and none twice, the lowest one odd where `is_low`. */
static uint64_t draw_half(uint64_t *state, bool is_low)
{
    uint8_t digits[DIGITS] = {1, 3, 5, 7, 9, 11, 13, 15, 2, 4, 6, 8, 10, 12, 14};
    uint64_t half = 0;
    for (size_t k = 0; k < HALF_DIGITS; k++) {
        size_t choices = k == 0 && is_low ? ODD_DIGITS : DIGITS - k;
        size_t other = k + (size_t)(((mr_splitmix(state) >> 8) * choices) >> 56);
        uint8_t digit = digits[other];
        digits[other] = digits[k];
        digits[k] = digit;
        half |= (uint64_t)digit << 4 * k;
    }
    return half;
}

/* A key as the paper wants it: odd, digits all different within each half. */
static uint64_t key_of(const struct mr_seq *seq)
{
    uint64_t state = seq->args[SEED].number.value.u64;
    state = mr_splitmix(&state) ^ seq->args[STREAM].number.value.u64;
    state = mr_splitmix(&state);
    uint64_t low = draw_half(&state, true);
    return low | draw_half(&state, false) << 32;
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_draw_word_check(seq, DTYPE, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    mr_dtype dtype = seq->columns[0].dtype;
    const ir_value args[] = {
        position, mr_ir_param(l->body, MR_U64, (mr_scalar){.u64 = key_of(seq)}, seq->args)};
    columns[0] = mr_ir_call(l->body, dtype == MR_U32 ? MR_FN_SQUARES_U32 : MR_FN_SQUARES_U64, dtype,
                            args, 2);
    return MR_OK;
}

/* The known answers come from Python's integers; randomgen.Squares(key=0xe6872ba31ce6b823), whose
 * key is that of seed 42 and stream 3, gives the same u64 words. */
const struct mr_op mr_op_squares = {
    .name = "squares",
    .brief = "random words of Widynski's Squares, without end",
    .example = "squares(42) | take(4)",
    .role = MR_SOURCE,
    .params = {{"seed", MR_PARAM_SEED, .fallback = "0",
                .brief = "with the stream it picks the key"},
               {"stream", MR_PARAM_SEED, .fallback = "0",
                .brief = "with the seed it picks one of 2^55 keys"},
               {"dtype", MR_PARAM_DTYPE, .fallback = "u32",
                .brief = "u32: four rounds; u64: five"}},
    .check = check,
    .lower = lower,
    .known = {{"squares() | take(3)", "702560120 1718602764 2800154584"},
              {"squares(42, 3, u64) | take(2)", "18375968959563375379 13569486959987696831"},
              {"squares(42, 3) | skip(1e15) | take(2)", "3264919619 411732977"},
              {"squares() | take(0)", ""}},
};
