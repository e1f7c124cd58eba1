/* A file or pipe open for reading, with whole reads: EINTR, short reads and non-blocking
 * descriptors are dealt with here. */
#ifndef MR_IO_INPUT_H
#define MR_IO_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <millrace/status.h>

/* How long a read of a pipe waits for what is not there yet. Files have all they have. */
enum mr_patience {
    MR_WAIT_FOR_ALL, /* fewer than asked for are the end */
    MR_WAIT_FOR_ONE, /* for the first; then content with what comes without a pause */
    MR_WAIT_FOR_NONE /* content with what is there, also with nothing */
};

struct mr_input {
    int fd;
    bool owned;         /* closed by mr_input_close() */
    bool seekable;      /* a regular file that knows its size */
    int64_t size_bytes; /* from `start` on; -1 for pipes */
    int64_t start;      /* file offset of what is byte 0 to the reader */
    int64_t read_bytes; /* or mapped, so far */
    char *name;         /* for messages */
    bool is_hasty;      /* of a pipe: reads do not wait, see mr_input_has_lull() */
    bool is_in_lull;    /* the last such read found that more had to be waited for */
    int64_t linger_ns;  /* how long it may wait nevertheless, all its system calls together */
};

/* The next reads of a pipe do not wait (or do, which is how it begins). A writer that is about to
 * go on is given a moment: pieces that follow each other closely are better read as one. */
void mr_input_hurry(struct mr_input *in, bool is_hasty);

/* Whether a hasty reader is to stop here: there is nothing more for the moment. Sets is_in_lull. */
bool mr_input_has_lull(struct mr_input *in);

/* "-" is standard input. */
mr_status mr_input_open(struct mr_input *in, const char *path, mr_error *err);
mr_status mr_input_adopt(struct mr_input *in, int fd, const char *name, mr_error *err);
void mr_input_close(struct mr_input *in);

/* Reads `bytes` bytes, fewer only at the end or in a lull. From `offset` in a seekable input; in
 * others from where the last read ended. */
mr_status mr_input_read(struct mr_input *in, int64_t offset, void *buffer, size_t bytes,
                        size_t *got, mr_error *err);

/* The same, but content with what one system call gives, which it waits for: *got == 0 means the
 * end. */
mr_status mr_input_read_some(struct mr_input *in, int64_t offset, void *buffer, size_t bytes,
                             size_t *got, mr_error *err);

/* Where a read at `offset` found the end: an error if the file had more when it was opened. */
mr_status mr_input_check_end(const struct mr_input *in, int64_t offset, mr_error *err);

/* Pages of a file in memory, to read: what is asked for begins `skip_bytes` after `address`. */
struct mr_mapping {
    void *address;
    size_t bytes; /* 0: nothing is mapped */
    size_t skip_bytes;
    int fd;         /* the input's: it has to stay open */
    int64_t offset; /* of `address` in the file */
};

/* Whether [offset, offset + bytes) of a seekable input could be mapped: the file still has all of
 * it. To touch what is cut off a file while it is mapped raises SIGBUS. */
bool mr_input_map(struct mr_input *in, int64_t offset, size_t bytes, struct mr_mapping *out);
void mr_mapping_release(struct mr_mapping *mapping);

/* Bytes from `address` on that the file still has now. */
size_t mr_mapping_left(const struct mr_mapping *mapping);

#endif
