/* Whether a file is the one that it was. */
#ifndef MR_IO_FILE_IDENTITY_H
#define MR_IO_FILE_IDENTITY_H

#include <stdint.h>

#include <millrace/status.h>

struct mr_file_identity {
    int64_t bytes;
    int64_t changed_ns;      /* when, since 1970 */
    uint64_t ends;           /* a hash of its first and its last pages */
    uint64_t device, number; /* of the file here, under whatever name: no copy has them */
};

/* Identifies a regular file; MR_E_STATE for others: what was read from a pipe cannot be read
 * again. */
mr_status mr_file_identify(struct mr_file_identity *out, const char *path, mr_error *err);

#endif
