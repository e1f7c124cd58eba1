/* The waist: a body is a straight-line program over one position, typed values in the order they
 * are computed. Operators write bodies; the engines run them (host/engine) or print them
 * (host/emit).
 *
 * Equal values are made once (hash-consing), so asking twice for the same input costs nothing.
 * A builder keeps the first failure and answers IR_NONE after it; ask mr_body_status() once. */
#ifndef MR_IR_BODY_H
#define MR_IR_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include <millrace/dtype.h>

#include "base/error.h"
#include "ir/library.h"

struct mr_seq;

typedef int32_t ir_value;
enum { IR_NONE = -1 };

/* One row an operation: constant, name, operands. Comparisons and tests give MR_BOOL; the others
 * the dtype of their operands unless said otherwise. Integers wrap, shift counts are masked. */
#define MR_IR_TABLE(ROW)                                                                           \
    ROW(IR_CONST, "const", 0) /* imm, part of the code's shape */                                  \
    ROW(IR_PARAM, "param", 0) /* imm, a kernel argument */                                         \
    ROW(IR_WORDS, "words", 0) /* imm of them, at subject: what a library function reads */         \
    ROW(IR_INDEX, "index", 0) /* i64: the position being computed */                               \
    ROW(IR_END, "end", 0)     /* i64: elements of the input before this position are there */      \
    ROW(IR_LOAD, "load", 1)   /* input, column; operand: i64 position in the input */              \
    ROW(IR_ADD, "add", 2)                                                                          \
    ROW(IR_SUB, "sub", 2)                                                                          \
    ROW(IR_MUL, "mul", 2)                                                                          \
    ROW(IR_DIV, "div", 2) /* truncating; an integer divisor is never 0; min / -1 = min */          \
    ROW(IR_REM, "rem", 2) /* integers; sign of the dividend; min % -1 = 0 */                       \
    ROW(IR_NEG, "neg", 1)                                                                          \
    ROW(IR_AND, "and", 2) /* bits, or logic on bool; likewise or, xor, not */                      \
    ROW(IR_OR, "or", 2)                                                                            \
    ROW(IR_XOR, "xor", 2)                                                                          \
    ROW(IR_NOT, "not", 1)                                                                          \
    ROW(IR_SHL, "shl", 2) /* both operands of one dtype */                                         \
    ROW(IR_SHR, "shr", 2) /* arithmetic on signed */                                               \
    ROW(IR_EQ, "eq", 2)                                                                            \
    ROW(IR_NE, "ne", 2)                                                                            \
    ROW(IR_LT, "lt", 2)                                                                            \
    ROW(IR_LE, "le", 2)                                                                            \
    ROW(IR_SELECT, "select", 3) /* operand 0 (bool) ? 1 : 2 */                                     \
    ROW(IR_CAST, "cast", 1)     /* float to integer saturates, NaN gives 0 */                      \
    ROW(IR_MIN, "min", 2)       /* NaN if either is; else b < a ? b : a */                         \
    ROW(IR_MAX, "max", 2)       /* NaN if either is; else a < b ? b : a */                         \
    ROW(IR_ABS, "abs", 1)                                                                          \
    ROW(IR_SQRT, "sqrt", 1) /* floats; likewise floor to fma */                                    \
    ROW(IR_FLOOR, "floor", 1)                                                                      \
    ROW(IR_CEIL, "ceil", 1)                                                                        \
    ROW(IR_TRUNC, "trunc", 1)                                                                      \
    ROW(IR_ROUND, "round", 1) /* halves away from zero */                                          \
    ROW(IR_FMA, "fma", 3)                                                                          \
    ROW(IR_ISNAN, "isnan", 1)                                                                      \
    ROW(IR_ISINF, "isinf", 1)                                                                      \
    ROW(IR_POPCOUNT, "popcount", 1)                                                                \
    ROW(IR_CLZ, "clz", 1)                                                                          \
    ROW(IR_STATE, "state", 2) /* a variable in a turn of its loop; its start, the loop's first */  \
    ROW(IR_NEXT, "next", 3)   /* a state, its value in the next turn, the NEXT before */           \
    ROW(IR_LOOP, "loop", 3)   /* bool: goes on; the last NEXT; lanes that count; imm: most */      \
    ROW(IR_RESULT, "result", 2) /* a LOOP; its state, after the last turn */                       \
    ROW(IR_CARRY, "carry", 0)   /* a segment's variable before this position; imm: its number */   \
    ROW(IR_CALL, "call", 0)     /* function: a row of ir/library.h; its arity */

enum ir_op {
#define MR_IR_ENUM(constant, name, operands) constant,
    MR_IR_TABLE(MR_IR_ENUM)
#undef MR_IR_ENUM
        IR_OP_COUNT
};

const char *mr_ir_op_name(enum ir_op op);

struct ir_node {
    enum ir_op op;
    mr_dtype dtype;
    ir_value args[3];
    mr_scalar imm;               /* IR_CONST, IR_PARAM, IR_STATE, IR_LOOP */
    uint16_t input, column;      /* IR_LOAD; IR_END: input */
    enum mr_library_fn function; /* IR_CALL */
    bool guarded;                /* IR_LOAD: lanes may lie outside the input; they read anything */
    /* IR_PARAM: what it was written as, so that one text is one value; IR_WORDS: the words;
     * IR_STATE: whose it is. */
    const void *subject;
};

/* A lane for which `bad` holds ends the sequence there with `status`, blamed on `blame`. */
struct ir_check {
    ir_value bad;
    mr_status status;
    const struct mr_seq *blame;
    ir_value position; /* the element's number in blame's input */
};

struct ir_body {
    struct ir_node *nodes;
    size_t count, capacity;
    struct ir_check *checks;
    size_t check_count, check_capacity;
    int32_t *slots; /* hash table of node numbers + 1 */
    size_t slot_count;
    mr_status failed;
};

void mr_body_free(struct ir_body *body);
mr_status mr_body_status(const struct ir_body *body, mr_error *err);

ir_value mr_ir_const(struct ir_body *b, mr_dtype dtype, mr_scalar value);
ir_value mr_ir_const_int(struct ir_body *b, mr_dtype dtype, int64_t value);
ir_value mr_ir_param(struct ir_body *b, mr_dtype dtype, mr_scalar value, const void *subject);

/* u64 words that the sequence owns, as an argument of a library function: kernel arguments, a
 * pointer to the first of them. */
ir_value mr_ir_words(struct ir_body *b, const uint64_t *words, size_t count);

ir_value mr_ir_index(struct ir_body *b);
ir_value mr_ir_end(struct ir_body *b, unsigned input);
ir_value mr_ir_load(struct ir_body *b, unsigned input, unsigned column, mr_dtype dtype,
                    ir_value position, bool guarded);
ir_value mr_ir_unary(struct ir_body *b, enum ir_op op, ir_value x);
ir_value mr_ir_binary(struct ir_body *b, enum ir_op op, ir_value x, ir_value y);
ir_value mr_ir_ternary(struct ir_body *b, enum ir_op op, ir_value x, ir_value y, ir_value z);
ir_value mr_ir_cast(struct ir_body *b, mr_dtype dtype, ir_value x);
ir_value mr_ir_call(struct ir_body *b, enum mr_library_fn function, mr_dtype dtype,
                    const ir_value args[], size_t count);
void mr_ir_check(struct ir_body *b, struct ir_check check);

/* Loops. What depends on a state is computed inside its loop, everything else outside:
 *
 *     state k = start k
 *     at most `most` times, as long as `goes_on` (IR_NONE: always): state k = next k, all at once
 *     result k = state k
 *
 * Lanes outside `lanes` (IR_NONE: all) end at once; so does each by itself. Loops hold no loops.
 * `first` is the loop's first state, IR_NONE for itself; `owner` and `key` tell loops apart that
 * begin alike. `before` is the NEXT of another state, IR_NONE at first. */
ir_value mr_ir_state(struct ir_body *b, ir_value start, ir_value first, const void *owner,
                     uint64_t key);
ir_value mr_ir_next(struct ir_body *b, ir_value state, ir_value value, ir_value before);
ir_value mr_ir_loop(struct ir_body *b, ir_value goes_on, ir_value last_next, ir_value lanes,
                    int64_t most);
ir_value mr_ir_result(struct ir_body *b, ir_value loop, ir_value state);

/* Variable `number` of a segment of kind STATE, as the position before left it; MR_BEGINS, a bool:
 * whether they begin anew at this position, so that this means nothing. */
enum { MR_BEGINS = 255 };
ir_value mr_ir_carry(struct ir_body *b, mr_dtype dtype, unsigned number);

/* For each node the LOOP that it is computed in, IR_NONE: none. */
void mr_ir_find_loops(const struct ir_body *b, ir_value loop_of[]);

/* The turns that an element takes at most, of all its loops together; 0: there are none. */
int64_t mr_ir_turns(const struct ir_body *b);

/* x AND y where IR_NONE stands for true. */
ir_value mr_ir_both(struct ir_body *b, ir_value x, ir_value y);

mr_dtype mr_ir_dtype(const struct ir_body *b, ir_value x);

/* True when value = position + *offset for a number known now: INDEX, and INDEX plus or minus
 * constants and parameters. */
bool mr_ir_unit_stride(const struct ir_body *b, ir_value value, int64_t *offset);

/* The number an integer value has at a position, if it is made of positions and numbers known now
 * by + - *; otherwise the position. */
int64_t mr_ir_number_at(const struct ir_body *b, ir_value value, int64_t position);

static inline bool mr_dtype_is_float(mr_dtype t)
{
    return t == MR_F32 || t == MR_F64;
}

static inline bool mr_dtype_is_signed(mr_dtype t)
{
    return t == MR_I32 || t == MR_I64;
}

static inline bool mr_dtype_is_integer(mr_dtype t)
{
    return t >= MR_I32 && t <= MR_U64;
}

#endif
