/* Pulls a sequence through the library's public calls into the same record the model fills, and
 * compares the two. */
#ifndef MR_TESTS_CONFORMANCE_DELIVERY_H
#define MR_TESTS_CONFORMANCE_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>

#include <millrace/millrace.h>

#include "cl/own_context.h"
#include "model.h"

struct run {
    mr_engine_choice engine;
    size_t batch;
    unsigned ring;
    bool staged;
    bool no_fuse;
    unsigned device_at_unit;       /* with MR_ENGINE_AUTO */
    bool is_brief;                 /* the host's units end after a leaf */
    const struct own_context *own; /* NULL: a context of the library's */
    const char *shape;             /* NULL: the device's own */
};

/* The engine asked for, or with tests_host the host engine. */
mr_engine_choice engine_here(mr_engine_choice asked);

/* Collects at most max_elements elements. False, with the reason in out->message, when the stream
 * does not open or breaks a promise about batches: one that is short but not the last, a wrong
 * position, elements after the end. A failure that the stream reports is part of the result.
 * Free `out` with model_free() in either case. */
bool deliver(struct model_result *out, const mr_seq *seq, struct run run, size_t max_elements);

/* An empty record of the sequence's columns. */
void deliver_columns(struct model_result *out, const mr_seq *seq);

/* Adds to it from an open stream, from where it stands. */
bool deliver_rest(struct model_result *out, mr_stream *stream, size_t batch, size_t max_elements);

/* False for kernels that oclgrind 21.10 dies of with --uninitialized (tests_small): its records of
 * shuffles cannot bear the undefined lanes of vectors put together, as the strips of generators
 * do. */
bool can_be_checked(const mr_seq *seq);

/* Parses, and then parses what the text of that is: all that runs here was described by its
 * canonical text. MR_E_INTERNAL where that has another text or fingerprint. */
mr_status parse_by_text(mr_seq **out, const char *pipeline, mr_error *err);

/* Parses so and delivers. */
bool deliver_text(struct model_result *out, const char *pipeline, struct run run,
                  size_t max_elements);

/* True when elements from `skipped` on of `expected` are those of `got`, bit by bit (any NaN equals
 * any other), and both fail alike or not at all. Otherwise writes what differs first. */
bool same_elements(char *difference, size_t size, const struct model_result *expected,
                   size_t skipped, const struct model_result *got);

/* "opencl, batch 64, ring 2" and so on, in a buffer of the callee. */
const char *run_name(struct run run);

#endif
