#include "base/memory.h"
#include "ops/point.h"
#include "ops/sobol_directions.h"
#include "ops/splitmix.h"
#include "ops/stage.h"

enum { DIM, FIRST, SCRAMBLE, SEED };
enum { PLAIN, SHIFT, OWEN }; /* the choices of scramble= */
enum { BITS = 63, DIGITS = 16 };

/* The words of one dimension, in the order that kernels/lib/sobol.cl reads them. */
struct words {
    uint64_t sums[BITS / 4 + 1][DIGITS];
    uint64_t seeds[4];
};

/* v1 .. v63 as fractions of 2^64, in v[0] and so on: Joe, Kuo: Notes on generating Sobol sequences
 * (2008), equations 2 and 3. */
static void find_directions(uint64_t v[BITS], unsigned dimension)
{
    const uint16_t *numbers = NULL;
    unsigned degree = dimension ? mr_sobol_directions(&numbers, dimension) : 0;
    for (unsigned k = 0; k < BITS; k++) {
        if (k < degree || !dimension) {
            v[k] = (dimension ? (uint64_t)numbers[1 + k] : 1) << (BITS - k);
            continue;
        }
        v[k] = v[k - degree] ^ v[k - degree] >> degree;
        for (unsigned j = 1; j < degree; j++)
            if (numbers[0] >> (degree - 1 - j) & 1) v[k] ^= v[k - j];
    }
}

static uint64_t reversed(uint64_t x)
{
    uint64_t out = 0;
    for (int bit = 0; bit < 64; bit++) out |= (x >> bit & 1) << (63 - bit);
    return out;
}

/* Bit b of a position is in bits b and b-1 of its Gray code. */
static void fill_sums(struct words *w, unsigned dimension, bool reverse)
{
    uint64_t v[BITS + 1] = {0};
    find_directions(v, dimension);
    for (unsigned b = BITS; b-- > 1;) v[b] ^= v[b - 1];
    for (unsigned b = 0; reverse && b < BITS; b++) v[b] = reversed(v[b]);
    for (unsigned digit = 0; digit <= BITS / 4; digit++)
        for (unsigned n = 1; n < DIGITS; n++) {
            unsigned low = n & 1 ? 0 : n & 2 ? 1 : n & 4 ? 2 : 3;
            w->sums[digit][n] = w->sums[digit][n & (n - 1)] ^ v[4 * digit + low];
        }
}

static mr_status make_words(struct mr_seq *seq, mr_error *err)
{
    struct words *w = mr_alloc(seq->column_count, sizeof *w);
    if (!w) return mr_fail_no_memory(err, "direction numbers");
    seq->context = w;
    unsigned first = (unsigned)mr_count_argument(&seq->args[FIRST]);
    int scramble = seq->args[SCRAMBLE].choice;
    for (unsigned k = 0; k < seq->column_count; k++) {
        /* Each dimension has a word of its own, whichever columns are asked for. */
        uint64_t state = seq->args[SEED].number.value.u64;
        state = mr_splitmix(&state) + first + k;
        fill_sums(&w[k], first + k, scramble == OWEN);
        for (int n = 0; n < 4; n++) w[k].seeds[n] = mr_splitmix(&state);
        for (unsigned n = 0; scramble == SHIFT && n < DIGITS; n++) w[k].sums[0][n] ^= w[k].seeds[0];
    }
    return MR_OK;
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    MR_TRY(mr_point_check(seq, DIM, err));
    MR_TRY(mr_point_first(seq, FIRST, MR_SOBOL_DIMENSIONS, err));
    return make_words(seq, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    const struct words *w = seq->context;
    enum mr_library_fn function =
        seq->args[SCRAMBLE].choice == OWEN ? MR_FN_SOBOL_OWEN : MR_FN_SOBOL;
    for (size_t k = 0; k < seq->column_count; k++) {
        const ir_value args[] = {
            position, mr_ir_words(l->body, &w[k].sums[0][0], sizeof w[k] / sizeof(uint64_t))};
        columns[k] = mr_ir_call(l->body, function, MR_F64, args, 2);
    }
    return MR_OK;
}

const struct mr_op mr_op_sobol = {
    .name = "sobol",
    .brief = "evenly spread points in the unit cube: Sobol's with Joe and Kuo's direction numbers",
    .example = "sobol(2, scramble=owen, seed=42) | map(x0*x1) | take(1024) | mean()",
    .role = MR_SOURCE,
    .params = {MR_POINT_DIM("1"),
               {"first", MR_PARAM_COUNT, .fallback = "0",
                .brief = "the first column's dimension; 1,111 are known"},
               {"scramble", MR_PARAM_CHOICE, .fallback = "none", .choices = "none|shift|owen",
                .brief = "shift: all points by one random digital shift; owen: nested uniform"},
               {"seed", MR_PARAM_SEED, .fallback = "0", .brief = "of the scrambling"}},
    .check = check,
    .lower = lower,
    .free_context = mr_free,
    .known = {{"sobol(3) | take(5)", "0.0,0.0,0.0 0.5,0.5,0.5 0.75,0.25,0.25 0.25,0.75,0.75 "
                                     "0.375,0.375,0.625"},
              {"sobol(2) | skip(1e15) | take(1)", "5.5637097667649016e-05,0.2197057271979288"},
              {"sobol(1, first=1110) | skip(1000000000000003) | take(1)", "0.42341749149056884"},
              {"sobol(2, scramble=shift, seed=1) | take(1024) | map(floor(x0*32), floor(x1*32)) | "
               "map(32*x0 + x1) | hist(4, 0, 1024)",
               "256 256 256 256"},
              {"sobol(1, scramble=owen, seed=1) | take(4096) | map(floor(x*4)) | hist(4, 0, 4)",
               "1024 1024 1024 1024"},
              {"sobol() | take(0)", ""}},
};
