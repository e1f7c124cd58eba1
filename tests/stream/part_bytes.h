/* Partials of a terminal as whoever shares it out has them: bytes that are made, merged, finished.
 * What part_made(), part_of_text() and part_merged() cannot make ends the test. */
#ifndef MR_TESTS_STREAM_PART_BYTES_H
#define MR_TESTS_STREAM_PART_BYTES_H

#include <millrace/millrace.h>

#include "rig.h"

enum { MOST_RANKS = 64, BYTES = 1 << 16 };

/* The host engine alone. */
extern const mr_stream_params part_host;

struct part_bytes {
    void *at;
    size_t size;
};

/* A result, whoever made it. */
struct part_rows {
    mr_status status;
    char message[512];
    size_t len, column_count;
    mr_dtype dtypes[MR_MAX_COLUMNS];
    char names[MR_MAX_COLUMNS][64];
    unsigned char bytes[MR_MAX_COLUMNS][BYTES];
};

void part_read_rows(struct part_rows *out, const mr_seq *seq);
void part_finish_rows(struct part_rows *out, struct part_bytes part);
bool part_same_rows(const struct part_rows *a, const struct part_rows *b);

/* Part k of n. */
mr_status part_make(struct part_bytes *out, const mr_seq *seq, const mr_stream_params *params,
                    int64_t k, int64_t n, mr_error *err);
struct part_bytes part_made(const mr_seq *seq, const mr_stream_params *params, int64_t k,
                            int64_t n);

/* Of these positions. */
struct part_bytes part_of_text(const char *text, int64_t from, int64_t until);

mr_status part_merge(struct part_bytes *out, const struct part_bytes parts[], size_t count,
                     mr_error *err);
struct part_bytes part_merged(const struct part_bytes parts[], size_t count);
void part_release(struct part_bytes parts[], size_t count);

/* It failed with this status and these words, and with a hint. */
void part_refused(mr_status st, mr_status expected, const mr_error *err, const char *says);

#endif
