/* The floating-point environment of this thread by the one register that computes here: fesetenv()
 * sets the x87 too, which takes longer than a small batch. Its twin is
 * base/generic/float_control.h. */
#ifndef MR_BASE_X86_FLOAT_CONTROL_H
#define MR_BASE_X86_FLOAT_CONTROL_H

#include <stdbool.h>
#include <xmmintrin.h>

struct mr_float_control {
    unsigned word;
};

enum { MR_FLOAT_DEFAULT = 0x1f80, MR_FLOAT_FLAGS = 0x3f };

static inline bool mr_float_control_is_own(const struct mr_float_control *control)
{
    return (control->word & ~(unsigned)MR_FLOAT_FLAGS) == MR_FLOAT_DEFAULT;
}

static inline void mr_float_control_get(struct mr_float_control *callers)
{
    callers->word = _mm_getcsr();
}

static inline void mr_float_control_put(const struct mr_float_control *callers)
{
    if (!mr_float_control_is_own(callers)) _mm_setcsr(callers->word);
}

static inline void mr_float_control_put_own(const struct mr_float_control *callers)
{
    if (!mr_float_control_is_own(callers)) _mm_setcsr(MR_FLOAT_DEFAULT);
}

#endif
