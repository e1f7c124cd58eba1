/* OpenCL objects: how they are given back, and the count of those held. */
#ifndef MR_CL_HANDLE_H
#define MR_CL_HANDLE_H

#include "cl/loader.h"

/* Every creation and retain is counted once, every release (NULL-safe, nulls the handle) once.
 * In a forked child releases only null the handle. */
void mr_context_release(cl_context *object);
void mr_queue_release(cl_command_queue *object);
void mr_buffer_release(cl_mem *object);
void mr_program_release(cl_program *object);
void mr_kernel_release(cl_kernel *object);
void mr_event_release(cl_event *object);

/* Kept for ever, and counted no longer: a command of which nothing can be known may still write to
 * its memory. NULL-safe, nulls the handle. */
void mr_buffer_lose(cl_mem *object);

/* For the files of this room: `count` more objects are held. */
void mr_cl_count(int count);

/* OpenCL objects this library holds now. After all streams are closed only idle contexts and
 * programs are left; after mr_cl_purge() (cl/session.h) none. */
long mr_cl_live_objects(void);

#endif
