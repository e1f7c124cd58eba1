/* What `millrace tune` measured: shapes of code, stored in the user's cache folder. */
#ifndef MR_CL_TUNED_H
#define MR_CL_TUNED_H

#include "cl/device_choice.h"
#include "plan/profile.h"

/* In the cache folder. */
#define MR_TUNED_FILE "shapes"

/* The shape for a device: the table's, or what was tuned for it under its present driver. `tuned`
 * (may be NULL) says which. A file that is damaged counts as none. */
void mr_device_profile(struct mr_profile *out, const struct mr_device *device, bool *tuned);

/* The table's row for it. */
const struct mr_profile *mr_device_table_profile(const struct mr_device *device);

/* Stores the shape for the device, with those of others: the file is written whole or not at all. A
 * damaged file is replaced. */
mr_status mr_tuned_save(const struct mr_device *device, const struct mr_profile *profile,
                        mr_error *err);

/* MR_E_FORMAT when there is a file and it is damaged. */
mr_status mr_tuned_check(mr_error *err);

#endif
