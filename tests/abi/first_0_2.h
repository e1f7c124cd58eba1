/* The public headers as they were when the soname libmillrace.so.0.2 began, in one: what programs
 * that were compiled then have. Never changed; a new soname gets a new one. */
#ifndef MILLRACE_TESTS_FIRST_0_2_H
#define MILLRACE_TESTS_FIRST_0_2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* ---- export.h ---- */

#if defined(__GNUC__) || defined(__clang__)
#define MR_API __attribute__((visibility("default")))
#else
#define MR_API
#endif

#ifdef __cplusplus
#define MR_EXTERN_C_BEGIN extern "C" {
#define MR_EXTERN_C_END }
#else
#define MR_EXTERN_C_BEGIN
#define MR_EXTERN_C_END
#endif

/* ---- dtype.h ---- */

MR_EXTERN_C_BEGIN

/* One row a dtype: constant, name in pipelines, C type of a stored element, OpenCL type.
 * A bool is stored as one byte, 0 or 1. Integers are two's complement, floats IEEE 754.
 * They count from 1: 0 is no dtype, and a field that was left out is refused. */
#define MR_DTYPE_TABLE(ROW)                                                                        \
    ROW(MR_BOOL, "bool", uint8_t, uchar)                                                           \
    ROW(MR_I32, "i32", int32_t, int)                                                               \
    ROW(MR_U32, "u32", uint32_t, uint)                                                             \
    ROW(MR_I64, "i64", int64_t, long)                                                              \
    ROW(MR_U64, "u64", uint64_t, ulong)                                                            \
    ROW(MR_F32, "f32", float, float)                                                               \
    ROW(MR_F64, "f64", double, double)

typedef enum mr_dtype {
    MR_DTYPE_NONE,
#define MR_DTYPE_ENUM(constant, name, ctype, cltype) constant,
    MR_DTYPE_TABLE(MR_DTYPE_ENUM)
#undef MR_DTYPE_ENUM
        MR_DTYPE_COUNT
} mr_dtype;

/* Bytes of one stored element: 1, 4 or 8. */
MR_API size_t mr_dtype_size(mr_dtype dtype);

/* "i64" and so on, "none" for MR_DTYPE_NONE. Never NULL. */
MR_API const char *mr_dtype_name(mr_dtype dtype);

/* One value of any dtype, 8 bytes for good. Read the member that the dtype names; a bool is in
 * u64. */
typedef union mr_scalar {
    int64_t i64;  /* bool, i32, i64 (sign-extended) */
    uint64_t u64; /* u32, u64 (zero-extended) */
    double f64;   /* f32 (exactly widened), f64 */
} mr_scalar;

MR_EXTERN_C_END

/* ---- status.h ---- */

MR_EXTERN_C_BEGIN

/* One row a status: constant, stable name, exit code of the command, meaning.
 * New rows go at the end; names and numbers never change. */
#define MR_STATUS_TABLE(ROW)                                                                       \
    ROW(MR_OK, "ok", 0, "success; also the end of a sequence, which is no error")                  \
    ROW(MR_E_SYNTAX, "syntax", 2, "the pipeline's text cannot be parsed")                          \
    ROW(MR_E_NAME, "unknown-name", 2, "no operator, function, column or choice has this name")     \
    ROW(MR_E_ARITY, "arity", 2, "too few or too many arguments, or one given twice")               \
    ROW(MR_E_TYPE, "type", 2, "an argument or a column has the wrong dtype")                       \
    ROW(MR_E_VALUE, "value", 2, "an argument is outside its range")                                \
    ROW(MR_E_LIMIT, "limit", 4, "a fixed limit (nesting, nodes, stages, columns) is exceeded")     \
    ROW(MR_E_BUDGET, "memory-budget", 4, "the stream cannot run within max_memory_bytes")          \
    ROW(MR_E_NO_DEVICE, "no-device", 3, "no OpenCL loader, platform or fitting device")            \
    ROW(MR_E_NO_FP64, "no-fp64", 3, "the pipeline uses f64 and the device has none")               \
    ROW(MR_E_OPENCL, "opencl", 1, "an OpenCL call failed")                                         \
    ROW(MR_E_NO_MEMORY, "out-of-memory", 1, "the host or the device has no memory left")           \
    ROW(MR_E_IO, "io", 1, "a file or pipe cannot be opened, read or written")                      \
    ROW(MR_E_FORMAT, "format", 1, "a file's content is not what its format says")                  \
    ROW(MR_E_DIVISION, "division-by-zero", 1, "an integer was divided by zero")                    \
    ROW(MR_E_OVERFLOW, "overflow", 1, "a term does not fit its dtype")                             \
    ROW(MR_E_EMPTY, "empty", 1, "the terminal has no value on an empty sequence")                  \
    ROW(MR_E_NOT_SEEKABLE, "not-seekable", 1, "a stage cannot be opened in the middle")            \
    ROW(MR_E_FORKED, "forked", 1, "the stream was opened before a fork()")                         \
    ROW(MR_E_CALLBACK, "callback", 1, "the caller's source reported a failure")                    \
    ROW(MR_E_STATE, "state", 1, "the call does not fit the object's state")                        \
    ROW(MR_E_INTERRUPTED, "interrupted", 130, "stopped by mr_stream_interrupt() or a signal")      \
    ROW(MR_E_PIPE, "closed-pipe", 141, "the reader of the output went away")                       \
    ROW(MR_E_INTERNAL, "internal", 1, "a fault in millrace itself; please report it")

typedef enum mr_status {
#define MR_STATUS_ENUM(constant, name, exit_code, meaning) constant,
    MR_STATUS_TABLE(MR_STATUS_ENUM)
#undef MR_STATUS_ENUM
        MR_STATUS_COUNT
} mr_status;

/* What went wrong. Plain data: copy it freely, nothing in it is owned. Its texts hold no control
 * characters, whatever names and files they quote.
 * Absent parts are empty strings, column 0, element -1, cl_code 0. */
typedef struct mr_error {
    mr_status status;
    char op[32];       /* the operator, as written in pipelines */
    uint32_t column;   /* 1-based byte column in the pipeline's text; 0: no text */
    uint32_t span;     /* bytes underlined from column on */
    int64_t element;   /* position of the failing element in the operator's input; -1: none */
    char device[96];   /* the device's name */
    char call[64];     /* the OpenCL or system call that failed */
    int32_t cl_code;   /* its OpenCL code; the message carries the symbolic name */
    char message[512]; /* operator, parameter, value, limit */
    char hint[256];    /* the way out */
    char excerpt[128]; /* of the line that column points into; "": no text */
    uint32_t caret;    /* the place in the excerpt: bytes before it */
    uint32_t caret_span;
    uint64_t reserved[8];
} mr_error;

/* The stable name of a status, "division-by-zero" for one. Never NULL. */
MR_API const char *mr_status_name(mr_status status);

/* Writes the error as people read it into `out` (at most size bytes, NUL-terminated): the message,
 * the excerpt with a caret under the place, what else is known, and the hint; each line ends with a
 * newline. Returns the length of the whole, as snprintf; `out` may be NULL if size is 0. */
MR_API size_t mr_error_render(char *out, size_t size, const mr_error *err);

/* The exit code the command uses for a status: 0, 1, 2, 3, 4, 130 or 141. */
MR_API int mr_status_exit_code(mr_status status);

MR_EXTERN_C_END

/* ---- sequence.h ---- */

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
 * ended (0 is fine). `first` is the position of the first one; calls come in order, once each, from
 * the thread that pulls. A return other than 0 ends the stream with MR_E_CALLBACK after the *got
 * elements were delivered. bool elements are bytes: 0 is false, others true. See is_live for a
 * source that has to wait for its elements. It must not use the stream that it feeds: pulling from
 * it is MR_E_STATE, closing it does nothing. */
typedef int (*mr_fill_fn)(void *user, int64_t first, size_t count, void *const columns[],
                          size_t *got);

typedef struct mr_callback_params {
    mr_fill_fn fill;
    void *user;
    size_t column_count;
    const char *names[8]; /* NULL: as for mr_array */
    mr_dtype dtypes[8];
    int64_t length; /* elements it will give at most; 0 or less: not known */
    bool is_live; /* fewer than `count` are all there are for the moment: they are delivered before
                     * it is asked again. It waits for one; none is the end */
    bool restartable;            /* fill() begins anew when it is called with first == 0 */
    void (*release)(void *user); /* NULL, or called with `user` once fill() never will be again */
    uint64_t reserved[8];
} mr_callback_params;

/* A sequence that a function fills. It is never asked for more than the ring's depth plus one
 * batches past what the consumer took. One stream at a time may be open over it; once one has
 * called fill(), opening another is MR_E_STATE unless it is restartable. release() is called when
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

/* What its elements are. */
MR_API size_t mr_seq_column_count(const mr_seq *seq);
MR_API const char *mr_seq_column_name(const mr_seq *seq, size_t column); /* NULL: no such column */
/* MR_DTYPE_NONE: no such column */
MR_API mr_dtype mr_seq_column_dtype(const mr_seq *seq, size_t column);

/* Operators, for listings: each one's name, role ("source", "stage", "terminal"), one-line
 * description, call as in documentation ("range(start, stop, step=1)") and an example pipeline. The
 * texts live for ever. Count `index` up from 0 until it is past the last one: MR_E_VALUE. */
typedef struct mr_op_info {
    const char *name, *role, *brief, *example;
    char signature[160];
    uint64_t reserved[8];
} mr_op_info;
MR_API mr_status mr_op_describe(mr_op_info *out, size_t index, mr_error *err);

MR_EXTERN_C_END

/* ---- stream.h ---- */

MR_EXTERN_C_BEGIN

struct _cl_context;
struct _cl_command_queue;
struct _cl_mem;
struct _cl_event;

typedef enum mr_engine_choice {
    MR_ENGINE_AUTO,  /* the host engine at once; OpenCL takes over when a device is ready */
    MR_ENGINE_HOST,  /* plain C on the calling thread; the reference */
    MR_ENGINE_OPENCL /* an OpenCL device or an error */
} mr_engine_choice;

/* Ends whatever is opened with it: streams, also while they are being opened, and mr_reduce(). Each
 * call in progress and every later one returns MR_E_INTERRUPTED soon, between two work units. It
 * must live longer than what it is given to. mr_cancel_create() returns NULL without memory;
 * mr_cancel_request() may be called from any thread and from signal handlers, also with NULL. */
typedef struct mr_cancel mr_cancel;
MR_API mr_cancel *mr_cancel_create(void);
MR_API void mr_cancel_request(mr_cancel *cancel);
MR_API bool mr_cancel_is_requested(const mr_cancel *cancel);
MR_API void mr_cancel_destroy(mr_cancel **cancel); /* nulls the pointer; accepts NULL */

struct mr_knobs;

/* How a stream runs. Zero (or a NULL pointer to the whole) means the default; none of it changes
 * one bit of the elements, but native_math. What the chosen engine would ignore is refused: device,
 * context, queue, shape and native_math with MR_ENGINE_HOST, device beside context. The texts are
 * copied. */
typedef struct mr_stream_params {
    mr_engine_choice engine;
    const char *device;  /* a part of the device's or platform's name; NULL: the best one */
    size_t batch_elems;  /* 0: 65536. Range [1, 2^24] */
    unsigned ring_slots; /* 0: 3. Work units kept in flight, range [2, 16] */
    size_t
        max_memory_bytes; /* 0: no limit. Host and device together; refused at open if too small */
    struct _cl_context *context; /* the caller's own OpenCL context and in-order queue: both or */
    struct _cl_command_queue *queue; /* neither; retained while the stream lives */
    bool native_math;  /* in expressions the OpenCL device's own exp, log, sin, ... instead of the
                       * library's: other bits on other devices. Random sources keep theirs */
    bool no_fuse;      /* every stage computes into a buffer of its own, to measure fusing */
    const char *shape; /* of the kernels and work units, as millrace tune and mr_devices() write
                        * it: "lanes 16/8, group 4, unit 524288, ring 3"; NULL: as tuned for the
                        * device */
    const mr_cancel *cancel;      /* NULL: only mr_stream_interrupt() ends it early */
    const struct mr_knobs *knobs; /* NULL; the library's own tests know what else */
    uint64_t reserved[8];
} mr_stream_params;

/* Consecutive elements, column by column. Borrowed from the ring: valid until the next call on the
 * stream other than mr_stream_tell(), mr_stream_computed() and mr_stream_stats(). */
typedef struct mr_batch {
    int64_t position; /* of its first element */
    size_t len;       /* elements; 0 only at the end */
    size_t column_count;
    const void *columns[8]; /* aligned to their elements */
    uint64_t reserved[4];
} mr_batch;

/* The same on the device: element k of column c is element `offset` + k of buffers[c], once `event`
 * is complete. All are borrowed as above: the ring fills the same buffers again after the next call
 * on the stream, retained or not, so copy what is to be kept (on a queue of the same context,
 * before that call, and wait for the copy). */
typedef struct mr_device_batch {
    int64_t position;
    size_t len;
    size_t column_count;
    size_t offset;
    struct _cl_mem *buffers[8];
    struct _cl_event *event; /* NULL: nothing to wait for */
    uint64_t reserved[4];
} mr_device_batch;

typedef struct mr_stream mr_stream;

/* Opens a stream: plans, checks the memory bound, builds the kernels. Nothing is computed yet. On
 * failure *out is NULL.
 * Blocks while kernels build, but not with MR_ENGINE_AUTO and neither device nor context given:
 * then the host engine serves the first batches (all, where they take only milliseconds), a thread
 * opens the best device and builds, and the device goes on where the host engine is by then. A
 * device that fails before that is only told in the stats. */
MR_API mr_status mr_stream_open(mr_stream **out, const mr_seq *seq, const mr_stream_params *params,
                                mr_error *err);

/* Pulls the next batch. Blocks until its slot is ready.
 * Every batch holds batch_elems elements. The last may hold fewer, and one of a live source (a
 * pipe, a callback that says it is) that has nothing more for the moment.
 * At the end returns MR_OK with out->len == 0, and does so again at each call.
 * Elements before a failure are delivered first. A terminal's value is a sequence of one row. */
MR_API mr_status mr_stream_next(mr_stream *s, mr_batch *out, mr_error *err);

/* The same without a copy to the host and without waiting for the device where the number of
 * elements is known beforehand. Waits until there is a device; MR_E_STATE on the host engine. */
MR_API mr_status mr_stream_next_device(mr_stream *s, mr_device_batch *out, mr_error *err);

/* Copies the next `count` elements into the caller's columns, one of `count` elements for each of
 * the stream's. *got < count only at the end and before a failure, which the next call returns; at
 * the end it is 0. A batch of which a part was read is delivered from there on by
 * mr_stream_next(). */
MR_API mr_status mr_stream_read(mr_stream *s, size_t count, void *const columns[], size_t *got,
                                mr_error *err);

/* Gives the borrowed batch back early; frees nothing else. The next pull does so too. */
MR_API mr_status mr_stream_give_back(mr_stream *s, mr_error *err);

/* Makes `position` the next element to be delivered, also after the end. O(1) where every stage can
 * be opened anywhere (O(log n) for recurrences), otherwise MR_E_NOT_SEEKABLE naming the stage that
 * cannot. Past the end of a known length the next pull gives the end. */
MR_API mr_status mr_stream_seek(mr_stream *s, int64_t position, mr_error *err);

/* How many elements were delivered, or where mr_stream_seek() put it; and how many its sources have
 * made so far, delivered or not: what moves while a filter finds nothing or a terminal folds. Any
 * thread may ask for these two while the stream is open. */
MR_API int64_t mr_stream_tell(const mr_stream *s);
MR_API int64_t mr_stream_computed(const mr_stream *s);

/* Makes the call now running in another thread, and every later one, return MR_E_INTERRUPTED soon:
 * between two work units. Safe in signal handlers. */
MR_API void mr_stream_interrupt(mr_stream *s);

/* Waits for what is in flight, also for a kernel being built, frees everything and nulls the
 * pointer. Accepts NULL. */
MR_API void mr_stream_close(mr_stream **s);

/* What has happened so far. */
typedef struct mr_stats {
    int64_t elements; /* delivered */
    int64_t batches;  /* delivered */
    double seconds;   /* since the stream was opened */
    double elements_per_second;
    size_t peak_host_bytes; /* of the stream's own memory, as bounded at open */
    size_t peak_device_bytes;
    int64_t stalls;      /* pulls that had to wait for the engine */
    char engine[16];     /* "opencl", "host", or "host+opencl" one after the other */
    char device[96];     /* the device's name; "" on the host engine */
    char reason[160];    /* why this engine: "passed its self-test", ... */
    bool native_math;    /* some function is the device's own: other devices may give other bits */
    int64_t device_from; /* the position from which on the device computed (before a reduction: of
                          * its input); -1: it did not */
    int64_t computed;    /* as mr_stream_computed() */
    uint64_t reserved[16];
} mr_stats;

/* Belongs to the stream's own thread, like a pull. */
MR_API void mr_stream_stats(const mr_stream *s, mr_stats *out);

/* Opens, pulls one value and closes: for sequences that end in a terminal with one column.
 * *dtype (may be NULL) says which member of *value to read. */
MR_API mr_status mr_reduce(const mr_seq *seq, const mr_stream_params *params, mr_scalar *value,
                           mr_dtype *dtype, mr_error *err);

/* A description of how the sequence would run, as text in *out (freed by mr_text_free()): columns,
 * segments with the reason for each cut, buffers and the memory bound; with_kernels adds the
 * generated source. Uses no device unless params ask for one. */
MR_API mr_status mr_explain(char **out, const mr_seq *seq, const mr_stream_params *params,
                            bool with_kernels, mr_error *err);
MR_API void mr_text_free(char **text);

MR_EXTERN_C_END

/* ---- device.h ---- */

MR_EXTERN_C_BEGIN

typedef struct mr_device_info {
    char platform[96], name[96], driver[64], version[64];
    unsigned compute_units;
    uint64_t memory_bytes, max_alloc_bytes;
    bool has_fp64;
    bool shares_memory; /* with the host: batches are never copied */
    bool is_usable;
    char reason[160]; /* why it is not usable, or why it would be chosen or not */
    char shape[64];   /* of the kernels and work units, as mr_stream_params.shape takes it */
    bool is_tuned;    /* millrace tune found that shape, for this driver */
    uint64_t reserved[8];
} mr_device_info;

/* Lists up to `size` devices of all platforms (`out` may be NULL if that is 0); *count is how many
 * there are. The first is the one
 * that would be chosen. MR_E_NO_DEVICE (with a hint) when there is no OpenCL loader, no platform or
 * no device; *count is 0 then. */
MR_API mr_status mr_devices(mr_device_info *out, size_t size, size_t *count, mr_error *err);

/* A column of the caller's device memory. */
typedef struct mr_buffer {
    const char *name; /* as for mr_array */
    mr_dtype dtype;
    struct _cl_mem *memory;       /* `count` elements */
    void (*release)(void *owner); /* as for mr_array */
    void *owner;
    uint64_t reserved[4];
} mr_buffer;

/* The caller's cl_mem objects (one a column, `count` elements each) as a sequence. Only streams
 * opened with the same context can run it. The buffers are not retained: they must outlive the
 * sequence and its streams, and must not be written meanwhile; release() tells when that is over.
 * bool elements are bytes: 0 is false, others true. */
MR_API mr_status mr_seq_from_buffers(mr_seq **out, const mr_buffer buffers[], size_t column_count,
                                     size_t count, mr_error *err);

MR_EXTERN_C_END

/* ---- cursor.h ---- */

MR_EXTERN_C_BEGIN

typedef struct mr_cursor {
    mr_stream *stream;
    mr_error *err; /* may be NULL */
    mr_status status;
    size_t at; /* of the element in the batch */
    mr_batch batch;
} mr_cursor;

/* Before the stream's next element. */
static inline mr_cursor mr_cursor_over(mr_stream *stream, mr_error *err)
{
    mr_cursor cursor;
    memset(&cursor, 0, sizeof cursor);
    cursor.stream = stream;
    cursor.err = err;
    return cursor;
}

/* Moves on to the next element; false at the end and after a failure. */
static inline bool mr_cursor_next(mr_cursor *c)
{
    if (++c->at < c->batch.len) return true;
    c->at = 0;
    c->status = mr_stream_next(c->stream, &c->batch, c->err);
    if (c->status != MR_OK) c->batch.len = 0;
    return c->batch.len > 0;
}

/* How many elements of the stream are before this one. */
static inline int64_t mr_cursor_position(const mr_cursor *c)
{
    return c->batch.position + (int64_t)c->at;
}

/* The element's value in a column, whose dtype the caller knows: mr_cursor_f64(&at, 0). */
#define MR_CURSOR_VALUE(name, ctype)                                                               \
    static inline ctype mr_cursor_##name(const mr_cursor *c, size_t column)                        \
    {                                                                                              \
        return ((const ctype *)c->batch.columns[column])[c->at];                                   \
    }
MR_CURSOR_VALUE(bool, uint8_t)
MR_CURSOR_VALUE(i32, int32_t)
MR_CURSOR_VALUE(u32, uint32_t)
MR_CURSOR_VALUE(i64, int64_t)
MR_CURSOR_VALUE(u64, uint64_t)
MR_CURSOR_VALUE(f32, float)
MR_CURSOR_VALUE(f64, double)
#undef MR_CURSOR_VALUE

MR_EXTERN_C_END

#endif
