/* Expressions over one column of each dtype, lowered into a body and computed at one position. */
#ifndef MR_TESTS_IR_LOWERED_TEXT_H
#define MR_TESTS_IR_LOWERED_TEXT_H

#include "io/number.h"
#include "ir/body.h"
#include "ir/typing.h"

/* The columns: b, s, u, l, w, f, d of bool, i32, u32, i64, u64, f32, f64, and z, a zero of i64. */
enum {
    LOWERED_POSITION = 5,
    LOWERED_BASE = 1 /* columns of the texts count from here */
};

/* Whom errors and checks name: an operator map. */
extern const struct mr_seq lowered_owner;

struct lowered {
    struct ir_body body;
    struct mr_expr *expr;
    ir_value value;
    mr_status status;
    mr_error err;
};

void lower_text(struct lowered *out, const char *text);
void free_lowered(struct lowered *lowered);

/* As a sink of text writes it. */
void format_scalar(char out[MR_NUMBER_TEXT_BYTES], mr_dtype dtype, mr_scalar value);

/* What an expression's dtype and value are, or which check fails where it is computed. */
struct value_row {
    const char *text;
    mr_dtype dtype;
    const char *value;
    mr_status failure; /* of a check */
};
void assert_values(const struct value_row rows[], size_t count);
#define ASSERT_VALUES(rows) assert_values(rows, sizeof(rows) / sizeof(rows)[0])

#endif
