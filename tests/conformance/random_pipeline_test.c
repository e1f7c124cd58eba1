#include "random_pipeline.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "model.h"
#include "suite.h"

static void random_pipelines_are_understood_and_end(void)
{
    const uint64_t seeds = tests_long ? 20000 : 1000;
    size_t before = mr_memory_live_bytes(), failed = 0, terminals = 0;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        struct random_pipeline_options options = {
            .large = seed % 50 == 0, .no_transcendental = seed & 1, .no_failures = seed & 2};
        char *pipeline = random_pipeline(seed, options);
        struct model_result result;
        CU_ASSERT_PTR_NOT_NULL_FATAL(pipeline);
        bool understood = model_run(&result, pipeline, SIZE_MAX / 16);
        if (!understood) printf("\n  %s\n    %s\n", pipeline, result.message);
        CU_ASSERT_TRUE(understood);
        bool empty = result.failed && strcmp(result.failure, "empty") == 0;
        CU_ASSERT_TRUE(!options.no_failures || !result.failed || empty);
        failed += result.failed && !empty;
        terminals += pipeline[strlen(pipeline) - 2] == '(';
        model_free(&result);
        mr_free(pipeline);
    }
    CU_ASSERT_TRUE(failed > seeds / 200);
    CU_ASSERT_TRUE(terminals > seeds / 4);
    CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
}

static void random_pipelines_depend_on_the_seed_alone(void)
{
    char *first = random_pipeline(7, (struct random_pipeline_options){0});
    char *again = random_pipeline(7, (struct random_pipeline_options){0});
    char *other = random_pipeline(8, (struct random_pipeline_options){0});
    CU_ASSERT_PTR_NOT_NULL_FATAL(first);
    CU_ASSERT_PTR_NOT_NULL_FATAL(again);
    CU_ASSERT_PTR_NOT_NULL_FATAL(other);
    CU_ASSERT_STRING_EQUAL(first, again);
    CU_ASSERT_STRING_NOT_EQUAL(first, other);
    mr_free(first);
    mr_free(again);
    mr_free(other);
}

SUITE(random_pipeline,
      {"random_pipelines_are_understood_and_end", random_pipelines_are_understood_and_end},
      {"random_pipelines_depend_on_the_seed_alone", random_pipelines_depend_on_the_seed_alone});
