#include "emit/skeleton.h"

#include <string.h>

#include "emit/numbers.h"
#include "emit/scalars.h"
#include "emit/values.h"
#include "ir/op.h"
#include "plan/kind.h"

typedef void mark_fn(struct mr_emitter *e, struct mr_strbuf *out);

/* Whether a scan's folds give the same bits however operands are grouped, so that W prefixes may be
 * made at once. Bytes are no lanes that a mask of positions fits. */
static bool scans_in_lanes(const struct mr_segment *s)
{
    bool rounds = !mr_fold_chooses(mr_aggregate_of(s->aggregate)->fold);
    for (size_t c = 0; c < s->value_count; c++) {
        mr_dtype dtype = mr_ir_dtype(&s->body, s->values[c]);
        if (dtype == MR_BOOL || (rounds && mr_dtype_is_float(dtype))) return false;
    }
    return true;
}

unsigned mr_scan_rows(const struct mr_segment *segment, const struct mr_profile *profile)
{
    return scans_in_lanes(segment) || profile->width_64 == 1 ? 1 : 4;
}

const struct mr_skeleton *mr_skeleton_of(const struct mr_segment *segment)
{
    static const struct mr_skeleton fused = {{"skeleton/fused.cl"}, 1, {""}};
    static const struct mr_skeleton compact = {{"skeleton/compact.cl"}, 2, {"", "_pack"}};
    static const struct mr_skeleton scan = {
        {"skeleton/scan.cl", "skeleton/scan_apply.cl"}, 2, {"", "_apply"}};
    static const struct mr_skeleton scan_lanes = {
        {"skeleton/scan_lanes.cl", "skeleton/scan_apply.cl"}, 2, {"", "_apply"}};
    static const struct mr_skeleton window = {{"skeleton/window.cl"}, 1, {""}};
    static const struct mr_skeleton recur = {{"skeleton/recur.cl"}, 1, {""}};
    static const struct mr_skeleton reduce = {{"skeleton/reduce.cl"}, 1, {""}};
    static const struct mr_skeleton hist = {{"skeleton/hist.cl"}, 1, {""}};
    static const struct mr_skeleton exact = {{"skeleton/exact.cl"}, 1, {""}};
    switch (segment->kind) {
    case MR_KIND_COMPACT: return &compact;
    case MR_KIND_SCAN: return scans_in_lanes(segment) ? &scan_lanes : &scan;
    case MR_KIND_WINDOW: return &window;
    case MR_KIND_RECUR: return &recur;
    case MR_KIND_HISTOGRAM: return &hist;
    case MR_KIND_SUPERACCUMULATOR: return &exact;
    case MR_KIND_REDUCE:
    case MR_KIND_CHUNK: return &reduce;
    default: return &fused;
    }
}

/* ---- a value column c as the skeletons see it ---- */

static mr_dtype value_dtype(const struct mr_emitter *e, size_t c)
{
    return mr_ir_dtype(&e->segment->body, e->segment->values[c]);
}

static const char *type_of(const struct mr_emitter *e, size_t c)
{
    return mr_cl_type_name(value_dtype(e, c));
}

static bool is_exact(const struct mr_emitter *e)
{
    return mr_is_exact(e->segment->aggregate);
}

static const struct mr_aggregate_class *class_of(const struct mr_emitter *e)
{
    return mr_aggregate_of(e->segment->aggregate);
}

/* Sums and products of signed integers run in unsigned: they wrap. */
static mr_dtype fold_dtype(const struct mr_emitter *e, size_t c)
{
    mr_dtype dtype = value_dtype(e, c);
    bool adds = !mr_fold_chooses(class_of(e)->fold);
    return adds && dtype == MR_I64 ? MR_U64 : adds && dtype == MR_I32 ? MR_U32 : dtype;
}

static const char *fold_type(const struct mr_emitter *e, size_t c)
{
    return mr_cl_type_name(fold_dtype(e, c));
}

static const char *fold_lanes_type(const struct mr_emitter *e, size_t c)
{
    return fold_dtype(e, c) == MR_BOOL ? "byte" : mr_dtype_name(fold_dtype(e, c));
}

static const char *fold_macro(const struct mr_emitter *e, size_t c)
{
    bool is_float = mr_dtype_is_float(value_dtype(e, c));
    switch (class_of(e)->fold) {
    case MR_PROD: return "FOLD_MUL";
    case MR_MIN: return is_float ? "MIN_FLOAT" : "MIN_INTEGER";
    case MR_MAX: return is_float ? "MAX_FLOAT" : "MAX_INTEGER";
    default: return "FOLD_ADD";
    }
}

static void add_identity(struct mr_emitter *e, struct mr_strbuf *out, size_t c)
{
    enum mr_aggregate fold = class_of(e)->fold;
    mr_dtype dtype = fold_dtype(e, c);
    static const char *const most[MR_DTYPE_COUNT] = {
        [MR_BOOL] = "1",        [MR_I32] = "INT_MAX",  [MR_U32] = "UINT_MAX", [MR_I64] = "LONG_MAX",
        [MR_U64] = "ULONG_MAX", [MR_F32] = "INFINITY", [MR_F64] = "INFINITY"};
    static const char *const least[MR_DTYPE_COUNT] = {
        [MR_BOOL] = "0", [MR_I32] = "INT_MIN",   [MR_U32] = "0",        [MR_I64] = "LONG_MIN",
        [MR_U64] = "0",  [MR_F32] = "-INFINITY", [MR_F64] = "-INFINITY"};
    if (mr_fold_chooses(fold))
        mr_strbuf_add(out, fold == MR_MIN ? most[dtype] : least[dtype]);
    else
        mr_strbuf_add(out, fold == MR_PROD ? "1" : "0");
}

/* The value's lanes in the type it folds in. */
static void add_fold_lanes(struct mr_emitter *e, struct mr_strbuf *out, size_t c)
{
    mr_dtype dtype = value_dtype(e, c), fold = fold_dtype(e, c);
    if (fold != dtype) mr_strbuf_addf(out, "AS_%s(", fold == MR_U64 ? "U64" : "U32");
    mr_emit_stored(e, out, e->segment->values[c]);
    if (fold != dtype) mr_strbuf_add(out, ")");
}

#define FOR_VALUES(c) for (size_t c = 0; c < e->segment->value_count; c++)

static struct mr_kernel_arg working(size_t number, mr_dtype dtype)
{
    return (struct mr_kernel_arg){
        .what = MR_ARG_WORKING, .number = (uint16_t)number, .dtype = dtype};
}

/* ---- marks of all skeletons ---- */

/* The body of a loop, or of the loop over a run's vectors inside it. */
static const char *body_indent(const struct mr_emitter *e)
{
    return mr_emitter_has_runs(e) ? "            " : "        ";
}

static void runs_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_runs(e, out, MR_FIRST_KERNEL);
}

static void values_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_values(e, out, MR_FIRST_KERNEL, body_indent(e));
}

static void checks_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_checks(e, out, body_indent(e));
    if (e->segment->kind != MR_KIND_STOP && e->segment->kind != MR_KIND_DROP) return;
    mr_strbuf_addf(out, "            report(status + %d, !", MR_STATUS_STOP);
    mr_emit_mask(e, out, e->segment->keep, 32);
    mr_strbuf_add(out, ", i, low, high, first);\n");
}

static void store_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    FOR_VALUES(c)
    {
        mr_strbuf_addf(out, "            store_%s(", mr_dtype_name(value_dtype(e, c)));
        mr_emit_stored(e, out, e->segment->values[c]);
        mr_strbuf_addf(out, ", out%zu, to, i, low, high);\n", c);
    }
}

/* ---- compact ---- */

static void keep_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_mask(e, out, e->segment->keep, 32);
}

/* Counts of survivors, who survives (a bit a lane, a byte or two a vector), survivors that are
 * kept. */
static void compact_working(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_argument(e, out, working(0, MR_U32), "kept");
    struct mr_kernel_arg survives = working(1, MR_BOOL);
    survives.type = "vbits";
    mr_emit_argument(e, out, survives, "survives");
    if (!e->segment->saves_values) return;
    FOR_VALUES(c) mr_emit_argument(e, out, working(2 + c, value_dtype(e, c)), "s%zu", c);
}

static void save_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    if (!e->segment->saves_values) return;
    FOR_VALUES(c)
    {
        mr_strbuf_addf(out, "            write_%s(", mr_dtype_name(value_dtype(e, c)));
        mr_emit_stored(e, out, e->segment->values[c]);
        mr_strbuf_addf(out, ", s%zu + (row + i));\n", c);
    }
}

static void pack_parameters_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_params(e, out, MR_PACK_KERNEL);
}

static void pack_runs_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_runs(e, out, MR_PACK_KERNEL);
}

static void load_saved(struct mr_emitter *e, struct mr_strbuf *out, size_t c)
{
    ir_value value = e->segment->values[c];
    mr_dtype dtype = value_dtype(e, c);
    const char *name = mr_dtype_name(dtype);
    for (size_t k = 0; k < c; k++)
        if (e->segment->values[k] == value) return;
    if (dtype == MR_BOOL)
        mr_strbuf_addf(out,
                       "                const vm32 v%d = BYTE_MASK(get_bool(s%zu + (row + i)));\n",
                       value, c);
    else
        mr_strbuf_addf(out, "                const v%s v%d = get_%s(s%zu + (row + i));\n", name,
                       value, name, c);
}

static void pack_values_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_values(e, out, MR_PACK_KERNEL, "                ");
    if (!e->segment->saves_values) return;
    FOR_VALUES(c) load_saved(e, out, c);
}

static void pack_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    FOR_VALUES(c)
    {
        mr_strbuf_addf(out, "                packed = pack_%s(", mr_dtype_name(value_dtype(e, c)));
        mr_emit_stored(e, out, e->segment->values[c]);
        mr_strbuf_addf(out, ", bits, out%zu + at, end - at);\n", c);
    }
}

static void rows_word_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    (void)e;
    mr_strbuf_addf(out, "%d", MR_STATUS_ROWS);
}

/* ---- scan ---- */

/* A carry word as the fold's type, and back. */
static const char *from_word(mr_dtype dtype)
{
    if (dtype == MR_F64) return "as_double(%s)";
    if (dtype == MR_F32) return "as_float((uint)%s)";
    if (dtype == MR_I64) return "as_long(%s)";
    if (dtype == MR_I32) return "as_int((uint)%s)";
    return dtype == MR_U32 ? "(uint)%s" : dtype == MR_BOOL ? "(uchar)%s" : "%s";
}

static const char *to_word(mr_dtype dtype)
{
    if (mr_dtype_size(dtype) == 8) return "as_ulong(%s)";
    return dtype == MR_BOOL ? "(ulong)%s" : "(ulong)as_uint(%s)";
}

static void add_word(struct mr_strbuf *out, const char *form, const char *name, size_t number)
{
    const char *hole = strstr(form, "%s");
    mr_strbuf_add_bytes(out, form, (size_t)(hole - form));
    mr_strbuf_addf(out, name, number);
    mr_strbuf_add(out, hole + 2);
}

static void start_rows(struct mr_emitter *e, struct mr_strbuf *out, size_t c)
{
    const char *type = fold_type(e, c);
    mr_strbuf_addf(out, "    %s l%zu[ROWS * RUN], prefix%zu[ROWS];\n", type, c, c);
    mr_strbuf_addf(out, "#pragma unroll\n    for (int k = 0; k < ROWS; k++) prefix%zu[k] = ", c);
    add_identity(e, out, c);
    mr_strbuf_addf(out, ";\n    if (first > base) prefix%zu[0] = ", c);
    add_word(out, from_word(fold_dtype(e, c)), "before[%zu]", 2 * c + 1);
    mr_strbuf_add(out, ";\n");
}

static void start_lanes(struct mr_emitter *e, struct mr_strbuf *out, size_t c)
{
    const char *lanes = fold_lanes_type(e, c);
    mr_strbuf_addf(out, "    v%s prefix%zu = (v%s)(", lanes, c, lanes);
    add_identity(e, out, c);
    mr_strbuf_addf(out, ");\n    if (first > base) prefix%zu = (v%s)(", c, lanes);
    add_word(out, from_word(fold_dtype(e, c)), "before[%zu]", 2 * c + 1);
    mr_strbuf_add(out, ");\n");
}

static void run_rows(struct mr_emitter *e, struct mr_strbuf *out, size_t c)
{
    mr_strbuf_addf(
        out, "                    prefix%zu[row] = %s(prefix%zu[row], l%zu[row * RUN + k]);\n", c,
        fold_macro(e, c), c, c);
    mr_strbuf_addf(out,
                   "                    out%zu[to + step + row * LEAF + k] = (%s)prefix%zu[row];\n",
                   c, type_of(e, c), c);
}

static void run_lanes(struct mr_emitter *e, struct mr_strbuf *out, size_t c)
{
    const char *lanes = fold_lanes_type(e, c), *macro = fold_macro(e, c);
    mr_strbuf_addf(out, "            v%s x%zu = ", lanes, c);
    add_fold_lanes(e, out, c);
    mr_strbuf_addf(
        out, ";\n            if (!whole) x%zu = TO_M%u(inside_m32(i, low, high)) ? x%zu : (v%s)(",
        c, mr_lane_bits(fold_dtype(e, c)), c, lanes);
    add_identity(e, out, c);
    mr_strbuf_addf(out, ");\n            SCAN_LANES(%s, v%s, (%s)(", macro, lanes, fold_type(e, c));
    add_identity(e, out, c);
    mr_strbuf_addf(out, "), x%zu);\n", c);
    mr_strbuf_addf(
        out,
        "            store_%s(%s(prefix%zu, x%zu), (__global %s *)out%zu, to, i, low, high);\n"
        "            prefix%zu = %s(prefix%zu, (v%s)(LAST_LANE(x%zu)));\n",
        lanes, macro, c, c, fold_type(e, c), c, c, macro, c, lanes, c);
}

static void scan_start_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    FOR_VALUES(c)
    {
        if (scans_in_lanes(e->segment))
            start_lanes(e, out, c);
        else
            start_rows(e, out, c);
    }
}

/* Lanes into private memory, to be walked one by one. */
static void unpack_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    FOR_VALUES(c)
    {
        mr_strbuf_add(out, "                VSTORE(");
        add_fold_lanes(e, out, c);
        mr_strbuf_addf(out,
                       ", l%zu + row * RUN + part * W);\n"
                       "                PREFETCH_TO_WRITE(out%zu + (to + clamp(i, low, high - "
                       "1)));\n",
                       c, c);
    }
}

static void run_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    FOR_VALUES(c)
    {
        if (scans_in_lanes(e->segment))
            run_lanes(e, out, c);
        else
            run_rows(e, out, c);
    }
}

static void total_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    const char *form = scans_in_lanes(e->segment) ? "    totals%zu[group] = LAST_LANE(prefix%zu);\n"
                                                  : "        totals%zu[group] = prefix%zu[row];\n";
    FOR_VALUES(c) mr_strbuf_addf(out, form, c, c);
}

static void scan_working(struct mr_emitter *e, struct mr_strbuf *out)
{
    FOR_VALUES(c) mr_emit_argument(e, out, working(c, fold_dtype(e, c)), "totals%zu", c);
}

static void carry_start_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    FOR_VALUES(c)
    {
        mr_strbuf_addf(out, "    %s C_%zu = ", fold_type(e, c), c);
        add_word(out, from_word(fold_dtype(e, c)), "before[%zu]", 2 * c);
        mr_strbuf_add(out, ";\n");
    }
}

static void carry_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    FOR_VALUES(c)
    mr_strbuf_addf(out, "            C_%zu = %s(C_%zu, totals%zu[group]);\n", c, fold_macro(e, c),
                   c, c);
}

static void carry_end_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    FOR_VALUES(c)
    {
        mr_strbuf_addf(out, "    %s p_%zu = totals%zu[leaves - 1];\n", fold_type(e, c), c, c);
        mr_strbuf_addf(out, "    if (is_whole) C_%zu = %s(C_%zu, p_%zu), p_%zu = ", c,
                       fold_macro(e, c), c, c, c);
        add_identity(e, out, c);
        mr_strbuf_addf(out, ";\n    after[%zu] = ", 2 * c);
        add_word(out, to_word(fold_dtype(e, c)), "C_%zu", c);
        mr_strbuf_addf(out, ";\n    after[%zu] = ", 2 * c + 1);
        add_word(out, to_word(fold_dtype(e, c)), "p_%zu", c);
        mr_strbuf_add(out, ";\n");
    }
}

static void apply_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    FOR_VALUES(c)
    mr_strbuf_addf(
        out, "        APPLY_ROWS(%s, %s, C_%zu, (__global %s *)out%zu + to + low, high - low);\n",
        fold_macro(e, c), mr_dtype_name(fold_dtype(e, c)), c, fold_type(e, c), c);
}

/* ---- window ---- */

static bool is_power_of_two(int64_t n)
{
    return (n & (n - 1)) == 0;
}

static void window_working(struct mr_emitter *e, struct mr_strbuf *out)
{
    size_t number = 0;
    FOR_VALUES(c)
    {
        mr_emit_argument(e, out, working(number++, value_dtype(e, c)), "w%zu", c);
        if (!is_power_of_two(e->segment->extent))
            mr_emit_argument(e, out, working(number++, value_dtype(e, c)), "f%zu", c);
    }
}

static void fill_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    FOR_VALUES(c)
    {
        mr_strbuf_addf(out, "        put_%s(", mr_dtype_name(value_dtype(e, c)));
        mr_emit_stored(e, out, e->segment->values[c]);
        mr_strbuf_addf(out, ", w%zu + row + (i - tile));\n", c);
    }
}

/* What the next tile will read, while this one is folded for the first time. */
static void next_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_prefetches(e, out, "((ulong)high + (ulong)(j))");
}

/* The last fold goes to the outputs. */
static void fold_window(struct mr_emitter *e, struct mr_strbuf *out, size_t c)
{
    int64_t extent = e->segment->extent, done = 0;
    bool holds_folds = !is_power_of_two(extent);
    const char *macro = fold_macro(e, c), *type = fold_type(e, c);
    const char *dtype = mr_dtype_name(fold_dtype(e, c));
    const char *finish = class_of(e)->is_mean ? "FOLDED_MEAN, write" : "FOLDED, write";
    mr_strbuf_addf(out,
                   "        {\n        __global %s *a = (__global %s *)w%zu + row + (low - tile);\n"
                   "        __global %s *to_here = (__global %s *)out%zu + to + low;\n",
                   type, type, c, type, type, c);
    if (holds_folds)
        mr_strbuf_addf(out, "        __global %s *f = (__global %s *)f%zu + row;\n", type, type, c);
    if (extent == 1) mr_strbuf_addf(out, "        COPY_ROWS(%s, a, to_here, windows);\n", dtype);
    for (int64_t m = 1, times; m <= extent; m *= times) {
        if (holds_folds && (extent & m)) {
            bool is_last = done + m == extent;
            if (done == 0)
                mr_strbuf_addf(out, "        COPY_ROWS(%s, a, f, windows);\n", dtype);
            else
                mr_strbuf_addf(
                    out, "        FOLD_ROWS(%s, %s, %s, %s, f, a, %lldL, windows, NOTHING);\n",
                    macro, dtype, is_last ? finish : "FOLDED, put", is_last ? "to_here" : "f",
                    (long long)done);
            done += m;
        }
        /* Twice at once, unless the extent's next digit wants the folds between. */
        times = 4 * m <= extent && !(extent & (2 * m)) ? 4 : 2;
        bool is_last = times * m == extent;
        if (times * m > extent) continue;
        mr_strbuf_addf(out,
                       "        FOLD_ROWS%s(%s, %s, %s, %s, a%s, %lldL, values - %lldL, %s);\n",
                       times == 4 ? "_TWICE" : "", macro, dtype, is_last ? finish : "FOLDED, put",
                       is_last ? "to_here" : "a", times == 4 ? "" : ", a", (long long)m,
                       (long long)(times * m - 1), c == 0 && m == 1 ? "NEXT" : "NOTHING");
    }
    mr_strbuf_add(out, "        }\n");
}

static void fold_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    FOR_VALUES(c) fold_window(e, out, c);
}

/* ---- recurrence ---- */

static void state_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "mr_%s_t", mr_library[e->segment->seq->op->recurrence].c_name);
}

static void add_scalars(struct mr_emitter *e, struct mr_strbuf *out)
{
    for (size_t c = 1; c < e->segment->value_count; c++) {
        mr_strbuf_add(out, ", ");
        mr_emit_scalar(e, out, e->segment->values[c]);
    }
}

static void load_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "mr_%s_load(&chains, numbers",
                   mr_library[e->segment->seq->op->recurrence].c_name);
    add_scalars(e, out);
    mr_strbuf_add(out, ")");
}

static void jump_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out,
                   "mr_%s_jump(&chains, (vu64)((ulong)(low - first)) + lane * (vu64)((ulong)piece)",
                   mr_library[e->segment->seq->op->recurrence].c_name);
    add_scalars(e, out);
    mr_strbuf_add(out, ")");
}

static void term_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "mr_%s_term(&chains)", mr_library[e->segment->seq->op->recurrence].c_name);
}

static void step_state_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "mr_%s_step(&chains", mr_library[e->segment->seq->op->recurrence].c_name);
    add_scalars(e, out);
    mr_strbuf_add(out, ")");
}

static void type_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, mr_cl_type_name(e->segment->stored[0]));
}

static void store_terms(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_dtype dtype = e->segment->stored[0];
    mr_strbuf_addf(out,
                   "            write_%s(MR_LANES(convert_%s)(terms[j]), part + j * piece + k);\n",
                   mr_dtype_name(dtype), mr_cl_type_name(dtype));
}

/* ---- reduce ---- */

static unsigned keep_bits(const struct mr_emitter *e)
{
    return e->segment->keep == IR_NONE ? 32 : e->notes[e->segment->keep].mask_bits;
}

/* any, all: what is kept of a leaf is the first position that decides. */
static bool finds_decision(const struct mr_emitter *e)
{
    return class_of(e)->partials == MR_PARTIALS_DECISION;
}

static bool has_deviations(const struct mr_emitter *e)
{
    return class_of(e)->partials == MR_PARTIALS_MOMENTS;
}

/* Whether the upper halves of integers are added up beside them. */
static bool adds_halves(const struct mr_emitter *e, size_t c)
{
    return mr_sums_beyond(e->segment->aggregate, value_dtype(e, c)) &&
           mr_kind_of(e->segment->kind)->rows == MR_ROWS_LEAVES &&
           !e->notes[e->segment->values[c]].is_small;
}

static bool is_arg(const struct mr_emitter *e)
{
    return class_of(e)->partials == MR_PARTIALS_PLACE;
}

/* Where no check can fail in the leaf, it is enough that some position decides: to count them takes
 * half the time of a look at each vector. */
static bool counts_decisions(const struct mr_emitter *e)
{
    return finds_decision(e) && e->segment->body.check_count == 0;
}

static bool counts_kept(const struct mr_emitter *e)
{
    return e->segment->keep != IR_NONE && class_of(e)->needs_count;
}

/* ---- exact sums ---- */

static void exact_start(struct mr_emitter *e, struct mr_strbuf *out)
{
    FOR_VALUES(c)
    {
        mr_strbuf_addf(out, "    %s l%zu[LEAF];\n", type_of(e, c), c);
        if (value_dtype(e, c) == MR_F64) mr_strbuf_addf(out, "    int guess%zu = 0;\n", c);
    }
}

static void exact_step(struct mr_emitter *e, struct mr_strbuf *out, size_t c)
{
    const char *lanes = mr_dtype_name(value_dtype(e, c));
    bool is_float = value_dtype(e, c) == MR_F64;
    mr_strbuf_addf(out, "            v%s x%zu = ", lanes, c);
    mr_emit_stored(e, out, e->segment->values[c]);
    mr_strbuf_addf(out, ";\n            x%zu = ", c);
    mr_strbuf_addf(out, keep_bits(e) == 64 ? "keeps" : "TO_M64(keeps)");
    mr_strbuf_addf(out, " ? x%zu : (v%s)(%s);\n            VSTORE(x%zu, l%zu + at);\n", c, lanes,
                   is_float ? "-0.0" : "0", c, c);
}

static void leaf_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    FOR_VALUES(c)
    {
        mr_dtype dtype = value_dtype(e, c);
        mr_strbuf_addf(out, "        mr_exact_%s(out%zu + own, l%zu", mr_dtype_name(dtype), c, c);
        if (dtype == MR_F64) mr_strbuf_addf(out, ", &guess%zu", c);
        mr_strbuf_add(out, ");\n");
    }
}

static void exact_finish(struct mr_emitter *e, struct mr_strbuf *out)
{
    FOR_VALUES(c) mr_strbuf_addf(out, "    out%zu[own + MR_EXACT_COUNT] = (ulong)n;\n", c);
}

/* ---- leaves ---- */

static void reduce_start_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    if (counts_kept(e))
        mr_strbuf_addf(out, "    vi%u kept = (vi%u)(0);\n", keep_bits(e), keep_bits(e));
    if (has_deviations(e)) mr_strbuf_add(out, "    long counts[LEAF];\n");
    if (class_of(e)->partials == MR_PARTIALS_COUNT) return;
    if (is_exact(e)) {
        exact_start(e, out);
        return;
    }
    FOR_VALUES(c)
    {
        if (finds_decision(e)) {
            mr_strbuf_addf(out,
                           counts_decisions(e) ? "    vi32 a%zu = (vi32)(0);\n"
                                               : "    long a%zu = LONG_MAX;\n",
                           c);
            continue;
        }
        const char *lanes = fold_lanes_type(e, c);
        mr_strbuf_addf(out, "    v%s a%zu[LANES / W];\n", lanes, c);
        if (is_arg(e)) mr_strbuf_addf(out, "    vi64 b%zu[LANES / W];\n", c);
        if (adds_halves(e, c)) mr_strbuf_addf(out, "    vu64 h%zu[LANES / W];\n", c);
        if (has_deviations(e)) mr_strbuf_addf(out, "    double l%zu[LEAF];\n", c);
        mr_strbuf_addf(
            out,
            "#pragma unroll\n    for (int k = 0; k < LANES / W; k++) {\n        a%zu[k] = (v%s)(",
            c, lanes);
        add_identity(e, out, c);
        mr_strbuf_add(out, ");\n");
        if (is_arg(e)) mr_strbuf_addf(out, "        b%zu[k] = (vi64)(LONG_MAX);\n", c);
        if (adds_halves(e, c)) mr_strbuf_addf(out, "        h%zu[k] = (vu64)(0);\n", c);
        mr_strbuf_add(out, "    }\n");
    }
}

/* What does not count is replaced by the identity without a branch: where everything counts the
 * compiler knows it, and a branch here makes PoCL 6.0 with LLVM 18 abort on two columns of 64
 * bits. */
static void step_fold(struct mr_emitter *e, struct mr_strbuf *out, size_t c)
{
    const char *lanes = fold_lanes_type(e, c);
    unsigned bits = mr_lane_bits(fold_dtype(e, c));
    mr_strbuf_addf(out, "            v%s x%zu = ", lanes, c);
    add_fold_lanes(e, out, c);
    mr_strbuf_addf(out, ";\n            x%zu = ", c);
    mr_strbuf_addf(out, keep_bits(e) == bits ? "keeps" : "TO_M%u(keeps)", bits);
    mr_strbuf_addf(out, " ? x%zu : (v%s)(", c, lanes);
    add_identity(e, out, c);
    mr_strbuf_add(out, ");\n");
    mr_strbuf_addf(out, "            a%zu[set] = %s(a%zu[set], x%zu);\n", c, fold_macro(e, c), c,
                   c);
    if (has_deviations(e))
        mr_strbuf_addf(out, "            VSTORE(x%zu, l%zu + (i - leaf));\n", c, c);
    if (adds_halves(e, c))
        mr_strbuf_addf(out, "            h%zu[set] += UPPER_%s(x%zu);\n", c,
                       value_dtype(e, c) == MR_I64 ? "I64" : "U64", c);
}

static void step_arg(struct mr_emitter *e, struct mr_strbuf *out, size_t c)
{
    unsigned bits = mr_lane_bits(value_dtype(e, c));
    const char *less = class_of(e)->fold == MR_MIN ? "<" : ">";
    mr_strbuf_addf(out, "            const v%s x%zu = v%d;\n", fold_lanes_type(e, c), c,
                   e->segment->values[c]);
    mr_strbuf_addf(out,
                   "            const vm%u better%zu = ((x%zu %s a%zu[set]) | ((x%zu != x%zu) & "
                   "(a%zu[set] == a%zu[set])) | TO_M%u(b%zu[set] == (vi64)(LONG_MAX))) & "
                   "TO_M%u(keeps);\n",
                   bits, c, c, less, c, c, c, c, c, bits, c, bits);
    mr_strbuf_addf(out, "            a%zu[set] = better%zu ? x%zu : a%zu[set];\n", c, c, c, c);
    mr_strbuf_addf(out,
                   "            b%zu[set] = TO_M64(better%zu) ? AS_I64(POSITIONS(i)) : "
                   "b%zu[set];\n",
                   c, c, c);
}

static void step_decision(struct mr_emitter *e, struct mr_strbuf *out, size_t c)
{
    const char *sign = class_of(e)->deciding ? "" : "!";
    if (counts_decisions(e))
        mr_strbuf_addf(out, "            a%zu += (%s", c, sign);
    else
        mr_strbuf_addf(out, "            if (a%zu == LONG_MAX) a%zu = first_place(%s", c, c, sign);
    mr_emit_mask(e, out, e->segment->values[c], 32);
    mr_strbuf_add(out, " & TO_M32(keeps)");
    mr_strbuf_add(out, counts_decisions(e) ? ") ? (vi32)(1) : (vi32)(0);\n" : ", i);\n");
}

static void step_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    unsigned bits = keep_bits(e);
    mr_strbuf_addf(out, "            vm%u keeps = ", bits);
    if (e->segment->keep == IR_NONE)
        mr_strbuf_addf(out, "TRUE_M%u", bits);
    else
        mr_emit_mask(e, out, e->segment->keep, bits);
    mr_strbuf_addf(out, ";\n            if (!whole) keeps &= TO_M%u(inside_m32(i, low, high));\n",
                   bits);
    if (counts_kept(e))
        mr_strbuf_addf(out, "            kept += keeps ? (vi%u)(1) : (vi%u)(0);\n", bits, bits);
    if (has_deviations(e))
        mr_strbuf_add(
            out,
            "            VSTORE(TO_M64(keeps) ? (vi64)(1) : (vi64)(0), counts + (i - leaf));\n");
    if (class_of(e)->partials == MR_PARTIALS_COUNT) return;
    FOR_VALUES(c)
    {
        if (is_exact(e)) {
            exact_step(e, out, c);
        } else if (is_arg(e)) {
            step_arg(e, out, c);
        } else if (finds_decision(e)) {
            step_decision(e, out, c);
        } else {
            step_fold(e, out, c);
        }
    }
}

/* What is above the 64 bits of `total`. */
static void finish_beyond(struct mr_emitter *e, struct mr_strbuf *out, size_t c, size_t column)
{
    mr_strbuf_addf(out, "        out%zu[to + group] = ", column);
    if (!adds_halves(e, c)) {
        mr_strbuf_add(out, value_dtype(e, c) == MR_I64 ? "(long)total >> 63;\n" : "0;\n");
        return;
    }
    mr_strbuf_add(out, "above_64(total, halves);\n");
}

static void finish_fold(struct mr_emitter *e, struct mr_strbuf *out, size_t c, size_t column)
{
    mr_strbuf_addf(out, "    {\n        %s total;\n        FOLD_VECTORS(%s, %s, a%zu, total);\n",
                   fold_type(e, c), fold_macro(e, c), fold_type(e, c), c);
    if (adds_halves(e, c))
        mr_strbuf_addf(
            out, "        ulong halves;\n        FOLD_VECTORS(FOLD_ADD, ulong, h%zu, halves);\n",
            c);
    if (!has_deviations(e)) {
        mr_strbuf_addf(out, "        out%zu[to + group] = (%s)total;\n", column, type_of(e, c));
        if (mr_sums_beyond(e->segment->aggregate, value_dtype(e, c)))
            finish_beyond(e, out, c, column + 1);
        mr_strbuf_add(out, "    }\n");
        return;
    }
    mr_strbuf_addf(out,
                   "        vf64 s[LANES / W], d[LANES / W];\n"
                   "        double squares, rest;\n"
                   "        const double mean = n ? total / (double)n : 0.0;\n"
                   "        LEAF_DEVIATIONS(l%zu, counts, mean, s, d);\n"
                   "        FOLD_VECTORS(FOLD_ADD, double, s, squares);\n"
                   "        FOLD_VECTORS(FOLD_ADD, double, d, rest);\n"
                   "        rest = fabs(rest) < INFINITY ? rest : 0.0;\n"
                   "        const double lacks = n ? rest / (double)n : 0.0;\n"
                   "        squares -= rest * lacks;\n"
                   "        out%zu[to + group] = mean;\n"
                   "        out%zu[to + group] = squares < 0.0 ? 0.0 : squares;\n"
                   "        out%zu[to + group] = lacks;\n    }\n",
                   c, column, column + 1, column + 2);
}

static void finish_arg(struct mr_emitter *e, struct mr_strbuf *out, size_t c, size_t column)
{
    const char *less = class_of(e)->fold == MR_MIN ? "<" : ">";
    mr_strbuf_addf(out, "    {\n        %s lanes[LANES];\n        long places[LANES];\n",
                   type_of(e, c));
    mr_strbuf_addf(out,
                   "        for (int k = 0; k < LANES / W; k++) {\n"
                   "            VSTORE(a%zu[k], lanes + k * W);\n"
                   "            VSTORE(b%zu[k], places + k * W);\n        }\n",
                   c, c);
    mr_strbuf_addf(out, "        FOLD_PLACES(%s, lanes, places);\n", less);
    mr_strbuf_addf(
        out,
        "        out%zu[to + group] = lanes[0];\n        out%zu[to + group] = places[0];\n    }\n",
        column, column + 1);
}

static void finish_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    if (counts_kept(e))
        mr_strbuf_addf(out, "    const long n = sum_i%u(kept);\n", keep_bits(e));
    else
        mr_strbuf_add(out, "    const long n = max(high - low, 0L);\n");
    if (is_exact(e)) {
        exact_finish(e, out);
        return;
    }
    mr_strbuf_add(out, "    out0[to + group] = n;\n");
    size_t column = 1;
    FOR_VALUES(c)
    {
        mr_dtype partials[3];
        size_t count = mr_partial_dtypes(e->segment->aggregate, value_dtype(e, c), partials);
        if (finds_decision(e))
            mr_strbuf_addf(out,
                           counts_decisions(e)
                               ? "    out%zu[to + group] = sum_i32(a%zu) ? low : LONG_MAX;\n"
                               : "    out%zu[to + group] = a%zu;\n",
                           column, c);
        else if (is_arg(e))
            finish_arg(e, out, c, column);
        else if (class_of(e)->partials != MR_PARTIALS_COUNT)
            finish_fold(e, out, c, column);
        column += count;
    }
}

/* ---- histogram ---- */

static void zero_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    FOR_VALUES(c)
    mr_strbuf_addf(out, "    for (long k = 0; k < TABLES * bins; k++) out%zu[own + k] = 0;\n", c);
}

/* The numbers of host/ir/bins.h, of the dtype that the values have. */
static void bin_numbers(struct mr_emitter *e, struct mr_strbuf *out)
{
    const struct mr_bins *bins = &e->segment->hist;
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"bins_low", bins->low},
                   {"bins_high", bins->high},
                   {"bins_width", bins->width},
                   {"bins_scale", bins->scale},
                   {"bins_shift", bins->shift}};
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
        struct mr_kernel_arg arg = {.dtype = value_dtype(e, 0)};
        const float narrow = arg.dtype == MR_F32 ? (float)numbers[k].value : 0;
        if (arg.dtype == MR_F32)
            memcpy(&arg.bits, &narrow, sizeof narrow);
        else
            memcpy(&arg.bits, &numbers[k].value, sizeof arg.bits);
        mr_emit_argument(e, out, arg, "%s", numbers[k].name);
    }
}

static void bins_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    if (!is_exact(e)) bin_numbers(e, out);
    mr_emit_value(e, out, e->segment->bins, "bins");
    mr_emit_value(e, out, e->segment->workers, "workers");
}

/* The value that counts, or NaN. */
static void add_counted(struct mr_emitter *e, struct mr_strbuf *out)
{
    unsigned bits = mr_lane_bits(value_dtype(e, 0));
    const char *lanes = mr_dtype_name(value_dtype(e, 0));
    mr_strbuf_addf(out, "            v%s x = ", lanes);
    if (e->segment->keep != IR_NONE) {
        mr_emit_mask(e, out, e->segment->keep, bits);
        mr_strbuf_addf(out, " ? v%d : (v%s)(NAN);\n", e->segment->values[0], lanes);
    } else {
        mr_strbuf_addf(out, "v%d;\n", e->segment->values[0]);
    }
    mr_strbuf_addf(
        out, "            if (!whole) x = TO_M%u(inside_m32(i, low, high)) ? x : (v%s)(NAN);\n",
        bits, lanes);
}

/* One comparison a choice: masks of two are taken apart and put together where there are no
 * registers for masks. */
static void count_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    static const char *const nearest[] = {
        [MR_BINS_WHOLE] = "BIN_FMA(x, (vf64)(bins_scale), (vf64)(bins_shift))",
        [MR_BINS_WIDE] = "BIN_FMA(x, (vf64)(bins_scale), (vf64)(bins_shift)) + (vf64)(0x1.8p52)",
        [MR_BINS_NARROW] = "(x - (vf64)(bins_low)) * (vf64)(bins_scale) + (vf64)(0x1.8p52)",
    };
    const struct mr_bins *bins = &e->segment->hist;
    add_counted(e, out);
    if (bins->form == MR_BINS_EXACT) {
        mr_strbuf_addf(out, "            BIN_EXACT(v%s, x, places + part * W);\n",
                       mr_dtype_name(value_dtype(e, 0)));
        return;
    }
    mr_strbuf_addf(out,
                   "            BIN_BY_EDGE(x, %s,\n                        %snumber * "
                   "(vf64)(bins_width), places + part * W);\n",
                   nearest[bins->form], bins->low == 0 ? "" : "(vf64)(bins_low) + ");
}

/* Unrolled by a few only: unrolled to the end, it would take lanes out of vectors. */
static void add_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    (void)e;
    mr_strbuf_add(out, "#pragma unroll 4\n"
                       "        for (int k = 0; k < RUN; k += TABLES)\n"
                       "#pragma unroll\n"
                       "            for (int table = 0; table < TABLES; table++)\n"
                       "                out0[own + table * bins + places[k + table]]++;\n");
}

/* ---- leaves ---- */

static void leaves_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    bool chunks = e->segment->extent != INT64_MAX;
    mr_emit_long(e, out, MR_ARG_LEAF_NUMBER, "leaf_number");
    mr_emit_value(e, out, chunks ? e->segment->extent : 0, "extent");
    mr_emit_value(e, out, chunks ? mr_leaves_per_chunk(e->segment) : 1, "per_chunk");
    mr_emit_long(e, out, MR_ARG_LEAVES, "leaves");
}

/* ---- the table ---- */

static void to_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_long(e, out, MR_ARG_TO, "to");
}

static void to_row_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_long(e, out, MR_ARG_TO_ROW, "to");
}

static void first_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_long(e, out, MR_ARG_FIRST, "first");
    mr_emit_long(e, out, MR_ARG_COUNT, "count");
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

static void numbers_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_argument(e, out, (struct mr_kernel_arg){.what = MR_ARG_START, .type = "ulong16"},
                     "start");
}

static void working_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    if (e->segment->kind == MR_KIND_COMPACT) compact_working(e, out);
    if (e->segment->kind == MR_KIND_SCAN) scan_working(e, out);
    if (e->segment->kind == MR_KIND_WINDOW) window_working(e, out);
}

static void parameters_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_params(e, out, MR_FIRST_KERNEL);
}

static void start_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    if (e->segment->kind == MR_KIND_SCAN)
        scan_start_mark(e, out);
    else
        reduce_start_mark(e, out);
}

static void any_store_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    if (e->segment->kind == MR_KIND_RECUR)
        store_terms(e, out);
    else
        store_mark(e, out);
}

static void any_step_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    if (e->segment->kind == MR_KIND_RECUR)
        step_state_mark(e, out);
    else
        step_mark(e, out);
}

bool mr_emit_mark(struct mr_emitter *e, struct mr_strbuf *out, const char *name, size_t length)
{
    static const struct {
        const char *name;
        mark_fn *fill;
    } marks[] = {
        {"KERNEL", mr_emit_kernel},
        {"ARGUMENTS", mr_emit_arguments},
        {"WORKING", working_mark},
        {"OUTPUTS", mr_emit_outputs},
        {"TO", to_mark},
        {"TO_ROW", to_row_mark},
        {"FIRST", first_mark},
        {"BEFORE", before_mark},
        {"AFTER", after_mark},
        {"NUMBERS", numbers_mark},
        {"LEAVES", leaves_mark},
        {"BINS", bins_mark},
        {"PARAMETERS", parameters_mark},
        {"RUNS", runs_mark},
        {"VALUES", values_mark},
        {"CHECKS", checks_mark},
        {"STORE", any_store_mark},
        {"UNPACK", unpack_mark},
        {"KEEP", keep_mark},
        {"SAVE", save_mark},
        {"PACK_PARAMETERS", pack_parameters_mark},
        {"PACK_RUNS", pack_runs_mark},
        {"PACK_VALUES", pack_values_mark},
        {"PACK", pack_mark},
        {"ROWS_WORD", rows_word_mark},
        {"START", start_mark},
        {"RUN", run_mark},
        {"TOTAL", total_mark},
        {"CARRY_START", carry_start_mark},
        {"CARRY", carry_mark},
        {"CARRY_END", carry_end_mark},
        {"APPLY", apply_mark},
        {"FILL", fill_mark},
        {"NEXT", next_mark},
        {"FOLD", fold_mark},
        {"STATE", state_mark},
        {"LOAD", load_mark},
        {"JUMP", jump_mark},
        {"TERM", term_mark},
        {"STEP", any_step_mark},
        {"TYPE", type_mark},
        {"LEAF", leaf_mark},
        {"FINISH", finish_mark},
        {"ZERO", zero_mark},
        {"COUNT", count_mark},
        {"ADD", add_mark},
    };
    for (size_t k = 0; k < sizeof marks / sizeof marks[0]; k++)
        if (strlen(marks[k].name) == length && strncmp(marks[k].name, name, length) == 0) {
            marks[k].fill(e, out);
            return true;
        }
    return false;
}
