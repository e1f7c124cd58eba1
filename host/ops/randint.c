#include "base/memory.h"
#include "ops/draw.h"

enum { LO, HI, SEED, STREAM, DTYPE };

static mr_status bound(mr_scalar *out, const struct mr_seq *seq, size_t at, mr_dtype dtype,
                       mr_error *err)
{
    char text[MR_NUMBER_TEXT];
    if (mr_number_as(&seq->args[at].number, dtype, out)) return MR_OK;
    return mr_op_fail(seq, &seq->args[at], err, MR_E_VALUE, "%s=%s does not fit %s",
                      seq->op->params[at].name, mr_number_text(&seq->args[at], text),
                      mr_dtype_name(dtype));
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    mr_dtype dtype = seq->args[DTYPE].dtype;
    mr_scalar lo, hi;
    if (!mr_dtype_is_integer(dtype)) {
        mr_status st = mr_op_fail(seq, &seq->args[DTYPE], err, MR_E_TYPE, "dtype=%s is no integer",
                                  mr_dtype_name(dtype));
        return mr_error_hint(err, st, "use i32, u32, i64 or u64; uniform() gives random floats");
    }
    if (!seq->args[HI].present) { /* randint(hi) */
        seq->args[HI] = seq->args[LO];
        seq->args[LO] = (struct mr_argument){.present = true};
    }
    MR_TRY(bound(&lo, seq, LO, dtype, err));
    MR_TRY(bound(&hi, seq, HI, dtype, err));
    if (mr_dtype_is_signed(dtype) ? hi.i64 <= lo.i64 : hi.u64 <= lo.u64) {
        char lo_text[MR_NUMBER_TEXT], hi_text[MR_NUMBER_TEXT];
        return mr_op_fail(seq, &seq->args[HI], err, MR_E_VALUE, "hi=%s must be above lo=%s",
                          mr_number_text(&seq->args[HI], hi_text),
                          mr_number_text(&seq->args[LO], lo_text));
    }
    uint64_t span = hi.u64 - lo.u64;
    uint64_t words[] = {0, 0, span, (0 - span) % span};
    MR_TRY(mr_draw_set_words(seq, SEED, words, sizeof words / sizeof words[0], err));
    return mr_source_check(seq, dtype, MR_LENGTH_WITHOUT_END, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    mr_dtype dtype = seq->columns[0].dtype;
    mr_scalar lo;
    MR_TRY(bound(&lo, seq, LO, dtype, err));
    ir_value offset = mr_draw_by_words(l, seq, MR_FN_BOUNDED, MR_U64, position);
    columns[0] = mr_ir_binary(l->body, IR_ADD, mr_ir_param(l->body, dtype, lo, &seq->args[LO]),
                              mr_ir_cast(l->body, dtype, offset));
    return MR_OK;
}

/* The known answers are word * (hi - lo) >> 64 for the pairs of words of philox(), and those of the
 * first blocks of retry.cl where the pair is refused. */
const struct mr_op mr_op_randint = {
    .name = "randint",
    .brief = "random integers from lo to before hi, each equally likely, without end",
    .example = "randint(1, 7, seed=7) | take(4)",
    .role = MR_SOURCE,
    .params = {{"lo", MR_PARAM_NUMBER, .brief = "the least; alone, randint(hi) starts at 0"},
               {"hi", MR_PARAM_NUMBER, .optional = true, .brief = "the end, itself left out"},
               MR_DRAW_PARAMS,
               {"dtype", MR_PARAM_DTYPE, .fallback = "i64", .brief = "an integer dtype"}},
    .check = check,
    .lower = lower,
    .free_context = mr_free,
    .known = {{"randint(-10, 10) | take(10)", "7 2 -3 -10 -4 -5 -2 -2 3 8"},
              {"randint(5, 6, dtype=u32) | take(3)", "5 5 5"},
              {"randint(0, 13835058055282163712, dtype=u64) | skip(1) | take(3)",
               "13276502336489551248 12413754156034136649 513198760675514288"},
              {"randint(20) | take(3)", "17 12 7"},
              {"randint(9) | take(0)", ""}},
};
