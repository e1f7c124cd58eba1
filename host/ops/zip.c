#include <stdio.h>
#include <string.h>

#include "ops/stage.h"

/* Whether another sequence brings or is given the same name. */
static bool clashes(const struct mr_seq *seq, size_t at, const char *name)
{
    for (size_t k = 0; k < seq->input_count; k++) {
        if (k == at) continue;
        if (strcmp(seq->input_labels[k].text, name) == 0) return true;
        if (!*seq->input_labels[k].text && mr_seq_column(seq->inputs[k], name) >= 0) return true;
    }
    return false;
}

/* A single column by its label or, if it has one that is no other's, its own name, else x and its
 * number; several by their own names. */
static mr_status add_columns(struct mr_seq *seq, size_t at, mr_error *err)
{
    const struct mr_seq *input = seq->inputs[at];
    const char *label = seq->input_labels[at].text;
    char numbered[MR_NAME_BYTES];
    (void)snprintf(numbered, sizeof numbered, "x%zu", seq->column_count);
    const char *own = input->columns[0].name;
    bool keeps = strcmp(own, "x") != 0 && !clashes(seq, at, own);
    if (*label && input->column_count > 1) {
        mr_status st =
            mr_op_fail(seq, NULL, err, MR_E_VALUE, "'%s' labels a sequence of %zu columns", label,
                       input->column_count);
        return mr_error_hint(err, st, "leave the label out: the columns keep their names");
    }
    for (size_t c = 0; c < input->column_count; c++) {
        const char *name = input->column_count > 1 ? input->columns[c].name
                           : *label                ? label
                           : keeps                 ? own
                                                   : numbered;
        MR_TRY(mr_op_add_column(seq, name, input->columns[c].dtype, err));
    }
    return MR_OK;
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    if (seq->input_count == 0)
        return mr_error_hint(err, mr_op_fail(seq, NULL, err, MR_E_ARITY, "no sequences"),
                             "write zip(range(3), count())");
    seq->kind = MR_KIND_FUSED;
    seq->length = MR_LENGTH_WITHOUT_END;
    for (size_t k = 0; k < seq->input_count; k++) {
        const struct mr_seq *input = seq->inputs[k];
        MR_TRY(add_columns(seq, k, err));
        seq->length = mr_length_shorter(seq->length, input->length);
        if (input->access > seq->access) seq->access = input->access;
        seq->is_live = seq->is_live || input->is_live;
    }
    return MR_OK;
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    size_t first = 0;
    for (size_t k = 0; k < seq->input_count; k++) {
        MR_TRY(l->input(l, seq->inputs[k], position, columns + first, err));
        first += seq->inputs[k]->column_count;
    }
    return MR_OK;
}

const struct mr_op mr_op_zip = {
    .name = "zip",
    .brief = "sequences side by side as columns, as long as the shortest",
    .example = "zip(a: count(), b: range(10, 13)) | map(a*b)",
    .role = MR_SOURCE,
    .params = {{"sequences", MR_PARAM_SEQS,
                .brief =
                    "each with an optional label; without one a column keeps its name, and x or a "
                    "name that is there twice becomes x0, x1, ..."}},
    .check = check,
    .lower = lower,
    .known = {{"zip(count(), range(10, 13))", "0,10 1,11 2,12"},
              {"zip(a: count(), b: range(3)) | map(a*b)", "0 1 4"},
              {"zip(count(), range(3) | map(b: x*x)) | map(x0 + b)", "0 2 6"},
              {"zip(range(5) | filter(x % 2 == 0), count(1))", "0,1 2,2 4,3"},
              {"zip(count(), range(0))", ""}},
};
