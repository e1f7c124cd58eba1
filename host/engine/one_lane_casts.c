#define MR_ONE_LANE
#include "engine/cast_loops.h"
