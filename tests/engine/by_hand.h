/* Segments made by hand over the caller's memory, run on the host engine in units of the test's
 * choice. */
#ifndef MR_TESTS_ENGINE_BY_HAND_H
#define MR_TESTS_ENGINE_BY_HAND_H

#include "engine/engine.h"

enum { HAND_MOST = 1 << 14 };

/* The memory: a column of each of four dtypes, filled anew for each segment. */
extern double hand_reals[HAND_MOST];
extern float hand_floats[HAND_MOST];
extern int64_t hand_wholes[HAND_MOST];
extern uint8_t hand_truths[HAND_MOST];
extern struct mr_memory_source hand_memory;

struct by_hand {
    struct mr_engine *engine;
    struct mr_program *program;
    struct mr_slot *slots[2];
    struct mr_segment segment;
};

/* A segment whose values are the memory's columns of these dtypes. */
void hand_start(struct by_hand *b, enum mr_kind kind, const mr_dtype dtypes[], size_t count);
ir_value hand_load_truth(struct by_hand *b);
void hand_store(struct by_hand *b, mr_dtype dtype);

/* With slots of so many entries. */
void hand_open(struct by_hand *b, size_t entries);
void hand_close(struct by_hand *b);

/* Runs [first, first + count) in slot k, going on from the other slot unless it is the start. */
struct mr_outcome hand_run(struct by_hand *b, int k, int64_t first, size_t count, void *columns[]);

bool hand_same_bits(double a, double b);

#endif
