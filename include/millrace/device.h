/* The OpenCL devices of this machine, as the stream would choose among them. */
#ifndef MILLRACE_DEVICE_H
#define MILLRACE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <millrace/stream.h>

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
    bool is_admitted; /* a stream goes over to it without being told to: this project verified the
                       * implementation, or millrace verify --all did on this machine */
    unsigned number; /* as the OpenCL loader lists them, from 0: mr_stream_params.device takes it */
    uint64_t reserved[7];
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
#endif
