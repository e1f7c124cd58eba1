#include "ops/point.h"
#include "ops/stage.h"

enum { DIM, FIRST };
enum { DIMENSIONS = 1024, PRIMES_END = 8162 }; /* 8161 is the 1024th prime */

/* The bases of dimensions first, first + 1, ...: by Eratosthenes' sieve. */
static void find_bases(uint64_t bases[], size_t first, size_t count)
{
    bool is_composite[PRIMES_END] = {false};
    size_t found = 0;
    for (size_t n = 2; n < PRIMES_END && found < first + count; n++) {
        if (is_composite[n]) continue;
        if (found >= first) bases[found - first] = n;
        found++;
        for (size_t multiple = n * n; multiple < PRIMES_END; multiple += n)
            is_composite[multiple] = true;
    }
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    MR_TRY(mr_point_check(seq, DIM, err));
    return mr_point_first(seq, FIRST, DIMENSIONS, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    uint64_t bases[MR_MAX_COLUMNS];
    find_bases(bases, (size_t)mr_count_argument(&seq->args[FIRST]), seq->column_count);
    for (size_t k = 0; k < seq->column_count; k++) {
        const ir_value args[] = {
            position, mr_ir_param(l->body, MR_U64, (mr_scalar){.u64 = bases[k]}, &seq->columns[k])};
        columns[k] = mr_ir_call(l->body, MR_FN_HALTON, MR_F64, args, 2);
    }
    return MR_OK;
}

const struct mr_op mr_op_halton = {
    .name = "halton",
    .brief = "evenly spread points in the unit cube: Halton's, as scipy.stats.qmc has them",
    .example = "halton(2) | take(5)",
    .role = MR_SOURCE,
    .params = {{"dim", MR_PARAM_COUNT, .fallback = "1", .brief = "how many columns, 1 to 8"},
               {"first", MR_PARAM_COUNT, .fallback = "0",
                .brief = "the first column's dimension: 0 has base 2, 1 has base 3; below 1024"}},
    .check = check,
    .lower = lower,
    .known = {{"halton(2) | take(5)", "0.0,0.0 0.5,0.3333333333333333 0.25,0.6666666666666666 "
                                      "0.75,0.1111111111111111 0.125,0.4444444444444444"},
              {"halton(1, first=1023) | skip(7e15) | take(1)", "0.18864812589742944"},
              {"halton(2) | skip(9e18) | take(1)", "1.983493541513645e-06,0.038083089684641996"},
              {"halton() | take(0)", ""}},
};
