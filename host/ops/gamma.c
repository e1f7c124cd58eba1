#include <float.h>

#include "base/memory.h"
#include "ops/gamma.h"

enum { SHAPE, SCALE, SEED, STREAM };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    double shape = mr_draw_number(seq, SHAPE), scale = mr_draw_number(seq, SCALE);
    if (!((shape + 10 * sqrt(shape) + 70) * scale <= DBL_MAX)) { /* no draw is larger */
        char text[MR_NUMBER_TEXT];
        return mr_op_fail(seq, &seq->args[SCALE], err, MR_E_VALUE,
                          "scale=%s is too large: draws would be beyond what f64 holds",
                          mr_number_text(&seq->args[SCALE], text));
    }
    uint64_t words[2 + MR_GAMMA_WORDS];
    mr_gamma_words(words + 2, shape);
    MR_TRY(mr_draw_set_words(seq, SEED, words, sizeof words / sizeof words[0], err));
    return mr_source_check(seq, MR_F64, MR_LENGTH_WITHOUT_END, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    columns[0] = mr_ir_binary(l->body, IR_MUL, mr_lower_argument(l, &seq->args[SCALE], MR_F64),
                              mr_draw_by_words(l, seq, MR_FN_GAMMA, MR_F64, position));
    return MR_OK;
}

/* The known answers are the method's steps in 60 digits. */
const struct mr_op mr_op_gamma = {
    .name = "gamma",
    .brief = "gamma random numbers, without end",
    .example = "gamma(2, 0.5, seed=7) | take(4)",
    .role = MR_SOURCE,
    .params = {{"shape", MR_PARAM_NUMBER, .range = MR_WITHIN(1e-6, 1e15),
                .brief = "what it is called"},
               {"scale", MR_PARAM_NUMBER, .fallback = "1", .range = MR_ABOVE(0),
                .brief = "what draws are multiplied by"},
               MR_DRAW_PARAMS},
    .check = check,
    .lower = lower,
    .free_context = mr_free,
    .known = {{"gamma(2.5) | map(round(x * 1e9)) | take(3)",
               "1632446713.0 1741139546.0 4916274470.0"},
              {"gamma(0.3, 2) | map(round(x * 1e9)) | take(3)",
               "572722499.0 62874206.0 2037980145.0"},
              {"gamma(2) | take(0)", ""}},
};
