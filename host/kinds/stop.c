/* Ends before the first element for which a predicate fails. */
#include "plan/kind.h"

const struct mr_kind_class mr_kind_stop = {
    .name = "stop",
    .reason = "where it ends is known only afterwards",
    .is_one_by_one = true,
};
