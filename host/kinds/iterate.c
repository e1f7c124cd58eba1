/* A map applied to its own result, on the host. */
#include "plan/kind.h"

const struct mr_kind_class mr_kind_iterate = {
    .name = "iterate",
    .reason = "sequential by nature: each element is made from the one before, on the host",
};
