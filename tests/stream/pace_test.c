/* Launches that take long cover fewer positions, so that an interrupt need not wait for them. */
#include <stdio.h>

#include "base/clock.h"
#include "plan/kind.h"
#include "plan/profile.h"
#include "rig.h"
#include "ring/runner.h"
#include "suite.h"

enum { MS = 1000000, LEAST = 2 * MR_LEAF, FIRST = 4 * MR_LEAF, UNIT = 512 * MR_LEAF, SLOTS = 3 };

static mr_status lend(struct mr_engine *e, struct mr_slot *slot, mr_device_batch *out,
                      mr_error *err)
{
    (void)e, (void)slot, (void)out, (void)err;
    return MR_OK;
}

static const struct mr_engine_class device = {.lend = lend}, host;
static struct mr_engine engine;
static const struct mr_segment takes_turns = {.unit = UNIT,
                                              .first_unit = FIRST,
                                              .least_unit = LEAST,
                                              .end_multiple = 1},
                               takes_none = {.unit = UNIT, .first_unit = UNIT, .least_unit = UNIT};

static struct mr_runner runner;

static struct mr_runner *start(const struct mr_engine_class *class,
                               const struct mr_segment *segment)
{
    engine.class = class;
    runner = (struct mr_runner){.engine = &engine, .segment = segment, .slot_count = SLOTS};
    mr_pace_start(&runner);
    return &runner;
}

/* A unit of so many positions was launched so long ago, and is done: behind two others of its size,
 * after a wait or without. */
static void finish(struct mr_runner *r, size_t count, int64_t ago_ms, bool is_waited_for)
{
    struct mr_unit unit = {.count = count};
    r->queued = 2;
    r->queue[0].count = r->queue[1].count = count;
    mr_pace_launch(r, &unit);
    r->queued = 0;
    unit.launched_ns -= ago_ms * MS;
    mr_pace_done(r, &unit, is_waited_for ? unit.launched_ns : mr_now_ns());
}

static bool allows_beside(struct mr_runner *r, unsigned others)
{
    r->queued = others;
    for (unsigned k = 0; k < others; k++) r->queue[k].count = r->pace;
    bool allows = mr_pace_allows(r);
    r->queued = 0;
    return allows;
}

/* Where nobody preempts this process for long; so bounds are wide. */
static void what_takes_long_becomes_less(void)
{
    struct mr_runner *r = start(&device, &takes_turns);
    CU_ASSERT_EQUAL(r->pace, FIRST);
    r->pace = UNIT;
    finish(r, UNIT, 640, true);
    CU_ASSERT_TRUE(r->pace > UNIT / 20 && r->pace <= UNIT / 10);
    CU_ASSERT_EQUAL(r->pace % MR_LEAF, 0);
    CU_ASSERT_TRUE(allows_beside(r, SLOTS - 1));
    finish(r, r->pace, 100000, true);
    CU_ASSERT_EQUAL(r->pace, LEAST);
    CU_ASSERT_FALSE(allows_beside(r, 1));
}

static void what_is_soon_done_becomes_more(void)
{
    struct mr_runner *r = start(&device, &takes_turns);
    for (int k = 0; k < 6; k++) finish(r, r->pace, 0, true);
    CU_ASSERT_EQUAL(r->pace, UNIT);
    CU_ASSERT_TRUE(allows_beside(r, SLOTS - 1));
    finish(r, LEAST, 0, true); /* the last one of an input, say */
    CU_ASSERT_EQUAL(r->pace, UNIT);
}

/* Its reader was busy elsewhere. */
static void what_nobody_waited_for_says_nothing(void)
{
    struct mr_runner *r = start(&device, &takes_turns);
    finish(r, FIRST, 5000, false);
    CU_ASSERT_EQUAL(r->pace, FIRST);
}

static void other_units_stay_as_they_are(void)
{
    struct mr_runner *r = start(&host, &takes_turns);
    finish(r, UNIT, 5000, true);
    CU_ASSERT_TRUE(r->pace == UNIT && allows_beside(r, SLOTS - 1));
    r = start(&device, &takes_none);
    finish(r, UNIT, 5000, true);
    CU_ASSERT_TRUE(r->pace == UNIT && allows_beside(r, SLOTS - 1));
}

/* ---- which are paced ---- */

#define LARGE_UNITS "lanes 4/2, span 4/2, group 64, unit 4194304, ring 3"
enum { WALKED = 16 * MR_LEAF, LARGE = 1 << 22 };

/* Positions of the first launch and of the least, of a pipeline's state or else of its last
 * segment; where both are the unit, it is not paced. */
static const struct plan_row {
    const char *text;
    size_t first, least;
} plan_rows[] = {
    {"iterate(a: exp(sin(a)), init=1.0)", WALKED, LEAST},
    {"count() | scan(s: sin(s) + f64(x), init=0.0)", WALKED, LEAST},
    {"range(1e12) | fold(s: sin(s) + f64(x), init=0.0)", WALKED, LEAST},
    {"range(1e12) | filter(x % 3 == 1) | scan(s: s*3 ^ x, init=0) | sum()", WALKED, LEAST},
    {"count() | loop(n: n*3, init=x, most=1000)", FIRST, LEAST},
    {"count() | loop(n: n*3, init=x, most=1000) | scan(s: s*3 ^ x, init=0)", WALKED, LEAST},
    {"iterate(a: exp(sin(a)), init=1.0, every=16384)", LARGE, LARGE},
    {"iterate(a: exp(sin(a)), init=1.0, every=16385)", WALKED, LEAST},
    {"iterate(a: exp(sin(a)), init=1.0, every=3)", LARGE, LARGE},
    {"count() | map(exp(sin(f64(x))))", LARGE, LARGE},
    {"fibonacci(mod=1000003)", LARGE, LARGE},
};

static void what_one_work_item_walks_begins_small(void)
{
    struct mr_profile profile;
    CU_ASSERT_EQUAL_FATAL(mr_profile_parse(&profile, LARGE_UNITS, NULL), MR_OK);
    const struct mr_plan_limits limits = {.on_device = true, .profile = &profile};
    for (size_t k = 0; k < sizeof plan_rows / sizeof plan_rows[0]; k++) {
        const struct plan_row *row = &plan_rows[k];
        mr_seq *seq = rig_parse(row->text);
        struct mr_plan *plan = NULL;
        CU_ASSERT_EQUAL_FATAL(mr_plan_create(&plan, seq, true, NULL), MR_OK);
        CU_ASSERT_EQUAL_FATAL(mr_plan_fit(plan, &limits, NULL), MR_OK);
        size_t n = 0;
        while (n + 1 < plan->segment_count && !mr_kind_of(plan->segments[n]->kind)->walks) n++;
        const struct mr_segment *s = plan->segments[n];
        bool is_right = s->first_unit == row->first && s->least_unit == row->least;
        CU_ASSERT_TRUE(is_right);
        if (!is_right)
            printf("\n%s: units of %zu, first %zu, least %zu", row->text, s->unit, s->first_unit,
                   s->least_unit);
        mr_plan_destroy(&plan);
        mr_seq_release(&seq);
    }
}

/* Those in the ring are launched before any is done; one more, of four times as many, behind the
 * first that is. */
static void a_state_is_launched_in_small_units_first(void)
{
    static const char *const texts[] = {
        "iterate(a: exp(sin(a)), init=1.0)",
        "count() | scan(s: sin(s) + f64(x), init=0.0)",
        "iterate(a: exp(sin(a)), init=1.0, every=100000)",
    };
    const mr_stream_params params = {
        .engine = MR_ENGINE_OPENCL, .batch_elems = MR_LEAF, .shape = LARGE_UNITS};
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
        mr_seq *seq = rig_parse(texts[k]);
        mr_stream *s;
        mr_batch batch;
        CU_ASSERT_EQUAL_FATAL(mr_stream_open(&s, seq, &params, NULL), MR_OK);
        CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
        CU_ASSERT_EQUAL(batch.len, MR_LEAF);
        CU_ASSERT_TRUE(mr_stream_computed(s) > 0);
        CU_ASSERT_TRUE(mr_stream_computed(s) <= (SLOTS + 4) * WALKED);
        mr_stream_close(&s);
        mr_seq_release(&seq);
    }
}

SUITE(pace, {"what_takes_long_becomes_less", what_takes_long_becomes_less},
      {"what_is_soon_done_becomes_more", what_is_soon_done_becomes_more},
      {"what_nobody_waited_for_says_nothing", what_nobody_waited_for_says_nothing},
      {"other_units_stay_as_they_are", other_units_stay_as_they_are},
      {"what_one_work_item_walks_begins_small", what_one_work_item_walks_begins_small},
      {"a_state_is_launched_in_small_units_first", a_state_is_launched_in_small_units_first});
