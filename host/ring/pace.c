/* How many positions a launch covers where each may take long, or where one work-item walks them
 * all: as many as the device does while a user who interrupts waits. What is in flight cannot be
 * taken back, so that the time is that from the launch of a unit until it is done, those before it
 * in the ring with it.
 *
 *     launched   | k-2 ..... | k-1 ..... | k ....... |  done
 *                ^ of k, `ahead` is all three        ^ after `latency`
 *
 * Where the least unit takes long alone, none is launched ahead. Values do not depend on it; nor do
 * units of the host engine, which end early by themselves. */
#include "base/clock.h"
#include "ring/runner.h"

enum { MOST_NS = 64000000, MOST_GROWTH = 4, BLOCKED_NS = 20000 };

static bool is_paced(const struct mr_runner *r)
{
    return r->engine->class->lend && r->segment->least_unit < r->segment->unit;
}

void mr_pace_start(struct mr_runner *r)
{
    r->pace = is_paced(r) ? r->segment->first_unit : r->segment->unit;
    r->flight = INT64_MAX;
}

static int64_t in_flight(const struct mr_runner *r, const struct mr_unit *beside)
{
    int64_t positions = 0;
    for (unsigned k = 0; k < r->queued; k++)
        if (&r->queue[k] != beside && !r->queue[k].is_done) positions += (int64_t)r->queue[k].count;
    return positions;
}

bool mr_pace_allows(const struct mr_runner *r)
{
    return !is_paced(r) || r->flight - in_flight(r, NULL) >= (int64_t)r->pace;
}

void mr_pace_launch(const struct mr_runner *r, struct mr_unit *unit)
{
    if (!is_paced(r)) return;
    unit->launched_ns = mr_now_ns();
    unit->ahead = (int64_t)unit->count + in_flight(r, unit);
}

/* Units of one size between leaves, and between batches where they are longer. */
static size_t rounded(const struct mr_segment *s, int64_t positions)
{
    const size_t batch = s->end_multiple > MR_LEAF ? s->end_multiple : MR_LEAF;
    if (positions >= (int64_t)s->unit) return s->unit;
    const size_t all = (size_t)positions, multiple = all >= batch ? batch : MR_LEAF;
    return all < s->least_unit ? s->least_unit : all / multiple * multiple;
}

/* A unit that nobody had to wait for may have been done long before. */
void mr_pace_done(struct mr_runner *r, const struct mr_unit *unit, int64_t start)
{
    if (!is_paced(r) || unit->ahead == 0) return;
    const int64_t now = mr_now_ns(),
                  latency = now > unit->launched_ns ? now - unit->launched_ns : 1;
    if (latency > MOST_NS && now - start < BLOCKED_NS) return;
    const int64_t most = (int64_t)unit->count * MOST_GROWTH * r->slot_count;
    const double fits = (double)unit->ahead * MOST_NS / (double)latency;
    const int64_t flight = fits < (double)most ? (int64_t)fits : most;
    const size_t pace = rounded(r->segment, flight / r->slot_count);
    if (latency <= MOST_NS && pace < r->pace) return;
    r->pace = pace;
    r->flight = flight;
}
