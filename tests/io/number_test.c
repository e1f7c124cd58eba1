#include "io/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/ten_powers.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static uint64_t double_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* Marsaglia, "Xorshift RNGs" (2003). */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Bit patterns of all magnitudes, and what people write: short decimals. */
static double random_double(uint64_t *state)
{
    static const double powers[] = {1, 10, 100, 1e3, 1e6, 1e9, 1e15, 1e22};
    uint64_t bits = next_random(state);
    double x;
    memcpy(&x, &bits, sizeof x);
    if (bits >> 7 & 1) x = (double)(int64_t)(bits >> 40) / powers[bits & 7];
    return isfinite(x) ? x : 0.0;
}

static enum mr_number_status parse(const char *text, mr_dtype dtype, mr_scalar *out)
{
    /* A copy without NUL: reading past the end is then seen by the checkers. */
    size_t length = strlen(text);
    char *exact = malloc(length ? length : 1);
    if (!exact) abort();
    memcpy(exact, text, length);
    enum mr_number_status status = mr_parse_number(exact, length, dtype, out);
    free(exact);
    return status;
}

static const struct {
    const char *text;
    mr_dtype dtype;
    enum mr_number_status status;
    uint64_t value;
} integers[] = {
    {"0", MR_I32, MR_NUMBER_OK, 0},
    {"-0", MR_U32, MR_NUMBER_OK, 0},
    {"+7", MR_I64, MR_NUMBER_OK, 7},
    {"007", MR_I64, MR_NUMBER_OK, 7},
    {"2147483647", MR_I32, MR_NUMBER_OK, 2147483647},
    {"2147483648", MR_I32, MR_NUMBER_OUT_OF_RANGE, 0},
    {"-2147483648", MR_I32, MR_NUMBER_OK, (uint64_t)INT64_C(-2147483648)},
    {"-2147483649", MR_I32, MR_NUMBER_OUT_OF_RANGE, 0},
    {"4294967295", MR_U32, MR_NUMBER_OK, 4294967295},
    {"4294967296", MR_U32, MR_NUMBER_OUT_OF_RANGE, 0},
    {"-1", MR_U32, MR_NUMBER_OUT_OF_RANGE, 0},
    {"9223372036854775807", MR_I64, MR_NUMBER_OK, INT64_MAX},
    {"9223372036854775808", MR_I64, MR_NUMBER_OUT_OF_RANGE, 0},
    {"-9223372036854775808", MR_I64, MR_NUMBER_OK, (uint64_t)INT64_MIN},
    {"-9223372036854775809", MR_I64, MR_NUMBER_OUT_OF_RANGE, 0},
    {"18446744073709551615", MR_U64, MR_NUMBER_OK, UINT64_MAX},
    {"18446744073709551615.0", MR_U64, MR_NUMBER_OK, UINT64_MAX},
    {"18446744073709551616", MR_U64, MR_NUMBER_OUT_OF_RANGE, 0},
    {"99999999999999999999", MR_U64, MR_NUMBER_OUT_OF_RANGE, 0},
    {"100000000000000000000000", MR_U64, MR_NUMBER_OUT_OF_RANGE, 0},
    {"0xff", MR_I32, MR_NUMBER_OK, 255},
    {"-0XfF", MR_I32, MR_NUMBER_OK, (uint64_t)INT64_C(-255)},
    {"0x80000000", MR_I32, MR_NUMBER_OUT_OF_RANGE, 0},
    {"0x00000000000000000001", MR_U64, MR_NUMBER_OK, 1},
    {"0xffffffffffffffff", MR_U64, MR_NUMBER_OK, UINT64_MAX},
    {"0x10000000000000000", MR_U64, MR_NUMBER_OUT_OF_RANGE, 0},
    {"1e12", MR_I64, MR_NUMBER_OK, 1000000000000},
    {"1.5e1", MR_I64, MR_NUMBER_OK, 15},
    {"5.000", MR_I64, MR_NUMBER_OK, 5},
    {"120e-1", MR_I64, MR_NUMBER_OK, 12},
    {"0e999999999999", MR_I64, MR_NUMBER_OK, 0},
    {"1e20", MR_U64, MR_NUMBER_OUT_OF_RANGE, 0},
    {"1e999999999999999999999", MR_U64, MR_NUMBER_OUT_OF_RANGE, 0},
    {"1.5", MR_I64, MR_NUMBER_FRACTION, 0},
    {"1e-1", MR_I64, MR_NUMBER_FRACTION, 0},
    {"inf", MR_I64, MR_NUMBER_OUT_OF_RANGE, 0},
    {"nan", MR_I64, MR_NUMBER_OUT_OF_RANGE, 0},
    {"true", MR_BOOL, MR_NUMBER_OK, 1},
    {"False", MR_BOOL, MR_NUMBER_OK, 0},
    {"1", MR_BOOL, MR_NUMBER_OK, 1},
    {"0.0", MR_BOOL, MR_NUMBER_OK, 0},
    {"2", MR_BOOL, MR_NUMBER_OUT_OF_RANGE, 0},
    {"+true", MR_BOOL, MR_NUMBER_MALFORMED, 0},
    {"true", MR_I64, MR_NUMBER_MALFORMED, 0},
};

static void integers_read_exactly_or_say_why_not(void)
{
    for (size_t k = 0; k < COUNT(integers); k++) {
        mr_scalar value = {.u64 = 0};
        enum mr_number_status status = parse(integers[k].text, integers[k].dtype, &value);
        bool right = status == integers[k].status && (status || value.u64 == integers[k].value);
        if (!right)
            printf("\n  '%s' gives %d, %llu\n", integers[k].text, (int)status,
                   (unsigned long long)value.u64);
        CU_ASSERT(right);
    }
}

static void what_is_no_number_is_malformed_for_every_dtype(void)
{
    static const char *const rows[] = {
        "",     "+",    "-",     ".",     "-.",    "e5",   ".e5",   "1e",    "1e+",   "1e5.0",
        "1..2", "1.2.", "1,5",   "1_000", "0x",    "0xg",  "0x1.8", "0x1p3", " 1",    "1 ",
        "--1",  "+-1",  "1-",    "12a",   "nano",  "infi", "in",    "tru",   "truee", "yes",
        "#1",   "1\t",  "1e5e5", "\xff",  "1\xc2", "0b1",  "1f",    "1.0f",  "$1",    "nan(1)",
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        for (int dtype = MR_BOOL; dtype < MR_DTYPE_COUNT; dtype++) {
            mr_scalar value;
            CU_ASSERT_EQUAL(parse(rows[k], (mr_dtype)dtype, &value), MR_NUMBER_MALFORMED);
        }
    }
    mr_scalar value;
    CU_ASSERT_EQUAL(mr_parse_number("1\0", 2, MR_F64, &value), MR_NUMBER_MALFORMED);
}

/* Expected values are the compiler's, which rounds correctly, or hexadecimal. */
static void doubles_are_correctly_rounded(void)
{
    static const struct {
        const char *text;
        double value;
    } rows[] = {
        {"0", 0.0},
        {"-0.0", -0.0},
        {"-0e5", -0.0},
        {".5", 0.5},
        {"5.", 5.0},
        {"1.E2", 100.0},
        {"0xff", 255.0},
        {"0xffffffffffffffff", 0x1p64},
        {"0.1", 0.1},
        {"123456789012345678", 123456789012345678.0},
        {"9007199254740992", 0x1p53},
        {"9007199254740993", 0x1p53}, /* ties go to even */
        {"9007199254740995", 0x1.0000000000002p53},
        {"9007199254740993.0000000000000000000000000000001", 0x1.0000000000001p53},
        {"9007199254740992999999999999999999999999999999e-30", 0x1p53},
        {"1e22", 1e22},
        {"1e23", 1e23},
        {"8.988465674311580e307", 0x1p1023},
        {"1.7976931348623157e308", 0x1.fffffffffffffp1023},
        {"1.797693134862315807e308", 0x1.fffffffffffffp1023}, /* below the half-way to 2^1024 */
        {"2.2250738585072014e-308", 0x1p-1022},
        {"2.2250738585072011e-308", 0x1.ffffffffffffep-1023}, /* the one PHP and Java hung at */
        {"4.9406564584124654e-324", 0x1p-1074},
        {"2.4703282292062328e-324", 0x1p-1074},
        {"2.4703282292062327e-324", 0.0},
        {"1e-400", 0.0},
        {"1e-99999999999999999999", 0.0},
        {"0.000000000000000000000000000000000000000000000000000000000000000001e66", 1.0},
        {"1000000000000000000000000000000000000000000000000000000000000000000e-66", 1.0},
        {"6.631236846766476e-316", 6.631236846766476e-316},
        {"3.237883913302901e-319", 3.237883913302901e-319},
        {"7.2057594037927933e16", 72057594037927936.0},
        {"inf", INFINITY},
        {"-Infinity", -INFINITY},
        {"+INF", INFINITY},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        mr_scalar value = {.u64 = 0};
        bool right = parse(rows[k].text, MR_F64, &value) == MR_NUMBER_OK &&
                     double_bits(value.f64) == double_bits(rows[k].value);
        if (!right) printf("\n  '%s' gives %a\n", rows[k].text, value.f64);
        CU_ASSERT(right);
    }
}

static void singles_are_rounded_once(void)
{
    static const struct {
        const char *text;
        double value;
    } rows[] = {
        {"0.1", (double)0.1f},
        {"16777217", 16777216.0},
        {"16777219", 16777220.0},
        /* Through a double each of these would be a tie, and fall to the wrong side. */
        {"1.00000017881393432617187499", 0x1.000002p0},
        {"1.00000005960464477539062501", 0x1.000002p0},
        {"3.4028234663852886e38", 0x1.fffffep127},
        {"3.4028235677973362e38", 0x1.fffffep127},
        {"1.17549435e-38", 0x1p-126},
        {"1.401298464324817e-45", 0x1p-149},
        {"7.0064923216240853e-46", 0.0},
        {"7.0064923216240862e-46", 0x1p-149},
        {"0xffffffffffffffff", 0x1p64},
        {"0x1000001", 0x1p24},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        mr_scalar value = {.u64 = 0};
        bool right = parse(rows[k].text, MR_F32, &value) == MR_NUMBER_OK &&
                     double_bits(value.f64) == double_bits(rows[k].value);
        if (!right) printf("\n  '%s' gives %a\n", rows[k].text, value.f64);
        CU_ASSERT(right);
    }
}

static void floats_beyond_the_largest_are_out_of_range(void)
{
    static const char *const both[] = {"1e309", "-1e309", "1e99999999999999999999", "2e308"};
    static const char *const single_only[] = {"3.4028236e38", "1e39", "-1e300"};
    mr_scalar value;
    for (size_t k = 0; k < COUNT(both); k++) {
        CU_ASSERT_EQUAL(parse(both[k], MR_F64, &value), MR_NUMBER_OUT_OF_RANGE);
        CU_ASSERT_EQUAL(parse(both[k], MR_F32, &value), MR_NUMBER_OUT_OF_RANGE);
    }
    for (size_t k = 0; k < COUNT(single_only); k++) {
        CU_ASSERT_EQUAL(parse(single_only[k], MR_F64, &value), MR_NUMBER_OK);
        CU_ASSERT_EQUAL(parse(single_only[k], MR_F32, &value), MR_NUMBER_OUT_OF_RANGE);
    }
    CU_ASSERT_EQUAL(parse("1.7976931348623159e308", MR_F64, &value), MR_NUMBER_OUT_OF_RANGE);
}

static void nan_is_always_the_same_nan(void)
{
    static const char *const rows[] = {"nan", "-nan", "+NaN"};
    for (size_t k = 0; k < COUNT(rows); k++) {
        mr_scalar value = {.u64 = 0};
        CU_ASSERT_EQUAL(parse(rows[k], MR_F64, &value), MR_NUMBER_OK);
        CU_ASSERT_EQUAL(double_bits(value.f64), UINT64_C(0x7ff8000000000000));
    }
}

/* A half-way case is decided by its last digit, however far out that stands. */
static void a_digit_a_thousand_places_out_breaks_a_tie(void)
{
    enum { PLACES = 5000 };
    static char text[PLACES + 64];
    int start = snprintf(text, sizeof text, "9007199254740993.");
    memset(text + start, '0', PLACES);
    mr_scalar value;
    CU_ASSERT_EQUAL(mr_parse_number(text, (size_t)start + PLACES, MR_F64, &value), MR_NUMBER_OK);
    CU_ASSERT_EQUAL(value.f64, 0x1p53);
    text[start + PLACES - 1] = '1';
    CU_ASSERT_EQUAL(mr_parse_number(text, (size_t)start + PLACES, MR_F64, &value), MR_NUMBER_OK);
    CU_ASSERT_EQUAL(value.f64, 0x1.0000000000001p53);
}

static void random_decimals_read_as_strtod_reads_them(void)
{
    uint64_t state = 88172645463325252u;
    int cases = tests_long ? 1000000 : 30000;
    for (int n = 0; n < cases; n++) {
        char text[64];
        size_t length = 0;
        uint64_t bits = next_random(&state);
        int digits = 1 + (int)(bits % 25), point = (int)(bits >> 8 & 31);
        for (int k = 0; k < digits; k++) {
            if (k == point) text[length++] = '.';
            text[length++] = (char)('0' + next_random(&state) % 10);
        }
        int exponent = (int)(next_random(&state) % 700) - 350;
        if (n & 1) exponent /= 12;
        (void)snprintf(text + length, sizeof text - length, "e%d", exponent);
        mr_scalar value;
        double wide = strtod(text, NULL), narrow = (double)strtof(text, NULL);
        bool wide_fits = parse(text, MR_F64, &value) == MR_NUMBER_OK;
        bool right = wide_fits ? double_bits(value.f64) == double_bits(wide) : isinf(wide);
        bool narrow_fits = parse(text, MR_F32, &value) == MR_NUMBER_OK;
        right =
            right && (narrow_fits ? double_bits(value.f64) == double_bits(narrow) : isinf(narrow));
        if (!right) printf("\n  '%s'\n", text);
        CU_ASSERT_FATAL(right);
    }
}

/* Expected texts are CPython 3's repr(). */
static void doubles_are_written_as_python_writes_them(void)
{
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {-100.0, "-100.0"},
        {0.1, "0.1"},
        {1.0 / 3.0, "0.3333333333333333"},
        {0.1 + 0.2, "0.30000000000000004"},
        {2.5, "2.5"},
        {123456.789, "123456.789"},
        {1e15, "1000000000000000.0"},
        {9999999999999998.0, "9999999999999998.0"},
        {1e16, "1e+16"},
        {123456789012345680.0, "1.2345678901234568e+17"},
        {1e22, "1e+22"},
        {1e23, "1e+23"},
        {1.5e300, "1.5e+300"},
        {0.0001, "0.0001"},
        {0.00012345, "0.00012345"},
        {0.00001, "1e-05"},
        {1e-7, "1e-07"},
        {0x1.fffffffffffffp1023, "1.7976931348623157e+308"},
        /* Powers of two: their lower neighbour is nearer. */
        {0x1p-1074, "5e-324"},
        {0x1p-1073, "1e-323"},
        {0x1p-1050, "8.289046e-317"},
        {0x1p-1023, "1.1125369292536007e-308"},
        {0x1p-1022, "2.2250738585072014e-308"},
        {0x1p-1021, "4.450147717014403e-308"},
        {0x1p-500, "3.054936363499605e-151"},
        {0x1p-44, "5.684341886080802e-14"}, /* %.16g gives ...801, which is another double */
        {0x1p-24, "5.960464477539063e-08"},
        {0x1p-20, "9.5367431640625e-07"},
        {0x1p53, "9007199254740992.0"},
        {0x1p54, "1.8014398509481984e+16"},
        {0x1p60, "1.152921504606847e+18"},
        {0x1p100, "1.2676506002282294e+30"},
        {0x1p1023, "8.98846567431158e+307"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
        {(double)NAN, "nan"},
        {-(double)NAN, "nan"},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        char text[MR_NUMBER_TEXT_BYTES];
        CU_ASSERT_EQUAL(mr_format_number(text, MR_F64, &rows[k].value), strlen(rows[k].text));
        CU_ASSERT_STRING_EQUAL(text, rows[k].text);
    }
}

static void other_dtypes_are_written_in_full(void)
{
    static const uint8_t yes = 1, no = 0;
    static const int32_t i32 = INT32_MIN;
    static const uint32_t u32 = UINT32_MAX;
    static const int64_t i64 = INT64_MIN, zero = 0, hundred = 100;
    static const uint64_t u64 = UINT64_MAX;
    static const float tenth = 0.1f, third = 1.0f / 3.0f, large = 16777216.0f, huge = 3.4028235e38f,
                       tiny = 0x1p-149f, odd = 123456789.0f;
    static const struct {
        mr_dtype dtype;
        const void *value;
        const char *text;
    } rows[] = {
        {MR_BOOL, &yes, "true"},
        {MR_BOOL, &no, "false"},
        {MR_I32, &i32, "-2147483648"},
        {MR_U32, &u32, "4294967295"},
        {MR_I64, &i64, "-9223372036854775808"},
        {MR_I64, &zero, "0"},
        {MR_I64, &hundred, "100"},
        {MR_U64, &u64, "18446744073709551615"},
        {MR_F32, &tenth, "0.1"},
        {MR_F32, &third, "0.33333334"},
        {MR_F32, &large, "16777216.0"},
        {MR_F32, &huge, "3.4028235e+38"},
        {MR_F32, &tiny, "1e-45"},
        {MR_F32, &odd, "123456790.0"},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        char text[MR_NUMBER_TEXT_BYTES];
        CU_ASSERT_EQUAL(mr_format_number(text, rows[k].dtype, rows[k].value), strlen(rows[k].text));
        CU_ASSERT_STRING_EQUAL(text, rows[k].text);
    }
}

static size_t significant_digits(const char *text)
{
    size_t digits = 0, zeros = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text < '0' || *text > '9' || (!digits && *text == '0')) continue;
        digits++;
        zeros = *text == '0' ? zeros + 1 : 0;
    }
    return digits > zeros ? digits - zeros : 1;
}

/* Brute force: the fewest digits for which the nearest decimal reads back. */
static size_t fewest_digits(double x, bool single)
{
    for (int digits = 1;; digits++) {
        char text[64];
        (void)snprintf(text, sizeof text, "%.*e", digits - 1, x);
        if ((single ? (double)strtof(text, NULL) : strtod(text, NULL)) == x) return (size_t)digits;
        if (digits > 17) return 0;
    }
}

static void floats_read_back_and_no_shorter_text_would(void)
{
    uint64_t state = 2463534242u;
    int cases = tests_long ? 1000000 : 20000;
    for (int n = 0; n < cases; n++) {
        char text[MR_NUMBER_TEXT_BYTES];
        mr_scalar value;
        bool single = n & 1;
        double x = random_double(&state);
        float narrow = 0.0f;
        uint32_t bits = (uint32_t)next_random(&state);
        memcpy(&narrow, &bits, sizeof narrow);
        if (single) x = isfinite(narrow) ? (double)narrow : 0.0;
        narrow = (float)(single ? x : 0.0);
        mr_dtype dtype = single ? MR_F32 : MR_F64;
        size_t length = mr_format_number(text, dtype, single ? (void *)&narrow : (void *)&x);
        bool right = length == strlen(text) && length < sizeof text &&
                     mr_parse_number(text, length, dtype, &value) == MR_NUMBER_OK &&
                     double_bits(value.f64) == double_bits(x) &&
                     (x == 0.0 || significant_digits(text) <= fewest_digits(x, single));
        if (!right) printf("\n  %a gives %s\n", x, text);
        CU_ASSERT_FATAL(right);
    }
}

static void powers_of_ten_have_their_highest_bit_set(void)
{
    for (int e = MR_TEN_MIN; e <= MR_TEN_MAX; e++) CU_ASSERT(mr_ten_power(e).high >> 63 == 1);
    CU_ASSERT_EQUAL(mr_ten_power(0).high, UINT64_C(1) << 63);
    CU_ASSERT_EQUAL(mr_ten_power(0).low, 0);
    /* 10^27 = 5^27 * 2^27 and 5^27 = 7450580596923828125 has 63 bits. */
    CU_ASSERT_EQUAL(mr_ten_power(27).high, UINT64_C(7450580596923828125) << 1);
    CU_ASSERT_EQUAL(mr_ten_power(27).low, 0);
    /* 1/10 is 0.000110011..., rounded up. */
    CU_ASSERT_EQUAL(mr_ten_power(-1).high, UINT64_C(0xcccccccccccccccc));
    CU_ASSERT_EQUAL(mr_ten_power(-1).low, UINT64_C(0xcccccccccccccccd));
}

SUITE(number, {"integers_read_exactly_or_say_why_not", integers_read_exactly_or_say_why_not},
      {"what_is_no_number_is_malformed_for_every_dtype",
       what_is_no_number_is_malformed_for_every_dtype},
      {"doubles_are_correctly_rounded", doubles_are_correctly_rounded},
      {"singles_are_rounded_once", singles_are_rounded_once},
      {"floats_beyond_the_largest_are_out_of_range", floats_beyond_the_largest_are_out_of_range},
      {"nan_is_always_the_same_nan", nan_is_always_the_same_nan},
      {"a_digit_a_thousand_places_out_breaks_a_tie", a_digit_a_thousand_places_out_breaks_a_tie},
      {"random_decimals_read_as_strtod_reads_them", random_decimals_read_as_strtod_reads_them},
      {"doubles_are_written_as_python_writes_them", doubles_are_written_as_python_writes_them},
      {"other_dtypes_are_written_in_full", other_dtypes_are_written_in_full},
      {"floats_read_back_and_no_shorter_text_would", floats_read_back_and_no_shorter_text_would},
      {"powers_of_ten_have_their_highest_bit_set", powers_of_ten_have_their_highest_bit_set});
