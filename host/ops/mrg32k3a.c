#include "base/memory.h"
#include "ops/recurring.h"
#include "ops/splitmix.h"

enum { SEED, STREAM };
enum { BITS = 64, STREAM_SHIFT = 127 };

struct matrix {
    uint64_t at[3][3];
};

/* In the order that kernels/lib/recurrence.cl reads them. */
struct words {
    uint64_t state[2][3];
    struct matrix powers[BITS][2]; /* of 2^bit steps */
};

/* L'Ecuyer 1999, figure I. */
static const uint64_t moduli[2] = {4294967087, 4294944443};
static const struct matrix steps[2] = {{{{0, 1, 0}, {0, 0, 1}, {4294967087 - 810728, 1403580, 0}}},
                                       {{{0, 1, 0}, {0, 0, 1}, {4294944443 - 1370589, 0, 527612}}}};

/* Elements are below 2^32. */
static struct matrix squared(const struct matrix *a, uint64_t m)
{
    struct matrix square = {.at = {{0}}};
    for (int row = 0; row < 3; row++)
        for (int column = 0; column < 3; column++) {
            for (int k = 0; k < 3; k++)
                square.at[row][column] += a->at[row][k] * a->at[k][column] % m;
            square.at[row][column] %= m;
        }
    return square;
}

static void apply(uint64_t v[3], const struct matrix *a, uint64_t m)
{
    uint64_t product[3] = {0};
    for (int row = 0; row < 3; row++)
        for (int k = 0; k < 3; k++) product[row] += a->at[row][k] * v[k] % m;
    for (int row = 0; row < 3; row++) v[row] = product[row] % m;
}

/* Stream s starts 2^127 s steps on: L'Ecuyer, Simard, Chen, Kelton: An object-oriented
 * random-number package with many long streams and substreams (Operations Research 50, 2002). */
static void enter_stream(struct words *w, int part, uint64_t stream)
{
    uint64_t m = moduli[part];
    struct matrix power = steps[part];
    for (int k = 0; k < STREAM_SHIFT; k++) power = squared(&power, m);
    for (; stream; stream >>= 1) {
        if (stream & 1) apply(w->state[part], &power, m);
        power = squared(&power, m);
    }
}

/* The state is the published default, or mixed: none of its six numbers is 0 then, so neither half
 * is. */
static void fill_state(struct words *w, uint64_t seed)
{
    bool is_default = seed == 0;
    for (int part = 0; part < 2; part++)
        for (int k = 0; k < 3; k++)
            w->state[part][k] = is_default ? 12345 : mr_splitmix(&seed) % (moduli[part] - 1) + 1;
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    struct words *w = mr_alloc(1, sizeof *w);
    if (!w) return mr_fail_no_memory(err, "a random generator");
    seq->context = w;
    fill_state(w, seq->args[SEED].number.value.u64);
    for (int part = 0; part < 2; part++) {
        w->powers[0][part] = steps[part];
        for (int bit = 1; bit < BITS; bit++)
            w->powers[bit][part] = squared(&w->powers[bit - 1][part], moduli[part]);
        enter_stream(w, part, seq->args[STREAM].number.value.u64);
    }
    return mr_recurring_check(seq, MR_U32, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)position, (void)err;
    mr_recurring_lower_words(l, seq, sizeof(struct words), columns);
    return MR_OK;
}

/* The known answers are L'Ecuyer's generator in long integers; times 2.328306549295727688e-10 the
 * first are 0.1270, 0.3185 and 0.3092, as the RngStreams package prints them. */
const struct mr_op mr_op_mrg32k3a = {
    .name = "mrg32k3a",
    .brief =
        "L'Ecuyer's random integers, 1 to 4294967087; times 2.328306549295727688e-10 in (0, 1)",
    .example = "mrg32k3a() | map(x * 2.328306549295727688e-10) | take(3)",
    .role = MR_SOURCE,
    .params = {{"seed", MR_PARAM_SEED, .fallback = "0",
                .brief = "0: the state is 12345 six times, as published; else mixed from the seed"},
               {"stream", MR_PARAM_SEED, .fallback = "0",
                .brief = "streams of a seed lie 2^127 elements apart"}},
    .check = check,
    .lower = lower,
    .recurrence = MR_FN_MRG32K3A,
    .free_context = mr_free,
    .known = {{"mrg32k3a() | take(5)", "545508589 1368065410 1327943761 3546985096 951893194"},
              {"mrg32k3a() | skip(4999) | take(1)", "544559092"},
              {"mrg32k3a() | skip(1e15) | take(2)", "1544405787 3026162225"},
              {"mrg32k3a(stream=1) | take(2)", "3262379099 4201811714"},
              {"mrg32k3a(stream=5) | skip(1e9) | take(2)", "3672778551 1464605327"}},
};
