/* millrace: sequences that never exist in full. Includes every public header. */
#ifndef MILLRACE_MILLRACE_H
#define MILLRACE_MILLRACE_H

#include <millrace/device.h>
#include <millrace/dtype.h>
#include <millrace/sequence.h>
#include <millrace/status.h>
#include <millrace/stream.h>
#include <millrace/version.h>

#endif
