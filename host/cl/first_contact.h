/* Before a process loads drivers, which ends it where one of them aborts or hangs, another one has
 * loaded the same (child_process.h). What came of it stays until a driver, or the list of them,
 * changes. A driver that ended it is left out of this process's list; where the list cannot be made
 * without it, or several pass alone and end it together, none is loaded. */
#ifndef MR_CL_FIRST_CONTACT_H
#define MR_CL_FIRST_CONTACT_H

#include <stddef.h>

#include "base/error.h"

/* Under the lock of contacts (contact.h). MR_E_NO_DEVICE: no driver can be loaded, with the reason.
 * May set OCL_ICD_VENDORS, once a process. */
mr_status mr_first_contact(mr_error *err);

/* Which drivers are left out and why, a sentence each, for people; "" for none. */
const char *mr_drivers_left_out(void);

#endif
