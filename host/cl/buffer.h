/* Device memory and what moves it. Nothing here blocks: completion is told by events. */
#ifndef MR_CL_BUFFER_H
#define MR_CL_BUFFER_H

#include "cl/launch.h"

/* `what` names the buffer in errors: "slot 2 of 3". A buffer over the device's limit is
 * MR_E_NO_MEMORY, naming both sizes, without asking the device. bytes >= 1. */
mr_status mr_buffer_create(struct mr_session *session, cl_mem_flags flags, size_t bytes,
                           void *host_ptr, const char *what, cl_mem *out, mr_error *err);

/* The same over memory that the host sees at *memory without mapping: a command sees what the host
 * wrote there before it was enqueued, and the host what a command wrote once that is complete
 * (OpenCL 2.0, 3.3.3 and 5.2.1). Only where device.shares_finely. The memory is the buffer's for as
 * long as anything refers to it. */
mr_status mr_buffer_create_shared(struct mr_session *session, size_t bytes, const char *what,
                                  cl_mem *out, void **memory, mr_error *err);

/* Memory of the host that a device's copies reach by themselves ("pinned"), and while others go on:
 * it is the driver's own, mapped for as long as the buffer lives, to be unmapped before it is
 * released. *memory is valid once the command's event is complete. A driver that refuses it does
 * the session no harm: *err tells the call. */
mr_status mr_buffer_create_pinned(struct mr_session *session, const struct mr_command *command,
                                  size_t bytes, const char *what, cl_mem *out, void **memory,
                                  mr_error *err);

/* One more reference to the caller's buffer, given up with mr_buffer_release(). */
mr_status mr_buffer_retain(struct mr_session *session, cl_mem buffer, mr_error *err);

/* MR_E_VALUE unless the caller's buffer belongs to the session's context and holds `bytes`. */
mr_status mr_buffer_check(struct mr_session *session, cl_mem buffer, size_t bytes, const char *what,
                          mr_error *err);

/* *out is the host address of byte `offset`, valid from the completion of the command's event (or
 * of the queue) to the unmap. flags: CL_MAP_READ, CL_MAP_WRITE or
 * CL_MAP_WRITE_INVALIDATE_REGION. */
mr_status mr_buffer_map(struct mr_session *session, const struct mr_command *command, cl_mem buffer,
                        cl_map_flags flags, size_t offset, size_t bytes, void **out, mr_error *err);

/* *pointer is what the map gave; NULL-safe, nulls it (also on failure). */
mr_status mr_buffer_unmap(struct mr_session *session, const struct mr_command *command,
                          cl_mem buffer, void **pointer, mr_error *err);

/* Host memory must stay as it is until the command is complete. */
mr_status mr_buffer_read(struct mr_session *session, const struct mr_command *command,
                         cl_mem buffer, size_t offset, size_t bytes, void *to, mr_error *err);
mr_status mr_buffer_write(struct mr_session *session, const struct mr_command *command,
                          cl_mem buffer, size_t offset, size_t bytes, const void *from,
                          mr_error *err);

/* The ranges must not overlap. */
mr_status mr_buffer_copy(struct mr_session *session, const struct mr_command *command, cl_mem from,
                         size_t from_offset, cl_mem to, size_t to_offset, size_t bytes,
                         mr_error *err);

/* Repeats the pattern (1, 2, 4, 8 or 16 bytes, of which offset and bytes are multiples). */
mr_status mr_buffer_fill(struct mr_session *session, const struct mr_command *command,
                         cl_mem buffer, const void *pattern, size_t pattern_bytes, size_t offset,
                         size_t bytes, mr_error *err);

#endif
