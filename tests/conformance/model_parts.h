/* What the files of the model share: a text becomes expressions and a tree of nodes, and a node is
 * pulled one element at a time. */
#ifndef MR_TESTS_CONFORMANCE_MODEL_PARTS_H
#define MR_TESTS_CONFORMANCE_MODEL_PARTS_H

#include <setjmp.h>

#include "model.h"

/* Wide enough for every product and difference of two 64-bit parameters. */
__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 uwide;

enum { NAME_BYTES = 32, ARGUMENTS = 16, OPERANDS = 3, LEAF = 1024, LANES = 32 };

static const int64_t endless = -1; /* as a length */

/* Integers and bools: two's complement in u, sign- or zero-extended as the dtype says.
 * Floats: f, an f32 exactly widened. */
struct value {
    mr_dtype type;
    uint64_t u;
    double f;
};

struct failure {
    const char *status; /* NULL: none */
    const char *what;
    int64_t at;
};

/* `a: b, b: a + b, init=(0, 1), while=...` */
struct variables {
    size_t count;
    struct expression *start[MODEL_COLUMNS], *next[MODEL_COLUMNS];
    struct expression *goes_on;
    struct value state[MODEL_COLUMNS];
};

/* An element. What failed when it was computed counts once somebody needs it. */
struct row {
    struct value column[MODEL_COLUMNS];
    struct failure failure;
    const struct row *self; /* among those that an expression's neighbours are read from */
    bool is_missing;        /* before the first or behind the last */
};

/* clang-format off */
enum operation {
    OR_ELSE, AND_ALSO, BIT_OR, BIT_XOR, BIT_AND, EQUAL, UNEQUAL, LESS, LESS_EQUAL, GREATER,
    GREATER_EQUAL, SHIFT_LEFT, SHIFT_RIGHT, ADD, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER,
    NOT, INVERT, NEGATE
};
/* clang-format on */

struct model_binary {
    const char *text;
    enum operation operation;
    int precedence;
};

/* Arguments have been brought to one dtype by the function's rule. False: division by zero. */
typedef bool apply_function(struct value *out, const struct value *a);

enum rule {
    FLOATS,   /* integers become f64 */
    NUMBERS,  /* bools become i32 */
    CHOICE,   /* the first argument is a condition, the others meet */
    TEST,     /* of floats, gives bool */
    INTEGERS, /* no floats, no bools */
    DIVIDED   /* no bools */
};

struct function {
    const char *name;
    unsigned arity;
    enum rule rule;
    apply_function *apply;
};

struct block {
    _Alignas(64) struct block *next;
};

struct model {
    const char *text;
    const char *at; /* the parser's place in text */
    struct block *blocks;
    struct failure failure; /* of the run */
    struct model_result *result;
    jmp_buf fault; /* text not understood; taken before anything runs */
};

enum form { LITERAL, NAME, UNARY, BINARY, CONDITIONAL, CAST, CALL, NEIGHBOUR };

struct expression {
    enum form form;
    enum operation operation;
    const struct function *function;
    char name[NAME_BYTES];
    struct expression *operand[OPERANDS];
    unsigned operands;
    struct value value; /* LITERAL */
    int column;         /* NAME: which column; -1: the position */
    int64_t distance;   /* NEIGHBOUR: of the element operand 0 is of; operand 1 is the default */
    mr_dtype meets;     /* the dtype that operands are brought to */
    mr_dtype type;
    bool weak; /* a LITERAL that takes the dtype of what it meets */
};

struct argument {
    char name[NAME_BYTES]; /* "" when positional */
    bool is_label;         /* name: rather than name= */
    bool used;
    struct expression *expression;
    struct expression *list[MODEL_COLUMNS]; /* (a, b), of init */
    size_t listed;
    struct node *pipeline;
};

struct call {
    char name[NAME_BYTES];
    struct argument argument[ARGUMENTS];
    unsigned arguments;
};

struct schema {
    size_t columns;
    char name[MODEL_COLUMNS][NAME_BYTES];
    mr_dtype type[MODEL_COLUMNS];
};

enum outcome {
    GOT_ROW,
    GOT_HOLE, /* a filter in a terminal's mask dropped an element */
    GOT_END,
    GOT_FAILURE /* recorded in n->failure */
};

enum fold_operation { FOLD_SUM, FOLD_PROD, FOLD_MIN, FOLD_MAX };

struct node {
    /* Pulls the next element. A row that is not `wanted` need not be computed: nobody will look at
     * it. */
    enum outcome (*next)(struct node *n, struct row *out, bool wanted);
    bool (*element)(struct node *n, int64_t i, struct value *out); /* sources that are f(i) */
    struct failure *failure;
    struct schema schema;
    struct node *input[ARGUMENTS];
    size_t inputs, current;
    struct expression *expression[MODEL_COLUMNS];
    size_t expressions;
    int64_t position; /* elements taken from the input; of a source: given */
    bool ended, is_mask;
    bool anywhere; /* element n can be had without those before */
    int64_t most;  /* no more elements than this, as its description says; endless: -1 */
    bool begun;    /* window: one was wanted, and those after it are made in turn */
    int64_t first, stop, step, length; /* counts; endless: -1 */
    struct value start, increment, last;
    uint64_t seed, stream, modulus;
    mr_dtype type;
    enum fold_operation fold;
    bool is_mean;
    struct row *rows; /* window, diff, sight: the elements in sight */
    int64_t held;
    struct value carry[MODEL_COLUMNS], prefix[MODEL_COLUMNS];
    struct reduction *reduction[MODEL_COLUMNS];
    struct variables *variables;
};

/* clang-format off */
enum aggregate {
    SUM, PROD, MIN, MAX, MEAN, NORM, VAR, STD, /* these follow the tree */
    COUNT, ANY, ALL, FIRST, LAST, ARGMIN, ARGMAX, HIST,
    AGGREGATES
};
/* clang-format on */

struct partial {
    uint64_t elements;
    struct value value; /* sum, prod, min, max and the mean's sum */
    /* var: the mean, the sum of squared distances from it, and what the mean lacks */
    double mean, deviation, lacks;
};

struct reduction {
    enum aggregate op;
    mr_dtype type;
    int64_t ddof;
    struct value leaf[LEAF]; /* of what the tree combines */
    bool present[LEAF];
    size_t filled;
    uint64_t leaves, elements;
    wide exact; /* mean of integers: their sum */
    struct partial stack[65];
    size_t depth;
    struct value best;
    int64_t best_at;
    double low, high; /* hist */
    uint64_t *bins;
    int64_t bin_count;
};

enum { NAMED_ONLY = -1 };

/* model_values.c */
bool model_is_float(mr_dtype type);
bool model_is_signed(mr_dtype type);
bool model_is_integer(mr_dtype type);
unsigned model_width_of(mr_dtype type);
struct value model_integer(mr_dtype type, uint64_t u);
struct value model_boolean(bool b);
struct value model_f64(double f);
struct value model_f32(float f);
bool model_truth(struct value v);
wide model_as_wide(struct value v);
double model_as_double(struct value v);
wide model_lowest(mr_dtype type);
wide model_highest(mr_dtype type);
struct value model_cast(struct value v, mr_dtype type);
bool model_less(struct value a, struct value b);
bool model_is_nan(struct value v);
struct value model_smaller(struct value a, struct value b);
struct value model_larger(struct value a, struct value b);
bool model_compares(enum operation op);
bool model_comparison(enum operation op, struct value a, struct value b);
struct value model_shifted(enum operation op, struct value a, struct value count);
bool model_arithmetic(struct value *out, enum operation op, struct value a, struct value b);
struct value model_unary(enum operation op, struct value a);
extern const char *const model_dtype_names[MR_DTYPE_COUNT];
extern const struct model_binary model_binaries[]; /* the first that fits; text NULL ends them */
extern const struct function model_functions[];    /* name NULL ends them */

/* model_types.c */
bool model_evaluate(struct value *out, const struct expression *e, const struct row *row,
                    int64_t position);
void model_type_expression(struct model *m, struct expression *e, const struct schema *schema,
                           bool has_i);
bool model_uses_position(const struct expression *e);
void model_reach(const struct expression *e, int64_t *before, int64_t *behind);

/* model_parser.c */
void model_skip_space(struct model *m);
bool model_accept(struct model *m, const char *token);
void model_parse_operator(struct model *m, struct call *call);
unsigned model_positional_arguments(const struct call *call);
struct expression *model_argument(struct call *call, const char *name, int index);
void model_all_arguments_used(struct model *m, const struct call *call);
struct value model_constant(struct model *m, struct expression *e);
wide model_integer_argument(struct model *m, struct call *call, const char *name, int index,
                            wide fallback);
int64_t model_count_argument(struct model *m, struct call *call, const char *name, int index,
                             int64_t fallback);
struct value model_scalar_argument(struct model *m, struct call *call, const char *name, int index,
                                   mr_dtype type, int fallback);
mr_dtype model_dtype_argument(struct model *m, struct call *call, int index, mr_dtype fallback);

/* model.c */
extern struct failure model_met; /* at a neighbour, when an evaluation just failed */
__attribute__((format(printf, 2, 3), noreturn)) void model_fault(struct model *m,
                                                                 const char *format, ...);
void *model_keep(struct model *m, size_t count, size_t size);
enum outcome model_fail(struct node *n, const char *status, int64_t at, const char *what);
struct failure model_division_by_zero(const struct node *n);
enum outcome model_fail_division(struct node *n);
struct node *model_new_node(struct model *m,
                            enum outcome (*next)(struct node *, struct row *, bool));
void model_add_column(struct model *m, struct node *n, const char *name, mr_dtype type);
struct node *model_new_stage(struct model *m, struct node *input,
                             enum outcome (*next)(struct node *, struct row *, bool));
bool model_goes_anywhere(const struct node *n);
int64_t model_most_elements(const struct node *n);
struct node *model_parse_pipeline(struct model *m);

/* model_sources.c */
enum outcome model_source_next(struct node *n, struct row *out, bool wanted);
enum outcome model_ask(struct node *n, struct row *out, bool wanted);
enum outcome model_zip_next(struct node *n, struct row *out, bool wanted);
enum outcome model_chain_next(struct node *n, struct row *out, bool wanted);
struct node *model_build_source(struct model *m, struct call *call);

/* model_stages.c */
enum outcome model_pull(struct node *n, struct row *out, bool wanted);
enum outcome model_pull_needed(struct node *n, struct row *out);
enum outcome model_map_next(struct node *n, struct row *out, bool wanted);
enum outcome model_filter_next(struct node *n, struct row *out, bool wanted);
enum outcome model_enumerate_next(struct node *n, struct row *out, bool wanted);
enum outcome model_slice_next(struct node *n, struct row *out, bool wanted);
struct node *model_build_stage(struct model *m, struct call *call, struct node *input);

/* model_history.c */
struct value model_combined(enum fold_operation op, struct value a, struct value b);
struct value model_identity(enum fold_operation op, mr_dtype type);
mr_dtype model_folded_type(enum fold_operation op, mr_dtype type, bool widen_f32);
enum outcome model_window_next(struct node *n, struct row *out, bool wanted);
enum outcome model_diff_next(struct node *n, struct row *out, bool wanted);
/* Puts a node in between that keeps as many elements in sight as the expressions read. */
void model_keep_in_sight(struct model *m, struct node *n);
struct node *model_build_scan(struct model *m, struct call *call, struct node *input);
struct node *model_build_window(struct model *m, struct call *call, struct node *input);
struct node *model_build_diff(struct model *m, struct call *call, struct node *input);
struct node *model_build_dedup(struct model *m, struct call *call, struct node *input);
struct node *model_build_run_length(struct model *m, struct call *call, struct node *input);

/* model_states.c */
enum outcome model_loop_next(struct node *n, struct row *out, bool wanted);
enum outcome model_fold_next(struct node *n, struct row *out, bool wanted);
bool model_variables_use_position(const struct variables *v);
struct node *model_build_loop(struct model *m, struct call *call, struct node *input);
struct node *model_build_running(struct model *m, struct call *call, struct node *input);
struct node *model_build_fold(struct model *m, struct call *call, struct node *input);
struct node *model_build_iterate(struct model *m, struct call *call);

/* model_reductions.c */
enum fold_operation model_fold_of(enum aggregate op);
enum outcome model_chunk_next(struct node *n, struct row *out, bool wanted);
enum outcome model_terminal_next(struct node *n, struct row *out, bool wanted);
enum aggregate model_find_aggregate(const char *name);
enum aggregate model_aggregate_argument(struct model *m, struct call *call, int index,
                                        const char *choices);
struct node *model_build_chunk(struct model *m, struct call *call, struct node *input);
struct node *model_build_terminal(struct model *m, struct call *call, struct node *input);

#endif
