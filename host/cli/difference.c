#include "cli/difference.h"

#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "cli/interrupt.h"
#include "ir/seq.h"

/* ---- one run ---- */

/* A stream and the batch at hand. */
struct run {
    const struct mr_way *way;
    mr_stream *stream;
    mr_batch batch;
    size_t used; /* of the batch */
    int64_t position;
    mr_status status;
    bool is_over;
    mr_error error;
};

static void run_open(struct run *r, const mr_seq *seq, const struct mr_way *way)
{
    *r = (struct run){.way = way};
    mr_stream_params params = way->params;
    params.cancel = mr_interrupt_token();
    r->status = mr_stream_open(&r->stream, seq, &params, &r->error);
    r->is_over = r->status != MR_OK;
}

static void run_close(struct run *r)
{
    mr_stream_close(&r->stream);
}

/* Elements at hand: 0 at the end, at a failure and where it is cut. What comes behind that is not
 * asked for, since batches would reach behind it differently. */
static size_t run_fill(struct run *r)
{
    if (r->position == r->way->take) return 0;
    if (!r->is_over && r->used == r->batch.len) {
        r->used = 0;
        r->status = mr_stream_next(r->stream, &r->batch, &r->error);
        if (r->status) r->batch.len = 0;
        r->is_over = r->batch.len == 0;
    }
    int64_t left = r->way->take - r->position;
    size_t ready = r->batch.len - r->used;
    return left < (int64_t)ready ? (size_t)left : ready;
}

static void run_advance(struct run *r, size_t count)
{
    r->used += count;
    r->position += (int64_t)count;
}

static uint64_t bits_of(const struct run *r, mr_dtype dtype, size_t column, size_t ahead)
{
    const char *at = (const char *)r->batch.columns[column];
    uint64_t bits = 0;
    at += (r->used + ahead) * mr_dtype_size(dtype);
    memcpy(&bits, at, mr_dtype_size(dtype));
    return bits;
}

/* IEEE leaves open which NaN an operation gives. */
static uint64_t plain_bits(mr_dtype dtype, uint64_t bits)
{
    const uint64_t nan_64 = UINT64_C(0x7ff) << 52, nan_32 = UINT64_C(0x7f8) << 20;
    if (dtype == MR_F64 && (bits & ~(UINT64_C(1) << 63)) > nan_64) return nan_64 + 1;
    if (dtype == MR_F32 && (bits & ~(UINT64_C(1) << 31)) > nan_32) return nan_32 + 1;
    return bits;
}

static uint64_t hash_column(uint64_t hash, const struct run *r, mr_dtype dtype, size_t column,
                            size_t count)
{
    for (size_t k = 0; k < count; k++) {
        uint64_t bits = plain_bits(dtype, bits_of(r, dtype, column, k));
        hash = mr_hash_bytes(hash, &bits, mr_dtype_size(dtype));
    }
    return hash;
}

static void describe(struct mr_digest *out, const mr_seq *seq, const struct run *r)
{
    out->elements = r->stream ? r->position : -1;
    out->status = r->status;
    int64_t count;
    bool is_whole = mr_seq_length(seq, &count) == MR_LENGTH_KNOWN && count == r->way->take;
    out->is_cut = r->position == r->way->take && !is_whole;
    out->error = r->error;
    if (!r->status) out->error.element = -1;
}

void mr_digest_run(struct mr_digest *out, const mr_seq *seq, const struct mr_way *way)
{
    struct run r;
    uint64_t hashes[MR_MAX_COLUMNS];
    for (size_t c = 0; c < MR_MAX_COLUMNS; c++) hashes[c] = MR_HASH_SEED;
    *out = (struct mr_digest){.hash = MR_HASH_SEED};
    run_open(&r, seq, way);
    for (size_t count; (count = run_fill(&r)) > 0; run_advance(&r, count))
        for (size_t c = 0; c < r.batch.column_count; c++)
            hashes[c] = hash_column(hashes[c], &r, mr_seq_column_dtype(seq, c), c, count);
    describe(out, seq, &r);
    out->hash = mr_hash_bytes(out->hash, hashes, sizeof hashes);
    out->hash = mr_hash_bytes(out->hash, &out->elements, sizeof out->elements);
    out->hash = mr_hash_bytes(out->hash, &out->status, sizeof out->status);
    out->hash = mr_hash_bytes(out->hash, &out->error.element, sizeof out->error.element);
    run_close(&r);
}

/* ---- two runs ---- */

/* The first of `count` elements at hand in which the two differ. */
static bool differ_within(struct mr_difference *out, const mr_seq *seq, const struct run runs[2],
                          size_t count)
{
    for (size_t k = 0; k < count; k++)
        for (size_t c = 0; c < mr_seq_column_count(seq); c++) {
            mr_dtype dtype = mr_seq_column_dtype(seq, c);
            for (size_t n = 0; n < 2; n++) out->bits[n] = bits_of(&runs[n], dtype, c, k);
            if (plain_bits(dtype, out->bits[0]) == plain_bits(dtype, out->bits[1])) continue;
            out->element = runs[0].position + (int64_t)k;
            out->column = c;
            return true;
        }
    return false;
}

static bool fail_differently(const struct run runs[2])
{
    return runs[0].status != runs[1].status ||
           (runs[0].status && runs[0].error.element != runs[1].error.element);
}

static void compare(struct mr_difference *out, const mr_seq *seq, const struct mr_way ways[2])
{
    struct run runs[2];
    *out = (struct mr_difference){.column = SIZE_MAX};
    for (size_t n = 0; n < 2; n++) run_open(&runs[n], seq, &ways[n]);
    for (;;) {
        size_t ready[2] = {run_fill(&runs[0]), run_fill(&runs[1])};
        size_t count = ready[0] < ready[1] ? ready[0] : ready[1];
        if (count == 0) {
            out->element = runs[0].position;
            out->exists = ready[0] != ready[1] || fail_differently(runs);
            break;
        }
        out->exists = differ_within(out, seq, runs, count);
        if (out->exists) break;
        for (size_t n = 0; n < 2; n++) run_advance(&runs[n], count);
    }
    for (size_t n = 0; n < 2; n++) {
        describe(&out->gave[n], seq, &runs[n]);
        run_close(&runs[n]);
    }
}

/* From the end towards the sources: the operator that differs while none of its inputs does. */
static const mr_seq *blame(const mr_seq *seq, const struct mr_way ways[2])
{
    for (size_t k = 0; k < seq->input_count; k++) {
        struct mr_difference input;
        if (mr_interrupt_signal()) return seq;
        compare(&input, seq->inputs[k], ways);
        if (input.exists) return blame(seq->inputs[k], ways);
    }
    return seq;
}

void mr_difference_find(struct mr_difference *out, const mr_seq *seq, const struct mr_way ways[2])
{
    compare(out, seq, ways);
    if (out->exists) out->blame = blame(seq, ways);
}
