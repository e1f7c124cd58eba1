/* Launches that take long cover fewer positions, so that an interrupt need not wait for them. */
#include "base/clock.h"
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

SUITE(pace, {"what_takes_long_becomes_less", what_takes_long_becomes_less},
      {"what_is_soon_done_becomes_more", what_is_soon_done_becomes_more},
      {"what_nobody_waited_for_says_nothing", what_nobody_waited_for_says_nothing},
      {"other_units_stay_as_they_are", other_units_stay_as_they_are});
