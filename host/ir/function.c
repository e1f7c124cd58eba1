#include "ir/function.h"

#include <string.h>

typedef mr_status writer(const struct mr_walk *w, const struct mr_function *f, mr_dtype dtype,
                         const struct mr_operand operands[], const ir_value values[],
                         ir_value *out);
static writer write_op, write_library, write_abs, write_clamp, write_sign, write_floordiv,
    write_mod;

/* One row a function: name, arity, rule, writer, code. */
#define FUNCTION_TABLE(ROW)                                                                        \
    ROW("abs", 1, MR_TAKES_NUMBERS, write_abs, IR_ABS)                                             \
    ROW("min", 2, MR_TAKES_NUMBERS, write_op, IR_MIN)                                              \
    ROW("max", 2, MR_TAKES_NUMBERS, write_op, IR_MAX)                                              \
    ROW("clamp", 3, MR_TAKES_NUMBERS, write_clamp, 0)                                              \
    ROW("select", 3, MR_CHOOSES, write_op, IR_SELECT)                                              \
    ROW("sign", 1, MR_TAKES_NUMBERS, write_sign, 0)                                                \
    ROW("sqrt", 1, MR_TAKES_FLOATS, write_op, IR_SQRT)                                             \
    ROW("floor", 1, MR_TAKES_FLOATS, write_op, IR_FLOOR)                                           \
    ROW("ceil", 1, MR_TAKES_FLOATS, write_op, IR_CEIL)                                             \
    ROW("round", 1, MR_TAKES_FLOATS, write_op, IR_ROUND)                                           \
    ROW("trunc", 1, MR_TAKES_FLOATS, write_op, IR_TRUNC)                                           \
    ROW("fma", 3, MR_TAKES_FLOATS, write_op, IR_FMA)                                               \
    ROW("isnan", 1, MR_TESTS_FLOATS, write_op, IR_ISNAN)                                           \
    ROW("isinf", 1, MR_TESTS_FLOATS, write_op, IR_ISINF)                                           \
    ROW("popcount", 1, MR_TAKES_INTEGERS, write_op, IR_POPCOUNT)                                   \
    ROW("clz", 1, MR_TAKES_INTEGERS, write_op, IR_CLZ)                                             \
    ROW("floordiv", 2, MR_DIVIDES, write_floordiv, 0)                                              \
    ROW("mod", 2, MR_DIVIDES, write_mod, 0)                                                        \
    ROW("rand", 1, MR_DRAWS, NULL, MR_FN_UNIFORM_F64)                                              \
    ROW("randn", 1, MR_DRAWS, NULL, MR_FN_NORMAL_F64)

/* Of ir/library.h, the rows that pipelines may name. */
#define PICK(constant, name, c_name, file, arity, form) PICK_##form(constant, name, arity)

static const struct mr_function functions[] = {
#define FUNCTION_ROW(name, arity, rule, write, code) {name, arity, write, rule, code},
    FUNCTION_TABLE(FUNCTION_ROW)
#undef FUNCTION_ROW
#define PICK_MR_LIBRARY_MATH(constant, name, arity)                                                \
    {name, arity, write_library, MR_TAKES_FLOATS, constant},
#define PICK_MR_LIBRARY_LANE(constant, name, arity)
#define PICK_MR_LIBRARY_RECUR(constant, name, arity)
        MR_LIBRARY_TABLE(PICK)
#undef PICK_MR_LIBRARY_MATH
};

const char *const mr_function_names[] = {
#define FUNCTION_NAME(name, arity, rule, write, code) name,
    FUNCTION_TABLE(FUNCTION_NAME)
#undef FUNCTION_NAME
#define PICK_MR_LIBRARY_MATH(constant, name, arity) name,
        MR_LIBRARY_TABLE(PICK)
#undef PICK_MR_LIBRARY_MATH
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
    ir_value remainder = mr_ir_binary(b, IR_REM, values[0], divisor);
    *out = remainder;
    if (!mr_dtype_is_signed(dtype)) return MR_OK;
    ir_value raised = mr_ir_binary(b, IR_ADD, remainder, divisor);
    *out = mr_ir_ternary(b, IR_SELECT, off_by_one(b, dtype, remainder, divisor), raised, remainder);
    return MR_OK;
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
    case MR_TAKES_INTEGERS:
    case MR_DIVIDES:
        if (mr_dtype_is_integer(*dtype)) return MR_OK;
        return mr_error_hint(w->err,
                             mr_walk_fail(w, call, MR_E_TYPE, "%s() takes integers, not %s",
                                          f->name, mr_dtype_name(*dtype)),
                             "cast its arguments: i64(...)");
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

mr_status mr_function_apply(const struct mr_walk *w, const struct mr_expr *call,
                            const struct mr_function *f, const struct mr_operand operands[],
                            struct mr_operand *out)
{
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
