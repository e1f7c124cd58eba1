/* What another process is to trust, as bytes:
 *
 *     magic, 8 bytes    format    who wrote it    ...    checksum of all that */
#ifndef MR_STREAM_SEAL_H
#define MR_STREAM_SEAL_H

#include <millrace/status.h>

#include "ring/bytes.h"

struct mr_seal {
    const char *magic;
    const char *where; /* NULL, or the file that has the bytes */
    int format;
    const char *name;   /* "the state", */
    const char *whole;  /* "the state of a stream", */
    const char *remedy; /* and the way out where it is damaged, */
    const char *writer; /* or of another format */
};

void mr_seal_begin(const struct mr_seal *seal, struct mr_bytes_out *out);
void mr_seal_end(struct mr_bytes_out *out);

/* Leaves *in behind the format, without the checksum, which was right. */
mr_status mr_seal_open(struct mr_bytes_in *in, const struct mr_seal *seal, const void *bytes,
                       size_t size, mr_error *err);

/* For bytes that the checksum did not find out. */
mr_status mr_seal_fail_damaged(const struct mr_seal *seal, size_t size, mr_error *err);

void mr_put_text(struct mr_bytes_out *out, const char *text);

/* Freed with mr_free(). NULL: no memory, or the bytes are bad. */
char *mr_get_text(struct mr_bytes_in *in);

#endif
