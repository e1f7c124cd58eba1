/* Sources: their elements, and what describes them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model_parts.h"

/* ---- sources --------------------------------------------------------------------------------- */

enum outcome model_source_next(struct node *n, struct row *out, bool wanted)
{
    if (n->length != endless && n->position >= n->length) return GOT_END;
    if (wanted && !n->element(n, n->position, &out->column[0])) {
        out->failure = *n->failure;
        *n->failure = (struct failure){0};
    }
    n->position++;
    return GOT_ROW;
}

/* start + step * i: wrapping, or a multiplication and then an addition, each rounded. */
static bool affine_element(struct node *n, int64_t i, struct value *out)
{
    struct value product;
    (void)model_arithmetic(&product, MULTIPLY,
                           model_cast(model_integer(MR_I64, (uint64_t)i), n->type), n->increment);
    return model_arithmetic(out, ADD, n->start, product);
}

static bool linspace_element(struct node *n, int64_t i, struct value *out)
{
    if (i > 0 && i == n->length - 1) {
        *out = n->last;
        return true;
    }
    return affine_element(n, i, out);
}

static bool repeat_element(struct node *n, int64_t i, struct value *out)
{
    (void)i;
    *out = n->start;
    return true;
}

static bool gen_element(struct node *n, int64_t i, struct value *out)
{
    if (model_evaluate(out, n->expression[0], NULL, i)) return true;
    model_fail_division(n);
    return false;
}

struct matrix {
    uwide a, b, c, d;
};

static struct matrix matrix_product(struct matrix x, struct matrix y, uwide modulus)
{
    return (struct matrix){
        (x.a * y.a % modulus + x.b * y.c % modulus) % modulus,
        (x.a * y.b % modulus + x.b * y.d % modulus) % modulus,
        (x.c * y.a % modulus + x.d * y.c % modulus) % modulus,
        (x.c * y.b % modulus + x.d * y.d % modulus) % modulus,
    };
}

/* {{1, 1}, {1, 0}} to the power n holds F(n) in its corners (Knuth, TAOCP 1, 1.2.8). */
static uint64_t fibonacci_modulo(uwide n, uint64_t modulus)
{
    struct matrix power = {1 % modulus, 0, 0, 1 % modulus};
    struct matrix square = {1 % modulus, 1 % modulus, 1 % modulus, 0};
    for (; n; n >>= 1) {
        if (n & 1) power = matrix_product(power, square, modulus);
        square = matrix_product(square, square, modulus);
    }
    return (uint64_t)power.b;
}

static bool fibonacci_element(struct node *n, int64_t i, struct value *out)
{
    uwide term = (uwide)n->seed + (uwide)i;
    if (n->modulus) {
        *out = model_integer(n->type, fibonacci_modulo(term, n->modulus));
        return true;
    }
    uwide a = 0, b = 1;
    for (uwide k = 0; k < term && a <= (uwide)model_highest(n->type); k++) {
        uwide sum = a + b;
        a = b;
        b = sum;
    }
    *out = model_integer(n->type, (uint64_t)a);
    if (a <= (uwide)model_highest(n->type)) return true;
    model_fail(n, "overflow", i, "term too large");
    return false;
}

/* Philox4x32-10 (Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC'11, section 3.3):
 * word i & 3 of block i >> 2. */
static uint32_t philox_word(uint64_t seed, uint64_t stream, uint64_t i)
{
    uint64_t block = i >> 2;
    uint32_t c[4] = {(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)stream,
                     (uint32_t)(stream >> 32)};
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = UINT64_C(0xD2511F53) * c[0], p1 = UINT64_C(0xCD9E8D57) * c[2];
        uint32_t c1 = c[1], c3 = c[3];
        c[0] = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c[1] = (uint32_t)p1;
        c[2] = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c[3] = (uint32_t)p0;
        k0 += UINT32_C(0x9E3779B9);
        k1 += UINT32_C(0xBB67AE85);
    }
    return c[i & 3];
}

static bool philox_element(struct node *n, int64_t i, struct value *out)
{
    *out = model_integer(MR_U32, philox_word(n->seed, n->stream, (uint64_t)i));
    return true;
}

static bool uniform_element(struct node *n, int64_t i, struct value *out)
{
    uint64_t k = (uint64_t)i;
    if (n->type == MR_F32) {
        *out = model_f32((float)(philox_word(n->seed, n->stream, k) >> 8) * 0x1p-24f);
        return true;
    }
    uint64_t low = philox_word(n->seed, n->stream, 2 * k);
    uint64_t high = philox_word(n->seed, n->stream, 2 * k + 1);
    *out = model_f64((double)((high << 32 | low) >> 11) * 0x1p-53);
    return true;
}

/* What a description says is empty asks for nothing. */
enum outcome model_ask(struct node *n, struct row *out, bool wanted)
{
    return n->most == 0 ? GOT_END : n->next(n, out, wanted);
}

/* A row exists where every input has one; where one has ended, failures of others are none. */
enum outcome model_zip_next(struct node *n, struct row *out, bool wanted)
{
    enum outcome worst = GOT_ROW;
    size_t column = 0;
    struct failure before = *n->failure, failed = before;
    for (size_t k = 0; k < n->inputs && worst != GOT_END; k++) {
        struct row row = {0};
        enum outcome outcome = model_ask(n->input[k], &row, wanted);
        for (size_t c = 0; c < n->input[k]->schema.columns; c++)
            out->column[column++] = row.column[c];
        if (!out->failure.status) out->failure = row.failure;
        if (outcome == GOT_FAILURE && worst == GOT_ROW) failed = *n->failure;
        if (outcome != GOT_ROW && (worst == GOT_ROW || outcome == GOT_END)) worst = outcome;
    }
    *n->failure = worst == GOT_FAILURE ? failed : before;
    return worst;
}

enum outcome model_chain_next(struct node *n, struct row *out, bool wanted)
{
    for (; n->current < n->inputs; n->current++) {
        struct node *input = n->input[n->current];
        enum outcome outcome = model_ask(input, out, wanted);
        if (outcome != GOT_END) return outcome;
    }
    return GOT_END;
}

/* ---- building sources ------------------------------------------------------------------------ */

/* i64, or f64 when one of the numbers has a fraction. */
static mr_dtype progression_type(struct model *m, struct call *call, int start_at, int stop_at,
                                 int step_at)
{
    const struct {
        const char *name;
        int index;
    } numbers[] = {{"start", start_at}, {"stop", stop_at}, {"step", step_at}};
    for (size_t k = 0; k < 3; k++) {
        struct expression *e = model_argument(call, numbers[k].name, numbers[k].index);
        struct value v = e ? model_constant(m, e) : model_integer(MR_I64, 0);
        if (model_is_float(v.type) && (v.f != trunc(v.f) || !(fabs(v.f) < 0x1p64))) return MR_F64;
    }
    return MR_I64;
}

static struct node *new_source(struct model *m, mr_dtype type,
                               bool (*element)(struct node *, int64_t, struct value *))
{
    struct node *n = model_new_node(m, model_source_next);
    n->element = element;
    n->type = type;
    n->schema = (struct schema){.columns = 1, .name = {"x"}, .type = {type}};
    return n;
}

static struct node *build_count(struct model *m, struct call *call)
{
    mr_dtype type = progression_type(m, call, 0, NAMED_ONLY, 1);
    struct node *n = new_source(m, model_dtype_argument(m, call, 2, type), affine_element);
    n->start = model_scalar_argument(m, call, "start", 0, n->type, 0);
    n->increment = model_scalar_argument(m, call, "step", 1, n->type, 1);
    return n;
}

static int64_t integer_range_length(wide start, wide stop, wide step)
{
    wide span = step > 0 ? stop - start : start - stop, stride = step > 0 ? step : -step;
    wide length = span > 0 ? (span + stride - 1) / stride : 0;
    return length > INT64_MAX ? INT64_MAX : (int64_t)length;
}

/* From about `length` on, to the first element that is not before stop. */
static int64_t float_range_length(struct node *n, int64_t length, double stop)
{
    bool up = n->increment.f > 0;
    struct value x;
    while (length > 0 && affine_element(n, length - 1, &x) && !(up ? x.f < stop : x.f > stop))
        length--;
    while (affine_element(n, length, &x) && (up ? x.f < stop : x.f > stop)) length++;
    return length;
}

static struct node *build_range(struct model *m, struct call *call)
{
    bool only_stop = model_positional_arguments(call) < 2;
    int start_at = only_stop ? NAMED_ONLY : 0, stop_at = only_stop ? 0 : 1;
    mr_dtype type = progression_type(m, call, start_at, stop_at, 2);
    struct node *n = new_source(m, model_dtype_argument(m, call, 3, type), affine_element);
    if (!model_argument(call, "stop", stop_at)) model_fault(m, "range: stop is missing");
    n->start = model_scalar_argument(m, call, "start", start_at, n->type, 0);
    n->increment = model_scalar_argument(m, call, "step", 2, n->type, 1);
    if (model_is_float(n->type)) {
        double start = model_scalar_argument(m, call, "start", start_at, MR_F64, 0).f;
        double stop = model_scalar_argument(m, call, "stop", stop_at, MR_F64, 0).f;
        double step = model_scalar_argument(m, call, "step", 2, MR_F64, 1).f;
        double length = ceil((stop - start) / step);
        if (!(length < 0x1p63)) model_fault(m, "range: too long");
        stop = model_scalar_argument(m, call, "stop", stop_at, n->type, 0).f;
        n->length = float_range_length(n, length > 0 ? (int64_t)length : 0, stop);
        return n;
    }
    wide step = model_integer_argument(m, call, "step", 2, 1);
    if (step == 0) model_fault(m, "range: step is 0");
    n->length = integer_range_length(model_integer_argument(m, call, "start", start_at, 0),
                                     model_integer_argument(m, call, "stop", stop_at, 0), step);
    return n;
}

static struct node *build_linspace(struct model *m, struct call *call)
{
    struct node *n = new_source(m, MR_F64, linspace_element);
    n->start = model_scalar_argument(m, call, "start", 0, MR_F64, 0);
    n->last = model_scalar_argument(m, call, "stop", 1, MR_F64, 0);
    n->length = model_count_argument(m, call, "num", 2, 50);
    n->increment = model_f64((n->last.f - n->start.f) / (double)(n->length - 1));
    if (n->length < 2) n->increment = model_f64(0.0);
    return n;
}

static struct node *build_repeat(struct model *m, struct call *call)
{
    struct expression *e = model_argument(call, "value", 0);
    if (!e) model_fault(m, "repeat: value is missing");
    struct value v = model_constant(m, e);
    struct node *n = new_source(m, model_dtype_argument(m, call, 2, v.type), repeat_element);
    n->start = model_cast(v, n->type);
    n->length = model_count_argument(m, call, "times", 1, endless);
    return n;
}

static struct node *build_gen(struct model *m, struct call *call)
{
    static const struct schema nothing;
    struct expression *e = model_argument(call, "expr", 0);
    if (!e) model_fault(m, "gen: expression is missing");
    model_type_expression(m, e, &nothing, true);
    struct node *n = new_source(m, e->type, gen_element);
    n->expression[0] = e;
    n->length = model_count_argument(m, call, "length", 1, endless);
    return n;
}

static struct node *build_fibonacci(struct model *m, struct call *call)
{
    struct node *n = new_source(m, model_dtype_argument(m, call, 2, MR_I64), fibonacci_element);
    n->seed = model_scalar_argument(m, call, "start", 0, MR_U64, 0).u;
    wide modulus = model_integer_argument(m, call, "mod", 1, 0);
    if (!model_is_integer(n->type)) model_fault(m, "fibonacci: integers only");
    if (modulus < 0 || modulus > model_highest(n->type))
        model_fault(m, "fibonacci: mod out of range");
    n->modulus = (uint64_t)modulus;
    return n;
}

static struct node *build_philox(struct model *m, struct call *call)
{
    struct node *n = new_source(m, MR_U32, philox_element);
    n->seed = model_scalar_argument(m, call, "seed", 0, MR_U64, 0).u;
    n->stream = model_scalar_argument(m, call, "stream", 1, MR_U64, 0).u;
    return n;
}

static struct node *build_uniform(struct model *m, struct call *call)
{
    struct node *n = build_philox(m, call);
    n->type = n->schema.type[0] = model_dtype_argument(m, call, 2, MR_F64);
    n->element = uniform_element;
    if (!model_is_float(n->type)) model_fault(m, "uniform: floats only");
    return n;
}

static void add_inputs(struct model *m, struct node *n, struct call *call)
{
    for (unsigned k = 0; k < call->arguments; k++) {
        struct argument *a = &call->argument[k];
        if (!a->pipeline) model_fault(m, "%s: pipelines expected", call->name);
        a->used = true;
        n->input[n->inputs++] = a->pipeline;
    }
    if (n->inputs == 0) model_fault(m, "%s: no inputs", call->name);
}

static struct node *build_zip(struct model *m, struct call *call)
{
    struct node *n = model_new_node(m, model_zip_next);
    add_inputs(m, n, call);
    for (size_t k = 0; k < n->inputs; k++) {
        const struct schema *schema = &n->input[k]->schema;
        const char *label = call->argument[k].name;
        if (*label && schema->columns > 1) model_fault(m, "zip: label of several columns");
        for (size_t c = 0; c < schema->columns; c++) {
            char numbered[NAME_BYTES];
            (void)snprintf(numbered, sizeof numbered, "x%zu", n->schema.columns);
            const char *name = schema->columns > 1 ? schema->name[c] : *label ? label : numbered;
            model_add_column(m, n, name, schema->type[c]);
        }
    }
    return n;
}

static struct node *build_chain(struct model *m, struct call *call)
{
    struct node *n = model_new_node(m, model_chain_next);
    add_inputs(m, n, call);
    n->schema = n->input[0]->schema;
    for (size_t k = 1; k < n->inputs; k++) {
        const struct schema *schema = &n->input[k]->schema;
        bool same = schema->columns == n->schema.columns;
        for (size_t c = 0; same && c < schema->columns; c++)
            same = schema->type[c] == n->schema.type[c] &&
                   strcmp(schema->name[c], n->schema.name[c]) == 0;
        if (!same) model_fault(m, "chain: inputs differ");
    }
    return n;
}

static const struct {
    const char *name;
    struct node *(*build)(struct model *m, struct call *call);
} sources[] = {
    {"count", build_count},
    {"range", build_range},
    {"linspace", build_linspace},
    {"repeat", build_repeat},
    {"gen", build_gen},
    {"fibonacci", build_fibonacci},
    {"philox", build_philox},
    {"uniform", build_uniform},
    {"zip", build_zip},
    {"chain", build_chain},
    {"iterate", model_build_iterate},
};

struct node *model_build_source(struct model *m, struct call *call)
{
    for (size_t k = 0; k < sizeof sources / sizeof sources[0]; k++) {
        if (strcmp(sources[k].name, call->name) != 0) continue;
        struct node *n = sources[k].build(m, call);
        n->anywhere = model_goes_anywhere(n);
        n->most = model_most_elements(n);
        return n;
    }
    model_fault(m, "no source %s", call->name);
}
