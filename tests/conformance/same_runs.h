/* Pipelines that give the same in every run, whatever engine, batch and ring it has. */
#ifndef MR_TESTS_CONFORMANCE_SAME_RUNS_H
#define MR_TESTS_CONFORMANCE_SAME_RUNS_H

#include "conformance/delivery.h"

/* Asserts that each text gives up to `most` elements, or a failure, as its first run does. */
void assert_same_runs(const char *const texts[], size_t text_count, const struct run runs[],
                      size_t run_count, size_t most);

/* The same, as the model does. */
void assert_runs_of_model(const char *const texts[], size_t text_count, const struct run runs[],
                          size_t run_count, size_t most);

#endif
