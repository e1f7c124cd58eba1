#include "engine/cast_loops.h"
