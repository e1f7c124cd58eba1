/* Where a path that is to be written leads: a descriptor that is open already (/dev/stdout), a file
 * that exists, or one to be made. Links are followed to the file, so that they stay. */
#ifndef MR_IO_TARGET_H
#define MR_IO_TARGET_H

#include <stdbool.h>
#include <sys/types.h>

#include <millrace/status.h>

struct mr_target {
    char *path;     /* what the links lead to; owned */
    int descriptor; /* the path is a name of this one of our own; -1: of none */
    bool exists;
    bool is_regular;
    mode_t mode; /* of what exists */
};

/* Fails on links that the kernel, hardened, would not follow: somebody else's in a folder that all
 * may write to. */
mr_status mr_target_resolve(struct mr_target *out, const char *path, mr_error *err);
void mr_target_free(struct mr_target *target);

/* Whether it is the file of this path, whose last part is no link; neither need be there. */
bool mr_target_is_at(const struct mr_target *target, const char *path);

/* Bytes of a path up to its last slash; 0: the working folder. */
size_t mr_folder_length(const char *path);

/* A failure of a system call on an output, with the way out. */
mr_status mr_fail_output(const char *call, const char *name, mr_error *err);

#endif
