/* The floating-point environment: rounding to nearest, subnormals kept, nothing trapped. The
 * library's is that whatever the program's is, which -ffast-math lets flush subnormals to zero and
 * fesetround() lets round elsewhere. Threads that the library starts inherit it. */
#ifndef MR_BASE_FLOAT_ENV_H
#define MR_BASE_FLOAT_ENV_H

#ifdef __SSE2_MATH__
#include "base/x86/float_control.h"
#else
#include "base/generic/float_control.h"
#endif

struct mr_float_env {
    struct mr_float_control callers;
    struct mr_float_env *outer; /* of the call that this one was made by */
};

/* At the top of every public function that computes: the library's own environment until it
 * returns, then that of the caller. */
#define MR_OWN_FLOAT_ENV                                                                           \
    struct mr_float_env float_env __attribute__((cleanup(mr_float_env_leave)));                    \
    mr_float_env_enter(&float_env)

void mr_float_env_enter(struct mr_float_env *env);
void mr_float_env_leave(struct mr_float_env *env);

/* Around a call of a function of the caller's, who has its own environment meanwhile. */
struct mr_float_env *mr_float_env_lend(void);
void mr_float_env_take_back(struct mr_float_env *env);

#endif
