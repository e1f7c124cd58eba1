/* Arrow's C stream: sequences out to and in from whatever speaks it (DuckDB, Polars, pyarrow, ...).
 * The structures are the canonical ones of the Arrow specification, C data and C stream interface;
 * a program that has them from elsewhere keeps those. */
#ifndef MILLRACE_ARROW_H
#define MILLRACE_ARROW_H

#include <stdbool.h>
#include <stdint.h>

#include <millrace/sequence.h>
#include <millrace/stream.h>

MR_EXTERN_C_BEGIN

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif

/* Opens a stream over the sequence, as mr_stream_open() does, behind *out, which is to be empty.
 * Each of its arrays is a batch: a struct of a child for each column, none of them null; a bool is
 * one bit. An array may be kept and released later, in any order, on any thread, after the stream
 * too: its elements are kept in place (mr_batch_keep()) where they begin at a 64-byte boundary, as
 * those of batches of a multiple of 64 elements do, and copied to one otherwise, and where
 * max_memory_bytes leaves no room to keep them. One thread at a time may ask for the next.
 * Its get_last_error() is what mr_error_render() writes. Each call opens a fresh stream. */
MR_API mr_status mr_seq_export_arrow(struct ArrowArrayStream *out, const mr_seq *seq,
                                     const mr_stream_params *params, mr_error *err);

/* What to do with an element that is null. */
typedef enum mr_nulls {
    MR_NULLS_REFUSED, /* MR_E_FORMAT, with its row */
    MR_NULLS_AS_NAN   /* of columns of floats; in others refused */
} mr_nulls;

/* A sequence that reads a stream of somebody else's, whose schema is a struct of 1 to 8 columns of
 * bool, 32 and 64 bit integers or floats (in Arrow's words b, i, I, l, L, f, g) or one such column.
 * Takes *in over (in->release is NULL then) when it succeeds, and leaves it alone when it fails.
 * What can be read once only makes a sequence that can: opening a second stream is MR_E_STATE.
 * Arrays are asked for on the thread that pulls, each when the one before was taken. */
MR_API mr_status mr_seq_from_arrow(mr_seq **out, struct ArrowArrayStream *in, mr_nulls nulls,
                                   mr_error *err);

MR_EXTERN_C_END
#endif
