#include "ops/stage.h"

enum { START, STOP, STEP };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    (void)err;
    const struct mr_seq *input = seq->inputs[0];
    if (seq->args[START].expr && !seq->args[STOP].expr) { /* slice(stop), as in Python */
        struct mr_argument endless = seq->args[STOP];
        seq->args[STOP] = seq->args[START];
        seq->args[START] = endless;
        seq->args[START].number = (struct mr_number){.is_real = false};
        seq->args[START].is_endless = false;
    }
    seq->args[START].is_written = seq->args[STOP].is_written;
    int64_t start = mr_count_argument(&seq->args[START]);
    int64_t stop = mr_count_argument(&seq->args[STOP]);
    int64_t step = mr_count_argument(&seq->args[STEP]);
    mr_op_like_input(seq);
    if (!seq->args[STOP].is_endless) seq->length = mr_length_take(seq->length, stop);
    seq->length = mr_length_stride(seq->length, start, step);
    seq->kind = MR_KIND_FUSED;
    if (step > 1 && input->access != MR_ANYWHERE) {
        seq->kind = MR_KIND_COMPACT;
        seq->access = MR_FROM_START;
    }
    return MR_OK;
}

/* Read in order: every step-th of the input's elements survives, and the others may fail. */
static mr_status lower_survivors(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                                 ir_value *columns, mr_error *err)
{
    struct ir_body *b = l->body;
    ir_value start = mr_lower_argument(l, &seq->args[START], MR_I64);
    ir_value stop = mr_lower_argument(l, &seq->args[STOP], MR_I64);
    mr_scalar step = {.i64 = mr_count_argument(&seq->args[STEP])};
    ir_value past = mr_ir_binary(b, IR_SUB, position, start);
    ir_value rest = mr_ir_binary(b, IR_REM, past, mr_ir_const(b, MR_I64, step));
    ir_value inside = mr_ir_binary(b, IR_AND, mr_ir_binary(b, IR_LE, start, position),
                                   mr_ir_binary(b, IR_LT, position, stop));
    ir_value hit = mr_ir_binary(b, IR_EQ, rest, mr_ir_const_int(b, MR_I64, 0));
    ir_value keep = mr_ir_binary(b, IR_AND, inside, hit), guard = l->guard;
    l->guard = mr_ir_both(b, guard, keep);
    MR_TRY(mr_lower_input(l, seq, position, columns, err));
    l->guard = guard;
    l->keep = keep;
    return MR_OK;
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    struct ir_body *b = l->body;
    if (seq->kind == MR_KIND_COMPACT) return lower_survivors(l, seq, position, columns, err);
    ir_value at = position;
    if (mr_count_argument(&seq->args[STEP]) > 1)
        at = mr_ir_binary(b, IR_MUL, at, mr_lower_argument(l, &seq->args[STEP], MR_I64));
    at = mr_ir_binary(b, IR_ADD, at, mr_lower_argument(l, &seq->args[START], MR_I64));
    return mr_lower_input(l, seq, at, columns, err);
}

const struct mr_op mr_op_slice = {
    .name = "slice",
    .brief = "elements start, start+step, ... before stop, as itertools.islice",
    .example = "count() | slice(10, 20, 3)",
    .role = MR_STAGE,
    .params = {{"start", MR_PARAM_COUNT, .fallback = "0",
                .brief = "the first position; alone, slice(stop) starts at 0"},
               {"stop", MR_PARAM_COUNT, .fallback = "inf", .brief = "the end, itself left out"},
               {"step", MR_PARAM_COUNT, .fallback = "1", .range = MR_FROM(1),
                .brief = "between positions"}},
    .check = check,
    .lower = lower,
    .known = {{"count() | slice(10, 20, 3)", "10 13 16 19"},
              {"range(9) | filter(x % 2 == 0) | slice(1, inf, 2)", "2 6"},
              {"range(5) | slice(2)", "0 1"},
              {"range(5) | slice(1, 4)", "1 2 3"},
              {"range(5) | slice(5, inf)", ""}},
};
