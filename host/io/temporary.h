/* A file that nobody sees before it is whole. Where the file system can, it has no name until then,
 * so that a process that is killed leaves nothing; elsewhere it has one that cannot be guessed, and
 * whoever writes into the folder later takes it away. */
#ifndef MR_IO_TEMPORARY_H
#define MR_IO_TEMPORARY_H

#include <stdbool.h>
#include <sys/types.h>

#include <millrace/status.h>

struct mr_temporary {
    int fd;     /* to write and read; -1: none */
    char *name; /* NULL: it has none (yet) */
};

/* One in the folder of `path`, which it is to take. `mode`: of the file that it replaces, from its
 * first moment on; 0: that of a new file. */
mr_status mr_temporary_create(struct mr_temporary *out, const char *path, mode_t mode,
                              mr_error *err);

/* Brings what was written to the disk, where there is one. */
mr_status mr_file_sync(int fd, const char *path, mr_error *err);

/* Brings it to the disk, then gives it its path: whole or not at all, also over a power cut.
 * Never in the place of what is no regular file. Closes it. */
mr_status mr_temporary_publish(struct mr_temporary *t, const char *path, mr_error *err);

/* Closes and removes it. */
void mr_temporary_discard(struct mr_temporary *t);

#endif
