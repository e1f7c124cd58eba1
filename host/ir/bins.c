#include "ir/bins.h"

#include <math.h>

/* Whether edge k and its neighbour below are nearer to k than to k - 1 and k + 1 after all
 * roundings, with something to spare. */
static bool is_near(const struct mr_bins *bins, int64_t k)
{
    const double most = 0.49;
    double edge = bins->low + (double)k * bins->width;
    double below = nextafter(edge, -(double)INFINITY);
    return (edge - bins->low) * bins->scale > (double)k - most &&
           (below - bins->low) * bins->scale < (double)k + most;
}

static bool are_exact(const struct mr_bins *bins)
{
    int exponent;
    return bins->low == 0 && frexp(bins->scale, &exponent) == 0.5 &&
           bins->scale * bins->high == (double)bins->count;
}

/* Edges, x * scale and low * scale are each rounded by half an ulp of f64 at most, that at the
 * greater end being the widest: 3/16 of a bin that is 8 ulps wide. */
static enum mr_bins_form form_of(const struct mr_bins *bins)
{
    const double off = 0.01, most = fmax(fabs(bins->low), fabs(bins->high));
    if (are_exact(bins)) return MR_BINS_EXACT;
    if (!(bins->width >= 8 * (nextafter(most, (double)INFINITY) - most))) return MR_BINS_NARROW;
    bool is_whole = fabs(bins->shift - rint(bins->shift)) < off && fabs(bins->shift) < 0x1p50;
    return is_whole ? MR_BINS_WHOLE : MR_BINS_WIDE;
}

bool mr_bins_set(struct mr_bins *out, int64_t count, double low, double high)
{
    *out = (struct mr_bins){.count = count, .low = low, .high = high};
    out->width = (high - low) / (double)count;
    out->scale = (double)count / (high - low);
    out->shift = -low * out->scale;
    if (!(low < high) || !isfinite(high - low) || !isfinite(out->scale)) return false;
    out->form = form_of(out);
    if (out->form == MR_BINS_WHOLE) out->shift = rint(out->shift) + 0x1.8p52;
    for (int64_t k = 1; out->form == MR_BINS_NARROW && k < count; k++)
        if (!is_near(out, k)) return false;
    return true;
}

bool mr_bins_fit_f32(const struct mr_bins *bins)
{
    return bins->form == MR_BINS_EXACT && (double)(float)bins->scale == bins->scale &&
           (double)(float)bins->high == bins->high;
}
