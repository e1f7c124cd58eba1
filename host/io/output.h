/* A file or pipe open for writing. A path that is new or names a regular file gets its content at
 * commit: whole or not at all. Pipes, devices and names of open descriptors are written in place.
 */
#ifndef MR_IO_OUTPUT_H
#define MR_IO_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <millrace/status.h>

#include "io/temporary.h"

struct mr_output {
    int fd;
    bool owned;
    bool patchable; /* what was written can be written over */
    int64_t start;  /* file offset of the first byte, if patchable */
    char *name;     /* for messages; the path that commit gives the file */
    bool appears_whole;
    bool is_partial; /* its content stands in NAME.partial until then, whatever happens */
    struct mr_temporary temporary; /* if it does: its fd is the one above */
};

/* "-" is standard output. A failed open leaves nothing behind. */
mr_status mr_output_open(struct mr_output *out, const char *path, mr_error *err);
mr_status mr_output_adopt(struct mr_output *out, int fd, const char *name, mr_error *err);

/* The same, but what was written stays in PATH.partial until commit, whatever becomes of the
 * process. at >= 0: goes on with that file, which holds at least so many bytes; else it is new, or
 * empty. Only one process at a time. What is written in place is opened as above. */
mr_status mr_output_open_partial(struct mr_output *out, const char *path, int64_t at,
                                 mr_error *err);

/* The file where an output opened so stands until commit, to be freed; NULL: it is written in
 * place. */
mr_status mr_output_partial_name(char **out, const char *path, mr_error *err);

/* Whether an output opened so would write over the file at `other`, which need not be there. */
mr_status mr_output_partial_takes(bool *takes, const char *path, const char *other, mr_error *err);

/* A hash of what stands right before `at`, from `least` on. Of a partial one. */
mr_status mr_output_hash(const struct mr_output *out, int64_t least, int64_t at, uint64_t *hash,
                         mr_error *err);

/* Whether the file at `path` has `bytes` bytes, and this hash of its last ones, as above. False: it
 * is not there either, or is no regular file. */
mr_status mr_output_is_file(bool *is_file, const char *path, int64_t least, int64_t bytes,
                            uint64_t hash, mr_error *err);

/* Whether these bytes stand from `at` on. Of a partial one. */
mr_status mr_output_holds(const struct mr_output *out, int64_t at, const void *bytes, size_t count,
                          bool *holds, mr_error *err);

/* Forgets what stands from `at` on, and goes on there. Of a partial one. */
mr_status mr_output_cut(struct mr_output *out, int64_t at, mr_error *err);

/* Where the next byte of a partial one goes. */
int64_t mr_output_tell(const struct mr_output *out);

mr_status mr_output_write(struct mr_output *out, const void *bytes, size_t count, mr_error *err);

/* Writes over the first bytes. Needs `patchable`. */
mr_status mr_output_patch(struct mr_output *out, const void *bytes, size_t count, mr_error *err);

/* Closes; what appears whole appears. */
mr_status mr_output_commit(struct mr_output *out, mr_error *err);

/* Closes, and removes what was not committed, but for what is partial. */
void mr_output_discard(struct mr_output *out);

#endif
