/* What random sources share. */
#ifndef MR_OPS_DRAW_H
#define MR_OPS_DRAW_H

#include "ops/stage.h"

/* The parameters `seed` and `stream`, in this order. */
#define MR_DRAW_PARAMS                                                                             \
    {"seed", MR_PARAM_SEED, .fallback = "0", .brief = "the key"},                                  \
    {                                                                                              \
        "stream", MR_PARAM_SEED, .fallback = "0",                                                  \
                                 .brief = "one of 2^64 independent sequences of a seed"            \
    }

/* An endless source of the float dtype that argument `dtype_at` names. */
mr_status mr_draw_float_check(struct mr_seq *seq, size_t dtype_at, mr_error *err);

/* The same of random words: u32 or u64. */
mr_status mr_draw_word_check(struct mr_seq *seq, size_t dtype_at, mr_error *err);

/* A number. */
double mr_draw_number(const struct mr_seq *seq, size_t at);

/* The same as it is when rounded to a float dtype; MR_E_VALUE "sd=1e39 must be finite as f32"
 * unless low <= number <= high. */
mr_status mr_draw_number_of(double *out, const struct mr_seq *seq, size_t at, mr_dtype dtype,
                            double low, double high, const char *limit, mr_error *err);

/* Gives the sequence a copy of the words that its function reads: its context, freed by
 * mr_free(). */
mr_status mr_draw_copy_words(struct mr_seq *seq, const uint64_t words[], size_t count,
                             mr_error *err);

/* The same with the seed and the stream, arguments `seed_at` and `seed_at` + 1, as words 0 and
 * 1. */
mr_status mr_draw_set_words(struct mr_seq *seq, size_t seed_at, uint64_t words[], size_t count,
                            mr_error *err);

/* The draw at a position: of a function that takes seed and stream, or words. */
ir_value mr_draw(struct mr_lowering *l, const struct mr_seq *seq, enum mr_library_fn function,
                 mr_dtype dtype, size_t seed_at, ir_value position);
ir_value mr_draw_by_words(struct mr_lowering *l, const struct mr_seq *seq,
                          enum mr_library_fn function, mr_dtype dtype, ir_value position);

/* f32 or f64, whichever the dtype is. */
static inline enum mr_library_fn mr_draw_pick(mr_dtype dtype, enum mr_library_fn f32,
                                              enum mr_library_fn f64)
{
    return dtype == MR_F32 ? f32 : f64;
}

#endif
