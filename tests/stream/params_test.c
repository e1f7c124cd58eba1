/* Parameters: what no engine takes is refused by every call alike. Tokens end what has them. */
#include <stdio.h>
#include <string.h>

#include <millrace/millrace.h>

#include "cl/own_context.h"
#include "rig.h"
#include "suite.h"

static bool is_refused(const mr_seq *seq, const mr_stream_params *params, const char *field)
{
    mr_error errors[3] = {{.status = MR_OK}};
    mr_stream *s = NULL;
    mr_scalar value;
    char *text = NULL;
    bool good = mr_stream_open(&s, seq, params, &errors[0]) == MR_E_VALUE && !s &&
                mr_reduce(seq, params, &value, NULL, &errors[1]) == MR_E_VALUE &&
                mr_explain(&text, seq, params, false, &errors[2]) == MR_E_VALUE && !text;
    for (size_t k = 0; k < 3; k++) {
        good = good && strstr(errors[k].message, field) && errors[k].hint[0] &&
               strcmp(errors[k].message, errors[0].message) == 0;
        if (!good) printf("\n  %s: %s; %s", field, errors[k].message, errors[k].hint);
    }
    mr_stream_close(&s);
    mr_text_free(&text);
    return good;
}

static void explain_refuses_parts_that_it_does_not_know(void)
{
    mr_seq *seq = NULL;
    mr_error err;
    char *text = NULL;
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, "range(3)", &err), MR_OK);
    CU_ASSERT_EQUAL(mr_explain(&text, seq, NULL, 4, &err), MR_E_VALUE);
    CU_ASSERT_PTR_NULL(text);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "parts=4"));
    mr_seq_release(&seq);
}

static void what_would_be_ignored_is_refused_on_all_paths(void)
{
    struct own_context o;
    own_context_make(&o);
    const struct {
        mr_stream_params params;
        const char *field;
    } rows[] = {
        {{.engine = (mr_engine_choice)77}, "engine"},
        {{.engine = (mr_engine_choice)-1}, "engine"},
        {{.engine = MR_ENGINE_HOST, .device = "nonsuch"}, "device"},
        {{.engine = MR_ENGINE_HOST, .shape = "bogus"}, "shape"},
        {{.engine = MR_ENGINE_HOST, .native_math = true}, "native_math"},
        {{.engine = MR_ENGINE_HOST, .context = o.context, .queue = o.queue}, "context"},
        {{.engine = MR_ENGINE_HOST, .queue = o.queue}, "queue"},
        {{.engine = MR_ENGINE_OPENCL, .shape = "bogus"}, "shape"},
        {{.shape = "bogus"}, "shape"},
        {{.queue = o.queue}, "queue"},
        {{.context = o.context}, "context"},
        {{.engine = MR_ENGINE_OPENCL, .queue = o.queue}, "queue"},
        {{.context = o.context, .queue = o.queue, .device = "nonsuch"}, "device"},
        {{.batch_elems = (1 << 24) + 1}, "batch"},
        {{.engine = MR_ENGINE_HOST, .batch_elems = (1 << 24) + 1}, "batch"},
        {{.ring_slots = 1}, "ring"},
        {{.engine = MR_ENGINE_HOST, .ring_slots = 17}, "ring"},
        {{.reserved = {1}}, "mr_stream_params"},
    };
    mr_seq *seq = rig_parse("range(3) | sum()");
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
        CU_ASSERT_TRUE(is_refused(seq, &rows[k].params, rows[k].field));
    mr_seq_release(&seq);
    own_context_free(&o);
}

/* The least limits, too; 0 alone is none. */
static void a_limit_of_few_bytes_is_a_limit(void)
{
    static const size_t limits[] = {1, 2, 3, 4, 1000};
    mr_seq *seq = rig_parse("range(100000) | filter(x % 3 == 0)");
    for (int engine = MR_ENGINE_AUTO; engine <= MR_ENGINE_OPENCL; engine++)
        for (size_t k = 0; k < sizeof limits / sizeof limits[0]; k++) {
            const mr_stream_params params = {.engine = (mr_engine_choice)engine,
                                             .max_memory_bytes = limits[k]};
            mr_stream *s = NULL;
            mr_error err = {.status = MR_OK};
            CU_ASSERT_EQUAL(mr_stream_open(&s, seq, &params, &err), MR_E_BUDGET);
            CU_ASSERT_PTR_NULL(s);
            CU_ASSERT_PTR_NOT_NULL(strstr(err.hint, "max_memory_bytes"));
        }
    mr_seq_release(&seq);
}

/* ---- tokens ---- */

struct canceller {
    mr_cancel *token;
    int64_t asked, most;
    size_t piece; /* of a live source: elements at a time; 0: as many as it is asked for */
};

static int fill_until_cancelled(void *user, int64_t first, size_t count, void *const columns[],
                                size_t *got)
{
    struct canceller *c = user;
    if (c->piece) count = c->piece;
    for (size_t k = 0; k < count; k++) ((int64_t *)columns[0])[k] = first + (int64_t)k;
    c->asked = first + (int64_t)count;
    if (c->asked >= c->most) mr_cancel_request(c->token);
    *got = count;
    return 0;
}

static void a_token_ends_reductions_and_all_streams_that_have_it(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        struct canceller c = {.token = mr_cancel_create(), .most = 10000};
        const mr_callback_params source = {
            .fill = fill_until_cancelled, .user = &c, .column_count = 1, .dtypes = {MR_I64}};
        mr_stream_params params = rig_params(rig, 64, 2);
        mr_seq *endless = NULL, *other = rig_parse("count()");
        mr_scalar value;
        mr_error err;
        params.cancel = c.token;
        CU_ASSERT_EQUAL_FATAL(mr_seq_from_callback(&endless, &source, NULL), MR_OK);
        mr_seq *sum = rig_pipe(endless, "map(x*x) | sum()");
        mr_stream *bystander = rig_open(other, &params), *late = NULL;
        mr_batch batch;
        CU_ASSERT_EQUAL(mr_stream_next(bystander, &batch, NULL), MR_OK);
        CU_ASSERT_FALSE(mr_cancel_is_requested(c.token));
        CU_ASSERT_EQUAL(mr_reduce(sum, &params, &value, NULL, &err), MR_E_INTERRUPTED);
        CU_ASSERT_TRUE(mr_cancel_is_requested(c.token));
        CU_ASSERT_TRUE(c.asked < 5000000); /* endless otherwise */
        CU_ASSERT_EQUAL(mr_stream_next(bystander, &batch, NULL), MR_E_INTERRUPTED);
        CU_ASSERT_EQUAL(mr_stream_open(&late, other, &params, &err), MR_E_INTERRUPTED);
        CU_ASSERT_PTR_NULL(late);
        mr_stream_close(&bystander);
        mr_seq_release(&sum);
        mr_seq_release(&other);
        mr_seq_release(&endless);
        mr_cancel_destroy(&c.token);
    }
}

/* However much a unit could hold. */
static void a_live_source_is_not_asked_after_the_request(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        struct canceller c = {.token = mr_cancel_create(), .most = 10, .piece = 1};
        const mr_callback_params source = {.fill = fill_until_cancelled,
                                           .user = &c,
                                           .column_count = 1,
                                           .dtypes = {MR_I64},
                                           .is_live = true};
        mr_stream_params params = rig_params(rig, 0, 0);
        mr_seq *endless = NULL;
        mr_scalar value;
        params.cancel = c.token;
        CU_ASSERT_EQUAL_FATAL(mr_seq_from_callback(&endless, &source, NULL), MR_OK);
        mr_seq *sum = rig_pipe(endless, "sum()");
        CU_ASSERT_EQUAL(mr_reduce(sum, &params, &value, NULL, NULL), MR_E_INTERRUPTED);
        CU_ASSERT_EQUAL(c.asked, 10);
        mr_seq_release(&sum);
        mr_seq_release(&endless);
        mr_cancel_destroy(&c.token);
    }
}

SUITE(params,
      {"explain_refuses_parts_that_it_does_not_know", explain_refuses_parts_that_it_does_not_know},
      {"what_would_be_ignored_is_refused_on_all_paths",
       what_would_be_ignored_is_refused_on_all_paths},
      {"a_limit_of_few_bytes_is_a_limit", a_limit_of_few_bytes_is_a_limit},
      {"a_token_ends_reductions_and_all_streams_that_have_it",
       a_token_ends_reductions_and_all_streams_that_have_it},
      {"a_live_source_is_not_asked_after_the_request",
       a_live_source_is_not_asked_after_the_request},
      NOTHING_IS_LEFT_BEHIND);
