#include "ir/body.h"

#include <string.h>

#include "base/hash.h"
#include "base/memory.h"

const struct mr_library_row mr_library[MR_FN_COUNT] = {
#define LIBRARY_ROW(constant, c_name, form, arity, is_native, has_strip4, has_block4, ...)         \
    [constant] = {#c_name,    MR_LIBRARY_##form, arity,        is_native,                          \
                  has_strip4, has_block4,        {__VA_ARGS__}},
    MR_LIBRARY_TABLE(LIBRARY_ROW)
#undef LIBRARY_ROW
};

static const struct {
    const char *name;
    int operands;
} op_rows[IR_OP_COUNT] = {
#define IR_ROW(constant, name, operands) [constant] = {name, operands},
    MR_IR_TABLE(IR_ROW)
#undef IR_ROW
};

enum {
    NODE_LIMIT = 1 << 20
}; /* far above what 64 stages of 10,000 written nodes need in practice */

const char *mr_ir_op_name(enum ir_op op)
{
    return op_rows[op].name;
}

void mr_body_free(struct ir_body *body)
{
    mr_free(body->nodes);
    mr_free(body->checks);
    mr_free(body->slots);
    *body = (struct ir_body){0};
}

mr_status mr_body_status(const struct ir_body *body, mr_error *err)
{
    if (body->failed == MR_E_NO_MEMORY) return mr_fail_no_memory(err, "the pipeline's code");
    if (body->failed == MR_E_LIMIT)
        return mr_fail(err, MR_E_LIMIT, "the pipeline's code has more than %d values", NODE_LIMIT);
    return MR_OK;
}

static ir_value fail(struct ir_body *b, mr_status status)
{
    if (b->failed == MR_OK) b->failed = status;
    return IR_NONE;
}

static bool same_node(const struct ir_node *a, const struct ir_node *b)
{
    return a->op == b->op && a->dtype == b->dtype && a->args[0] == b->args[0] &&
           a->args[1] == b->args[1] && a->args[2] == b->args[2] && a->imm.u64 == b->imm.u64 &&
           a->input == b->input && a->column == b->column && a->function == b->function &&
           a->guarded == b->guarded && a->subject == b->subject;
}

static uint64_t node_hash(const struct ir_node *n)
{
    const uint64_t parts[] = {(uint64_t)n->op << 32 | (uint64_t)n->dtype,
                              (uint64_t)(uint32_t)n->args[0] << 32 | (uint32_t)n->args[1],
                              (uint64_t)(uint32_t)n->args[2] << 32 | (uint64_t)n->function,
                              n->imm.u64,
                              (uint64_t)n->input << 16 | n->column,
                              (uint64_t)(uintptr_t)n->subject};
    uint64_t hash = MR_HASH_SEED;
    for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
        hash = (hash ^ parts[k]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return hash;
}

static size_t find_slot(const struct ir_body *b, const struct ir_node *node)
{
    size_t k = (size_t)node_hash(node) & (b->slot_count - 1);
    while (b->slots[k] && !same_node(&b->nodes[b->slots[k] - 1], node))
        k = (k + 1) & (b->slot_count - 1);
    return k;
}

static bool grow(struct ir_body *b)
{
    size_t capacity = b->capacity ? 2 * b->capacity : 64;
    struct ir_node *nodes = mr_resize(b->nodes, capacity, sizeof *nodes);
    if (!nodes) return false;
    b->nodes = nodes;
    b->capacity = capacity;
    int32_t *slots = mr_alloc(2 * capacity, sizeof *slots);
    if (!slots) return false;
    mr_free(b->slots);
    b->slots = slots;
    b->slot_count = 2 * capacity;
    for (size_t k = 0; k < b->count; k++) b->slots[find_slot(b, &b->nodes[k])] = (int32_t)k + 1;
    return true;
}

static ir_value add_node(struct ir_body *b, struct ir_node node)
{
    if (b->failed != MR_OK) return IR_NONE;
    if (b->count == b->capacity) {
        if (b->count >= NODE_LIMIT) return fail(b, MR_E_LIMIT);
        if (!grow(b)) return fail(b, MR_E_NO_MEMORY);
    }
    size_t slot = find_slot(b, &node);
    if (b->slots[slot]) return b->slots[slot] - 1;
    b->nodes[b->count++] = node;
    b->slots[slot] = (int32_t)b->count;
    return (ir_value)b->count - 1;
}

static struct ir_node blank(enum ir_op op, mr_dtype dtype)
{
    return (struct ir_node){.op = op, .dtype = dtype, .args = {IR_NONE, IR_NONE, IR_NONE}};
}

ir_value mr_ir_const(struct ir_body *b, mr_dtype dtype, mr_scalar value)
{
    struct ir_node node = blank(IR_CONST, dtype);
    node.imm = value;
    return add_node(b, node);
}

ir_value mr_ir_const_int(struct ir_body *b, mr_dtype dtype, int64_t value)
{
    mr_scalar scalar = {.i64 = value};
    if (mr_dtype_is_float(dtype)) scalar.f64 = (double)value;
    return mr_ir_const(b, dtype, scalar);
}

ir_value mr_ir_param(struct ir_body *b, mr_dtype dtype, mr_scalar value, const void *subject)
{
    struct ir_node node = blank(IR_PARAM, dtype);
    node.imm = value;
    node.subject = subject;
    return add_node(b, node);
}

ir_value mr_ir_words(struct ir_body *b, const uint64_t *words, size_t count)
{
    struct ir_node node = blank(IR_WORDS, MR_U64);
    node.imm.u64 = count;
    node.subject = words;
    return add_node(b, node);
}

ir_value mr_ir_index(struct ir_body *b)
{
    return add_node(b, blank(IR_INDEX, MR_I64));
}

ir_value mr_ir_end(struct ir_body *b, unsigned input)
{
    struct ir_node node = blank(IR_END, MR_I64);
    node.input = (uint16_t)input;
    return add_node(b, node);
}

ir_value mr_ir_load(struct ir_body *b, unsigned input, unsigned column, mr_dtype dtype,
                    ir_value position, bool guarded)
{
    if (position == IR_NONE) return IR_NONE;
    struct ir_node node = blank(IR_LOAD, dtype);
    node.args[0] = position;
    node.input = (uint16_t)input;
    node.column = (uint16_t)column;
    node.guarded = guarded;
    return add_node(b, node);
}

static mr_dtype result_dtype(const struct ir_body *b, enum ir_op op, const ir_value args[])
{
    switch (op) {
    case IR_EQ:
    case IR_NE:
    case IR_LT:
    case IR_LE:
    case IR_ISNAN:
    case IR_ISINF: return MR_BOOL;
    case IR_SELECT: return b->nodes[args[1]].dtype;
    default: return b->nodes[args[0]].dtype;
    }
}

static ir_value operation(struct ir_body *b, enum ir_op op, ir_value x, ir_value y, ir_value z)
{
    struct ir_node node = blank(op, MR_BOOL);
    const ir_value args[3] = {x, y, z};
    for (int k = 0; k < 3 && k < op_rows[op].operands; k++) {
        if (args[k] == IR_NONE) return IR_NONE;
        node.args[k] = args[k];
    }
    node.dtype = result_dtype(b, op, args);
    return add_node(b, node);
}

ir_value mr_ir_unary(struct ir_body *b, enum ir_op op, ir_value x)
{
    return operation(b, op, x, IR_NONE, IR_NONE);
}

ir_value mr_ir_binary(struct ir_body *b, enum ir_op op, ir_value x, ir_value y)
{
    return operation(b, op, x, y, IR_NONE);
}

ir_value mr_ir_ternary(struct ir_body *b, enum ir_op op, ir_value x, ir_value y, ir_value z)
{
    return operation(b, op, x, y, z);
}

ir_value mr_ir_cast(struct ir_body *b, mr_dtype dtype, ir_value x)
{
    if (x == IR_NONE || b->nodes[x].dtype == dtype) return x;
    struct ir_node node = blank(IR_CAST, dtype);
    node.args[0] = x;
    return add_node(b, node);
}

ir_value mr_ir_call(struct ir_body *b, enum mr_library_fn function, mr_dtype dtype,
                    const ir_value args[], size_t count)
{
    struct ir_node node = blank(IR_CALL, dtype);
    node.function = function;
    for (size_t k = 0; k < count; k++) {
        if (args[k] == IR_NONE) return IR_NONE;
        node.args[k] = args[k];
    }
    return add_node(b, node);
}

void mr_ir_check(struct ir_body *b, struct ir_check check)
{
    if (check.bad == IR_NONE || b->failed != MR_OK) return;
    for (size_t k = 0; k < b->check_count; k++)
        if (b->checks[k].bad == check.bad) return;
    if (b->check_count == b->check_capacity) {
        size_t capacity = b->check_capacity ? 2 * b->check_capacity : 8;
        struct ir_check *checks = mr_resize(b->checks, capacity, sizeof *checks);
        if (!checks) {
            fail(b, MR_E_NO_MEMORY);
            return;
        }
        b->checks = checks;
        b->check_capacity = capacity;
    }
    b->checks[b->check_count++] = check;
}

/* Whether y is among the conditions that x was put together from; looks at some only. */
static bool has_condition(const struct ir_body *b, ir_value x, ir_value y, int *looks)
{
    if (x == y) return true;
    if (b->nodes[x].op != IR_AND || --*looks < 0) return false;
    return has_condition(b, b->nodes[x].args[0], y, looks) ||
           has_condition(b, b->nodes[x].args[1], y, looks);
}

ir_value mr_ir_both(struct ir_body *b, ir_value x, ir_value y)
{
    enum { MOST_LOOKS = 128 };
    if (x == IR_NONE) return y;
    int looks = MOST_LOOKS;
    if (y == IR_NONE || has_condition(b, x, y, &looks)) return x;
    return mr_ir_binary(b, IR_AND, x, y);
}

mr_dtype mr_ir_dtype(const struct ir_body *b, ir_value x)
{
    return x == IR_NONE ? MR_BOOL : b->nodes[x].dtype;
}

static bool known_number(const struct ir_body *b, ir_value value, int64_t *out)
{
    const struct ir_node *n = &b->nodes[value];
    *out = n->imm.i64;
    return n->op == IR_CONST || n->op == IR_PARAM;
}

bool mr_ir_unit_stride(const struct ir_body *b, ir_value value, int64_t *offset)
{
    uint64_t sum = 0;
    int64_t number;
    while (value != IR_NONE) {
        const struct ir_node *n = &b->nodes[value];
        if (n->op == IR_INDEX) {
            *offset = (int64_t)sum;
            return true;
        }
        if (n->op == IR_ADD && known_number(b, n->args[1], &number)) {
            sum += (uint64_t)number;
            value = n->args[0];
        } else if (n->op == IR_ADD && known_number(b, n->args[0], &number)) {
            sum += (uint64_t)number;
            value = n->args[1];
        } else if (n->op == IR_SUB && known_number(b, n->args[1], &number)) {
            sum -= (uint64_t)number;
            value = n->args[0];
        } else {
            return false;
        }
    }
    return false;
}

int64_t mr_ir_number_at(const struct ir_body *b, ir_value value, int64_t position)
{
    if (value == IR_NONE) return position;
    const struct ir_node *n = &b->nodes[value];
    if (n->op == IR_CONST || n->op == IR_PARAM) return n->imm.i64;
    if (n->op == IR_CAST) return mr_ir_number_at(b, n->args[0], position);
    if (n->op != IR_ADD && n->op != IR_SUB && n->op != IR_MUL) return position;
    uint64_t x = (uint64_t)mr_ir_number_at(b, n->args[0], position);
    uint64_t y = (uint64_t)mr_ir_number_at(b, n->args[1], position);
    return (int64_t)(n->op == IR_ADD ? x + y : n->op == IR_SUB ? x - y : x * y);
}

/* ---- loops ---- */

ir_value mr_ir_state(struct ir_body *b, ir_value start, ir_value first, const void *owner,
                     uint64_t key)
{
    if (start == IR_NONE) return IR_NONE;
    struct ir_node node = blank(IR_STATE, b->nodes[start].dtype);
    node.args[0] = start;
    node.args[1] = first;
    node.subject = owner;
    node.imm.u64 = key;
    return add_node(b, node);
}

ir_value mr_ir_next(struct ir_body *b, ir_value state, ir_value value, ir_value before)
{
    if (state == IR_NONE || value == IR_NONE) return IR_NONE;
    struct ir_node node = blank(IR_NEXT, b->nodes[state].dtype);
    node.args[0] = state;
    node.args[1] = value;
    node.args[2] = before;
    return add_node(b, node);
}

ir_value mr_ir_loop(struct ir_body *b, ir_value goes_on, ir_value last_next, ir_value lanes,
                    int64_t most)
{
    if (last_next == IR_NONE) return IR_NONE;
    struct ir_node node = blank(IR_LOOP, MR_BOOL);
    node.args[0] = goes_on;
    node.args[1] = last_next;
    node.args[2] = lanes;
    node.imm.i64 = most;
    return add_node(b, node);
}

ir_value mr_ir_result(struct ir_body *b, ir_value loop, ir_value state)
{
    if (loop == IR_NONE || state == IR_NONE) return IR_NONE;
    struct ir_node node = blank(IR_RESULT, b->nodes[state].dtype);
    node.args[0] = loop;
    node.args[1] = state;
    return add_node(b, node);
}

ir_value mr_ir_carry(struct ir_body *b, mr_dtype dtype, unsigned number)
{
    struct ir_node node = blank(IR_CARRY, dtype);
    node.imm.u64 = number;
    return add_node(b, node);
}

void mr_ir_find_loops(const struct ir_body *b, ir_value loop_of[])
{
    /* First by the loop's first state, then by the LOOP that comes after all that is in it. */
    for (size_t k = 0; k < b->count; k++) {
        const struct ir_node *n = &b->nodes[k];
        loop_of[k] = IR_NONE;
        if (n->op == IR_LOOP) {
            ir_value first = loop_of[n->args[1]];
            for (size_t j = 0; j < k; j++)
                if (loop_of[j] == first) loop_of[j] = (ir_value)k;
        } else if (n->op == IR_STATE) {
            loop_of[k] = n->args[1] == IR_NONE ? (ir_value)k : n->args[1];
        } else if (n->op != IR_RESULT) {
            for (int a = 0; a < 3; a++)
                if (n->args[a] != IR_NONE && loop_of[n->args[a]] != IR_NONE)
                    loop_of[k] = loop_of[n->args[a]];
        }
    }
}

int64_t mr_ir_turns(const struct ir_body *b)
{
    int64_t turns = 0;
    for (size_t k = 0; k < b->count; k++)
        if (b->nodes[k].op == IR_LOOP) turns += b->nodes[k].imm.i64;
    return turns;
}
