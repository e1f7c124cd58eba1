/* Operators with variables of their own. */
#include <string.h>

#include "model_parts.h"

/* ---- variables ------------------------------------------------------------------------------- */

bool model_variables_use_position(const struct variables *v)
{
    bool uses = v->goes_on && model_uses_position(v->goes_on);
    for (size_t k = 0; k < v->count; k++)
        uses = uses || model_uses_position(v->next[k]) || model_uses_position(v->start[k]);
    return uses;
}

static void add_variable(struct model *m, struct node *n, const struct argument *a,
                         const struct schema *in)
{
    struct variables *v = n->variables;
    struct expression *start = v->start[v->count];
    if (!start) model_fault(m, "%s has no start", a->name);
    model_type_expression(m, start, in, true);
    model_add_column(m, n, a->is_label ? a->name : "x", start->type);
    v->next[v->count++] = a->expression;
}

/* A start that is a literal gives way to the dtype that the next value has with it. */
static void settle(struct model *m, struct node *n, size_t k, const struct schema *scope)
{
    struct expression *start = n->variables->start[k], *next = n->variables->next[k];
    model_type_expression(m, next, scope, true);
    if (next->type == n->schema.type[k]) return;
    if (next->weak && model_is_float(n->schema.type[k])) return;
    if (!start->weak) model_fault(m, "variable %zu changes its dtype", k);
    n->schema.type[k] = next->type;
}

static void join(struct schema *scope, const struct schema *a, const struct schema *b)
{
    *scope = *a;
    for (size_t c = 0; c < b->columns; c++, scope->columns++) {
        memcpy(scope->name[scope->columns], b->name[c], NAME_BYTES);
        scope->type[scope->columns] = b->type[c];
    }
}

static void read_variables(struct model *m, struct call *call, struct node *n,
                           const struct schema *in)
{
    struct variables *v = n->variables = model_keep(m, 1, sizeof *v);
    struct schema scope;
    n->schema.columns = 0;
    for (unsigned k = 0; k < call->arguments; k++) {
        struct argument *a = &call->argument[k];
        if (strcmp(a->name, "init") != 0) continue;
        a->used = true;
        if (!a->listed) a->list[0] = a->expression;
        memcpy(v->start, a->list, sizeof v->start);
    }
    if (!v->start[0]) v->start[0] = model_argument(call, "x0", 1);
    for (unsigned k = 0; k < call->arguments; k++) {
        struct argument *a = &call->argument[k];
        if ((!a->is_label && a->name[0]) || a->expression == v->start[0]) continue;
        a->used = true;
        add_variable(m, n, a, in);
    }
    if (v->count + in->columns > MODEL_COLUMNS) model_fault(m, "too many columns");
    for (size_t look = 0; look <= v->count; look++) {
        join(&scope, &n->schema, in);
        for (size_t k = 0; k < v->count; k++) settle(m, n, k, &scope);
    }
    v->goes_on = model_argument(call, "while", NAMED_ONLY);
    if (v->goes_on) model_type_expression(m, v->goes_on, &scope, true);
}

/* The states and the element, as expressions see them. */
static struct row scope_row(const struct node *n, const struct row *in)
{
    const struct variables *v = n->variables;
    struct row scope = {0};
    memcpy(scope.column, v->state, v->count * sizeof scope.column[0]);
    if (in)
        memcpy(scope.column + v->count, in->column,
               (MODEL_COLUMNS - v->count) * sizeof scope.column[0]);
    return scope;
}

/* False: division by zero. */
static bool begin(struct node *n, const struct row *in)
{
    struct variables *v = n->variables;
    for (size_t k = 0; k < v->count; k++) {
        if (!model_evaluate(&v->state[k], v->start[k], in, n->position)) return false;
        v->state[k] = model_cast(v->state[k], n->schema.type[k]);
    }
    return true;
}

static bool goes_on(const struct node *n, const struct row *in, bool *holds)
{
    struct value value;
    struct row scope = scope_row(n, in);
    *holds = true;
    if (!n->variables->goes_on) return true;
    if (!model_evaluate(&value, n->variables->goes_on, &scope, n->position)) return false;
    *holds = model_truth(value);
    return true;
}

static bool step(struct node *n, const struct row *in)
{
    struct variables *v = n->variables;
    struct row scope = scope_row(n, in);
    for (size_t k = 0; k < v->count; k++) {
        if (!model_evaluate(&v->state[k], v->next[k], &scope, n->position)) return false;
        v->state[k] = model_cast(v->state[k], n->schema.type[k]);
    }
    return true;
}

/* ---- loop ------------------------------------------------------------------------------------ */

static bool take_turns(struct node *n, const struct row *in, bool *reached)
{
    bool holds;
    if (!begin(n, in)) return false;
    for (int64_t turn = 0; turn < n->length; turn++) {
        if (!goes_on(n, in, &holds)) return false;
        *reached = !holds;
        if (!holds) return true;
        if (!step(n, in)) return false;
    }
    if (n->schema.columns == n->variables->count) return true;
    if (!goes_on(n, in, &holds)) return false;
    *reached = !holds;
    return true;
}

enum outcome model_loop_next(struct node *n, struct row *out, bool wanted)
{
    struct row in = {0};
    bool reached = false;
    enum outcome outcome = model_pull(n, &in, wanted);
    if (outcome != GOT_ROW) return outcome;
    out->failure = in.failure;
    if (wanted && !out->failure.status && !take_turns(n, &in, &reached))
        out->failure = model_division_by_zero(n);
    memcpy(out->column, n->variables->state, sizeof out->column);
    if (n->schema.columns > n->variables->count)
        out->column[n->variables->count] = model_boolean(reached);
    n->position++;
    return GOT_ROW;
}

struct node *model_build_loop(struct model *m, struct call *call, struct node *input)
{
    struct node *n = model_new_stage(m, input, model_loop_next);
    read_variables(m, call, n, &input->schema);
    n->length = model_count_argument(m, call, "most", NAMED_ONLY, -2);
    struct expression *reached = model_argument(call, "reached", NAMED_ONLY);
    if (reached) model_add_column(m, n, reached->name, MR_BOOL);
    return n;
}

/* ---- scan, iterate, fold --------------------------------------------------------------------- */

/* Ends before a state for which `while` does not hold. */
static enum outcome told(struct node *n, const struct row *in, struct row *out)
{
    bool holds;
    if (!goes_on(n, in, &holds)) return model_fail_division(n);
    n->ended = !holds;
    if (!holds) return GOT_END;
    memcpy(out->column, n->variables->state, sizeof out->column);
    n->position++;
    return GOT_ROW;
}

static bool begins(const struct node *n)
{
    return n->position == 0 || (n->step > 0 && n->position % n->step == 0);
}

static enum outcome running_next(struct node *n, struct row *out, bool wanted)
{
    struct row in = {0};
    (void)wanted;
    if (n->ended) return GOT_END;
    enum outcome outcome = model_pull_needed(n, &in);
    if (outcome != GOT_ROW) return outcome;
    if ((begins(n) && !begin(n, NULL)) || !step(n, &in)) return model_fail_division(n);
    return told(n, &in, out);
}

/* The next state is made of the position before its own. */
static enum outcome iterate_next(struct node *n, struct row *out, bool wanted)
{
    (void)wanted;
    if (n->ended) return GOT_END;
    if (begins(n)) {
        (void)begin(n, NULL);
    } else {
        n->position--;
        bool is_good = step(n, NULL);
        n->position++;
        if (!is_good) return model_fail_division(n);
    }
    return told(n, NULL, out);
}

enum outcome model_fold_next(struct node *n, struct row *out, bool wanted)
{
    struct row row = {0};
    enum outcome outcome;
    (void)wanted;
    if (n->begun) return GOT_END;
    n->begun = true;
    (void)begin(n, NULL);
    memcpy(out->column, n->variables->state, sizeof out->column);
    while ((outcome = running_next(n, &row, true)) == GOT_ROW) *out = row;
    return outcome == GOT_END ? GOT_ROW : outcome;
}

struct node *model_build_running(struct model *m, struct call *call, struct node *input)
{
    struct node *n = model_new_stage(m, input, running_next);
    read_variables(m, call, n, &input->schema);
    n->step = model_count_argument(m, call, "every", NAMED_ONLY, 0);
    return n;
}

struct node *model_build_fold(struct model *m, struct call *call, struct node *input)
{
    struct node *n = model_new_stage(m, input, model_fold_next);
    read_variables(m, call, n, &input->schema);
    n->step = 0;
    return n;
}

struct node *model_build_iterate(struct model *m, struct call *call)
{
    static const struct schema nothing;
    struct node *n = model_new_node(m, iterate_next);
    read_variables(m, call, n, &nothing);
    n->length = endless;
    n->step = model_count_argument(m, call, "every", NAMED_ONLY, 0);
    return n;
}
