#include "cl/selftest_lanes.h"

#include <stdio.h>
#include <string.h>

enum conversion {
#define CONVERSION_ENUM(name, words) name,
    MR_LANE_CONVERSIONS(CONVERSION_ENUM)
#undef CONVERSION_ENUM
        CONVERSION_COUNT,
    FIRST_F64_CONVERSION = I64_TO_F64
};
_Static_assert(CONVERSION_COUNT *MR_LANE_ITEMS == MR_LANE_SAMPLES, "64 samples a conversion");

static const char *const conversion_words[] = {
#define CONVERSION_WORDS(name, words) words,
    MR_LANE_CONVERSIONS(CONVERSION_WORDS)
#undef CONVERSION_WORDS
};

static cl_ulong bits_of_f32(float value)
{
    cl_uint bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static cl_ulong bits_of_f64(double value)
{
    cl_ulong bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Words of every size, k = 0, 1, ...: a multiplicative generator's, shifted. */
static cl_ulong word_of(unsigned k)
{
    return (k + 1) * 0x9e3779b97f4a7c15u >> k % 60;
}

/* One sample and its answer. A signed word is one whose low bit says the sign; what is converted to
 * an integer fits in it. */
static void ask(enum conversion conversion, unsigned k, cl_ulong *sample, cl_ulong *answer)
{
    cl_ulong word = word_of(k), half = word >> 2;
    cl_long whole = (cl_long)half * (word & 1 ? -1 : 1);
    float f32 = (float)half, signed_f32 = (float)whole;
    double f64 = (double)half, signed_f64 = (double)whole;
    switch (conversion) {
    case I64_TO_F32: *sample = (cl_ulong)whole, *answer = bits_of_f32((float)whole); break;
    case U64_TO_F32: *sample = word, *answer = bits_of_f32((float)word); break;
    case F32_TO_I64:
        *sample = bits_of_f32(signed_f32), *answer = (cl_ulong)(cl_long)signed_f32;
        break;
    case F32_TO_U64: *sample = bits_of_f32(f32), *answer = (cl_ulong)f32; break;
    case I64_TO_F64: *sample = (cl_ulong)whole, *answer = bits_of_f64((double)whole); break;
    case U64_TO_F64: *sample = word, *answer = bits_of_f64((double)word); break;
    case F64_TO_I64:
        *sample = bits_of_f64(signed_f64), *answer = (cl_ulong)(cl_long)signed_f64;
        break;
    default: *sample = bits_of_f64(f64), *answer = (cl_ulong)f64; break;
    }
}

/* Term k is near 1/(k + 1): each addition rounds, so another order shows. Sum k is of the first k
 * terms. */
static void ask_sums(struct mr_lane_questions *q, bool has_fp64)
{
    float f32[MR_LANE_ITEMS], sum_f32 = 0.0f;
    double f64[MR_LANE_ITEMS], sum_f64 = 0.0;
    cl_ulong *answers = q->words + MR_LANE_SAMPLES;
    for (unsigned k = 0; k < MR_LANE_ITEMS; k++) {
        answers[k] = has_fp64 ? bits_of_f64(sum_f64) : bits_of_f32(sum_f32);
        f32[k] = 1.0f / (float)(k + 1);
        f64[k] = 1.0 / (double)(k + 1);
        sum_f32 += f32[k];
        sum_f64 += f64[k];
    }
    if (has_fp64)
        memcpy(q->terms, f64, sizeof f64);
    else
        memcpy(q->terms, f32, sizeof f32);
}

void mr_lane_questions_make(struct mr_lane_questions *out, bool has_fp64)
{
    memset(out, 0, sizeof *out);
    for (unsigned k = 0; k < MR_LANE_SAMPLES; k++) {
        enum conversion conversion = (enum conversion)(k / MR_LANE_ITEMS);
        if (conversion < FIRST_F64_CONVERSION || has_fp64)
            ask(conversion, k % MR_LANE_ITEMS, &out->samples[k], &out->words[k]);
    }
    ask_sums(out, has_fp64);
    for (unsigned k = 0; k < MR_LANE_FLAGS; k++) out->flags[k] = k % 3 != 0 && k > 100;
}

bool mr_lane_answers_differ(const struct mr_lane_questions *asked, const cl_ulong words[],
                            const cl_uchar flags[], char *reason, size_t size)
{
    for (size_t k = 0; k < MR_LANE_WORDS; k++) {
        if (words[k] == asked->words[k]) continue;
        if (k >= MR_LANE_SAMPLES)
            (void)snprintf(reason, size,
                           "self-test: a sum of %zu floats in order gives 0x%llx, not 0x%llx",
                           k - MR_LANE_SAMPLES, (unsigned long long)words[k],
                           (unsigned long long)asked->words[k]);
        else
            (void)snprintf(
                reason, size, "self-test: %s of 0x%llx in 8 lanes gives 0x%llx, not 0x%llx",
                conversion_words[k / MR_LANE_ITEMS], (unsigned long long)asked->samples[k],
                (unsigned long long)words[k], (unsigned long long)asked->words[k]);
        return true;
    }
    for (size_t k = 0; k < MR_LANE_FLAGS; k++) {
        if (flags[k] == asked->flags[k]) continue;
        (void)snprintf(reason, size,
                       "self-test: position %zu is %s where those count that 3 does not divide", k,
                       flags[k] ? "counted" : "left out");
        return true;
    }
    return false;
}
