#include "ops/draw.h"

#include <string.h>

#include "base/memory.h"

/* A sequence's words and how many they are. */
struct words {
    size_t count;
    uint64_t at[];
};

mr_status mr_draw_float_check(struct mr_seq *seq, size_t dtype_at, mr_error *err)
{
    mr_dtype dtype = seq->args[dtype_at].dtype;
    if (mr_dtype_is_float(dtype)) return mr_source_check(seq, dtype, MR_LENGTH_WITHOUT_END, err);
    mr_status st = mr_op_fail(seq, &seq->args[dtype_at], err, MR_E_TYPE, "dtype=%s is no float",
                              mr_dtype_name(dtype));
    return mr_error_hint(err, st, "use f32 or f64; randint() gives random integers");
}

mr_status mr_draw_word_check(struct mr_seq *seq, size_t dtype_at, mr_error *err)
{
    mr_dtype dtype = seq->args[dtype_at].dtype;
    if (dtype == MR_U32 || dtype == MR_U64)
        return mr_source_check(seq, dtype, MR_LENGTH_WITHOUT_END, err);
    return mr_op_fail(seq, &seq->args[dtype_at], err, MR_E_TYPE, "dtype=%s must be u32 or u64",
                      mr_dtype_name(dtype));
}

double mr_draw_number(const struct mr_seq *seq, size_t at)
{
    mr_scalar value;
    (void)mr_number_as(&seq->args[at].number, MR_F64, &value);
    return value.f64;
}

mr_status mr_draw_number_of(double *out, const struct mr_seq *seq, size_t at, mr_dtype dtype,
                            double low, double high, const char *limit, mr_error *err)
{
    char text[MR_NUMBER_TEXT];
    mr_scalar value;
    (void)mr_number_as(&seq->args[at].number, dtype, &value);
    *out = value.f64;
    if (value.f64 >= low && value.f64 <= high) return MR_OK;
    return mr_op_fail(seq, &seq->args[at], err, MR_E_VALUE, "%s=%s %s", seq->op->params[at].name,
                      mr_number_text(&seq->args[at], text), limit);
}

mr_status mr_draw_set_words(struct mr_seq *seq, size_t seed_at, uint64_t words[], size_t count,
                            mr_error *err)
{
    mr_scalar seed, stream;
    if (!mr_number_as(&seq->args[seed_at].number, MR_U64, &seed)) seed.u64 = 0;
    if (!mr_number_as(&seq->args[seed_at + 1].number, MR_U64, &stream)) stream.u64 = 0;
    words[0] = seed.u64;
    words[1] = stream.u64;
    return mr_draw_copy_words(seq, words, count, err);
}

mr_status mr_draw_copy_words(struct mr_seq *seq, const uint64_t words[], size_t count,
                             mr_error *err)
{
    struct words *kept = mr_alloc(1, sizeof *kept + count * sizeof words[0]);
    if (!kept) return mr_fail_no_memory(err, "a distribution's numbers");
    kept->count = count;
    memcpy(kept->at, words, count * sizeof words[0]);
    seq->context = kept;
    return MR_OK;
}

ir_value mr_draw(struct mr_lowering *l, const struct mr_seq *seq, enum mr_library_fn function,
                 mr_dtype dtype, size_t seed_at, ir_value position)
{
    const ir_value args[] = {position, mr_lower_argument(l, &seq->args[seed_at], MR_U64),
                             mr_lower_argument(l, &seq->args[seed_at + 1], MR_U64)};
    return mr_ir_call(l->body, function, dtype, args, 3);
}

ir_value mr_draw_by_words(struct mr_lowering *l, const struct mr_seq *seq,
                          enum mr_library_fn function, mr_dtype dtype, ir_value position)
{
    const struct words *words = seq->context;
    const ir_value args[] = {position, mr_ir_words(l->body, words->at, words->count)};
    return mr_ir_call(l->body, function, dtype, args, 2);
}
