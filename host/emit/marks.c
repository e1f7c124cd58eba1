/* Marks, tests and lists of all skeletons. */
#include "emit/argument.h"
#include "emit/column.h"
#include "emit/lines.h"
#include "emit/loop_text.h"
#include "emit/numbers.h"
#include "emit/scalars.h"
#include "emit/skeleton.h"
#include "emit/values.h"
#include "plan/buffer_list.h"

/* ---- of a kernel ---- */

static void first_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_long(e, out, MR_ARG_FIRST, "first");
    mr_emit_long(e, out, MR_ARG_COUNT, "count");
}

static void round_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_long(e, out, MR_ARG_ROUND, "round");
}

static void to_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_long(e, out, MR_ARG_TO, "to");
}

static void to_entry_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_long(e, out, MR_ARG_TO_ENTRY, "to");
}

static void before_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_argument(
        e, out, (struct mr_kernel_arg){.what = MR_ARG_BEFORE, .dtype = MR_U64, .is_const = true},
        "before");
}

static void after_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_argument(e, out, (struct mr_kernel_arg){.what = MR_ARG_AFTER, .dtype = MR_U64},
                     "after");
}

static void stop_word_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    (void)e;
    mr_strbuf_addf(out, "%d", MR_STATUS_STOP);
}

static void working_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    struct mr_buffers buffers;
    uint16_t number = 0;
    mr_buffers_of(&buffers, e->segment);
    for (size_t k = 0; k < buffers.count; k++) {
        const struct mr_working *working = &buffers.rows[k].working;
        if (buffers.rows[k].place != MR_PLACE_WORKING) continue;
        const struct mr_kernel_arg arg = {.what = MR_ARG_WORKING,
                                          .number = number,
                                          .dtype = working->dtype,
                                          .type = working->type};
        if (working->is_of_column)
            mr_emit_argument(e, out, arg, "%s%zu", working->name, working->column);
        else
            mr_emit_argument(e, out, arg, "%s", working->name);
        number++;
    }
}

/* ---- of the leaf ---- */

/* The work-item's leaf, by its number among the launch's. */
static void item_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    bool is_shared = mr_emitter_shares_leaves(e);
    mr_strbuf_add(out, is_shared ? "(uint)get_global_id(0) / ITEMS" : "(long)get_global_id(0)");
}

/* The strip at or before `low` that its walk begins with. */
static void start_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    if (mr_emitter_shares_leaves(e))
        mr_strbuf_add(out, "(low & -LANES) + (int)((uint)get_global_id(0) % ITEMS * SPAN)");
    else
        mr_strbuf_add(out, "low - (low - leaf) % STRIP");
}

/* Vectors of the lanes that a work-item accumulates. */
static void sets_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, mr_emitter_shares_leaves(e) ? "SPAN / W" : "LANES / W");
}

/* What positions in a walk are counted in (operations/lanes.cl). */
static void spot_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, mr_emitter_shares_leaves(e) ? "int" : "long");
}

/* What they are counted from. */
static void base_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, mr_emitter_base(e));
}

static void first_spot_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, mr_emitter_first_spot(e));
}

/* The body of a loop, or of the loop over a strip's vectors inside it. */
static const char *body_indent(const struct mr_emitter *e)
{
    return e->skeleton->has_no_strips ? "        " : "            ";
}

static void parameters_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_params(e, out, MR_FIRST_KERNEL);
}

/* Whether all neighbours that positions in [low, high) read are there. */
static void there_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    for (size_t k = 0; k < e->segment->body.count; k++) {
        if (e->notes[k].form != MR_FORM_EDGE || !mr_all_needs(e, k)) continue;
        mr_strbuf_add(out, " && ");
        mr_emit_is_there(e, out, (ir_value)k);
    }
}

static void strips_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_strips(e, out, MR_FIRST_KERNEL);
}

static void values_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_values(e, out, MR_FIRST_KERNEL, body_indent(e));
}

static void checks_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_checks(e, out, body_indent(e));
}

static void keep_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_mask(e, out, e->segment->keep, mr_keep_bits(e));
}

/* In lanes of 32 bits, whatever those of values have. */
static void keep_32_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_mask(e, out, e->segment->keep, 32);
}

static void keep_bits_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "%u", mr_keep_bits(e));
}

/* ---- of a column ---- */

static void number_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "%zu", e->column);
}

static void type_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, mr_cl_type_name(mr_column_dtype(e)));
}

static void dtype_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, mr_dtype_name(mr_column_dtype(e)));
}

static void fold_type_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, mr_cl_type_name(mr_column_fold_dtype(e)));
}

static void fold_dtype_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, mr_dtype_name(mr_column_fold_dtype(e)));
}

static void vector_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_dtype dtype = mr_column_fold_dtype(e);
    mr_strbuf_addf(out, "v%s", dtype == MR_BOOL ? "byte" : mr_dtype_name(dtype));
}

static void bits_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "%u", mr_column_bits(e));
}

/* The name of its lanes. */
static void node_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "v%d", mr_column_value(e));
}

static void value_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_stored(e, out, mr_column_value(e));
}

/* The value's lanes in the type it folds in. */
static void fold_value_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_dtype fold = mr_column_fold_dtype(e);
    bool is_cast = fold != mr_column_dtype(e);
    if (is_cast) mr_strbuf_addf(out, "AS_%s(", fold == MR_U64 ? "U64" : "U32");
    value_mark(e, out);
    if (is_cast) mr_strbuf_add(out, ")");
}

static enum mr_aggregate fold_of(const struct mr_emitter *e)
{
    return mr_aggregate_of(e->segment->aggregate)->fold;
}

/* The macro that folds two. */
static void fold_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    const struct mr_fold_class *fold = mr_fold_of(fold_of(e));
    bool is_float = mr_dtype_is_float(mr_column_dtype(e));
    mr_strbuf_add(out, is_float ? fold->of_floats : fold->of_integers);
}

static void identity_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_dtype dtype = mr_column_fold_dtype(e);
    mr_emit_literal(out, dtype, mr_fold_identity(fold_of(e), dtype));
}

const struct mr_text_mark mr_common_marks[] = {
    {"KERNEL", mr_emit_kernel},
    {"ARGUMENTS", mr_emit_arguments},
    {"WORKING", working_mark},
    {"OUTPUTS", mr_emit_outputs},
    {"FIRST", first_mark},
    {"ROUND", round_mark},
    {"TO", to_mark},
    {"TO_ENTRY", to_entry_mark},
    {"BEFORE", before_mark},
    {"AFTER", after_mark},
    {"STOP_WORD", stop_word_mark},
    {"ITEM", item_mark},
    {"START", start_mark},
    {"SPOT", spot_mark},
    {"BASE", base_mark},
    {"FIRST_SPOT", first_spot_mark},
    {"SETS", sets_mark},
    {"PARAMETERS", parameters_mark},
    {"THERE", there_mark},
    {"STRIPS", strips_mark},
    {"VALUES", values_mark},
    {"CHECKS", checks_mark},
    {"KEEP", keep_mark},
    {"KEEP_32", keep_32_mark},
    {"KEEP_BITS", keep_bits_mark},
    {"C", number_mark},
    {"TYPE", type_mark},
    {"DTYPE", dtype_mark},
    {"FOLD_TYPE", fold_type_mark},
    {"FOLD_DTYPE", fold_dtype_mark},
    {"VECTOR", vector_mark},
    {"BITS", bits_mark},
    {"NODE", node_mark},
    {"VALUE", value_mark},
    {"FOLD_VALUE", fold_value_mark},
    {"FOLD", fold_mark},
    {"IDENTITY", identity_mark},
    {NULL, NULL},
};

static bool is_bool(const struct mr_emitter *e)
{
    return mr_column_dtype(e) == MR_BOOL;
}

static bool is_f64(const struct mr_emitter *e)
{
    return mr_column_dtype(e) == MR_F64;
}

/* A predicate says where it does: its `keep`. */
static bool ends(const struct mr_emitter *e)
{
    return e->segment->keep != IR_NONE;
}

const struct mr_text_test mr_common_tests[] = {
    {"ENDS", ends},
    {"SHARED", mr_emitter_shares_leaves},
    {"FILTERED", mr_is_filtered},
    {"COUNTS_KEPT", mr_counts_kept},
    {"BOOL", is_bool},
    {"F64", is_f64},
    {"LOOP_WHILE", mr_loop_has_while},
    {NULL, NULL},
};

const struct mr_text_list mr_common_lists[] = {
    {"VALUE", mr_go_to_value}, {"CARRIED", mr_go_to_carried}, {NULL, NULL}};
