/* How much memory a plan takes, and what it does when there is less. */
#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>

#include "plan/kind.h"
#include "suite.h"

static struct mr_plan *plan_of(const char *text)
{
    mr_seq *seq = NULL;
    struct mr_plan *plan = NULL;
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, text, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_plan_create(&plan, seq, true, NULL), MR_OK);
    mr_seq_release(&seq);
    return plan;
}

static const char *const texts[] = {
    "range(%s) | map(x*x)",
    "range(%s) | filter(x %% 3 == 0) | scan(sum)",
    "range(%s) | scan(sum) | window(5000, max) | map(x + 1)",
    "range(%s) | chunk(10, mean) | argmax()",
    "range(%s) | map(x*x) | filter(x %% 7 == 2) | sum()",
    "range(%s) | hist(1000, 0, 100)",
    "range(%s) | map(x*0.1) | sum(exact)",
    "chain(range(%s) | filter(x > 3), range(%s))",
};
enum { TEXTS = sizeof texts / sizeof texts[0] };

static struct mr_plan *plan_of_length(size_t row, const char *length)
{
    char text[256];
    (void)snprintf(text, sizeof text, texts[row], length, length);
    return plan_of(text);
}

static size_t total(const struct mr_plan *plan)
{
    return plan->host_bytes + plan->device_bytes;
}

static void the_bound_does_not_know_the_length(void)
{
    static const char *const lengths[] = {"1e6", "1e10", "1e15"};
    for (size_t k = 0; k < TEXTS; k++)
        for (int on_device = 0; on_device < 2; on_device++) {
            const struct mr_plan_limits limits = {.on_device = on_device};
            size_t first = 0;
            for (size_t n = 0; n < 3; n++) {
                struct mr_plan *plan = plan_of_length(k, lengths[n]);
                CU_ASSERT_EQUAL(mr_plan_fit(plan, &limits, NULL), MR_OK);
                if (n == 0) first = total(plan);
                CU_ASSERT_EQUAL(total(plan), first);
                CU_ASSERT_TRUE(on_device ? plan->device_bytes > 0 : plan->device_bytes == 0);
                mr_plan_destroy(&plan);
            }
        }
}

static void a_budget_makes_units_smaller_until_it_is_kept(void)
{
    for (size_t k = 0; k < TEXTS; k++) {
        struct mr_plan *plan = plan_of_length(k, "1e9");
        struct mr_plan_limits limits = {.on_device = true};
        CU_ASSERT_EQUAL(mr_plan_fit(plan, &limits, NULL), MR_OK);
        size_t most = total(plan);
        mr_status st = MR_OK;
        for (size_t budget = most; st == MR_OK && budget > 1000; budget = budget * 3 / 4) {
            limits.max_memory_bytes = budget;
            st = mr_plan_fit(plan, &limits, NULL);
            CU_ASSERT_TRUE(st == MR_OK || st == MR_E_BUDGET);
            CU_ASSERT_TRUE(st != MR_OK || total(plan) <= budget);
        }
        CU_ASSERT_EQUAL(st, MR_E_BUDGET); /* nothing runs in a few bytes */
        mr_plan_destroy(&plan);
    }
}

/* The error's figure is the truth: with it the plan fits, with a byte less it does not. */
static void the_refusal_names_the_least(void)
{
    for (size_t k = 0; k < TEXTS; k++)
        for (int shape = 0; shape < 4; shape++) {
            struct mr_plan *plan = plan_of_length(k, "1e9");
            struct mr_plan_limits limits = {.on_device = shape & 1,
                                            .batch = shape & 2 ? 1000 : 0,
                                            .ring = shape & 2 ? 5 : 0,
                                            .max_memory_bytes = 1};
            mr_error err = {0};
            size_t least = 0;
            CU_ASSERT_EQUAL(mr_plan_fit(plan, &limits, &err), MR_E_BUDGET);
            CU_ASSERT_EQUAL(sscanf(err.message, "the pipeline needs at least %zu bytes", &least),
                            1);
            CU_ASSERT_PTR_NOT_NULL(strstr(err.hint, "max_memory_bytes"));
            limits.max_memory_bytes = least;
            CU_ASSERT_EQUAL(mr_plan_fit(plan, &limits, NULL), MR_OK);
            CU_ASSERT_TRUE(total(plan) <= least);
            limits.max_memory_bytes = least - 1;
            CU_ASSERT_EQUAL(mr_plan_fit(plan, &limits, NULL), MR_E_BUDGET);
            mr_plan_destroy(&plan);
        }
}

static void what_was_asked_for_is_kept(void)
{
    static const struct mr_plan_limits asked[] = {
        {.batch = 1, .ring = 2}, {.batch = 64, .ring = 16}, {.batch = 1000}, {.batch = 1 << 24}};
    for (size_t n = 0; n < sizeof asked / sizeof asked[0]; n++) {
        struct mr_plan *plan = plan_of_length(1, "1e9");
        CU_ASSERT_EQUAL(mr_plan_fit(plan, &asked[n], NULL), MR_OK);
        CU_ASSERT_EQUAL(plan->batch, asked[n].batch);
        CU_ASSERT_EQUAL(plan->ring, asked[n].ring ? asked[n].ring : 3);
        const struct mr_segment *last = plan->segments[plan->segment_count - 1];
        CU_ASSERT_EQUAL(last->slots, plan->ring);
        CU_ASSERT_TRUE(last->entries >= plan->batch);
        mr_plan_destroy(&plan);
    }
}

static void limits_outside_their_range_are_refused(void)
{
    static const struct {
        struct mr_plan_limits limits;
        const char *says;
    } rows[] = {
        {{.batch = (1 << 24) + 1}, "16777217"},
        {{.ring = 1}, "ring of 1"},
        {{.ring = 17}, "ring of 17"},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct mr_plan *plan = plan_of_length(0, "10");
        mr_error err = {0};
        CU_ASSERT_EQUAL(mr_plan_fit(plan, &rows[k].limits, &err), MR_E_VALUE);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.message, rows[k].says));
        CU_ASSERT_EQUAL(mr_plan_fit(plan, &rows[k].limits, NULL), MR_E_VALUE);
        mr_plan_destroy(&plan);
    }
}

/* What a saved stream remembers of each unit in flight is memory, too. */
static void checkpoints_are_in_the_bound(void)
{
    static const struct {
        const char *text;
        size_t bytes; /* of the last segment's: by hand, from what ring/checkpoint.c writes */
    } rows[] = {
        {"range(1000) | map(x*x)", 0},            /* positions say all */
        {"range(1000) | filter(x > 3)", 20},      /* a position and whether it is over */
        {"range(1000) | drop_while(x < 3)", 21},  /* ... and whether it drops */
        {"range(1000) | scan(sum)", 20 + 1 + 16}, /* ... two words of 64 bits */
        {"range(1000) | map(x, x*x) | scan(sum)", 20 + 1 + 32},
        {"range(9) | filter(x > 3) | scan(sum)", 20 + 1 + 16 + 20 + 20}, /* and its input's */
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        const struct mr_plan_limits limits = {.ring = 5};
        struct mr_plan *plan = plan_of(rows[k].text);
        CU_ASSERT_EQUAL(mr_plan_fit(plan, &limits, NULL), MR_OK);
        struct mr_segment *last = plan->segments[plan->segment_count - 1];
        struct mr_buffers with, without;
        CU_ASSERT_EQUAL(last->checkpoint_bytes, rows[k].bytes);
        mr_buffers_of(&with, last);
        last->checkpoint_bytes = 0;
        mr_buffers_of(&without, last);
        for (int on_device = 0; on_device < 2; on_device++)
            CU_ASSERT_EQUAL(mr_buffers_bytes(&with, on_device, false).host -
                                mr_buffers_bytes(&without, on_device, false).host,
                            rows[k].bytes * (5 + MR_CHECKPOINTS + 1));
        mr_plan_destroy(&plan);
    }
}

/* The lines that explain shows and the bound are one list. */
static void the_bound_is_the_sum_of_its_lines(void)
{
    for (size_t k = 0; k < TEXTS; k++)
        for (int way = 0; way < 4; way++) {
            const struct mr_plan_limits limits = {.on_device = way > 0,
                                                  .staged = way > 1,
                                                  .devices = way > 2 ? 3 : 0,
                                                  .others = way > 2};
            struct mr_plan *plan = plan_of_length(k, "1e9");
            CU_ASSERT_EQUAL(mr_plan_fit(plan, &limits, NULL), MR_OK);
            size_t host = sizeof *plan, device = 0;
            for (size_t s = 0; s < plan->segment_count; s++) {
                struct mr_buffers list;
                struct mr_buffer_line lines[MR_MAX_BUFFER_LINES];
                mr_buffers_of(&list, plan->segments[s]);
                size_t count = mr_buffers_lines(lines, &list, way > 0, way > 1);
                CU_ASSERT_TRUE(count > 0);
                for (size_t n = 0; n < count; n++) {
                    CU_ASSERT_TRUE(lines[n].on_host || lines[n].on_device);
                    host += lines[n].on_host ? lines[n].count * lines[n].bytes : 0;
                    device += lines[n].on_device ? lines[n].count * lines[n].bytes : 0;
                }
            }
            CU_ASSERT_EQUAL(host, plan->host_bytes);
            CU_ASSERT_EQUAL(device, plan->device_bytes);
            mr_plan_destroy(&plan);
        }
}

/* Where devices of two shapes share units, whichever is the first. */
static void slots_have_room_for_what_any_shape_gives(void)
{
    for (size_t k = 0; k < 2 * TEXTS; k++) {
        const struct mr_profile *first =
            &mr_profiles[k < TEXTS ? MR_PROFILE_CPU : MR_PROFILE_DISCRETE];
        const struct mr_plan_limits limits = {
            .on_device = true, .profile = first, .devices = 2, .others = 1};
        struct mr_plan *plan = plan_of_length(k % TEXTS, "1e9");
        CU_ASSERT_EQUAL(mr_plan_fit(plan, &limits, NULL), MR_OK);
        for (size_t n = 0; n < 2 * plan->segment_count; n++) {
            struct mr_segment own;
            const struct mr_segment *s = plan->segments[n / 2];
            const struct mr_kind_class *kind = mr_kind_of(s->kind);
            mr_segment_on(&own, s, n % 2);
            CU_ASSERT_EQUAL(own.shares_leaves, n % 2);
            CU_ASSERT_FALSE(own.folds_units);
            if (kind->most_entries) CU_ASSERT_TRUE(kind->most_entries(&own) <= s->entries);
        }
        mr_plan_destroy(&plan);
    }
}

/* A unit that begins with the last element of a chunk ends most of them; the sequence ends one. */
static void slots_have_room_for_all_chunks_that_end_in_a_unit(void)
{
    static const char *const extents[] = {"1025",       "1500",          "65536",
                                          "4294967296", "4294967296001", "9223372036854775807"};
    for (size_t n = 0; n < 2 * sizeof extents / sizeof extents[0]; n++) {
        const struct mr_plan_limits limits = {.on_device = n % 2};
        char text[64];
        (void)snprintf(text, sizeof text, "count() | chunk(%s, sum)", extents[n / 2]);
        struct mr_plan *plan = plan_of(text);
        CU_ASSERT_EQUAL(mr_plan_fit(plan, &limits, NULL), MR_OK);
        const struct mr_segment *s = plan->segments[plan->segment_count - 1];
        size_t ends = 0;
        for (size_t k = 0; k < s->unit; k++) ends += (int64_t)k % s->extent == 0;
        CU_ASSERT_EQUAL(s->entries, ends + 1);
        CU_ASSERT_TRUE(mr_leaves_in(s) <= s->unit / MR_LEAF + 3 + ends);
        mr_plan_destroy(&plan);
    }
}

/* Wherever it begins, and however long it is. */
static void slots_have_room_for_what_any_unit_gives(void)
{
    static const char *const all[] = {
        "count()",
        "count() | filter(x > 3)",
        "count() | sum()",
        "count() | var()",
        "count() | chunk(10, sum)",
        "count() | chunk(1024, mean)",
        "count() | chunk(1500, sum)",
        "count() | chunk(4000000, sum)",
        "count() | hist(10, 0, 1)",
        "count() | hist(9000, 0, 1)",
        "count() | sum(exact)",
    };
    for (size_t k = 0; k < 2 * sizeof all / sizeof all[0]; k++) {
        const struct mr_plan_limits limits = {
            .on_device = true,
            .profile = &mr_profiles[k % 2 ? MR_PROFILE_DISCRETE : MR_PROFILE_CPU]};
        struct mr_plan *plan = plan_of(all[k / 2]);
        CU_ASSERT_EQUAL(mr_plan_fit(plan, &limits, NULL), MR_OK);
        const struct mr_segment *s = plan->segments[plan->segment_count - 1];
        const struct mr_kind_class *kind = mr_kind_of(s->kind);
        size_t most = 0;
        for (int64_t first = 0; first < 4100000; first += first % 2048 == 2047 ? 501473 : 1)
            for (size_t count = s->unit; kind->entries && count > 0; count /= 7) {
                size_t entries = kind->entries(s, first, count);
                if (entries > most) most = entries;
            }
        CU_ASSERT_EQUAL(kind->entries != NULL, kind->most_entries != NULL);
        CU_ASSERT_TRUE(kind->entries ? most <= s->entries && most > 0 : s->entries == s->unit);
        /* Nor much more, but where subtrees are as many as they can be nowhere near here. */
        CU_ASSERT_TRUE(!kind->entries || s->folds_units || s->entries <= most + 3);
        mr_plan_destroy(&plan);
    }
}

SUITE(fit, {"slots_have_room_for_what_any_unit_gives", slots_have_room_for_what_any_unit_gives},
      {"checkpoints_are_in_the_bound", checkpoints_are_in_the_bound},
      {"the_bound_is_the_sum_of_its_lines", the_bound_is_the_sum_of_its_lines},
      {"the_bound_does_not_know_the_length", the_bound_does_not_know_the_length},
      {"a_budget_makes_units_smaller_until_it_is_kept",
       a_budget_makes_units_smaller_until_it_is_kept},
      {"the_refusal_names_the_least", the_refusal_names_the_least},
      {"what_was_asked_for_is_kept", what_was_asked_for_is_kept},
      {"slots_have_room_for_all_chunks_that_end_in_a_unit",
       slots_have_room_for_all_chunks_that_end_in_a_unit},
      {"slots_have_room_for_what_any_shape_gives", slots_have_room_for_what_any_shape_gives},
      {"limits_outside_their_range_are_refused", limits_outside_their_range_are_refused});
