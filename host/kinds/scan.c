/* A running aggregate. */
#include "plan/kind.h"

const struct mr_kind_class mr_kind_scan = {
    .name = "carry",
    .reason = "each element needs the sum of those before",
    .is_one_by_one = true,
};
