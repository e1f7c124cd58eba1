/* A sequence: an immutable, typed, counted description; one operator applied to its inputs. */
#ifndef MR_IR_SEQ_H
#define MR_IR_SEQ_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <millrace/dtype.h>

#include "base/error.h"
#include "base/spelling.h"
#include "ir/aggregate.h"
#include "ir/bins.h"
#include "ir/expr.h"
#include "ir/kinds.h"
#include "ir/length.h"

enum { MR_MAX_PARAMS = 8 };

struct mr_column {
    char name[MR_NAME_BYTES];
    mr_dtype dtype;
};

/* From where a sequence can be read. */
enum mr_access {
    MR_ANYWHERE,  /* element n for any n in any order */
    MR_FROM_ANY,  /* opened at any n, then in order (a file, a linear recurrence) */
    MR_FROM_START /* only from element 0 on */
};

struct mr_number {
    bool is_real;
    bool is_negative; /* of an integer: the value is -(int64) in i64; else in u64 */
    mr_scalar value;  /* f64 if is_real, i64 if negative, else u64 */
};

/* A parameter's value as the operator declared it (ir/op.h). */
struct mr_argument {
    bool present;    /* written, or filled in from the parameter's fallback */
    bool is_written; /* stands in the text: range(5) is written range(0, 5) */
    struct mr_span span;
    struct mr_number number;         /* INT, COUNT, SEED, REAL, NUMBER */
    bool is_endless;                 /* COUNT: inf was written; the number is INT64_MAX */
    mr_dtype dtype;                  /* DTYPE */
    mr_dtype dtypes[MR_MAX_COLUMNS]; /* DTYPES: dtype_count of them */
    size_t dtype_count;
    int choice;                 /* CHOICE: its place among the choices */
    const struct mr_expr *expr; /* as written; NULL for a fallback */
};

/* A labelled expression of a variadic parameter, or a labelled input. */
struct mr_label {
    char text[MR_NAME_BYTES]; /* "" when unlabelled */
};

/* The text of a pipeline, kept by all sequences that were parsed from it. */
struct mr_written {
    atomic_uint references;
    char text[];
};
struct mr_written *mr_written_create(const char *text); /* NULL: no memory */
struct mr_written *mr_written_ref(struct mr_written *written);
void mr_written_unref(struct mr_written **written);

/* What an operator tells its kind and aggregate, so that nobody below reads its arguments. */
struct mr_settings {
    int64_t extent;      /* WINDOW, CHUNK, SHUFFLE: elements; terminals: INT64_MAX */
    uint64_t seed;       /* SHUFFLE */
    int64_t ddof;        /* VAR, STD: delta degrees of freedom */
    struct mr_bins bins; /* HIST */
    bool is_narrow;      /* sums of f32 stay f32 */
};

struct mr_op;

struct mr_seq {
    atomic_uint references;
    const struct mr_op *op;
    struct mr_span span;
    struct mr_written *written;             /* what the spans point into; NULL: made by calls */
    struct mr_argument args[MR_MAX_PARAMS]; /* in the order of op->params */
    char *text;                             /* the content of a TEXT parameter */
    char *note;             /* what describing it found out, for `explain`, or NULL */
    struct mr_expr **exprs; /* EXPR and EXPRS parameters; args[k].expr may point here */
    struct mr_label *expr_labels;
    struct mr_label label; /* of a parameter that takes one */
    size_t expr_count;
    struct mr_seq **inputs;
    struct mr_label *input_labels;
    size_t input_count;
    size_t stage_count, node_count; /* of the whole description, for the limits */
    void *context;                  /* the operator's own data; freed by op->free_context */

    /* Derived by op->check: */
    struct mr_column columns[MR_MAX_COLUMNS];
    size_t column_count;
    struct mr_length length;
    enum mr_access access;
    enum mr_kind kind;
    enum mr_aggregate aggregate; /* SCAN, WINDOW, CHUNK, REDUCE */
    struct mr_settings settings; /* what those two take besides the inputs */
    bool is_live;                /* fed by the caller or a pipe: never asked ahead of the ring */
};

struct mr_seq *mr_seq_ref(struct mr_seq *seq);
void mr_seq_unref(struct mr_seq **seq);

/* The index of the named column, or -1. */
int mr_seq_column(const struct mr_seq *seq, const char *name);

/* The nearest operator in which the sequence stops being readable from anywhere; for messages.
 * NULL when it is readable from any element. */
const struct mr_seq *mr_seq_not_seekable(const struct mr_seq *seq);

/* The first operator that makes a sequence's length unknown; for messages. */
const struct mr_seq *mr_seq_uncounted(const struct mr_seq *seq);

#endif
