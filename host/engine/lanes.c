#include "engine/lanes.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "engine/lane_act.h"

enum { HELD_CONSTANTS = 64 }; /* that own a register; further ones are written anew in each run */

/* ---- from a body to acts ---- */

/* Working memory of the translation, by node. */
struct translation {
    struct mr_lanes *lanes;
    const struct ir_body *body;
    int32_t *last_use;    /* the last node that reads it; NEVER: kept; 0: not needed */
    int32_t *first_check; /* the number + 1 of the first check on it; 0: none */
    int32_t *next_check;  /* by check */
    int32_t *free_registers;
    size_t free_count;
    ir_value *loop_of; /* by node */
};
enum { NEVER = INT32_MAX };

static size_t operand_count(const struct ir_body *body, const struct ir_node *node)
{
    int64_t offset;
    if (node->op == IR_LOAD && mr_ir_unit_stride(body, node->args[0], &offset)) return 0;
    if (node->op >= IR_STATE && node->op <= IR_RESULT) return 3;
    size_t count = 0;
    while (count < 3 && node->args[count] != IR_NONE) count++;
    return count;
}

/* Finds what the values and checks need, and where each is read last. Operands come before those
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
        /* A loop reads in each turn what it reads once. */
        int32_t reader = t->loop_of[n] == IR_NONE ? (int32_t)n + 1 : t->loop_of[n] + 1;
        size_t count = operand_count(body, node);
        for (size_t k = 0; k < count; k++)
            if (node->args[k] != IR_NONE && t->last_use[node->args[k]] < reader)
                t->last_use[node->args[k]] = reader;
    }
}

static int32_t take_register(struct translation *t)
{
    if (t->free_count) return t->free_registers[--t->free_count];
    return (int32_t)t->lanes->register_count++;
}

/* Gives the registers back whose last reader is `node`. The result's own was taken before, so that
 * no loop writes over what it reads. */
static void release_operands(struct translation *t, const struct ir_node *node, int32_t reader)
{
    size_t count = operand_count(t->body, node);
    for (size_t k = 0; k < count; k++) {
        ir_value operand = node->args[k];
        if (operand == IR_NONE || t->last_use[operand] != reader) continue;
        t->last_use[operand] = 0;
        int32_t number = t->lanes->registers[operand];
        if (number != MR_NO_REGISTER) t->free_registers[t->free_count++] = number;
    }
}

static mr_lane_loop one_lane_loop_of(const struct ir_body *body, const struct ir_node *node)
{
    mr_dtype first = body->nodes[node->args[0]].dtype;
    switch (node->op) {
    case IR_CAST: return mr_one_lane_cast(node->dtype, first);
    case IR_SELECT: return mr_one_lane_operation(IR_SELECT, node->dtype);
    case IR_CALL:
        return mr_library[node->function].form == MR_LIBRARY_LANE
                   ? mr_lane_source(node->function)
                   : mr_one_lane_call(node->function, first);
    default: return mr_one_lane_operation(node->op, first);
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

/* Where integers are divided by a power of 2 that is the same in all lanes; NULL: they are not. */
static mr_lane_loop by_power_of(const struct translation *t, const struct ir_node *node)
{
    if (node->op != IR_DIV && node->op != IR_REM) return NULL;
    const struct ir_node *divisor = &t->body->nodes[node->args[1]];
    bool is_constant = divisor->op == IR_CONST || divisor->op == IR_PARAM;
    if (!is_constant || divisor->imm.i64 <= 0 || divisor->imm.u64 & (divisor->imm.u64 - 1))
        return NULL;
    return (t->lanes->has_one ? mr_one_lane_by_power : mr_lane_by_power)(node->op, divisor->dtype);
}

static void translate_load(struct mr_lane_act *s, const struct ir_body *body,
                           const struct ir_node *node)
{
    bool consecutive = mr_ir_unit_stride(body, node->args[0], &s->offset);
    s->act = consecutive ? mr_do_stream : mr_do_gather;
    s->size = mr_dtype_size(node->dtype);
    s->input = node->input;
    s->column = node->column;
}

static mr_status translate_node(struct translation *t, struct mr_lane_act *s,
                                const struct ir_node *node, mr_error *err)
{
    size_t operands = operand_count(t->body, node);
    for (size_t k = 0; k < 3; k++)
        s->in[k] = k < operands && node->args[k] != IR_NONE ? t->lanes->registers[node->args[k]]
                                                            : MR_NO_REGISTER;
    switch (node->op) {
    case IR_CONST:
    case IR_PARAM:
        s->act = mr_do_constant;
        s->dtype = node->dtype;
        s->imm = node->imm;
        return MR_OK;
    case IR_WORDS:
        s->act = mr_do_words;
        s->words = node->subject;
        return MR_OK;
    case IR_INDEX: s->act = mr_do_index; return MR_OK;
    case IR_END:
        s->act = mr_do_end;
        s->input = node->input;
        return MR_OK;
    case IR_CARRY:
        s->act = mr_do_carry;
        s->imm = node->imm;
        return MR_OK;
    case IR_RESULT:
        s->act = mr_do_copy;
        s->size = mr_dtype_size(node->dtype);
        s->in[0] = s->in[1];
        return MR_OK;
    case IR_LOAD: translate_load(s, t->body, node); return MR_OK;
    default: break;
    }
    s->act = mr_do_compute;
    s->loop = by_power_of(t, node);
    if (!s->loop) s->loop = (t->lanes->has_one ? one_lane_loop_of : loop_of)(t->body, node);
    if (s->loop) return MR_OK;
    return mr_fail(err, MR_E_INTERNAL, "the host engine has no %s%s%s of %s",
                   mr_ir_op_name(node->op), node->op == IR_CALL ? " of " : "",
                   node->op == IR_CALL ? mr_library[node->function].c_name : "",
                   mr_dtype_name(t->body->nodes[node->args[0]].dtype));
}

static void add_act(struct mr_lanes *l, const struct mr_lane_act *act)
{
    l->acts[l->act_count++] = *act;
}

/* Constants come first and are written once; the rest of a run never touches their registers. */
static void hold_constants(struct translation *t)
{
    for (size_t n = 0; n < t->body->count && t->lanes->held_count < HELD_CONSTANTS; n++) {
        const struct ir_node *node = &t->body->nodes[n];
        if (!t->last_use[n] || (node->op != IR_CONST && node->op != IR_PARAM)) continue;
        t->last_use[n] = NEVER;
        t->lanes->registers[n] = take_register(t);
        add_act(t->lanes,
                &(struct mr_lane_act){.act = mr_do_constant,
                                      .dtype = node->dtype,
                                      .imm = node->imm,
                                      .out = t->lanes->registers[n],
                                      .in = {MR_NO_REGISTER, MR_NO_REGISTER, MR_NO_REGISTER}});
        t->lanes->held_count++;
    }
}

static mr_status translate_value(struct translation *t, size_t n, mr_error *err)
{
    struct mr_lanes *l = t->lanes;
    if (l->registers[n] != MR_NO_REGISTER) return MR_OK;
    struct mr_lane_act act = {.out = take_register(t)};
    l->registers[n] = act.out;
    MR_TRY(translate_node(t, &act, &t->body->nodes[n], err));
    add_act(l, &act);
    return MR_OK;
}

static void add_copy(struct translation *t, ir_value from, int32_t to)
{
    add_act(t->lanes, &(struct mr_lane_act){
                          .act = mr_do_copy,
                          .size = mr_dtype_size(t->body->nodes[from].dtype),
                          .out = to,
                          .in = {t->lanes->registers[from], MR_NO_REGISTER, MR_NO_REGISTER}});
}

/* Nodes of a loop in [begin, end) that are values, but for its states and what they become. */
static mr_status translate_turn(struct translation *t, ir_value loop, size_t begin, size_t end,
                                mr_error *err)
{
    for (size_t n = begin; n < end; n++) {
        const struct ir_node *node = &t->body->nodes[n];
        if (t->loop_of[n] != loop || !t->last_use[n]) continue;
        if (node->op != IR_STATE && node->op != IR_NEXT) MR_TRY(translate_value(t, n, err));
    }
    return MR_OK;
}

/* All at once: a state that another one becomes is copied before any changes. */
static void hand_states_on(struct translation *t, ir_value loop)
{
    struct mr_lanes *l = t->lanes;
    const struct ir_node *nodes = t->body->nodes;
    ir_value last = nodes[loop].args[1];
    for (ir_value n = last; n != IR_NONE; n = nodes[n].args[2]) {
        if (nodes[nodes[n].args[1]].op != IR_STATE) continue;
        l->registers[n] = take_register(t);
        add_copy(t, nodes[n].args[1], l->registers[n]);
    }
    for (ir_value n = last; n != IR_NONE; n = nodes[n].args[2]) {
        int32_t next =
            l->registers[n] != MR_NO_REGISTER ? l->registers[n] : l->registers[nodes[n].args[1]];
        add_act(l, &(struct mr_lane_act){.act = mr_do_hand_on,
                                         .size = mr_dtype_size(nodes[n].dtype),
                                         .out = l->registers[nodes[n].args[0]],
                                         .in = {next, l->registers[loop], MR_NO_REGISTER}});
    }
}

static mr_status translate_loop(struct translation *t, ir_value loop, mr_error *err)
{
    struct mr_lanes *l = t->lanes;
    const struct ir_node *node = &t->body->nodes[loop];
    ir_value goes_on = node->args[0], lanes = node->args[2];
    for (ir_value n = 0; n < loop; n++) {
        if (t->loop_of[n] != loop || t->body->nodes[n].op != IR_STATE) continue;
        l->registers[n] = take_register(t);
        add_copy(t, t->body->nodes[n].args[0], l->registers[n]);
    }
    l->registers[loop] = take_register(t);
    size_t at = l->act_count;
    add_act(l,
            &(struct mr_lane_act){.act = mr_do_loop, .out = l->registers[loop], .imm = node->imm});
    MR_TRY(translate_turn(t, loop, 0, goes_on == IR_NONE ? 0 : (size_t)goes_on + 1, err));
    l->acts[at].turn = l->act_count;
    MR_TRY(translate_turn(t, loop, 0, (size_t)loop, err));
    hand_states_on(t, loop);
    l->acts[at].end = l->act_count;
    l->acts[at].in[0] = goes_on == IR_NONE ? MR_NO_REGISTER : l->registers[goes_on];
    l->acts[at].in[1] = lanes == IR_NONE ? MR_NO_REGISTER : l->registers[lanes];
    for (ir_value n = 0; n < loop; n++)
        if (t->loop_of[n] == loop) release_operands(t, &t->body->nodes[n], loop + 1);
    return MR_OK;
}

static mr_status translate(struct translation *t, mr_error *err)
{
    struct mr_lanes *l = t->lanes;
    hold_constants(t);
    for (size_t n = 0; n < t->body->count; n++) {
        const struct ir_node *node = &t->body->nodes[n];
        if (!t->last_use[n] || t->loop_of[n] != IR_NONE) continue;
        MR_TRY(node->op == IR_LOOP ? translate_loop(t, (ir_value)n, err)
                                   : translate_value(t, n, err));
        release_operands(t, node, (int32_t)n + 1);
        for (int32_t k = t->first_check[n]; k; k = t->next_check[k - 1])
            add_act(l,
                    &(struct mr_lane_act){.act = mr_do_check,
                                          .check = (size_t)k - 1,
                                          .blame = t->body->checks[k - 1].blame,
                                          .out = MR_NO_REGISTER,
                                          .in = {l->registers[n], MR_NO_REGISTER, MR_NO_REGISTER}});
        if (t->last_use[n] == (int32_t)n + 1) t->free_registers[t->free_count++] = l->registers[n];
    }
    return MR_OK;
}

/* Registers, once their number is known. */
static mr_status furnish(struct mr_lanes *l, mr_error *err)
{
    l->storage = mr_alloc(l->register_count, MR_REGISTER_BYTES);
    l->places = mr_alloc(l->register_count + 1, sizeof *l->places);
    if (!l->storage || !l->places) return mr_fail_no_memory(err, "lane registers");
    l->at = l->places - MR_NO_REGISTER;
    l->bytes += l->register_count * (MR_REGISTER_BYTES + sizeof *l->at) + sizeof *l->at;
    for (size_t k = 0; k < l->held_count; k++) l->acts[k].act(l, &l->acts[k]);
    return MR_OK;
}

static mr_status translate_body(struct mr_lanes *l, const struct ir_body *body,
                                const ir_value values[], size_t value_count, mr_error *err)
{
    size_t nodes = body->count, checks = body->check_count, most = nodes + checks;
    int32_t *scratch = mr_alloc(4 * nodes + checks, sizeof *scratch);
    /* What a state becomes may be copied before it is handed on. */
    for (size_t n = 0; n < nodes; n++)
        if (body->nodes[n].op == IR_NEXT) most++;
    l->acts = mr_alloc(most, sizeof *l->acts);
    l->registers = mr_alloc(nodes, sizeof *l->registers);
    if (!scratch || !l->acts || !l->registers) {
        mr_free(scratch);
        return mr_fail_no_memory(err, "lane registers");
    }
    l->bytes = sizeof *l + most * sizeof *l->acts + nodes * sizeof *l->registers;
    for (size_t n = 0; n < nodes; n++) l->registers[n] = MR_NO_REGISTER;
    struct translation t = {
        .lanes = l,
        .body = body,
        .last_use = scratch,
        .first_check = scratch + nodes,
        .free_registers = scratch + 2 * nodes,
        .loop_of = scratch + 3 * nodes,
        .next_check = scratch + 4 * nodes,
    };
    mr_ir_find_loops(body, t.loop_of);
    find_uses(&t, values, value_count);
    mr_status st = translate(&t, err);
    mr_free(scratch);
    return st;
}

static mr_status create(struct mr_lanes **out, const struct ir_body *body, const ir_value values[],
                        size_t value_count, bool has_one, mr_error *err)
{
    *out = NULL;
    MR_TRY(mr_body_status(body, err));
    struct mr_lanes *l = mr_alloc(1, sizeof *l);
    if (!l) return mr_fail_no_memory(err, "lane registers");
    l->failed = SIZE_MAX;
    l->has_one = has_one;
    struct ir_body without_checks = *body;
    without_checks.check_count = 0;
    mr_status st = translate_body(l, has_one ? &without_checks : body, values, value_count, err);
    if (st == MR_OK) st = furnish(l, err);
    assert(l->bytes <= mr_most_lanes_bytes(body));
    if (st == MR_OK)
        *out = l;
    else
        mr_lanes_destroy(&l);
    return st;
}

mr_status mr_lanes_create(struct mr_lanes **out, const struct ir_body *body,
                          const ir_value values[], size_t value_count, mr_error *err)
{
    return create(out, body, values, value_count, false, err);
}

mr_status mr_lanes_create_for_one(struct mr_lanes **out, const struct ir_body *body,
                                  const ir_value values[], size_t value_count, mr_error *err)
{
    return create(out, body, values, value_count, true, err);
}

void mr_lanes_destroy(struct mr_lanes **lanes)
{
    if (!lanes || !*lanes) return;
    mr_free((*lanes)->acts);
    mr_free((*lanes)->registers);
    mr_free((*lanes)->storage);
    mr_free((*lanes)->places);
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

void mr_lanes_carry(struct mr_lanes *lanes, const void *const carried[])
{
    lanes->carried = carried;
}

bool mr_lanes_evaluate(struct mr_lanes *lanes, int64_t first, size_t count,
                       const struct mr_lanes_input inputs[])
{
    lanes->first = first;
    lanes->count = count;
    lanes->lanes = lanes->has_one ? count : mr_lane_multiple(count);
    lanes->inputs = inputs;
    lanes->failed = SIZE_MAX;
    lanes->at_act = lanes->held_count;
    mr_lane_acts(lanes, lanes->act_count);
    return !lanes->is_abandoned;
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
