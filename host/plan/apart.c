#include "plan/apart.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "ir/op.h"
#include "plan/cost.h"
#include "plan/kind.h"

/*     normal(1) | scan(s: 0.9*s + 0.1*x, init=0)
 *
 *     position, normal, 0.1*x       READY: need no variable
 *     0.9, 0.1                      NUMBER
 *     s, 0.9*s, the sum             WALKED
 *
 * The sum is the only walked value that reads a ready one, 0.1*x: that one is stored by the new
 * segment, and loaded by the old. */
enum class { NUMBER, READY, WALKED };

struct parting {
    struct mr_segment *s;
    uint8_t *class; /* by node */
    bool *needed;   /* by node: by the values, the predicate or a check */
    bool *stored;   /* by node: read by what stays */
    size_t stored_count;
};

static const struct ir_node *node_at(const struct parting *p, size_t n)
{
    return &p->s->body.nodes[n];
}

/* Inputs and loops are nowhere but in the new segment. */
static bool is_moved(const struct ir_node *n)
{
    return n->op == IR_LOAD || n->op == IR_END || (n->op >= IR_STATE && n->op <= IR_RESULT);
}

static enum class class_of(const struct parting *p, const struct ir_node *n) {
    if (n->op == IR_CARRY) return WALKED;
    enum class most = n->op == IR_INDEX || is_moved(n) ? READY : NUMBER;
    for (int a = 0; a < 3; a++) if (n->args[a] != IR_NONE && p->class[n->args[a]] > most)
        most = p->class[n->args[a]];
    return most;
}

/* Positions, and what is a number of them away, are made anew rather than loaded. */
static bool is_position(const struct parting *p, ir_value value)
{
    int64_t offset;
    return mr_ir_unit_stride(&p->s->body, value, &offset);
}

static void store(struct parting *p, ir_value value)
{
    if (p->class[value] != READY || p->stored[value] || is_position(p, value)) return;
    p->stored[value] = true;
    p->stored_count++;
}

static void store_roots(struct parting *p)
{
    struct mr_segment *s = p->s;
    for (size_t c = 0; c < s->value_count; c++) store(p, s->values[c]);
    for (size_t c = 0; c < s->carried_count; c++) store(p, s->carried[c]);
    if (s->keep != IR_NONE) store(p, s->keep);
}

static void classify(struct parting *p)
{
    for (size_t n = 0; n < p->s->body.count; n++) p->class[n] = (uint8_t)class_of(p, node_at(p, n));
    mr_segment_find_needed(p->s, p->needed);
    store_roots(p);
    for (size_t n = 0; n < p->s->body.count; n++)
        for (int a = 0; a < 3 && p->needed[n] && p->class[n] == WALKED; a++)
            if (node_at(p, n)->args[a] != IR_NONE) store(p, node_at(p, n)->args[a]);
}

/* CPUs divide no vectors of integers. */
static unsigned cost_of(const struct ir_body *b, const struct ir_node *n)
{
    enum { DIVISION = 8 };
    bool divides = (n->op == IR_DIV || n->op == IR_REM) && mr_dtype_is_integer(n->dtype);
    return divides ? DIVISION : mr_cost_of_node(b, n);
}

/* What the lane that walks computes itself costs at most so much: it has time while it waits for
 * the step before. Under PoCL, of f64 on Zen 4, to set BELOW apart takes 1.35x the CPU time for two
 * operations, 1.08x for 20, 0.75x for a division and a root, 0.2x for a function. To take what is
 * ABOVE along takes 0.75x for two operations or a division, 0.95x for 12, 1.05x for 14, 1.2x for 18
 * where a step is one product. */
enum { BELOW = 18, ABOVE = 12 };

bool mr_walks_cheaply(const struct ir_body *b, size_t first)
{
    unsigned cost = 0;
    for (size_t n = first; n < b->count; n++) cost += cost_of(b, &b->nodes[n]);
    return cost <= ABOVE;
}

static bool is_worth(const struct parting *p)
{
    unsigned cost = 0;
    for (size_t n = 0; n < p->s->body.count; n++)
        if (p->needed[n] && p->class[n] == READY) cost += cost_of(&p->s->body, node_at(p, n));
    return cost > BELOW && p->stored_count <= MR_MAX_COLUMNS;
}

/* ---- the new segment ---- */

static mr_status copy_body(struct ir_body *out, const struct ir_body *b, mr_error *err)
{
    *out = (struct ir_body){.count = b->count, .capacity = b->count};
    out->nodes = mr_alloc(b->count, sizeof *out->nodes);
    out->checks = mr_alloc(b->check_count, sizeof *out->checks);
    out->check_capacity = b->check_count;
    if (!out->nodes || !out->checks) return mr_fail_no_memory(err, "the plan");
    memcpy(out->nodes, b->nodes, b->count * sizeof *b->nodes);
    return MR_OK;
}

/* Whose variables the segment has. */
static const struct mr_seq *state_of(const struct mr_segment *s)
{
    return s->state ? s->state : s->seq;
}

/* normal_scan_map is normal, then scan_map. */
static void part_names(struct mr_segment *out, struct mr_segment *s)
{
    const char *own = state_of(s)->op->name;
    char *last = NULL;
    for (char *at = s->name; (at = strchr(at, '_')); at++)
        if (strncmp(at + 1, own, strlen(own)) == 0) last = at;
    size_t length = last ? (size_t)(last - s->name) : strlen(s->name);
    (void)snprintf(out->name, sizeof out->name, "%.*s", (int)length, s->name);
    if (last) memmove(s->name, last + 1, strlen(last));
}

static void add_column(struct mr_segment *out, ir_value value)
{
    struct mr_column *column = &out->columns[out->column_count];
    *column = (struct mr_column){.dtype = mr_ir_dtype(&out->body, value)};
    (void)snprintf(column->name, sizeof column->name, "x%zu", out->column_count);
    out->stored[out->column_count] = column->dtype;
    out->column_numbers[out->column_count] = (uint8_t)out->column_count;
    out->values[out->column_count++] = value;
}

static mr_status fill_apart(struct mr_segment *out, const struct parting *p, mr_error *err)
{
    const struct mr_segment *s = p->s;
    const struct mr_seq *seq = state_of(s);
    *out = (struct mr_segment){.kind = mr_kind_of(s->kind)->apart,
                               .seq = seq,
                               .reason = "dear, and needs no variable of the state",
                               .keep = IR_NONE,
                               .domain = s->domain,
                               .length = s->domain,
                               .access = seq->input_count ? seq->inputs[0]->access : MR_FROM_ANY,
                               .is_live = s->is_live,
                               .extent = INT64_MAX,
                               .view_count = s->view_count};
    memcpy(out->views, s->views, sizeof out->views);
    MR_TRY(copy_body(&out->body, &s->body, err));
    for (size_t n = 0; n < s->body.count; n++)
        if (p->stored[n]) add_column(out, (ir_value)n);
    out->value_count = out->stored_count = out->column_count;
    for (size_t k = 0; k < s->body.check_count; k++)
        if (p->class[s->body.checks[k].bad] != WALKED)
            out->body.checks[out->body.check_count++] = s->body.checks[k];
    return MR_OK;
}

/* ---- what stays ---- */

static void load(struct ir_node *n, size_t column)
{
    /* The position is the first that a segment's body has (mr_segment_fuse()). */
    *n = (struct ir_node){.op = IR_LOAD,
                          .dtype = n->dtype,
                          .args = {0, IR_NONE, IR_NONE},
                          .column = (uint16_t)column};
}

/* Nothing that stays reads it. */
static void forget(struct ir_node *n)
{
    *n = (struct ir_node){.op = IR_CONST, .dtype = n->dtype, .args = {IR_NONE, IR_NONE, IR_NONE}};
}

static void keep_checks(struct parting *p)
{
    struct ir_body *b = &p->s->body;
    size_t count = b->check_count;
    b->check_count = 0;
    for (size_t k = 0; k < count; k++)
        if (p->class[b->checks[k].bad] == WALKED) b->checks[b->check_count++] = b->checks[k];
}

static void read_apart(struct parting *p, struct mr_segment *apart)
{
    struct ir_body *b = &p->s->body;
    size_t column = 0;
    keep_checks(p);
    for (size_t n = 0; n < b->count; n++) {
        struct ir_node *node = &b->nodes[n];
        if (p->stored[n])
            load(node, column++);
        else if (is_moved(node))
            forget(node);
    }
    p->s->view_count = 1;
    p->s->views[0] = (struct mr_view){.segment = apart, .seq = state_of(p->s)};
}

static mr_status part(struct mr_segment **out, struct parting *p, mr_error *err)
{
    classify(p);
    if (!is_worth(p)) return MR_OK;
    *out = mr_alloc(1, sizeof **out);
    if (!*out) return mr_fail_no_memory(err, "the plan");
    MR_TRY(fill_apart(*out, p, err));
    read_apart(p, *out);
    part_names(*out, p->s);
    return MR_OK;
}

mr_status mr_segment_set_apart(struct mr_segment **out, struct mr_segment *s, mr_error *err)
{
    size_t count = s->body.count;
    unsigned char *scratch = mr_alloc(3 * count, 1);
    *out = NULL;
    if (!scratch) return mr_fail_no_memory(err, "the plan");
    struct parting p = {.s = s,
                        .class = scratch,
                        .needed = (bool *)(scratch + count),
                        .stored = (bool *)(scratch + 2 * count)};
    mr_status st = part(out, &p, err);
    mr_free(scratch);
    return st;
}
