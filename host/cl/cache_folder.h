/* Where things are kept between processes: millrace's own folder, and the one that PoCL keeps
 * compiled kernels in. PoCL loads code from there, so nobody else may write to it: without a home
 * it would take a folder under the world-writable /tmp. */
#ifndef MR_CL_CACHE_FOLDER_H
#define MR_CL_CACHE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* Sets POCL_CACHE_DIR to a private folder "<tmp>/millrace-<uid>" unless it is set or XDG_CACHE_HOME
 * or HOME give the user a folder of their own with room in it. False, with the reason, when that
 * folder cannot be had: it belongs to somebody else, is open to others or is a link.
 * Changes the environment: called once a process, before OpenCL is loaded. */
bool mr_cache_folder_prepare(char *reason, size_t reason_bytes);

/* The folder that PoCL takes; it need not exist. False: there is none. */
bool mr_cache_folder_of_kernels(char *out, size_t bytes);

enum { MR_CACHE_PATH_BYTES = 4096 };

/* $XDG_CACHE_HOME/millrace/<file>, or ~/.cache/millrace/<file>; `makes` the folders above it.
 * False: there is no such place, or others may write there, who could put anything in. */
bool mr_cache_path(char out[MR_CACHE_PATH_BYTES], const char *file, bool makes);

/* A file kept at a path from above, open to read: a regular one of our own that nobody else may
 * write to. -1: there is none. */
int mr_cache_open(const char *path);

#endif
