/* A folder under TMPDIR for one test, with one file in it. */
#ifndef MR_TESTS_IO_SCRATCH_H
#define MR_TESTS_IO_SCRATCH_H

#include <stddef.h>

#include "io/sink.h"

struct scratch {
    char folder[256];
    char path[320];
};

/* Makes the folder and names the file, which is not there yet. */
struct scratch scratch_make(const char *file_name);

/* The same with a file of these bytes. */
struct scratch scratch_with(const char *file_name, const void *bytes, size_t count);

void scratch_write(const struct scratch *s, const void *bytes, size_t count);

/* Makes the file a table of this format. */
mr_status scratch_table(const struct scratch *s, enum mr_sink_format format,
                        const mr_dtype dtypes[], const char *const names[], size_t column_count,
                        const void *const columns[], size_t rows);

/* Bytes in hex, 32 a line, zeros at the end of a line left out; how many, in whole lines. */
size_t scratch_hex(unsigned char *out, const char *const lines[], size_t count);

/* Bytes of the file, up to `room` of them in buffer; -1 when there is none. */
long scratch_read(const struct scratch *s, void *buffer, size_t room);

/* How many entries the folder has, so that nothing left behind goes unseen. */
size_t scratch_entries(const struct scratch *s);

/* Removes the folder and all in it. */
void scratch_remove(const struct scratch *s);

/* The reading end of a pipe that holds these bytes (at most 64 KiB) and then ends. */
int scratch_pipe(const void *bytes, size_t count);

#endif
