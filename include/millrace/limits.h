/* The limits that are fixed. What is above one is refused where it is described or opened, by name,
 * and `millrace ops NAME` and mr_op_param_describe() tell those of parameters. */
#ifndef MILLRACE_LIMITS_H
#define MILLRACE_LIMITS_H

/* Of descriptions. */
enum {
    MR_MAX_TEXT_BYTES = 1 << 20, /* of a pipeline's text */
    MR_MAX_STAGES = 64,          /* operators in one pipeline, nested ones counted */
    MR_MAX_NODES = 10000,        /* nodes of all expressions of a pipeline */
    MR_MAX_NESTING = 200,        /* of brackets and operators in a text */
    MR_MAX_INPUTS = 64,          /* sequences that one operator joins */
    MR_MAX_COLUMNS = 8,          /* of an element */
    MR_MAX_NAME_BYTES = 255,     /* of a column's name */
    MR_MAX_WINDOW = 1 << 20,     /* neighbours of window() */
    MR_MAX_SHUFFLE = 1 << 24,    /* elements in a window of shuffle() */
    MR_MAX_TURNS = 1 << 20,      /* of loop() for an element */
    MR_MAX_BINS = 1 << 16,       /* of hist() */
    MR_MAX_SHARDS = 1 << 30      /* of a sequence */
};

/* Of streams. */
enum { MR_MAX_BATCH_ELEMS = 1 << 24, MR_MIN_RING_SLOTS = 2, MR_MAX_RING_SLOTS = 16 };

#endif
