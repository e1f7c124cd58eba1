#include "base/memory.h"
#include "ops/recurring.h"

enum { COEFFICIENTS, INITIAL, MOD, DTYPE };

/* In the order that kernels/lib/recurrence.cl reads them. */
enum { MOST = 16 };
struct words {
    uint64_t order, modulus, coefficients[MOST], initial[MOST];
};

/* An integer modulo m, or modulo 2^64. */
static mr_status residue(const struct mr_seq *seq, size_t list, size_t n, uint64_t *out,
                         mr_error *err)
{
    uint64_t m = seq->args[MOD].number.value.u64;
    struct mr_number number = mr_list_number(&seq->args[list], n);
    mr_scalar value;
    if (mr_number_as(&number, MR_U64, &value)) {
        *out = m ? value.u64 % m : value.u64;
        return MR_OK;
    }
    if (!mr_number_as(&number, MR_I64, &value)) {
        mr_status st =
            mr_op_fail(seq, &seq->args[list], err, MR_E_VALUE,
                       "%s holds what is no integer of 64 bits", seq->op->params[list].name);
        return mr_error_hint(err, st, "multiply the recurrence out, or use iterate()");
    }
    uint64_t below = m ? (0 - value.u64) % m : 0;
    *out = !m ? value.u64 : below ? m - below : 0;
    return MR_OK;
}

static mr_status check_lists(const struct mr_seq *seq, mr_error *err)
{
    size_t order = mr_list_length(&seq->args[COEFFICIENTS]);
    size_t initial = mr_list_length(&seq->args[INITIAL]);
    if (order > MOST)
        return mr_op_fail(seq, &seq->args[COEFFICIENTS], err, MR_E_LIMIT,
                          "%zu coefficients are above the limit of %d", order, MOST);
    if (initial == order) return MR_OK;
    mr_status st =
        mr_op_fail(seq, &seq->args[INITIAL], err, MR_E_ARITY,
                   "%zu coefficients need as many initial terms, not %zu", order, initial);
    return mr_error_hint(err, st, "write recurrence((1, 1), (0, 1))");
}

static mr_status make_words(struct mr_seq *seq, mr_error *err)
{
    struct words *w = mr_alloc(1, sizeof *w);
    if (!w) return mr_fail_no_memory(err, "a recurrence");
    seq->context = w;
    w->order = mr_list_length(&seq->args[COEFFICIENTS]);
    w->modulus = seq->args[MOD].number.value.u64;
    for (size_t k = 0; k < w->order; k++) {
        MR_TRY(residue(seq, COEFFICIENTS, k, &w->coefficients[k], err));
        MR_TRY(residue(seq, INITIAL, k, &w->initial[k], err));
    }
    return MR_OK;
}

/* Modulo 2^64 any integer is a dtype: numbers wrap. */
static mr_status check(struct mr_seq *seq, mr_error *err)
{
    uint64_t m = seq->args[MOD].number.value.u64;
    MR_TRY(check_lists(seq, err));
    MR_TRY(mr_recurring_check_dtype(seq, DTYPE, MOD, m ? m - 1 : 0,
                                    "use i64 or u64, then map(f64(x))", err));
    MR_TRY(make_words(seq, err));
    return mr_recurring_check(seq, seq->args[DTYPE].dtype, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)position, (void)err;
    mr_recurring_lower_words(l, seq, sizeof(struct words), columns);
    return MR_OK;
}

/* The known answers are the first terms of the Online Encyclopedia's A000045, A000073, A000129,
 * A000931 and A033999. */
const struct mr_op mr_op_recurrence = {
    .name = "recurrence",
    .brief = "linear: each element a sum of multiples of those before",
    .example = "recurrence((1, 1), (0, 1), mod=1000000007) | skip(1e15) | take(3)",
    .role = MR_SOURCE,
    .params = {{"coefficients", MR_PARAM_NUMBERS,
                .brief = "of the element before, of that before it and so on: up to 16 integers"},
               {"initial", MR_PARAM_NUMBERS, .brief = "the first elements, as many"},
               {"mod", MR_PARAM_SEED, .fallback = "0",
                .brief = "elements modulo this; 0: they wrap modulo 2^64"},
               {"dtype", MR_PARAM_DTYPE, .fallback = "i64", .brief = "an integer dtype"}},
    .check = check,
    .lower = lower,
    .recurrence = MR_FN_LINEAR,
    .free_context = mr_free,
    .known = {{"recurrence((1, 1), (0, 1)) | take(10)", "0 1 1 2 3 5 8 13 21 34"},
              {"recurrence((1, 1, 1), (0, 0, 1)) | take(12)", "0 0 1 1 2 4 7 13 24 44 81 149"},
              {"recurrence((2, 1), (0, 1), mod=100, dtype=u32) | take(10)",
               "0 1 2 5 12 29 70 69 8 85"},
              {"recurrence((0, 1, 1), (1, 0, 0)) | take(14)", "1 0 0 1 0 1 1 1 2 2 3 4 5 7"},
              {"recurrence(-1, 1) | skip(1e15) | take(3)", "1 -1 1"},
              {"recurrence((1, 1), (0, 1), mod=1000000007) | skip(1e18) | take(2)",
               "209783453 680057396"},
              {"recurrence(3, 1, mod=1) | take(2)", "0 0"}},
};
