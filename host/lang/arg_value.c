#include "lang/arg_value.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

mr_arg mr_int(int64_t value)
{
    return (mr_arg){.kind = ARG_INT, .number.i64 = value};
}

mr_arg mr_uint(uint64_t value)
{
    return (mr_arg){.kind = ARG_UINT, .number.u64 = value};
}

mr_arg mr_real(double value)
{
    return (mr_arg){.kind = ARG_REAL, .number.f64 = value};
}

mr_arg mr_typed(mr_dtype dtype, mr_arg number)
{
    bool is_dtype = dtype > MR_DTYPE_NONE && dtype < MR_DTYPE_COUNT;
    if (!is_dtype || number.kind < ARG_INT || number.kind > ARG_REAL) return (mr_arg){.kind = 0};
    number.kind |= (int)dtype << ARG_DTYPE_SHIFT;
    return number;
}

mr_arg mr_expr(const char *expression)
{
    return (mr_arg){.kind = ARG_EXPR, .text = expression};
}

mr_arg mr_text(const char *text)
{
    return (mr_arg){.kind = ARG_TEXT, .text = text};
}

mr_arg mr_input(const mr_seq *seq)
{
    return (mr_arg){.kind = ARG_INPUT, .seq = seq};
}

mr_arg mr_named(const char *keyword, mr_arg value)
{
    value.keyword = keyword;
    return value;
}

mr_arg mr_constant(const char *name, mr_arg value)
{
    value.keyword = name;
    value.kind |= ARG_CONSTANT;
    return value;
}

bool mr_arg_has_value(const mr_arg *arg)
{
    int kind = mr_arg_kind(arg);
    if (kind < ARG_INT || kind > ARG_INPUT) return false;
    return kind <= ARG_REAL || (kind == ARG_INPUT ? arg->seq != NULL : arg->text != NULL);
}

/* A node over one other, which it takes over. */
static mr_status put_around(struct mr_expr **expr, enum mr_expr_kind kind, const char *name,
                            mr_error *err)
{
    struct mr_expr **args = mr_alloc(1, sizeof *args);
    if (!args) {
        mr_expr_destroy(expr);
        return mr_fail_no_memory(err, "an expression");
    }
    args[0] = *expr;
    *expr = mr_expr_create(kind, (struct mr_span){0, 0}, name, name ? strlen(name) : 0, args, 1);
    return *expr ? MR_OK : mr_fail_no_memory(err, "an expression");
}

/* A literal without its sign; what has a word for it carries that, as when it is written. */
static struct mr_expr *magnitude(const mr_arg *arg, bool is_negative)
{
    bool is_real = mr_arg_kind(arg) == ARG_REAL;
    double real = fabs(arg->number.f64);
    const char *word = !is_real ? NULL : isnan(real) ? "nan" : isinf(real) ? "inf" : NULL;
    struct mr_expr *literal =
        mr_expr_create(is_real ? MR_EXPR_REAL : MR_EXPR_INTEGER, (struct mr_span){0, 0}, word,
                       word ? strlen(word) : 0, NULL, 0);
    if (!literal) return NULL;
    if (is_real)
        literal->real = real;
    else
        literal->integer = is_negative ? -arg->number.u64 : arg->number.u64;
    return literal;
}

static mr_status truth_expr(struct mr_expr **out, const mr_arg *arg, mr_error *err)
{
    bool is_true = mr_arg_kind(arg) == ARG_REAL ? arg->number.f64 != 0.0 : arg->number.u64 != 0;
    const char *word = is_true ? "true" : "false";
    *out = mr_expr_create(MR_EXPR_BOOL, (struct mr_span){0, 0}, word, strlen(word), NULL, 0);
    if (!*out) return mr_fail_no_memory(err, "an expression");
    (*out)->integer = is_true;
    return MR_OK;
}

/* Negative ones are behind a minus, those of a dtype in its cast. */
static mr_status number_expr(struct mr_expr **out, const mr_arg *arg, mr_error *err)
{
    int kind = mr_arg_kind(arg);
    mr_dtype dtype = (mr_dtype)(arg->kind >> ARG_DTYPE_SHIFT);
    if (dtype == MR_BOOL) return truth_expr(out, arg, err);
    bool is_negative = kind == ARG_INT ? arg->number.i64 < 0
                                       : kind == ARG_REAL && !isnan(arg->number.f64) &&
                                             signbit(arg->number.f64) != 0;
    *out = magnitude(arg, is_negative);
    if (!*out) return mr_fail_no_memory(err, "an expression");
    if (is_negative) {
        MR_TRY(put_around(out, MR_EXPR_OPERATOR, NULL, err));
        (*out)->op = MR_OPERATOR_NEG;
    }
    return dtype ? put_around(out, MR_EXPR_CALL, mr_dtype_name(dtype), err) : MR_OK;
}

mr_status mr_arg_literal(struct mr_expr **out, const mr_arg *arg, mr_error *err)
{
    if (mr_arg_kind(arg) != ARG_TEXT) return number_expr(out, arg, err);
    *out =
        mr_expr_create(MR_EXPR_TEXT, (struct mr_span){0, 0}, arg->text, strlen(arg->text), NULL, 0);
    return *out ? MR_OK : mr_fail_no_memory(err, "a text");
}
