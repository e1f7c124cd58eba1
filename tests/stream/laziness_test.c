/* Sources are never advanced further than the ring past what the consumer took. */
#include <stdio.h>

#include "base/memory.h"
#include "plan/plan.h"
#include "rig.h"
#include "ring/runner.h"

/* How many elements of the source `n` elements of the pipeline need. */
static int64_t every_third(int64_t n)
{
    return 3 * n;
}

static int64_t and_eight_more(int64_t n)
{
    return n ? n + 8 : 0;
}

static int64_t tenfold(int64_t n)
{
    return 10 * n;
}

static int64_t and_one_more(int64_t n)
{
    return n ? n + 1 : 0;
}

static int64_t skipped(int64_t n)
{
    return n ? n + 77 : 0;
}

static int64_t whole_fifties(int64_t n)
{
    return (n + 49) / 50 * 50;
}

static const struct {
    const char *stages;
    int64_t (*needs)(int64_t n);
} lazy[] = {
    {"map(x)", rig_same},
    {"map(x*x)", rig_same},
    {"filter(x % 3 == 0)", every_third},
    {"filter(x >= 0)", rig_same},
    {"scan(sum)", rig_same},
    {"window(9, max)", and_eight_more},
    {"diff()", and_one_more},
    {"skip(77)", skipped},
    {"chunk(10, sum)", tenfold},
    {"filter(x % 3 == 0) | scan(sum) | map(x + 1)", every_third},
    {"map(x + 1) | scan(sum) | window(9, min)", and_eight_more},
    {"take_while(x >= 0)", rig_same},
    {"drop_while(x < 0)", rig_same},
    {"shuffle(1, window=50)", whole_fifties},
};

/* Pulls a few batches; after each of them the source is at most ring + 1 batches ahead. */
static void check_lead(const struct rig *rig, size_t row, size_t batch, unsigned ring)
{
    struct counting counting = {0};
    mr_seq *source = rig_count(&counting), *seq = rig_pipe(source, lazy[row].stages);
    mr_stream_params params = rig_params(rig, batch, ring);
    mr_stream *s = rig_open(seq, &params);
    int64_t taken = 0, most_ahead = 0;
    CU_ASSERT_EQUAL(counting.asked, 0);
    for (int k = 0; k < 12; k++) {
        mr_batch out;
        CU_ASSERT_EQUAL(mr_stream_next(s, &out, NULL), MR_OK);
        CU_ASSERT_EQUAL(out.len, batch);
        int64_t ahead = counting.asked - lazy[row].needs(taken);
        /* What this very batch needs is no lead. */
        int64_t own = lazy[row].needs(taken + (int64_t)out.len) - lazy[row].needs(taken);
        if (ahead - own > most_ahead) most_ahead = ahead - own;
        taken += (int64_t)out.len;
    }
    /* One element of a chunk needs several, however small the batch. */
    int64_t unit = lazy[row].needs(1) > (int64_t)batch ? lazy[row].needs(1) : (int64_t)batch;
    bool good = most_ahead <= (int64_t)ring * unit;
    CU_ASSERT_TRUE(good);
    if (!good)
        printf("\n%s: %s, batch %zu, ring %u: %lld elements ahead", rig->name, lazy[row].stages,
               batch, ring, (long long)most_ahead);
    mr_stream_close(&s);
    mr_seq_release(&seq);
    mr_seq_release(&source);
}

static void a_callback_is_asked_for_the_ring_and_one_batch_ahead_at_most(void)
{
    static const struct {
        size_t batch;
        unsigned ring;
    } shapes[] = {{64, 2}, {64, 5}, {1000, 2}, {1000, 3}, {1000, 5}, {1, 2}};
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t row = 0; row < sizeof lazy / sizeof lazy[0]; row++)
            for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++)
                check_lead(rig, row, shapes[k].batch, shapes[k].ring);
}

/* What ends by itself leaves the rest of its source alone, also when pulled again. */
static const struct {
    const char *stages;
    int64_t gives;
} stops[] = {
    {"take(100)", 100},
    {"filter(x > 10) | take(3)", 3},
    {"take_while(x < 500)", 500},
    {"scan(sum) | take(70)", 70},
    {"chunk(10, sum) | take(2)", 2},
    {"shuffle(1, window=50) | take(70)", 70},
    {"map(x) | take(0)", 0},
    {"first()", 1},
    {"any()", 1},
    {"filter(x > 10) | first()", 1},
};

static void check_stop(const struct rig *rig, size_t row, size_t batch, unsigned ring)
{
    struct counting counting = {0};
    mr_seq *source = rig_count(&counting), *seq = rig_pipe(source, stops[row].stages);
    mr_stream_params params = rig_params(rig, batch, ring);
    mr_stream *s = rig_open(seq, &params);
    int64_t given = 0;
    mr_batch out = {.len = 1};
    while (out.len) {
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &out, NULL), MR_OK);
        given += (int64_t)out.len;
    }
    CU_ASSERT_EQUAL(given, stops[row].gives);
    size_t unit = batch < MR_LEAF ? MR_LEAF : batch; /* any() is decided leaf by leaf */
    int64_t asked = counting.asked, most = 500 + (int64_t)((ring + 2) * unit);
    CU_ASSERT_TRUE(asked <= most);
    if (asked > most)
        printf("\n%s: %s asked for %lld", rig->name, stops[row].stages, (long long)asked);
    CU_ASSERT_EQUAL(mr_stream_next(s, &out, NULL), MR_OK);
    CU_ASSERT_EQUAL(counting.asked, asked);
    mr_stream_close(&s);
    mr_seq_release(&seq);
    mr_seq_release(&source);
}

static void a_stage_that_stops_stops_its_source(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t row = 0; row < sizeof stops / sizeof stops[0]; row++) {
            check_stop(rig, row, 64, 2);
            check_stop(rig, row, 1000, 5);
        }
}

/* ---- endless sources: work units, counted ---- */

static mr_status open_engine(struct mr_engine **out, const struct rig *rig)
{
    const mr_stream_params params = rig_params(rig, 0, 0);
    return rig->engine == MR_ENGINE_HOST ? mr_host_engine_create(out, NULL)
                                         : mr_opencl_engine_create(out, &params, false, NULL);
}

/* Positions the deepest segment has launched by the time the end is known. */
static int64_t launched_until_end(const struct rig *rig, const char *text, int64_t *elements)
{
    mr_seq *seq = rig_parse(text);
    struct mr_plan *plan = NULL;
    struct mr_engine *engine = NULL;
    struct mr_runner *root = NULL;
    struct mr_control control = {.interrupted = false};
    struct mr_plan_limits limits = {.batch = 1000, .on_device = rig->engine != MR_ENGINE_HOST};
    CU_ASSERT_EQUAL_FATAL(mr_plan_create(&plan, seq, true, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_plan_fit(plan, &limits, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(open_engine(&engine, rig), MR_OK);
    const struct mr_segment *last = plan->segments[plan->segment_count - 1];
    CU_ASSERT_EQUAL_FATAL(mr_runner_create(&root, last, engine, &control, NULL), MR_OK);
    if (limits.on_device) CU_ASSERT_EQUAL_FATAL(mr_runner_warm(root, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_runner_seek(root, 0, NULL), MR_OK);
    enum mr_fill how;
    *elements = 0;
    for (size_t unread = 1; unread; root->begin += unread) {
        CU_ASSERT_EQUAL_FATAL(mr_runner_fill(root, 1, &how, NULL), MR_OK);
        unread = mr_runner_unread(root);
        *elements += (int64_t)unread;
    }
    const struct mr_runner *deepest = root;
    while (deepest->segment->view_count && deepest->inputs[0]) deepest = deepest->inputs[0];
    int64_t units =
        (deepest->at.next + (int64_t)deepest->segment->unit - 1) / (int64_t)deepest->segment->unit;
    CU_ASSERT_EQUAL(engine->class->finish(engine, NULL), MR_OK);
    mr_runner_destroy(&root);
    engine->class->destroy(&engine);
    mr_plan_destroy(&plan);
    mr_seq_release(&seq);
    return units;
}

static void an_endless_source_behind_a_stop_computes_a_ring_of_units(void)
{
    static const struct {
        const char *text;
        int64_t gives, most_units;
    } rows[] = {
        {"count() | filter(x > 10) | take(3)", 3, 3}, /* the last segment has three slots */
        {"count() | take_while(x < 5)", 5, 4},
        {"count() | scan(sum) | take_while(x < 5)", 3, 4},
        {"fibonacci(mod=7) | filter(x > 3) | take(3)", 3, 4},
    };
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
            int64_t elements, units = launched_until_end(rig, rows[k].text, &elements);
            CU_ASSERT_EQUAL(elements, rows[k].gives);
            CU_ASSERT_TRUE(units >= 1 && units <= rows[k].most_units);
            if (units > rows[k].most_units)
                printf("\n%s: %s launched %lld units", rig->name, rows[k].text, (long long)units);
        }
}

static void describing_and_opening_ask_for_nothing(void)
{
    struct counting counting = {0};
    mr_seq *source = rig_count(&counting), *seq = rig_pipe(source, "map(x*x) | scan(sum) | sum()");
    mr_stream_params params = rig_params(&rigs[0], 64, 2);
    mr_stream *s = rig_open(seq, &params);
    char *text = NULL;
    CU_ASSERT_EQUAL(mr_explain(&text, seq, &params, false, NULL), MR_OK);
    mr_text_free(&text);
    CU_ASSERT_EQUAL(counting.calls, 0);
    mr_stream_close(&s);
    mr_seq_release(&seq);
    mr_seq_release(&source);
    CU_ASSERT_EQUAL(counting.calls, 0);
}

SUITE(laziness,
      {"a_callback_is_asked_for_the_ring_and_one_batch_ahead_at_most",
       a_callback_is_asked_for_the_ring_and_one_batch_ahead_at_most},
      {"a_stage_that_stops_stops_its_source", a_stage_that_stops_stops_its_source},
      {"an_endless_source_behind_a_stop_computes_a_ring_of_units",
       an_endless_source_behind_a_stop_computes_a_ring_of_units},
      {"describing_and_opening_ask_for_nothing", describing_and_opening_ask_for_nothing},
      NOTHING_IS_LEFT_BEHIND);
