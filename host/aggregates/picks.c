/* An element as it is. */
#include "ir/aggregate.h"

const struct mr_aggregate_class mr_aggregate_first = {
    .name = "first",
    .kind = MR_KIND_PULL,
    .value = mr_value_as_it_is,
    .result = mr_result_as_it_is,
    .is_prompt = true,
};

const struct mr_aggregate_class mr_aggregate_last = {
    .name = "last",
    .kind = MR_KIND_PULL,
    .value = mr_value_as_it_is,
    .result = mr_result_as_it_is,
    .picks_last = true,
};
