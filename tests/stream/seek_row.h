/* A sequence, what stands at each of its positions, and how it is moved to. */
#ifndef MR_TESTS_STREAM_SEEK_ROW_H
#define MR_TESTS_STREAM_SEEK_ROW_H

#include "rig.h"

struct seek_row {
    const char *text;
    int64_t (*value)(int64_t n);
    int64_t length;
};

/* Pulls a little from `position` on; there must be something unless the end is reached. */
void seek_check_from(mr_stream *s, const struct seek_row *row, int64_t position);

int64_t seek_triangular(int64_t n);  /* 0 + 1 + ... + n */
int64_t seek_from_eleven(int64_t n); /* n + 11 */

#endif
