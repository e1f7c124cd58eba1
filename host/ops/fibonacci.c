#include <inttypes.h>

#include "ops/recurring.h"
#include "ops/stage.h"

enum { START, MOD, DTYPE };

/* The last term that fits: F(46) < 2^31 <= F(47) < 2^32 <= F(48), F(92) < 2^63 <= F(93) < 2^64. */
static int64_t last_term(mr_dtype dtype)
{
    switch (dtype) {
    case MR_I32: return 46;
    case MR_U32: return 47;
    case MR_I64: return 92;
    default: return 93;
    }
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    mr_dtype dtype = seq->args[DTYPE].dtype;
    mr_scalar mod, ignored;
    char text[MR_NUMBER_TEXT];
    if (!mr_dtype_is_integer(dtype)) {
        mr_status st = mr_op_fail(seq, &seq->args[DTYPE], err, MR_E_TYPE, "dtype=%s is no integer",
                                  mr_dtype_name(dtype));
        return mr_error_hint(err, st, "use i64 or u64, then map(f64(x))");
    }
    if (!mr_number_as(&seq->args[MOD].number, MR_U64, &mod) ||
        !mr_number_as(&seq->args[MOD].number, dtype, &ignored)) {
        mr_status st = mr_op_fail(seq, &seq->args[MOD], err, MR_E_VALUE, "mod=%s does not fit %s",
                                  mr_number_text(&seq->args[MOD], text), mr_dtype_name(dtype));
        return mr_error_hint(err, st, "choose a wider dtype, such as dtype=u64");
    }
    if (mod.u64 == 0) return mr_source_check(seq, dtype, MR_LENGTH_WITHOUT_END, err);
    return mr_recurring_check(seq, dtype, err);
}

/* Without mod: the terms that fit, then an overflow. */
static void lower_terms(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                        ir_value *columns)
{
    struct ir_body *b = l->body;
    mr_dtype dtype = seq->columns[0].dtype;
    /* However late it starts, the sum below must not wrap. */
    enum { LATE = 1000 };
    int64_t start = mr_count_argument(&seq->args[START]);
    mr_scalar first = {.i64 = start < LATE ? start : LATE};
    ir_value n =
        mr_ir_binary(b, IR_ADD, position, mr_ir_param(b, MR_I64, first, &seq->args[START]));
    ir_value limit = mr_ir_const_int(b, MR_U64, last_term(dtype));
    ir_value bad = mr_ir_binary(b, IR_LT, limit, mr_ir_cast(b, MR_U64, n));
    mr_lower_check(l, bad, MR_E_OVERFLOW, seq);
    columns[0] = mr_ir_cast(b, dtype, mr_ir_call(b, MR_FN_FIBONACCI, MR_U64, &n, 1));
}

static void fail(const struct mr_seq *seq, mr_status status, int64_t element, mr_error *err)
{
    mr_fail(err, status, "%s: term %" PRId64 " does not fit %s", seq->op->name,
            mr_count_argument(&seq->args[START]) + element, mr_dtype_name(seq->columns[0].dtype));
    mr_error_hint(err, status,
                  "take fewer, use a wider dtype, or give mod= to compute modulo a number");
}

/* With mod: the first term's number and the recurrence's scalar. */
static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    if (seq->kind == MR_KIND_RECUR) {
        columns[0] = mr_lower_argument(l, &seq->args[START], MR_U64);
        columns[1] = mr_lower_argument(l, &seq->args[MOD], MR_U64);
    } else {
        lower_terms(l, seq, position, columns);
    }
    return MR_OK;
}

const struct mr_op mr_op_fibonacci = {
    .name = "fibonacci",
    .brief = "0, 1, 1, 2, 3, 5, ...: each the sum of the two before",
    .example = "fibonacci(mod=10) | take(12)",
    .role = MR_SOURCE,
    .params = {{"start", MR_PARAM_COUNT, .fallback = "0",
                .brief = "the number of the first term, as large as you like"},
               {"mod", MR_PARAM_SEED, .fallback = "0",
                .brief = "terms modulo this; 0: exact terms, and an error at the first that does "
                         "not fit"},
               {"dtype", MR_PARAM_DTYPE, .fallback = "i64", .brief = "an integer dtype"}},
    .check = check,
    .lower = lower,
    .fail = fail,
    .recurrence = MR_FN_FIBONACCI_MOD,
    .known = {{"fibonacci() | take(10)", "0 1 1 2 3 5 8 13 21 34"},
              {"fibonacci(start=92) | take(1)", "7540113804746346429"},
              {"fibonacci(93, dtype=u64) | take(1)", "12200160415121876738"},
              {"fibonacci(mod=10) | take(12)", "0 1 1 2 3 5 8 3 1 4 5 9"},
              {"fibonacci(start=1e18, mod=1000000007) | take(2)", "209783453 680057396"},
              {"fibonacci(100, 18446744073709551615, u64) | take(1)", "3736710778780434390"},
              {"fibonacci() | take(0)", ""}},
};
