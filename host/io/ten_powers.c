#include "io/ten_powers.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* 2^FRACTION_BITS / 10^348 keeps 252 bits, 10^347 has 1153: both fit with room to spare. */
enum { LIMBS = 48, FRACTION_BITS = 1408 };

struct big {
    uint32_t limb[LIMBS]; /* least significant first */
};

static struct mr_u128 powers[MR_TEN_MAX - MR_TEN_MIN + 1];
static pthread_once_t powers_once = PTHREAD_ONCE_INIT;

static void times_ten(struct big *n)
{
    uint64_t carry = 0;
    for (size_t k = 0; k < LIMBS; k++) {
        carry += (uint64_t)n->limb[k] * 10;
        n->limb[k] = (uint32_t)carry;
        carry >>= 32;
    }
}

/* Rounds down. floor(floor(n / 10) / 10) == floor(n / 100): repeating loses nothing more. */
static void over_ten(struct big *n)
{
    uint64_t rest = 0;
    for (size_t k = LIMBS; k-- > 0;) {
        rest = rest << 32 | n->limb[k];
        n->limb[k] = (uint32_t)(rest / 10);
        rest %= 10;
    }
}

/* The 128 bits from the highest set one down, rounded up if a lower bit is set or `inexact`. */
static struct mr_u128 leading_bits(const struct big *n, bool inexact)
{
    int top = LIMBS * 32 - 1;
    while (!(n->limb[top / 32] >> (top % 32) & 1)) top--;
    struct mr_u128 g = {0, 0};
    for (int k = 0; k < 128; k++) {
        int bit = top - k;
        uint64_t set = bit >= 0 ? n->limb[bit / 32] >> (bit % 32) & 1 : 0;
        g.high = g.high << 1 | g.low >> 63;
        g.low = g.low << 1 | set;
    }
    for (int bit = top - 128; bit >= 0 && !inexact; bit--)
        inexact = n->limb[bit / 32] >> (bit % 32) & 1;
    if (inexact && ++g.low == 0) g.high++;
    return g;
}

static void compute_powers(void)
{
    struct big n = {{1}};
    for (int e = 0; e <= MR_TEN_MAX; e++, times_ten(&n))
        powers[e - MR_TEN_MIN] = leading_bits(&n, false);
    n = (struct big){{0}};
    n.limb[FRACTION_BITS / 32] = 1;
    for (int e = -1; e >= MR_TEN_MIN; e--) {
        over_ten(&n);
        powers[e - MR_TEN_MIN] = leading_bits(&n, true);
    }
}

struct mr_u128 mr_ten_power(int exponent)
{
    (void)pthread_once(&powers_once, compute_powers);
    return powers[exponent - MR_TEN_MIN];
}

int mr_floor_shift(int value, unsigned shift)
{
    return value >= 0 ? value >> shift : -1 - ((-1 - value) >> shift);
}

int mr_floor_log2_ten(int exponent)
{
    return mr_floor_shift(exponent * 1741647, 19); /* log2(10) * 2^19, rounded down */
}

struct mr_u128 mr_multiply_u64(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (struct mr_u128){(uint64_t)(product >> 64), (uint64_t)product};
#else
    uint64_t a0 = a & 0xffffffff, a1 = a >> 32, b0 = b & 0xffffffff, b1 = b >> 32;
    uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
    uint64_t upper = a0 * b1 + (middle & 0xffffffff);
    return (struct mr_u128){a1 * b1 + (middle >> 32) + (upper >> 32),
                            upper << 32 | (a0 * b0 & 0xffffffff)};
#endif
}
