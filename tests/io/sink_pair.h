/* Three rows of two columns for sinks to write. */
#ifndef MR_TESTS_IO_SINK_PAIR_H
#define MR_TESTS_IO_SINK_PAIR_H

#include "io/sink.h"

extern const mr_dtype pair_dtypes[2]; /* i64 and f64 */
extern const int64_t pair_whole[3];   /* 1, -2, 3 */
extern const double pair_real[3];     /* 0.5, -0.0, 1e300 */
extern const void *const pair[2];     /* the two */

/* Columns without names, of which nobody says how many rows there will be. */
struct mr_sink_layout pair_layout(enum mr_sink_format format, const mr_dtype *dtypes, size_t count);

#endif
