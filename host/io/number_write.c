#include "io/number.h"

#include <math.h>
#include <string.h>

#include "io/ten_powers.h"

/* digits * 10^exponent */
struct shortest {
    uint64_t digits;
    int exponent;
};

static const char digit_pairs[] = "00010203040506070809101112131415161718192021222324"
                                  "25262728293031323334353637383940414243444546474849"
                                  "50515253545556575859606162636465666768697071727374"
                                  "75767778798081828384858687888990919293949596979899";

static size_t write_unsigned(char *out, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    for (; value >= 100; value /= 100) memcpy(digits + (at -= 2), digit_pairs + value % 100 * 2, 2);
    if (value >= 10)
        memcpy(digits + (at -= 2), digit_pairs + value * 2, 2);
    else
        digits[--at] = (char)('0' + value);
    memcpy(out, digits + at, sizeof digits - at);
    return sizeof digits - at;
}

static size_t write_signed(char *out, int64_t value)
{
    if (value >= 0) return write_unsigned(out, (uint64_t)value);
    *out = '-';
    return 1 + write_unsigned(out + 1, 0 - (uint64_t)value);
}

/* floor(g * c / 2^128), with its lowest bit set if anything but rounding noise was cut off. */
static uint64_t round_to_odd(struct mr_u128 g, uint64_t c)
{
    struct mr_u128 low = mr_multiply_u64(g.low, c), high = mr_multiply_u64(g.high, c);
    high.low += low.high;
    high.high += high.low < low.high;
    return high.high | (high.low > 1);
}

/* The shortest decimal in the rounding interval of c * 2^q, the nearest if there are several.
 * Giulietti, "The Schubfach way to render doubles" (2021), section 9; its g from mr_ten_power().
 * `closer_below`: the lower neighbour is half as far as the upper, c being a power of two. */
static struct shortest schubfach(uint64_t c, int q, bool closer_below)
{
    /* floor(log10(2^q)), or floor(log10(3/4 * 2^q)); both factors times 2^22 */
    int k = mr_floor_shift(q * 1262611 - (closer_below ? 524031 : 0), 22);
    int h = q + mr_floor_log2_ten(-k) + 1;
    struct mr_u128 g = mr_ten_power(-k);
    uint64_t odd = c & 1; /* the interval's ends belong to it for even c only */
    uint64_t lower = round_to_odd(g, (4 * c - 2 + closer_below) << h) + odd;
    uint64_t value = round_to_odd(g, (4 * c) << h); /* four times the decimal */
    uint64_t upper = round_to_odd(g, (4 * c + 2) << h) - odd;

    uint64_t s = value / 4, tens = s / 10;
    if (tens) {
        bool below = lower <= 40 * tens, above = 40 * tens + 40 <= upper;
        if (below != above) return (struct shortest){tens + above, k + 1};
    }
    bool below = lower <= 4 * s, above = 4 * s + 4 <= upper;
    if (below != above) return (struct shortest){s + above, k};
    uint64_t middle = 4 * s + 2;
    return (struct shortest){s + (value > middle || (value == middle && s & 1)), k};
}

/* Python's layout: `point` digits stand before the decimal point; an exponent is written for
 * values below 1e-4 and from 1e16 on. */
static size_t write_shortest(char *out, struct shortest d)
{
    char digits[20];
    while (d.digits % 10 == 0) {
        d.digits /= 10;
        d.exponent++;
    }
    size_t count = write_unsigned(digits, d.digits), length = 0;
    int point = (int)count + d.exponent;
    if (point > 16 || point < -3) {
        int e = point - 1;
        out[length++] = digits[0];
        if (count > 1) out[length++] = '.';
        memcpy(out + length, digits + 1, count - 1);
        length += count - 1;
        out[length++] = 'e';
        out[length++] = e < 0 ? '-' : '+';
        e = e < 0 ? -e : e;
        if (e < 10) out[length++] = '0';
        return length + write_unsigned(out + length, (uint64_t)e);
    }
    if (point <= 0) {
        memcpy(out, "0.000", 5);
        length = 2 + (size_t)-point;
        memcpy(out + length, digits, count);
        return length + count;
    }
    size_t whole = (size_t)point < count ? (size_t)point : count;
    memcpy(out, digits, whole);
    memset(out + whole, '0', (size_t)point - whole);
    out[point] = '.';
    length = (size_t)point + 1;
    if (whole == count) {
        out[length] = '0';
        return length + 1;
    }
    memcpy(out + length, digits + whole, count - whole);
    return length + count - whole;
}

/* `bits` is the float's encoding with `fraction_bits` of fraction; `value` is the same number. */
static size_t write_float(char *out, uint64_t bits, int fraction_bits, int exponent_bits,
                          double value)
{
    if (isnan(value)) return (size_t)(memcpy(out, "nan", 3), 3);
    size_t length = 0;
    if (signbit(value)) out[length++] = '-';
    if (isinf(value)) return (size_t)(memcpy(out + length, "inf", 3), length + 3);
    double magnitude = fabs(value);
    /* Integers below 2^(fraction_bits + 1) are at least as far apart as the floats there. */
    if (magnitude < (double)(UINT64_C(2) << fraction_bits) &&
        magnitude == (double)(uint64_t)magnitude) {
        length += write_unsigned(out + length, (uint64_t)magnitude);
        memcpy(out + length, ".0", 2);
        return length + 2;
    }
    int bias = (1 << (exponent_bits - 1)) - 1 + fraction_bits;
    uint64_t fraction = bits & ((UINT64_C(1) << fraction_bits) - 1);
    int exponent = (int)(bits >> fraction_bits & ((UINT64_C(1) << exponent_bits) - 1));
    struct shortest d = exponent ? schubfach(fraction | UINT64_C(1) << fraction_bits,
                                             exponent - bias, fraction == 0 && exponent > 1)
                                 : schubfach(fraction, 1 - bias, false);
    return length + write_shortest(out + length, d);
}

static size_t write_f32(char *out, const void *value)
{
    float x;
    uint32_t bits;
    memcpy(&x, value, sizeof x);
    memcpy(&bits, value, sizeof bits);
    return write_float(out, bits, 23, 8, (double)x);
}

static size_t write_f64(char *out, const void *value)
{
    double x;
    uint64_t bits;
    memcpy(&x, value, sizeof x);
    memcpy(&bits, value, sizeof bits);
    return write_float(out, bits, 52, 11, x);
}

static size_t write_bool(char *out, const void *value)
{
    bool set = *(const uint8_t *)value != 0;
    memcpy(out, set ? "true" : "false", 5);
    return set ? 4 : 5;
}

static size_t write_value(char *out, mr_dtype dtype, const void *value)
{
    union {
        int32_t i32;
        uint32_t u32;
        int64_t i64;
        uint64_t u64;
    } x;
    switch (dtype) {
    case MR_BOOL: return write_bool(out, value);
    case MR_F32: return write_f32(out, value);
    case MR_F64: return write_f64(out, value);
    case MR_I32: memcpy(&x.i32, value, sizeof x.i32); return write_signed(out, x.i32);
    case MR_U32: memcpy(&x.u32, value, sizeof x.u32); return write_unsigned(out, x.u32);
    case MR_I64: memcpy(&x.i64, value, sizeof x.i64); return write_signed(out, x.i64);
    case MR_U64: memcpy(&x.u64, value, sizeof x.u64); return write_unsigned(out, x.u64);
    case MR_DTYPE_NONE:
    case MR_DTYPE_COUNT: break;
    }
    return 0;
}

size_t mr_format_number(char *buffer, mr_dtype dtype, const void *value)
{
    size_t length = write_value(buffer, dtype, value);
    buffer[length] = '\0';
    return length;
}
