/* What kernels that fold leaves have in working memory: lanes that they share, and partials. */
#include "emit/column.h"
#include "kinds/leaf_kernels.h"
#include "plan/kind.h"

/* A row of lanes for each leaf, whoever has which of them. */
static void add_lanes(struct mr_buffers *out, const char *what, const char *name, size_t column,
                      mr_dtype dtype)
{
    mr_buffers_add_working(out, (struct mr_working){.what = what,
                                                    .name = name,
                                                    .is_of_column = true,
                                                    .column = column,
                                                    .dtype = dtype,
                                                    .elems = MR_ROW_LANES});
}

static void add_column_lanes(struct mr_buffers *out, const struct mr_segment *s, size_t column)
{
    mr_dtype dtype = mr_ir_dtype(&s->body, s->values[column]);
    switch (mr_aggregate_of(s->aggregate)->partials) {
    case MR_PARTIALS_FOLD:
        add_lanes(out, "lanes of folds", "lanes_a", column, mr_fold_dtype(s->aggregate, dtype));
        if (mr_sums_beyond(s->aggregate, dtype))
            add_lanes(out, "lanes of upper halves", "lanes_h", column, MR_U64);
        return;
    case MR_PARTIALS_MOMENTS:
        add_lanes(out, "lanes of sums", "lanes_a", column, MR_F64);
        add_lanes(out, "lanes of deviations", "lanes_d", column, MR_F64);
        return;
    case MR_PARTIALS_PLACE:
        add_lanes(out, "lanes of values", "lanes_a", column, dtype);
        add_lanes(out, "lanes of places", "lanes_b", column, MR_I64);
        return;
    case MR_PARTIALS_DECISION: add_lanes(out, "decisions", "found", column, MR_I64); return;
    default: return;
    }
}

static void add_leaf_column(struct mr_buffers *out, size_t column, mr_dtype dtype)
{
    mr_buffers_add_working(out, (struct mr_working){.what = "partials of leaves",
                                                    .name = "leaf",
                                                    .is_of_column = true,
                                                    .column = column,
                                                    .dtype = dtype,
                                                    .elems = 1});
}

size_t mr_leaf_dtypes(const struct mr_segment *s, mr_dtype out[MR_MAX_STORED])
{
    size_t count = 0;
    out[count++] = MR_I64;
    for (size_t c = 0; c < s->value_count; c++)
        count += mr_partial_dtypes(s->aggregate, mr_ir_dtype(&s->body, s->values[c]), out + count);
    return count;
}

/* The partials of leaves, where entries are of more than one. */
static void add_leaves(struct mr_buffers *out, const struct mr_segment *s)
{
    mr_dtype dtypes[MR_MAX_STORED];
    const size_t count = mr_leaf_dtypes(s, dtypes);
    for (size_t column = 0; column < count; column++) add_leaf_column(out, column, dtypes[column]);
}

static void add_all_lanes(struct mr_buffers *out, const struct mr_segment *s)
{
    if (s->keep != IR_NONE && mr_aggregate_of(s->aggregate)->needs_count)
        mr_buffers_add_working(
            out, (struct mr_working){
                     .what = "counts", .name = "counts", .dtype = MR_U32, .elems = MR_ROW_LANES});
    for (size_t c = 0; c < s->value_count; c++) add_column_lanes(out, s, c);
}

/* One set of lanes is enough: the kernels that read them are short, and a unit hardly waits for
 * those before it. */
void mr_leaves_buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    if (!s->shares_leaves && !mr_leaves_stay(s)) return;
    out->items = mr_leaves_with_room(s);
    out->sets = s->shares_leaves ? 1 : MR_WORKING_SETS;
    if (s->shares_leaves) add_all_lanes(out, s);
    if (mr_leaves_stay(s)) add_leaves(out, s);
}
