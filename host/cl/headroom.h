/* What drivers take of the process without looking whether it is there. Where a write, an
 * allocation or the start of a thread fails, LLVM calls exit() or abort(), and that is the end of
 * the program that millrace is part of. So there is a look before: at files and address space
 * before each compilation, at address space and threads before drivers are loaded, at what becomes
 * of children before a device that starts some is used. What others take in between cannot be
 * known. */
#ifndef MR_CL_HEADROOM_H
#define MR_CL_HEADROOM_H

#include <stdbool.h>

#include "base/error.h"

/* Whether the file system of this folder or, where it does not exist yet, of the nearest one above
 * it has room for compiled kernels, and files may be as large. */
bool mr_room_in_folder(const char *folder);

/* MR_E_LIMIT with what is missing. */
mr_status mr_room_to_load(mr_error *err);

/* MR_E_STATE where the process lets go of its children unseen, by ignoring SIGCHLD. */
mr_status mr_children_are_waited_for(const char *device_name, mr_error *err);

/* MR_E_LIMIT as above, before a compilation; uses_files: PoCL's, with room in its folder that the
 * user's quota allows, too. */
mr_status mr_room_to_compile(bool uses_files, mr_error *err);

#endif
