/* The host fills batches: files, pipes, callbacks. */
#include "plan/kind.h"

const struct mr_kind_class mr_kind_feed = {
    .name = "buffer",
    .reason = "the host fills it",
};
