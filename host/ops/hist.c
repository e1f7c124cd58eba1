#include <math.h>

#include "ops/stage.h"

enum { BINS, LO, HI };

static mr_status check_bounds(const struct mr_seq *seq, mr_error *err)
{
    mr_scalar lo, hi;
    (void)mr_number_as(&seq->args[LO].number, MR_F64, &lo);
    (void)mr_number_as(&seq->args[HI].number, MR_F64, &hi);
    double scale = (double)seq->extent / (hi.f64 - lo.f64);
    if (lo.f64 < hi.f64 && isfinite(hi.f64 - lo.f64) && isfinite(scale)) return MR_OK;
    char low[MR_NUMBER_TEXT], high[MR_NUMBER_TEXT];
    mr_status st =
        mr_op_fail(seq, &seq->args[LO], err, MR_E_VALUE, "lo=%s must be below hi=%s, both finite",
                   mr_number_text(&seq->args[LO], low), mr_number_text(&seq->args[HI], high));
    return mr_error_hint(err, st, "min() and max() find the bounds of a sequence");
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    enum { LIMIT = 65536 };
    char text[MR_NUMBER_TEXT];
    MR_TRY(mr_reduce_check(seq, MR_HIST, err));
    if (seq->column_count > 1)
        return mr_error_hint(err,
                             mr_op_fail(seq, NULL, err, MR_E_TYPE,
                                        "%zu columns come in, one is due", seq->column_count),
                             "choose one: map(name)");
    seq->extent = mr_count_argument(&seq->args[BINS]);
    if (seq->extent < 1 || seq->extent > LIMIT)
        return mr_op_fail(seq, &seq->args[BINS], err, MR_E_VALUE, "bins=%s must be from 1 to %d",
                          mr_number_text(&seq->args[BINS], text), LIMIT);
    MR_TRY(check_bounds(seq, err));
    seq->length = mr_length_known(seq->extent);
    seq->column_count = 0;
    return mr_op_add_column(seq, "count", mr_aggregate_dtype(MR_HIST, MR_F64), err);
}

const struct mr_op mr_op_hist = {
    .name = "hist",
    .brief = "how many elements fall in each of equal bins, as numpy.histogram",
    .example = "range(100) | hist(4, 0, 100)",
    .role = MR_TERMINAL,
    .params = {{"bins", MR_PARAM_COUNT, .brief = "1 to 65536"},
               {"lo", MR_PARAM_NUMBER, .brief = "where the first bin begins"},
               {"hi", MR_PARAM_NUMBER,
                .brief = "where the last bin ends, itself included; what lies outside is ignored"}},
    .check = check,
    .known = {{"range(100) | hist(4, 0, 100)", "25 25 25 25"},
              {"linspace(0, 1, 11) | hist(5, 0, 1)", "2 2 2 2 3"},
              {"range(-5, 10) | hist(2, 0, 4)", "2 3"},
              {"range(3) | map(nan) | hist(1, 0, 1)", "0"},
              {"range(0) | hist(2, 0, 1)", "0 0"}},
};
