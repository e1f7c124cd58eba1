/* One of n parts of a sequence, so that n processes share it: every element is in one of them.
 *
 *     known length, n = 3      | leaves 0 .. 33 | leaves 34 .. 66 | the rest |    contiguous
 *     block = 4, n = 3         0000 1111 2222 0000 1111 2222 0000 ...             in turn
 *
 * Contiguous parts are cut where leaves of the fixed tree begin, so that reductions of them can be
 * merged to the bits of the whole. */
#include <inttypes.h>

#include "ops/stage.h"

enum { K, N, BLOCK, DEFAULT_BLOCK = 65536 };

static bool is_cyclic(const struct mr_seq *seq)
{
    return seq->args[BLOCK].present || seq->inputs[0]->length.kind == MR_LENGTH_ENDLESS;
}

static int64_t block_of(const struct mr_seq *seq)
{
    return seq->args[BLOCK].present ? mr_count_argument(&seq->args[BLOCK]) : DEFAULT_BLOCK;
}

/* How many of the first `count` positions are part k's. */
static int64_t taken_cyclic(int64_t count, int64_t block, int64_t k, int64_t n)
{
    int64_t blocks = count / block, rest = count % block;
    int64_t whole = blocks / n + (blocks % n > k);
    return whole * block + (blocks % n == k ? rest : 0);
}

static mr_status fail_counted(const struct mr_seq *seq, mr_error *err)
{
    const struct mr_seq *cause = mr_seq_uncounted(seq->inputs[0]);
    mr_status st =
        mr_op_fail(seq, NULL, err, MR_E_NOT_SEEKABLE,
                   "how many elements %s gives is known only afterwards", cause->op->name);
    if (cause->op->feed)
        return mr_error_hint(err, st, "write its rows to a .npy file, and read() that");
    return mr_error_hint(err, st,
                         "put it before the stages that count: source | shard(k, n) | filter(...)");
}

static mr_status check_cyclic(struct mr_seq *seq, int64_t k, int64_t n, mr_error *err)
{
    const struct mr_seq *input = seq->inputs[0], *cause = mr_seq_not_seekable(input);
    int64_t block = block_of(seq);
    if (input->access != MR_ANYWHERE) {
        mr_status st = mr_op_fail(seq, NULL, err, MR_E_NOT_SEEKABLE,
                                  "elements of %s cannot be read in any order",
                                  (cause ? cause : input)->op->name);
        return mr_error_hint(err, st,
                             "end it with take(n), and leave block out, for contiguous parts");
    }
    bool is_limited = seq->length.kind == MR_LENGTH_KNOWN || seq->length.most < INT64_MAX;
    if (is_limited) seq->length.most = taken_cyclic(seq->length.most, block, k, n);
    seq->length.reach = taken_cyclic(seq->length.reach, block, k, n);
    return MR_OK;
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    int64_t k = mr_count_argument(&seq->args[K]), n = mr_count_argument(&seq->args[N]);
    char text[MR_NUMBER_TEXT];
    if (k >= n) {
        mr_status st = mr_op_fail(seq, &seq->args[K], err, MR_E_VALUE,
                                  "k=%s must be below n: parts count from 0",
                                  mr_number_text(&seq->args[K], text));
        return mr_error_hint(err, st,
                             "the last of %" PRId64 " parts is shard(%" PRId64 ", %" PRId64 ")", n,
                             n - 1, n);
    }
    mr_op_like_input(seq);
    seq->kind = MR_KIND_FUSED;
    if (seq->length.kind == MR_LENGTH_UNKNOWN) return fail_counted(seq, err);
    if (is_cyclic(seq)) return check_cyclic(seq, k, n, err);
    int64_t begin = mr_part_begin(seq->length.most, k, n),
            end = mr_part_begin(seq->length.most, k + 1, n);
    seq->length = mr_length_skip(mr_length_take(seq->length, end), begin);
    return MR_OK;
}

static mr_status lower_cyclic(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                              ir_value *columns, mr_error *err)
{
    struct ir_body *b = l->body;
    const mr_scalar size = {.i64 = block_of(seq)};
    ir_value block = mr_ir_const(b, MR_I64, size);
    ir_value round = mr_ir_binary(b, IR_DIV, position, block);
    ir_value within = mr_ir_binary(b, IR_REM, position, block);
    ir_value parts = mr_lower_argument(l, &seq->args[N], MR_I64);
    ir_value number = mr_ir_binary(b, IR_ADD, mr_ir_binary(b, IR_MUL, round, parts),
                                   mr_lower_argument(l, &seq->args[K], MR_I64));
    ir_value first = mr_ir_binary(b, IR_MUL, number, block);
    return mr_lower_input(l, seq, mr_ir_binary(b, IR_ADD, first, within), columns, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    if (is_cyclic(seq)) return lower_cyclic(l, seq, position, columns, err);
    int64_t length = seq->inputs[0]->length.most;
    const mr_scalar begin = {.i64 = mr_part_begin(length, mr_count_argument(&seq->args[K]),
                                                  mr_count_argument(&seq->args[N]))};
    ir_value from = mr_ir_param(l->body, MR_I64, begin, &seq->length);
    return mr_lower_input(l, seq, mr_ir_binary(l->body, IR_ADD, position, from), columns, err);
}

const struct mr_op mr_op_shard = {
    .name = "shard",
    .brief = "part k of n, contiguous or, with block= or without end, in turn",
    .example = "range(1e6) | shard(3, 4) | take(3)",
    .role = MR_STAGE,
    .params = {{"k", MR_PARAM_COUNT, .brief = "which part, from 0"},
               {"n", MR_PARAM_COUNT, .range = MR_WITHIN(1, MR_MAX_SHARDS),
                .brief = "how many parts there are"},
               {"block", MR_PARAM_COUNT, .optional = true, .range = MR_FROM(1),
                .brief = "so many elements to each part in turn; else cut at multiples of 1024"}},
    .check = check,
    .lower = lower,
    .known = {{"range(5000) | shard(1, 2) | take(3)", "2048 2049 2050"},
              {"range(5000) | shard(0, 2) | count()", "2048"},
              {"range(5000) | shard(4, 5) | count()", "904"},
              {"range(10) | shard(1, 3, block=2)", "2 3 8 9"},
              {"range(10) | shard(2, 3, block=2)", "4 5"},
              {"count() | shard(1, 4) | take(2)", "65536 65537"},
              {"range(3) | shard(0, 2)", ""},
              {"range(3000) | scan(sum) | shard(1, 2) | take(1)", "524800"}},
};
