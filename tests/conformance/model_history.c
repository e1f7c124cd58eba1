/* Stages whose elements depend on others of their input, too: those before or those around it. */
#include <math.h>
#include <string.h>

#include "model_parts.h"

/* ---- folds ---- */

struct value model_combined(enum fold_operation op, struct value a, struct value b)
{
    struct value result;
    if (op == FOLD_MIN) return model_smaller(a, b);
    if (op == FOLD_MAX) return model_larger(a, b);
    (void)model_arithmetic(&result, op == FOLD_SUM ? ADD : MULTIPLY, a, b);
    return result;
}

struct value model_identity(enum fold_operation op, mr_dtype type)
{
    if (op == FOLD_SUM || op == FOLD_PROD)
        return model_cast(model_integer(MR_I32, op == FOLD_SUM ? 0 : 1), type);
    if (model_is_float(type)) {
        double infinity = (double)INFINITY;
        return (struct value){.type = type, .f = op == FOLD_MIN ? infinity : -infinity};
    }
    return model_integer(type,
                         (uint64_t)(op == FOLD_MIN ? model_highest(type) : model_lowest(type)));
}

/* Sums and products of integers widen; f32 widens only in chunk and in terminals. */
mr_dtype model_folded_type(enum fold_operation op, mr_dtype type, bool widen_f32)
{
    if (op == FOLD_MIN || op == FOLD_MAX) return type;
    if (model_is_float(type)) return widen_f32 ? MR_F64 : type;
    return type == MR_U32 || type == MR_U64 ? MR_U64 : MR_I64;
}

/* ---- the next element ---- */

/* Within a leaf a sequential prefix from the identity; the leaves before it come in from the left
 * as one carry. */
static enum outcome scan_next(struct node *n, struct row *out, bool wanted)
{
    (void)wanted;
    enum outcome outcome = model_pull_needed(n, out);
    if (outcome != GOT_ROW) return outcome;
    for (size_t c = 0; c < n->schema.columns; c++) {
        mr_dtype type = n->schema.type[c];
        struct value unit = model_identity(n->fold, type);
        if (n->position == 0) n->carry[c] = unit;
        if (n->position % LEAF == 0) n->prefix[c] = unit;
        n->prefix[c] = model_combined(n->fold, n->prefix[c], model_cast(out->column[c], type));
        out->column[c] = model_combined(n->fold, n->carry[c], n->prefix[c]);
        if (n->position % LEAF == LEAF - 1) n->carry[c] = out->column[c];
    }
    n->position++;
    return GOT_ROW;
}

/* Keeps the last `count` rows in n->rows; the first of them that failed fails `out`. */
static enum outcome slide(struct node *n, int64_t count, struct row *out)
{
    if (n->held == count) {
        memmove(n->rows, n->rows + 1, (size_t)(count - 1) * sizeof *n->rows);
        n->held--;
    }
    while (n->held < count) {
        struct row row = {0};
        enum outcome outcome = model_pull(n, &row, true);
        if (outcome != GOT_ROW) return outcome;
        n->rows[n->held++] = row;
    }
    for (int64_t k = count; k-- > 0;)
        if (n->rows[k].failure.status) out->failure = n->rows[k].failure;
    return GOT_ROW;
}

static struct value power_window(struct node *n, size_t column, mr_dtype type, int64_t at,
                                 int64_t k)
{
    if (k == 1) return model_cast(n->rows[at].column[column], type);
    return model_combined(n->fold, power_window(n, column, type, at, k / 2),
                          power_window(n, column, type, at + k / 2, k / 2));
}

/* W1[i] = x[i], W2m[i] = Wm[i] op Wm[i + m]; other sizes by their binary digits, smallest first. */
static struct value window_value(struct node *n, size_t column, mr_dtype type)
{
    struct value acc = {.type = type};
    for (int64_t k = n->length, offset = 0, digit = 1; digit <= k; digit *= 2) {
        if (!(k & digit)) continue;
        struct value part = power_window(n, column, type, offset, digit);
        acc = offset ? model_combined(n->fold, acc, part) : part;
        offset += digit;
    }
    return acc;
}

/* Windows are made in turn, from the first that is wanted. */
enum outcome model_window_next(struct node *n, struct row *out, bool wanted)
{
    n->begun = n->begun || wanted;
    enum outcome outcome = slide(n, n->length, out);
    if (outcome != GOT_ROW || (out->failure.status && !n->begun)) return outcome;
    if (out->failure.status) *n->failure = out->failure;
    if (out->failure.status) return GOT_FAILURE;
    for (size_t c = 0; c < n->schema.columns; c++) {
        /* A mean of integers is one of f64 from the start. */
        mr_dtype type = n->schema.type[c];
        struct value v = window_value(n, c, type), k = model_integer(MR_I64, (uint64_t)n->length);
        if (n->is_mean) (void)model_arithmetic(&v, DIVIDE, v, model_cast(k, type));
        out->column[c] = v;
    }
    return GOT_ROW;
}

enum outcome model_diff_next(struct node *n, struct row *out, bool wanted)
{
    (void)wanted;
    enum outcome outcome = slide(n, 2, out);
    if (outcome != GOT_ROW || out->failure.status) return outcome;
    for (size_t c = 0; c < n->schema.columns; c++) {
        mr_dtype type = n->schema.type[c];
        (void)model_arithmetic(&out->column[c], SUBTRACT, model_cast(n->rows[1].column[c], type),
                               model_cast(n->rows[0].column[c], type));
    }
    return GOT_ROW;
}

static bool are_alike(struct value a, struct value b)
{
    return (model_is_nan(a) && model_is_nan(b)) || model_comparison(EQUAL, a, b);
}

/* The element before is in n->carry. */
static enum outcome dedup_next(struct node *n, struct row *out, bool wanted)
{
    (void)wanted;
    for (;;) {
        enum outcome outcome = model_pull_needed(n, out);
        if (outcome != GOT_ROW) return outcome;
        bool is_same = n->position++ > 0;
        for (size_t c = 0; c < n->schema.columns; c++) {
            is_same = is_same && are_alike(n->carry[c], out->column[c]);
            n->carry[c] = out->column[c];
        }
        if (!is_same) return GOT_ROW;
    }
}

/* The run so far is in n->carry, n->held elements long. */
static enum outcome run_length_next(struct node *n, struct row *out, bool wanted)
{
    size_t values = n->schema.columns - 1;
    (void)wanted;
    for (;;) {
        struct row row = {0};
        enum outcome outcome = n->ended ? GOT_END : model_pull_needed(n, &row);
        if (outcome == GOT_FAILURE) return outcome;
        n->ended = outcome == GOT_END;
        bool goes_on = !n->ended && n->held > 0;
        for (size_t c = 0; goes_on && c < values; c++)
            goes_on = are_alike(n->carry[c], row.column[c]);
        int64_t count = n->held;
        for (size_t c = 0; c < values; c++) {
            out->column[c] = n->carry[c];
            n->carry[c] = row.column[c];
        }
        n->held = n->ended ? 0 : goes_on ? count + 1 : 1;
        out->column[values] = model_integer(MR_I64, (uint64_t)count);
        if (!goes_on && count > 0) return GOT_ROW;
        if (n->ended) return GOT_END;
    }
}

/* Gives each element with those around it: n->first rows before it and the others behind. */
static enum outcome sight_next(struct node *n, struct row *out, bool wanted)
{
    (void)wanted;
    struct row *last = n->rows + n->length - 1, *centre = n->rows + n->first;
    for (struct row *row = n->rows; n->position == 0 && row <= last; row++) row->is_missing = true;
    int64_t moves = n->position == 0 ? n->length - n->first : 1;
    for (n->position++; moves > 0; moves--) {
        memmove(n->rows, n->rows + 1, (size_t)(n->length - 1) * sizeof *n->rows);
        *last = (struct row){0};
        enum outcome outcome = n->ended ? GOT_END : model_pull(n, last, true);
        if (outcome == GOT_FAILURE) return outcome;
        n->ended = last->is_missing = outcome == GOT_END;
    }
    if (centre->is_missing) return GOT_END;
    for (struct row *row = n->rows; row <= last; row++) row->self = row;
    *out = *centre;
    return GOT_ROW;
}

void model_keep_in_sight(struct model *m, struct node *n)
{
    int64_t before = 0, behind = 0;
    for (size_t k = 0; k < n->expressions; k++) model_reach(n->expression[k], &before, &behind);
    if (before + behind == 0) return;
    struct node *sight = model_new_stage(m, n->input[0], sight_next);
    sight->first = before;
    sight->length = before + 1 + behind;
    sight->rows = model_keep(m, (size_t)sight->length, sizeof *sight->rows);
    sight->anywhere = n->input[0]->anywhere;
    sight->most = n->input[0]->most;
    n->input[0] = sight;
}

/* ---- building them ---- */

struct node *model_build_scan(struct model *m, struct call *call, struct node *input)
{
    if (call->arguments > 1) return model_build_running(m, call, input);
    struct node *n = model_new_stage(m, input, scan_next);
    n->fold = model_fold_of(model_aggregate_argument(m, call, 0, "sum prod min max"));
    for (size_t c = 0; c < n->schema.columns; c++)
        n->schema.type[c] = model_folded_type(n->fold, n->schema.type[c], false);
    return n;
}

struct node *model_build_window(struct model *m, struct call *call, struct node *input)
{
    struct node *n = model_new_stage(m, input, model_window_next);
    enum aggregate op = model_aggregate_argument(m, call, 1, "sum mean min max");
    n->fold = model_fold_of(op);
    n->is_mean = op == MEAN;
    n->length = model_count_argument(m, call, "k", 0, -2);
    if (n->length < 1 || n->length > 1 << 20) model_fault(m, "window: k out of range");
    n->rows = model_keep(m, (size_t)n->length, sizeof *n->rows);
    for (size_t c = 0; c < n->schema.columns; c++) {
        mr_dtype type = n->schema.type[c];
        mr_dtype mean = type == MR_F32 ? MR_F32 : MR_F64;
        n->schema.type[c] = n->is_mean ? mean : model_folded_type(n->fold, type, false);
    }
    return n;
}

struct node *model_build_diff(struct model *m, struct call *call, struct node *input)
{
    (void)call;
    struct node *n = model_new_stage(m, input, model_diff_next);
    n->rows = model_keep(m, 2, sizeof *n->rows);
    for (size_t c = 0; c < n->schema.columns; c++)
        if (n->schema.type[c] == MR_BOOL) n->schema.type[c] = MR_I32;
    return n;
}

struct node *model_build_dedup(struct model *m, struct call *call, struct node *input)
{
    (void)call;
    return model_new_stage(m, input, dedup_next);
}

struct node *model_build_run_length(struct model *m, struct call *call, struct node *input)
{
    (void)call;
    struct node *n = model_new_stage(m, input, run_length_next);
    model_add_column(m, n, "count", MR_I64);
    return n;
}
