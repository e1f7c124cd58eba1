/* The aggregate of each `extent` consecutive elements. */
#include "plan/kind.h"

const struct mr_kind_class mr_kind_chunk = {
    .name = "group",
    .reason = "its leaves are merged on the host",
};
