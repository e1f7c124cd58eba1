/* A unit goes to the device that will be done with it first, by its measured speed and by what it
 * still has to do. So a slow device gets one only if it is done with it before the fast ones are
 * with all others in flight: the ring, which is read in order, does not wait for it. */
#include "engine/several_deal.h"

#include <stdio.h>

#include "base/clock.h"

mr_members mr_members_left(const struct mr_several *e)
{
    mr_members left = 0;
    for (unsigned m = 0; m < e->count; m++)
        if (!e->members[m].is_lost) left |= 1U << m;
    return left;
}

unsigned mr_member_first(const struct mr_several *e)
{
    unsigned first = 0;
    while (first + 1 < e->count && e->members[first].is_lost) first++;
    return first;
}

mr_status mr_member_result(struct mr_several *e, unsigned member, mr_status st, const mr_error *why,
                           mr_error *err)
{
    struct mr_member *m = &e->members[member];
    if (st == MR_OK) return MR_OK;
    if (why->call[0] && !m->is_lost) {
        m->is_lost = e->has_news = true;
        (void)snprintf(m->why, sizeof m->why, "%.159s", why->message);
        (void)snprintf(e->base.reason, sizeof e->base.reason, "without %.50s: %.95s", m->label,
                       why->message);
    }
    if (!err) return st;
    *err = *why;
    if (why->call[0]) (void)snprintf(err->device, sizeof err->device, "%s", m->label);
    return st;
}

/* ---- measuring ---- */

static int64_t positions_in_flight(const struct mr_several *e, unsigned member)
{
    int64_t positions = 0;
    for (const struct mr_slot *s = e->slots; s; s = s->next)
        if (s->is_in_flight && s->home == member) positions += (int64_t)s->count;
    return positions;
}

static int64_t take_done(struct mr_several *e, unsigned member)
{
    struct mr_engine *engine = e->members[member].engine;
    int64_t positions = 0;
    for (struct mr_slot *s = e->slots; s; s = s->next) {
        if (!s->is_in_flight || s->home != member) continue;
        if (engine->class->is_done && !engine->class->is_done(engine, s->of[member])) continue;
        s->is_in_flight = false;
        positions += (int64_t)s->count;
    }
    return positions;
}

/* One that had nothing left to do was done at some time before it was looked at: it is at least as
 * fast as that looks. */
static void measure(struct mr_member *m, bool is_idle)
{
    if (m->done == 0 || m->busy_ns <= 0) return;
    double rate = (double)m->done / (double)m->busy_ns;
    if (m->rate == 0)
        m->rate = rate;
    else if (!is_idle)
        m->rate += (rate - m->rate) / 4;
    else if (rate > m->rate)
        m->rate = rate;
    m->done = m->busy_ns = 0;
}

void mr_members_observe(struct mr_several *e)
{
    int64_t now = mr_now_ns(), passed = now - e->seen_ns;
    e->seen_ns = now;
    for (unsigned k = 0; k < e->count; k++) {
        struct mr_member *m = &e->members[k];
        if (m->is_lost || positions_in_flight(e, k) == 0) continue;
        m->busy_ns += passed;
        m->done += take_done(e, k);
        measure(m, positions_in_flight(e, k) == 0);
    }
}

/* ---- dealing ---- */

enum { PATIENCE = 16, MOST_PATIENCE = 1 << 14 };

static double fastest(const struct mr_several *e)
{
    double rate = 0;
    for (unsigned k = 0; k < e->count; k++)
        if (!e->members[k].is_lost && e->members[k].rate > rate) rate = e->members[k].rate;
    return rate > 0 ? rate : 1;
}

/* A member that is to be tried is taken for a little faster than the fastest: so it comes first. */
static double a_bit_faster(double rate)
{
    return rate * 1.01;
}

/* One that was not measured yet counts as being as fast as the fastest. */
static double rate_of(const struct mr_several *e, unsigned member)
{
    double rate = e->members[member].rate;
    return rate > 0 ? rate : a_bit_faster(fastest(e));
}

/* One that looked slow when its host was busy is tried again; one that is slow ever more seldom. */
static void pass_over(struct mr_several *e, unsigned member)
{
    struct mr_member *m = &e->members[member];
    if (m->is_lost || m->rate == 0 || positions_in_flight(e, member) > 0) return;
    if (m->patience < PATIENCE) m->patience = PATIENCE;
    if (++m->passed_over < m->patience) return;
    m->passed_over = 0;
    if (m->patience < MOST_PATIENCE) m->patience *= 2;
    double most = a_bit_faster(fastest(e));
    m->rate = m->rate * 2 < most ? m->rate * 2 : most;
}

unsigned mr_member_for(struct mr_several *e, mr_members among, size_t count)
{
    unsigned best = 0;
    double soonest = -1;
    for (unsigned k = 0; k < e->count; k++) {
        if (!(among >> k & 1)) continue;
        double done = (double)(positions_in_flight(e, k) + (int64_t)count) / rate_of(e, k);
        if (soonest >= 0 && done >= soonest) continue;
        soonest = done;
        best = k;
    }
    for (unsigned k = 0; k < e->count; k++)
        if (k != best && among >> k & 1) pass_over(e, k);
    e->members[best].passed_over = 0;
    return best;
}
