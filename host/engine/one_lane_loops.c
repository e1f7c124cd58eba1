#define MR_ONE_LANE
#include "engine/operation_loops.h"
