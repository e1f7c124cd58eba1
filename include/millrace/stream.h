/* Streams: a sequence opened on an engine; the pull iterator.
 *
 * A stream belongs to one thread at a time; different streams are independent. A stream used after
 * fork() answers MR_E_FORKED. Errors are sticky: after one, every call returns it again.
 *
 * Elements do not depend on the floating-point environment of the calling thread: its rounding, its
 * traps, whether it flushes subnormals to zero, as programs built with -ffast-math do. It is as
 * before when a call returns, and while a callback runs. */
#ifndef MILLRACE_STREAM_H
#define MILLRACE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <millrace/dtype.h>
#include <millrace/sequence.h>
#include <millrace/status.h>

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
 * call in progress and every later one returns MR_E_INTERRUPTED soon, between two work units or in
 * one of the host engine's. It must live longer than what it is given to. mr_cancel_create()
 * returns NULL without memory; mr_cancel_request() may be called from any thread and from signal
 * handlers, also with NULL. */
typedef struct mr_cancel mr_cancel;
MR_API mr_cancel *mr_cancel_create(void);
MR_API void mr_cancel_request(mr_cancel *cancel);
MR_API bool mr_cancel_is_requested(const mr_cancel *cancel);
MR_API void mr_cancel_destroy(mr_cancel **cancel); /* nulls the pointer; accepts NULL */

/* How far a stream is. */
typedef struct mr_progress {
    int64_t computed;   /* positions that its sources made so far, as mr_stream_computed() */
    int64_t expected;   /* how many they will have made at the end, at most: not what a seek or
                         * mr_stream_restore() passed over. -1: not known, or without end */
    int64_t elements;   /* delivered so far */
    double seconds;     /* since the stream was opened */
    int64_t bytes_read; /* from files and pipes; what is mapped counts as read */
    uint64_t reserved[7];
} mr_progress;

/* Called on the thread that pulls, between two work units, while it waits for a device, and in
 * units of the host engine that take long, at most every 50 ms; another answer than 0 interrupts
 * the stream. It must not use the stream, but for mr_stream_save(). */
typedef int (*mr_poll_fn)(void *user, const mr_progress *progress);

struct mr_knobs;

/* How a stream runs. Zero (or a NULL pointer to the whole) means the default; none of it changes
 * one bit of the elements, but native_math. What the chosen engine would ignore is refused: device,
 * context, queue, shape and native_math with MR_ENGINE_HOST, device beside context. The texts are
 * copied. */
typedef struct mr_stream_params {
    mr_engine_choice engine;
    const char *device;          /* a part of the device's or platform's name, or its number; NULL:
                                  * the best one. Several, which share the work: a list of those, as
                                  * "0,1", or "all" that can be used */
    size_t batch_elems;          /* 0: 65536. Range [1, 2^24] */
    unsigned ring_slots;         /* 0: 3. Work units kept in flight, range [2, 16] */
    size_t max_memory_bytes;     /* 0: no limit. Host and device together, with the batches that are
                                  * kept; refused at open if too small */
    struct _cl_context *context; /* the caller's own OpenCL context and in-order queue: both or */
    struct _cl_command_queue *queue; /* neither; retained while the stream lives */
    bool native_math;  /* in expressions the OpenCL device's own exp, log, sin, ... instead of the
                       * library's: other bits on other devices. Random sources keep theirs */
    bool no_fuse;      /* every stage computes into a buffer of its own, to measure fusing */
    bool watch_sums;   /* mr_stats.sums tells whether sum() of integers wrapped. Integers that may
                        * be large are added up twice for it: up to half as long again */
    bool no_map;       /* files are read, never mapped: whoever may cut one short while it is mapped
                       * could end the process */
    const char *shape; /* of the kernels and work units, as millrace tune and mr_devices() write
                        * it: "lanes 16/8, group 4, unit 524288, ring 3"; NULL: as tuned for the
                        * device */
    const mr_cancel *cancel;      /* NULL: only mr_stream_interrupt() ends it early */
    const struct mr_knobs *knobs; /* NULL; the library's own tests know what else */
    mr_poll_fn poll;              /* NULL: nobody asks; see above */
    void *poll_user;
    uint64_t reserved[6];
} mr_stream_params;

/* Consecutive elements, column by column. Borrowed from the ring: valid until the next call on the
 * stream other than mr_stream_tell(), mr_stream_computed() and mr_stream_stats(), or as long as a
 * lease on it is held: mr_batch_keep(). */
typedef struct mr_batch {
    int64_t position; /* of its first element */
    size_t len;       /* elements; 0 only at the end */
    size_t column_count;
    const void *columns[MR_MAX_COLUMNS]; /* aligned to their elements; if batches are of a multiple
                                          * of 64, to 64 bytes on the host engine (but not always
                                          * of chunk(), chain() and shuffle()), and on others
                                          * where nothing is left out, as by filter() */
    uint64_t reserved[4];
} mr_batch;

/* The same on the device: element k of column c is element `offset` + k of buffers[c], once `event`
 * is complete. All are borrowed as above, or until the last lease of mr_device_batch_keep(): the
 * ring fills the same buffers again then, retained or not. Commands that read them are over before,
 * or in mr_stream_params.queue, where what fills them again comes behind. */
typedef struct mr_device_batch {
    int64_t position;
    size_t len;
    size_t column_count;
    size_t offset;
    struct _cl_mem *buffers[MR_MAX_COLUMNS];
    struct _cl_event *event; /* NULL: nothing to wait for */
    uint64_t reserved[4];
} mr_device_batch;

typedef struct mr_stream mr_stream;

/* Opens a stream: plans, checks the memory bound, builds the kernels. Nothing is computed yet. On
 * failure *out is NULL.
 * Blocks while kernels build, but not with MR_ENGINE_AUTO and neither device nor context given:
 * then the host engine serves the first batches (all, where they take only milliseconds), a thread
 * opens the best device and builds, and the device goes on where the host engine is by then. A
 * device that fails, then or later, is only told in the stats: the host engine goes on. Only where
 * a live source was read for a device that fails, it is an error. */
MR_API mr_status mr_stream_open(mr_stream **out, const mr_seq *seq, const mr_stream_params *params,
                                mr_error *err);

/* Pulls the next batch. Blocks until its slot is ready.
 * Every batch holds batch_elems elements. The last may hold fewer, and so may what a read left of
 * one, and one of a live source (a pipe, a callback that says it is) that has nothing more for the
 * moment.
 * At the end returns MR_OK with out->len == 0, and does so again at each call.
 * Elements before a failure are delivered first. A terminal's value is a sequence of one row. */
MR_API mr_status mr_stream_next(mr_stream *s, mr_batch *out, mr_error *err);

/* The same without a copy to the host and without waiting for the device where the number of
 * elements is known beforehand. Waits until there is a device; MR_E_STATE on the host engine. */
MR_API mr_status mr_stream_next_device(mr_stream *s, mr_device_batch *out, mr_error *err);

/* Copies the next `count` elements into the caller's columns, one of `count` elements for each of
 * the stream's. *got < count only at the end and before a failure, which the next call returns; at
 * the end it is 0. What is left of a batch of which a part was read is the next one that
 * mr_stream_next() delivers. */
MR_API mr_status mr_stream_read(mr_stream *s, size_t count, void *const columns[], size_t *got,
                                mr_error *err);

/* A batch that is kept, in place: its elements stay as they are, where they are, until the last
 * lease on it is released. */
typedef struct mr_lease mr_lease;

/* Keeps the batch that mr_stream_next() has just lent, before the next call on the stream; kept
 * twice, it has two leases. Nothing is copied: the work unit's memory, which holds the batch and
 * maybe its neighbours, leaves the ring; another takes its place, and it comes back once no lease
 * on it is left. Memory beyond that of the ring is allocated as needed, within what
 * max_memory_bytes leaves: MR_E_BUDGET when there is too little, saying how many leases are held;
 * the stream goes on all the same, and so it does after MR_E_NO_MEMORY. MR_E_STATE for a batch that
 * is lent no longer. On failure *out is NULL. */
MR_API mr_status mr_batch_keep(mr_stream *s, const mr_batch *batch, mr_lease **out, mr_error *err);

/* The same of the batch that mr_stream_next_device() has just lent: until the last lease is
 * released nobody writes to its buffers, its event stays, and their context lives. Both ways of
 * pulling and of keeping may be mixed. */
MR_API mr_status mr_device_batch_keep(mr_stream *s, const mr_device_batch *batch, mr_lease **out,
                                      mr_error *err);

/* One more lease on the same batch; returns it. NULL for NULL. */
MR_API mr_lease *mr_lease_retain(const mr_lease *lease);

/* Gives a lease back, and nulls the pointer. Accepts NULL. Any thread may, at any time, also when
 * the stream is closed: its device, and the caller's context and queue, are held until the last
 * one. */
MR_API void mr_lease_release(mr_lease **lease);

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

/* Writes the stream's state into the `size` bytes at `bytes`: the position after the last completed
 * pull, and all that is needed to go on from there, in another process, on another machine, with
 * another engine, device, batch or ring, to the same bits. *needed says how many bytes it takes; if
 * that is more than `size`, none of them is to be used. With size 0 it only says that, and bytes
 * may be NULL. They are the canonical text, at most 100 others, 30 for each file, 90 for each
 * segment that mr_explain() shows, and in each column of one
 *
 *     scan()                               16
 *     a variable of a state                8
 *     chunk() of more than 1024 elements   8 a level; mean of integers 16
 *     a terminal                           8 a level; mean and watched sum of integers, argmin and
 *                                          argmax 16; var and std 24; and 10 for the level itself
 *     bins of a terminal, or its result    10 an entry
 *
 * Levels are those of the fixed tree that stand: as many as the number of leaves folded so far, of
 * 1024 elements each, has bits that are 1, so at most 20 after 1e9 elements and 30 after 1e12: less
 * than 1 KiB but for many columns, 6 KiB for 8 columns of var() after 1e12 elements. Saving changes
 * nothing: the batch stays borrowed, and saving twice gives the same bytes. Legal after the end and
 * after errors, also after MR_E_INTERRUPTED, where what was made beyond the position is made again;
 * and, alone of all calls on the stream, in its poll(), where the pull under way has not moved the
 * position, but of a terminal all is saved that was folded so far. MR_E_STATE, naming the source,
 * where what was read cannot be read again: stdin(), pipes, callbacks, the caller's memory, a file
 * that has changed since the stream was opened. */
MR_API mr_status mr_stream_save(mr_stream *s, void *bytes, size_t size, size_t *needed,
                                mr_error *err);

/* Opens a stream that goes on where the saved one was, as mr_stream_open() does; on failure *out is
 * NULL. `seq` must have the fingerprint of the one that was saved, and no_fuse, watch_sums and
 * native_math be as they were. MR_E_FORMAT: bytes that are damaged, cut short or of another format;
 * MR_E_STATE: of another pipeline, or its files have changed, saying which. */
MR_API mr_status mr_stream_restore(mr_stream **out, const mr_seq *seq,
                                   const mr_stream_params *params, const void *bytes, size_t size,
                                   mr_error *err);

/* The canonical text of the sequence whose stream was saved, in *out (freed by mr_text_free());
 * mr_seq_parse() makes the sequence of it. On failure *out is NULL. */
MR_API mr_status mr_state_text(char **out, const void *bytes, size_t size, mr_error *err);

/* Makes the call now running in another thread, and every later one, return MR_E_INTERRUPTED soon:
 * between two work units, or in one of the host engine's. Safe in signal handlers. */
MR_API void mr_stream_interrupt(mr_stream *s);

/* Waits for what is in flight, frees everything and nulls the pointer. Accepts NULL. A kernel that
 * is still being built is not waited for: a thread of the library ends by itself then, and holds
 * nothing of the caller's any more; where the stream lived for 250 ms and its kernels were begun
 * before, by any process, it builds them all first. Only the end of the thread that opened the
 * stream, or exit() there, waits for it; for other threads mr_prepare_exit(). */
MR_API void mr_stream_close(mr_stream **s);

/* Before exit(), where threads besides the caller's have streams: kernels that are being built are
 * given up, once the driver's call is over that is in progress, or waited for where a closed stream
 * left them to be built to their end, and none are begun from then on; a stream
 * that is left to choose stays with the engine it has. exit() destroys what drivers work with; a
 * thread that pulls from a device is for the caller to stop, as with mr_stream_interrupt(). */
MR_API void mr_prepare_exit(void);

/* Of a terminal sum() of integers with watch_sums, once it is computed: whether all its columns fit
 * their dtypes, or some wrapped modulo 2^64. */
typedef enum mr_sums { MR_SUMS_UNWATCHED, MR_SUMS_FIT, MR_SUMS_WRAPPED } mr_sums;

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
    char reason[160];    /* why this engine, or why the host engine goes on after a device */
    bool native_math;    /* some function is the device's own: other devices may give other bits */
    int64_t device_from; /* the position from which on the device computed (before a reduction: of
                          * its input); -1: it did not */
    int64_t computed;    /* as mr_stream_computed() */
    mr_sums sums;
    size_t leases;      /* held on its batches now */
    size_t lease_bytes; /* of the work units that they made necessary beside those of the ring */
    int64_t bytes_read; /* as mr_progress has it */
    double computed_per_second;
    uint64_t reserved[11];
} mr_stats;

/* Belongs to the stream's own thread, like a pull. */
MR_API void mr_stream_stats(const mr_stream *s, mr_stats *out);

/* What one of several devices did for a stream. */
typedef struct mr_device_use {
    char device[96];   /* its name, behind its number where several have that name */
    int64_t units;     /* work units that were dealt to it ... */
    int64_t positions; /* ... and how many positions they have */
    bool is_lost;      /* it failed, or could not be opened: the others go on */
    char reason[160];  /* with what; "" unless is_lost */
    uint64_t reserved[8];
} mr_device_use;

/* Up to `size` of the devices that the stream was opened on by name, in that order (`out` may be
 * NULL if that is 0); *count is how many there are, 0 unless they are several. In the stream's own
 * thread. */
MR_API mr_status mr_stream_devices(const mr_stream *s, mr_device_use *out, size_t size,
                                   size_t *count, mr_error *err);

/* What the stream's files and pipes said of themselves so far (whether a CSV has a header, what
 * separates it, which dtypes its first rows have), as text like snprintf's; "" when nothing was
 * left open. In the stream's own thread. */
MR_API size_t mr_stream_found(const mr_stream *s, char *out, size_t size);

/* Opens, pulls one value and closes: for sequences that end in a terminal with one column.
 * *dtype (may be NULL) says which member of *value to read. */
MR_API mr_status mr_reduce(const mr_seq *seq, const mr_stream_params *params, mr_scalar *value,
                           mr_dtype *dtype, mr_error *err);

/* What mr_explain() adds to its description: bits of its `parts`. */
typedef enum mr_explain_part {
    MR_EXPLAIN_KERNELS = 1, /* the generated source */
    MR_EXPLAIN_PASSES = 2   /* what is decided on the way to it, value by value: meant to be read */
} mr_explain_part;

/* A description of how the sequence would run, as text in *out (freed by mr_text_free()): columns,
 * segments with the reason for each cut, the shape of code, buffers and the memory bound, and the
 * parts asked for. Drivers are asked which device it would be, and whether its shape was tuned,
 * only where params name the engine, a device or a context; else the shape is that of CPUs. */
MR_API mr_status mr_explain(char **out, const mr_seq *seq, const mr_stream_params *params,
                            unsigned parts, mr_error *err);

MR_EXTERN_C_END
#endif
