#include "ops/stage.h"
#include "ops/variables.h"

enum { INIT, WHILE, MOST, REACHED };

static const struct mr_variables_at at = {.init = INIT, .goes_on = WHILE, .has_input = true};

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    mr_op_like_input(seq);
    seq->kind = MR_KIND_FUSED;
    MR_TRY(mr_variables_check(seq, &at, err));
    if (!seq->args[REACHED].present) return MR_OK;
    if (seq->args[WHILE].present)
        return mr_op_add_column(seq, seq->args[REACHED].expr->name, MR_BOOL, err);
    mr_status st = mr_op_fail(seq, &seq->args[REACHED], err, MR_E_ARITY,
                              "reached is there, but nothing to reach");
    return mr_error_hint(err, st, "while=... says how long the loop goes on");
}

/* A loop being written. */
struct writing {
    struct mr_lowering *l;
    const struct mr_seq *seq;
    struct mr_variable_scope scope;
    size_t count;                        /* of variables */
    ir_value states[MR_MAX_COLUMNS + 1]; /* theirs, and whether the element failed */
    ir_value next[MR_MAX_COLUMNS + 1];
    ir_value goes_on, failing; /* IR_NONE: always; never */
    ir_value guard;            /* outside */
    uint64_t key;              /* tells its states from those of the same text elsewhere */
};

/* Asked twice for the same position under the same guard, it is the same loop; with 2^20 values at
 * most, the numbers of both fit. */
static uint64_t key_of(const struct mr_lowering *l)
{
    return (uint64_t)(uint32_t)l->position << 36 | (uint64_t)(uint32_t)(l->guard + 1) << 8 |
           (uint64_t)l->needs_no_values << 7;
}

static mr_status begin(struct writing *w, const ir_value inputs[], ir_value position, mr_error *err)
{
    struct mr_lowering *l = w->l;
    struct mr_variable_scope starts;
    mr_variable_scope(&starts, w->seq, 0, NULL, inputs, position);
    for (size_t n = 0; n < w->count; n++) {
        MR_TRY(mr_lower_expr_as(l, &starts.scope, mr_variable_start(w->seq, &at, n),
                                w->seq->columns[n].dtype, &w->states[n], err));
        w->states[n] =
            mr_ir_state(l->body, w->states[n], n ? w->states[0] : IR_NONE, w->seq, w->key | n);
    }
    mr_variable_scope(&w->scope, w->seq, w->count, w->states, inputs, position);
    return MR_OK;
}

static mr_status lower_condition(struct writing *w, ir_value *out, mr_error *err)
{
    if (!w->seq->args[WHILE].present) return MR_OK;
    return mr_lower_expr_as(w->l, &w->scope.scope, w->seq->args[WHILE].expr, MR_BOOL, out, err);
}

/* The condition first: what it needs is all that a last turn computes. An element of which it fails
 * takes that turn, which notes it. */
static mr_status write_turn(struct writing *w, mr_error *err)
{
    struct mr_lowering *l = w->l;
    w->goes_on = w->failing = IR_NONE;
    l->guard = IR_NONE;
    l->failing = &w->failing;
    MR_TRY(lower_condition(w, &w->goes_on, err));
    ir_value of_condition = w->failing;
    for (size_t n = 0; n < w->count; n++)
        MR_TRY(mr_lower_expr_as(l, &w->scope.scope, mr_variable_next(w->seq, &at, n),
                                w->seq->columns[n].dtype, &w->next[n], err));
    if (of_condition != IR_NONE && w->goes_on != IR_NONE)
        w->goes_on = mr_ir_binary(l->body, IR_OR, w->goes_on, of_condition);
    return MR_OK;
}

/* Elements that fail end there. */
static void note_failures(struct writing *w)
{
    struct ir_body *b = w->l->body;
    ir_value *failed = &w->states[w->count];
    if (w->failing == IR_NONE) return;
    *failed =
        mr_ir_state(b, mr_ir_const_int(b, MR_BOOL, 0), w->states[0], w->seq, w->key | w->count);
    w->next[w->count++] = mr_ir_binary(b, IR_OR, *failed, w->failing);
    w->goes_on = mr_ir_both(b, w->goes_on, mr_ir_unary(b, IR_NOT, *failed));
}

static ir_value end(struct writing *w)
{
    struct ir_body *b = w->l->body;
    ir_value last = IR_NONE;
    for (size_t n = 0; n < w->count; n++) last = mr_ir_next(b, w->states[n], w->next[n], last);
    return mr_ir_loop(b, w->goes_on, last, w->guard, mr_count_argument(&w->seq->args[MOST]));
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    struct writing w = {.l = l, .seq = seq};
    size_t variables = w.count = seq->column_count - seq->args[REACHED].present;
    ir_value inputs[MR_MAX_COLUMNS], reached = IR_NONE;
    MR_TRY(mr_lower_input(l, seq, position, inputs, err));
    w.guard = l->guard;
    w.key = key_of(l);
    MR_TRY(begin(&w, inputs, position, err));
    ir_value *outer = l->failing;
    mr_status st = write_turn(&w, err);
    l->failing = outer;
    l->guard = w.guard;
    if (st != MR_OK) return st;
    note_failures(&w);
    ir_value loop = end(&w);
    MR_TRY(mr_body_status(l->body, err));
    for (size_t n = 0; n < variables; n++) columns[n] = mr_ir_result(l->body, loop, w.states[n]);
    if (w.count > variables)
        mr_lower_check(l, mr_ir_result(l->body, loop, w.states[variables]), MR_E_DIVISION, seq);
    if (!seq->args[REACHED].present) return MR_OK;
    mr_variable_scope(&w.scope, seq, variables, columns, inputs, position);
    MR_TRY(lower_condition(&w, &reached, err));
    columns[variables] = mr_ir_unary(l->body, IR_NOT, reached);
    return MR_OK;
}

const struct mr_op mr_op_loop = {
    .name = "loop",
    .brief = "variables that start from each element, stepped while a condition holds",
    .example = "range(1, 9) | loop(n: n % 2 == 0 ? n/2 : 3*n+1, steps: steps+1, init=(x, 0), "
               "while=n != 1, most=1000)",
    .role = MR_STAGE,
    .params =
        {{"init", MR_PARAM_STARTS, .by_name = true,
          .brief = "where the variables start, of the element and its position i"},
         {"while", MR_PARAM_EXPR, .by_name = true, .optional = true,
          .brief = "goes on as long as this holds, asked before each turn"},
         /* With as many, a leaf, the least that one work unit computes, takes a second or so. */
         {"most", MR_PARAM_COUNT, .by_name = true, .range = MR_WITHIN(0, MR_MAX_TURNS),
          .brief = "turns at most",
          .hint = "several loop() stages go on where one ended: init=(a, b)"},
         {"reached", MR_PARAM_NAME, .by_name = true, .optional = true,
          .brief = "one more column of this name: whether `while` no longer holds"},
         {"variables", MR_PARAM_EXPRS,
          .brief = "their next values, of the variables, the element and i; labels name the "
                   "variables"}},
    .check = check,
    .lower = lower,
    .is_pointwise = true,
    .known = {{"range(1, 9) | loop(n: n % 2 == 0 ? n/2 : 3*n+1, steps: steps+1, init=(x, 0), "
               "while=n != 1, most=1000)",
               "1,0 1,1 1,7 1,2 1,5 1,8 1,16 1,3"},
              {"zip(a: range(12, 15), b: range(18, 9, -3)) | loop(u: v, v: u % v, init=(a, b), "
               "while=v != 0, most=64) | map(u)",
               "6 1 2"},
              {"range(4) | filter(x > 0) | loop(a: 6 / a, init=x, most=1) | sum()", "11"},
              {"range(1, 4) | loop(r: 0.5*(r + x/r), init=1, most=6)",
               "1.0 1.414213562373095 1.7320508075688772"},
              {"range(26, 29) | loop(n: n % 2 == 0 ? n/2 : 3*n+1, init=x, while=n != 1, most=100, "
               "reached=ended)",
               "1,true 53,false 1,true"},
              {"range(3) | loop(a: b, b: a, init=(x, 10), most=3)", "10,0 10,1 10,2"},
              {"range(3) | loop(a: a + 12/(2-b), b: b+1, init=(0, 0), while=b < x, most=9)",
               "0,0 6,1 18,2"}},
};
