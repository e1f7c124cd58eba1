#include "cl/quirk.h"

#include <stdlib.h>
#include <string.h>

#define POCL "Portable Computing Language"

const struct mr_quirk_row mr_quirks[MR_QUIRKS] = {
    [MR_QUIRK_KEEPS_KERNELS] =
        {"keeps-kernels", POCL, NULL, "4.0",
         "loads each kernel that it compiled as a library and never unloads it (its issue 1257)",
         "a process compiles so many texts, and no more: build.c"},
    [MR_QUIRK_LOSES_GRIDS] =
        {"loses-grids", POCL, NULL, "4.0",
         "keeps a kernel once more for each grid that is larger than all before, and aborts where "
         "those in flight are of several",
         "the first launch of a kernel is the largest, everywhere: opencl_unit.c"},
    [MR_QUIRK_STACKS_GROUPS] =
        {"stacks-groups", POCL, NULL, NULL,
         "has the private arrays of a whole group on one thread's stack of 8 MiB, and ends the "
         "process beyond",
         "groups have so many work-items, and no more, everywhere: profile.c"},
    [MR_QUIRK_RACES_IN_CACHE] =
        {"races-in-cache", POCL, NULL, NULL,
         "renames what it compiles into a folder that processes share, and finds others' halves",
         "one process at a time compiles a text, and what failed is tried again: build_lock.c, "
         "build.c"},
    [MR_QUIRK_NEEDS_FILES] = {"needs-files", POCL, NULL, NULL,
                              "ends the process where what it compiles cannot be written to a file",
                              "there is a look whether it can be: headroom.c"},
    [MR_QUIRK_NEEDS_CHILDREN] = {"needs-children", POCL, NULL, NULL,
                                 "links kernels by a program, and ends the process where children "
                                 "cannot be waited for",
                                 "there is a look whether they can be: headroom.c"},
    [MR_QUIRK_READS_SOURCES_SLOWLY] =
        {"reads-sources-slowly", POCL, NULL, NULL,
         "runs each source through its preprocessor to find out that it was compiled before",
         "programs are stored as it gives them away: cached_program.c"},
    [MR_QUIRK_ASKS_FOR_MUCH] =
        {"asks-for-much", POCL, NULL, NULL,
         "allocates 256 MiB to give a program away, and does not look whether it got them",
         "there is a look whether it would: cached_program.c"},
    [MR_QUIRK_ENDS_IN_PASSES] =
        {"ends-in-passes", POCL, "6.0", "7.0",
         "has its compiler look whether a pass came to an end, and end the process where one did "
         "not, as with a division in a loop that hands on its divisor",
         "a child compiles each text for the first time: build.c"},
    [MR_QUIRK_INTERPRETS] = {"interprets", "Oclgrind", NULL, NULL,
                             "calls itself a GPU, and is an interpreter",
                             "every other device is better: device_facts.c"},
};

/* Major and minor, as "3.1+debian" begins. */
static unsigned long version_of(const char *text)
{
    char *rest;
    unsigned long major = strtoul(text, &rest, 10);
    return major * 1000 + (*rest == '.' ? strtoul(rest + 1, NULL, 10) : 0);
}

bool mr_device_has_quirk(const struct mr_device *device, enum mr_quirk quirk)
{
    const struct mr_quirk_row *q = &mr_quirks[quirk];
    const unsigned long version = version_of(device->driver);
    return !strcmp(device->platform_name, q->platform) &&
           (!q->before || version < version_of(q->before)) &&
           (!q->since || version >= version_of(q->since));
}

bool mr_device_builds_in_child(const struct mr_device *device)
{
    return !device->is_admitted || mr_device_has_quirk(device, MR_QUIRK_ENDS_IN_PASSES);
}
