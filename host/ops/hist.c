#include <math.h>

#include "ops/stage.h"

enum { BINS, LO, HI };

/* Why no bins can be made of the range. */
static mr_status fail_bins(const struct mr_seq *seq, double low, double high, mr_error *err)
{
    char lo[MR_NUMBER_TEXT], hi[MR_NUMBER_TEXT], bins[MR_NUMBER_TEXT];
    const struct mr_argument *at = &seq->args[LO];
    (void)mr_number_text(at, lo);
    (void)mr_number_text(&seq->args[HI], hi);
    if (!(low < high) || isinf(low) || isinf(high)) {
        mr_status st =
            mr_op_fail(seq, at, err, MR_E_VALUE, "lo=%s must be below hi=%s, both finite", lo, hi);
        return mr_error_hint(err, st, "min() and max() find the bounds of a sequence");
    }
    if (isinf(high - low)) {
        mr_status st =
            mr_op_fail(seq, at, err, MR_E_VALUE,
                       "from lo=%s to hi=%s is farther than the greatest f64, 1.8e308", lo, hi);
        return mr_error_hint(err, st, "halve all: map(x/2.0) | hist(bins, lo/2, hi/2)");
    }
    mr_status st = mr_op_fail(seq, &seq->args[BINS], err, MR_E_VALUE,
                              "bins=%s are narrower than what f64 tells apart from lo=%s to hi=%s",
                              mr_number_text(&seq->args[BINS], bins), lo, hi);
    return mr_error_hint(err, st, "ask for fewer bins, or for a wider range");
}

static mr_status take_bounds(struct mr_seq *seq, int64_t count, mr_error *err)
{
    mr_scalar lo, hi;
    (void)mr_number_as(&seq->args[LO].number, MR_F64, &lo);
    (void)mr_number_as(&seq->args[HI].number, MR_F64, &hi);
    if (mr_bins_set(&seq->settings.bins, count, lo.f64, hi.f64)) return MR_OK;
    return fail_bins(seq, lo.f64, hi.f64, err);
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    MR_TRY(mr_reduce_check(seq, MR_HIST, err));
    if (seq->column_count > 1)
        return mr_error_hint(err,
                             mr_op_fail(seq, NULL, err, MR_E_TYPE,
                                        "%zu columns come in, one is due", seq->column_count),
                             "choose one: map(name)");
    int64_t count = mr_count_argument(&seq->args[BINS]);
    MR_TRY(take_bounds(seq, count, err));
    seq->length = mr_length_known(count);
    seq->column_count = 0;
    return mr_op_add_column(seq, "count", mr_aggregate_dtype(MR_HIST, MR_F64), err);
}

const struct mr_op mr_op_hist = {
    .name = "hist",
    .brief = "how many elements lie between the edges of each of equal bins",
    .example = "range(100) | hist(4, 0, 100)",
    .role = MR_TERMINAL,
    .params = {{"bins", MR_PARAM_COUNT, .range = MR_WITHIN(1, MR_MAX_BINS), .brief = "how many"},
               {"lo", MR_PARAM_NUMBER,
                .brief =
                    "where the first bin begins; the edges are those of linspace(lo, hi, bins+1)"},
               {"hi", MR_PARAM_NUMBER,
                .brief = "where the last bin ends, itself included; what lies outside is ignored"}},
    .check = check,
    .known = {{"range(100) | hist(4, 0, 100)", "25 25 25 25"},
              {"linspace(0, 1, 11) | hist(5, 0, 1)", "2 2 2 2 3"},
              {"range(-5, 10) | hist(2, 0, 4)", "2 3"},
              {"gen(i/10.0, 10) | hist(10, 0, 1)", "1 1 2 0 1 2 1 0 1 1"},
              {"range(3) | map(nan) | hist(1, 0, 1)", "0"},
              {"range(0) | hist(2, 0, 1)", "0 0"}},
};
