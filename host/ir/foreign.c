#include "ir/foreign.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Names between bars, and what to say of them. */
struct row {
    const char *names, *hint;
};

static const struct row operators[] = {
    {"|head|limit|first_n|truncate|", "here it is take(n)"},
    {"|drop|offset|", "here it is skip(n)"},
    {"|tail|", "skip(n) leaves the first n out; last() gives the last element"},
    {"|nth|get|at|elt|item|", "write skip(n) | first()"},
    {"|every|step|stride|nth_every|", "write slice(0, inf, n)"},
    {"|avg|average|avgs|", "here it is mean()"},
    {"|total|add|plus|", "here it is sum()"},
    {"|product|mul|",
     "prod() multiplies all; pairs of two sequences come from count() | map(i / n, i % n)"},
    {"|len|length|size|wc|nrow|rows|", "here it is count()"},
    {"|stdev|stddev|sd|", "here it is std()"},
    {"|variance|", "here it is var()"},
    {"|minimum|smallest|", "here it is min()"},
    {"|maximum|largest|", "here it is max()"},
    {"|idxmin|which_min|", "here it is argmin()"},
    {"|idxmax|which_max|", "here it is argmax()"},
    {"|median|quantile|percentile|mode|",
     "not there: it needs all elements at once; hist(bins, lo, hi) comes near"},
    {"|histogram|bincount|", "here it is hist(bins, lo, hi)"},
    {"|cumsum|cumulate|running|runsum|", "here it is scan(sum)"},
    {"|cumprod|", "here it is scan(prod)"},
    {"|cummin|", "here it is scan(min)"},
    {"|cummax|", "here it is scan(max)"},
    {"|accumulate|scanl|", "here it is scan(sum), or of any expression scan(s: 2*s + x, init=0)"},
    {"|reduce|foldl|aggregate|",
     "write sum(), min(), any() and the like, or of any expression fold(s: 2*s + x, init=0)"},
    {"|iota|arange|xrange|seq|sequence|upto|", "here it is range(n), or count() without end"},
    {"|naturals|integers|counter|", "here it is count()"},
    {"|logspace|geomspace|", "write linspace(a, b, n) | map(pow(10, x))"},
    {"|ones|", "here it is repeat(1, n)"},
    {"|zeros|", "here it is repeat(0, n)"},
    {"|full|fill|constant|replicate|const|", "here it is repeat(value, times)"},
    {"|cycle|", "not there: gen(i % n) repeats positions"},
    {"|generate|tabulate|fromfunction|", "here it is gen(expr, length)"},
    {"|where|grep|keep|subset|compress|", "here it is filter(expr)"},
    {"|reject|remove|dropna|exclude|", "write filter(!(expr))"},
    {"|select|project|mutate|transform|apply|each|foreach|assign|with_column|calc|",
     "here it is map(expr), or map(name: expr, ...)"},
    {"|sort|sorted|order|order_by|orderby|argsort|rank|top|topk|",
     "not there: it needs all elements at once; min(), max() and hist() do not"},
    {"|uniq|", "here it is dedup()"},
    {"|rle|run_lengths|", "here it is run_length()"},
    {"|unique|distinct|nunique|drop_duplicates|",
     "dedup() leaves out what equals its neighbour; all that it met nobody remembers"},
    {"|group|groupby|group_by|",
     "chunk(n, op) groups n neighbours, run_length() equal ones; groups by a key are not there"},
    {"|batch|batched|partition|split|grouped|resample|", "here it is chunk(n, op)"},
    {"|rolling|moving|sliding|slide|movavg|sma|convolve|", "here it is window(k, op)"},
    {"|pairwise|lag|lead|shift|",
     "write map(x, prev(x, 0), lead(x, 1, 0)); diff() and window() see neighbours, too"},
    {"|delta|deltas|differences|difference|derivative|", "here it is diff()"},
    {"|concat|append|cat|union|extend|", "here it is chain(a, b), a source"},
    {"|join|merge|hstack|column_stack|paste|",
     "zip(a, b) puts sequences side by side; joins by a key are not there"},
    {"|flatten|flatmap|flat_map|explode|", "not there: an element makes one element, or none"},
    {"|reversed|rev|flip|", "here it is reverse()"},
    {"|index|row_number|with_index|", "here it is enumerate(), or i in expressions"},
    {"|takewhile|until|", "here it is take_while(expr)"},
    {"|dropwhile|skip_while|", "here it is drop_while(expr)"},
    {"|islice|", "here it is slice(start, stop, step)"},
    {"|sample|choice|choices|",
     "categorical(weights) draws kinds; shuffle(seed) | take(n) draws without repetition"},
    {"|randperm|permute|", "here it is permutation(n, seed)"},
    {"|rand|random|runif|random_uniform|", "here it is uniform(seed)"},
    {"|randn|gauss|gaussian|rnorm|", "here it is normal(mean, sd, seed)"},
    {"|randint64|random_integers|", "here it is randint(lo, hi, seed)"},
    {"|coin|flip_coin|", "here it is bernoulli(p, seed)"},
    {"|fib|", "here it is fibonacci()"},
    {"|unfold|evolve|nestlist|",
     "here it is iterate(expr, x0) or iterate(a: b, b: a+b, init=(0, 1))"},
    {"|open|load|csv|read_csv|readcsv|file|fromfile|", "here it is read(\"FILE\")"},
    {"|input|pipe|", "here it is stdin()"},
    {"|exists|some|", "here it is any()"},
    {"|none|", "write map(!x) | all()"},
    {"|print|show|collect|list|tolist|display|output|write|save|tee|",
     "nothing is needed: who pulls has the elements, to write them where they belong"},
};

static const struct row functions[] = {
    {"|ln|loge|", "here it is log(x)"},
    {"|power|pown|powr|", "here it is pow(a, b)"},
    {"|square|sq|", "write x*x; a root is sqrt(x)"},
    {"|fabs|absolute|magnitude|", "here it is abs(x)"},
    {"|int|integer|long|int64|", "here it is i64(x)"},
    {"|int32|", "here it is i32(x)"},
    {"|uint|uint64|", "here it is u64(x)"},
    {"|uint32|", "here it is u32(x)"},
    {"|float|double|real|float64|", "here it is f64(x)"},
    {"|float32|single|", "here it is f32(x)"},
    {"|boolean|", "here it is bool(x)"},
    {"|ceiling|", "here it is ceil(x)"},
    {"|rint|nearest|", "round(x) goes away from zero at halves"},
    {"|sgn|signum|", "here it is sign(x)"},
    {"|if|iif|ifelse|where|case|", "write condition ? a : b"},
    {"|rem|remainder|", "write a % b of integers, fmod(a, b) of floats; mod(a, b) rounds down"},
    {"|div|idiv|quotient|", "write a / b, which truncates, or floordiv(a, b)"},
    {"|arctan|arctg|", "here it is atan(x)"},
    {"|arcsin|", "here it is asin(x)"},
    {"|arccos|", "here it is acos(x)"},
    {"|arctan2|", "here it is atan2(y, x)"},
    {"|cot|", "write 1/tan(x)"},
    {"|log_10|lg|", "here it is log10(x)"},
    {"|gamma|tgamma|", "write exp(lgamma(x))"},
    {"|factorial|fact|", "write exp(lgamma(x + 1)), or range(1, n + 1) | scan(prod)"},
    {"|sigmoid|logistic|expit|", "write 1/(1 + exp(-x))"},
    {"|norminv|qnorm|ppf|probit|ndtri|", "here it is normal_quantile(x)"},
    {"|normcdf|pnorm|cdf|", "write erfc(-x/sqrt(2))/2"},
    {"|hypotenuse|", "here it is hypot(a, b)"},
    {"|clip|bound|limit|", "here it is clamp(x, lo, hi)"},
    {"|mean|avg|average|", "of columns write (a + b)/2; of elements it is the terminal mean()"},
    {"|sum|total|", "of columns write a + b; of elements it is the terminal sum()"},
    {"|fmin|minimum|", "here it is min(a, b, ...)"},
    {"|fmax|maximum|", "here it is max(a, b, ...)"},
    {"|xor|", "write a ^ b"},
    {"|and|", "write a && b"},
    {"|or|", "write a || b"},
    {"|not|", "write !a"},
    {"|bitcount|popcnt|", "here it is popcount(x)"},
    {"|lzcnt|nlz|", "here it is clz(x)"},
    {"|isfinite|", "write !isnan(x) && !isinf(x)"},
    {"|random|", "here it is rand(seed)"},
    {"|lcm|", "write x / gcd(x, y) * y"},
    {"|isprime|", "not there"},
    {"|deg|degrees|", "write x*180/pi"},
    {"|rad|radians|", "write x*pi/180"},
    {"|next|shift|", "lag(x, k, default) looks back, lead(x, k, default) ahead"},
};

static const struct row names[] = {
    {"|PI|Pi|M_PI|", "the number is written pi"},
    {"|E|M_E|", "the number is written e"},
    {"|True|TRUE|", "write true"},
    {"|False|FALSE|", "write false"},
    {"|NaN|NAN|NA|null|None|", "write nan, a float; isnan(x) finds it"},
    {"|Inf|INF|Infinity|infinity|oo|", "write inf"},
    {"|index|position|row|", "an element's position is i"},
};

static const char *find(const struct row rows[], size_t count, const char *name)
{
    char wanted[64];
    int length = snprintf(wanted, sizeof wanted, "|%s|", name);
    if (length >= (int)sizeof wanted || strpbrk(name, "|")) return NULL;
    for (size_t k = 0; k < count; k++)
        if (strstr(rows[k].names, wanted)) return rows[k].hint;
    return NULL;
}

const char *mr_foreign_operator(const char *name)
{
    return find(operators, sizeof operators / sizeof operators[0], name);
}

const char *mr_foreign_function(const char *name)
{
    return find(functions, sizeof functions / sizeof functions[0], name);
}

const char *mr_foreign_name(const char *name)
{
    return find(names, sizeof names / sizeof names[0], name);
}
