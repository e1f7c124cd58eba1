/* Describing sequences: text, a builder, and sources that only C has.
 *
 * A sequence is an immutable description. Making one touches no device and computes nothing; it is
 * parsed, typed and checked against all limits. It opens no file either, except that read() looks
 * at the header of a regular file, whose columns it needs, and closes it again. Sequences may be
 * shared between threads and used in any number of others and of streams. */
#ifndef MILLRACE_SEQUENCE_H
#define MILLRACE_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <millrace/dtype.h>
#include <millrace/status.h>

MR_EXTERN_C_BEGIN

typedef struct mr_seq mr_seq;

/* Parses a whole pipeline, "range(10) | map(x*x)". On success *out is the caller's, freed by
 * mr_seq_release(); on failure it is NULL and err->column points into the text. */
MR_API mr_status mr_seq_parse(mr_seq **out, const char *text, mr_error *err);

/* Parses stages, "map(x*x) | filter(x > 3) | sum()", and puts them behind `input`, which is kept by
 * reference and stays the caller's: *out is to be another variable than the one `input` is in. */
MR_API mr_status mr_seq_pipe(mr_seq **out, const mr_seq *input, const char *stages, mr_error *err);

/* One more reference to the same sequence, for mr_seq_release() to give back; returns `seq`. */
MR_API mr_seq *mr_seq_retain(const mr_seq *seq);

/* Frees one reference and nulls the pointer. Accepts NULL. */
MR_API void mr_seq_release(mr_seq **seq);

/* An argument of mr_seq_apply(); make it with the functions below. The texts and sequences it
 * points to must live until the call returns. */
typedef struct mr_arg {
    int kind;
    const char *keyword; /* "dtype" for dtype=..., a label for the variadic ones; NULL: by place */
    mr_scalar number;
    const char *text;
    const mr_seq *seq;
    uint64_t reserved[2];
} mr_arg;

MR_API mr_arg mr_int(int64_t value);
MR_API mr_arg mr_uint(uint64_t value);
MR_API mr_arg mr_real(double value);
MR_API mr_arg mr_expr(const char *expression); /* "x*x"; also a choice or a dtype: mr_expr("sum") */
MR_API mr_arg mr_text(const char *text);       /* a path */
MR_API mr_arg mr_input(const mr_seq *seq);     /* an operand of zip or chain */
MR_API mr_arg mr_named(const char *keyword, mr_arg value);

/* A number as one of this dtype and no other: f32(0.1) where mr_real(0.1) takes the dtype of what
 * it meets, as a literal in text does. */
MR_API mr_arg mr_typed(mr_dtype dtype, mr_arg number);

/* A number or text that expressions use by this name:
 *     mr_seq_apply(&s, "map", before,
 *                  (mr_arg[]){mr_expr("x*k"), mr_constant("k", mr_int(3))}, 2, &err);
 * It takes the name's place as a literal and is never made text that is parsed. It is an error if
 * no expression uses it, or where a column has the same name. */
MR_API mr_arg mr_constant(const char *name, mr_arg value);

/* mr_seq_parse() and mr_seq_pipe() with `count` constants, made by mr_constant(), that the text
 * uses by their names. */
MR_API mr_status mr_seq_parse_with(mr_seq **out, const char *text, const mr_arg constants[],
                                   size_t count, mr_error *err);
MR_API mr_status mr_seq_pipe_with(mr_seq **out, const mr_seq *input, const char *stages,
                                  const mr_arg constants[], size_t count, mr_error *err);

/* Applies one operator: a source (input NULL), a stage or a terminal. `input` is kept by reference.
 *     mr_seq_apply(&s, "range", NULL, (mr_arg[]){mr_int(0), mr_int(10)}, 2, &err); */
MR_API mr_status mr_seq_apply(mr_seq **out, const char *op, const mr_seq *input,
                              const mr_arg args[], size_t arg_count, mr_error *err);

/* A chain of mr_seq_apply() that keeps the first failure and reports it once, at the end.
 *     mr_builder *b = mr_builder_create();
 *     mr_builder_apply(b, "count", NULL, 0);
 *     mr_builder_apply(b, "map", (mr_arg[]){mr_expr("x*x")}, 1);
 *     mr_status st = mr_builder_finish(&seq, &b, &err);   // frees b in every case
 * mr_builder_create() may return NULL (no memory); all calls accept that. */
typedef struct mr_builder mr_builder;
MR_API mr_builder *mr_builder_create(void);
MR_API void mr_builder_from(mr_builder *b, const mr_seq *seq); /* starts from a sequence */
MR_API void mr_builder_apply(mr_builder *b, const char *op, const mr_arg args[], size_t arg_count);
MR_API void mr_builder_pipe(mr_builder *b, const char *stages);
MR_API mr_status mr_builder_finish(mr_seq **out, mr_builder **b, mr_error *err);

/* Gives up a chain instead. Nulls the pointer; accepts NULL. */
MR_API void mr_builder_destroy(mr_builder **b);

/* A column of the caller's memory. */
typedef struct mr_array {
    const char *name; /* NULL: x for one column, x0 x1 ... for several */
    mr_dtype dtype;
    const void *data; /* count elements, aligned to their size; may be NULL if there are none */
    void (*release)(
        void *owner); /* NULL, or called once nothing reads `data` any more: see below */
    void *owner;
    uint64_t reserved[4];
} mr_array;

/* An existing array (or up to 8 of equal length) as a sequence. The memory is used in place: where
 * the device shares memory with the host it is never copied. It must stay unchanged and alive until
 * the last sequence and the last stream that read it are gone; then each array's release() is
 * called, on the thread that dropped the last of them. After a failure it is not called. bool
 * elements are bytes: 0 is false, others true. */
MR_API mr_status mr_seq_from_array(mr_seq **out, const mr_array arrays[], size_t column_count,
                                   size_t count, mr_error *err);

/* Fills columns[k] with up to `count` elements and says how many in *got; fewer means the sequence
 * ended (0 is fine). `first` is the position of the first one; calls come in order, once each
 * (unless it is_seekable), from the thread that pulls. A return other than 0 ends the stream with
 * MR_E_CALLBACK after the *got elements were delivered. bool elements are bytes: 0 is false, others
 * true. See is_live for a source that has to wait for its elements. It must not use the stream that
 * it feeds: pulling from it is MR_E_STATE, closing it does nothing. */
typedef int (*mr_fill_fn)(void *user, int64_t first, size_t count, void *const columns[],
                          size_t *got);

typedef struct mr_callback_params {
    mr_fill_fn fill;
    void *user;
    size_t column_count;
    const char *names[MR_MAX_COLUMNS]; /* NULL: as for mr_array */
    mr_dtype dtypes[MR_MAX_COLUMNS];
    int64_t length; /* elements it will give at most; 0 or less: not known */
    bool is_live; /* fewer than `count` are all there are for the moment: they are delivered before
                     * it is asked again. It waits for one; none is the end */
    bool restartable;            /* fill() begins anew when it is called with first == 0 */
    void (*release)(void *user); /* NULL, or called with `user` once fill() never will be again */
    bool is_seekable; /* fill() gives the same elements for the same `first`, whichever it is and
                       * in whatever order it is asked, here and in other processes: streams over it
                       * seek, can be opened again and can be saved. Not with is_live */
    uint64_t reserved[7];
} mr_callback_params;

/* A sequence that a function fills. It is never asked for more than the ring's depth plus one
 * batches past what the consumer took. One stream at a time may be open over it; once one has
 * called fill(), opening another is MR_E_STATE unless it is restartable or
 * is_seekable. release() is called when
 * the last sequence and the last stream over it are gone; after a failure it is not called. */
MR_API mr_status mr_seq_from_callback(mr_seq **out, const mr_callback_params *params,
                                      mr_error *err);

/* How many elements a sequence has: a number that its description tells, up to 2^63-1; a number
 * that only its elements tell (behind filter(), of a pipe); or no end. */
typedef enum mr_length_kind {
    MR_LENGTH_UNKNOWN,
    MR_LENGTH_KNOWN,
    MR_LENGTH_ENDLESS
} mr_length_kind;

/* *count (or NULL) is the number of elements if it is known. If not, there are no more than *count:
 * 2^63-1 where nothing limits them, as of an endless sequence. seq NULL: unknown. */
MR_API mr_length_kind mr_seq_length(const mr_seq *seq, int64_t *count);

/* What in a good description may be meant otherwise, such as x^2 for a power. *out is as of an
 * error (message, place, hint), with status MR_OK; mr_error_render() begins it with "note:". Count
 * `index` up from 0 until it is past the last one: MR_E_VALUE. */
MR_API mr_status mr_seq_notice(mr_error *out, const mr_seq *seq, size_t index);

/* What its elements are. */
MR_API size_t mr_seq_column_count(const mr_seq *seq);
MR_API const char *mr_seq_column_name(const mr_seq *seq, size_t column); /* NULL: no such column */
/* MR_DTYPE_NONE: no such column */
MR_API mr_dtype mr_seq_column_dtype(const mr_seq *seq, size_t column);

/* The canonical text of a sequence in *out (freed by mr_text_free()): parsing it gives the same
 * elements, the same text and the same fingerprint. It does not depend on how the sequence was
 * made, by which calls or with which blanks, brackets, names of parameters or spelling of numbers;
 * arithmetic in it is not done, and a seed that was left out is written. Files are named, not read.
 * MR_E_VALUE for what only calls can describe: mr_seq_from_array(), mr_seq_from_buffers(),
 * mr_seq_from_callback(), names with a line break; MR_E_LIMIT where calls joined more than one text
 * may hold. On failure *out is NULL. */
MR_API mr_status mr_seq_text(char **out, const mr_seq *seq, mr_error *err);

/* Frees a text that the library made, and nulls the pointer. Accepts NULL. */
MR_API void mr_text_free(char **text);

/* Tells sequences apart: 128 bits of the canonical text and of the names and dtypes of all columns
 * in it, so also of those that a file has when it is described. The same in every process and on
 * every machine; no secret, and no protection against somebody who wants two to be equal. Fails as
 * mr_seq_text() does; *out is zero then. */
typedef struct mr_fingerprint {
    uint64_t words[2];
} mr_fingerprint;
MR_API mr_status mr_seq_fingerprint(mr_fingerprint *out, const mr_seq *seq, mr_error *err);

/* Operators, for listings: each one's name, role ("source", "stage", "terminal"), one-line
 * description, call as in documentation ("range(start, stop, step=1)") and an example pipeline. The
 * texts live for ever. Count `index` up from 0 until it is past the last one: MR_E_VALUE. */
typedef struct mr_op_info {
    const char *name, *role, *brief, *example;
    char signature[160];
    uint64_t reserved[8];
} mr_op_info;
MR_API mr_status mr_op_describe(mr_op_info *out, size_t index, mr_error *err);

/* A parameter of an operator. */
typedef struct mr_op_param {
    const char *name, *brief;
    const char *type; /* "integer", "number", "dtype", "choice", "text", "expression", "name",
                           * "column" or "sequence" */
    const char
        *fallback;       /* what it is when it is left out, as it would be written; NULL: nothing */
    const char *choices; /* of a choice: its words, separated by |; else NULL */
    bool is_required;    /* may not be left out */
    bool is_list;        /* several may be given, in brackets: dtype=(i64, f64) */
    bool is_variadic;    /* any number of arguments, the last parameter */
    bool takes_label;    /* each may be labelled, a: x*x, which names a column */
    bool by_name;        /* given by its name only: places are those of the others */
    bool is_above;       /* `least` itself is too small */
    bool is_below;       /* `most` itself is too large */
    char least[32];      /* of integers and numbers: the bounds, as they would be written; */
    char most[32];       /* "": none. A count whose fallback is inf may be inf, too */
    uint64_t reserved[8];
} mr_op_param;

/* Parameter `index` of operator `op_index`, which counts as mr_op_describe() does; in the order in
 * which arguments without a name take their places. Count `index` up until MR_E_VALUE. */
MR_API mr_status mr_op_param_describe(mr_op_param *out, size_t op_index, size_t index,
                                      mr_error *err);

/* The names of the functions of expressions, for listings; they live for ever. NULL: `index` is
 * past the last one. */
MR_API const char *mr_function_name(size_t index);

MR_EXTERN_C_END
#endif
