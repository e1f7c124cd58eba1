#include <millrace/sequence.h>

#include "ops/caller_source.h"

const struct mr_op mr_op_array = {
    .name = "array",
    .brief = "columns of the caller's memory, used in place (mr_seq_from_array)",
    .role = MR_SOURCE,
    .lower = mr_memory_lower,
    .is_internal = true,
    .free_context = mr_memory_free,
};

mr_status mr_seq_from_array(mr_seq **out, const mr_array arrays[], size_t column_count,
                            size_t count, mr_error *err)
{
    struct mr_memory_source memory = {.count = count, .column_count = column_count};
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, arrays);
    if (column_count < 1 || column_count > MR_MAX_COLUMNS)
        return mr_fail(err, MR_E_LIMIT, "array: column_count=%zu must be from 1 to %d",
                       column_count, MR_MAX_COLUMNS);
    for (size_t k = 0; k < column_count; k++) {
        MR_NEED_ZERO(err, "mr_array", arrays[k].reserved);
        memory.names[k] = arrays[k].name;
        memory.data[k] = arrays[k].data;
        memory.dtypes[k] = arrays[k].dtype;
        memory.releases[k] = arrays[k].release;
        memory.owners[k] = arrays[k].owner;
    }
    return mr_memory_sequence(out, &mr_op_array, &memory, err);
}
