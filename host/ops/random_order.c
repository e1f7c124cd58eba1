#include "ops/random_order.h"

#include "base/memory.h"
#include "ops/splitmix.h"

/* In the order that kernels/lib/permutation.cl reads them. */
struct words {
    uint64_t n, bits, rows, rounds, key, swap, table;
};

enum {
    TABLE_LENGTH = 16,
    /* Below 2^16 numbers, pairs of elements are measurably uneven after fewer rounds. */
    ROUNDS_SHORT = 12,
    ROUNDS_LONG = 4
};

/* 0 .. n-1, four bits each, shuffled: Knuth, TAOCP 2, 3.4.2, algorithm P. */
static uint64_t small_table(uint64_t n, uint64_t seed)
{
    uint64_t table = UINT64_C(0xFEDCBA9876543210);
    for (uint64_t last = n; last-- > 1;) {
        /* Uneven by less than 2^-50. */
        uint64_t other = ((mr_splitmix(&seed) >> 8) * (last + 1)) >> 56;
        uint64_t changed = (table >> 4 * last ^ table >> 4 * other) & 15;
        table ^= changed << 4 * last;
        if (other != last) table ^= changed << 4 * other;
    }
    return table;
}

mr_status mr_random_order_make(struct mr_seq *seq, int64_t length, uint64_t seed, mr_error *err)
{
    struct words *w = mr_alloc(1, sizeof *w);
    if (!w) return mr_fail_no_memory(err, "a random order");
    seq->context = w;
    w->n = length > 0 ? (uint64_t)length : 1;
    if (w->n <= TABLE_LENGTH) {
        w->table = small_table(w->n, seed);
        return MR_OK;
    }
    uint64_t width = 0;
    while ((w->n - 1) >> width) width++;
    w->bits = (width + 1) / 2;
    w->rows = ((w->n - 1) >> w->bits) + 1;
    w->rounds = width > 16 ? ROUNDS_LONG : ROUNDS_SHORT;
    w->key = mr_splitmix(&seed);
    w->swap = mr_splitmix(&seed) >> 63;
    return MR_OK;
}

void mr_random_order_free(void *context)
{
    mr_free(context);
}

ir_value mr_random_order_lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position)
{
    const ir_value args[] = {
        position, mr_ir_words(l->body, seq->context, sizeof(struct words) / sizeof(uint64_t))};
    return mr_ir_call(l->body, MR_FN_PERMUTATION, MR_I64, args, 2);
}
