/* Keeps the elements for which a predicate holds, packed. */
#include "plan/kind.h"

const struct mr_kind_class mr_kind_compact = {
    .name = "compact",
    .reason = "how many elements survive is known only afterwards",
};
