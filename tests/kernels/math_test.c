/* Functions of the kernels' library at points whose values are known. */
#include "math_rows.h"
#include "random_numbers.h"

static const struct unary known_values[] = {
    {UNARY(exp), 1, 0x1.5bf0a8b145769p1},
    {UNARY(exp), -1, 0x1.78b56362cef38p-2},
    {UNARY(exp), 0x1p-1, 0x1.a61298e1e069cp0},
    {UNARY(exp), 88, 0x1.f1056dc7bf22dp126},
    {UNARY(exp), -87, 0x1.666d0dad2961dp-126},
    {UNARY(exp), -103, 0x1.525be4e4e601dp-149},
    {UNARY(exp2), 0x1p-1, 0x1.6a09e667f3bcdp0},
    {UNARY(exp2), -0x1p-2, 0x1.ae89f995ad3adp-1},
    {UNARY(exp2), 0x1.ffp6, 0x1.ae89f995ad3adp127},
    {UNARY(expm1), 1, 0x1.b7e151628aed3p0},
    {UNARY(expm1), 0x1p-13, 0x1.0004000aaacp-13},
    {UNARY(expm1), -0x1p-1, -0x1.92e9a0720d3ecp-2},
    {UNARY(expm1), 40, 0x1.a220d397972ebp57},
    {UNARY(log), 2, 0x1.62e42fefa39efp-1},
    {UNARY(log), 0x1p-1, -0x1.62e42fefa39efp-1},
    {UNARY(log), 10, 0x1.26bb1bbb55516p1},
    {UNARY(log), 0x1.ff8p-1, -0x1.0020055655889p-10},
    {UNARY(log2), 3, 0x1.95c01a39fbd68p0},
    {UNARY(log2), 10, 0x1.a934f0979a371p1},
    {UNARY(log2), 0x1.ff8p-1, -0x1.7182a894b69c6p-10},
    {UNARY(log10), 2, 0x1.34413509f79ffp-2},
    {UNARY(log10), 0x1p-1, -0x1.34413509f79ffp-2},
    {UNARY(log10), 5, 0x1.65df657b04301p-1},
    {UNARY(log1p), 1, 0x1.62e42fefa39efp-1},
    {UNARY(log1p), 0x1p-13, 0x1.fff8002aa9aabp-14},
    {UNARY(log1p), -0x1.8p-1, -0x1.62e42fefa39efp0},
    {UNARY(sin), 1, 0x1.aed548f090ceep-1},
    {UNARY(sin), -2, -0x1.d18f6ead1b446p-1},
    {UNARY(sin), 3, 0x1.210386db6d55bp-3},
    {UNARY(sin), 100, -0x1.03425b78c4db8p-1},
    {UNARY(sin), 1000000, -0x1.6664b2568d867p-2},
    {UNARY(sin), 0x1p100, -0x1.be8ed97ac1f59p-1},
    {UNARY(cos), 1, 0x1.14a280fb5068cp-1},
    {UNARY(cos), 2, -0x1.aa22657537205p-2},
    {UNARY(cos), 0x1.8p0, 0x1.21bd54fc5f9a7p-4},
    {UNARY(cos), 100, 0x1.b981dbf665fdfp-1},
    {UNARY(cos), 1000000, 0x1.df9df9906d32cp-1},
    {UNARY(cos), 0x1p100, 0x1.f4eb3ff66e36dp-2},
    {UNARY(tan), 1, 0x1.8eb245cbee3a6p0},
    {UNARY(tan), -0x1.8p0, -0x1.c33ed50b88777p3},
    {UNARY(tan), 3, -0x1.23ef71254b86fp-3},
    {UNARY(tan), 1000000, -0x1.7e9768ab734cp-2},
    {UNARY(asin), 0x1p-1, 0x1.0c152382d7366p-1},
    {UNARY(asin), 1, 0x1.921fb54442d18p0},
    {UNARY(asin), -0x1p-2, -0x1.02be9ce0b87cdp-2},
    {UNARY(acos), 0x1p-1, 0x1.0c152382d7366p0},
    {UNARY(acos), 0, 0x1.921fb54442d18p0},
    {UNARY(acos), -1, 0x1.921fb54442d18p1},
    {UNARY(acos), 0x1.ff8p-1, 0x1.6a1171b40fe3fp-5},
    {UNARY(atan), 1, 0x1.921fb54442d18p-1},
    {UNARY(atan), 0x1p-1, 0x1.dac670561bb4fp-2},
    {UNARY(atan), -20, -0x1.8555a2787981fp0},
    {UNARY(sinh), 1, 0x1.2cd9fc44eb982p0},
    {UNARY(sinh), 0x1p-2, 0x1.02accd9d08102p-2},
    {UNARY(sinh), -20, -0x1.ceb088b68e804p27},
    {UNARY(cosh), 1, 0x1.8b07551d9f55p0},
    {UNARY(cosh), 0x1p-2, 0x1.080ab05ca6146p0},
    {UNARY(cosh), -20, 0x1.ceb088b68e804p27},
    {UNARY(tanh), 1, 0x1.85efab514f394p-1},
    {UNARY(tanh), 0x1p-2, 0x1.f597ea69a1c86p-3},
    {UNARY(tanh), -4, -0x1.ffa81708a0b42p-1},
    {UNARY(cbrt), 2, 0x1.428a2f98d728bp0},
    {UNARY(cbrt), 10, 0x1.13c484138704fp1},
    {UNARY(cbrt), 0x1p-1, 0x1.965fea53d6e3dp-1},
    {UNARY(erf), 0x1p-1, 0x1.0a7ef5c18edd2p-1},
    {UNARY(erf), 1, 0x1.af767a741088bp-1},
    {UNARY(erf), -2, -0x1.fd9ae142795e3p-1},
    {UNARY(erfc), 0x1p-2, 0x1.728558ee694fcp-1},
    {UNARY(erfc), 1, 0x1.4226162fbddd5p-3},
    {UNARY(erfc), -1, 0x1.d7bb3d3a08445p0},
    {UNARY(erfc), 5, 0x1.b0c1a759f7739p-40},
    {UNARY(erfc), 9, 0x1.198d422be3f8cp-121},
    {UNARY(erfinv), 0x1p-1, 0x1.e861fbb24c00ap-2},
    {UNARY(erfinv), -0x1p-2, -0x1.cd70681d5ff7p-3},
    {UNARY(erfinv), 0x1.ff8p-1, 0x1.2a6d8937b12d6p1},
    {UNARY(normal_quantile), 0x1p-2, -0x1.5956b87528a49p-1},
    {UNARY(normal_quantile), 0x1.8p-1, 0x1.5956b87528a49p-1},
    {UNARY(normal_quantile), 0x1p-10, -0x1.8c73502ae34efp1},
    {UNARY(normal_quantile), 0x1p-100, -0x1.6f815af1398fep3},
    {UNARY(lgamma), 0x1p-1, 0x1.250d048e7a1bdp-1},
    {UNARY(lgamma), 3, 0x1.62e42fefa39efp-1},
    {UNARY(lgamma), 10, 0x1.99a8921a7f7cfp3},
    {UNARY(lgamma), 0x1p-10, 0x1.bb9402eedc991p2},
    {UNARY(lgamma), -0x1p-1, 0x1.43f89a3f0edd6p0},
    {UNARY(lgamma), -0x1.cp1, -0x1.4f1b0fe64a5d8p0},
    {UNARY(lgamma), 1000, 0x1.711386da7cab6p12},
};

/* Steps between neighbouring numbers; one sign. */
static int64_t steps_f64(double a, double b)
{
    int64_t d = AS_I64(a) - AS_I64(b);
    return d < 0 ? -d : d;
}

static int64_t steps_f32(float a, float b)
{
    int64_t d = (int64_t)AS_I32(a) - AS_I32(b);
    return d < 0 ? -d : d;
}

static void nan_gives_the_canonical_nan(void)
{
    double odd_nan = AS_F64(UINT64_C(0xfff8000000000123));
    float odd_nan_f32 = AS_F32(UINT32_C(0xffc00123));
    for (size_t k = 0; k < LENGTH(known_values); k++) {
        const struct unary *r = &known_values[k];
        double wide = r->f64(odd_nan);
        float narrow = r->f32(odd_nan_f32);
        expect(r->name, "f64", odd_nan, wide, nan_in, same_f64(wide, nan_in));
        expect(r->name, "f32", odd_nan, (double)narrow, nan_in, same_f32(narrow, (float)nan_in));
    }
}

static void known_values_hold_to_an_ulp(void)
{
    for (size_t k = 0; k < LENGTH(known_values); k++) {
        const struct unary *r = &known_values[k];
        double wide = r->f64(r->x);
        float narrow = r->f32((float)r->x);
        expect(r->name, "f64", r->x, wide, r->y, steps_f64(wide, r->y) <= 1);
        expect(r->name, "f32", r->x, (double)narrow, r->y, steps_f32(narrow, (float)r->y) <= 1);
    }
}

static void powers_of_two_are_exact(void)
{
    for (int n = -1074; n <= 1023; n++) {
        double x = ldexp(1, n);
        CU_ASSERT_TRUE(same_f64(mr_exp2_f64(n), x));
        CU_ASSERT_TRUE(same_f64(mr_log2_f64(x), n));
        CU_ASSERT_TRUE(same_f64(mr_pow_f64(2, n), x));
    }
    for (int n = -149; n <= 127; n++) {
        float x = ldexpf(1, n);
        CU_ASSERT_TRUE(same_f32(mr_exp2_f32((float)n), x));
        CU_ASSERT_TRUE(same_f32(mr_log2_f32(x), (float)n));
        CU_ASSERT_TRUE(same_f32(mr_pow_f32(2, (float)n), x));
    }
}

static void powers_of_ten_are_exact(void)
{
    double x = 1;
    for (int n = 0; n <= 22; n++, x *= 10) {
        CU_ASSERT_TRUE(same_f64(mr_log10_f64(x), n));
        CU_ASSERT_TRUE(same_f64(mr_pow_f64(10, n), x));
        if (n > 10) continue;
        CU_ASSERT_TRUE(same_f32(mr_log10_f32((float)x), (float)n));
        CU_ASSERT_TRUE(same_f32(mr_pow_f32(10, (float)n), (float)x));
    }
}

static void cubes_and_their_roots_are_exact(void)
{
    for (int n = 1; n <= 255; n++) {
        double cube = (double)n * n * n;
        CU_ASSERT_TRUE(same_f64(mr_cbrt_f64(cube), n));
        CU_ASSERT_TRUE(same_f32(mr_cbrt_f32(-(float)cube), -(float)n));
        CU_ASSERT_TRUE(same_f64(mr_pow_f64(n, 3), cube));
    }
}

/* Where a function is its argument to half an ulp, subnormals come out as they went in. */
static void subnormals_pass_through(void)
{
    static const struct unary rows[] = {
        {UNARY(sin), 0, 0},  {UNARY(tan), 0, 0},  {UNARY(asin), 0, 0},  {UNARY(atan), 0, 0},
        {UNARY(sinh), 0, 0}, {UNARY(tanh), 0, 0}, {UNARY(expm1), 0, 0}, {UNARY(log1p), 0, 0},
    };
    for (size_t k = 0; k < LENGTH(rows); k++) {
        const struct unary *r = &rows[k];
        for (int n = 1; n < 1000; n += 37) {
            double wide = -n * TINY_F64;
            float narrow = (float)(-n * TINY_F32);
            expect(r->name, "f64", wide, r->f64(wide), wide, same_f64(r->f64(wide), wide));
            expect(r->name, "f32", (double)narrow, (double)r->f32(narrow), (double)narrow,
                   same_f32(r->f32(narrow), narrow));
        }
    }
}

static void subnormals_are_read_and_made(void)
{
    CU_ASSERT_TRUE(same_f64(mr_exp_f64(-0x1.74385446d71c3p9), TINY_F64));
    CU_ASSERT_TRUE(same_f64(mr_pow_f64(0x1p-537, 2), TINY_F64));
    CU_ASSERT_TRUE(same_f64(mr_pow_f64(TINY_F64, 0.5), 0x1p-537));
    CU_ASSERT_TRUE(same_f64(mr_log_f64(TINY_F64), -0x1.74385446d71c3p9));
    CU_ASSERT_TRUE(same_f64(mr_cbrt_f64(-0x1p-1074), -0x1p-358));
    CU_ASSERT_TRUE(same_f64(mr_hypot_f64(3 * TINY_F64, 4 * TINY_F64), 5 * TINY_F64));
    CU_ASSERT_TRUE(same_f64(mr_atan2_f64(TINY_F64, 1), TINY_F64));
    CU_ASSERT_TRUE(same_f32(mr_pow_f32(0x1p-74f, 2), 0x1p-148f));
    CU_ASSERT_TRUE(same_f32(mr_cbrt_f32(0x1p-147f), 0x1p-49f));
    CU_ASSERT_TRUE(same_f32(mr_atan2_f32(0x1p-149f, 1), 0x1p-149f));
}

/* Numbers of any bits, and such whose exponents are near each other. */
static void remainders_are_exact(void)
{
    uint64_t state = 11;
    for (int n = 0; n < (tests_long ? 10000000 : 20000); n++) {
        uint64_t a = splitmix_next(&state), b = splitmix_next(&state);
        uint64_t near = UINT64_C(0) - ((b & 0x3f) << 52);
        if (n % 2) b = (b & 0x800fffffffffffff) | ((a + near) & 0x7ff0000000000000);
        if (n % 8 == 0) b &= 0x800fffffffffffff;
        if (n % 16 == 0) a &= 0x800fffffffffffff;
        double x = AS_F64(a), y = AS_F64(b), wide = mr_fmod_f64(x, y);
        expect("fmod", "f64", x, wide, fmod(x, y), same_f64(wide, fmod(x, y)));
        uint32_t c = (uint32_t)(a >> 32), d = (uint32_t)(b >> 32);
        if (n % 8 == 0) d = (uint32_t)b & 0x807fffff;
        float u = AS_F32(c), v = AS_F32(d), narrow = mr_fmod_f32(u, v);
        expect("fmod", "f32", (double)u, (double)narrow, (double)fmodf(u, v),
               same_f32(narrow, fmodf(u, v)));
    }
}

static void odd_functions_are_odd_to_the_bit(void)
{
    static const struct unary rows[] = {
        {UNARY(sin), 0, 0},  {UNARY(tan), 0, 0},  {UNARY(asin), 0, 0},
        {UNARY(atan), 0, 0}, {UNARY(sinh), 0, 0}, {UNARY(tanh), 0, 0},
        {UNARY(cbrt), 0, 0}, {UNARY(erf), 0, 0},  {UNARY(erfinv), 0, 0},
    };
    uint64_t state = 7;
    for (size_t k = 0; k < LENGTH(rows); k++) {
        const struct unary *r = &rows[k];
        for (int n = 0; n < (tests_long ? 1000000 : 2000); n++) {
            double x = AS_F64(splitmix_next(&state) >> 1);
            float y = AS_F32((uint32_t)(splitmix_next(&state) >> 33));
            double plus = r->f64(x), minus = r->f64(-x);
            float plus_f32 = r->f32(y), minus_f32 = r->f32(-y);
            expect(r->name, "f64", -x, minus, -plus, isnan(plus) || same_f64(minus, -plus));
            expect(r->name, "f32", (double)-y, (double)minus_f32, (double)-plus_f32,
                   isnan(plus_f32) || same_f32(minus_f32, -plus_f32));
        }
    }
}

static void quarter_turns_are_exact(void)
{
    static const double sines[] = {0, 1, 0, -1}, cosines[] = {1, 0, -1, 0};
    for (int n = 0; n < 4; n++) {
        mr_sincos_f64 wide = mr_sincos_circle_f64(n * 0.25);
        mr_sincos_f32 narrow = mr_sincos_circle_f32((float)n * 0.25f);
        CU_ASSERT_EQUAL(wide.sin, sines[n]);
        CU_ASSERT_EQUAL(wide.cos, cosines[n]);
        CU_ASSERT_EQUAL((double)narrow.sin, sines[n]);
        CU_ASSERT_EQUAL((double)narrow.cos, cosines[n]);
    }
}

static void a_turn_agrees_with_its_angle(void)
{
    uint64_t state = 9;
    for (int n = 0; n < 10000; n++) {
        double t = (double)(splitmix_next(&state) >> 11) * 0x1p-53;
        float u = (float)(splitmix_next(&state) >> 40) * 0x1p-24f;
        mr_sincos_f64 wide = mr_sincos_circle_f64(t);
        mr_sincos_f32 narrow = mr_sincos_circle_f32(u);
        CU_ASSERT_DOUBLE_EQUAL(wide.sin, mr_sin_f64(2 * pi * t), 0x1p-50);
        CU_ASSERT_DOUBLE_EQUAL(wide.cos, mr_cos_f64(2 * pi * t), 0x1p-50);
        CU_ASSERT_DOUBLE_EQUAL((double)narrow.sin, mr_sin_f64(2 * pi * (double)u), 0x1p-24);
        CU_ASSERT_DOUBLE_EQUAL((double)narrow.cos, mr_cos_f64(2 * pi * (double)u), 0x1p-24);
    }
}

SUITE(math, {"nan_gives_the_canonical_nan", nan_gives_the_canonical_nan},
      {"known_values_hold_to_an_ulp", known_values_hold_to_an_ulp},
      {"powers_of_two_are_exact", powers_of_two_are_exact},
      {"powers_of_ten_are_exact", powers_of_ten_are_exact},
      {"cubes_and_their_roots_are_exact", cubes_and_their_roots_are_exact},
      {"subnormals_pass_through", subnormals_pass_through},
      {"subnormals_are_read_and_made", subnormals_are_read_and_made},
      {"remainders_are_exact", remainders_are_exact},
      {"odd_functions_are_odd_to_the_bit", odd_functions_are_odd_to_the_bit},
      {"quarter_turns_are_exact", quarter_turns_are_exact},
      {"a_turn_agrees_with_its_angle", a_turn_agrees_with_its_angle});
