/* The aggregate of `extent` consecutive elements, one element apart. */
#include "plan/kind.h"

const struct mr_kind_class mr_kind_window = {
    .name = "halo",
    .reason = "neighbours share their work through a buffer",
    .is_one_by_one = true,
};
