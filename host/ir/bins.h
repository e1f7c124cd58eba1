/* Equal bins of a range. Edge k is low + k * width in f64, each operation rounded, and the last one
 * is `high` itself: what numpy.linspace gives. x is in bin k if edge k <= x < edge k + 1; the last
 * bin has its upper edge too.
 *
 * One multiplication guesses the edge nearest to x, one comparison tells whether x is below it:
 *
 *     edge     k - 1          k           k + 1
 *     |----------|----.--------|---.-----------|
 *                     x nearest to k - 1: not below it, bin k - 1
 *                                  x nearest to k: not below it, bin k
 *
 * So it is the bin by the edges themselves, as long as neither the edges nor the guess are half a
 * bin off what they would be without rounding; bins for which that does not hold are refused. */
#ifndef MR_IR_BINS_H
#define MR_IR_BINS_H

#include <stdbool.h>
#include <stdint.h>

/* What the guess is made of. */
enum mr_bins_form {
    MR_BINS_EXACT, /* x * scale rounds nothing that the bin's number shows: no edge need be asked */
    MR_BINS_WHOLE, /* x * scale + shift, which is a whole number and has 1.5 * 2^52 in it */
    MR_BINS_WIDE,  /* x * scale + shift */
    MR_BINS_NARROW, /* (x - low) * scale */
};

struct mr_bins {
    int64_t count;
    double low, high, width;
    double scale, shift;
    enum mr_bins_form form;
};

/* False: the range is too wide, or not wide enough for so many bins (or low is not below high). */
bool mr_bins_set(struct mr_bins *out, int64_t count, double low, double high);

/* Whether they are exact in f32 too. */
bool mr_bins_fit_f32(const struct mr_bins *bins);

/* 0: x is outside or no number; k: it is in the k-th bin, from 1 on. */
static inline int64_t mr_bins_find(const struct mr_bins *bins, double x)
{
    if (!(x >= bins->low && x <= bins->high)) return 0;
    int64_t nearest = (int64_t)((x - bins->low) * bins->scale + 0.5);
    int64_t bin = nearest + (x >= bins->low + (double)nearest * bins->width);
    return bin < bins->count ? bin : bins->count;
}

#endif
