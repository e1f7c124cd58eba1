/* millrace: sequences that never exist in full. Includes every public header.
 *
 * NULL: a function that needs what a pointer was to give and gets NULL returns MR_E_VALUE and names
 * it, or, if it returns no status, does nothing and returns 0, NULL, false or MR_DTYPE_NONE; only
 * `err`, `params` and what its comment says may be NULL, and what destroys, accepts it.
 *
 * Growth: no struct ever changes its size or moves a field while the soname stays, that is within
 * one minor version before 1.0. A new field takes the place of the front of `reserved`, where zero
 * is its default. The library writes zeros to what it does not know there, and refuses parameters
 * that are not zero there: so a program runs with any library that is not older than its headers,
 * and an older one says that it is asked for what it does not have. Zero the whole struct before
 * setting fields: mr_stream_params params = {0}. (No field holds a size: it would have to be set by
 * every program, and arrays of structs could not grow by it.) */
#ifndef MILLRACE_MILLRACE_H
#define MILLRACE_MILLRACE_H

#include <millrace/arrow.h>
#include <millrace/cursor.h>
#include <millrace/device.h>
#include <millrace/dtype.h>
#include <millrace/limits.h>
#include <millrace/partials.h>
#include <millrace/sequence.h>
#include <millrace/status.h>
#include <millrace/stream.h>
#include <millrace/version.h>

#endif
