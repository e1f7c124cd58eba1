/* The written form of a partial: what a terminal knows of some of its positions.
 *
 *     "MRPARTS\n"  format  who wrote it
 *     what it is of: sequence, files, terminal, how many positions it has      the same in all
 *     stretches of positions, and what is known of each      bins, of all stretches      checksum
 *
 * What is known of a stretch is, by the aggregate: its complete subtrees of the fixed tree; where
 * the least or greatest value is, counted from the stretch's begin; or a row, the first or last. */
#ifndef MR_STREAM_PART_H
#define MR_STREAM_PART_H

#include "stream/seal.h"
#include "stream/terminal.h"

extern const struct mr_seal mr_part_seal;

/* What a partial is of. */
struct mr_part_origin {
    char *text; /* owned, with mr_free() */
    mr_fingerprint print;
    uint64_t files;   /* a hash of what is in them */
    bool native_math; /* some function may be the device's own */
    int64_t length;   /* positions of all */
    struct mr_terminal terminal;
};

void mr_part_origin_free(struct mr_part_origin *origin);

void mr_part_put_origin(const struct mr_part_origin *origin, struct mr_bytes_out *out);
mr_status mr_part_get_origin(struct mr_part_origin *out, struct mr_bytes_in *in, mr_error *err);

struct mr_stretch {
    int64_t from, until;
    struct mr_leaves leaves;
    bool has_row;
    mr_scalar row[MR_MAX_COLUMNS];
};

/* An empty one. */
void mr_stretch_start(struct mr_stretch *stretch, const struct mr_terminal *t, int64_t from);

/* Adds what is known of positions from its end to `until`, where no more is known than that there
 * are so many: nothing decides, a count counts them. */
void mr_stretch_pad(struct mr_stretch *stretch, const struct mr_terminal *t, int64_t until);

void mr_stretch_put(const struct mr_stretch *stretch, const struct mr_terminal *t,
                    struct mr_bytes_out *out);

/* Where the next stretch begins and ends; then what is known of it, added to one that ends
 * there. */
void mr_stretch_get_bounds(const struct mr_part_origin *origin, int64_t *from, int64_t *until,
                           struct mr_bytes_in *in);
void mr_stretch_get(struct mr_stretch *stretch, const struct mr_terminal *t, int64_t until,
                    struct mr_bytes_in *in);

/* Writes the bins of all columns; those of a column that is NULL are 0. */
void mr_part_put_bins(const struct mr_terminal *t, void *const columns[], struct mr_bytes_out *out);

/* Adds those that were written. */
void mr_part_get_bins(const struct mr_terminal *t, void *const columns[], struct mr_bytes_in *in);

/* Whether a stretch can begin or end there: where a leaf does. */
bool mr_part_may_cut(int64_t length, int64_t position);

#endif
