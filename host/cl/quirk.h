/* What implementations of OpenCL do that nobody may rely on them not to: a row of data each, with
 * what is done about it. tests/driver/quirk_probes.c has a probe of the same name for every row,
 * which says on an implementation at hand whether it is still so (./dev test --drivers): a row
 * whose probe finds it gone everywhere goes. What compilers make wrong elements of is no row:
 * kernels are written so that nothing of that is met, for all devices, and their texts say why. */
#ifndef MR_CL_QUIRK_H
#define MR_CL_QUIRK_H

#include "cl/device_choice.h"

enum mr_quirk {
    MR_QUIRK_KEEPS_KERNELS,
    MR_QUIRK_LOSES_GRIDS,
    MR_QUIRK_STACKS_GROUPS,
    MR_QUIRK_RACES_IN_CACHE,
    MR_QUIRK_NEEDS_FILES,
    MR_QUIRK_NEEDS_CHILDREN,
    MR_QUIRK_READS_SOURCES_SLOWLY,
    MR_QUIRK_ASKS_FOR_MUCH,
    MR_QUIRK_ENDS_IN_PASSES,
    MR_QUIRK_INTERPRETS,
    MR_QUIRKS
};

struct mr_quirk_row {
    const char *name;     /* also of its probe */
    const char *platform; /* as it calls itself */
    const char *since;    /* the first version of the driver that has it; NULL: all have */
    const char *before;   /* the version of the driver that is without; NULL: none is known */
    const char *fault;    /* what it does */
    const char *answer;   /* what is done about it, and where */
};

extern const struct mr_quirk_row mr_quirks[MR_QUIRKS];

/* Whether the row is of this device's driver. */
bool mr_device_has_quirk(const struct mr_device *device, enum mr_quirk quirk);

/* Whether a child process is the first to compile a text: the driver may end it. */
bool mr_device_builds_in_child(const struct mr_device *device);

#endif
