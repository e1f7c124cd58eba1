#include "ring/exact_sum.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The last word holds up to 63 bits: two digits. */
enum { DIGITS = MR_EXACT_WORDS + 1, BITS = 32 * DIGITS, MANTISSA_BITS = 53 };

/* Sign and magnitude of the sum in units of 2^-1120, 32 bits a digit, the least first. */
struct fixed {
    bool is_negative;
    uint32_t digits[DIGITS];
};

void mr_exact_carry(uint64_t bins[MR_EXACT_BINS])
{
    int64_t carry = 0;
    for (size_t k = 0; k + 1 < MR_EXACT_WORDS; k++) {
        int64_t word = (int64_t)bins[k] + carry, low = (int64_t)((uint64_t)word & UINT32_MAX);
        bins[k] = (uint64_t)low;
        carry = (word - low) / (INT64_C(1) << 32);
    }
    bins[MR_EXACT_WORDS - 1] += (uint64_t)carry;
}

static void read_fixed(struct fixed *out, const uint64_t bins[])
{
    uint64_t top = bins[MR_EXACT_WORDS - 1], carry = 1;
    out->is_negative = top >> 63;
    for (size_t k = 0; k + 1 < MR_EXACT_WORDS; k++) out->digits[k] = (uint32_t)bins[k];
    out->digits[DIGITS - 2] = (uint32_t)top;
    out->digits[DIGITS - 1] = (uint32_t)(top >> 32);
    for (size_t k = 0; out->is_negative && k < DIGITS; k++) {
        carry += (uint32_t)~out->digits[k];
        out->digits[k] = (uint32_t)carry;
        carry >>= 32;
    }
}

static unsigned bit_at(const struct fixed *f, int place)
{
    return f->digits[place / 32] >> place % 32 & 1;
}

/* Bit by bit, so that the divisor may have 63 bits. A remainder sets the last bit, which is far
 * below any that a f64 can hold. */
static void divide(struct fixed *f, uint64_t divisor)
{
    uint64_t rest = 0;
    for (int place = BITS - 1; place >= 0; place--) {
        uint32_t one = UINT32_C(1) << place % 32;
        rest = rest << 1 | bit_at(f, place);
        f->digits[place / 32] &= ~one;
        if (rest < divisor) continue;
        rest -= divisor;
        f->digits[place / 32] |= one;
    }
    if (rest) f->digits[0] |= 1;
}

static bool any_below(const struct fixed *f, int place)
{
    for (int k = 0; k < place; k++)
        if (bit_at(f, k)) return true;
    return false;
}

static double to_nearest(const struct fixed *f)
{
    int top = BITS - 1;
    while (top > 0 && !bit_at(f, top)) top--;
    int low = top - (MANTISSA_BITS - 1);
    if (low < MR_EXACT_LEAST) low = MR_EXACT_LEAST;
    uint64_t mantissa = 0;
    for (int place = top; place >= low; place--) mantissa = mantissa << 1 | bit_at(f, place);
    bool is_half = bit_at(f, low - 1);
    if (is_half && ((mantissa & 1) || any_below(f, low - 1))) mantissa++;
    double size = ldexp((double)mantissa, low - 32 * MR_EXACT_ONE);
    return f->is_negative ? -size : size;
}

/* The sum of integers divided by 10^9 until nothing is left; it is below 2^127. */
static void write_integer(const struct fixed *f, char text[MR_EXACT_TEXT])
{
    enum { WORDS = 4, BILLION = 1000000000 };
    uint32_t digits[WORDS], groups[5];
    size_t count = 0, length = 0;
    memcpy(digits, f->digits + MR_EXACT_ONE, sizeof digits);
    for (bool any = true; any; count++) {
        uint64_t rest = 0;
        any = false;
        for (size_t k = WORDS; k-- > 0;) {
            rest = rest << 32 | digits[k];
            digits[k] = (uint32_t)(rest / BILLION);
            any = any || digits[k];
            rest %= BILLION;
        }
        groups[count] = (uint32_t)rest;
    }
    if (f->is_negative) text[length++] = '-';
    length +=
        (size_t)snprintf(text + length, MR_EXACT_TEXT - length, "%" PRIu32, groups[count - 1]);
    for (size_t k = count - 1; k-- > 0;)
        length += (size_t)snprintf(text + length, MR_EXACT_TEXT - length, "%09" PRIu32, groups[k]);
}

bool mr_exact_overflows(const uint64_t bins[MR_EXACT_BINS], mr_dtype dtype,
                        char text[MR_EXACT_TEXT])
{
    struct fixed sum;
    read_fixed(&sum, bins);
    const uint32_t *digits = sum.digits + MR_EXACT_ONE;
    uint64_t size = digits[0] | (uint64_t)digits[1] << 32;
    uint64_t most = dtype == MR_U64 ? UINT64_MAX : (uint64_t)INT64_MAX + sum.is_negative;
    if (!digits[2] && !digits[3] && size <= most) return false;
    write_integer(&sum, text);
    return true;
}

/* What is decided without the words, or 1. */
static double special(const uint64_t bins[])
{
    if (bins[MR_EXACT_NANS] || (bins[MR_EXACT_UPS] && bins[MR_EXACT_DOWNS])) return (double)NAN;
    if (bins[MR_EXACT_UPS]) return (double)INFINITY;
    if (bins[MR_EXACT_DOWNS]) return -(double)INFINITY;
    return bins[MR_EXACT_COUNT] && !bins[MR_EXACT_OTHERS] ? -0.0 : 1.0;
}

mr_scalar mr_exact_value(const uint64_t bins[MR_EXACT_BINS], bool is_mean, mr_dtype dtype)
{
    struct fixed sum;
    mr_scalar value = {.u64 = bins[MR_EXACT_ONE] | bins[MR_EXACT_ONE + 1] << 32};
    if (dtype != MR_F64 && !is_mean) return value;
    value.f64 = dtype == MR_F64 ? special(bins) : 1.0;
    if (is_mean && bins[MR_EXACT_COUNT] == 0) value.f64 = (double)NAN;
    if (value.f64 != 1.0) return value;
    read_fixed(&sum, bins);
    if (is_mean) divide(&sum, bins[MR_EXACT_COUNT]);
    value.f64 = to_nearest(&sum);
    return value;
}
