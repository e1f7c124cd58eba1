/* Expressions that are well typed by construction, at chance. */
#include <stdio.h>

#include "random_writer.h"

void random_column(struct writer *w, size_t column)
{
    put(w, "%s", w->shape.columns == 1 && !w->only_this ? "x" : w->shape.name[column]);
}

/* The same, or now and then that of an element before. */
static void put_element(struct writer *w, size_t column)
{
    bool is_far = !w->only_this && chance(w, 6);
    if (is_far) put(w, chance(w, 50) ? "lag(" : "lead(");
    random_column(w, column);
    if (!is_far) return;
    put(w, ", %d, ", chance(w, 70) ? 1 : (int)below(w, 40));
    if (w->shape.type[column] == MR_BOOL)
        put(w, chance(w, 50) ? "true" : "false");
    else
        random_literal(w, w->shape.type[column]);
    put(w, ")");
}

struct signs {
    size_t count;
    const char *text[7];
};

/* (A SIGN B): B is of the other dtype, or a literal in so many of a hundred. */
static void put_infix(struct writer *w, mr_dtype type, const struct signs *signs, mr_dtype other,
                      unsigned literals, unsigned depth)
{
    put(w, "(");
    random_expression(w, type, depth);
    put(w, " %s ", signs->text[below(w, signs->count)]);
    if (chance(w, literals))
        random_literal(w, type);
    else
        random_expression(w, other, depth);
    put(w, ")");
}

void random_comparison(struct writer *w, unsigned depth)
{
    static const struct signs signs = {6, {"==", "!=", "<", "<=", ">", ">="}};
    mr_dtype type = number_type(w);
    put_infix(w, type, &signs, type, 60, depth);
}

void random_leaf(struct writer *w, mr_dtype type)
{
    size_t columns = w->only_position ? 0 : w->shape.columns, fitting[COLUMNS], count = 0;
    for (size_t c = 0; c < columns; c++)
        if (w->shape.type[c] == type) fitting[count++] = c;
    if (type == MR_I64 && (count == 0 || chance(w, 20)) && (columns == 0 || chance(w, 40))) {
        put(w, "i");
        return;
    }
    if (count) {
        put_element(w, fitting[below(w, count)]);
        return;
    }
    put(w, "%s(", mr_dtype_name(type));
    if (columns == 0 || chance(w, 15))
        put(w, type == MR_BOOL ? "i %% 3" : "i");
    else
        random_column(w, below(w, columns));
    put(w, ")");
}

/* After a comparison another one is refused. */
static const char *pick_truth_operator(struct writer *w, bool *compares)
{
    static const char *const signs[] = {"&&", "||", "&", "|", "^", "==", "!="};
    enum { COUNT = sizeof signs / sizeof signs[0], COMPARISONS = 2 };
    size_t k = below(w, *compares ? COUNT - COMPARISONS : COUNT);
    *compares = k >= COUNT - COMPARISONS;
    return signs[k];
}

/* Operators that keep one dtype, however they are grouped: no parentheses, so that precedence is
 * put to the test. No two literals stand side by side, and none is shifted. */
static void put_flat(struct writer *w, mr_dtype type)
{
    static const char *const integers[] = {"+", "-", "*", "&", "^", "|"};
    static const char *const shifts[] = {"<<", ">>"};
    static const char *const floats[] = {"+", "-", "*", "/"};
    size_t count = 2 + below(w, 4);
    bool literal = true, compares = false;
    put(w, "(");
    for (size_t k = 0; k < count; k++) {
        if (k && type == MR_BOOL) put(w, " %s ", pick_truth_operator(w, &compares));
        if (k && is_float(type)) put(w, " %s ", PICK(w, floats));
        if (k && is_integer(type))
            put(w, " %s ", !literal && chance(w, 25) ? PICK(w, shifts) : PICK(w, integers));
        literal = !literal && type != MR_BOOL && chance(w, 40);
        if (literal)
            random_integer(w, 1 + below(w, 9));
        else
            random_leaf(w, type);
    }
    put(w, ")");
}

static void put_call(struct writer *w, const char *function, mr_dtype type, unsigned arguments,
                     unsigned depth)
{
    put(w, "%s(", function);
    for (unsigned k = 0; k < arguments; k++) {
        if (k) put(w, ", ");
        if (k && type != MR_BOOL && chance(w, 30))
            random_literal(w, type);
        else
            random_expression(w, type, depth);
    }
    put(w, ")");
}

static void put_choice(struct writer *w, mr_dtype type, unsigned depth)
{
    bool eager = chance(w, 40);
    put(w, eager ? "select(" : "(");
    random_expression(w, MR_BOOL, depth);
    put(w, eager ? ", " : " ? ");
    random_expression(w, type, depth);
    put(w, eager ? ", " : " : ");
    if (type != MR_BOOL && chance(w, 30))
        random_literal(w, type);
    else
        random_expression(w, type, depth);
    put(w, ")");
}

static void put_divisor(struct writer *w, bool may_be_negative)
{
    unsigned n = 1 + (unsigned)below(w, 12);
    put(w, may_be_negative && chance(w, 20) ? "(-%u)" : "%u", n);
}

void random_division(struct writer *w, mr_dtype type, unsigned depth)
{
    static const char *const signs[] = {"/", "%"};
    static const char *const calls[] = {"floordiv", "mod"};
    bool is_call = chance(w, 30);
    const char *sign = PICK(w, signs), *call = PICK(w, calls);
    char divisor[64];
    size_t mark = w->length;
    random_leaf(w, type);
    (void)snprintf(divisor, sizeof divisor, "%s", w->text + mark);
    w->length = mark;
    bool guarded = !w->may_fail && chance(w, 25);
    if (guarded) put(w, "(%s == 0 ? ", divisor);
    if (guarded) random_expression(w, type, depth);
    if (guarded) put(w, " : ");
    put(w, is_call ? "%s(" : "(", call);
    random_expression(w, type, depth);
    put(w, is_call ? ", " : " %s ", sign);
    if (w->may_fail && chance(w, 60))
        put(w, "(%s - %u)", divisor, chance(w, 50) ? 0 : (unsigned)below(w, 3000));
    else if (guarded)
        put(w, "%s", divisor);
    else if (chance(w, 70))
        put_divisor(w, is_signed(type));
    else
        put(w, "(%s | 1)", divisor);
    put(w, guarded ? "))" : ")");
}

static void put_integer_operation(struct writer *w, mr_dtype type, unsigned depth)
{
    static const struct signs signs = {7, {"+", "-", "*", "*", "&", "|", "^"}};
    static const char *const one[] = {"abs", "sign", "popcount", "clz"};
    static const char *const two[] = {"min", "max", "gcd"};
    mr_dtype narrow = type == MR_I64 && chance(w, 30)   ? MR_I32
                      : type == MR_I64 && chance(w, 20) ? MR_U32
                      : type == MR_U64 && chance(w, 30) ? MR_U32
                      : type == MR_I32 && chance(w, 20) ? MR_BOOL
                                                        : type;
    switch (below(w, 9)) {
    case 0: random_division(w, type, depth); return;
    case 1: put_call(w, PICK(w, one), type, 1, depth); return;
    case 2: put_call(w, PICK(w, two), type, 2, depth); return;
    case 3:
        put(w, chance(w, 50) ? "(-" : "(~");
        random_expression(w, type, depth);
        put(w, ")");
        return;
    case 4:
        put(w, "(");
        random_expression(w, type, depth);
        put(w, chance(w, 50) ? " << " : " >> ");
        if (chance(w, 60))
            put(w, "%u", (unsigned)below(w, 70));
        else
            random_expression(w, integer_type(w), 0);
        put(w, ")");
        return;
    default: put_infix(w, type, &signs, narrow, 40, depth);
    }
}

static void put_float_function(struct writer *w, mr_dtype type, unsigned depth)
{
    static const char *const plain[] = {"sqrt",  "floor", "ceil", "round",
                                        "trunc", "abs",   "sign", "sqrt"};
    static const char *const library[] = {
        "exp",   "exp2", "expm1", "log",  "log2", "log10",  "log1p",
        "sin",   "cos",  "tan",   "asin", "acos", "atan",   "sinh",
        "cosh",  "tanh", "cbrt",  "erf",  "erfc", "erfinv", "normal_quantile",
        "lgamma"};
    static const char *const pairs[] = {"pow", "atan2", "hypot", "fmod", "mod", "floordiv"};
    if (w->options.no_transcendental || chance(w, 50)) {
        put_call(w, PICK(w, plain), type, 1, depth);
    } else if (chance(w, 25)) {
        put_call(w, PICK(w, pairs), type, 2, depth);
    } else {
        /* An integer argument makes the function an f64 one. */
        mr_dtype argument = type == MR_F64 && chance(w, 20) ? integer_type(w) : type;
        put_call(w, PICK(w, library), argument, 1, depth);
    }
}

static void put_float_operation(struct writer *w, mr_dtype type, unsigned depth)
{
    static const struct signs signs = {4, {"+", "-", "*", "/"}};
    mr_dtype other = type == MR_F64 && chance(w, 30) ? any_type(w) : type;
    switch (below(w, 8)) {
    case 0:
    case 1: put_float_function(w, type, depth); return;
    case 2: put_call(w, chance(w, 50) ? "min" : "max", type, 2, depth); return;
    case 3: put_call(w, chance(w, 50) ? "clamp" : "fma", type, 3, depth); return;
    case 4:
        put(w, "(-");
        random_expression(w, type, depth);
        put(w, ")");
        return;
    default: put_infix(w, type, &signs, other, 50, depth);
    }
}

static void put_bool_operation(struct writer *w, unsigned depth)
{
    static const char *const signs[] = {"&&", "||", "&", "|", "^", "==", "!="};
    switch (below(w, 6)) {
    case 0:
        put(w, "!");
        random_expression(w, MR_BOOL, depth);
        return;
    case 1:
        put(w, chance(w, 50) ? "isnan(" : "isinf(");
        random_expression(w, chance(w, 50) ? MR_F32 : MR_F64, depth);
        put(w, ")");
        return;
    case 2:
        put(w, "(");
        random_expression(w, MR_BOOL, depth);
        put(w, " %s ", PICK(w, signs));
        random_expression(w, MR_BOOL, depth);
        put(w, ")");
        return;
    default: random_comparison(w, depth);
    }
}

void random_expression(struct writer *w, mr_dtype type, unsigned depth)
{
    /* Chains of casts and choices double the text at each level. */
    if (depth == 0 || chance(w, 15) || w->length > TEXT_BYTES / 2) {
        random_leaf(w, type);
    } else if (chance(w, 12)) {
        put_flat(w, type);
    } else if (chance(w, 10)) {
        put_choice(w, type, depth - 1);
    } else if (chance(w, 10)) {
        put(w, "%s(", mr_dtype_name(type));
        random_expression(w, any_type(w), depth - 1);
        put(w, ")");
    } else if (type == MR_BOOL) {
        put_bool_operation(w, depth - 1);
    } else if (is_float(type)) {
        put_float_operation(w, type, depth - 1);
    } else {
        put_integer_operation(w, type, depth - 1);
    }
}

void random_condition(struct writer *w)
{
    static const unsigned moduli[] = {2, 3, 5, 7, 64};
    switch (below(w, 4)) {
    case 0: random_expression(w, MR_BOOL, 3); return;
    case 1: random_leaf(w, integer_type(w)); break;
    case 2: random_comparison(w, 1); return;
    default: put(w, "i");
    }
    put(w, " %% %u", PICK(w, moduli));
    put(w, " != %u", (unsigned)below(w, 3));
}

/* ---- variables of one's own ------------------------------------------------------------------ */

/* What a variable starts as: of exactly its dtype. Where `sees_element`, made of the columns. */
static void put_start(struct writer *w, mr_dtype type, bool sees_element)
{
    put(w, "%s(", mr_dtype_name(type));
    if (sees_element && chance(w, 70))
        random_expression(w, any_type(w), 1);
    else
        put(w, "%u", (unsigned)below(w, type == MR_BOOL ? 2 : 30));
    put(w, ")");
}

struct shape random_variables(struct writer *w, bool sees_element, bool ends)
{
    struct shape own = {.columns = 0, .length = w->shape.length}, input = w->shape, scope;
    bool only_this = w->only_this;
    for (size_t k = 1 + below(w, 2); k; k--) {
        char name[NAME_BYTES];
        random_label(w, name);
        writer_add_column(&own, name, any_type(w));
    }
    scope = own;
    for (size_t c = 0; c < input.columns; c++)
        writer_add_column(&scope, input.name[c], input.type[c]);
    w->only_this = true;
    w->shape = scope;
    for (size_t k = 0; k < own.columns; k++) {
        put(w, "%s%s: ", k ? ", " : "", own.name[k]);
        random_expression(w, own.type[k], 1 + (unsigned)below(w, 3));
    }
    if (ends) put(w, ", while=");
    if (ends) random_comparison(w, 1);
    w->shape = input;
    put(w, ", init=(");
    for (size_t k = 0; k < own.columns; k++) {
        if (k) put(w, ", ");
        put_start(w, own.type[k], sees_element);
    }
    put(w, ")");
    w->only_this = only_this;
    return own;
}

void random_every(struct writer *w)
{
    if (chance(w, 40)) put(w, ", every=%u", 1 + (unsigned)below(w, 300));
}
