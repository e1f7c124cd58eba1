/* .npy, version 1.0: 1-D for one column, 2-D for several of one dtype. */
#include <inttypes.h>

#include "io/npy_header.h"
#include "io/sink_driver.h"

static void print_npy_header(const struct mr_sink *s, int64_t rows, char out[MR_NPY_WRITTEN_BYTES])
{
    mr_npy_print_header(out, &(struct mr_npy_header){.dtype = s->dtypes[0],
                                                     .rows = rows,
                                                     .columns = (int64_t)s->column_count,
                                                     .is_2d = s->column_count > 1});
}

static mr_status begin_npy(struct mr_sink *s, const struct mr_sink_layout *layout, mr_error *err)
{
    char header[MR_NPY_WRITTEN_BYTES];
    (void)layout;
    for (size_t k = 1; k < s->column_count; k++) {
        if (s->dtypes[k] == s->dtypes[0]) continue;
        mr_status st =
            mr_fail(err, MR_E_TYPE, "%s: .npy has one dtype, but column %zu is %s and column 0 %s",
                    s->output.name, k, mr_dtype_name(s->dtypes[k]), mr_dtype_name(s->dtypes[0]));
        return mr_error_hint(err, st, "cast the columns to one dtype, or write csv");
    }
    if (s->expected_rows < 0 && !s->output.patchable) {
        mr_status st =
            mr_fail(err, MR_E_VALUE, "%s: .npy starts with its length, which is not known yet",
                    s->output.name);
        return mr_error_hint(err, st, "use MR_SINK_RAW, or mr_sink_open()");
    }
    print_npy_header(s, s->expected_rows < 0 ? 0 : s->expected_rows, header);
    return mr_sink_put(s, header, sizeof header, err);
}

static mr_status finish_npy(struct mr_sink *s, mr_error *err)
{
    char header[MR_NPY_WRITTEN_BYTES];
    if (s->rows == s->expected_rows) return MR_OK;
    if (!s->output.patchable)
        return mr_fail(err, MR_E_STATE, "%s: %" PRId64 " rows were announced, %" PRId64 " written",
                       s->output.name, s->expected_rows, s->rows);
    print_npy_header(s, s->rows, header);
    return mr_output_patch(&s->output, header, sizeof header, err);
}

const struct sink_driver mr_npy_sink = {
    .name = "npy",
    .is_binary = true,
    .head_bytes = MR_NPY_WRITTEN_BYTES,
    .begin = begin_npy,
    .write = mr_sink_write_values,
    .finish = finish_npy,
};
