/* Dealing, in simulated time: units go out as the ring has room, and come back in order. */
#include "engine/several_deal.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"

enum { UNIT = 1 << 16, UNITS = 400, MOST_SLOTS = 16 };

struct flight {
    double done; /* when its device is done with it */
    unsigned member;
};

static struct mr_several dealer;
static struct mr_slot slots[MOST_SLOTS];

static void begin(const double rates[], unsigned count, unsigned ring)
{
    memset(&dealer, 0, sizeof dealer);
    memset(slots, 0, sizeof slots);
    dealer.count = count;
    for (unsigned m = 0; m < count; m++) dealer.members[m].rate = rates[m];
    for (unsigned k = 0; k < ring; k++) slots[k].next = k + 1 < ring ? &slots[k + 1] : NULL;
    dealer.slots = slots;
}

/* The time that all units take; `least` is what it would be without a ring. */
static double run(const double rates[], unsigned count, unsigned ring, double *least)
{
    struct flight flights[MOST_SLOTS] = {{.done = 0}};
    double free_at[MR_MAX_DEVICES] = {0}, now = 0, all = 0;
    begin(rates, count, ring);
    for (unsigned n = 0; n < UNITS; n++) {
        struct flight *f = &flights[n % ring];
        if (n >= ring && f->done > now) now = f->done; /* the oldest is waited for */
        for (unsigned k = 0; k < ring && k < n; k++) slots[k].is_in_flight = flights[k].done > now;
        f->member = mr_member_for(&dealer, (1U << count) - 1, UNIT);
        double start = free_at[f->member] > now ? free_at[f->member] : now;
        free_at[f->member] = f->done = start + UNIT / rates[f->member];
        slots[n % ring].home = f->member;
        slots[n % ring].count = UNIT;
        slots[n % ring].is_in_flight = true;
    }
    for (unsigned m = 0; m < count; m++) {
        now = free_at[m] > now ? free_at[m] : now;
        all += rates[m];
    }
    *least = (double)UNIT * UNITS / all;
    return now;
}

static const struct {
    double rates[4];
    unsigned count, ring;
    double most; /* times the least */
} rows[] = {
    {{1, 1}, 2, 6, 1.02},        {{1, 2}, 2, 6, 1.05},       {{3, 1}, 2, 6, 1.1},
    {{1, 1, 1, 1}, 4, 12, 1.04}, {{5, 4, 2, 1}, 4, 12, 1.1}, {{1, 0.1}, 2, 6, 1.15},
    {{1, 0.01}, 2, 6, 1.15}, /* which gets hardly any, or the ring would wait for it */
};

static void all_devices_are_kept_busy_by_their_speed(void)
{
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        double least, took = run(rows[k].rates, rows[k].count, rows[k].ring, &least);
        CU_ASSERT_TRUE(took <= least * rows[k].most);
        if (took > least * rows[k].most) printf("\nrow %zu: %.3f times the least", k, took / least);
    }
}

static void who_was_not_measured_gets_units(void)
{
    static const double rates[] = {3, 0};
    unsigned got[2] = {0, 0};
    begin(rates, 2, 6);
    for (unsigned k = 0; k < 6; k++) {
        unsigned m = slots[k].home = mr_member_for(&dealer, 3, UNIT);
        slots[k].is_in_flight = true;
        slots[k].count = UNIT;
        got[m]++;
    }
    CU_ASSERT_EQUAL(got[0], 3);
    CU_ASSERT_EQUAL(got[1], 3);
}

static void who_looked_slow_is_tried_again_and_who_is_lost_is_not(void)
{
    static const double rates[] = {1, 0.5};
    unsigned got[2] = {0, 0};
    begin(rates, 2, 6);
    for (unsigned k = 0; k < 100000; k++) got[mr_member_for(&dealer, 3, UNIT)]++;
    CU_ASSERT_TRUE(got[1] > 0);
    dealer.members[1].is_lost = true;
    CU_ASSERT_EQUAL(mr_members_left(&dealer), 1);
    CU_ASSERT_EQUAL(mr_member_for(&dealer, mr_members_left(&dealer), UNIT), 0);
}

static void only_what_a_driver_failed_with_is_a_devices(void)
{
    static const double rates[] = {1, 1};
    const mr_error own = {.status = MR_E_NO_MEMORY, .message = "a slot: out of memory"};
    const mr_error drivers = {.status = MR_E_OPENCL, .message = "failed", .call = "clFlush"};
    mr_error err;
    begin(rates, 2, 6);
    (void)snprintf(dealer.members[1].label, sizeof dealer.members[1].label, "1: a device");
    CU_ASSERT_EQUAL(mr_member_result(&dealer, 1, own.status, &own, &err), MR_E_NO_MEMORY);
    CU_ASSERT_STRING_EQUAL(err.message, own.message);
    CU_ASSERT_STRING_EQUAL(err.device, "");
    CU_ASSERT_FALSE(dealer.members[1].is_lost);
    CU_ASSERT_EQUAL(mr_member_result(&dealer, 1, drivers.status, &drivers, &err), MR_E_OPENCL);
    CU_ASSERT_STRING_EQUAL(err.device, "1: a device");
    CU_ASSERT_TRUE(dealer.members[1].is_lost);
}

SUITE(several_deal,
      {"all_devices_are_kept_busy_by_their_speed", all_devices_are_kept_busy_by_their_speed},
      {"who_was_not_measured_gets_units", who_was_not_measured_gets_units},
      {"who_looked_slow_is_tried_again_and_who_is_lost_is_not",
       who_looked_slow_is_tried_again_and_who_is_lost_is_not},
      {"only_what_a_driver_failed_with_is_a_devices", only_what_a_driver_failed_with_is_a_devices});
