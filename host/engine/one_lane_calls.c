#define MR_ONE_LANE
#include "engine/call_loops.h"
