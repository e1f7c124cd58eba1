#include "base/float_env.h"

#include <stdbool.h>
#include <stddef.h>

static _Thread_local struct mr_float_env *innermost;

/* fesetenv() of x86 sets the x87 too, which takes longer than a small batch. */
#ifdef __SSE2_MATH__
#include <xmmintrin.h>

enum { DEFAULT_CONTROL = 0x1f80, FLAGS = 0x3f };

static void save(struct mr_float_env *env)
{
    env->control = _mm_getcsr();
}

static void restore(const struct mr_float_env *env)
{
    if ((env->control & ~(unsigned)FLAGS) != DEFAULT_CONTROL) _mm_setcsr(env->control);
}

static void set_own(const struct mr_float_env *env)
{
    if ((env->control & ~(unsigned)FLAGS) != DEFAULT_CONTROL) _mm_setcsr(DEFAULT_CONTROL);
}
#else
static void save(struct mr_float_env *env)
{
    (void)fegetenv(&env->callers);
}

static void restore(const struct mr_float_env *env)
{
    (void)fesetenv(&env->callers);
}

static void set_own(const struct mr_float_env *env)
{
    (void)env;
    (void)fesetenv(FE_DFL_ENV);
}
#endif

void mr_float_env_enter(struct mr_float_env *env)
{
    env->outer = innermost;
    innermost = env;
    save(env);
    set_own(env);
}

void mr_float_env_leave(struct mr_float_env *env)
{
    restore(env);
    innermost = env->outer;
}

/* What an inner call found is the library's own; what the outermost found is the caller's. */
static const struct mr_float_env *outermost(const struct mr_float_env *env)
{
    while (env->outer) env = env->outer;
    return env;
}

struct mr_float_env *mr_float_env_lend(void)
{
    struct mr_float_env *env = innermost;
    if (env) restore(outermost(env));
    innermost = NULL; /* calls of the library's that the caller's function makes begin anew */
    return env;
}

void mr_float_env_take_back(struct mr_float_env *env)
{
    innermost = env;
    if (env) set_own(outermost(env));
}
