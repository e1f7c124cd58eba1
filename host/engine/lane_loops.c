#include "engine/operation_loops.h"
