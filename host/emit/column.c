#include "emit/column.h"

mr_dtype mr_column_dtype(const struct mr_emitter *e)
{
    return mr_ir_dtype(&e->segment->body, mr_column_value(e));
}

mr_dtype mr_fold_dtype(enum mr_aggregate aggregate, mr_dtype dtype)
{
    if (mr_fold_chooses(mr_aggregate_of(aggregate)->fold)) return dtype;
    return dtype == MR_I64 ? MR_U64 : dtype == MR_I32 ? MR_U32 : dtype;
}

mr_dtype mr_column_fold_dtype(const struct mr_emitter *e)
{
    return mr_fold_dtype(e->segment->aggregate, mr_column_dtype(e));
}

unsigned mr_column_bits(const struct mr_emitter *e)
{
    return mr_lane_bits(mr_column_dtype(e));
}

unsigned mr_keep_bits(const struct mr_emitter *e)
{
    return e->segment->keep == IR_NONE ? 32 : e->notes[e->segment->keep].mask_bits;
}

bool mr_is_filtered(const struct mr_emitter *e)
{
    return e->segment->keep != IR_NONE;
}

bool mr_counts_kept(const struct mr_emitter *e)
{
    return mr_is_filtered(e) && mr_aggregate_of(e->segment->aggregate)->needs_count;
}

bool mr_go_to_value(struct mr_emitter *e, size_t number)
{
    e->values = e->segment->values;
    e->column = number;
    return number < e->segment->value_count;
}

bool mr_go_to_carried(struct mr_emitter *e, size_t number)
{
    e->values = e->segment->carried;
    e->column = number;
    return number < e->segment->carried_count;
}
