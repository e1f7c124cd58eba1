#include <string.h>

#include "ops/stage.h"

/* A label renames the only column. */
static const char *name_of(const struct mr_seq *seq, size_t at, size_t c)
{
    const char *label = seq->input_labels[at].text;
    return *label ? label : seq->inputs[at]->columns[c].name;
}

static bool has_columns_of_first(const struct mr_seq *seq, size_t at)
{
    const struct mr_seq *a = seq->inputs[0], *b = seq->inputs[at];
    if (a->column_count != b->column_count) return false;
    for (size_t c = 0; c < a->column_count; c++)
        if (a->columns[c].dtype != b->columns[c].dtype ||
            strcmp(name_of(seq, 0, c), name_of(seq, at, c)) != 0)
            return false;
    return true;
}

static mr_status check_label(const struct mr_seq *seq, size_t at, mr_error *err)
{
    size_t count = seq->inputs[at]->column_count;
    if (!*seq->input_labels[at].text || count == 1) return MR_OK;
    mr_status st = mr_op_fail(seq, NULL, err, MR_E_VALUE, "'%s' labels a sequence of %zu columns",
                              seq->input_labels[at].text, count);
    return mr_error_hint(err, st, "leave the label out: the columns keep their names");
}

static mr_status check_columns(const struct mr_seq *seq, mr_error *err)
{
    if (seq->input_count == 0)
        return mr_error_hint(err, mr_op_fail(seq, NULL, err, MR_E_ARITY, "no sequences"),
                             "write chain(range(3), range(10, 13))");
    for (size_t k = 0; k < seq->input_count; k++) MR_TRY(check_label(seq, k, err));
    for (size_t k = 1; k < seq->input_count; k++)
        if (!has_columns_of_first(seq, k)) {
            mr_status st =
                mr_op_fail(seq, NULL, err, MR_E_TYPE,
                           "sequence %zu has other columns or dtypes than the first", k + 1);
            return mr_error_hint(
                err, st,
                "bring them together with map(name: f64(x)), or label each: chain(a: ..., a: ...)");
        }
    return MR_OK;
}

static mr_status fail_too_long(const struct mr_seq *seq, mr_error *err)
{
    mr_status st =
        mr_op_fail(seq, NULL, err, MR_E_VALUE, "together they have more than 2^63-1 elements");
    return mr_error_hint(err, st, "put take(n) behind the long one");
}

/* Fused when it is known beforehand which input each position falls in. */
static mr_status check(struct mr_seq *seq, mr_error *err)
{
    bool fuses = true;
    MR_TRY(check_columns(seq, err));
    mr_op_like_input(seq);
    memcpy(seq->columns[0].name, name_of(seq, 0, 0), strlen(name_of(seq, 0, 0)) + 1);
    seq->length = mr_length_known(0);
    for (size_t k = 0; k < seq->input_count; k++) {
        const struct mr_seq *input = seq->inputs[k];
        bool is_last = k + 1 == seq->input_count;
        bool is_known = input->length.kind == MR_LENGTH_KNOWN;
        fuses = fuses && input->access == MR_ANYWHERE && (is_last || is_known);
        if (mr_length_is_too_long(seq->length, input->length)) return fail_too_long(seq, err);
        seq->length = mr_length_joined(seq->length, input->length);
        seq->is_live = seq->is_live || input->is_live;
    }
    seq->kind = fuses ? MR_KIND_FUSED : MR_KIND_CONCAT;
    seq->access = fuses ? MR_ANYWHERE : MR_FROM_START;
    return MR_OK;
}

struct part {
    ir_value begun, ended; /* IR_NONE: always, never */
    ir_value position;     /* in the input */
    ir_value columns[MR_MAX_COLUMNS];
};

/* One input under the guard of its own positions: what it would do at others does not count. */
static mr_status lower_part(struct mr_lowering *l, const struct mr_seq *seq, size_t at,
                            struct part *part, mr_error *err)
{
    struct ir_body *b = l->body;
    ir_value outer = l->guard;
    if (part->begun != IR_NONE) l->guard = mr_ir_both(b, l->guard, part->begun);
    if (part->ended != IR_NONE)
        l->guard = mr_ir_both(b, l->guard, mr_ir_unary(b, IR_NOT, part->ended));
    mr_status st = l->input(l, seq->inputs[at], part->position, part->columns, err);
    l->guard = outer;
    return st;
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    struct ir_body *b = l->body;
    struct part part = {.begun = IR_NONE, .position = position};
    struct mr_length length = mr_length_known(0);
    for (size_t k = 0; k < seq->input_count; k++) {
        length = mr_length_joined(length, seq->inputs[k]->length);
        ir_value border = IR_NONE;
        part.ended = IR_NONE;
        if (k + 1 < seq->input_count) {
            border = mr_ir_param(b, MR_I64, (mr_scalar){.i64 = length.most}, &seq->inputs[k]);
            part.ended = mr_ir_binary(b, IR_LE, border, position);
        }
        MR_TRY(lower_part(l, seq, k, &part, err));
        for (size_t c = 0; c < seq->column_count; c++)
            columns[c] = k == 0
                             ? part.columns[c]
                             : mr_ir_ternary(b, IR_SELECT, part.begun, part.columns[c], columns[c]);
        part.begun = part.ended;
        if (border != IR_NONE) part.position = mr_ir_binary(b, IR_SUB, position, border);
    }
    return MR_OK;
}

const struct mr_op mr_op_chain = {
    .name = "chain",
    .brief = "sequences one after the other",
    .example = "chain(range(3), range(10, 13))",
    .role = MR_SOURCE,
    .params = {{"sequences", MR_PARAM_SEQS,
                .brief = "of the same columns and dtypes; a label names the only column"}},
    .check = check,
    .lower = lower,
    .known = {{"chain(range(3), range(10, 12))", "0 1 2 10 11"},
              {"chain(range(0), range(2), range(0), count(7)) | take(4)", "0 1 7 8"},
              {"chain(range(4) | filter(x > 1), range(2))", "2 3 0 1"},
              {"chain(a: range(2), a: range(2) | map(b: x*x)) | map(a + 1)", "1 2 1 2"},
              {"chain(range(0), range(0))", ""}},
};
