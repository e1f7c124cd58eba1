/* Draws what a stream gives: with characters on standard output, or as a picture by gnuplot.
 *
 *                      characters                  picture
 *     one column       a line of blocks ▁▃▅█       a curve over the elements' numbers
 *     several          a line each                 points: the first column across, others up
 *     hist()           a bar a bin                 bars
 *
 * Of curves and lines only an envelope is kept (envelope.h), of points up to MR_PLOT_POINTS. */
#ifndef MR_CLI_PLOT_H
#define MR_CLI_PLOT_H

#include <stdbool.h>

#include <millrace/sequence.h>

enum { MR_PLOT_POINTS = 100000 };

struct mr_plot;

/* Whether -o NAME is to be a picture: .svg or .png. */
bool mr_plot_is_picture(const char *name);

/* `picture`: where it goes, or NULL for characters. MR_E_VALUE for what has no end. */
mr_status mr_plot_create(struct mr_plot **out, const mr_seq *seq, const char *picture,
                         mr_error *err);

/* Adds rows; columns[k] holds values of the sequence's k-th column. */
mr_status mr_plot_add(struct mr_plot *p, const void *const columns[], size_t rows, mr_error *err);

/* Draws. A picture appears whole or not at all. */
mr_status mr_plot_finish(struct mr_plot *p, mr_error *err);

/* Accepts NULL; nulls the pointer. */
void mr_plot_destroy(struct mr_plot **p);

#endif
