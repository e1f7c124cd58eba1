#include "io/number.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/ten_powers.h"

/* A double is told apart from its neighbours by at most 767 significant digits; a 1 after them
 * stands for any non-zero rest. */
enum { EXACT_DIGITS = 800, EXPONENT_CAP = 100000000 };

/* mantissa * 10^exponent, when no digit was dropped. */
struct decimal {
    const char *digits; /* where the digits and the point stand */
    const char *digits_end;
    int64_t written_exponent;
    uint64_t mantissa; /* the first 19 significant digits */
    int64_t exponent;
    bool dropped; /* further digits that are not all zero */
};

static bool is_word(const char *text, size_t length, const char *word)
{
    size_t k = 0;
    for (; k < length && word[k]; k++)
        if ((text[k] | 0x20) != word[k]) return false;
    return k == length && !word[k];
}

static bool is_float(mr_dtype dtype)
{
    return dtype == MR_F32 || dtype == MR_F64;
}

static enum mr_number_status finish_integer(bool negative, uint64_t magnitude, mr_dtype dtype,
                                            mr_scalar *out)
{
    static const struct {
        uint64_t below, above; /* the largest magnitudes on either side of 0 */
    } limits[MR_DTYPE_COUNT] = {
        [MR_BOOL] = {0, 1},         [MR_I32] = {UINT64_C(1) << 31, INT32_MAX},
        [MR_U32] = {0, UINT32_MAX}, [MR_I64] = {UINT64_C(1) << 63, INT64_MAX},
        [MR_U64] = {0, UINT64_MAX},
    };
    if (magnitude > (negative ? limits[dtype].below : limits[dtype].above))
        return MR_NUMBER_OUT_OF_RANGE;
    out->u64 = negative ? 0 - magnitude : magnitude;
    return MR_NUMBER_OK;
}

static enum mr_number_status finish_float(bool negative, double magnitude, mr_scalar *out)
{
    if (isinf(magnitude)) return MR_NUMBER_OUT_OF_RANGE;
    out->f64 = negative ? -magnitude : magnitude;
    return MR_NUMBER_OK;
}

static enum mr_number_status parse_hex(const char *p, const char *end, bool negative,
                                       mr_dtype dtype, mr_scalar *out)
{
    uint64_t value = 0;
    bool overflow = false;
    if (p == end) return MR_NUMBER_MALFORMED;
    for (; p < end; p++) {
        unsigned digit = (unsigned char)*p - '0', letter = (unsigned char)(*p | 0x20) - 'a';
        if (digit > 9 && letter > 5) return MR_NUMBER_MALFORMED;
        overflow = overflow || value >> 60;
        value = value << 4 | (digit <= 9 ? digit : letter + 10);
    }
    if (overflow) return MR_NUMBER_OUT_OF_RANGE;
    if (!is_float(dtype)) return finish_integer(negative, value, dtype, out);
    return finish_float(negative, dtype == MR_F32 ? (double)(float)value : (double)value, out);
}

static enum mr_number_status parse_word(const char *p, const char *end, bool is_signed,
                                        bool negative, mr_dtype dtype, mr_scalar *out)
{
    size_t length = (size_t)(end - p);
    bool is_true = is_word(p, length, "true");
    if (is_true || is_word(p, length, "false")) {
        if (dtype != MR_BOOL || is_signed) return MR_NUMBER_MALFORMED;
        out->u64 = is_true;
        return MR_NUMBER_OK;
    }
    bool is_nan = is_word(p, length, "nan");
    if (!is_nan && !is_word(p, length, "inf") && !is_word(p, length, "infinity"))
        return MR_NUMBER_MALFORMED;
    if (!is_float(dtype)) return MR_NUMBER_OUT_OF_RANGE;
    out->f64 = is_nan ? (double)NAN : negative ? -INFINITY : INFINITY;
    return MR_NUMBER_OK;
}

/* The e, its sign and digits. Capped: what lies beyond is 0 or out of range either way. */
static bool scan_exponent(const char *p, const char *end, int64_t *out)
{
    bool negative = p < end && *p == '-';
    int64_t value = 0;
    if (p < end && (*p == '-' || *p == '+')) p++;
    if (p == end) return false;
    for (; p < end; p++) {
        unsigned digit = (unsigned char)*p - '0';
        if (digit > 9) return false;
        if (value < EXPONENT_CAP) value = value * 10 + digit;
    }
    *out = negative ? -value : value;
    return true;
}

static bool scan_decimal(const char *p, const char *end, struct decimal *d)
{
    bool point = false, any = false;
    int kept = 0;
    *d = (struct decimal){.digits = p};
    for (; p < end; p++) {
        unsigned digit = (unsigned char)*p - '0';
        if (digit > 9) {
            if (*p != '.' || point) break;
            point = true;
            continue;
        }
        any = true;
        d->exponent -= point;
        if (kept < 19) {
            d->mantissa = d->mantissa * 10 + digit;
            kept += d->mantissa != 0;
        } else {
            d->exponent++;
            d->dropped = d->dropped || digit;
        }
    }
    d->digits_end = p;
    if (!any) return false;
    if (p < end) {
        if ((*p | 0x20) != 'e' || !scan_exponent(p + 1, end, &d->written_exponent)) return false;
        d->exponent += d->written_exponent;
    }
    return true;
}

/* All significant digits without leading and trailing zeros, up to EXACT_DIGITS and the 1 for the
 * rest. Gives their number; the value is the digits, read as an integer, times 10^*exponent. */
static size_t exact_digits(const struct decimal *d, char buffer[EXACT_DIGITS + 1],
                           int64_t *exponent)
{
    size_t count = 0;
    bool point = false, rest = false;
    *exponent = d->written_exponent;
    for (const char *p = d->digits; p < d->digits_end; p++) {
        if (*p == '.') {
            point = true;
            continue;
        }
        *exponent -= point;
        if (count == 0 && *p == '0') continue;
        if (count < EXACT_DIGITS) {
            buffer[count++] = *p;
        } else {
            rest = rest || *p != '0';
            ++*exponent;
        }
    }
    if (rest) {
        buffer[count++] = '1';
        --*exponent;
    }
    for (; count && buffer[count - 1] == '0'; count--) ++*exponent;
    return count;
}

static enum mr_number_status decimal_to_integer(const struct decimal *d, bool negative,
                                                mr_dtype dtype, mr_scalar *out)
{
    char digits[EXACT_DIGITS + 1];
    int64_t exponent;
    size_t count = exact_digits(d, digits, &exponent);
    if (count == 0) return finish_integer(false, 0, dtype, out);
    if (exponent < 0) return MR_NUMBER_FRACTION;
    if ((int64_t)count + exponent > 20) return MR_NUMBER_OUT_OF_RANGE;
    uint64_t value = 0;
    for (size_t k = 0; k < count + (size_t)exponent; k++) {
        unsigned digit = k < count ? (unsigned char)digits[k] - '0' : 0;
        if (value > (UINT64_MAX - digit) / 10) return MR_NUMBER_OUT_OF_RANGE;
        value = value * 10 + digit;
    }
    return finish_integer(negative, value, dtype, out);
}

/* Clinger, "How to read floating point numbers accurately" (PLDI 1990): an integer and a power of
 * ten that the float type holds exactly give a correctly rounded quotient or product. */
static bool clinger(const struct decimal *d, bool single, double *out)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (FLT_EVAL_METHOD != 0 || d->dropped) return false;
    int64_t limit = single ? 10 : 22;
    if (d->mantissa >> (single ? FLT_MANT_DIG : DBL_MANT_DIG) || d->exponent < -limit ||
        d->exponent > limit)
        return false;
    double ten = tens[d->exponent < 0 ? -d->exponent : d->exponent];
    if (single)
        *out = (double)(d->exponent < 0 ? (float)d->mantissa / (float)ten
                                        : (float)d->mantissa * (float)ten);
    else
        *out = d->exponent < 0 ? (double)d->mantissa / ten : (double)d->mantissa * ten;
    return true;
}

/* n / 2^(128 - bits), rounded to nearest, ties to even; `n` has its highest bit set.
 * A result of 2^bits is one. */
static uint64_t round_leading(struct mr_u128 n, unsigned bits)
{
    uint64_t head = n.high >> (64 - bits), tail = n.high << bits;
    uint64_t half = UINT64_C(1) << 63;
    bool up = tail > half || (tail == half && (n.low || head & 1));
    return head + up;
}

static struct mr_u128 add_u128(struct mr_u128 n, uint64_t more)
{
    n.low += more;
    n.high += n.low < more;
    return n;
}

/* n * 2^binary, a normal double, for n from 2^(bits - 1) to 2^bits: the last carries into the
 * exponent. */
static double compose(uint64_t n, int binary, unsigned bits)
{
    const unsigned fraction_bits = DBL_MANT_DIG - 1;
    uint64_t exponent = (uint64_t)(binary + (int)bits - 1 + DBL_MAX_EXP - 1);
    uint64_t pattern = ((exponent - 1) << fraction_bits) + (n << (DBL_MANT_DIG - bits));
    double value;
    memcpy(&value, &pattern, sizeof value);
    return value;
}

/* The product of the mantissa and a 128-bit power of ten brackets the value between two 128-bit
 * numbers. If both round to the same float, that is the value; if not (ties, and about one case in
 * 2^60) the answer is false. After Lemire, "Number parsing at a gigabyte per second" (Software:
 * Practice and Experience 51, 2021), with the bracket in place of its case analysis.
 *
 * Normalised, mantissa = w * 2^-shift and 10^exponent = (g - d) * 2^-s with 0 <= d < 1, so that
 * value * 2^(shift + s) lies in (w*g - w, w*g]: with p = floor(w*g / 2^64) and w < 2^64, the value
 * over 2^64 is in (p - 1, p + 1). */
static bool bracket(const struct decimal *d, bool single, double *out)
{
    const unsigned bits = single ? FLT_MANT_DIG : DBL_MANT_DIG;
    if (d->mantissa == 0 || d->dropped || d->exponent < MR_TEN_MIN || d->exponent > MR_TEN_MAX)
        return false;
    int exponent = (int)d->exponent, shift = __builtin_clzll(d->mantissa);
    uint64_t w = d->mantissa << shift;
    struct mr_u128 g = mr_ten_power(exponent), carry = mr_multiply_u64(w, g.low);
    struct mr_u128 p = add_u128(mr_multiply_u64(w, g.high), carry.high);

    struct mr_u128 low = add_u128(p, 0), high = add_u128(p, 1);
    low.high -= low.low == 0;
    low.low--;
    int scale = 64 - shift - (127 - mr_floor_log2_ten(exponent));
    if (!(low.high >> 63)) { /* the product has 127 or 128 bits */
        if (high.high >> 63) return false;
        low = (struct mr_u128){low.high << 1 | low.low >> 63, low.low << 1};
        high = (struct mr_u128){high.high << 1 | high.low >> 63, high.low << 1};
        scale--;
    }
    uint64_t rounded = round_leading(low, bits);
    if (rounded != round_leading(high, bits)) return false;
    int binary = scale + 128 - (int)bits; /* value = rounded * 2^binary */
    int lowest = (single ? FLT_MIN_EXP : DBL_MIN_EXP) - (int)bits;
    int highest = (single ? FLT_MAX_EXP : DBL_MAX_EXP) - (int)bits;
    if (binary < lowest || binary >= highest) return false; /* subnormal or nearly overflowing */
    *out = compose(rounded, binary, bits);
    return true;
}

/* Digits and exponent without a point read the same in every locale. */
static double read_with_libc(const struct decimal *d, bool single)
{
    char text[EXACT_DIGITS + 32];
    int64_t exponent;
    size_t count = exact_digits(d, text, &exponent);
    if (count == 0 || (int64_t)count + exponent < -400) return 0.0;
    if ((int64_t)count + exponent > 400) return INFINITY;
    (void)snprintf(text + count, sizeof text - count, "e%d", (int)exponent);
    return single ? (double)strtof(text, NULL) : strtod(text, NULL);
}

static enum mr_number_status parse_decimal(const char *p, const char *end, bool negative,
                                           mr_dtype dtype, mr_scalar *out)
{
    struct decimal d;
    if (!scan_decimal(p, end, &d)) return MR_NUMBER_MALFORMED;
    if (!is_float(dtype)) {
        if (d.exponent == 0 && !d.dropped) return finish_integer(negative, d.mantissa, dtype, out);
        return decimal_to_integer(&d, negative, dtype, out);
    }
    bool single = dtype == MR_F32;
    double value;
    if (!clinger(&d, single, &value) && !bracket(&d, single, &value))
        value = read_with_libc(&d, single);
    return finish_float(negative, value, out);
}

enum mr_number_status mr_parse_number(const char *text, size_t length, mr_dtype dtype,
                                      mr_scalar *out)
{
    const char *p = text, *end = text + length;
    bool is_signed = p < end && (*p == '-' || *p == '+'), negative = is_signed && *p == '-';
    p += is_signed;
    if (p == end) return MR_NUMBER_MALFORMED;
    if (end - p > 1 && p[0] == '0' && (p[1] | 0x20) == 'x')
        return parse_hex(p + 2, end, negative, dtype, out);
    if ((*p < '0' || *p > '9') && *p != '.')
        return parse_word(p, end, is_signed, negative, dtype, out);
    return parse_decimal(p, end, negative, dtype, out);
}
