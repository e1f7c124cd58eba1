#include "ir/function.h"

#include <math.h>
#include <string.h>

typedef mr_status writer(const struct mr_walk *w, const struct mr_function *f, mr_dtype dtype,
                         const struct mr_operand operands[], const ir_value values[],
                         ir_value *out);
static writer write_op, write_library, write_abs, write_clamp, write_sign, write_floordiv,
    write_mod;

typedef enum mr_literal_outcome evaluator(const struct mr_literal args[], struct mr_literal *out);
static evaluator evaluate_abs, evaluate_min, evaluate_max, evaluate_clamp, evaluate_select,
    evaluate_sign, evaluate_floordiv, evaluate_mod;

/* One row a function: name, arity, rule, writer, code, evaluator. */
#define FUNCTION_TABLE(ROW)                                                                        \
    ROW("abs", 1, MR_TAKES_NUMBERS, write_abs, IR_ABS, evaluate_abs)                               \
    ROW("min", 2, MR_TAKES_NUMBERS, write_op, IR_MIN, evaluate_min)                                \
    ROW("max", 2, MR_TAKES_NUMBERS, write_op, IR_MAX, evaluate_max)                                \
    ROW("clamp", 3, MR_TAKES_NUMBERS, write_clamp, 0, evaluate_clamp)                              \
    ROW("select", 3, MR_CHOOSES, write_op, IR_SELECT, evaluate_select)                             \
    ROW("sign", 1, MR_TAKES_NUMBERS, write_sign, 0, evaluate_sign)                                 \
    ROW("sqrt", 1, MR_TAKES_FLOATS, write_op, IR_SQRT, NULL)                                       \
    ROW("floor", 1, MR_TAKES_FLOATS, write_op, IR_FLOOR, NULL)                                     \
    ROW("ceil", 1, MR_TAKES_FLOATS, write_op, IR_CEIL, NULL)                                       \
    ROW("round", 1, MR_TAKES_FLOATS, write_op, IR_ROUND, NULL)                                     \
    ROW("trunc", 1, MR_TAKES_FLOATS, write_op, IR_TRUNC, NULL)                                     \
    ROW("fma", 3, MR_TAKES_FLOATS, write_op, IR_FMA, NULL)                                         \
    ROW("isnan", 1, MR_TESTS_FLOATS, write_op, IR_ISNAN, NULL)                                     \
    ROW("isinf", 1, MR_TESTS_FLOATS, write_op, IR_ISINF, NULL)                                     \
    ROW("popcount", 1, MR_TAKES_INTEGERS, write_op, IR_POPCOUNT, NULL)                             \
    ROW("clz", 1, MR_TAKES_INTEGERS, write_op, IR_CLZ, NULL)                                       \
    ROW("floordiv", 2, MR_DIVIDES, write_floordiv, 0, evaluate_floordiv)                           \
    ROW("mod", 2, MR_DIVIDES, write_mod, 0, evaluate_mod)                                          \
    ROW("rand", 1, MR_DRAWS, NULL, MR_FN_UNIFORM_F64, NULL)                                        \
    ROW("randn", 1, MR_DRAWS, NULL, MR_FN_NORMAL_F64, NULL)                                        \
    ROW("lag", 3, MR_READS_NEIGHBOUR, NULL, MR_BACK, NULL)                                         \
    ROW("lead", 3, MR_READS_NEIGHBOUR, NULL, MR_AHEAD, NULL)                                       \
    ROW("prev", 2, MR_READS_NEIGHBOUR, NULL, MR_BACK, NULL)

static const struct mr_function functions[] = {
#define FUNCTION_ROW(name, arity, rule, write, code, evaluate)                                     \
    {name, arity, write, rule, code, evaluate},
    FUNCTION_TABLE(FUNCTION_ROW)
#undef FUNCTION_ROW
#define LIBRARY_FUNCTION(constant, name, arity, operands)                                          \
    {#name, arity, write_library, MR_TAKES_##operands, constant, NULL},
        MR_LIBRARY_MATH_TABLE(LIBRARY_FUNCTION)
#undef LIBRARY_FUNCTION
};

const char *const mr_function_names[] = {
#define FUNCTION_NAME(name, arity, rule, write, code, evaluate) name,
    FUNCTION_TABLE(FUNCTION_NAME)
#undef FUNCTION_NAME
#define LIBRARY_NAME(constant, name, arity, operands) #name,
        MR_LIBRARY_MATH_TABLE(LIBRARY_NAME)
#undef LIBRARY_NAME
#define DTYPE_CAST(constant, name, ctype, cltype) name,
            MR_DTYPE_TABLE(DTYPE_CAST)
#undef DTYPE_CAST
                NULL,
};

const struct mr_function *mr_function_find(const char *name)
{
    for (size_t k = 0; k < sizeof functions / sizeof functions[0]; k++)
        if (strcmp(functions[k].name, name) == 0) return &functions[k];
    return NULL;
}

bool mr_function_is_variadic(const struct mr_function *f)
{
    return f->code == IR_MIN || f->code == IR_MAX ? f->write == write_op : false;
}

const char *mr_function_parameters(const struct mr_function *f)
{
    bool is_wide = f->arity == 3;
    switch (f->rule) {
    case MR_CHOOSES: return "c, a, b";
    case MR_DRAWS: return "seed";
    case MR_READS_NEIGHBOUR: return is_wide ? "x, k, default" : "x, default";
    default: break;
    }
    if (mr_function_is_variadic(f)) return "a, b, ...";
    if (is_wide) return f->evaluate == evaluate_clamp ? "x, lo, hi" : "a, b, c";
    return f->arity == 1 ? "x" : "a, b";
}

bool mr_function_uses_index(const struct mr_function *f)
{
    return f->rule == MR_DRAWS || f->rule == MR_READS_NEIGHBOUR;
}

/* ---- of literals ---- */

static enum mr_literal_outcome evaluate_abs(const struct mr_literal args[], struct mr_literal *out)
{
    *out = args[0];
    if (args[0].dtype == MR_F64) out->value.f64 = fabs(args[0].value.f64);
    if (mr_literal_compare(*out, mr_literal_integer(0)) >= 0 || args[0].dtype == MR_F64)
        return MR_EVALUATED;
    return mr_literal_evaluate(MR_OPERATOR_NEG, args[0], args[0], out);
}

/* A NaN wins, and the first of equals. */
static enum mr_literal_outcome evaluate_min(const struct mr_literal args[], struct mr_literal *out)
{
    bool takes_second = mr_literal_is_nan(args[1]) || mr_literal_compare(args[1], args[0]) < 0;
    *out = args[takes_second && !mr_literal_is_nan(args[0])];
    return MR_EVALUATED;
}

static enum mr_literal_outcome evaluate_max(const struct mr_literal args[], struct mr_literal *out)
{
    bool takes_second = mr_literal_is_nan(args[1]) || mr_literal_compare(args[1], args[0]) > 0;
    *out = args[takes_second && !mr_literal_is_nan(args[0])];
    return MR_EVALUATED;
}

static enum mr_literal_outcome evaluate_clamp(const struct mr_literal args[],
                                              struct mr_literal *out)
{
    struct mr_literal raised[2] = {{MR_I64, {0}}, args[2]};
    (void)evaluate_max(args, &raised[0]);
    return evaluate_min(raised, out);
}

static enum mr_literal_outcome evaluate_select(const struct mr_literal args[],
                                               struct mr_literal *out)
{
    bool holds = mr_literal_is_nan(args[0]) || mr_literal_compare(args[0], mr_literal_integer(0));
    *out = args[holds ? 1 : 2];
    return MR_EVALUATED;
}

static enum mr_literal_outcome evaluate_sign(const struct mr_literal args[], struct mr_literal *out)
{
    int sign = mr_literal_compare(args[0], mr_literal_integer(0));
    *out = (struct mr_literal){MR_I64, {.i64 = sign}};
    if (args[0].dtype == MR_F64) *out = mr_literal_as_real(*out);
    if (mr_literal_is_nan(args[0])) *out = args[0];
    return MR_EVALUATED;
}

static enum mr_literal_outcome evaluate_floordiv(const struct mr_literal args[],
                                                 struct mr_literal *out)
{
    return mr_literal_floor(MR_OPERATOR_DIV, args[0], args[1], out);
}

static enum mr_literal_outcome evaluate_mod(const struct mr_literal args[], struct mr_literal *out)
{
    return mr_literal_floor(MR_OPERATOR_REM, args[0], args[1], out);
}

/* ---- code ---- */

static mr_status write_op(const struct mr_walk *w, const struct mr_function *f, mr_dtype dtype,
                          const struct mr_operand operands[], const ir_value values[],
                          ir_value *out)
{
    (void)dtype, (void)operands;
    enum ir_op op = (enum ir_op)f->code;
    struct ir_body *b = w->l->body;
    *out = f->arity == 1   ? mr_ir_unary(b, op, values[0])
           : f->arity == 2 ? mr_ir_binary(b, op, values[0], values[1])
                           : mr_ir_ternary(b, op, values[0], values[1], values[2]);
    return MR_OK;
}

static mr_status write_library(const struct mr_walk *w, const struct mr_function *f, mr_dtype dtype,
                               const struct mr_operand operands[], const ir_value values[],
                               ir_value *out)
{
    (void)operands;
    *out = mr_ir_call(w->l->body, (enum mr_library_fn)f->code, dtype, values, f->arity);
    return MR_OK;
}

static mr_status write_abs(const struct mr_walk *w, const struct mr_function *f, mr_dtype dtype,
                           const struct mr_operand operands[], const ir_value values[],
                           ir_value *out)
{
    (void)f, (void)operands;
    bool is_unsigned = dtype == MR_U32 || dtype == MR_U64;
    *out = is_unsigned ? values[0] : mr_ir_unary(w->l->body, IR_ABS, values[0]);
    return MR_OK;
}

static mr_status write_clamp(const struct mr_walk *w, const struct mr_function *f, mr_dtype dtype,
                             const struct mr_operand operands[], const ir_value values[],
                             ir_value *out)
{
    (void)f, (void)dtype, (void)operands;
    ir_value raised = mr_ir_binary(w->l->body, IR_MAX, values[0], values[1]);
    *out = mr_ir_binary(w->l->body, IR_MIN, raised, values[2]);
    return MR_OK;
}

/* 1, -1, or what is neither above nor below 0: 0 itself (without its sign) or NaN. */
static mr_status write_sign(const struct mr_walk *w, const struct mr_function *f, mr_dtype dtype,
                            const struct mr_operand operands[], const ir_value values[],
                            ir_value *out)
{
    (void)f, (void)operands;
    struct ir_body *b = w->l->body;
    ir_value x = values[0], zero = mr_ir_const_int(b, dtype, 0);
    ir_value rest = zero;
    if (mr_dtype_is_float(dtype))
        rest = mr_ir_ternary(b, IR_SELECT, mr_ir_unary(b, IR_ISNAN, x), x, zero);
    if (mr_dtype_is_float(dtype) || mr_dtype_is_signed(dtype))
        rest = mr_ir_ternary(b, IR_SELECT, mr_ir_binary(b, IR_LT, x, zero),
                             mr_ir_const_int(b, dtype, -1), rest);
    *out = mr_ir_ternary(b, IR_SELECT, mr_ir_binary(b, IR_LT, zero, x),
                         mr_ir_const_int(b, dtype, 1), rest);
    return MR_OK;
}

/* ---- of floats, as CPython's float_divmod() and NumPy's npy_divmod() ---- */

static ir_value real(struct ir_body *b, mr_dtype dtype, double value)
{
    return mr_ir_const(b, dtype, (mr_scalar){.f64 = value});
}

/* Whether the remainder is not 0 and has not the divisor's sign. NaNs stay NaN either way. */
static ir_value must_rise(struct ir_body *b, mr_dtype dtype, ir_value rest, ir_value divisor)
{
    ir_value zero = real(b, dtype, 0);
    ir_value differ = mr_ir_binary(b, IR_NE, mr_ir_binary(b, IR_LT, rest, zero),
                                   mr_ir_binary(b, IR_LT, divisor, zero));
    return mr_ir_binary(b, IR_AND, mr_ir_binary(b, IR_NE, rest, zero), differ);
}

/* A remainder of 0 takes the divisor's sign, which is not 0 then. */
static ir_value mod_of_floats(struct ir_body *b, mr_dtype dtype, const ir_value operands[2])
{
    ir_value divisor = operands[1], zero = real(b, dtype, 0);
    ir_value rest = mr_ir_call(b, MR_FN_FMOD, dtype, operands, 2);
    ir_value raised = mr_ir_ternary(b, IR_SELECT, must_rise(b, dtype, rest, divisor),
                                    mr_ir_binary(b, IR_ADD, rest, divisor), rest);
    ir_value signed_zero = mr_ir_ternary(b, IR_SELECT, mr_ir_binary(b, IR_LT, divisor, zero),
                                         real(b, dtype, -0.0), zero);
    return mr_ir_ternary(b, IR_SELECT, mr_ir_binary(b, IR_EQ, rest, zero), signed_zero, raised);
}

/* (a - rest)/b is an integer but for rounding; 0 takes the sign of a/b, and so a/b times 0. */
static ir_value floordiv_of_floats(struct ir_body *b, mr_dtype dtype, const ir_value operands[2])
{
    ir_value a = operands[0], divisor = operands[1], zero = real(b, dtype, 0);
    ir_value one = real(b, dtype, 1);
    ir_value rest = mr_ir_call(b, MR_FN_FMOD, dtype, operands, 2);
    ir_value near = mr_ir_binary(b, IR_DIV, mr_ir_binary(b, IR_SUB, a, rest), divisor);
    near = mr_ir_ternary(b, IR_SELECT, must_rise(b, dtype, rest, divisor),
                         mr_ir_binary(b, IR_SUB, near, one), near);
    ir_value whole = mr_ir_unary(b, IR_FLOOR, near);
    ir_value is_below =
        mr_ir_binary(b, IR_LT, real(b, dtype, 0.5), mr_ir_binary(b, IR_SUB, near, whole));
    whole = mr_ir_ternary(b, IR_SELECT, is_below, mr_ir_binary(b, IR_ADD, whole, one), whole);
    ir_value quotient = mr_ir_binary(b, IR_DIV, a, divisor);
    whole = mr_ir_ternary(b, IR_SELECT, mr_ir_binary(b, IR_EQ, near, zero),
                          mr_ir_binary(b, IR_MUL, quotient, zero), whole);
    return mr_ir_ternary(b, IR_SELECT, mr_ir_binary(b, IR_EQ, divisor, zero), quotient, whole);
}

/* ---- of integers ---- */

/* True where the truncated remainder has the sign that the divisor has not. */
static ir_value off_by_one(struct ir_body *b, mr_dtype dtype, ir_value remainder, ir_value divisor)
{
    ir_value zero = mr_ir_const_int(b, dtype, 0);
    ir_value signs = mr_ir_binary(b, IR_XOR, remainder, divisor);
    return mr_ir_binary(b, IR_AND, mr_ir_binary(b, IR_NE, remainder, zero),
                        mr_ir_binary(b, IR_LT, signs, zero));
}

static mr_status write_floordiv(const struct mr_walk *w, const struct mr_function *f,
                                mr_dtype dtype, const struct mr_operand operands[],
                                const ir_value values[], ir_value *out)
{
    (void)f;
    struct ir_body *b = w->l->body;
    ir_value divisor;
    MR_TRY(mr_settle_divisor(w, &operands[1], dtype, &divisor));
    if (mr_dtype_is_float(dtype)) {
        *out = floordiv_of_floats(b, dtype, (const ir_value[]){values[0], divisor});
        return MR_OK;
    }
    *out = mr_ir_binary(b, IR_DIV, values[0], divisor);
    if (!mr_dtype_is_signed(dtype)) return MR_OK;
    ir_value remainder = mr_ir_binary(b, IR_REM, values[0], divisor);
    ir_value lower = mr_ir_binary(b, IR_SUB, *out, mr_ir_const_int(b, dtype, 1));
    *out = mr_ir_ternary(b, IR_SELECT, off_by_one(b, dtype, remainder, divisor), lower, *out);
    return MR_OK;
}

static mr_status write_mod(const struct mr_walk *w, const struct mr_function *f, mr_dtype dtype,
                           const struct mr_operand operands[], const ir_value values[],
                           ir_value *out)
{
    (void)f;
    struct ir_body *b = w->l->body;
    ir_value divisor;
    MR_TRY(mr_settle_divisor(w, &operands[1], dtype, &divisor));
    if (mr_dtype_is_float(dtype)) {
        *out = mod_of_floats(b, dtype, (const ir_value[]){values[0], divisor});
        return MR_OK;
    }
    ir_value remainder = mr_ir_binary(b, IR_REM, values[0], divisor);
    *out = remainder;
    if (!mr_dtype_is_signed(dtype)) return MR_OK;
    ir_value raised = mr_ir_binary(b, IR_ADD, remainder, divisor);
    *out = mr_ir_ternary(b, IR_SELECT, off_by_one(b, dtype, remainder, divisor), raised, remainder);
    return MR_OK;
}

static mr_status fail_integers(const struct mr_walk *w, const struct mr_expr *call,
                               const struct mr_function *f, mr_dtype dtype)
{
    const char *kind = f->rule == MR_DIVIDES ? "integers or floats" : "integers";
    mr_status st = mr_walk_fail(w, call, MR_E_TYPE, "%s() takes %s, not %s", f->name, kind,
                                mr_dtype_name(dtype));
    return mr_error_hint(w->err, st, "cast its arguments: i64(...)");
}

static mr_status settle_dtype(const struct mr_walk *w, const struct mr_expr *call,
                              const struct mr_function *f, mr_dtype *dtype)
{
    switch (f->rule) {
    case MR_TAKES_NUMBERS:
        if (*dtype == MR_BOOL) *dtype = MR_I32;
        return MR_OK;
    case MR_TAKES_FLOATS:
    case MR_TESTS_FLOATS:
        if (!mr_dtype_is_float(*dtype)) *dtype = MR_F64;
        return MR_OK;
    case MR_DIVIDES: return *dtype != MR_BOOL ? MR_OK : fail_integers(w, call, f, *dtype);
    case MR_TAKES_INTEGERS:
        return mr_dtype_is_integer(*dtype) ? MR_OK : fail_integers(w, call, f, *dtype);
    default: return MR_OK;
    }
}

/* Stream 0 of the seed, at the element's position. */
static mr_status apply_draw(const struct mr_walk *w, const struct mr_expr *call,
                            const struct mr_function *f, const struct mr_operand *seed,
                            struct mr_operand *out)
{
    struct ir_body *b = w->l->body;
    bool is_seed = seed->is_constant && mr_dtype_is_integer(seed->dtype) &&
                   !(mr_dtype_is_signed(seed->dtype) && seed->scalar.i64 < 0);
    if (w->scope->position == IR_NONE)
        return mr_walk_fail(w, call, MR_E_TYPE, "%s() needs a position, there is none here",
                            f->name);
    if (!is_seed)
        return mr_error_hint(w->err,
                             mr_walk_fail(w, call, MR_E_TYPE,
                                          "%s() takes a seed known beforehand, 0 to 2^64-1",
                                          f->name),
                             "write it as a number: %s(42)", f->name);
    const ir_value args[] = {w->scope->position, mr_ir_param(b, MR_U64, seed->scalar, seed->expr),
                             mr_ir_const_int(b, MR_U64, 0)};
    ir_value code = mr_ir_call(b, (enum mr_library_fn)f->code, MR_F64, args, 3);
    *out = (struct mr_operand){.expr = call, .dtype = MR_F64, .code = code};
    return MR_OK;
}

/* A condition need only be known. */
static bool are_literals(const struct mr_function *f, const struct mr_operand operands[])
{
    bool are = true;
    for (size_t k = 0; k < f->arity; k++)
        are &= f->rule == MR_CHOOSES && k == 0 ? operands[k].is_constant : operands[k].is_weak;
    return are;
}

static mr_status evaluate_call(const struct mr_walk *w, const struct mr_expr *call,
                               const struct mr_function *f, const struct mr_operand operands[],
                               struct mr_operand *out)
{
    struct mr_literal args[MR_MAX_ARITY] = {{MR_I64, {0}}}, value;
    size_t first = f->rule == MR_CHOOSES ? 1 : 0;
    bool has_real = false;
    for (size_t k = 0; k < f->arity; k++) args[k] = mr_operand_literal(&operands[k]);
    for (size_t k = first; k < f->arity; k++) has_real |= args[k].dtype == MR_F64;
    for (size_t k = first; has_real && k < f->arity; k++) args[k] = mr_literal_as_real(args[k]);
    enum mr_literal_outcome outcome = f->evaluate(args, &value);
    MR_TRY(mr_walk_check_literal(w, call, outcome));
    *out = (struct mr_operand){.expr = call,
                               .dtype = value.dtype,
                               .is_constant = true,
                               .is_weak = true,
                               .scalar = value.value,
                               .code = IR_NONE};
    return MR_OK;
}

mr_status mr_function_apply(const struct mr_walk *w, const struct mr_expr *call,
                            const struct mr_function *f, const struct mr_operand operands[],
                            struct mr_operand *out)
{
    if (f->evaluate && are_literals(f, operands)) return evaluate_call(w, call, f, operands, out);
    if (f->rule == MR_DRAWS) return apply_draw(w, call, f, &operands[0], out);
    mr_dtype dtype;
    ir_value values[MR_MAX_ARITY] = {IR_NONE, IR_NONE, IR_NONE};
    size_t first = f->rule == MR_CHOOSES ? 1 : 0;
    MR_TRY(mr_meet(w, call, operands + first, f->arity - first, &dtype));
    MR_TRY(settle_dtype(w, call, f, &dtype));
    if (first) values[0] = mr_operand_cast(w, &operands[0], MR_BOOL);
    size_t settled = f->rule == MR_DIVIDES ? 1 : f->arity;
    for (size_t k = first; k < settled; k++) MR_TRY(mr_settle(w, &operands[k], dtype, &values[k]));
    *out = (struct mr_operand){.expr = call, .dtype = dtype};
    if (f->rule == MR_TESTS_FLOATS) out->dtype = MR_BOOL;
    return f->write(w, f, dtype, operands, values, &out->code);
}
