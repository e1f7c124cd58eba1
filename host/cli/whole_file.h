/* Files of a few KiB that are read and written at once. */
#ifndef MR_CLI_WHOLE_FILE_H
#define MR_CLI_WHOLE_FILE_H

#include <stddef.h>

#include <millrace/status.h>

#include "base/strbuf.h"

/* Adds the bytes of the file to *out, up to `most` and a few more. "-": standard input. */
mr_status mr_whole_file_read(struct mr_strbuf *out, const char *path, size_t most, mr_error *err);

/* The file is there whole or not at all, also over a power cut. "-": standard output. */
mr_status mr_whole_file_write(const char *path, const void *bytes, size_t count, mr_error *err);

#endif
