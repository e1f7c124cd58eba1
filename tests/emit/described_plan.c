#include "emit/described_plan.h"

#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>
#include <millrace/stream.h>

#include "suite.h"

struct mr_profile profile_of(enum way way)
{
    struct mr_profile profile = mr_profiles[way == GPU ? MR_PROFILE_DISCRETE : MR_PROFILE_CPU];
    profile.has_fp64 = true;
    profile.native_math = way == NATIVE;
    return profile;
}

static mr_status array_of(mr_seq **out, mr_error *err)
{
    static const int64_t elements[] = {1, 2, 3};
    const mr_array array = {.dtype = MR_I64, .data = elements};
    return mr_seq_from_array(out, &array, 1, 3, err);
}

/* What a pipeline's text can do, and ARRAY | stages, TWICE | stages: of the caller's memory, and of
 * the same once more behind it. */
static mr_status sequence_of(mr_seq **out, const char *text, mr_error *err)
{
    const char *stages = strchr(text, '|');
    mr_seq *array = NULL, *chained = NULL;
    bool is_array = strncmp(text, "ARRAY", 5) == 0, is_twice = strncmp(text, "TWICE", 5) == 0;
    if (!is_array && !is_twice) return mr_seq_parse(out, text, err);
    mr_status st = array_of(&array, err);
    const mr_arg inputs[] = {mr_input(array), mr_input(array)};
    if (st == MR_OK) st = mr_seq_apply(&chained, "chain", NULL, inputs, 2, err);
    if (st == MR_OK) st = mr_seq_pipe(out, is_array ? array : chained, stages + 1, err);
    mr_seq_release(&array);
    mr_seq_release(&chained);
    return st;
}

struct mr_plan *plan_of(const char *text, enum way way)
{
    const struct mr_profile profile = profile_of(way);
    const struct mr_plan_limits limits = {.on_device = true, .profile = &profile};
    mr_seq *seq = NULL;
    mr_error err = {0};
    struct mr_plan *plan = NULL;
    mr_status st = sequence_of(&seq, text, &err);
    if (st == MR_OK) st = mr_plan_create(&plan, seq, true, &err);
    if (st == MR_OK) st = mr_plan_fit(plan, &limits, &err);
    mr_seq_release(&seq);
    if (st != MR_OK) printf("\n%s: %s", text, err.message);
    CU_ASSERT_PTR_NOT_NULL_FATAL(plan);
    return plan;
}

void describe_plan(struct mr_strbuf *out, const char *text, enum way way, describe_fn *describe)
{
    struct mr_plan *plan = plan_of(text, way);
    struct mr_profile profile = profile_of(way);
    bool before = false;
    for (size_t k = 0; k < plan->segment_count; k++) {
        struct mr_emitter e;
        struct mr_source_text source = {0};
        if (!plan->segments[k]->value_count) continue;
        CU_ASSERT_EQUAL_FATAL(mr_emitter_open(&e, plan->segments[k], &profile, &source, NULL),
                              MR_OK);
        if (before) mr_strbuf_add(out, " / ");
        before = true;
        describe(out, &e);
        mr_emitter_close(&e);
        mr_source_text_free(&source);
    }
    mr_plan_destroy(&plan);
}

void check_plan(const char *text, enum way way, describe_fn *describe, const char *expected)
{
    struct mr_strbuf got = {0};
    describe_plan(&got, text, way, describe);
    bool same = strcmp(mr_strbuf_text(&got), expected) == 0;
    if (!same)
        printf("\n  {\"%s\",\n   \"%s\"}, not\n   \"%s\"", text, mr_strbuf_text(&got), expected);
    CU_ASSERT_TRUE(same);
    mr_strbuf_free(&got);
}
