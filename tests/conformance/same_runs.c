#include "conformance/same_runs.h"

#include <stdio.h>

#include "suite.h"

static void assert_as_expected(const struct model_result *expected, const char *text,
                               const struct run runs[], size_t run_count, size_t most)
{
    struct model_result got;
    char difference[256] = "";
    for (size_t k = 0; k < run_count; k++) {
        bool same = deliver_text(&got, text, runs[k], most) &&
                    same_elements(difference, sizeof difference, expected, 0, &got);
        if (!same) printf("\n  %s (%s): %s\n", text, run_name(runs[k]), difference);
        CU_ASSERT_TRUE(same);
        model_free(&got);
    }
}

void assert_same_runs(const char *const texts[], size_t text_count, const struct run runs[],
                      size_t run_count, size_t most)
{
    for (size_t t = 0; t < text_count; t++) {
        struct model_result expected;
        CU_ASSERT_TRUE(deliver_text(&expected, texts[t], runs[0], most));
        assert_as_expected(&expected, texts[t], runs + 1, run_count - 1, most);
        model_free(&expected);
    }
}

void assert_runs_of_model(const char *const texts[], size_t text_count, const struct run runs[],
                          size_t run_count, size_t most)
{
    for (size_t t = 0; t < text_count; t++) {
        struct model_result expected;
        bool is_understood = model_run(&expected, texts[t], most);
        if (!is_understood) printf("\n  %s: %s\n", texts[t], expected.message);
        CU_ASSERT_TRUE_FATAL(is_understood);
        assert_as_expected(&expected, texts[t], runs, run_count, most);
        model_free(&expected);
    }
}
