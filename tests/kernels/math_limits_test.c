/* Functions at zeros, infinities, NaN and the ends of their domains: what C11 says in its Annex F,
 * and the same for functions that it does not know. */
#include "math_rows.h"

static const double inf = INFINITY;

struct binary {
    double x, y, result;
};

static void expect_rows(const struct unary *rows, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        const struct unary *r = &rows[k];
        double wide = r->f64(r->x);
        float narrow = r->f32((float)r->x);
        expect(r->name, "f64", r->x, wide, r->y, same_f64(wide, r->y));
        expect(r->name, "f32", r->x, (double)narrow, r->y, same_f32(narrow, (float)r->y));
    }
}

static void expect_pairs(const char *name, double (*f64)(double, double),
                         float (*f32)(float, float), const struct binary *rows, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        const struct binary *r = &rows[k];
        double wide = f64(r->x, r->y);
        float narrow = f32((float)r->x, (float)r->y);
        bool holds_wide = same_f64(wide, r->result);
        bool holds_narrow = same_f32(narrow, (float)r->result);
        if (!holds_wide || !holds_narrow) printf("\n    second argument %a", r->y);
        expect(name, "f64", r->x, wide, r->result, holds_wide);
        expect(name, "f32", r->x, (double)narrow, r->result, holds_narrow);
    }
}

static void exponentials_and_logarithms_follow_annex_f(void)
{
    const struct unary rows[] = {
        {UNARY(exp), 0.0, 1},       {UNARY(exp), -0.0, 1},      {UNARY(exp), -inf, 0.0},
        {UNARY(exp), inf, inf},     {UNARY(exp), 1e4, inf},     {UNARY(exp), -1e4, 0.0},
        {UNARY(exp2), 0.0, 1},      {UNARY(exp2), -0.0, 1},     {UNARY(exp2), -inf, 0.0},
        {UNARY(exp2), inf, inf},    {UNARY(exp2), 1024, inf},   {UNARY(exp2), -1076, 0.0},
        {UNARY(expm1), 0.0, 0.0},   {UNARY(expm1), -0.0, -0.0}, {UNARY(expm1), -inf, -1},
        {UNARY(expm1), inf, inf},   {UNARY(log), 0.0, -inf},    {UNARY(log), -0.0, -inf},
        {UNARY(log), 1, 0.0},       {UNARY(log), -1, nan_in},   {UNARY(log), -inf, nan_in},
        {UNARY(log), inf, inf},     {UNARY(log2), 0.0, -inf},   {UNARY(log2), -0.0, -inf},
        {UNARY(log2), 1, 0.0},      {UNARY(log2), -1, nan_in},  {UNARY(log2), inf, inf},
        {UNARY(log10), 0.0, -inf},  {UNARY(log10), -0.0, -inf}, {UNARY(log10), 1, 0.0},
        {UNARY(log10), -1, nan_in}, {UNARY(log10), inf, inf},   {UNARY(log1p), 0.0, 0.0},
        {UNARY(log1p), -0.0, -0.0}, {UNARY(log1p), -1, -inf},   {UNARY(log1p), -2, nan_in},
        {UNARY(log1p), inf, inf},
    };
    expect_rows(rows, LENGTH(rows));
}

static void circular_functions_follow_annex_f(void)
{
    const struct unary rows[] = {
        {UNARY(sin), 0.0, 0.0},      {UNARY(sin), -0.0, -0.0},     {UNARY(sin), inf, nan_in},
        {UNARY(sin), -inf, nan_in},  {UNARY(cos), 0.0, 1},         {UNARY(cos), -0.0, 1},
        {UNARY(cos), inf, nan_in},   {UNARY(cos), -inf, nan_in},   {UNARY(tan), 0.0, 0.0},
        {UNARY(tan), -0.0, -0.0},    {UNARY(tan), inf, nan_in},    {UNARY(tan), -inf, nan_in},
        {UNARY(asin), 0.0, 0.0},     {UNARY(asin), -0.0, -0.0},    {UNARY(asin), 1.5, nan_in},
        {UNARY(asin), -inf, nan_in}, {UNARY(acos), 1, 0.0},        {UNARY(acos), -1.5, nan_in},
        {UNARY(acos), inf, nan_in},  {UNARY(atan), 0.0, 0.0},      {UNARY(atan), -0.0, -0.0},
        {UNARY(atan), inf, pi / 2},  {UNARY(atan), -inf, -pi / 2},
    };
    expect_rows(rows, LENGTH(rows));
}

static void hyperbolic_functions_and_cbrt_follow_annex_f(void)
{
    const struct unary rows[] = {
        {UNARY(sinh), 0.0, 0.0},   {UNARY(sinh), -0.0, -0.0}, {UNARY(sinh), inf, inf},
        {UNARY(sinh), -inf, -inf}, {UNARY(sinh), -1e4, -inf}, {UNARY(cosh), 0.0, 1},
        {UNARY(cosh), -0.0, 1},    {UNARY(cosh), inf, inf},   {UNARY(cosh), -inf, inf},
        {UNARY(tanh), 0.0, 0.0},   {UNARY(tanh), -0.0, -0.0}, {UNARY(tanh), inf, 1},
        {UNARY(tanh), -inf, -1},   {UNARY(cbrt), 0.0, 0.0},   {UNARY(cbrt), -0.0, -0.0},
        {UNARY(cbrt), inf, inf},   {UNARY(cbrt), -inf, -inf}, {UNARY(cbrt), -8, -2},
    };
    expect_rows(rows, LENGTH(rows));
}

static void special_functions_keep_their_limits(void)
{
    const struct unary rows[] = {
        {UNARY(erf), 0.0, 0.0},
        {UNARY(erf), -0.0, -0.0},
        {UNARY(erf), inf, 1},
        {UNARY(erf), -inf, -1},
        {UNARY(erfc), 0.0, 1},
        {UNARY(erfc), inf, 0.0},
        {UNARY(erfc), -inf, 2},
        {UNARY(erfc), 30, 0.0},
        {UNARY(erfinv), 0.0, 0.0},
        {UNARY(erfinv), -0.0, -0.0},
        {UNARY(erfinv), 1, inf},
        {UNARY(erfinv), -1, -inf},
        {UNARY(erfinv), 1.5, nan_in},
        {UNARY(erfinv), -inf, nan_in},
        {UNARY(normal_quantile), 0.5, 0.0},
        {UNARY(normal_quantile), 0.0, -inf},
        {UNARY(normal_quantile), -0.0, -inf},
        {UNARY(normal_quantile), 1, inf},
        {UNARY(normal_quantile), -0.5, nan_in},
        {UNARY(normal_quantile), 1.5, nan_in},
        {UNARY(lgamma), 1, 0.0},
        {UNARY(lgamma), 2, 0.0},
        {UNARY(lgamma), 0.0, inf},
        {UNARY(lgamma), -0.0, inf},
        {UNARY(lgamma), -1, inf},
        {UNARY(lgamma), -1e30, inf},
        {UNARY(lgamma), inf, inf},
        {UNARY(lgamma), -inf, inf},
    };
    expect_rows(rows, LENGTH(rows));
}

static void pow_follows_annex_f(void)
{
    const struct binary rows[] = {
        {0.0, -3, inf},      {-0.0, -3, -inf},    {0.0, -2, inf},       {-0.0, -2, inf},
        {-0.0, -2.5, inf},   {0.0, -inf, inf},    {-0.0, -inf, inf},    {0.0, 3, 0.0},
        {-0.0, 3, -0.0},     {0.0, 2, 0.0},       {-0.0, 2.5, 0.0},     {-1, inf, 1},
        {-1, -inf, 1},       {1, nan_in, 1},      {1, inf, 1},          {nan_in, 0.0, 1},
        {nan_in, -0.0, 1},   {inf, 0.0, 1},       {0.0, 0.0, 1},        {-2, 0.5, nan_in},
        {0.5, -inf, inf},    {2, -inf, 0.0},      {-0.5, inf, 0.0},     {-2, inf, inf},
        {-inf, -3, -0.0},    {-inf, -2, 0.0},     {-inf, -2.5, 0.0},    {-inf, 3, -inf},
        {-inf, 2, inf},      {-inf, 2.5, inf},    {inf, -1, 0.0},       {inf, 0.5, inf},
        {nan_in, 1, nan_in}, {2, nan_in, nan_in}, {-2, 3, -8},          {-2, -2, 0.25},
        {3, 5, 243},         {2, 2000, inf},      {-2, 2001, -inf},     {2, -2000, 0.0},
        {-2, -2001, -0.0},   {-1, 0x1p100, 1},    {-1, 0x1p23 + 1, -1}, {inf, inf, inf},
        {-inf, inf, inf},    {-inf, -inf, 0.0},   {1, -inf, 1},         {0.0, inf, 0.0},
    };
    expect_pairs("pow", mr_pow_f64, mr_pow_f32, rows, LENGTH(rows));
}

static void atan2_follows_annex_f(void)
{
    const struct binary rows[] = {
        {0.0, -0.0, pi},
        {-0.0, -0.0, -pi},
        {0.0, 0.0, 0.0},
        {-0.0, 0.0, -0.0},
        {0.0, -2, pi},
        {-0.0, -2, -pi},
        {0.0, 2, 0.0},
        {-0.0, 2, -0.0},
        {-2, 0.0, -pi / 2},
        {-2, -0.0, -pi / 2},
        {2, 0.0, pi / 2},
        {2, -0.0, pi / 2},
        {2, -inf, pi},
        {-2, -inf, -pi},
        {2, inf, 0.0},
        {-2, inf, -0.0},
        {inf, 2, pi / 2},
        {-inf, 2, -pi / 2},
        {inf, inf, pi / 4},
        {-inf, inf, -pi / 4},
        {nan_in, 1, nan_in},
        {1, nan_in, nan_in},
        {inf, nan_in, nan_in},
        {1, 1, pi / 4},
        {inf, -inf, 0x1.2d97c7f3321d2p1},
        {-inf, -inf, -0x1.2d97c7f3321d2p1},
        {3, -3, 0x1.2d97c7f3321d2p1},
        {-3, -3, -0x1.2d97c7f3321d2p1},
    };
    expect_pairs("atan2", mr_atan2_f64, mr_atan2_f32, rows, LENGTH(rows));
}

static void hypot_follows_annex_f(void)
{
    const struct binary rows[] = {
        {0.0, 0.0, 0.0},
        {-0.0, -0.0, 0.0},
        {-0.0, 2, 2},
        {inf, nan_in, inf},
        {nan_in, -inf, inf},
        {-inf, 1, inf},
        {nan_in, 1, nan_in},
        {1, nan_in, nan_in},
        {3, -4, 5},
        {-5, 12, 13},
        {8, 15, 17},
        {0x3p100, 0x4p100, 0x5p100},
        {0x3p-140, 0x4p-140, 0x5p-140},
        {TINY_F32, 0.0, TINY_F32},
    };
    expect_pairs("hypot", mr_hypot_f64, mr_hypot_f32, rows, LENGTH(rows));
}

static void fmod_follows_annex_f(void)
{
    const struct binary rows[] = {
        {0.0, 3, 0.0},       {-0.0, 3, -0.0},     {5, -3, 2},
        {-5, 3, -2},         {6, 3, 0.0},         {-6, 3, -0.0},
        {5, inf, 5},         {-5, -inf, -5},      {inf, 3, nan_in},
        {-inf, inf, nan_in}, {3, 0.0, nan_in},    {3, -0.0, nan_in},
        {nan_in, 1, nan_in}, {1, nan_in, nan_in}, {0.0, 0.0, nan_in},
        {0x1p100, 3, 1},     {-0x1p101, 3, -2},   {0x1p-149, 0x3p-149, 0x1p-149},
    };
    expect_pairs("fmod", mr_fmod_f64, mr_fmod_f32, rows, LENGTH(rows));
}

SUITE(math_limits,
      {"exponentials_and_logarithms_follow_annex_f", exponentials_and_logarithms_follow_annex_f},
      {"circular_functions_follow_annex_f", circular_functions_follow_annex_f},
      {"hyperbolic_functions_and_cbrt_follow_annex_f",
       hyperbolic_functions_and_cbrt_follow_annex_f},
      {"special_functions_keep_their_limits", special_functions_keep_their_limits},
      {"pow_follows_annex_f", pow_follows_annex_f},
      {"atan2_follows_annex_f", atan2_follows_annex_f},
      {"hypot_follows_annex_f", hypot_follows_annex_f},
      {"fmod_follows_annex_f", fmod_follows_annex_f});
