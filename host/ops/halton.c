#include "base/memory.h"
#include "ops/point.h"
#include "ops/splitmix.h"
#include "ops/stage.h"

enum { DIM, FIRST, SCRAMBLE, SEED };
enum { PLAIN, DIGITS };                        /* the choices of scramble= */
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

/* The words that kernels/lib/halton.cl reads, column by column. */
struct scrambling {
    size_t begins[MR_MAX_COLUMNS], count;
    uint64_t words[];
};

/* How many digits weigh more than 2^-54. */
static size_t digits_of(uint64_t base)
{
    size_t digits = 0;
    for (uint64_t power = base; power < UINT64_C(1) << 54; power *= base) digits++;
    return digits;
}

static size_t words_of(uint64_t base)
{
    return 2 + digits_of(base) * (size_t)((base + 3) / 4);
}

/* 0 .. base-1, shuffled, four to a word: Knuth, TAOCP 2, 3.4.2, algorithm P. */
static void fill_permutation(uint64_t *out, uint64_t base, uint64_t *state)
{
    uint16_t order[PRIMES_END];
    for (uint64_t k = 0; k < base; k++) order[k] = (uint16_t)k;
    for (uint64_t last = base; last-- > 1;) {
        /* Uneven by less than 2^-36. */
        uint64_t other = ((mr_splitmix(state) >> 14) * (last + 1)) >> 50;
        uint16_t kept = order[last];
        order[last] = order[other];
        order[other] = kept;
    }
    for (uint64_t k = 0; k < base; k++) out[k / 4] |= (uint64_t)order[k] << (k % 4 * 16);
}

static void fill_words(uint64_t *out, uint64_t base, uint64_t state)
{
    out[0] = base;
    out[1] = digits_of(base);
    for (size_t digit = 0; digit < out[1]; digit++)
        fill_permutation(out + 2 + digit * ((base + 3) / 4), base, &state);
}

static mr_status make_scrambling(struct mr_seq *seq, const uint64_t bases[], mr_error *err)
{
    size_t count = 0;
    for (size_t k = 0; k < seq->column_count; k++) count += words_of(bases[k]);
    struct scrambling *s = mr_alloc(1, sizeof *s + count * sizeof s->words[0]);
    if (!s) return mr_fail_no_memory(err, "the permutations of digits");
    seq->context = s;
    for (size_t k = 0; k < seq->column_count; k++) {
        /* Each dimension has a word of its own, whichever columns are asked for. */
        uint64_t state = seq->args[SEED].number.value.u64;
        state = mr_splitmix(&state) + (uint64_t)mr_count_argument(&seq->args[FIRST]) + k;
        state = mr_splitmix(&state);
        s->begins[k] = s->count;
        fill_words(s->words + s->count, bases[k], state);
        s->count += words_of(bases[k]);
    }
    return MR_OK;
}

static void find_own_bases(uint64_t bases[], const struct mr_seq *seq)
{
    find_bases(bases, (size_t)mr_count_argument(&seq->args[FIRST]), seq->column_count);
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    uint64_t bases[MR_MAX_COLUMNS];
    MR_TRY(mr_point_check(seq, DIM, err));
    MR_TRY(mr_point_first(seq, FIRST, DIMENSIONS, err));
    if (seq->args[SCRAMBLE].choice == PLAIN) return MR_OK;
    find_own_bases(bases, seq);
    return make_scrambling(seq, bases, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    const struct scrambling *s = seq->context;
    uint64_t bases[MR_MAX_COLUMNS] = {0};
    find_own_bases(bases, seq);
    for (size_t k = 0; k < seq->column_count; k++) {
        ir_value args[] = {position, IR_NONE};
        args[1] = s ? mr_ir_words(l->body, s->words + s->begins[k], words_of(bases[k]))
                    : mr_ir_param(l->body, MR_U64, (mr_scalar){.u64 = bases[k]}, &seq->columns[k]);
        columns[k] =
            mr_ir_call(l->body, s ? MR_FN_HALTON_SCRAMBLED : MR_FN_HALTON, MR_F64, args, 2);
    }
    return MR_OK;
}

const struct mr_op mr_op_halton = {
    .name = "halton",
    .brief = "evenly spread points in the unit cube: Halton's, as scipy.stats.qmc has them",
    .example = "halton(2, scramble=digits, seed=42) | take(5)",
    .role = MR_SOURCE,
    .params = {MR_POINT_DIM("1"),
               {"first", MR_PARAM_COUNT, .fallback = "0",
                .brief = "the first column's dimension: 0 has base 2, 1 has base 3; below 1024"},
               {"scramble", MR_PARAM_CHOICE, .fallback = "none", .choices = "none|digits",
                .brief = "digits: each by a random permutation of its own (Owen 2017)"},
               {"seed", MR_PARAM_SEED, .fallback = "0", .brief = "of the scrambling"}},
    .check = check,
    .lower = lower,
    .free_context = mr_free,
    .known = {{"halton(2) | take(5)", "0.0,0.0 0.5,0.3333333333333333 0.25,0.6666666666666666 "
                                      "0.75,0.1111111111111111 0.125,0.4444444444444444"},
              {"halton(1, first=1023) | skip(7e15) | take(1)", "0.18864812589742944"},
              {"halton(2) | skip(9e18) | take(1)", "1.983493541513645e-06,0.038083089684641996"},
              /* Python's fractions, through permutations made there. */
              {"halton(1, first=1023, scramble=digits, seed=7) | skip(1e15) | take(2)",
               "0.1532860242088158 0.9379937806112174"},
              {"halton(2, scramble=digits, seed=1) | take(1296) | map(floor(x0*16), floor(x1*81)) "
               "| map(81*x0 + x1) | hist(4, 0, 1296)",
               "324 324 324 324"},
              {"halton() | take(0)", ""}},
};
