#include <millrace/device.h>

#include "ops/caller_source.h"

const struct mr_op mr_op_buffers = {
    .name = "buffers",
    .brief = "columns of the caller's cl_mem objects, used in place (mr_seq_from_buffers)",
    .role = MR_SOURCE,
    .lower = mr_memory_lower,
    .is_internal = true,
    .free_context = mr_memory_free,
};

mr_status mr_seq_from_buffers(mr_seq **out, const mr_buffer buffers[], size_t column_count,
                              size_t count, mr_error *err)
{
    struct mr_memory_source memory = {
        .is_device = true, .count = count, .column_count = column_count};
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, buffers);
    if (column_count < 1 || column_count > MR_MAX_COLUMNS)
        return mr_fail(err, MR_E_LIMIT, "buffers: column_count=%zu must be from 1 to %d",
                       column_count, MR_MAX_COLUMNS);
    for (size_t k = 0; k < column_count; k++) {
        MR_NEED_ZERO(err, "mr_buffer", buffers[k].reserved);
        memory.names[k] = buffers[k].name;
        memory.buffers[k] = buffers[k].memory;
        memory.dtypes[k] = buffers[k].dtype;
        memory.releases[k] = buffers[k].release;
        memory.owners[k] = buffers[k].owner;
    }
    return mr_memory_sequence(out, &mr_op_buffers, &memory, err);
}
