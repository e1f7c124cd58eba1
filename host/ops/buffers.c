#include <millrace/device.h>

#include "base/memory.h"
#include "ops/caller_source.h"

const struct mr_op mr_op_buffers = {
    .name = "buffers",
    .brief = "columns of the caller's cl_mem objects, used in place (mr_seq_from_buffers)",
    .role = MR_SOURCE,
    .lower = mr_memory_lower,
    .is_internal = true,
    .free_context = mr_free,
};

mr_status mr_seq_from_buffers(mr_seq **out, struct _cl_mem *const buffers[],
                              const mr_dtype dtypes[], size_t column_count, size_t count,
                              mr_error *err)
{
    static const char *const names[MR_MAX_COLUMNS];
    struct mr_memory_source memory = {
        .is_device = true, .count = count, .column_count = column_count};
    *out = NULL;
    if (column_count < 1 || column_count > MR_MAX_COLUMNS)
        return mr_fail(err, MR_E_LIMIT, "buffers: column_count=%zu must be from 1 to %d",
                       column_count, MR_MAX_COLUMNS);
    for (size_t k = 0; k < column_count; k++) {
        memory.buffers[k] = buffers[k];
        memory.dtypes[k] = dtypes[k];
    }
    return mr_memory_sequence(out, &mr_op_buffers, &memory, names, err);
}
