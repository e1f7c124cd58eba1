/* Where functions are measured: the same points each time. */
#include "ulp_row.h"

#include <math.h>

#include "engine/c_prelude.h"
#include "random_numbers.h"

static uint64_t random_state;

void ulp_begin_points(void)
{
    random_state = 20;
}

static double random_unit(void)
{
    return (double)(splitmix_next(&random_state) >> 11) * 0x1p-53;
}

/* Numbers of one format in their order; the distance of neighbours is 1. */
static int64_t order_of(double x, bool single)
{
    int64_t bits = single ? AS_I32((float)x) & INT32_MAX : AS_I64(x) & INT64_MAX;
    return signbit(x) ? -bits : bits;
}

static double number_of(int64_t order, bool single)
{
    uint64_t bits = (uint64_t)(order < 0 ? -order : order);
    double x = single ? (double)AS_F32((uint32_t)bits) : AS_F64(bits);
    return order < 0 ? -x : x;
}

static double clip(double x, bool single)
{
    double most = single ? 0x1.fffffep127 : MAX, least = single ? 0x1p-149 : 0x1p-1074;
    if (x > most) return most;
    if (x < -most) return -most;
    if (x != 0 && fabs(x) < least) return x < 0 ? -least : least;
    return x;
}

double ulp_draw(const struct ulp_row *r, bool single, uint64_t n)
{
    double from = clip(r->from, single), to = clip(r->to, single);
    if (n < 1024 && r->edges[n / 128] != 0) {
        double edge = clip(r->edges[n / 128], single);
        double x = number_of(order_of(edge, single) + (int64_t)(n % 128) - 64, single);
        return x < from ? from : x > to ? to : x;
    }
    if (n & 1) {
        double x = r->low + (r->high - r->low) * random_unit();
        return single ? (double)(float)x : x;
    }
    int64_t first = order_of(from, single), last = order_of(to, single);
    uint64_t span = (uint64_t)last - (uint64_t)first;
    return number_of((int64_t)((uint64_t)first + (uint64_t)((double)span * random_unit())), single);
}

double ulp_draw_second(const struct ulp_row *r, bool single, double x, uint64_t n)
{
    double y = ulp_draw(r, single, n | 1024);
    if (r->pairing == NEAR_PAIR && n % 4 < 3)
        y = (random_unit() - 0.5) *
            ldexp(x, (int)(splitmix_next(&random_state) % (n % 4 == 1 ? 120 : 8)) - 4);
    if (r->pairing == POWER_PAIR)
        y = (random_unit() * (single ? 195 : 1460) - (single ? 104 : 748)) / log(x);
    y = clip(y, single);
    return single ? (double)(float)y : y;
}

static double moved(double x, bool single)
{
    int64_t most = (int64_t)1 << (splitmix_next(&random_state) % (single ? 20 : 44));
    int64_t step = (int64_t)(splitmix_next(&random_state) % (uint64_t)(2 * most + 1)) - most;
    return clip(number_of(order_of(x, single) + step, single), single);
}

/* A result 2^e, tiny_from <= e <= tiny_to (in f32 as near to its own least number): x for y. */
static double second_of_tiny(const struct ulp_row *r, bool single, double x)
{
    double e = r->tiny_from + (r->tiny_to - r->tiny_from) * random_unit() + (single ? 925 : 0);
    if (single && r->tiny_to - e > 28) e = r->tiny_to + 925 - 28 * random_unit();
    double y = r->pairing == POWER_PAIR ? e / log2(fabs(x)) : x / exp2(e);
    return single ? (double)(float)clip(y, single) : clip(y, single);
}

void ulp_draw_hard(const struct ulp_row *r, bool single, uint64_t n,
                   const struct ulp_worst hills[HILLS], double *x, double *y)
{
    const struct ulp_worst *hill = &hills[splitmix_next(&random_state) % HILLS];
    if (n % 8 == 2 && r->tiny_to != 0) {
        if (r->pairing != UNARY)
            *y = second_of_tiny(r, single, *x);
        else if (!single)
            *x = r->tiny_from + (r->tiny_to - r->tiny_from) * random_unit();
    } else if (hill->ulps > 0) {
        *x = moved(hill->x, single);
        *y = r->pairing == UNARY || n % 16 < 8 ? hill->y : moved(hill->y, single);
        double from = clip(r->from, single), to = clip(r->to, single);
        *x = *x < from ? from : *x > to ? to : *x;
    }
}
