/* Which kernels a kind chooses in a shape, how they are launched and written. */
#include <stdio.h>
#include <string.h>

#include "emit/described_plan.h"
#include "emit/skeleton.h"
#include "suite.h"

/* The kernels of each segment by what their names end with, their work-items, and how often they
 * are launched. */
static void describe_launches(struct mr_strbuf *out, const struct mr_emitter *e)
{
    static const char *const items[] = {[MR_ITEMS_LEAVES] = "leaves",
                                        [MR_ITEMS_SPANS] = "spans",
                                        [MR_ITEMS_SHARED] = "shared",
                                        [MR_ITEMS_WORKERS] = "workers",
                                        [MR_ITEMS_PATHS] = "paths"};
    const size_t count = mr_skeleton_kernel_count(e->skeleton);
    for (size_t k = 0; k < count; k++) {
        const struct mr_kernel_form *form = &e->skeleton->kernels[k];
        bool has_rounds = k + 1 == count && e->skeleton->rounds;
        const unsigned rounds = has_rounds ? e->skeleton->rounds(e->segment) : 1;
        mr_strbuf_addf(out, "%s%s%s%s", k ? ", " : "", form->suffix, form->suffix[0] ? " " : "",
                       items[form->items]);
        if (rounds > 1) mr_strbuf_addf(out, " %u times", rounds);
    }
}

static const struct {
    const char *text, *launches;
    enum way way;
} launch_rows[] = {
    {"range(9)", "spans", CPU},
    {"range(9)", "spans", GPU},
    {"range(9) | sum()", "leaves", CPU},
    {"range(9) | sum()", "spans, _fold leaves, _tree leaves 2 times", GPU},
    {"range(9) | var()", "leaves", CPU},
    {"range(9) | var()",
     "spans, _fold leaves, _deviations spans, _moments leaves, _tree leaves 2 times", GPU},
    {"range(9) | chunk(100, sum)", "leaves", CPU},
    {"range(9) | chunk(100, sum)", "spans, _fold leaves", GPU},
    {"range(9) | chunk(5000, sum)", "leaves, _merge leaves", CPU},
    {"range(9) | chunk(5000, sum)", "spans, _fold leaves, _merge leaves 2 times", GPU},
    {"linspace(0, 1, 9) | hist(8, 0, 8)", "workers", CPU},
    {"linspace(0, 1, 9) | hist(8, 0, 8)", "spans 2 times", GPU},
    {"range(9) | sum(exact)", "workers", CPU},
    {"range(9) | sum(exact)", "spans 2 times", GPU},
    {"range(9) | scan(sum)", "leaves, _apply shared", CPU},
    {"range(9) | scan(sum)", "spans, _sums leaves, _sums_2 leaves, _blocks leaves, _apply spans",
     GPU},
    {"range(0, 9, dtype=f64) | scan(sum)", "leaves, _apply shared", CPU},
    {"range(0, 9, dtype=f64) | scan(sum)", "spans, _before leaves, _apply spans", GPU},
    {"range(9) | filter(x > 3)", "leaves, _pack shared", CPU},
    {"range(9) | filter(x > 3)", "spans, _rows leaves, _blocks leaves, _pack spans", GPU},
    {"range(9) | window(100, sum)", "shared", CPU},
    {"range(9) | window(32, sum)", "spans", GPU},
    {"range(9) | window(33, sum)", "spans, _far spans", GPU},
    {"range(9) | window(100, sum)", "spans, _far spans 2 times", GPU},
    {"range(9) | map(exp(sin(f32(x)))) | window(32, max)", "spans, _near spans", GPU},
    {"range(9) | map(exp(sin(f32(x)))) | window(33, max)", "spans, _near spans, _far spans", GPU},
    {"mrg32k3a()", "shared", GPU},
    {"range(9) | scan(s: s + x, init=0)", "paths", GPU},
};

static void kernels_are_launched_as_the_shape_has_it(void)
{
    for (size_t k = 0; k < sizeof launch_rows / sizeof launch_rows[0]; k++)
        check_plan(launch_rows[k].text, launch_rows[k].way, describe_launches,
                   launch_rows[k].launches);
}

/* What a kind chooses for its kernels, by words that are or are not in their text. */
static const struct {
    const char *text, *has, *lacks;
    enum way way;
} kernel_rows[] = {
    /* Positions are counted in 32 bits where work-items share leaves. */
    {"range(9)", "POSITIONS(i)", "+ leaf", CPU},
    {"range(9)", "POSITIONS(i + leaf)", "const long i =", GPU},
    {"range(9) | scan(sum) | filter(x > 2) | run_length()", "low + leaf >= ", "low >= ", GPU},

    /* W prefixes at once where grouping changes no bit; else leaves side by side, a row each. */
    {"range(9) | scan(sum)", "SCAN_LANES(", "prefix0[leaf]", CPU},
    {"range(0, 9, dtype=f64) | scan(max)", "SCAN_LANES(", "prefix0[leaf]", CPU},
    {"range(0, 9, dtype=f64) | scan(sum)", "prefix0[leaf]", "SCAN_LANES(", CPU},

    /* Upper halves beside a sum only where it may wrap. */
    {"range(9) | mean()", "(long)total >> 63", "UPPER_", CPU},
    {"range(9, dtype=u64) | mean()", "= 0;", "UPPER_", CPU},
    {"range(9) | map(x*x) | mean()", "UPPER_I64(", ">> 63", CPU},
    {"range(9) | map(x*x) | sum()", "FOLD_ADD(", "UPPER_", CPU},

    /* It is enough that some position decides, unless a check may fail before it. */
    {"range(9) | map(x > 3) | any()", "sum_i32(a0)", "first_place(", CPU},
    {"range(9) | map(7/(x - 9) > 3) | any()", "first_place(", "sum_i32(a0)", CPU},

    /* A sum is the same for however many elements. */
    {"range(9) | filter(x > 3) | sum()", "keeps", "kept", CPU},
    {"range(9) | filter(x > 3) | mean()", "kept +=", "high - low, 0L)", CPU},
    {"range(9) | mean()", "max(high - low, 0L)", "kept +=", CPU},

    /* Two doublings of a window's length in one walk; folds kept where it has several digits. */
    {"range(9) | window(4, sum)", "FOLD_FAR_TWICE(", "FOLD_FAR(", CPU},
    {"range(9) | window(8, sum)", "FOLD_FAR(", "COPY_VALUES(", CPU},
    {"range(9) | window(5, sum)", "COPY_VALUES(", "a, a, 1L, values - 1L", CPU},
    {"range(9) | window(1, sum)", "COPY_VALUES(", "FOLD_FAR", CPU},

    /* The number of a bin by the fewest operations that are exact (ir/bins.h). */
    {"linspace(0, 1, 9) | hist(8, 0, 8)", "BIN_EXACT(vf64", "BIN_BY_EDGE(", CPU},
    {"linspace(0, 1, 9) | map(f32(x)) | hist(8, 0, 8)", "BIN_EXACT(vf32", "BIN_BY_EDGE(", CPU},
    {"linspace(0, 1, 9) | hist(10, 0, 1)", "(vf64)(bins_shift)),", "(vf64)(bins_low) +", CPU},
    {"linspace(0, 1, 9) | hist(7, -1, 3)", "(bins_shift)) + (vf64)(0x1.8p52),", "BIN_EXACT(", CPU},

    /* What is dear is made once, by the first kernel. */
    {"range(9) | filter(x > 3)", "_pack(", "get_i64(", CPU},
    {"uniform(7) | filter(x > 0.5)", "get_f64(s0", "mr_uniform_f64_strip(", CPU},

    /* Where a check may fail, survivors end before it; each word of bits is cut there. */
    {"range(9) | filter(x > 3)", "transpose_bits(words)", "before_failed[", GPU},
    {"range(9) | filter(7/(x - 9) > 3)", "before_failed[", "get_i64(", GPU},

    /* Lanes walk paths of their own where there are many. */
    {"range(1e6) | scan(s: s + x, init=0)", "const int begins = 1;", "l0[k]", CPU},
    {"range(1e6) | scan(sum) | scan(s: s + x, init=0, every=100)", "[k]", "const int begins = 1;",
     CPU},

    /* The folds of a window's lowest digits stay in registers, those of others half rows apart. */
    {"range(9) | window(7, sum)", "FOLD_NEAR(", "other0", GPU},
    {"range(9) | window(64, sum)", "other0", "folds[k]", GPU},
    {"range(9) | window(67, sum)", "folds[k]", "FOLD_FAR(", GPU},

    /* Bins that all work-items share are cleared first. */
    {"linspace(0, 1, 9) | hist(8, 0, 8)", "atomic_inc(", "const long from", GPU},
};

static void check_kernels(const char *text, const char *has, const char *lacks, enum way way)
{
    struct mr_plan *plan = plan_of(text, way);
    struct mr_profile profile = profile_of(way);
    struct mr_source_text source;
    CU_ASSERT_EQUAL_FATAL(
        mr_emit_segment(&source, plan->segments[plan->segment_count - 1], &profile, NULL), MR_OK);
    /* The prelude and the library come before the last #line. */
    const char *kernels = mr_strbuf_text(&source.text);
    for (const char *p = kernels; (p = strstr(p, "\n#line 1 ")); p++) kernels = p + 1;
    bool holds = strstr(kernels, has) && !strstr(kernels, lacks);
    if (!holds) printf("\n  %s: is to have %s and to lack %s\n%s", text, has, lacks, kernels);
    CU_ASSERT_TRUE(holds);
    mr_source_text_free(&source);
    mr_plan_destroy(&plan);
}

static void kernels_are_written_the_cheapest_sound_way(void)
{
    for (size_t k = 0; k < sizeof kernel_rows / sizeof kernel_rows[0]; k++)
        check_kernels(kernel_rows[k].text, kernel_rows[k].has, kernel_rows[k].lacks,
                      kernel_rows[k].way);
}

SUITE(chosen_kernels,
      {"kernels_are_launched_as_the_shape_has_it", kernels_are_launched_as_the_shape_has_it},
      {"kernels_are_written_the_cheapest_sound_way", kernels_are_written_the_cheapest_sound_way});
