#include "cli/envelope.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"

mr_status mr_envelope_create(struct mr_envelope *out, size_t most, mr_error *err)
{
    *out = (struct mr_envelope){.most = most, .bucket_elems = 1};
    out->buckets = mr_alloc(most, sizeof *out->buckets);
    return out->buckets ? MR_OK : mr_fail_no_memory(err, "a drawing");
}

void mr_envelope_free(struct mr_envelope *e)
{
    mr_free(e->buckets);
    e->buckets = NULL;
}

static struct mr_bucket join(const struct mr_bucket *a, const struct mr_bucket *b)
{
    if (a->count == 0 || b->count == 0) return a->count ? *a : *b;
    int64_t count = a->count + b->count;
    /* Shares first: sums of great values would overflow. */
    double mean =
        a->mean * ((double)a->count / (double)count) + b->mean * ((double)b->count / (double)count);
    return (struct mr_bucket){fmin(a->low, b->low), fmax(a->high, b->high), mean, count};
}

static void halve(struct mr_envelope *e)
{
    const struct mr_bucket nothing = {.count = 0};
    for (size_t k = 0; k < e->used; k += 2)
        e->buckets[k / 2] = join(&e->buckets[k], k + 1 < e->used ? &e->buckets[k + 1] : &nothing);
    e->used = (e->used + 1) / 2;
    e->bucket_elems *= 2;
}

void mr_envelope_add(struct mr_envelope *e, double value)
{
    size_t k = (size_t)(e->elements++ / e->bucket_elems);
    if (k == e->most) {
        halve(e);
        k = e->used;
    }
    if (k == e->used) e->buckets[e->used++] = (struct mr_bucket){.count = 0};
    struct mr_bucket one = {value, value, value, isfinite(value) ? 1 : 0};
    e->not_finite += !one.count;
    e->buckets[k] = join(&e->buckets[k], &one);
}

void mr_envelope_narrow(struct mr_envelope *e, size_t most)
{
    while (e->used > most) halve(e);
}

bool mr_envelope_range(const struct mr_envelope *e, double *low, double *high)
{
    struct mr_bucket all = {.count = 0};
    for (size_t k = 0; k < e->used; k++) all = join(&all, &e->buckets[k]);
    *low = all.low;
    *high = all.high;
    return all.count > 0;
}
