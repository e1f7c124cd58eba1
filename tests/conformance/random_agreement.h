/* Random pipelines on both engines against the model. */
#ifndef MR_TESTS_CONFORMANCE_RANDOM_AGREEMENT_H
#define MR_TESTS_CONFORMANCE_RANDOM_AGREEMENT_H

#include <stdint.h>

/* Asserts that each of the pipelines of seeds first, first + step, … below `end` gives the model's
 * elements on both engines, for two batch sizes each. */
void check_random_pipelines(uint64_t first, uint64_t end, uint64_t step);

/* The same of pipelines with variables of one's own. */
void check_random_variables(uint64_t first, uint64_t end);

/* The same on the path of devices that share no memory with the host. */
void check_random_staged(uint64_t first, uint64_t end);

/* Asserts that what one engine can seek in, the other can too, and that elements read from random
 * positions, and again from the start, are those read through. */
void check_random_seeks(uint64_t first, uint64_t end);

/* Asserts that each plan can be explained, with its kernels and passes and without. */
void check_random_explained(uint64_t first, uint64_t end);

#endif
