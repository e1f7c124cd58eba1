#include "io/sink_pair.h"

const mr_dtype pair_dtypes[2] = {MR_I64, MR_F64};
const int64_t pair_whole[3] = {1, -2, 3};
const double pair_real[3] = {0.5, -0.0, 1e300};
const void *const pair[2] = {pair_whole, pair_real};

struct mr_sink_layout pair_layout(enum mr_sink_format format, const mr_dtype *dtypes, size_t count)
{
    return (struct mr_sink_layout){
        .format = format, .column_count = count, .dtypes = dtypes, .expected_rows = -1};
}
