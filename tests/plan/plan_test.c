/* Where a sequence is cut, and that everything else is fused. */
#include "plan/kind.h"

#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>

#include "base/memory.h"
#include "suite.h"

static struct mr_plan *plan_of(const char *text)
{
    mr_seq *seq = NULL;
    mr_error err = {0};
    struct mr_plan *plan = NULL;
    mr_status st = mr_seq_parse(&seq, text, &err);
    if (st == MR_OK) st = mr_plan_create(&plan, seq, true, &err);
    mr_seq_release(&seq);
    if (st != MR_OK) printf("\n%s: %s", text, err.message);
    CU_ASSERT_PTR_NOT_NULL_FATAL(plan);
    return plan;
}

static const struct {
    const char *text, *kinds, *last_name; /* kinds: of segments, in order */
} rows[] = {
    {"range(10)", "fused", "range"},
    {"range(10) | map(x*x)", "fused", "range_map"},
    {"range(10) | map(x*x) | map(x + 1) | skip(3) | take(2)", "fused", "range_map_map_skip_take"},
    {"count() | slice(3, 100, 7) | enumerate() | map(n + x)", "fused", NULL},
    {"zip(a: count(), b: range(5)) | map(a + b)", "fused", NULL},
    {"chain(range(5), range(7)) | map(x)", "fused", NULL},
    {"range(10) | diff()", "fused", NULL},
    {"range(10) | filter(x > 3)", "compact", "range_filter"},
    {"range(10) | map(x*x) | filter(x > 3)", "compact", "range_map_filter"},
    {"range(10) | filter(x > 3) | map(x*x)", "compact", "range_filter_map"},
    {"range(10) | filter(x > 3) | filter(x < 7)", "compact", "range_filter_filter"},
    {"range(10) | filter(x > 3) | map(sqrt(x)) | filter(x < 7) | map(-x)", "compact", NULL},
    {"range(10) | filter(x > 3) | map(x*x) | take(2)", "compact", "range_filter_map_take"},
    {"range(10) | filter(x > 3) | map(sin(x))", "compact fused", NULL},
    {"range(10) | filter(x > 3) | map(12 / (x - 7))", "compact fused", NULL},
    {"range(10) | filter(x > 3) | map(x*i)", "compact fused", NULL},
    {"range(10) | filter(x > 3) | filter(i % 2 == 0)", "compact compact", NULL},
    {"range(10) | filter(x > 3) | skip(1) | map(x*x)", "compact fused", NULL},
    {"range(10) | take_while(x < 3) | map(-x)", "stop fused", NULL},
    {"range(10) | drop_while(x < 3)", "drop", NULL},
    {"range(10) | scan(sum) | scan(max)", "scan scan", NULL},
    {"range(10) | window(3, mean) | map(x*2)", "window fused", NULL},
    {"range(10) | chunk(3, sum)", "chunk", NULL},
    {"range(10) | shuffle(1) | map(x*2)", "fused", NULL},
    {"range(10) | map(x*2) | shuffle(1, window=4) | map(x + 1)", "fused shuffle fused", NULL},
    {"fibonacci() | map(x*2)", "fused", NULL},
    {"fibonacci(mod=7) | map(x*2)", "recur fused", NULL},
    {"chain(range(5) | filter(x > 1) | map(-x), range(7))", "compact fused concat", NULL},
    {"range(10) | map(x*x) | filter(x % 7 == 2) | sum()", "reduce", "range_map_filter_sum"},
    {"range(10) | filter(x > 2) | map(x*x) | filter(x < 50) | mean()", "reduce", NULL},
    {"range(10) | filter(x > 2) | map(x*i) | sum()", "compact reduce", NULL},
    {"range(10) | filter(x > 2) | argmax()", "compact reduce", NULL},
    {"range(10) | scan(sum) | last()", "scan pull", NULL},
    {"range(10) | filter(x > 2) | hist(3, 0, 9)", "histogram", NULL},
    {"range(10) | scan(s: 0.9*s + 0.1*x, init=0)", "state", "range_scan"},
    {"range(10) | scan(s: s ^ x % 7, init=0)", "state", NULL},
    {"normal(1) | scan(s: 0.9*s + 0.1*x, init=0)", "fused state", "scan"},
    {"range(10) | scan(s: s*sin(s) + sin(f64(x)) + i, init=0)", "fused state", "scan"},
    {"iterate(x + sin(f64(i)), 0.0)", "fused state", NULL},
    {"range(10) | filter(x > 2) | scan(s: s ^ x, init=0)", "compact state", NULL},
    {"iterate(a: b, b: a + b, init=(0, 1)) | take(9) | map(a)", "state", "iterate_take_map"},
    {"iterate(2*x, 1) | loop(y: y + 1, init=x, most=3)", "state fused", NULL},
    {"iterate(2*x, 1) | map(x - 1) | map(x / 3) | take(9)", "state", "iterate_map_map_take"},
    {"iterate(2*x, 1) | map(sin(f64(x)))", "state fused", NULL},
    {"iterate(2*x, 1) | map(x - prev(x, 0))", "state fused", NULL},
    {"iterate(2*x, 1) | skip(2) | map(x + 1)", "state fused", NULL},
    {"iterate(2*x, 1) | take(9) | map(x + 1) | sum()", "state reduce", NULL},
    {"normal(1) | scan(s: 0.9*s + x, init=0) | map(s*s, i)", "fused state", "scan_map"},
    {"range(10) | filter(x > 2) | fold(s: s + exp(f64(x)), init=0)", "compact fused state fold",
     NULL},
};

static void cuts_are_where_they_must_be(void)
{
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct mr_plan *plan = plan_of(rows[k].text);
        char kinds[64] = "", *end = kinds;
        for (size_t n = 0; n < plan->segment_count && n < 6; n++)
            end += sprintf(end, "%s%s", n ? " " : "", mr_kind_names[plan->segments[n]->kind]);
        const struct mr_segment *last = plan->segments[plan->segment_count - 1];
        bool good = !strcmp(kinds, rows[k].kinds) &&
                    (!rows[k].last_name || !strcmp(last->name, rows[k].last_name));
        CU_ASSERT_TRUE(good);
        if (!good) printf("\n%s: %s, %s", rows[k].text, kinds, last->name);
        mr_plan_destroy(&plan);
        CU_ASSERT_PTR_NULL(plan);
    }
    mr_plan_destroy(NULL);
}

static void the_last_segment_is_as_long_as_the_sequence(void)
{
    static const char *const more[] = {"iterate(2*x, 1) | map(x + 1)",
                                       "iterate(s: 2*s, init=1, while=s < 9) | map(s + 1)"};
    enum { MORE = sizeof more / sizeof more[0] };
    for (size_t k = 0; k < MORE + sizeof rows / sizeof rows[0]; k++) {
        const char *text = k < MORE ? more[k] : rows[k - MORE].text;
        struct mr_plan *plan = plan_of(text);
        const struct mr_length *own = &plan->segments[plan->segment_count - 1]->length;
        bool same = own->kind == plan->seq->length.kind && own->most == plan->seq->length.most;
        CU_ASSERT_TRUE(same);
        if (!same) printf("\n%s: %d", text, (int)own->kind);
        mr_plan_destroy(&plan);
    }
}

static void only_dear_survivors_are_kept_aside(void)
{
    static const struct {
        const char *text;
        bool saves;
    } filters[] = {
        {"range(10) | filter(sqrt(f64(x)) > 2)", false},
        {"range(10) | map(x*x + 1) | filter(x > 3)", false},
        {"range(10) | map(sqrt(f64(x))) | filter(x > 3)", false},
        {"range(10) | map(sin(f64(x))) | filter(x > 3)", true},
        {"range(10) | map(7 / (x + 1)) | filter(x > 3)", true},
        {"uniform(1) | take(10) | filter(x > 0.5)", true},
        {"range(10) | scan(sum) | filter(x % 7 == 2)", false},
    };
    for (size_t k = 0; k < sizeof filters / sizeof filters[0]; k++) {
        struct mr_plan *plan = plan_of(filters[k].text);
        CU_ASSERT_EQUAL(plan->segments[plan->segment_count - 1]->saves_values, filters[k].saves);
        mr_plan_destroy(&plan);
    }
}

static void segments_give_the_columns_that_their_readers_read(void)
{
    static const struct {
        const char *text, *gives; /* of each segment: its columns */
    } readers[] = {
        {"iterate(a: b, b: a + b, init=(0, 1)) | take(9) | map(a) | sum()", "a a"},
        {"iterate(a: b, b: a + b, init=(0, 1)) | take(9) | map(a, b) | sum()", "ab ab"},
        {"range(9) | scan(s: s ^ x, t: t + s, init=(0, 0)) | window(2, sum) | map(t)", "t t t"},
        {"range(9) | map(a: x, b: x, c: x) | scan(sum) | map(c) | sum()", "c c"},
        {"range(9) | map(a: x, b: x, c: x) | window(2, sum) | map(c, a) | scan(max)", "ac ca"},
        {"range(9) | map(a: x, b: x, c: x) | chunk(2, sum) | map(b) | scan(sum)", "b b"},
        {"range(9) | map(a: x, b: x) | filter(a > 3) | scan(sum) | map(b)", "b b b"},
        {"range(9) | map(a: x, b: x) | take_while(a < 3) | map(b) | sum()", "b b"},
        {"range(9) | map(a: x, b: x) | drop_while(a < 3) | map(b) | sum()", "b b"},
        {"range(9) | map(a: x, b: x) | shuffle(1, window=4) | map(b) | sum()", "b b b"},
        {"chain(range(9) | filter(x > 3) | map(a: x, b: x), range(9) | map(a: x, b: x)) | map(b)",
         "b b b b"},
        {"range(9) | map(a: x, b: x) | filter(a > 3) | run_length() | map(count) | sum()",
         "ab number count"},
        {"range(9) | map(a: x, b: x) | filter(a > 3) | map(b - prev(b, 0))", "b x"},
        {"range(9) | map(a: x, b: bool(x)) | filter(a > 3) | map(i)", "b x"},
        {"range(9) | map(a: x, b: x) | filter(a > 3)", "ab"},
        {"iterate(a: b, b: a + b, init=(0, 1)) | take(9) | last()", "ab ab"},
    };
    for (size_t k = 0; k < sizeof readers / sizeof readers[0]; k++) {
        struct mr_plan *plan = plan_of(readers[k].text);
        char gives[256] = "", *end = gives;
        for (size_t n = 0; n < plan->segment_count && n < 6; n++) {
            const struct mr_segment *s = plan->segments[n];
            if (n) end = stpcpy(end, " ");
            for (size_t c = 0; c < s->column_count; c++) end = stpcpy(end, s->columns[c].name);
        }
        bool good = readers[k].gives && strcmp(gives, readers[k].gives) == 0;
        CU_ASSERT_TRUE(good);
        if (!good) printf("\n%s: %s", readers[k].text, gives);
        mr_plan_destroy(&plan);
    }
}

/* Each stage asks anew whether it joins what is below: asked twice each, it would take an hour. */
static void a_long_row_of_filters_is_planned_at_once(void)
{
    enum { PAIRS = 30 };
    char text[PAIRS * 48 + 16], *end = stpcpy(text, "range(1000)");
    for (int k = 0; k < PAIRS; k++)
        end = stpcpy(end, " | filter(x != i + 1) | filter(10 / x != 3)");
    struct mr_plan *plan = plan_of(text);
    CU_ASSERT_TRUE(plan->segment_count >= PAIRS);
    mr_plan_destroy(&plan);
}

static void inputs_come_before_those_that_read_them(void)
{
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct mr_plan *plan = plan_of(rows[k].text);
        for (size_t n = 0; n < plan->segment_count; n++) {
            const struct mr_segment *s = plan->segments[n];
            CU_ASSERT_EQUAL(s->number, n + 1);
            CU_ASSERT_PTR_NOT_NULL(s->reason);
            for (size_t v = 0; v < s->view_count; v++)
                CU_ASSERT_TRUE(!s->views[v].segment || s->views[v].segment->number < s->number);
        }
        mr_plan_destroy(&plan);
    }
}

static void an_expression_that_reads_twice_shares_one_view(void)
{
    struct mr_plan *plan = plan_of("range(100) | scan(sum) | diff()");
    const struct mr_segment *last = plan->segments[plan->segment_count - 1];
    CU_ASSERT_EQUAL(plan->segment_count, 2);
    CU_ASSERT_EQUAL(last->view_count, 1);
    CU_ASSERT_EQUAL(last->views[0].halo, 1);
    CU_ASSERT_EQUAL(last->views[0].offset, 0);
    mr_plan_destroy(&plan);

    plan = plan_of("range(100) | scan(sum) | skip(7)");
    last = plan->segments[plan->segment_count - 1];
    CU_ASSERT_EQUAL(last->views[0].offset, 7);
    CU_ASSERT_EQUAL(last->views[0].halo, 0);
    mr_plan_destroy(&plan);
}

/* Leaves never span two chunks, and begin where a chunk or so many whole ones of it end. */
static void leaves_of_chunks_are_numbered_without_gaps(void)
{
    static const int64_t extents[] = {1, 7, 1023, 1024, 1025, 1500, 4096, INT64_MAX};
    for (size_t k = 0; k < sizeof extents / sizeof extents[0]; k++) {
        const int64_t extent = extents[k];
        size_t longest = mr_leaf_extent(extent), seen = 0;
        int64_t number = -1;
        for (int64_t n = 0; n < 20000; n++) {
            int64_t leaf = mr_leaf_number(extent, n);
            bool begins = leaf != number;
            if (begins) CU_ASSERT_EQUAL(leaf, number + 1);
            if (begins) CU_ASSERT_TRUE(n % extent % MR_LEAF == 0);
            seen = begins ? 1 : seen + 1;
            CU_ASSERT_TRUE(seen <= longest);
            number = leaf;
        }
    }
}

static void no_memory_at_any_point_leaves_nothing(void)
{
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *seq = NULL;
        struct mr_plan *plan = NULL;
        CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, rows[k].text, NULL), MR_OK);
        size_t before = mr_memory_live_bytes();
        mr_status st = MR_E_NO_MEMORY;
        uint64_t nth = 1;
        for (; st != MR_OK && nth < 1000; nth++) {
            mr_error err = {0};
            mr_memory_fail_at(nth, 0);
            st = mr_plan_create(&plan, seq, true, &err);
            mr_memory_fail_at(0, 0);
            CU_ASSERT_TRUE(st == MR_OK || (st == MR_E_NO_MEMORY && err.message[0] && !plan));
            mr_plan_destroy(&plan);
            CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
        }
        CU_ASSERT_EQUAL(st, MR_OK);
        CU_ASSERT_TRUE(nth > 3);
        mr_seq_release(&seq);
    }
}

SUITE(plan, {"cuts_are_where_they_must_be", cuts_are_where_they_must_be},
      {"a_long_row_of_filters_is_planned_at_once", a_long_row_of_filters_is_planned_at_once},
      {"the_last_segment_is_as_long_as_the_sequence", the_last_segment_is_as_long_as_the_sequence},
      {"only_dear_survivors_are_kept_aside", only_dear_survivors_are_kept_aside},
      {"segments_give_the_columns_that_their_readers_read",
       segments_give_the_columns_that_their_readers_read},
      {"inputs_come_before_those_that_read_them", inputs_come_before_those_that_read_them},
      {"an_expression_that_reads_twice_shares_one_view",
       an_expression_that_reads_twice_shares_one_view},
      {"leaves_of_chunks_are_numbered_without_gaps", leaves_of_chunks_are_numbered_without_gaps},
      {"no_memory_at_any_point_leaves_nothing", no_memory_at_any_point_leaves_nothing});
