#include "trace.h"

#include <pthread.h>

#include "layer.h"

static struct trace *trace;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void layer_trace_into(struct trace *into)
{
    (void)pthread_mutex_lock(&lock);
    trace = into;
    if (trace) trace->count = 0;
    (void)pthread_mutex_unlock(&lock);
}

/* Drivers use the place of an event that is released again: the last step that gave it is meant. */
static void add_after(struct trace_step *step, cl_event event)
{
    int k = trace->count;
    if (k > TRACE_MOST) k = TRACE_MOST;
    while (k-- > 0)
        if (trace->steps[k].what != TRACE_WAIT && trace->steps[k].event == event) break;
    if (k >= 0 && step->after_count < TRACE_AFTER) step->after[step->after_count++] = k;
}

static void add(struct trace_step step, cl_uint count, const cl_event *after)
{
    (void)pthread_mutex_lock(&lock);
    if (trace) {
        for (cl_uint k = 0; k < count; k++) add_after(&step, after[k]);
        if (trace->count < TRACE_MOST) trace->steps[trace->count] = step;
        trace->count++;
    }
    (void)pthread_mutex_unlock(&lock);
}

void trace_command(enum trace_what what, cl_command_queue queue, cl_bool blocks, size_t bytes,
                   const void *memory, cl_uint count, const cl_event *after, const cl_event *event)
{
    add((struct trace_step){.what = what,
                            .queue = queue,
                            .blocks = blocks,
                            .bytes = bytes,
                            .is_pinned = memory && pinned_holds(memory, bytes),
                            .event = event ? *event : NULL},
        count, after);
}

void trace_wait(cl_uint count, const cl_event *events)
{
    add((struct trace_step){.what = TRACE_WAIT, .blocks = true}, count, events);
}
