/* Numbers and texts of the caller that expressions use by name. They enter the tree where the name
 * stands, as literals, never as text. */
#ifndef MR_LANG_NAMED_CONSTANT_H
#define MR_LANG_NAMED_CONSTANT_H

#include <millrace/sequence.h>

#include "lang/lexer.h"

struct mr_named_constant {
    const char *name; /* the caller's */
    struct mr_expr *expr;
    bool is_used;
};

struct mr_constants {
    struct mr_named_constant *items;
    size_t count;
};

/* Those among the arguments that are constants. Freed in every case by mr_constants_free(). */
mr_status mr_constants_make(struct mr_constants *out, const mr_arg args[], size_t count,
                            mr_error *err);

/* What the name stands for, noted as used; NULL: no constant has it. `constants` may be NULL. */
const struct mr_expr *mr_constants_find(struct mr_constants *constants,
                                        const struct mr_token *name);

/* A copy for the place where the name stands; NULL when out of memory. */
struct mr_expr *mr_constant_copy(const struct mr_expr *constant, const struct mr_token *name,
                                 struct mr_span span);

/* One that no expression uses is a mistake. */
mr_status mr_constants_check_used(const struct mr_constants *constants, mr_error *err);

void mr_constants_free(struct mr_constants *constants);

#endif
