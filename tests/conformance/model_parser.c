/* From text to expressions and calls of operators. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model_parts.h"

/* ---- parsing --------------------------------------------------------------------------------- */

static struct expression *parse_expression(struct model *m);

void model_skip_space(struct model *m)
{
    while (isspace((unsigned char)*m->at)) m->at++;
}

bool model_accept(struct model *m, const char *token)
{
    model_skip_space(m);
    size_t length = strlen(token);
    if (strncmp(m->at, token, length) != 0) return false;
    m->at += length;
    return true;
}

static void expect(struct model *m, const char *token)
{
    if (!model_accept(m, token)) model_fault(m, "'%s' expected", token);
}

static bool accept_name(struct model *m, char name[NAME_BYTES])
{
    model_skip_space(m);
    size_t length = 0;
    if (!isalpha((unsigned char)*m->at) && *m->at != '_') return false;
    while (isalnum((unsigned char)m->at[length]) || m->at[length] == '_') length++;
    if (length >= NAME_BYTES) model_fault(m, "name too long");
    memcpy(name, m->at, length);
    name[length] = '\0';
    m->at += length;
    return true;
}

static struct expression *new_literal(struct model *m, struct value value, bool weak)
{
    struct expression *e = model_keep(m, 1, sizeof *e);
    e->form = LITERAL;
    e->value = value;
    e->type = value.type;
    e->weak = weak;
    return e;
}

/* Copies a number's digits without their underscores. An exponent may have a sign. */
static bool scan_number(struct model *m, char digits[64], bool hexadecimal)
{
    size_t length = 0;
    bool is_fraction = false;
    for (;; m->at++) {
        char c = *m->at, before = length ? digits[length - 1] : '\0';
        bool exponent = !hexadecimal && (before == 'e' || before == 'E');
        if (c == '_') continue;
        if (!isalnum((unsigned char)c) && c != '.' && !(exponent && (c == '-' || c == '+'))) break;
        if (!hexadecimal && (c == '.' || c == 'e' || c == 'E')) is_fraction = true;
        if (length == 63) model_fault(m, "number too long");
        digits[length++] = c;
    }
    digits[length] = '\0';
    return is_fraction;
}

static struct expression *parse_number(struct model *m)
{
    char digits[64], *end = NULL;
    bool hexadecimal = m->at[0] == '0' && (m->at[1] == 'x' || m->at[1] == 'X');
    if (scan_number(m, digits, hexadecimal)) {
        double f = strtod(digits, &end);
        if (*end) model_fault(m, "bad number %s", digits);
        return new_literal(m, model_f64(f), true);
    }
    uwide n = 0;
    uint64_t radix = hexadecimal ? 16 : 10;
    const char *digit = hexadecimal ? digits + 2 : digits;
    if (!*digit) model_fault(m, "bad number %s", digits);
    for (; *digit; digit++) {
        const char *alphabet = "0123456789abcdef";
        const char *found = strchr(alphabet, tolower((unsigned char)*digit));
        if (!found || (uint64_t)(found - alphabet) >= radix)
            model_fault(m, "bad number %s", digits);
        n = n * radix + (uint64_t)(found - alphabet);
        if (n > UINT64_MAX) model_fault(m, "number too large");
    }
    /* What only u64 holds is a u64, not weak. */
    bool weak = n <= INT64_MAX;
    return new_literal(m, model_integer(weak ? MR_I64 : MR_U64, (uint64_t)n), weak);
}

/* lag(x, k, default), lead(x, k, default), prev(x, default) */
static struct expression *parse_neighbour(struct model *m, struct expression *e)
{
    bool is_prev = strcmp(e->name, "prev") == 0;
    e->form = NEIGHBOUR;
    e->operand[e->operands++] = parse_expression(m);
    e->distance = 1;
    if (!is_prev) {
        expect(m, ",");
        struct expression *distance = parse_expression(m);
        if (distance->form != LITERAL || distance->value.u > 1000) model_fault(m, "a distance");
        e->distance = (int64_t)distance->value.u;
    }
    if (strcmp(e->name, "lead") != 0) e->distance = -e->distance;
    expect(m, ",");
    e->operand[e->operands++] = parse_expression(m);
    expect(m, ")");
    return e;
}

static struct expression *parse_call(struct model *m, struct expression *e)
{
    static const char *const neighbours[] = {"lag", "lead", "prev"};
    for (size_t k = 0; k < 3; k++)
        if (strcmp(neighbours[k], e->name) == 0) return parse_neighbour(m, e);
    for (mr_dtype type = MR_BOOL; type < MR_DTYPE_COUNT; type++)
        if (strcmp(model_dtype_names[type], e->name) == 0) {
            e->form = CAST;
            e->type = type;
        }
    unsigned arity = 1;
    for (size_t k = 0; e->form == NAME && model_functions[k].name; k++)
        if (strcmp(model_functions[k].name, e->name) == 0) {
            e->form = CALL;
            e->function = &model_functions[k];
            arity = model_functions[k].arity;
        }
    if (e->form == NAME) model_fault(m, "no function %s", e->name);
    do {
        if (e->operands == arity) model_fault(m, "%s: too many arguments", e->name);
        e->operand[e->operands++] = parse_expression(m);
    } while (model_accept(m, ","));
    if (e->operands < arity) model_fault(m, "%s: too few arguments", e->name);
    expect(m, ")");
    return e;
}

static struct expression *parse_primary(struct model *m)
{
    model_skip_space(m);
    if (isdigit((unsigned char)*m->at)) return parse_number(m);
    if (model_accept(m, "(")) {
        struct expression *e = parse_expression(m);
        expect(m, ")");
        return e;
    }
    struct expression *e = model_keep(m, 1, sizeof *e);
    e->form = NAME;
    if (!accept_name(m, e->name)) model_fault(m, "expression expected");
    if (model_accept(m, "(")) return parse_call(m, e);
    if (strcmp(e->name, "true") == 0) return new_literal(m, model_boolean(true), false);
    if (strcmp(e->name, "false") == 0) return new_literal(m, model_boolean(false), false);
    if (strcmp(e->name, "inf") == 0) return new_literal(m, model_f64((double)INFINITY), true);
    if (strcmp(e->name, "nan") == 0) return new_literal(m, model_f64((double)NAN), true);
    return e;
}

static struct expression *parse_unary(struct model *m)
{
    static const struct {
        const char *text;
        enum operation operation;
    } unary_operators[] = {{"!", NOT}, {"~", INVERT}, {"-", NEGATE}};
    for (size_t k = 0; k < 3; k++)
        if (model_accept(m, unary_operators[k].text)) {
            struct expression *e = model_keep(m, 1, sizeof *e);
            e->form = UNARY;
            e->operation = unary_operators[k].operation;
            e->operand[0] = parse_unary(m);
            e->operands = 1;
            return e;
        }
    return parse_primary(m);
}

/* Precedence climbing: takes operators that bind at least as tightly as `lowest_taken`. */
static struct expression *parse_binary(struct model *m, int lowest_taken)
{
    struct expression *left = parse_unary(m);
    for (;;) {
        size_t k = 0;
        model_skip_space(m);
        while (model_binaries[k].text &&
               strncmp(m->at, model_binaries[k].text, strlen(model_binaries[k].text)) != 0)
            k++;
        if (!model_binaries[k].text || model_binaries[k].precedence < lowest_taken) return left;
        m->at += strlen(model_binaries[k].text);
        struct expression *e = model_keep(m, 1, sizeof *e);
        e->form = BINARY;
        e->operation = model_binaries[k].operation;
        e->operand[0] = left;
        e->operand[1] = parse_binary(m, model_binaries[k].precedence + 1);
        e->operands = 2;
        left = e;
    }
}

static struct expression *parse_expression(struct model *m)
{
    struct expression *condition = parse_binary(m, 1);
    if (!model_accept(m, "?")) return condition;
    struct expression *e = model_keep(m, 1, sizeof *e);
    e->form = CONDITIONAL;
    e->operand[0] = condition;
    e->operand[1] = parse_expression(m);
    expect(m, ":");
    e->operand[2] = parse_expression(m);
    e->operands = 3;
    return e;
}

static void parse_argument(struct model *m, struct call *call, bool takes_pipelines)
{
    if (call->arguments == ARGUMENTS) model_fault(m, "%s: too many arguments", call->name);
    struct argument *argument = &call->argument[call->arguments++];
    const char *start = m->at;
    bool named = false;
    if (accept_name(m, argument->name)) {
        model_skip_space(m);
        argument->is_label = *m->at == ':';
        named = *m->at == '=' && m->at[1] != '=';
        if (argument->is_label || named) m->at++;
    }
    if (!argument->is_label && !named) {
        argument->name[0] = '\0';
        m->at = start;
    }
    if (named && strcmp(argument->name, "init") == 0 && model_accept(m, "(")) {
        do {
            if (argument->listed == MODEL_COLUMNS) model_fault(m, "too many starts");
            argument->list[argument->listed++] = parse_expression(m);
        } while (model_accept(m, ","));
        expect(m, ")");
        return;
    }
    if (takes_pipelines && !named)
        argument->pipeline = model_parse_pipeline(m);
    else
        argument->expression = parse_expression(m);
}

void model_parse_operator(struct model *m, struct call *call)
{
    memset(call, 0, sizeof *call);
    if (!accept_name(m, call->name)) model_fault(m, "operator expected");
    bool takes_pipelines = strcmp(call->name, "zip") == 0 || strcmp(call->name, "chain") == 0;
    expect(m, "(");
    if (model_accept(m, ")")) return;
    do parse_argument(m, call, takes_pipelines);
    while (model_accept(m, ","));
    expect(m, ")");
}

/* ---- arguments of operators ------------------------------------------------------------------ */

unsigned model_positional_arguments(const struct call *call)
{
    unsigned count = 0;
    for (unsigned k = 0; k < call->arguments; k++) count += !call->argument[k].name[0];
    return count;
}

/* The argument given by name or at an index among the positional ones; NULL when absent. */
struct expression *model_argument(struct call *call, const char *name, int index)
{
    int positional = 0;
    for (unsigned k = 0; k < call->arguments; k++) {
        struct argument *a = &call->argument[k];
        if (a->is_label || a->pipeline) continue;
        bool found = a->name[0] ? strcmp(a->name, name) == 0 : positional++ == index;
        if (!found) continue;
        a->used = true;
        return a->expression;
    }
    return NULL;
}

void model_all_arguments_used(struct model *m, const struct call *call)
{
    for (unsigned k = 0; k < call->arguments; k++)
        if (!call->argument[k].used)
            model_fault(m, "%s: argument %u not understood", call->name, k + 1);
}

struct value model_constant(struct model *m, struct expression *e)
{
    static const struct schema nothing;
    struct value v;
    model_type_expression(m, e, &nothing, false);
    if (!model_evaluate(&v, e, NULL, 0)) model_fault(m, "division by zero in a parameter");
    return v;
}

static wide exact_integer(struct model *m, const char *name, struct value v)
{
    if (model_is_integer(v.type)) return model_as_wide(v);
    if (!model_is_float(v.type) || !(fabs(v.f) < 0x1p64) || v.f != trunc(v.f))
        model_fault(m, "%s: integer expected", name);
    return (wide)v.f;
}

wide model_integer_argument(struct model *m, struct call *call, const char *name, int index,
                            wide fallback)
{
    struct expression *e = model_argument(call, name, index);
    return e ? exact_integer(m, name, model_constant(m, e)) : fallback;
}

/* A count from 0 up, or inf for endless; `fallback` -2: must be given. */
int64_t model_count_argument(struct model *m, struct call *call, const char *name, int index,
                             int64_t fallback)
{
    struct expression *e = model_argument(call, name, index);
    if (!e && fallback == -2) model_fault(m, "%s: %s is missing", call->name, name);
    if (!e) return fallback;
    struct value v = model_constant(m, e);
    if (model_is_float(v.type) && isinf(v.f) && v.f > 0) return endless;
    wide n = exact_integer(m, name, v);
    if (n < 0 || n > INT64_MAX) model_fault(m, "%s: %s out of range", call->name, name);
    return (int64_t)n;
}

struct value model_scalar_argument(struct model *m, struct call *call, const char *name, int index,
                                   mr_dtype type, int fallback)
{
    struct expression *e = model_argument(call, name, index);
    if (!e) return model_cast(model_integer(MR_I32, (uint64_t)fallback), type);
    struct value v = model_constant(m, e);
    if (model_is_float(type)) return model_cast(v, type);
    wide n = exact_integer(m, name, v);
    /* An unsigned sequence may step down. */
    bool steps_down = type == MR_U32 || type == MR_U64 ? strcmp(name, "step") == 0 : false;
    if (n < (steps_down ? -model_highest(type) : model_lowest(type)) || n > model_highest(type))
        model_fault(m, "%s: %s does not fit %s", call->name, name, model_dtype_names[type]);
    return model_integer(type, (uint64_t)n);
}

mr_dtype model_dtype_argument(struct model *m, struct call *call, int index, mr_dtype fallback)
{
    struct expression *e = model_argument(call, "dtype", index);
    if (!e) return fallback;
    for (mr_dtype type = MR_BOOL; type < MR_DTYPE_COUNT; type++)
        if (e->form == NAME && strcmp(e->name, model_dtype_names[type]) == 0) return type;
    model_fault(m, "%s: dtype expected", call->name);
}
