/* Expressions as written: an untyped tree that the parser builds and operators keep.
 * Types come later, when the columns an expression meets are known (ir/typing.h). */
#ifndef MR_IR_EXPR_H
#define MR_IR_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Binary and unary operators: constant, spelling, C's precedence (higher binds tighter),
 * operands. */
#define MR_OPERATOR_TABLE(ROW)                                                                     \
    ROW(MR_OPERATOR_OR, "||", 1, 2)                                                                \
    ROW(MR_OPERATOR_AND, "&&", 2, 2)                                                               \
    ROW(MR_OPERATOR_BIT_OR, "|", 3, 2)                                                             \
    ROW(MR_OPERATOR_BIT_XOR, "^", 4, 2)                                                            \
    ROW(MR_OPERATOR_BIT_AND, "&", 5, 2)                                                            \
    ROW(MR_OPERATOR_EQ, "==", 6, 2)                                                                \
    ROW(MR_OPERATOR_NE, "!=", 6, 2)                                                                \
    ROW(MR_OPERATOR_LT, "<", 7, 2)                                                                 \
    ROW(MR_OPERATOR_LE, "<=", 7, 2)                                                                \
    ROW(MR_OPERATOR_GT, ">", 7, 2)                                                                 \
    ROW(MR_OPERATOR_GE, ">=", 7, 2)                                                                \
    ROW(MR_OPERATOR_SHL, "<<", 8, 2)                                                               \
    ROW(MR_OPERATOR_SHR, ">>", 8, 2)                                                               \
    ROW(MR_OPERATOR_ADD, "+", 9, 2)                                                                \
    ROW(MR_OPERATOR_SUB, "-", 9, 2)                                                                \
    ROW(MR_OPERATOR_MUL, "*", 10, 2)                                                               \
    ROW(MR_OPERATOR_DIV, "/", 10, 2)                                                               \
    ROW(MR_OPERATOR_REM, "%", 10, 2)                                                               \
    ROW(MR_OPERATOR_NOT, "!", 11, 1)                                                               \
    ROW(MR_OPERATOR_BIT_NOT, "~", 11, 1)                                                           \
    ROW(MR_OPERATOR_NEG, "-", 11, 1)

enum mr_operator {
#define MR_OPERATOR_ENUM(constant, spelling, precedence, operands) constant,
    MR_OPERATOR_TABLE(MR_OPERATOR_ENUM)
#undef MR_OPERATOR_ENUM
        MR_OPERATOR_COUNT
};

const char *mr_operator_spelling(enum mr_operator op);

enum mr_expr_kind {
    MR_EXPR_INTEGER,     /* integer: 0 .. 2^64-1; a minus sign is an MR_OPERATOR_NEG around it */
    MR_EXPR_REAL,        /* real; is_exact_integer set for 1e12: integral, |value| < 2^63 */
    MR_EXPR_BOOL,        /* integer: 0 or 1 */
    MR_EXPR_TEXT,        /* name: a quoted string's content, unescaped */
    MR_EXPR_NAME,        /* name: a column, x, i, a choice or a dtype */
    MR_EXPR_OPERATOR,    /* op, args[0..1] or args[0] */
    MR_EXPR_CONDITIONAL, /* args[0] ? args[1] : args[2] */
    MR_EXPR_CALL         /* name(args...) */
};

struct mr_expr {
    enum mr_expr_kind kind;
    enum mr_operator op;
    bool is_quoted;        /* of NAME: in back quotes, so a column and nothing else */
    bool is_hex;           /* of INTEGER */
    bool is_enclosed;      /* in brackets of its own */
    bool looks_like_power; /* of `^`: x^2 */
    bool looks_like_mask;  /* of `&`, `|`, `^`: x & 1 == 0, where Python compares last */
    struct mr_span span;
    uint64_t integer;
    double real;
    char *name;          /* also of REAL and BOOL, where a word was written: nan */
    char *constant_name; /* that the caller gave to it and that stands in the text; NULL: none */
    struct mr_expr **args;
    size_t arg_count;
};

/* A node that owns its name's copy (name NULL: none) and takes over `args` (an mr_alloc()ed array
 * and what it holds), even when it fails. NULL when out of memory. */
struct mr_expr *mr_expr_create(enum mr_expr_kind kind, struct mr_span span, const char *name,
                               size_t name_length, struct mr_expr **args, size_t arg_count);

/* A deep copy; NULL when out of memory. */
struct mr_expr *mr_expr_copy(const struct mr_expr *expr);

/* Frees the tree and nulls the pointer; accepts NULL. */
void mr_expr_destroy(struct mr_expr **expr);

/* Nodes in the tree. */
size_t mr_expr_size(const struct mr_expr *expr);

/* True when the expression depends on the position: it reads `i`, draws, or reads neighbours. */
bool mr_expr_uses_index(const struct mr_expr *expr);

#endif
