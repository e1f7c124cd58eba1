#include "emit/position.h"

#include <inttypes.h>
#include <math.h>

#include "emit/residue.h"
#include "ir/op.h"

static const struct ir_node *node_of(const struct mr_emitter *e, ir_value value)
{
    return &e->segment->body.nodes[value];
}

/* Written out for lane 0, a value that is used twice is written twice. */
enum { MOST_WRITTEN = 32, UNWRITABLE = 255 };

void mr_measure_positions(struct mr_emitter *e)
{
    for (size_t k = 0; k < e->segment->body.count; k++) {
        unsigned written = 1;
        for (int a = 0; a < 3; a++) {
            ir_value operand = e->segment->body.nodes[k].args[a];
            written += operand == IR_NONE ? 0 : e->written[operand];
        }
        e->written[k] = (uint8_t)(written > MOST_WRITTEN ? UNWRITABLE : written);
    }
}

/* Of a 64-bit integer in the position: 0, made of numbers alone; 1, a number of positions plus one;
 * and so on. */
enum { NO_POLYNOMIAL = -1, MOST_DEGREE = 3 };

static int degree_of(const struct mr_emitter *e, ir_value value)
{
    const struct ir_node *n = node_of(e, value);
    if (n->op == IR_INDEX) return 1;
    if (!mr_dtype_is_integer(n->dtype) || e->written[value] == UNWRITABLE) return NO_POLYNOMIAL;
    if (n->op == IR_CONST || n->op == IR_PARAM) return 0;
    if (mr_dtype_size(n->dtype) != 8) return NO_POLYNOMIAL;
    if (n->op == IR_CAST) return degree_of(e, n->args[0]);
    if (n->op != IR_ADD && n->op != IR_SUB && n->op != IR_MUL) return NO_POLYNOMIAL;
    int a = degree_of(e, n->args[0]), b = degree_of(e, n->args[1]);
    if (a == NO_POLYNOMIAL || b == NO_POLYNOMIAL) return NO_POLYNOMIAL;
    int degree = n->op == IR_MUL ? a + b : a > b ? a : b;
    return degree > MOST_DEGREE ? NO_POLYNOMIAL : degree;
}

struct line {
    double slope, start; /* value = start + slope * i */
};

/* Of a value of degree 0 or 1; false when a part of it may reach 2^53, and f64 round it. */
static bool find_line(const struct mr_emitter *e, ir_value value, struct line *out)
{
    const struct ir_node *n = node_of(e, value);
    const double most =
        (double)mr_length_positions(e->segment->domain) + e->segment->reach + 16.0 * MR_LEAF;
    struct line a = {1, 0}, b = {0, 0};
    if (n->op == IR_CONST || n->op == IR_PARAM)
        a = (struct line){0,
                          mr_dtype_is_signed(n->dtype) ? (double)n->imm.i64 : (double)n->imm.u64};
    else if (n->op != IR_INDEX && !find_line(e, n->args[0], &a))
        return false;
    if (n->args[1] != IR_NONE && !find_line(e, n->args[1], &b)) return false;
    *out = a;
    if (n->op == IR_ADD) *out = (struct line){a.slope + b.slope, a.start + b.start};
    if (n->op == IR_SUB) *out = (struct line){a.slope - b.slope, a.start - b.start};
    if (n->op == IR_MUL)
        *out = (struct line){a.slope * b.start + b.slope * a.start, a.start * b.start};
    return fabs(out->start) + fabs(out->slope) * most < 0x1p53;
}

/* A line below 0 is one of u64 near 2^64. */
static bool is_in_dtype(const struct mr_emitter *e, ir_value value, const struct line *line)
{
    const double last = (double)mr_length_positions(e->segment->domain) - 1 + e->segment->reach;
    return mr_dtype_is_signed(node_of(e, value)->dtype) ||
           (line->start >= 0 && line->start + line->slope * last >= 0);
}

bool mr_is_exact_f64(const struct mr_emitter *e, ir_value value)
{
    struct line line;
    return e->segment->domain.kind != MR_LENGTH_ENDLESS && degree_of(e, value) == 1 &&
           find_line(e, value, &line) && is_in_dtype(e, value, &line);
}

bool mr_is_linear_product(const struct mr_emitter *e, const struct ir_node *n)
{
    return n->op == IR_MUL && degree_of(e, (ir_value)(n - e->segment->body.nodes)) == 1;
}

void mr_emit_at_lane_0(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct ir_node *n = node_of(e, value);
    static const char signs[IR_OP_COUNT] = {[IR_ADD] = '+', [IR_SUB] = '-', [IR_MUL] = '*'};
    if (n->op == IR_INDEX) {
        mr_strbuf_add(out, e->lane_0);
    } else if (n->op == IR_CAST) {
        mr_emit_at_lane_0(e, out, n->args[0]);
    } else if (n->op == IR_CONST || n->op == IR_PARAM) {
        mr_strbuf_add(out, "(ulong)");
        mr_emit_scalar(e, out, value);
    } else {
        mr_strbuf_add(out, "(");
        mr_emit_at_lane_0(e, out, n->args[0]);
        mr_strbuf_addf(out, " %c ", signs[n->op]);
        mr_emit_at_lane_0(e, out, n->args[1]);
        mr_strbuf_add(out, ")");
    }
}

void mr_emit_slope(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    const struct ir_node *n = node_of(e, value);
    if (n->op == IR_INDEX || degree_of(e, value) == 0) {
        mr_strbuf_add(out, n->op == IR_INDEX ? "1ul" : "0ul");
    } else if (n->op == IR_CAST) {
        mr_emit_slope(e, out, n->args[0]);
    } else if (n->op == IR_MUL) {
        int linear = degree_of(e, n->args[0]) == 1 ? 0 : 1;
        mr_strbuf_add(out, "(");
        mr_emit_slope(e, out, n->args[linear]);
        mr_strbuf_add(out, " * ");
        mr_emit_at_lane_0(e, out, n->args[1 - linear]);
        mr_strbuf_add(out, ")");
    } else if (degree_of(e, n->args[1]) == 0) {
        mr_emit_slope(e, out, n->args[0]);
    } else {
        mr_strbuf_add(out, "(");
        mr_emit_slope(e, out, n->args[0]);
        mr_strbuf_add(out, n->op == IR_SUB ? " - " : " + ");
        mr_emit_slope(e, out, n->args[1]);
        mr_strbuf_add(out, ")");
    }
}

/* ---- polynomials by their differences ---- */

bool mr_walks_polynomial(const struct mr_emitter *e, ir_value value)
{
    const struct mr_segment *s = e->segment;
    bool walks =
        s->kind == MR_KIND_CHUNK ||
        (s->kind == MR_KIND_REDUCE && s->aggregate != MR_HIST && !mr_is_exact(s->aggregate));
    return walks && node_of(e, value)->op != IR_CAST && degree_of(e, value) >= 2;
}

/* The polynomial that a value is had by: its own, or that of a remainder's comparison; its degree,
 * or 0 if there is none. */
static int find_polynomial(const struct mr_emitter *e, ir_value value, ir_value *out)
{
    struct mr_residue residue;
    *out = mr_find_residue(e, value, &residue) ? residue.x : value;
    return mr_walks_polynomial(e, *out) ? degree_of(e, *out) : 0;
}

void mr_emit_differences(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    static const char *const places[MOST_DEGREE + 1] = {"POSITIONS(start)", "POSITIONS(start + W)",
                                                        "POSITIONS(start + 2 * W)",
                                                        "POSITIONS(start + 3 * W)"};
    const char *lane_0 = e->lane_0;
    ir_value polynomial;
    int degree = find_polynomial(e, value, &polynomial);
    for (int k = 0; k <= degree && degree; k++) {
        e->lane_0 = places[k];
        mr_strbuf_addf(out, "    vu64 d%d_%d = ", value, k);
        mr_emit_at_lane_0(e, out, polynomial);
        if (polynomial != value)
            mr_strbuf_addf(out, " * %" PRIu64 "ul - first%d", mr_residue_inverse(e, value), value);
        mr_strbuf_add(out, ";\n");
    }
    e->lane_0 = lane_0;
    for (int k = 1; k <= degree; k++)
        for (int j = degree; j >= k; j--)
            mr_strbuf_addf(out, "    d%d_%d -= d%d_%d;\n", value, j, value, j - 1);
}

void mr_emit_next(struct mr_emitter *e, struct mr_strbuf *out, const char *indent, ir_value value)
{
    ir_value polynomial;
    int degree = find_polynomial(e, value, &polynomial);
    for (int k = 0; k < degree; k++)
        mr_strbuf_addf(out, "%sd%d_%d += d%d_%d;\n", indent, value, k, value, k + 1);
}

void mr_emit_polynomial(struct mr_emitter *e, struct mr_strbuf *out, ir_value value)
{
    bool is_signed = mr_dtype_is_signed(node_of(e, value)->dtype);
    mr_strbuf_addf(out, is_signed ? "AS_I64(d%d_0)" : "d%d_0", value);
}
