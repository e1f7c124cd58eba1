#include "engine/call_loops.h"
