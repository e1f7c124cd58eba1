/* Findings: what a process found out about a device, for those that come later. A file in the cache
 * folder, empty or with a line of words; its name holds what was found and a hash of the device,
 * its driver and what was asked, so that nothing is believed of another driver or after other
 * questions. */
#ifndef MR_CL_FINDING_H
#define MR_CL_FINDING_H

#include "cl/device_choice.h"

/* What was found: a short word, and a hash of all that it depends on besides the device. */
struct mr_finding {
    const char *word; /* "passed" */
    uint64_t asked;
};

/* Only a finding of this user's own in a folder that nobody else may write to counts. None does
 * where layers stand between: they change what a device answers. device: NULL where it is not of
 * one. */
bool mr_finding_is_set(const struct mr_finding *finding, const struct mr_device *device);

/* The same; `text` is what it was put with. */
bool mr_finding_read(const struct mr_finding *finding, const struct mr_device *device, char text[],
                     size_t size);

/* Puts it down with a text, or takes it away (NULL). Where it cannot be stored, the next process
 * asks again. */
void mr_finding_put(const struct mr_finding *finding, const struct mr_device *device,
                    const char *text);

#endif
