/* Aggregates: what reductions, scans, windows and chunks compute. Each is a descriptor in a file of
 * host/aggregates/; the build makes enum mr_aggregate and the table from them. Emission, the host
 * engine, the planner and the tree read what an aggregate says and never ask which one it is. */
#ifndef MR_IR_AGGREGATE_H
#define MR_IR_AGGREGATE_H

#include "ir/aggregates.h"
#include "ir/body.h"
#include "ir/fold_class.h"
#include "ir/kinds.h"
#include "ir/partial.h"

struct mr_settings;

/* What a fold's total becomes, for kernels and loops that do not call `finish`. */
enum mr_finishing {
    MR_FINISHED_BY_CODE,  /* something else: only `finish` says what */
    MR_FINISHED_AS_TOTAL, /* the total itself */
    MR_FINISHED_AS_MEAN   /* it is divided by how many elements there are */
};

struct mr_aggregate_class {
    const char *name;
    enum mr_kind kind; /* of the segment that computes it over all elements */

    /* An element's value as it enters: code, the same for every engine. */
    ir_value (*value)(struct ir_body *b, ir_value x, const struct mr_settings *settings);
    mr_dtype (*result)(mr_dtype column);

    enum mr_partials partials; /* what is known of a leaf */
    enum mr_aggregate fold;    /* FOLD, MOMENTS, FIXED: of the values. PLACE: MR_MIN or MR_MAX */
    bool picks_last;           /* NONE: the last element, not the first */
    bool deciding;             /* DECISION: by the first value that is this */
    bool needs_count;          /* its result is another one for another number of elements */
    bool is_prompt;            /* early elements may decide: a live source is asked one by one */

    /* FOLD, FIXED: the same as `finish`, for whoever does not call it. Chunks, windows and scans
     * take no aggregate that is finished BY_CODE but a count. */
    enum mr_finishing finishing;

    /* FOLD, of integers: what their sum has above its 64 bits is a second partial. */
    bool sums_beyond;
    bool tells_wrap;           /* whether there is anything above */
    enum mr_aggregate watched; /* the same as an aggregate that keeps it; NONE: there is none */

    /* Its value from the partial of everything, of values of this dtype; false: it has none. ddof:
     * delta degrees of freedom. NULL for what has no partials. */
    bool (*finish)(const struct mr_partial *total, mr_dtype dtype, int64_t ddof, mr_scalar *out);
};

extern const struct mr_aggregate_class *const mr_aggregates[MR_AGGREGATE_COUNT];

static inline const struct mr_aggregate_class *mr_aggregate_of(enum mr_aggregate aggregate)
{
    return mr_aggregates[aggregate];
}

/* That of this name, which tells whether it wraps or does not. NO_AGGREGATE: there is none. */
enum mr_aggregate mr_aggregate_named(const char *name, size_t length, bool tells_wrap);

/* The dtype a sum or product of these accumulates in and gives: the widest of its family,
 * so that only 2^64 wraps; f32 accumulates in f64. min and max keep theirs. */
mr_dtype mr_wide_dtype(mr_dtype dtype);

/* As above for what runs along its elements (scan, window): f32 stays f32. */
mr_dtype mr_running_dtype(enum mr_aggregate aggregate, mr_dtype dtype);

/* The result's dtype of a terminal or chunk. */
mr_dtype mr_aggregate_dtype(enum mr_aggregate aggregate, mr_dtype dtype);

/* Whether a sum is kept beyond the 64 bits of its integers, as a second partial. */
bool mr_sums_beyond(enum mr_aggregate aggregate, mr_dtype dtype);

/* For descriptors: values and results that several have. */
ir_value mr_value_as_it_is(struct ir_body *b, ir_value x, const struct mr_settings *settings);
ir_value mr_value_wide(struct ir_body *b, ir_value x, const struct mr_settings *settings);
ir_value mr_value_f64(struct ir_body *b, ir_value x, const struct mr_settings *settings);
ir_value mr_value_ordered(struct ir_body *b, ir_value x, const struct mr_settings *settings);
mr_dtype mr_result_as_it_is(mr_dtype column);
mr_dtype mr_result_f64(mr_dtype column);
mr_dtype mr_result_i64(mr_dtype column);

#endif
