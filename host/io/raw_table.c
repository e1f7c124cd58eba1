#include <inttypes.h>

#include "base/error.h"
#include "io/dense.h"

static mr_status open_raw(struct mr_table *t, const struct mr_table_format *format, mr_error *err)
{
    if (!format->has_dtype) {
        mr_status st = mr_fail(err, MR_E_TYPE, "%s: raw binary needs a dtype", t->input.name);
        return mr_error_hint(err, st, "say what it holds: dtype=f64, for example");
    }
    size_t count = format->column_count ? format->column_count : 1;
    for (size_t k = 0; k < count; k++)
        MR_TRY(mr_table_add_column(t, format->column_count ? format->columns[k] : NULL,
                                   format->dtype, k, count == 1, err));
    int64_t row_bytes = (int64_t)(count * mr_dtype_size(format->dtype));
    int64_t size_bytes = t->input.size_bytes;
    if (size_bytes >= 0) {
        t->row_count = size_bytes / row_bytes;
        if (size_bytes % row_bytes) {
            mr_status st = mr_fail(err, MR_E_FORMAT,
                                   "%s: its %" PRId64 " bytes are no multiple of a row's %" PRId64,
                                   t->input.name, size_bytes, row_bytes);
            return mr_error_hint(err, st, "check the dtype, and whether the file is complete");
        }
    }
    return mr_dense_attach(t, 0, count, err);
}

const struct table_driver mr_raw_table = {
    .name = "raw",
    .is_binary = true,
    .suffixes = {{".raw", 0}, {".bin", 0}},
    .open = open_raw,
    .read = mr_dense_read,
    .map = mr_dense_map,
    .close = mr_dense_close,
};
