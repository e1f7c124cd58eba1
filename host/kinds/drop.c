/* Begins at the first element for which a predicate fails. */
#include "plan/kind.h"

const struct mr_kind_class mr_kind_drop = {
    .name = "drop",
    .reason = "where it begins is known only afterwards",
};
