#include "model.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "model_parts.h"

/* ---- the model's state ----------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3), noreturn)) void model_fault(struct model *m,
                                                                 const char *format, ...)
{
    char why[150];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(why, sizeof why, format, list);
    va_end(list);
    (void)snprintf(m->result->message, sizeof m->result->message, "%s (before column %zu)", why,
                   (size_t)(m->at - m->text) + 1);
    longjmp(m->fault, 1);
}

/* Zeroed memory that lives as long as the model. */
void *model_keep(struct model *m, size_t count, size_t size)
{
    struct block *block = mr_alloc(1, sizeof *block + count * size);
    if (!block) model_fault(m, "out of memory");
    block->next = m->blocks;
    m->blocks = block;
    return block + 1;
}

/* ---- nodes: what a pipeline is made of ------------------------------------------------------- */

enum outcome model_fail(struct node *n, const char *status, int64_t at, const char *what)
{
    *n->failure = (struct failure){.status = status, .what = what, .at = at};
    return GOT_FAILURE;
}

struct failure model_met;

struct failure model_division_by_zero(const struct node *n)
{
    struct failure met = model_met;
    model_met = (struct failure){0};
    if (met.status) return met;
    return (struct failure){"division-by-zero", "division by zero", n->position};
}

enum outcome model_fail_division(struct node *n)
{
    *n->failure = model_division_by_zero(n);
    return GOT_FAILURE;
}

struct node *model_new_node(struct model *m,
                            enum outcome (*next)(struct node *, struct row *, bool))
{
    struct node *n = model_keep(m, 1, sizeof *n);
    n->next = next;
    n->failure = &m->failure;
    n->length = endless;
    n->stop = endless;
    n->step = 1;
    return n;
}

void model_add_column(struct model *m, struct node *n, const char *name, mr_dtype type)
{
    if (n->schema.columns == MODEL_COLUMNS) model_fault(m, "too many columns");
    for (size_t c = 0; c < n->schema.columns; c++)
        if (strcmp(n->schema.name[c], name) == 0) model_fault(m, "two columns %s", name);
    (void)snprintf(n->schema.name[n->schema.columns], NAME_BYTES, "%s", name);
    n->schema.type[n->schema.columns++] = type;
}

struct node *model_new_stage(struct model *m, struct node *input,
                             enum outcome (*next)(struct node *, struct row *, bool))
{
    struct node *n = model_new_node(m, next);
    n->schema = input->schema;
    n->input[0] = input;
    n->inputs = 1;
    return n;
}

/* Whether an element can be had without those before: sources, and stages made of such. */
bool model_goes_anywhere(const struct node *n)
{
    bool can = n->next == model_source_next || n->next == model_zip_next ||
               n->next == model_chain_next || n->next == model_map_next ||
               n->next == model_enumerate_next || n->next == model_slice_next ||
               n->next == model_diff_next || n->next == model_loop_next;
    for (size_t k = 0; k < n->inputs; k++) can = can && n->input[k]->anywhere;
    return can;
}

static int64_t least(int64_t a, int64_t b)
{
    return a == endless || (b != endless && b < a) ? b : a;
}

static int64_t most_of_slice(const struct node *n, int64_t most)
{
    most = least(most, n->stop);
    if (most == endless) return endless;
    return most > n->first ? (most - n->first - 1) / n->step + 1 : 0;
}

/* Bounds from descriptions alone. */
int64_t model_most_elements(const struct node *n)
{
    int64_t most = n->inputs ? n->input[0]->most : n->length, sum = 0;
    for (size_t k = 0; k < n->inputs; k++) {
        int64_t other = n->input[k]->most;
        if (n->next == model_zip_next) most = least(most, other);
        sum = sum == endless || other == endless ? endless : sum + other;
    }
    if (n->next == model_fold_next) return 1;
    if (n->next == model_chain_next) return sum;
    if (n->next == model_slice_next) return most_of_slice(n, most);
    if (most == endless) return endless;
    int64_t around = n->next == model_window_next ? n->length - 1 : n->next == model_diff_next;
    if (n->next == model_chunk_next) return most ? (most - 1) / n->length + 1 : 0;
    return most > around ? most - around : 0;
}

struct node *model_parse_pipeline(struct model *m)
{
    struct call call;
    model_parse_operator(m, &call);
    struct node *n = model_build_source(m, &call);
    model_all_arguments_used(m, &call);
    while (model_accept(m, "|")) {
        if (n->next == model_terminal_next) model_fault(m, "a terminal must be last");
        model_parse_operator(m, &call);
        n = model_build_stage(m, &call, n);
        model_all_arguments_used(m, &call);
    }
    return n;
}

/* ---- running --------------------------------------------------------------------------------- */

static void store(void *data, size_t at, struct value v)
{
    float narrow = (float)v.f;
    switch (v.type) {
    case MR_BOOL: ((uint8_t *)data)[at] = v.u != 0; break;
    case MR_I32: ((int32_t *)data)[at] = (int32_t)v.u; break;
    case MR_U32: ((uint32_t *)data)[at] = (uint32_t)v.u; break;
    case MR_I64: ((int64_t *)data)[at] = (int64_t)v.u; break;
    case MR_U64: ((uint64_t *)data)[at] = v.u; break;
    case MR_F32: ((float *)data)[at] = narrow; break;
    default: ((double *)data)[at] = v.f; break;
    }
}

static bool grow(struct model_result *result, size_t capacity)
{
    for (size_t c = 0; c < result->columns; c++) {
        struct model_column *column = &result->column[c];
        size_t size = column->dtype == MR_BOOL ? 1 : model_width_of(column->dtype) / 8;
        void *grown = mr_resize(column->data, capacity, size);
        if (!grown) return false;
        column->data = grown;
    }
    return true;
}

static bool collect(struct node *n, struct model_result *result, size_t max_elements)
{
    size_t capacity = 0;
    result->columns = n->schema.columns;
    for (size_t c = 0; c < result->columns; c++) {
        memcpy(result->column[c].name, n->schema.name[c], NAME_BYTES);
        result->column[c].dtype = n->schema.type[c];
    }
    for (size_t len = 0; len < max_elements; len++) {
        struct row row = {0};
        if (len == capacity) {
            capacity = capacity ? capacity * 2 : 64;
            if (!grow(result, capacity)) return false;
        }
        if (model_ask(n, &row, true) != GOT_ROW) break;
        if (row.failure.status) *n->failure = row.failure;
        if (row.failure.status) break;
        for (size_t c = 0; c < result->columns; c++) {
            store(result->column[c].data, len, row.column[c]);
            result->column[c].len = len + 1;
        }
    }
    return true;
}

static void report(struct model_result *result, const struct failure *failure)
{
    result->failed_at = -1;
    if (!failure->status) return;
    result->failed = true;
    result->failed_at = failure->at;
    (void)snprintf(result->failure, sizeof result->failure, "%s", failure->status);
    (void)snprintf(result->message, sizeof result->message, "%s", failure->what);
}

bool model_run(struct model_result *out, const char *pipeline, size_t max_elements)
{
    struct model m = {.text = pipeline, .at = pipeline, .result = out};
    memset(out, 0, sizeof *out);
    bool understood = setjmp(m.fault) == 0;
    if (understood) {
        struct node *n = model_parse_pipeline(&m);
        model_skip_space(&m);
        if (*m.at) model_fault(&m, "end of text expected");
        if (!collect(n, out, max_elements)) model_fault(&m, "out of memory");
        report(out, &m.failure);
    }
    while (m.blocks) {
        struct block *next = m.blocks->next;
        mr_free(m.blocks);
        m.blocks = next;
    }
    return understood;
}
