/* Chunks and terminals: the fixed tree. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model_parts.h"

/* ---- reductions: the fixed tree -------------------------------------------------------------- */

static const char *const aggregate_names[AGGREGATES] = {
    "sum",   "prod", "min", "max",   "mean", "norm",   "var",    "std",
    "count", "any",  "all", "first", "last", "argmin", "argmax", "hist",
};

static bool follows_tree(enum aggregate op)
{
    return op <= STD;
}

enum fold_operation model_fold_of(enum aggregate op)
{
    return op == PROD ? FOLD_PROD : op == MIN ? FOLD_MIN : op == MAX ? FOLD_MAX : FOLD_SUM;
}

static mr_dtype tree_type(enum aggregate op, mr_dtype type)
{
    if (op == VAR || op == STD || op == NORM) return MR_F64;
    return model_folded_type(model_fold_of(op), type, true);
}

static mr_dtype aggregate_type(enum aggregate op, mr_dtype type)
{
    switch (op) {
    case SUM:
    case PROD:
    case MIN:
    case MAX: return tree_type(op, type);
    case MEAN:
    case NORM:
    case VAR:
    case STD: return MR_F64;
    case COUNT:
    case ARGMIN:
    case ARGMAX: return MR_I64;
    case ANY:
    case ALL: return MR_BOOL;
    case HIST: return MR_U64;
    default: return type;
    }
}

/* 32 lanes with stride 32 accumulate in order from the identity, then fold pairwise. Elements that
 * are masked out or missing count as the identity. */
static struct value leaf_tree(enum fold_operation op, const struct value leaf[LEAF],
                              const bool present[LEAF], size_t filled)
{
    struct value unit = model_identity(op, leaf[0].type), lane[LANES];
    for (size_t k = 0; k < LANES; k++) lane[k] = unit;
    for (size_t k = 0; k < filled; k++)
        lane[k % LANES] = model_combined(op, lane[k % LANES], present[k] ? leaf[k] : unit);
    for (size_t half = LANES / 2; half; half /= 2)
        for (size_t k = 0; k < half; k++) lane[k] = model_combined(op, lane[k], lane[k + half]);
    return lane[0];
}

static struct partial leaf_partial(struct reduction *r)
{
    struct partial p = {0};
    for (size_t k = 0; k < r->filled; k++) p.elements += r->present[k];
    p.value = leaf_tree(model_fold_of(r->op), r->leaf, r->present, r->filled);
    if ((r->op != VAR && r->op != STD) || p.elements == 0) return p;
    p.mean = p.value.f / (double)p.elements;
    for (size_t k = 0; k < r->filled; k++) r->leaf[k] = model_f64(r->leaf[k].f - p.mean);
    double rest = leaf_tree(FOLD_SUM, r->leaf, r->present, r->filled).f;
    for (size_t k = 0; k < r->filled; k++) r->leaf[k] = model_f64(r->leaf[k].f * r->leaf[k].f);
    if (!isfinite(rest)) rest = 0;
    p.lacks = rest / (double)p.elements;
    p.deviation = leaf_tree(FOLD_SUM, r->leaf, r->present, r->filled).f - rest * p.lacks;
    if (p.deviation < 0) p.deviation = 0;
    return p;
}

/* Chan, Golub and LeVeque, Updating formulae and a pairwise algorithm for computing sample
 * variances (1979), equation 1.5. */
static struct partial merged(enum aggregate op, struct partial older, struct partial newer)
{
    struct partial p = {.elements = older.elements + newer.elements};
    if (op != VAR && op != STD) {
        p.value = model_combined(model_fold_of(op), older.value, newer.value);
        return p;
    }
    if (older.elements == 0) return newer;
    if (newer.elements == 0) return older;
    double share = (double)newer.elements / (double)p.elements;
    double delta = (newer.mean - older.mean) + (newer.lacks - older.lacks);
    double step = older.lacks + delta * share;
    p.mean = older.mean + step;
    /* D. E. Knuth, The Art of Computer Programming 2, 4.2.2, theorem B. */
    double from_step = p.mean - older.mean, from_mean = p.mean - from_step;
    p.lacks = (older.mean - from_mean) + (step - from_step);
    p.deviation =
        (older.deviation + newer.deviation) + (delta * delta) * ((double)older.elements * share);
    return p;
}

/* A binary counter over the leaves' numbers: leaf n merges once for each trailing one of n. */
static void reduction_close_leaf(struct reduction *r)
{
    r->stack[r->depth++] = leaf_partial(r);
    for (uint64_t n = r->leaves++; n & 1; n >>= 1) {
        r->depth--;
        r->stack[r->depth - 1] = merged(r->op, r->stack[r->depth - 1], r->stack[r->depth]);
    }
    r->filled = 0;
}

static void reduction_look(struct reduction *r, struct value v)
{
    int64_t at = (int64_t)r->elements;
    bool first = r->elements == 0;
    bool better =
        !model_is_nan(r->best) &&
        (model_is_nan(v) || (r->op == ARGMIN ? model_less(v, r->best) : model_less(r->best, v)));
    switch (r->op) {
    case ANY: r->best = model_boolean((!first && model_truth(r->best)) || model_truth(v)); break;
    case ALL: r->best = model_boolean((first || model_truth(r->best)) && model_truth(v)); break;
    case FIRST:
        if (first) r->best = v;
        break;
    case LAST: r->best = v; break;
    case ARGMIN:
    case ARGMAX:
        if (!first && !better) break;
        r->best = v;
        r->best_at = at;
        break;
    default: break;
    }
}

/* The last bin whose lower edge is not above x; outside and NaN fall through, the last bin is
 * closed. */
static void reduction_bin(struct reduction *r, double x)
{
    if (!(x >= r->low && x <= r->high)) return;
    const double width = (r->high - r->low) / (double)r->bin_count;
    int64_t from = 0, until = r->bin_count;
    while (until - from > 1) {
        int64_t middle = from + (until - from) / 2;
        if (r->low + (double)middle * width <= x)
            from = middle;
        else
            until = middle;
    }
    r->bins[from]++;
}

static void reduction_push(struct reduction *r, bool present, struct value v)
{
    if (follows_tree(r->op)) {
        struct value missing = {.type = tree_type(r->op, r->type)};
        r->leaf[r->filled] = present ? model_cast(v, missing.type) : missing;
        if (present && r->op == NORM) r->leaf[r->filled].f *= r->leaf[r->filled].f;
        if (present && r->op == MEAN && !model_is_float(missing.type))
            r->exact += model_as_wide(r->leaf[r->filled]);
        r->present[r->filled] = present;
        if (++r->filled == LEAF) reduction_close_leaf(r);
    } else if (present && r->op == HIST) {
        reduction_bin(r, model_as_double(v));
    } else if (present) {
        reduction_look(r, v);
    }
    r->elements += present;
}

static struct partial reduction_total(struct reduction *r)
{
    if (r->filled) reduction_close_leaf(r);
    struct partial none = {.value =
                               model_identity(model_fold_of(r->op), tree_type(r->op, r->type))};
    if (r->depth == 0) return none;
    struct partial total = r->stack[--r->depth];
    while (r->depth) total = merged(r->op, r->stack[--r->depth], total);
    return total;
}

/* False: empty, and the aggregate has no value then. */
static bool reduction_finish(struct reduction *r, struct value *out)
{
    bool empty = r->elements == 0;
    double n = (double)r->elements;
    struct partial total = {0};
    if (follows_tree(r->op)) total = reduction_total(r);
    switch (r->op) {
    case SUM:
    case PROD: *out = total.value; return true;
    case MIN:
    case MAX: *out = total.value; return !empty;
    case MEAN: {
        double sum = model_is_float(total.value.type) ? total.value.f : (double)r->exact;
        *out = model_f64(empty ? (double)NAN : sum / n);
        return true;
    }
    case NORM: *out = model_f64(sqrt(total.value.f)); return true;
    case VAR:
    case STD: {
        double var = empty ? (double)NAN : total.deviation / (n - (double)r->ddof);
        *out = model_f64(r->op == VAR ? var : sqrt(var));
        return true;
    }
    case COUNT: *out = model_integer(MR_I64, r->elements); return true;
    case ANY: *out = empty ? model_boolean(false) : r->best; return true;
    case ALL: *out = empty ? model_boolean(true) : r->best; return true;
    case ARGMIN:
    case ARGMAX: *out = model_integer(MR_I64, (uint64_t)r->best_at); return !empty;
    default: *out = r->best; return !empty;
    }
}

/* Later elements cannot change the value, so they are not pulled. */
static bool reduction_decided(const struct reduction *r)
{
    if (r->elements == 0) return false;
    return r->op == FIRST || (r->op == ANY && model_truth(r->best)) ||
           (r->op == ALL && !model_truth(r->best));
}

static void reduction_start(struct reduction *r, enum aggregate op, mr_dtype type)
{
    memset(r, 0, sizeof *r);
    r->op = op;
    r->type = type;
}

enum outcome model_chunk_next(struct node *n, struct row *out, bool wanted)
{
    (void)wanted;
    int64_t taken = 0;
    if (n->ended) return GOT_END;
    for (size_t c = 0; c < n->schema.columns; c++)
        reduction_start(n->reduction[c], n->reduction[c]->op, n->reduction[c]->type);
    for (; taken < n->length; taken++) {
        struct row row = {0};
        enum outcome outcome = model_pull_needed(n, &row);
        if (outcome == GOT_FAILURE) return outcome;
        n->ended = outcome == GOT_END;
        if (n->ended) break;
        for (size_t c = 0; c < n->schema.columns; c++)
            reduction_push(n->reduction[c], true, row.column[c]);
    }
    if (taken == 0) return GOT_END;
    for (size_t c = 0; c < n->schema.columns; c++)
        (void)reduction_finish(n->reduction[c], &out->column[c]);
    return GOT_ROW;
}

/* ---- terminals ------------------------------------------------------------------------------- */

static bool all_decided(const struct node *n)
{
    bool decided = true;
    for (size_t c = 0; c < n->expressions; c++) decided &= reduction_decided(n->reduction[c]);
    return decided;
}

/* count needs no values, and last one only where it can go there. */
static enum outcome pull_for_terminal(struct node *n, struct row *row, struct failure *last)
{
    enum aggregate op = n->reduction[0]->op;
    if (op == COUNT) return model_pull(n, row, false);
    if (op != LAST || !n->input[0]->anywhere) return model_pull_needed(n, row);
    enum outcome outcome = model_pull(n, row, true);
    if (outcome == GOT_ROW) *last = row->failure;
    if (outcome != GOT_END || !last->status) return outcome;
    *n->failure = *last;
    return GOT_FAILURE;
}

static enum outcome terminal_run(struct node *n, struct row *total)
{
    struct failure last = {0};
    for (enum outcome outcome = GOT_ROW; outcome != GOT_END && !all_decided(n);) {
        struct row row = {0};
        outcome = pull_for_terminal(n, &row, &last);
        if (outcome == GOT_FAILURE) return outcome;
        for (size_t c = 0; outcome != GOT_END && c < n->expressions; c++)
            reduction_push(n->reduction[c], outcome == GOT_ROW, row.column[c]);
    }
    for (size_t c = 0; c < n->schema.columns; c++)
        if (n->reduction[c]->op != HIST && !reduction_finish(n->reduction[c], &total->column[c]))
            return model_fail(n, "empty", -1, "no value on an empty sequence");
    return GOT_ROW;
}

enum outcome model_terminal_next(struct node *n, struct row *out, bool wanted)
{
    (void)wanted;
    if (!n->ended) {
        n->ended = true;
        enum outcome outcome = terminal_run(n, out);
        if (outcome != GOT_ROW) return outcome;
    }
    if (n->position == n->length) return GOT_END;
    if (n->reduction[0]->op == HIST)
        out->column[0] = model_integer(MR_U64, n->reduction[0]->bins[n->position]);
    n->position++;
    return GOT_ROW;
}

/* ---- building them -------------------------------------------------------------------------- */

enum aggregate model_find_aggregate(const char *name)
{
    enum aggregate op = 0;
    while (op < AGGREGATES && strcmp(aggregate_names[op], name) != 0) op++;
    return op;
}

enum aggregate model_aggregate_argument(struct model *m, struct call *call, int index,
                                        const char *choices)
{
    struct expression *e = model_argument(call, "op", index);
    if (!e || e->form != NAME || !strstr(choices, e->name))
        model_fault(m, "one of %s expected", choices);
    return model_find_aggregate(e->name);
}

static void add_reductions(struct model *m, struct node *n, enum aggregate op)
{
    const struct schema *in = &n->input[0]->schema;
    n->expressions = in->columns;
    for (size_t c = 0; c < in->columns; c++) {
        n->reduction[c] = model_keep(m, 1, sizeof *n->reduction[c]);
        reduction_start(n->reduction[c], op, in->type[c]);
        n->schema.type[c] = aggregate_type(op, in->type[c]);
    }
}

struct node *model_build_chunk(struct model *m, struct call *call, struct node *input)
{
    struct node *n = model_new_stage(m, input, model_chunk_next);
    n->length = model_count_argument(m, call, "n", 0, -2);
    if (n->length < 1) model_fault(m, "chunk: n must be positive");
    add_reductions(m, n, model_aggregate_argument(m, call, 1, "sum prod min max mean count"));
    return n;
}

/* The maps and filters right below a terminal act as a mask, so that the tree's positions are those
 * of the operator below them; but a filter under a use of `i` must compact first. */
static void mark_mask(struct node *top)
{
    bool position_used = false;
    for (struct node *n = top;
         n->next == model_map_next || n->next == model_filter_next || n->next == model_loop_next;
         n = n->input[0]) {
        if (n->variables) position_used |= model_variables_use_position(n->variables);
        if (n->next == model_filter_next) {
            if (position_used) return;
            n->is_mask = true;
        }
        for (size_t k = 0; k < n->expressions; k++)
            position_used |= model_uses_position(n->expression[k]);
    }
}

static void hist_parameters(struct model *m, struct call *call, struct reduction *r)
{
    r->bin_count = model_count_argument(m, call, "bins", 0, 10);
    if (!model_argument(call, "lo", 1) || !model_argument(call, "hi", 2))
        model_fault(m, "hist: lo and hi needed");
    r->low = model_scalar_argument(m, call, "lo", 1, MR_F64, 0).f;
    r->high = model_scalar_argument(m, call, "hi", 2, MR_F64, 0).f;
    if (r->bin_count < 1 || r->bin_count > 1 << 20) model_fault(m, "hist: bins out of range");
    if (!(r->low < r->high) || isinf(r->low) || isinf(r->high))
        model_fault(m, "hist: lo < hi needed");
    if (isinf((double)r->bin_count / (r->high - r->low))) model_fault(m, "hist: hi - lo too small");
    r->bins = model_keep(m, (size_t)r->bin_count, sizeof *r->bins);
}

struct node *model_build_terminal(struct model *m, struct call *call, struct node *input)
{
    struct node *n = model_new_stage(m, input, model_terminal_next);
    enum aggregate op = model_find_aggregate(call->name);
    add_reductions(m, n, op);
    n->length = 1;
    if (op == COUNT || op == HIST) {
        if (op == HIST && n->schema.columns > 1) model_fault(m, "hist: one column only");
        n->schema.columns = 1;
        (void)snprintf(n->schema.name[0], NAME_BYTES, "count");
    }
    if (op == VAR || op == STD)
        for (size_t c = 0; c < n->expressions; c++)
            n->reduction[c]->ddof = model_count_argument(m, call, "ddof", 0, 0);
    if (op == HIST) {
        hist_parameters(m, call, n->reduction[0]);
        n->length = n->reduction[0]->bin_count;
    }
    if (follows_tree(op)) mark_mask(input);
    return n;
}
