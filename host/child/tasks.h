/* What the program libexec/millrace/build can be asked to do (cl/child_process.h). */
#ifndef MR_CHILD_TASKS_H
#define MR_CHILD_TASKS_H

#include "base/error.h"
#include "cl/child_process.h"

/* Does it; `say` is told of each phase before it begins, in words that go on with "ended the
 * process". Other than MR_OK: for a reason that says nothing of a driver. */
mr_status mr_task_run(const char *const fields[MR_CHILD_FIELDS], void (*say)(const char *phase),
                      mr_error *err);

#endif
