/* The order of commands, as the layer saw it (trace.c): what a test looks at in its own process. */
#ifndef MR_TESTS_LAYER_TRACE_H
#define MR_TESTS_LAYER_TRACE_H

#include <stdbool.h>
#include <stddef.h>

enum trace_what {
    TRACE_KERNEL,
    TRACE_READ,
    TRACE_WRITE,
    TRACE_MAP,
    TRACE_OTHER, /* copies, fills, the end of a map, one that pins memory */
    TRACE_WAIT,  /* of the host, for a command or (clFinish) for all */
};

enum { TRACE_MOST = 4096, TRACE_AFTER = 16 };

struct trace_step {
    enum trace_what what;
    const void *queue;                   /* NULL: a wait */
    bool blocks;                         /* the call returns once it is done */
    size_t bytes;                        /* READ, WRITE, MAP; KERNEL: work-items */
    bool is_pinned;                      /* READ, WRITE: the host's memory is the driver's own */
    int after[TRACE_AFTER], after_count; /* the steps that it waits for, of those in the trace */
    const void *event;                   /* the layer's own */
};

struct trace {
    struct trace_step steps[TRACE_MOST];
    int count; /* more than TRACE_MOST: the rest was not recorded */
};

/* Commands from now on are recorded there; NULL: no longer. */
typedef void trace_into(struct trace *trace);
__attribute__((visibility("default"))) void layer_trace_into(struct trace *into);

#endif
