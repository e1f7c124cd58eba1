#include "cli/plot.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/spelling.h"
#include "cli/envelope.h"
#include "cli/picture.h"
#include "ir/op.h"

enum { PICTURE_BUCKETS = 2048, WIDTH = 80, LEAST_WIDTH = 20, MOST_WIDTH = 1024 };

struct mr_plot {
    const mr_seq *seq;
    const char *picture;
    size_t columns, width;
    struct mr_envelope envelopes[MR_MAX_COLUMNS]; /* of lines and curves */
    double *values;                               /* of bars and points, row by row */
    size_t rows, room;
};

bool mr_plot_is_picture(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && (!strcmp(name + length - 4, ".svg") || !strcmp(name + length - 4, ".png"));
}

static bool has_bars(const struct mr_plot *p)
{
    return p->seq->settings.bins.count > 0;
}

static bool has_points(const struct mr_plot *p)
{
    return p->picture && p->columns > 1;
}

static size_t terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_col < LEAST_WIDTH) return WIDTH;
    return size.ws_col < MOST_WIDTH ? size.ws_col : MOST_WIDTH;
}

static mr_status create_envelopes(struct mr_plot *p, mr_error *err)
{
    size_t most = p->picture ? PICTURE_BUCKETS : 2 * p->width;
    for (size_t k = 0; k < p->columns; k++) MR_TRY(mr_envelope_create(&p->envelopes[k], most, err));
    return MR_OK;
}

mr_status mr_plot_create(struct mr_plot **out, const mr_seq *seq, const char *picture,
                         mr_error *err)
{
    int64_t count;
    *out = NULL;
    if (mr_seq_length(seq, &count) == MR_LENGTH_ENDLESS)
        return mr_error_hint(err, mr_fail(err, MR_E_VALUE, "--plot: the sequence has no end"),
                             "append take(n)");
    struct mr_plot *p = mr_alloc(1, sizeof *p);
    if (!p) return mr_fail_no_memory(err, "a drawing");
    p->seq = seq;
    p->picture = picture;
    p->columns = mr_seq_column_count(seq);
    p->width = terminal_width();
    mr_status st = has_bars(p) || has_points(p) ? MR_OK : create_envelopes(p, err);
    *out = p;
    if (st) mr_plot_destroy(out);
    return st;
}

void mr_plot_destroy(struct mr_plot **p)
{
    if (!*p) return;
    for (size_t k = 0; k < MR_MAX_COLUMNS; k++) mr_envelope_free(&(*p)->envelopes[k]);
    mr_free((*p)->values);
    mr_free(*p);
    *p = NULL;
}

/* ---- what comes ---- */

static double value_at(mr_dtype dtype, const void *column, size_t row)
{
    switch (dtype) {
#define MR_CASE(constant, name, ctype, cltype)                                                     \
    case constant: return (double)((const ctype *)column)[row];
        MR_DTYPE_TABLE(MR_CASE)
#undef MR_CASE
    default: return NAN;
    }
}

static mr_status make_room(struct mr_plot *p, size_t rows, mr_error *err)
{
    if (p->rows + rows <= p->room) return MR_OK;
    if (!has_bars(p) && p->rows + rows > MR_PLOT_POINTS) {
        mr_status st =
            mr_fail(err, MR_E_LIMIT, "-o %s: more than %d points, the limit of a picture",
                    p->picture, MR_PLOT_POINTS);
        return mr_error_hint(err, st, "append take(%d), or every n-th element: slice(0, n*%d, n)",
                             MR_PLOT_POINTS, MR_PLOT_POINTS);
    }
    size_t room = 2 * (p->rows + rows);
    double *values = mr_resize(p->values, room, p->columns * sizeof *values);
    if (!values) return mr_fail_no_memory(err, "a drawing");
    p->values = values;
    p->room = room;
    return MR_OK;
}

mr_status mr_plot_add(struct mr_plot *p, const void *const columns[], size_t rows, mr_error *err)
{
    bool keeps = has_bars(p) || has_points(p);
    if (keeps) MR_TRY(make_room(p, rows, err));
    for (size_t c = 0; c < p->columns; c++) {
        mr_dtype dtype = mr_seq_column_dtype(p->seq, c);
        for (size_t row = 0; row < rows; row++) {
            double value = value_at(dtype, columns[c], row);
            if (keeps)
                p->values[(p->rows + row) * p->columns + c] = value;
            else
                mr_envelope_add(&p->envelopes[c], value);
        }
    }
    p->rows += rows;
    return MR_OK;
}

/* ---- characters ---- */

/* Block k of 8 eighths, 0 blank: the lower part of a cell, or its left part. */
static const char *const heights[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
static const char *const lengths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};

/* Where x is between two bounds, which may be as far from each other as doubles can be: 0 to 1. */
static double part_of(double x, double low, double high)
{
    double part = (x / 2 - low / 2) / (high / 2 - low / 2);
    return part > 0 ? (part < 1 ? part : 1) : 0;
}

static void draw_line(const struct mr_envelope *e, const char *column)
{
    char shown[MR_SHOWN_BYTES];
    const char *name = mr_show_name(shown, column);
    double low, high;
    if (!mr_envelope_range(e, &low, &high)) {
        printf("%s: nothing to draw, %" PRId64 " elements\n", name, e->elements);
        return;
    }
    for (size_t k = 0; k < e->used; k++) {
        const struct mr_bucket *b = &e->buckets[k];
        double part = high > low ? part_of(b->mean, low, high) : 0.5;
        printf("%s", heights[b->count ? 1 + (int)(part * 7 + 0.5) : 0]);
    }
    printf("\n%s from %.6g to %.6g, %" PRId64 " element%s", name, low, high, e->elements,
           e->elements == 1 ? "" : "s");
    if (e->not_finite) printf(", %" PRId64 " of them not finite", e->not_finite);
    printf("\n");
}

static void draw_bar(double share, size_t width)
{
    size_t eighths = (size_t)(share * 8 * (double)width + 0.5);
    if (eighths > 0) printf(" ");
    for (size_t k = 0; k < eighths / 8; k++) printf("%s", lengths[8]);
    printf("%s\n", lengths[eighths % 8]);
}

static double edge(const struct mr_bins *bins, size_t k)
{
    return (int64_t)k < bins->count ? bins->low + (double)k * bins->width : bins->high;
}

static void draw_bars(const struct mr_plot *p)
{
    const struct mr_bins *bins = &p->seq->settings.bins;
    double most = 1;
    int widest = 0, edge_width = 0;
    for (size_t k = 0; k < p->rows; k++) {
        int digits = snprintf(NULL, 0, "%.0f", p->values[k]);
        if (digits > widest) widest = digits;
        if (p->values[k] > most) most = p->values[k];
    }
    for (size_t k = 0; k <= p->rows; k++) {
        int digits = snprintf(NULL, 0, "%.6g", edge(bins, k));
        if (digits > edge_width) edge_width = digits;
    }
    size_t taken = 2 * (size_t)edge_width + (size_t)widest + strlen(" to   ");
    size_t room = p->width > taken + LEAST_WIDTH ? p->width - taken : LEAST_WIDTH;
    for (size_t k = 0; k < p->rows; k++) {
        printf("%*.6g to %*.6g %*.0f", edge_width, edge(bins, k), edge_width, edge(bins, k + 1),
               widest, p->values[k]);
        draw_bar(p->values[k] / most, room);
    }
}

static void draw_characters(struct mr_plot *p)
{
    if (has_bars(p)) {
        draw_bars(p);
        return;
    }
    for (size_t k = 0; k < p->columns; k++) {
        mr_envelope_narrow(&p->envelopes[k], p->width);
        draw_line(&p->envelopes[k], mr_seq_column_name(p->seq, k));
    }
}

/* ---- a picture ---- */

/* A text of gnuplot: names are data, and a quote in one must not end it. */
static void write_quoted(FILE *out, const char *before, const char *name, const char *after)
{
    char shown[MR_SHOWN_BYTES];
    (void)fprintf(out, "%s'", before);
    for (const char *p = mr_show_name(shown, name); *p; p++) {
        if (*p == '\'') (void)fputc('\'', out);
        (void)fputc(*p, out);
    }
    (void)fprintf(out, "'%s", after);
}

/* What an axis covers; low > high: nothing is there. */
struct reach {
    double low, high;
};
#define NOTHING ((struct reach){INFINITY, -INFINITY})

static void widen(struct reach *r, double value)
{
    if (!isfinite(value)) return;
    if (value < r->low) r->low = value;
    if (value > r->high) r->high = value;
}

/* gnuplot finds ranges by itself, but warns of one number and stops without any. */
static void write_reach(FILE *out, char axis, const struct reach *r)
{
    if (r->low < r->high) return;
    double gap = r->low > r->high ? 0 : fmax(fabs(r->low) * 0.05, 0.5);
    if (r->low > r->high)
        (void)fprintf(out, "set %crange [0:1]\n", axis);
    else
        (void)fprintf(out, "set %crange [%.17g:%.17g]\n", axis, fmax(r->low - gap, -DBL_MAX),
                      fmin(r->high + gap, DBL_MAX));
}

static void write_reaches(FILE *out, const struct reach *x, const struct reach *y)
{
    write_reach(out, 'x', x);
    write_reach(out, 'y', y);
}

/* An empty frame, where nothing is finite. */
static void write_none(FILE *out)
{
    (void)fprintf(out, "set label 'nothing to draw' at graph 0.5, graph 0.5 center\n"
                       "plot NaN notitle\n");
}

static void write_bars(const struct mr_plot *p, FILE *out)
{
    const struct mr_bins *bins = &p->seq->settings.bins;
    double most = 0;
    (void)fprintf(out, "$data << EOD\n");
    for (size_t k = 0; k < p->rows; k++) {
        (void)fprintf(out, "%.17g %.17g %.17g\n", edge(bins, k) / 2 + edge(bins, k + 1) / 2,
                      p->values[k], edge(bins, k + 1) - edge(bins, k));
        most = fmax(most, p->values[k]);
    }
    (void)fprintf(out,
                  "EOD\nset style fill solid 0.6\nset yrange [0:%s]\n"
                  "plot $data using 1:2:3 with boxes notitle\n",
                  most > 0 ? "*" : "1");
}

static void write_curve(const struct mr_plot *p, FILE *out)
{
    const struct mr_envelope *e = &p->envelopes[0];
    struct reach x = NOTHING, y = NOTHING;
    (void)fprintf(out, "$data << EOD\n");
    for (size_t k = 0; k < e->used; k++) {
        const struct mr_bucket *b = &e->buckets[k];
        double at = ((double)k + 0.5) * (double)e->bucket_elems - 0.5;
        if (b->count) {
            (void)fprintf(out, "%.17g %.17g %.17g %.17g\n", at, b->mean, b->low, b->high);
            widen(&x, at);
            widen(&y, b->low);
            widen(&y, b->high);
        } else {
            (void)fprintf(out, "\n"); /* a gap */
        }
    }
    (void)fprintf(out, "EOD\nset xlabel 'element'\n");
    write_reaches(out, &x, &y);
    write_quoted(out, "set ylabel ", mr_seq_column_name(p->seq, 0), "\n");
    if (x.low > x.high) {
        write_none(out);
        return;
    }
    (void)fprintf(out, "plot ");
    if (e->bucket_elems > 1)
        (void)fprintf(out, "$data using 1:3:4 with filledcurves fillcolor rgb '#c0d8f0' notitle, ");
    (void)fprintf(out, "$data using 1:2 with lines linecolor rgb '#0060a8' notitle\n");
}

/* gnuplot leaves nan out. */
static void write_number(FILE *out, double value, char after)
{
    (void)fprintf(out, "%.9g%c", isfinite(value) ? value : (double)NAN, after);
}

/* What gnuplot has a place for: a row's number where both are finite. */
static void reach_of_points(const struct mr_plot *p, struct reach *x, struct reach *y)
{
    *x = *y = NOTHING;
    for (size_t row = 0; row < p->rows; row++) {
        const double *values = p->values + row * p->columns;
        for (size_t c = 1; c < p->columns; c++) {
            if (!isfinite(values[0]) || !isfinite(values[c])) continue;
            widen(x, values[0]);
            widen(y, values[c]);
        }
    }
}

static void write_points(const struct mr_plot *p, FILE *out)
{
    struct reach x, y;
    reach_of_points(p, &x, &y);
    (void)fprintf(out, "$data << EOD\n");
    for (size_t row = 0; row < p->rows; row++)
        for (size_t c = 0; c < p->columns; c++)
            write_number(out, p->values[row * p->columns + c], c + 1 < p->columns ? ' ' : '\n');
    write_quoted(out, "EOD\nset xlabel ", mr_seq_column_name(p->seq, 0), "\n");
    write_reaches(out, &x, &y);
    if (p->columns == 2)
        write_quoted(out, "set key off\nset ylabel ", mr_seq_column_name(p->seq, 1), "\n");
    if (x.low > x.high) {
        write_none(out);
        return;
    }
    for (size_t c = 1; c < p->columns; c++) {
        (void)fprintf(out, "%s$data using 1:%zu with points pointtype 7 pointsize 0.3",
                      c > 1 ? ", " : "plot ", c + 1);
        write_quoted(out, " title ", mr_seq_column_name(p->seq, c), "");
    }
    (void)fprintf(out, "\n");
}

mr_status mr_plot_finish(struct mr_plot *p, mr_error *err)
{
    if (!p->picture) {
        draw_characters(p);
        return MR_OK;
    }
    struct mr_picture picture;
    MR_TRY(mr_picture_begin(&picture, p->picture, err));
    (has_bars(p) ? write_bars : has_points(p) ? write_points : write_curve)(p, picture.script);
    return mr_picture_finish(&picture, err);
}
