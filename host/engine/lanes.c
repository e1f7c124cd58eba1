#include "engine/lanes.h"

#include <string.h>

#include "base/memory.h"
#include "engine/lane_loops.h"

enum {
    REGISTER_BYTES = 8 * MR_LEAF,
    KEPT_CONSTANTS = 64, /* that own a register; further ones are written anew in each run */
    NO_REGISTER = -1
};

/* One step of a run. Registers are numbered; `in` are those of the operands. */
struct step {
    void (*act)(struct mr_lanes *lanes, const struct step *step);
    mr_lane_loop loop;
    int32_t out, in[3];
    size_t size;    /* loads: bytes of an element */
    int64_t offset; /* consecutive loads: element minus position */
    uint16_t input, column;
    size_t check;
    const struct mr_seq *blame;
    mr_dtype dtype; /* constants */
    mr_scalar imm;
    const void *words;
};

struct mr_lanes {
    struct step *steps;
    size_t step_count, kept_count; /* the first `kept_count` have been done for good */
    int32_t *registers;            /* of each node of the body */
    unsigned char *storage;
    const void **at; /* where each register's lanes are: its storage, or what was loaded */
    size_t register_count;
    size_t bytes;
    const struct mr_seq *ignored;

    /* Of the run at hand: */
    int64_t first;
    size_t count, lanes; /* asked for; rounded up to whole steps */
    const struct mr_lanes_input *inputs;
    size_t failed, failed_check;
};

static void *own_register(struct mr_lanes *l, int32_t number)
{
    return l->storage + (size_t)number * REGISTER_BYTES;
}

/* ---- what steps do ---- */

static void act_compute(struct mr_lanes *l, const struct step *s)
{
    const void *in[3] = {NULL, NULL, NULL};
    for (int k = 0; k < 3; k++)
        if (s->in[k] != NO_REGISTER) in[k] = l->at[s->in[k]];
    void *out = own_register(l, s->out);
    s->loop(out, in[0], in[1], in[2], l->lanes);
    l->at[s->out] = out;
}

static void act_constant(struct mr_lanes *l, const struct step *s)
{
    void *out = own_register(l, s->out);
    mr_lane_fill(out, s->dtype, s->imm);
    l->at[s->out] = out;
}

static void act_words(struct mr_lanes *l, const struct step *s)
{
    l->at[s->out] = s->words;
}

static void act_index(struct mr_lanes *l, const struct step *s)
{
    int64_t *out = own_register(l, s->out);
    for (size_t k = 0; k < l->lanes; k++) out[k] = (int64_t)((uint64_t)l->first + k);
    l->at[s->out] = out;
}

/* The nearest element that may be read to the one `distance` after the input's first. */
static size_t nearest(const struct mr_lanes_input *input, int64_t distance)
{
    if (distance < 0) return 0;
    return (uint64_t)distance < input->count ? (size_t)distance : input->count - 1;
}

/* Loads of consecutive elements are read where they are, if whole steps of them are there. */
static void act_stream(struct mr_lanes *l, const struct step *s)
{
    const struct mr_lanes_input *input = &l->inputs[s->input];
    const unsigned char *column = input->columns[s->column];
    uint64_t distance = (uint64_t)l->first + (uint64_t)s->offset - (uint64_t)input->first;
    unsigned char *out = own_register(l, s->out);
    l->at[s->out] = out;
    if ((int64_t)distance >= 0 && distance <= input->count) {
        size_t left = input->count - (size_t)distance;
        if (l->lanes <= left) {
            l->at[s->out] = column + (size_t)distance * s->size;
            return;
        }
        if (l->count <= left) {
            memcpy(out, column + (size_t)distance * s->size, l->count * s->size);
            return;
        }
    }
    if (!input->count) {
        memset(out, 0, l->lanes * s->size);
        return;
    }
    for (size_t k = 0; k < l->count; k++)
        memcpy(out + k * s->size, column + nearest(input, (int64_t)(distance + k)) * s->size,
               s->size);
}

#define GATHER(name, U)                                                                            \
    static void name(void *out, const void *column, const struct mr_lanes_input *input,            \
                     const int64_t *positions, size_t count)                                       \
    {                                                                                              \
        U *results = out;                                                                          \
        const U *elements = column;                                                                \
        for (size_t k = 0; k < count; k++) {                                                       \
            int64_t distance = (int64_t)((uint64_t)positions[k] - (uint64_t)input->first);         \
            results[k] = elements[nearest(input, distance)];                                       \
        }                                                                                          \
    }
GATHER(gather_1, uint8_t)
GATHER(gather_4, uint32_t)
GATHER(gather_8, uint64_t)

static void act_gather(struct mr_lanes *l, const struct step *s)
{
    const struct mr_lanes_input *input = &l->inputs[s->input];
    void *out = own_register(l, s->out);
    l->at[s->out] = out;
    if (!input->count)
        memset(out, 0, l->lanes * s->size);
    else if (s->size == 1)
        gather_1(out, input->columns[s->column], input, l->at[s->in[0]], l->count);
    else if (s->size == 4)
        gather_4(out, input->columns[s->column], input, l->at[s->in[0]], l->count);
    else
        gather_8(out, input->columns[s->column], input, l->at[s->in[0]], l->count);
}

static void act_check(struct mr_lanes *l, const struct step *s)
{
    if (l->ignored && s->blame == l->ignored) return;
    const unsigned char *bad = l->at[s->in[0]];
    const unsigned char *hit = memchr(bad, 1, l->count);
    if (!hit) return;
    size_t lane = (size_t)(hit - bad);
    if (lane > l->failed || (lane == l->failed && s->check > l->failed_check)) return;
    l->failed = lane;
    l->failed_check = s->check;
}

/* ---- from a body to steps ---- */

/* Working memory of the translation, by node. */
struct translation {
    struct mr_lanes *lanes;
    const struct ir_body *body;
    int32_t *last_use;    /* the last node that reads it; NEVER: kept; 0: not needed */
    int32_t *first_check; /* the number + 1 of the first check on it; 0: none */
    int32_t *next_check;  /* by check */
    int32_t *free_registers;
    size_t free_count;
};
enum { NEVER = INT32_MAX };

static size_t operand_count(const struct ir_body *body, const struct ir_node *node)
{
    int64_t offset;
    if (node->op == IR_LOAD && mr_ir_unit_stride(body, node->args[0], &offset)) return 0;
    size_t count = 0;
    while (count < 3 && node->args[count] != IR_NONE) count++;
    return count;
}

/* Marks what the values and checks need, and where each is read last. Operands come before those
 * that use them, so one walk backwards reaches all. */
static void find_uses(struct translation *t, const ir_value values[], size_t value_count)
{
    const struct ir_body *body = t->body;
    for (size_t k = 0; k < value_count; k++)
        if (values[k] != IR_NONE) t->last_use[values[k]] = NEVER;
    for (size_t k = body->check_count; k-- > 0;) {
        ir_value bad = body->checks[k].bad;
        t->next_check[k] = t->first_check[bad];
        t->first_check[bad] = (int32_t)k + 1;
        if (!t->last_use[bad]) t->last_use[bad] = bad + 1;
    }
    for (size_t n = body->count; n-- > 0;) {
        if (!t->last_use[n]) continue;
        const struct ir_node *node = &body->nodes[n];
        size_t count = operand_count(body, node);
        for (size_t k = 0; k < count; k++)
            if (t->last_use[node->args[k]] < (int32_t)n + 1)
                t->last_use[node->args[k]] = (int32_t)n + 1;
    }
}

static int32_t take_register(struct translation *t)
{
    if (t->free_count) return t->free_registers[--t->free_count];
    return (int32_t)t->lanes->register_count++;
}

/* Gives the registers back whose last reader is `node`. The result's own was taken before, so that
 * no loop writes over what it reads. */
static void release_operands(struct translation *t, const struct ir_node *node, size_t n)
{
    size_t count = operand_count(t->body, node);
    for (size_t k = 0; k < count; k++) {
        ir_value operand = node->args[k];
        if (t->last_use[operand] != (int32_t)n + 1) continue;
        t->last_use[operand] = 0;
        t->free_registers[t->free_count++] = t->lanes->registers[operand];
    }
}

static mr_lane_loop loop_of(const struct ir_body *body, const struct ir_node *node)
{
    mr_dtype first = body->nodes[node->args[0]].dtype;
    switch (node->op) {
    case IR_CAST: return mr_lane_cast(node->dtype, first);
    case IR_SELECT: return mr_lane_operation(IR_SELECT, node->dtype);
    case IR_CALL:
        return mr_library[node->function].form == MR_LIBRARY_LANE
                   ? mr_lane_source(node->function)
                   : mr_lane_call(node->function, first);
    default: return mr_lane_operation(node->op, first);
    }
}

static void translate_load(struct step *s, const struct ir_body *body, const struct ir_node *node)
{
    bool consecutive = mr_ir_unit_stride(body, node->args[0], &s->offset);
    s->act = consecutive ? act_stream : act_gather;
    s->size = mr_dtype_size(node->dtype);
    s->input = node->input;
    s->column = node->column;
}

static mr_status translate_node(struct translation *t, struct step *s, const struct ir_node *node,
                                mr_error *err)
{
    size_t operands = operand_count(t->body, node);
    for (size_t k = 0; k < 3; k++)
        s->in[k] = k < operands ? t->lanes->registers[node->args[k]] : NO_REGISTER;
    switch (node->op) {
    case IR_CONST:
    case IR_PARAM:
        s->act = act_constant;
        s->dtype = node->dtype;
        s->imm = node->imm;
        return MR_OK;
    case IR_WORDS:
        s->act = act_words;
        s->words = node->origin;
        return MR_OK;
    case IR_INDEX: s->act = act_index; return MR_OK;
    case IR_LOAD: translate_load(s, t->body, node); return MR_OK;
    default: break;
    }
    s->act = act_compute;
    s->loop = loop_of(t->body, node);
    if (s->loop) return MR_OK;
    return mr_fail(err, MR_E_INTERNAL, "the host engine has no %s%s%s of %s",
                   mr_ir_op_name(node->op), node->op == IR_CALL ? " of " : "",
                   node->op == IR_CALL ? mr_library[node->function].c_name : "",
                   mr_dtype_name(t->body->nodes[node->args[0]].dtype));
}

static void add_step(struct mr_lanes *l, const struct step *step)
{
    l->steps[l->step_count++] = *step;
}

/* Constants come first and are written once; the rest of a run never touches their registers. */
static void keep_constants(struct translation *t)
{
    for (size_t n = 0; n < t->body->count && t->lanes->kept_count < KEPT_CONSTANTS; n++) {
        const struct ir_node *node = &t->body->nodes[n];
        if (!t->last_use[n] || (node->op != IR_CONST && node->op != IR_PARAM)) continue;
        t->last_use[n] = NEVER;
        t->lanes->registers[n] = take_register(t);
        add_step(t->lanes, &(struct step){.act = act_constant,
                                          .dtype = node->dtype,
                                          .imm = node->imm,
                                          .out = t->lanes->registers[n],
                                          .in = {NO_REGISTER, NO_REGISTER, NO_REGISTER}});
        t->lanes->kept_count++;
    }
}

static mr_status translate(struct translation *t, mr_error *err)
{
    struct mr_lanes *l = t->lanes;
    keep_constants(t);
    for (size_t n = 0; n < t->body->count; n++) {
        const struct ir_node *node = &t->body->nodes[n];
        if (!t->last_use[n]) continue;
        if (l->registers[n] == NO_REGISTER) {
            struct step step = {.out = take_register(t)};
            l->registers[n] = step.out;
            MR_TRY(translate_node(t, &step, node, err));
            add_step(l, &step);
            release_operands(t, node, n);
        }
        for (int32_t k = t->first_check[n]; k; k = t->next_check[k - 1])
            add_step(l, &(struct step){.act = act_check,
                                       .check = (size_t)k - 1,
                                       .blame = t->body->checks[k - 1].blame,
                                       .out = NO_REGISTER,
                                       .in = {l->registers[n], NO_REGISTER, NO_REGISTER}});
        if (t->last_use[n] == (int32_t)n + 1) t->free_registers[t->free_count++] = l->registers[n];
    }
    return MR_OK;
}

/* Registers, once their number is known. */
static mr_status furnish(struct mr_lanes *l, mr_error *err)
{
    l->storage = mr_alloc(l->register_count, REGISTER_BYTES);
    l->at = mr_alloc(l->register_count, sizeof *l->at);
    if (!l->storage || !l->at) return mr_fail_no_memory(err, "lane registers");
    l->bytes += l->register_count * (REGISTER_BYTES + sizeof *l->at);
    for (size_t k = 0; k < l->kept_count; k++) l->steps[k].act(l, &l->steps[k]);
    return MR_OK;
}

static mr_status translate_body(struct mr_lanes *l, const struct ir_body *body,
                                const ir_value values[], size_t value_count, mr_error *err)
{
    size_t nodes = body->count, checks = body->check_count;
    int32_t *scratch = mr_alloc(3 * nodes + checks, sizeof *scratch);
    l->steps = mr_alloc(nodes + checks, sizeof *l->steps);
    l->registers = mr_alloc(nodes, sizeof *l->registers);
    if (!scratch || !l->steps || !l->registers) {
        mr_free(scratch);
        return mr_fail_no_memory(err, "lane registers");
    }
    l->bytes = sizeof *l + (nodes + checks) * sizeof *l->steps + nodes * sizeof *l->registers;
    for (size_t n = 0; n < nodes; n++) l->registers[n] = NO_REGISTER;
    struct translation t = {
        .lanes = l,
        .body = body,
        .last_use = scratch,
        .first_check = scratch + nodes,
        .free_registers = scratch + 2 * nodes,
        .next_check = scratch + 3 * nodes,
    };
    find_uses(&t, values, value_count);
    mr_status st = translate(&t, err);
    mr_free(scratch);
    return st;
}

mr_status mr_lanes_create(struct mr_lanes **out, const struct ir_body *body,
                          const ir_value values[], size_t value_count, mr_error *err)
{
    *out = NULL;
    MR_TRY(mr_body_status(body, err));
    struct mr_lanes *l = mr_alloc(1, sizeof *l);
    if (!l) return mr_fail_no_memory(err, "lane registers");
    l->failed = SIZE_MAX;
    mr_status st = translate_body(l, body, values, value_count, err);
    if (st == MR_OK) st = furnish(l, err);
    if (st == MR_OK)
        *out = l;
    else
        mr_lanes_destroy(&l);
    return st;
}

void mr_lanes_destroy(struct mr_lanes **lanes)
{
    if (!lanes || !*lanes) return;
    mr_free((*lanes)->steps);
    mr_free((*lanes)->registers);
    mr_free((*lanes)->storage);
    mr_free((*lanes)->at);
    mr_free(*lanes);
    *lanes = NULL;
}

size_t mr_lanes_bytes(const struct mr_lanes *lanes)
{
    return lanes->bytes;
}

void mr_lanes_ignore(struct mr_lanes *lanes, const struct mr_seq *blame)
{
    lanes->ignored = blame;
}

void mr_lanes_run(struct mr_lanes *lanes, int64_t first, size_t count,
                  const struct mr_lanes_input inputs[])
{
    lanes->first = first;
    lanes->count = count;
    lanes->lanes = mr_lane_steps(count);
    lanes->inputs = inputs;
    lanes->failed = SIZE_MAX;
    for (size_t k = lanes->kept_count; k < lanes->step_count; k++)
        lanes->steps[k].act(lanes, &lanes->steps[k]);
}

const void *mr_lanes_value(const struct mr_lanes *lanes, ir_value value)
{
    return lanes->at[lanes->registers[value]];
}

size_t mr_lanes_failed(const struct mr_lanes *lanes, size_t *check)
{
    *check = lanes->failed_check;
    return lanes->failed;
}
