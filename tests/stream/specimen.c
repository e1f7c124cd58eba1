#include "specimen.h"

#include "base/error.h"
#include "base/hash.h"
#include "rig.h"
#include "stream/making.h"

const struct specimen specimens[] = {
    {.text = "range(3000) | map(a: f64(x)*0.5, b: x % 3 == 0)"},
    {.text = "range(3000) | filter(x % 3 == 0)"},
    {.text = "range(3000) | scan(sum) | drop_while(x < 100)", .staged_copies = true},
    {.text = "range(3000) | window(7, max) | take_while(x < 2000)"},
    {.text = "range(3000) | filter(x % 2 == 0) | chunk(10, mean)"},
    {.text = "range(3000) | filter(x % 2 == 0) | shuffle(1, window=700)"},
    {.text = "chain(fibonacci(mod=7) | take(1000), range(2000))", .staged_copies = true},
    {.text = "| map(x*x) | skip(10) | var()", .staged_copies = true},
    {.text = "| hist(16, 0, 3000)"},
    {.text = NULL},
};

enum { GIVEN = 3000 };

static int fill(void *user, int64_t first, size_t count, void *const columns[], size_t *got)
{
    (void)user;
    int64_t *out = columns[0], left = GIVEN - first;
    *got = left < (int64_t)count ? (size_t)left : count;
    for (size_t k = 0; k < *got; k++) out[k] = first + (int64_t)k;
    return 0;
}

static mr_status describe(mr_seq **out, const struct specimen *specimen, mr_error *err)
{
    const mr_callback_params params = {.fill = fill,
                                       .column_count = 1,
                                       .dtypes = {MR_I64},
                                       .restartable = true,
                                       .is_seekable = specimen->is_seekable};
    const char *text = specimen->text;
    mr_seq *source;
    *out = NULL;
    if (text[0] != '|') return mr_seq_parse(out, text, err);
    MR_TRY(mr_seq_from_callback(&source, &params, err));
    mr_status st = mr_seq_pipe(out, source, text + 1, err);
    mr_seq_release(&source);
    return st;
}

static mr_status pull_all(struct specimen_result *result, mr_stream *s, const mr_seq *seq)
{
    mr_batch batch = {.len = 1};
    while (batch.len) {
        MR_TRY(mr_stream_next(s, &batch, &result->error));
        result->elements += (long long)batch.len;
        for (size_t c = 0; c < batch.column_count && batch.len; c++)
            result->hash = mr_hash_bytes(result->hash, batch.columns[c],
                                         batch.len * mr_dtype_size(mr_seq_column_dtype(seq, c)));
    }
    return MR_OK;
}

struct specimen_result specimen_run(const struct specimen *specimen, mr_stream_params params)
{
    if (!params.batch_elems) params.batch_elems = 500;
    if (specimen->staged_copies) {
        const struct mr_knobs none = {0}, *asked = params.knobs ? params.knobs : &none;
        params.knobs = (asked->is_brief ? rig_brief_knobs : rig_knobs)(true, asked->device_at_unit);
    }
    struct specimen_result result = {.hash = MR_HASH_SEED};
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    result.status = describe(&seq, specimen, &result.error);
    if (result.status == MR_OK) result.status = mr_stream_open(&s, seq, &params, &result.error);
    if (result.status == MR_OK) result.status = pull_all(&result, s, seq);
    if (s) mr_stream_stats(s, &result.stats);
    if (s) (void)mr_stream_devices(s, result.devices, 2, &result.device_count, NULL);
    mr_stream_close(&s);
    mr_seq_release(&seq);
    mr_makings_settle(); /* what is left of it can be counted now */
    return result;
}

struct specimen_result specimen_run_on(const struct specimen *specimen, mr_engine_choice engine)
{
    return specimen_run(specimen, (mr_stream_params){.engine = engine});
}
