/* The floating-point environment of this thread, as C has it. */
#ifndef MR_BASE_GENERIC_FLOAT_CONTROL_H
#define MR_BASE_GENERIC_FLOAT_CONTROL_H

#include <fenv.h>

struct mr_float_control {
    fenv_t environment;
};

/* That of the caller, which is put back later, and between the two the library's own. */
static inline void mr_float_control_get(struct mr_float_control *callers)
{
    (void)fegetenv(&callers->environment);
}

static inline void mr_float_control_put(const struct mr_float_control *callers)
{
    (void)fesetenv(&callers->environment);
}

static inline void mr_float_control_put_own(const struct mr_float_control *callers)
{
    (void)callers;
    (void)fesetenv(FE_DFL_ENV);
}

#endif
