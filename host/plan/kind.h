/* A kind of segment: how one work unit of it is computed. Each is one file in host/kinds/, which
 * defines its descriptor; the build makes enum mr_kind and the table from the files' names. Generic
 * code reads what a kind says and never asks which one it has. */
#ifndef MR_PLAN_KIND_H
#define MR_PLAN_KIND_H

#include <stdbool.h>

#include "ir/kinds.h"

struct mr_kind_class {
    const char *name;   /* in explain */
    const char *reason; /* why the plan is cut after it */

    /* Element n is made at position n: whoever reads fewer elements needs fewer positions. */
    bool is_one_by_one;
};

extern const struct mr_kind_class *const mr_kinds[MR_KIND_COUNT];

static inline const struct mr_kind_class *mr_kind_of(enum mr_kind kind)
{
    return mr_kinds[kind];
}

#endif
