/* Its inputs one after the other. */
#include "plan/kind.h"

const struct mr_kind_class mr_kind_concat = {
    .name = "chain",
    .reason = "where one input ends is known only afterwards",
    .inputs = MR_INPUTS_JOINED,
    .input_reason = "its elements are joined to others",
};
