/* An operator is data: one file in host/ops/ that defines `const struct mr_op mr_op_<file name>`.
 * The build finds it; the parser, `--help`, `millrace ops`, the type errors, `explain`, the README
 * and the conformance test read it. */
#ifndef MR_IR_OP_H
#define MR_IR_OP_H

#include "io/file_identity.h"
#include "io/input.h"
#include "io/table.h"
#include "ir/lowering.h"
#include "ir/seq.h"
#include "ir/typing.h"

enum mr_role { MR_SOURCE, MR_STAGE, MR_TERMINAL };

enum mr_param_type {
    MR_PARAM_NONE,  /* the end of a parameter table */
    MR_PARAM_INT,   /* a constant i64 */
    MR_PARAM_COUNT, /* a constant i64, not negative; `inf` where the fallback is "inf": INT64_MAX */
    MR_PARAM_SEED,  /* a constant u64 */
    MR_PARAM_NUMBER, /* a constant, integer or real */
    MR_PARAM_DTYPE,  /* the name of a dtype */
    MR_PARAM_DTYPES, /* a list of names of dtypes: (i64, f64) or one */
    MR_PARAM_CHOICE, /* one of `choices` */
    MR_PARAM_TEXT,   /* a quoted text; at most one an operator */
    MR_PARAM_EXPR,   /* an expression of the element */
    MR_PARAM_EXPRS, /* any number of expressions, each with an optional label; the last parameter */
    MR_PARAM_NUMBERS, /* constants, (1, 2) or one: mr_list_number() */
    MR_PARAM_STARTS,  /* expressions of the element, (x, 0) or one: the argument's list */
    MR_PARAM_NAME,    /* a name, that of a new column */
    MR_PARAM_COLUMNS, /* a list of column names or numbers: (a, b) or one; texts or names */
    MR_PARAM_SEQS     /* any number of sequences, each with an optional label; the last parameter */
};

/* Where a number must lie; all zero: wherever its type can. */
struct mr_range {
    bool has_least, has_most;
    bool is_above, is_below; /* the bound itself is left out */
    double least, most;
};
#define MR_FROM(a)                                                                                 \
    {                                                                                              \
        .has_least = true, .least = (a)                                                            \
    }
#define MR_ABOVE(a)                                                                                \
    {                                                                                              \
        .has_least = true, .is_above = true, .least = (a)                                          \
    }
#define MR_WITHIN(a, b)                                                                            \
    {                                                                                              \
        .has_least = true, .has_most = true, .least = (a), .most = (b)                             \
    }
#define MR_BELOW(a, b)                                                                             \
    {                                                                                              \
        .has_least = true, .has_most = true, .is_below = true, .least = (a), .most = (b)           \
    }

struct mr_param {
    const char *name;
    enum mr_param_type type;
    const char *fallback;  /* as it would be written; NULL and not optional: must be given */
    bool optional;         /* may be absent: args[k].present is false */
    const char *choices;   /* "sum|prod|min|max" */
    bool takes_label;      /* what stands before it names a column: seq->label */
    bool by_name;          /* given by its name only: places are those of the others */
    const char *brief;     /* what it means */
    struct mr_range range; /* of an INT, COUNT, SEED or NUMBER */
    const char *hint;      /* the way out for a number that is not in its range; NULL: none */
};

/* A known answer: a pipeline that ends by itself, and its elements as text, separated by spaces
 * (the columns of one element by commas). */
struct mr_known {
    const char *pipeline, *answer;
};

/* Elements first, first + 1, ... to be filled in: up to `count` of them. */
struct mr_filling {
    int64_t first;
    size_t count;
    enum mr_patience patience; /* of a live source */
    void *const *columns;      /* of those that nobody reads NULL, if the feed leaves_out */
    size_t got;                /* how many there are; on an error those before it are good */
    bool is_over;              /* fewer than asked for, and no more will come; false: but a lull */
};

/* A sequence the host fills (kind FEED). All calls come from the thread that pulls. */
struct mr_feed {
    /* Makes the source that of the stream being opened, until unclaim; NULL: any may have it. */
    mr_status (*claim)(const struct mr_seq *seq, mr_error *err);
    void (*unclaim)(const struct mr_seq *seq);
    /* Opens the source; *state is handed to the other two. */
    mr_status (*open)(void **state, const struct mr_seq *seq, mr_error *err);
    /* May block, as its patience says. */
    mr_status (*fill)(void *state, struct mr_filling *filling, mr_error *err);
    /* Elements [first, first + count) where they are, instead of a fill; false: not so.
     * NULL: never. For sources of one column; to be released also after close(). */
    bool (*map)(void *state, int64_t first, size_t count, struct mr_mapping *out);
    void (*close)(void *state);
    /* Where it stands, in front of the next element; and, of one that was just opened, to there.
     * NULL: `first` says all, or it is read again from its start. */
    bool (*tell)(void *state, struct mr_table_place *out);
    void (*go)(void *state, const struct mr_table_place *place);
    /* Tells the file that it reads from others, so that a stream over it can be gone on with in
     * another process; NULL: what was read cannot be read again. */
    mr_status (*identify)(const struct mr_seq *seq, struct mr_file_identity *out, mr_error *err);
    /* What opening it found out that the description does not say, for the stats; NULL: nothing. */
    const char *(*found)(void *state);
    /* Bytes that were read from a file or pipe since it was opened. NULL: it is none. */
    int64_t (*read_bytes)(void *state);
    bool leaves_out;      /* fill() leaves out columns that nobody reads */
    size_t scratch_bytes; /* host memory it holds besides the columns, at most */
};

struct mr_op {
    const char *name;
    const char *brief;   /* one line for lists */
    const char *example; /* a pipeline that shows it */
    enum mr_role role;
    struct mr_param params[MR_MAX_PARAMS + 1];

    /* Checks the bound arguments against the inputs and fills what seq derives: columns, length,
     * access, kind and what the kind needs. Inputs are at hand in seq->inputs. */
    mr_status (*check)(struct mr_seq *seq, mr_error *err);

    /* Writes the columns of element `position`; NULL: those of the input, unchanged. */
    mr_status (*lower)(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err);

    const struct mr_feed *feed;    /* kind FEED */
    enum mr_library_fn recurrence; /* kind RECUR: its scalars are what `lower` answers */
    /* Element n needs element n of its only input and nothing else, so that a filter among such
     * stages above a reduction can be a mask. */
    bool is_pointwise;
    /* What a check of `lower` with this status says of an element, in *err. NULL: its checks are
     * of divisors only. */
    void (*fail)(const struct mr_seq *seq, mr_status status, int64_t element, mr_error *err);
    /* Terminals: the value in a column of a sequence without elements. NULL: there is none. */
    mr_scalar (*of_nothing)(const struct mr_seq *seq, size_t column);
    bool is_part;     /* a stage that the operator behind it put before itself: in no text */
    bool is_internal; /* made by C calls only; the parser does not know it */
    void (*free_context)(void *context);
    struct mr_known known[8];
};

/* All operators, in the order of their names; written by the build. */
extern const struct mr_op *const mr_ops[];
extern const size_t mr_ops_count;

/* By name and place: a source when `first` in a pipeline, otherwise a stage or terminal (some names
 * are both). NULL if there is none, or only one that pipelines do not know. */
const struct mr_op *mr_op_find(const char *name, bool first);

/* "range: " failures: status and message, blamed on the operator and, if `argument` is not NULL, on
 * the place where that was written. */
mr_status mr_op_fail(const struct mr_seq *seq, const struct mr_argument *argument, mr_error *err,
                     mr_status status, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Claims all sources of a sequence that only one stream may have, or none; *count says how many,
 * and tells mr_seq_unclaim() of which the stream lets go. */
mr_status mr_seq_claim(const struct mr_seq *seq, size_t *count, mr_error *err);
void mr_seq_unclaim(const struct mr_seq *seq, size_t *count);

/* Blames a failure of another room on the operator. */
mr_status mr_op_blame(const struct mr_seq *seq, mr_status status, mr_error *err);

/* Parameters of these types are written as a list: in parentheses, or one alone. */
static inline bool mr_param_is_list(const struct mr_param *param)
{
    return param->type == MR_PARAM_COLUMNS || param->type == MR_PARAM_NUMBERS ||
           param->type == MR_PARAM_DTYPES || param->type == MR_PARAM_STARTS;
}

/* Choice number `choice` of a CHOICE parameter, *length bytes of its choices. */
const char *mr_param_choice(const struct mr_param *param, int choice, size_t *length);

/* How many numbers a NUMBERS argument holds, and number n of them (binding has checked it). */
size_t mr_list_length(const struct mr_argument *list);
struct mr_number mr_list_number(const struct mr_argument *list, size_t n);

/* Derived parts that most stages share: columns, length, access and liveness of the first input. */
void mr_op_like_input(struct mr_seq *seq);

/* Columns named "x" and so on: appends one; MR_E_LIMIT above 8, MR_E_NAME when the name is
 * taken. */
mr_status mr_op_add_column(struct mr_seq *seq, const char *name, mr_dtype dtype, mr_error *err);

#endif
