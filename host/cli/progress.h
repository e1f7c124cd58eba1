/* A line on standard error that tells how far a long run is. Shown only where somebody can see it:
 * standard error is a terminal, and standard output none or to get a single value. */
#ifndef MR_CLI_PROGRESS_H
#define MR_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include <millrace/stream.h>

struct mr_progress_line;

/* NULL where nothing is to be shown (which is no error); the functions below accept that. */
struct mr_progress_line *mr_progress_line_create(bool is_value);

/* What the stream that it is about has for a poll(), with the line as its user: positions are
 * those that it tells. */
int mr_progress_line_poll(void *line, const mr_progress *progress);

/* Begins to show it, a second later. `expected` elements: -1 if not known. */
void mr_progress_line_start(struct mr_progress_line *p, int64_t expected);

void mr_progress_line_add(struct mr_progress_line *p, int64_t elements);

/* Erases the line. Nulls the pointer. */
void mr_progress_line_stop(struct mr_progress_line **p);

#endif
