/* Sequences over callbacks of the caller: where they end, what they may and may not do. */
#include <string.h>

#include "rig.h"

struct pairs {
    int64_t length;
    size_t claims; /* added to what it says it gave */
};

static int fill_pairs(void *user, int64_t first, size_t count, void *const columns[], size_t *got)
{
    const struct pairs *p = user;
    int64_t left = p->length - first;
    *got = left < (int64_t)count ? (size_t)left : count;
    for (size_t k = 0; k < *got; k++) {
        ((float *)columns[0])[k] = (float)(first + (int64_t)k);
        ((uint8_t *)columns[1])[k] = (first + (int64_t)k) % 2 == 0;
    }
    *got += p->claims;
    return 0;
}

static mr_seq *call_pairs(struct pairs *pairs)
{
    const mr_callback_params params = {.fill = fill_pairs,
                                       .user = pairs,
                                       .column_count = 2,
                                       .names = {"value", "even"},
                                       .dtypes = {MR_F32, MR_BOOL},
                                       .restartable = true};
    mr_seq *seq = NULL;
    rig_watch();
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_callback(&seq, &params, NULL), MR_OK);
    return seq;
}

static void a_callback_may_end_anywhere(void)
{
    static const int64_t lengths[] = {0, 1, 63, 64, 65, 128, 1000};
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++) {
            struct pairs pairs = {.length = lengths[k]};
            mr_seq *seq = call_pairs(&pairs), *even = rig_pipe(seq, "filter(even) | map(value)");
            CU_ASSERT_EQUAL(mr_seq_length(seq, NULL), MR_LENGTH_UNKNOWN);
            for (int direct = 0; direct < 2; direct++) {
                mr_stream_params params = rig_params(rig, 64, 3);
                mr_stream *s = rig_open(direct ? seq : even, &params);
                int64_t count = 0, wrong = 0, step = direct ? 1 : 2;
                mr_batch batch = {.len = 1};
                for (; batch.len; count += (int64_t)batch.len) {
                    CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
                    for (size_t n = 0; n < batch.len; n++)
                        wrong += ((const float *)batch.columns[0])[n] !=
                                 (float)(step * (count + (int64_t)n));
                }
                CU_ASSERT_EQUAL(count, direct ? lengths[k] : (lengths[k] + 1) / 2);
                CU_ASSERT_EQUAL(wrong, 0);
                mr_stream_close(&s);
            }
            mr_seq_release(&even);
            mr_seq_release(&seq);
        }
}

/* A callback fills all its columns; what moves its elements has the one that is read. */
static void the_column_that_is_read_is_moved(void)
{
    static const char *const moved[] = {"shuffle(1, window=64)", "skip(0)"};
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < sizeof moved / sizeof moved[0]; k++) {
            struct pairs pairs = {.length = 1000};
            mr_seq *rest = rig_parse("range(10) | filter(x > 3) | map(value: f32(x), even: x < 7)");
            mr_seq *seq = call_pairs(&pairs), *chained = NULL;
            mr_arg inputs[] = {mr_input(seq), mr_input(rest)};
            CU_ASSERT_EQUAL_FATAL(mr_seq_apply(&chained, "chain", NULL, inputs, 2, NULL), MR_OK);
            mr_seq *stage = rig_pipe(chained, moved[k]);
            mr_seq *count = rig_pipe(stage, "map(i64(even)) | sum()");
            mr_stream_params params = rig_params(rig, 64, 2);
            mr_scalar sum = {0};
            CU_ASSERT_EQUAL(mr_reduce(count, &params, &sum, NULL, NULL), MR_OK);
            CU_ASSERT_EQUAL(sum.i64, 500 + 3);
            mr_seq_release(&count);
            mr_seq_release(&stage);
            mr_seq_release(&chained);
            mr_seq_release(&rest);
            mr_seq_release(&seq);
        }
}

static void a_callback_that_claims_too_much_is_refused(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        struct pairs pairs = {.length = 100, .claims = 3};
        mr_seq *seq = call_pairs(&pairs);
        mr_stream_params params = rig_params(rig, 64, 2);
        mr_stream *s = rig_open(seq, &params);
        mr_batch batch;
        mr_error err = {0};
        CU_ASSERT_EQUAL(mr_stream_next(s, &batch, &err), MR_E_CALLBACK);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "67"));
        CU_ASSERT_NOT_EQUAL(err.hint[0], '\0');
        mr_stream_close(&s);
        mr_seq_release(&seq);
    }
}

static void a_callback_feeds_one_stream_at_a_time(void)
{
    struct counting counting = {.length = 1000};
    mr_seq *seq = rig_count(&counting);
    mr_stream_params params = rig_params(&rigs[0], 64, 2);
    mr_stream *a = rig_open(seq, &params), *b = NULL;
    mr_batch batch;
    mr_error err = {0};
    mr_status st;
    CU_ASSERT_EQUAL(mr_stream_open(&b, seq, &params, &err), MR_E_STATE);
    CU_ASSERT_NOT_EQUAL(err.hint[0], '\0');
    CU_ASSERT_PTR_NULL(b);
    mr_seq *both = rig_pipe(seq, "map(x)"), *twice = NULL;
    mr_arg inputs[] = {mr_input(seq), mr_input(both)};
    CU_ASSERT_EQUAL_FATAL(mr_seq_apply(&twice, "chain", NULL, inputs, 2, NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_stream_open(&b, twice, &params, &err), MR_E_STATE);
    mr_seq_release(&twice);
    mr_seq_release(&both);
    CU_ASSERT_EQUAL(mr_stream_next(a, &batch, NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_stream_next(a, &batch, NULL), MR_OK); /* the first one goes on */
    mr_stream_close(&a);
    a = rig_open(seq, &params);
    CU_ASSERT_EQUAL(rig_drain(a, INT64_MAX, rig_same, &st, NULL), 1000);
    mr_stream_close(&a);
    mr_seq_release(&seq);
}

/* The user's state has moved on; before the first call of fill() it has not. */
static void a_callback_is_read_once_unless_it_can_begin_anew(void)
{
    for (int restartable = 0; restartable < 2; restartable++) {
        struct pairs pairs = {.length = 100};
        const mr_callback_params params = {.fill = fill_pairs,
                                           .user = &pairs,
                                           .column_count = 2,
                                           .dtypes = {MR_F32, MR_BOOL},
                                           .restartable = restartable};
        mr_seq *seq = NULL;
        CU_ASSERT_EQUAL_FATAL(mr_seq_from_callback(&seq, &params, NULL), MR_OK);
        mr_seq *count = rig_pipe(seq, "count()");
        mr_stream *s = rig_open(seq, NULL);
        mr_stream_close(&s);
        for (int time = 0; time < 2; time++) {
            mr_scalar value = {.i64 = -1};
            mr_error err = {0};
            mr_status st = mr_reduce(count, NULL, &value, NULL, &err);
            CU_ASSERT_EQUAL(st, time && !restartable ? MR_E_STATE : MR_OK);
            CU_ASSERT_EQUAL(value.i64, st ? -1 : 100);
            if (st) CU_ASSERT_PTR_NOT_NULL(strstr(err.hint, "restartable"));
        }
        mr_seq_release(&count);
        mr_seq_release(&seq);
    }
}

static int fill_by_pulling(void *user, int64_t first, size_t count, void *const columns[],
                           size_t *got)
{
    mr_stream **own = user;
    mr_batch batch;
    mr_error err = {0};
    (void)first, (void)count;
    int64_t *out = columns[0];
    out[0] = mr_stream_next(*own, &batch, &err);
    out[1] = mr_stream_seek(*own, 0, &err);
    mr_stream *kept = *own;
    mr_stream_close(own); /* does nothing */
    out[2] = *own == kept ? MR_E_STATE : MR_OK;
    *got = 3;
    return 0;
}

static void a_callback_cannot_use_the_stream_it_feeds(void)
{
    mr_stream *s = NULL;
    mr_seq *seq = NULL;
    const mr_callback_params params = {
        .fill = fill_by_pulling, .user = &s, .column_count = 1, .dtypes = {MR_I64}};
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_callback(&seq, &params, NULL), MR_OK);
    s = rig_open(seq, NULL);
    mr_batch batch;
    CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(batch.len, 3);
    for (size_t k = 0; k < 3; k++)
        CU_ASSERT_EQUAL(((const int64_t *)batch.columns[0])[k], MR_E_STATE);
    mr_stream_close(&s);
    mr_seq_release(&seq);
}

static void callbacks_that_cannot_be_are_refused(void)
{
    struct pairs pairs = {0};
    const mr_callback_params rows[] = {
        {.fill = NULL, .column_count = 1},
        {.fill = fill_pairs, .user = &pairs, .column_count = 0},
        {.fill = fill_pairs, .user = &pairs, .column_count = 9},
        {.fill = fill_pairs, .user = &pairs, .column_count = 1, .dtypes = {(mr_dtype)-1}},
        {.fill = fill_pairs, .user = &pairs, .column_count = 2, .names = {"a", "a"}},
        {.fill = fill_pairs, .user = &pairs, .column_count = 2, .dtypes = {MR_I64}},
        {.fill = fill_pairs,
         .user = &pairs,
         .column_count = 1,
         .dtypes = {MR_I64},
         .reserved = {7}},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *seq = NULL;
        mr_error err = {0};
        CU_ASSERT_NOT_EQUAL(mr_seq_from_callback(&seq, &rows[k], &err), MR_OK);
        CU_ASSERT_PTR_NULL(seq);
        CU_ASSERT_NOT_EQUAL(err.message[0], '\0');
    }
    mr_seq *seq = NULL;
    CU_ASSERT_EQUAL(mr_seq_from_callback(&seq, NULL, NULL), MR_E_VALUE);
}

SUITE(callback_source, {"a_callback_may_end_anywhere", a_callback_may_end_anywhere},
      {"the_column_that_is_read_is_moved", the_column_that_is_read_is_moved},
      {"a_callback_that_claims_too_much_is_refused", a_callback_that_claims_too_much_is_refused},
      {"a_callback_feeds_one_stream_at_a_time", a_callback_feeds_one_stream_at_a_time},
      {"a_callback_is_read_once_unless_it_can_begin_anew",
       a_callback_is_read_once_unless_it_can_begin_anew},
      {"a_callback_cannot_use_the_stream_it_feeds", a_callback_cannot_use_the_stream_it_feeds},
      {"callbacks_that_cannot_be_are_refused", callbacks_that_cannot_be_are_refused},
      NOTHING_IS_LEFT_BEHIND);
