/* Stages that look at one element, and how stages are built. */
#include <stdio.h>
#include <string.h>

#include "model_parts.h"

/* ---- stages that look at one element --------------------------------------------------------- */

enum outcome model_pull(struct node *n, struct row *out, bool wanted)
{
    out->failure = (struct failure){0};
    return model_ask(n->input[0], out, wanted);
}

/* By who cannot go on without the element. */
enum outcome model_pull_needed(struct node *n, struct row *out)
{
    enum outcome outcome = model_pull(n, out, true);
    if (outcome != GOT_ROW || !out->failure.status) return outcome;
    *n->failure = out->failure;
    return GOT_FAILURE;
}

enum outcome model_map_next(struct node *n, struct row *out, bool wanted)
{
    struct row in = {0};
    enum outcome outcome = model_pull(n, &in, wanted);
    if (outcome != GOT_ROW) return outcome;
    out->failure = in.failure;
    for (size_t k = 0; wanted && !out->failure.status && k < n->expressions; k++)
        if (!model_evaluate(&out->column[k], n->expression[k], &in, n->position))
            out->failure = model_division_by_zero(n);
    n->position++;
    return GOT_ROW;
}

enum outcome model_filter_next(struct node *n, struct row *out, bool wanted)
{
    (void)wanted;
    for (;;) {
        struct value keeps;
        enum outcome outcome = model_pull_needed(n, out);
        if (outcome != GOT_ROW) return outcome;
        if (!model_evaluate(&keeps, n->expression[0], out, n->position))
            return model_fail_division(n);
        n->position++;
        if (model_truth(keeps)) return GOT_ROW;
        if (n->is_mask) return GOT_HOLE;
    }
}

enum outcome model_enumerate_next(struct node *n, struct row *out, bool wanted)
{
    struct row in = {0};
    enum outcome outcome = model_pull(n, &in, wanted);
    if (outcome != GOT_ROW) return outcome;
    out->failure = in.failure;
    out->column[0] = model_integer(MR_I64, n->start.u + (uint64_t)n->position++);
    for (size_t c = 0; c + 1 < n->schema.columns; c++) out->column[c + 1] = in.column[c];
    return GOT_ROW;
}

/* Passes over up to `count` elements that nobody wants; tells how many there were. */
static int64_t pass_over(struct node *n, int64_t count)
{
    if (n->next == model_source_next) {
        int64_t left = n->length == endless ? count : n->length - n->position;
        if (left < count) count = left;
    } else if (n->next == model_map_next || n->next == model_enumerate_next) {
        count = pass_over(n->input[0], count);
    } else if (n->next == model_slice_next && n->step == 1 && n->first <= n->position) {
        if (n->stop != endless && n->stop - n->position < count) count = n->stop - n->position;
        count = pass_over(n->input[0], count > 0 ? count : 0);
    } else {
        return 0;
    }
    n->position += count;
    return count;
}

/* take, skip and slice: elements first, first + step, … below stop. Never pulls one too many. With
 * a step over what is read in order all that it gives are made in turn. */
enum outcome model_slice_next(struct node *n, struct row *out, bool wanted)
{
    bool in_turn = n->step > 1 && !n->anywhere;
    wide chosen = n->first;
    if (n->position > n->first)
        chosen += ((wide)n->position - n->first + n->step - 1) / n->step * n->step;
    if (n->stop != endless && chosen >= n->stop) return GOT_END;
    n->position += pass_over(n->input[0], (int64_t)(chosen - n->position));
    for (;;) {
        bool is_chosen = n->position == chosen;
        enum outcome outcome = is_chosen && in_turn ? model_pull_needed(n, out)
                                                    : model_pull(n, out, is_chosen && wanted);
        if (outcome != GOT_ROW) return outcome;
        n->position++;
        if (is_chosen) return GOT_ROW;
    }
}

static enum outcome take_while_next(struct node *n, struct row *out, bool wanted)
{
    struct value holds;
    (void)wanted;
    if (n->ended) return GOT_END;
    enum outcome outcome = model_pull_needed(n, out);
    if (outcome != GOT_ROW) return outcome;
    if (!model_evaluate(&holds, n->expression[0], out, n->position)) return model_fail_division(n);
    n->position++;
    n->ended = !model_truth(holds);
    return n->ended ? GOT_END : GOT_ROW;
}

static enum outcome drop_while_next(struct node *n, struct row *out, bool wanted)
{
    (void)wanted;
    while (!n->ended) {
        struct value holds;
        enum outcome outcome = model_pull_needed(n, out);
        if (outcome != GOT_ROW) return outcome;
        if (!model_evaluate(&holds, n->expression[0], out, n->position))
            return model_fail_division(n);
        n->position++;
        n->ended = !model_truth(holds);
        if (n->ended) return GOT_ROW;
    }
    return model_pull_needed(n, out);
}

/* ---- building stages and terminals ----------------------------------------------------------- */

/* The label; else the name of a column that stands alone, unless that says a place. */
static const char *named(const struct argument *a)
{
    const struct expression *e = a->expression;
    if (a->is_label) return a->name;
    if (e->form != NAME || e->column < 0) return "";
    return e->name[0] == 'x' && strspn(e->name + 1, "0123456789") == strlen(e->name + 1) ? ""
                                                                                         : e->name;
}

/* Of columns that stand alone only one can keep a name. */
static const char *name_in_map(const struct call *call, unsigned k, char numbered[NAME_BYTES])
{
    const char *own = named(&call->argument[k]);
    bool keeps = *own;
    for (unsigned j = 0; j < call->arguments && !call->argument[k].is_label; j++)
        if (j != k && strcmp(named(&call->argument[j]), own) == 0) keeps = false;
    (void)snprintf(numbered, NAME_BYTES, call->arguments > 1 ? "x%u" : "x", k);
    return keeps ? own : numbered;
}

static struct node *build_map(struct model *m, struct call *call, struct node *input)
{
    struct node *n = model_new_stage(m, input, model_map_next);
    n->schema.columns = 0;
    for (unsigned k = 0; k < call->arguments; k++) {
        struct argument *a = &call->argument[k];
        if (!a->is_label && a->name[0]) model_fault(m, "map: no parameter %s", a->name);
        if (k == MODEL_COLUMNS) model_fault(m, "too many columns");
        a->used = true;
        model_type_expression(m, a->expression, &input->schema, true);
        n->expression[n->expressions++] = a->expression;
    }
    if (n->expressions == 0) model_fault(m, "map: no expression");
    for (unsigned k = 0; k < call->arguments; k++) {
        char numbered[NAME_BYTES];
        model_add_column(m, n, name_in_map(call, k, numbered), n->expression[k]->type);
    }
    model_keep_in_sight(m, n);
    return n;
}

static struct node *build_predicate(struct model *m, struct call *call, struct node *input)
{
    struct node *n = model_new_stage(m, input, NULL);
    n->expression[0] = model_argument(call, "expr", 0);
    if (!n->expression[0]) model_fault(m, "%s: no expression", call->name);
    n->expressions = 1;
    model_type_expression(m, n->expression[0], &input->schema, true);
    model_keep_in_sight(m, n);
    return n;
}

static struct node *build_filter(struct model *m, struct call *call, struct node *input)
{
    struct node *n = build_predicate(m, call, input);
    n->next = model_filter_next;
    return n;
}

static struct node *build_take_while(struct model *m, struct call *call, struct node *input)
{
    struct node *n = build_predicate(m, call, input);
    n->next = take_while_next;
    return n;
}

static struct node *build_drop_while(struct model *m, struct call *call, struct node *input)
{
    struct node *n = build_predicate(m, call, input);
    n->next = drop_while_next;
    return n;
}

static struct node *build_enumerate(struct model *m, struct call *call, struct node *input)
{
    struct node *n = model_new_stage(m, input, model_enumerate_next);
    n->start = model_scalar_argument(m, call, "start", 0, MR_I64, 0);
    n->schema.columns = 0;
    model_add_column(m, n, "n", MR_I64);
    for (size_t c = 0; c < input->schema.columns; c++)
        model_add_column(m, n, input->schema.name[c], input->schema.type[c]);
    return n;
}

static struct node *build_take(struct model *m, struct call *call, struct node *input)
{
    struct node *n = model_new_stage(m, input, model_slice_next);
    n->stop = model_count_argument(m, call, "n", 0, -2);
    return n;
}

static struct node *build_skip(struct model *m, struct call *call, struct node *input)
{
    struct node *n = model_new_stage(m, input, model_slice_next);
    n->first = model_count_argument(m, call, "n", 0, -2);
    return n;
}

static struct node *build_slice(struct model *m, struct call *call, struct node *input)
{
    struct node *n = model_new_stage(m, input, model_slice_next);
    n->first = model_count_argument(m, call, "start", 0, -2);
    n->stop = model_count_argument(m, call, "stop", 1, -2);
    n->step = model_count_argument(m, call, "step", 2, 1);
    if (n->step < 1) model_fault(m, "slice: step must be positive");
    return n;
}

static const struct {
    const char *name;
    struct node *(*build)(struct model *m, struct call *call, struct node *input);
} stages[] = {
    {"map", build_map},
    {"filter", build_filter},
    {"enumerate", build_enumerate},
    {"take", build_take},
    {"skip", build_skip},
    {"slice", build_slice},
    {"scan", model_build_scan},
    {"window", model_build_window},
    {"diff", model_build_diff},
    {"dedup", model_build_dedup},
    {"run_length", model_build_run_length},
    {"take_while", build_take_while},
    {"drop_while", build_drop_while},
    {"chunk", model_build_chunk},
    {"loop", model_build_loop},
    {"fold", model_build_fold},
};

/* Their elements are made in turn, though a count does not look at them. */
static void begin_windows(struct node *n)
{
    n->begun = true;
    for (size_t k = 0; k < n->inputs; k++) begin_windows(n->input[k]);
}

struct node *model_build_stage(struct model *m, struct call *call, struct node *input)
{
    for (size_t k = 0; k < sizeof stages / sizeof stages[0]; k++) {
        if (strcmp(stages[k].name, call->name) != 0) continue;
        struct node *n = stages[k].build(m, call, input);
        n->anywhere = model_goes_anywhere(n);
        n->most = model_most_elements(n);
        return n;
    }
    if (model_find_aggregate(call->name) == AGGREGATES) model_fault(m, "no stage %s", call->name);
    struct node *n = model_build_terminal(m, call, input);
    n->most = endless; /* of an empty one too a value is made */
    if (n->reduction[0]->op == COUNT) begin_windows(input);
    return n;
}
