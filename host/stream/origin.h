/* What a sequence reads: whether another process can read it too, and whether it is as it was. */
#ifndef MR_STREAM_ORIGIN_H
#define MR_STREAM_ORIGIN_H

#include "ir/seq.h"
#include "ring/bytes.h"

/* Only what another process can describe and read again; MR_E_STATE names the source that it
 * cannot, with what `refused` says of it: "a stream over it cannot be saved". */
mr_status mr_origin_check(const struct mr_seq *seq, const char *refused, mr_error *err);

/* The identities of the files of all sources, in the order of the text. */
mr_status mr_origin_put_files(const struct mr_seq *seq, struct mr_bytes_out *out, mr_error *err);

/* Whether they are as they were when, in words, `then`. */
mr_status mr_origin_check_files(const struct mr_seq *seq, struct mr_bytes_in *in, const char *then,
                                mr_error *err);

/* What is in those files, whenever they were written: copies have the same. */
mr_status mr_origin_hash_files(const struct mr_seq *seq, uint64_t *hash, mr_error *err);

/* Whether a source reads the file at `path`, under whatever name; it need not be there. Of a
 * sequence that another process can read. */
mr_status mr_origin_reads(const struct mr_seq *seq, const char *path, bool *reads, mr_error *err);

#endif
