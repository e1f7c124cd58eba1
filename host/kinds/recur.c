/* A state that is stepped, and can jump. */
#include "plan/kind.h"

const struct mr_kind_class mr_kind_recur = {
    .name = "recurrence",
    .reason = "each term needs the one before",
    .is_one_by_one = true,
};
