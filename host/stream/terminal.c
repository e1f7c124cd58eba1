#include "stream/terminal.h"

#include <stdio.h>
#include <string.h>

#include "ir/op.h"
#include "ring/exact_sum.h"

static bool is_histogram(enum mr_aggregate aggregate)
{
    const struct mr_partials_class *partials = mr_partials_of(aggregate);
    return partials->has_bins && !partials->is_exact;
}

void mr_terminal_of(struct mr_terminal *out, const struct mr_segment *s)
{
    *out = (struct mr_terminal){.seq = s->seq,
                                .aggregate = s->aggregate,
                                .ddof = s->seq->settings.ddof,
                                .column_count = s->column_count};
    (void)snprintf(out->name, sizeof out->name, "%s", s->seq->op->name);
    if (mr_partials_of(s->aggregate)->has_bins)
        out->bins = (size_t)(is_histogram(s->aggregate) ? s->bins.range.count : s->bins.count);
    if (is_histogram(s->aggregate)) {
        out->low = s->bins.range.low;
        out->high = s->bins.range.high;
    }
    memcpy(out->columns, s->columns, sizeof out->columns);
    for (size_t c = 0; c < s->value_count; c++)
        out->values[c] = mr_ir_dtype(&s->body, s->values[c]);
}

size_t mr_terminal_entries(const struct mr_terminal *t)
{
    return t->bins ? t->bins : 1;
}

void mr_terminal_add_bins(const struct mr_terminal *t, uint64_t bins[], const uint64_t others[])
{
    for (size_t k = 0; k < t->bins; k++) bins[k] += others[k];
    if (mr_partials_of(t->aggregate)->is_exact) mr_exact_carry(bins);
}

static mr_status fail(const struct mr_terminal *t, mr_error *err, mr_status status,
                      const char *what)
{
    if (t->seq) return mr_op_fail(t->seq, NULL, err, status, "%s", what);
    (void)mr_fail(err, status, "%s: %s", t->name, what);
    if (err) (void)snprintf(err->op, sizeof err->op, "%s", t->name);
    return status;
}

mr_status mr_terminal_fail_empty(const struct mr_terminal *t, mr_error *err)
{
    mr_status st = fail(t, err, MR_E_EMPTY, "the sequence is empty");
    return mr_error_hint(err, st, "check with count(), or put a value in front with chain()");
}

static mr_status fail_overflow(const struct mr_terminal *t, const char *sum, mr_dtype dtype,
                               mr_error *err)
{
    char what[MR_EXACT_TEXT + 64];
    (void)snprintf(what, sizeof what, "the sum is %s, which no %s holds", sum,
                   mr_dtype_name(dtype));
    mr_status st = fail(t, err, MR_E_OVERFLOW, what);
    return mr_error_hint(err, st,
                         "mean(exact) divides it and never wraps; map(f64(x)) before it gives f64");
}

mr_status mr_terminal_finish(const struct mr_terminal *t, const struct mr_leaves *leaves,
                             void *const columns[], mr_sums *sums, mr_error *err)
{
    bool tells = sums && mr_aggregate_of(t->aggregate)->tells_wrap;
    if (tells) *sums = MR_SUMS_FIT;
    for (size_t c = 0; c < t->column_count; c++) {
        const struct mr_tree *tree = &leaves->trees[c];
        mr_scalar value;
        if (tells && mr_tree_wrapped(tree)) *sums = MR_SUMS_WRAPPED;
        if (!mr_tree_value(tree, t->ddof, &value)) return mr_terminal_fail_empty(t, err);
        mr_scalar_write(t->columns[c].dtype, columns[c], 0, value);
    }
    return MR_OK;
}

static mr_status finish_exact(const struct mr_terminal *t, void *const columns[], mr_error *err)
{
    bool is_mean = mr_aggregate_of(t->aggregate)->finishing == MR_FINISHED_AS_MEAN;
    for (size_t c = 0; c < t->column_count; c++) {
        mr_dtype dtype = t->values[c];
        char text[MR_EXACT_TEXT];
        if (!is_mean && dtype != MR_F64 && mr_exact_overflows(columns[c], dtype, text))
            return fail_overflow(t, text, dtype, err);
        mr_scalar value = mr_exact_value(columns[c], is_mean, dtype);
        mr_scalar_write(t->columns[c].dtype, columns[c], 0, value);
    }
    return MR_OK;
}

mr_status mr_terminal_finish_bins(const struct mr_terminal *t, void *const columns[],
                                  size_t *entries, mr_error *err)
{
    *entries = is_histogram(t->aggregate) ? t->bins : 1;
    return is_histogram(t->aggregate) ? MR_OK : finish_exact(t, columns, err);
}
