/* Each `extent` consecutive elements in a random order, that of the seed. */
#include "plan/kind.h"

const struct mr_kind_class mr_kind_shuffle = {
    .name = "shuffle",
    .reason = "the host puts each window in its random order",
};
