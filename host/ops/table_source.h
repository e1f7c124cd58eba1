/* What read and stdin share: a table of host/io as a feed. */
#ifndef MR_OPS_TABLE_SOURCE_H
#define MR_OPS_TABLE_SOURCE_H

#include "io/table.h"
#include "ir/op.h"

/* Fills the columns, length and access that a table's header tells. */
mr_status mr_table_source_describe(struct mr_seq *seq, const char *path,
                                   const struct mr_table_format *format, mr_error *err);

/* A table opened as a feed: MR_E_FORMAT when it is no longer what was described. *state is for the
 * functions below. */
mr_status mr_table_source_open(void **state, const struct mr_seq *seq, const char *path,
                               const struct mr_table_format *format, mr_error *err);
mr_status mr_table_source_fill(void *state, struct mr_filling *filling, mr_error *err);
const char *mr_table_source_found(void *state);
int64_t mr_table_source_read_bytes(void *state);
bool mr_table_source_map(void *state, int64_t first, size_t count, struct mr_mapping *out);
bool mr_table_source_tell(void *state, struct mr_table_place *out);
void mr_table_source_go(void *state, const struct mr_table_place *place);
void mr_table_source_close(void *state);

/* A table's own buffers: the longest line of a text, and its state. */
enum { MR_TABLE_SOURCE_BYTES = (1 << 20) + (1 << 16) };

#endif
