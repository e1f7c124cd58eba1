/* run_length(): the elements that end a run keep their number; a run is as long as its end is far
 * from the one before.
 *
 *     input                a a b b b c
 *     with its number      0 1 2 3 4 5
 *     ends of runs           1     4 5
 *     run_length           a,2   b,3 c,1
 *
 * The first two rows are stages of its own between the input and it. */
#include "base/memory.h"
#include "ops/stage.h"

/* ---- with its number: in the last column ---- */

static mr_status lower_numbered(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                                ir_value *columns, mr_error *err)
{
    columns[seq->column_count - 1] = position;
    return mr_lower_input(l, seq, position, columns, err);
}

/* ---- ends of runs ---- */

static mr_status lower_ends(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                            ir_value *columns, mr_error *err)
{
    struct ir_body *b = l->body;
    struct mr_neighbour next;
    MR_TRY(mr_lower_input(l, seq, position, columns, err));
    MR_TRY(mr_lower_neighbour(l, seq->inputs[0], position, 1, &next, err));
    ir_value differs = mr_lower_differs(b, columns, next.columns, seq->column_count - 1);
    l->keep = next.exists == IR_NONE
                  ? differs
                  : mr_ir_binary(b, IR_OR, mr_ir_unary(b, IR_NOT, next.exists), differs);
    return MR_OK;
}

static const struct mr_op numbered = {
    .name = "run_length", .role = MR_STAGE, .lower = lower_numbered, .is_part = true};
static const struct mr_op ends = {
    .name = "run_length", .role = MR_STAGE, .lower = lower_ends, .is_part = true};

/* ---- the operator ---- */

/* Puts a stage before the operator. */
static mr_status put_before(struct mr_seq *seq, const struct mr_op *op, mr_error *err)
{
    struct mr_seq *part = mr_alloc(1, sizeof *part);
    struct mr_seq **inputs = mr_alloc(1, sizeof *inputs);
    struct mr_label *labels = mr_alloc(1, sizeof *labels);
    if (!part || !inputs || !labels) {
        mr_free(part);
        mr_free(inputs);
        mr_free(labels);
        return mr_fail_no_memory(err, "a sequence");
    }
    atomic_init(&part->references, 1);
    part->op = op;
    part->span = seq->span;
    part->written = mr_written_ref(seq->written);
    part->inputs = inputs;
    part->input_labels = labels;
    inputs[0] = seq->inputs[0];
    part->input_count = 1;
    seq->inputs[0] = part;
    mr_op_like_input(part);
    return MR_OK;
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    const struct mr_seq *input = seq->inputs[0];
    mr_op_like_input(seq);
    MR_TRY(mr_op_add_column(seq, "count", MR_I64, err));
    MR_TRY(put_before(seq, &numbered, err));
    seq->inputs[0]->kind = MR_KIND_FUSED;
    struct mr_column *number = &seq->inputs[0]->columns[seq->inputs[0]->column_count++];
    *number = (struct mr_column){.name = "number", .dtype = MR_I64};
    MR_TRY(put_before(seq, &ends, err));
    mr_stage_in_order(seq->inputs[0], MR_KIND_COMPACT);
    seq->inputs[0]->length = mr_length_some(input->length);
    seq->kind = MR_KIND_FUSED;
    seq->length = seq->inputs[0]->length;
    seq->access = MR_FROM_START;
    return MR_OK;
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    struct ir_body *b = l->body;
    struct mr_neighbour last;
    size_t number = seq->column_count - 1;
    MR_TRY(mr_lower_input(l, seq, position, columns, err));
    MR_TRY(mr_lower_neighbour(l, seq->inputs[0], position, -1, &last, err));
    ir_value begun = mr_ir_ternary(b, IR_SELECT, last.exists, last.columns[number],
                                   mr_ir_const_int(b, MR_I64, -1));
    columns[number] = mr_ir_binary(b, IR_SUB, columns[number], begun);
    return MR_OK;
}

const struct mr_op mr_op_run_length = {
    .name = "run_length",
    .brief = "the last of each run of equal elements, and how many they are",
    .example = "range(9) | map(x*x / 10) | run_length()",
    .role = MR_STAGE,
    .check = check,
    .lower = lower,
    .known = {{"range(9) | map(x*x / 10) | run_length()", "0,4 1,1 2,1 3,1 4,1 6,1"},
              {"range(7) | filter(x != 3) | map(a: x / 4, b: x / 2) | run_length()",
               "0,0,2 0,1,1 1,2,2 1,3,1"},
              {"range(5) | map(x < 3 ? nan : 1.0) | run_length()", "nan,3 1.0,2"},
              {"repeat(true, 5) | run_length()", "true,5"},
              {"range(6) | map(x / 4) | run_length() | map(x, share: count / 6.0) | take(1)",
               "0,0.6666666666666666"},
              {"range(1, 2) | run_length() | map(6 / x) | run_length()", "6,1"},
              {"range(0) | run_length()", ""}},
};
