/* A line on standard error that tells how far a long run is. Shown only where somebody can see it:
 * standard error is a terminal, standard output is none. */
#ifndef MR_CLI_PROGRESS_H
#define MR_CLI_PROGRESS_H

#include <stdint.h>

#include <millrace/stream.h>

struct mr_progress_line;

/* `expected` elements: -1 if not known. The stream must live until the end. *out is NULL where
 * nothing is to be shown (which is no error); the functions below accept that. */
void mr_progress_line_start(struct mr_progress_line **out, const mr_stream *stream,
                            int64_t expected);

void mr_progress_line_add(struct mr_progress_line *p, int64_t elements);

/* Erases the line. Nulls the pointer. */
void mr_progress_line_stop(struct mr_progress_line **p);

#endif
