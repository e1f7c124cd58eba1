/* The functions that expressions may call, casts apart. */
#ifndef MR_IR_FUNCTION_H
#define MR_IR_FUNCTION_H

#include "ir/operand.h"

enum {
    MR_MAX_ARITY = 3,
    MR_MOST_NEIGHBOUR = 1 << 15 /* elements; both ways together no more than MR_HALO_LIMIT */
};

/* What a function's operands become before it is applied. */
enum mr_function_rule {
    MR_TAKES_NUMBERS,  /* they meet; bool as i32; gives what they are */
    MR_TAKES_FLOATS,   /* they meet; integers as f64; gives what they are */
    MR_TAKES_INTEGERS, /* they meet, and a float is an error; gives what they are */
    MR_DIVIDES,        /* they meet, not as bool; the writer settles the second, its divisor */
    MR_TESTS_FLOATS,   /* as MR_TAKES_FLOATS, gives bool */
    MR_CHOOSES,        /* the first is a condition, the others meet; gives what those are */
    MR_DRAWS,          /* a seed known beforehand; gives a random f64 for the position */
    MR_READS_NEIGHBOUR /* any, at another element; how far that is; what there is beyond the ends */
};

struct mr_function {
    const char *name;
    size_t arity; /* of min and max: or more, joined in pairs from the left */
    /* `operands` as they were, for what only constants allow; `values` in `dtype`. */
    mr_status (*write)(const struct mr_walk *w, const struct mr_function *f, mr_dtype dtype,
                       const struct mr_operand operands[], const ir_value values[], ir_value *out);
    enum mr_function_rule rule;
    int code; /* of the IR or library function it writes */
    /* The function of literals, which is a literal; of all of them integers, or all floats (but not
     * a condition). NULL: it is computed where it stands. */
    enum mr_literal_outcome (*evaluate)(const struct mr_literal args[], struct mr_literal *out);
};

/* True for functions of as many operands as one likes. */
bool mr_function_is_variadic(const struct mr_function *f);

/* What stands between its brackets, as messages and listings say it: "x, lo, hi". */
const char *mr_function_parameters(const struct mr_function *f);

/* NULL when there is none. */
const struct mr_function *mr_function_find(const char *name);

/* Which way a function of rule MR_READS_NEIGHBOUR looks. */
enum mr_direction { MR_BACK, MR_AHEAD };

/* True for functions that ask where an element stands: of rand(), and of those that read others. */
bool mr_function_uses_index(const struct mr_function *f);

/* neighbour.c: a call of rule MR_READS_NEIGHBOUR, whose arity is right. */
mr_status mr_walk_neighbour(struct mr_walk *w, const struct mr_expr *call,
                            const struct mr_function *f, struct mr_operand *out);

mr_status mr_function_apply(const struct mr_walk *w, const struct mr_expr *call,
                            const struct mr_function *f, const struct mr_operand operands[],
                            struct mr_operand *out);

#endif
