#include <math.h>

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

/* The last integer before hi, which may itself be one more than the dtype's greatest. */
static mr_status last_before_hi(mr_scalar *out, const struct mr_seq *seq, mr_scalar lo,
                                mr_dtype dtype, mr_error *err)
{
    const struct mr_argument *arg = &seq->args[HI];
    struct mr_number last = {.is_real = false};
    double real = arg->number.value.f64;
    bool is_natural = !arg->number.is_real && !arg->number.is_negative;
    if (mr_number_as(&arg->number, dtype, out)) {
        if (mr_dtype_is_signed(dtype) ? out->i64 > lo.i64 : out->u64 > lo.u64) {
            out->u64--;
            return MR_OK;
        }
        char lo_text[MR_NUMBER_TEXT], hi_text[MR_NUMBER_TEXT];
        return mr_op_fail(seq, arg, err, MR_E_VALUE, "hi=%s must be above lo=%s",
                          mr_number_text(arg, hi_text), mr_number_text(&seq->args[LO], lo_text));
    }
    if (is_natural)
        last.value.u64 = arg->number.value.u64 - 1;
    else if (arg->number.is_real && real == floor(real) && real >= 1 && real <= 0x1p64)
        last.value.u64 = real == 0x1p64 ? UINT64_MAX : (uint64_t)real - 1;
    else
        return bound(out, seq, HI, dtype, err);
    return mr_number_as(&last, dtype, out) ? MR_OK : bound(out, seq, HI, dtype, err);
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    mr_dtype dtype = seq->args[DTYPE].dtype;
    mr_scalar lo, last;
    if (!mr_dtype_is_integer(dtype)) {
        mr_status st = mr_op_fail(seq, &seq->args[DTYPE], err, MR_E_TYPE, "dtype=%s is no integer",
                                  mr_dtype_name(dtype));
        return mr_error_hint(err, st, "use i32, u32, i64 or u64; uniform() gives random floats");
    }
    if (!seq->args[HI].present) { /* randint(hi) */
        seq->args[HI] = seq->args[LO];
        seq->args[LO] = (struct mr_argument){.present = true, .is_written = true};
    }
    MR_TRY(bound(&lo, seq, LO, dtype, err));
    MR_TRY(last_before_hi(&last, seq, lo, dtype, err));
    uint64_t span = last.u64 - lo.u64 + 1; /* 0: 2^64 */
    uint64_t words[] = {0, 0, span, span ? (0 - span) % span : 0};
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
               {"hi", MR_PARAM_NUMBER, .optional = true,
                .brief = "the end, itself left out: at most one above the dtype's greatest"},
               MR_DRAW_PARAMS,
               {"dtype", MR_PARAM_DTYPE, .fallback = "i64", .brief = "an integer dtype"}},
    .check = check,
    .lower = lower,
    .free_context = mr_free,
    .known = {{"randint(-10, 10) | take(10)", "7 2 -3 -10 -4 -5 -2 -2 3 8"},
              {"randint(5, 6, dtype=u32) | take(3)", "5 5 5"},
              {"randint(0, 13835058055282163712, dtype=u64) | skip(1) | take(3)",
               "13276502336489551248 12413754156034136649 513198760675514288"},
              {"randint(0, 4294967296, dtype=u32) | take(2)", "3781805453 2600524760"},
              {"randint(-2147483648, 2147483648, dtype=i32) | take(2)", "1634321805 453041112"},
              {"randint(0, 1.8446744073709552e19, dtype=u64) | take(1)", "16242730742183356629"},
              {"randint(20) | take(3)", "17 12 7"},
              {"randint(9) | take(0)", ""}},
};
