#include "base/float_env.h"

#include <stddef.h>

static _Thread_local struct mr_float_env *innermost;

void mr_float_env_enter(struct mr_float_env *env)
{
    env->outer = innermost;
    innermost = env;
    mr_float_control_get(&env->callers);
    mr_float_control_put_own(&env->callers);
}

void mr_float_env_leave(struct mr_float_env *env)
{
    mr_float_control_put(&env->callers);
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
    if (env) mr_float_control_put(&outermost(env)->callers);
    innermost = NULL; /* calls of the library's that the caller's function makes begin anew */
    return env;
}

void mr_float_env_take_back(struct mr_float_env *env)
{
    innermost = env;
    if (env) mr_float_control_put_own(&outermost(env)->callers);
}
