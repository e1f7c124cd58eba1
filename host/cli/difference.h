/* Runs of one sequence compared: what of it is hashed, and where two of them part. */
#ifndef MR_CLI_DIFFERENCE_H
#define MR_CLI_DIFFERENCE_H

#include <millrace/millrace.h>

/* A way to run a sequence, and how much of it. */
struct mr_way {
    mr_stream_params params;
    int64_t take; /* elements looked at */
};

/* What a run gave. Streams that gave the same have equal digests. */
struct mr_digest {
    uint64_t hash; /* of the elements' bits (any NaN is the same one), their number and the end */
    int64_t elements;
    mr_status status; /* how it ended: MR_OK also when it was cut */
    bool is_cut;      /* there were more than way.take */
    mr_error error;
};

/* The first place where two runs part. */
struct mr_difference {
    bool exists;
    int64_t element;
    size_t column;            /* SIZE_MAX: the element is missing in one, or the failures differ */
    uint64_t bits[2];         /* of the two values */
    struct mr_digest gave[2]; /* up to there: how they went on, if column is SIZE_MAX */
    const struct mr_seq *blame; /* the operator that differs though its inputs do not */
};

/* Runs the sequence. Failures are part of the digest, those to open a stream too (elements -1). */
void mr_digest_run(struct mr_digest *out, const mr_seq *seq, const struct mr_way *way);

/* Runs both again, side by side, then whatever the sequence is made of. */
void mr_difference_find(struct mr_difference *out, const mr_seq *seq, const struct mr_way ways[2]);

#endif
