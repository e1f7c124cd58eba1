/* Memory of the caller's that a sequence reads in place: arrays of the host or cl_mem objects. */
#ifndef MR_IR_MEMORY_SOURCE_H
#define MR_IR_MEMORY_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include <millrace/dtype.h>

struct mr_memory_source {
    bool is_device; /* buffers instead of data */
    size_t count;   /* elements of each column */
    size_t column_count;
    const void *data[8];
    void *buffers[8]; /* cl_mem */
    mr_dtype dtypes[8];
    const char *names[8]; /* while it is described; NULL: x, or x0, x1, ... */
    void (*releases[8])(void *owner);
    void *owners[8];
};

#endif
