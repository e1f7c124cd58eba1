/* Functions of positions that read words: orders and points. */
#ifndef MR_ENGINE_LANE_SEQUENCES_H
#define MR_ENGINE_LANE_SEQUENCES_H

#include "engine/lane_loops.h"

/* As mr_lane_source(), of which it is a part. */
mr_lane_loop mr_lane_sequence(enum mr_library_fn function);

#endif
