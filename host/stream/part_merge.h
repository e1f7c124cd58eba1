/* Partials from several places become one. */
#ifndef MR_STREAM_PART_MERGE_H
#define MR_STREAM_PART_MERGE_H

#include <stddef.h>

#include <millrace/status.h>

/* mr_partial_merge() of partials that have names; `names` NULL: messages count them. */
mr_status mr_part_merge(void **bytes, size_t *size, const void *const parts[], const size_t sizes[],
                        const char *const names[], size_t count, mr_error *err);

#endif
