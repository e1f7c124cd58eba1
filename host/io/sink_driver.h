/* What sink.c asks of a format, and what the formats share. */
#ifndef MR_IO_SINK_DRIVER_H
#define MR_IO_SINK_DRIVER_H

#include "base/error.h"
#include "io/number.h"
#include "io/output.h"
#include "io/sink.h"

enum {
    MR_SINK_BYTES = 64 << 10, /* of the buffer */
    MR_SINK_COLUMNS = 8
};

/* Format NAME is host/io/NAME_sink.c, which defines mr_NAME_sink; the build finds it. */
struct sink_driver {
    const char *name;        /* of --format */
    const char *suffixes[4]; /* of -o, where read() has no format of this name */
    bool is_binary;          /* nothing for a terminal */
    bool has_separator;      /* layout->separator is what stands between columns */
    bool has_utf8_names;     /* readers refuse names of columns in any other encoding */

    /* Bytes at the start that are written again at the end: such a file can be gone on with only
     * where it is a partial one. */
    size_t head_bytes;

    /* Checks what it can write, and makes `state`, freed with the sink. NULL: nothing. */
    mr_status (*open)(struct mr_sink *s, const struct mr_sink_layout *layout, mr_error *err);

    /* Writes what comes before the first row; not where a file is gone on with. NULL: nothing. */
    mr_status (*begin)(struct mr_sink *s, const struct mr_sink_layout *layout, mr_error *err);

    /* Writes rows. */
    mr_status (*write)(struct mr_sink *s, const void *const columns[], size_t rows, mr_error *err);

    /* Writes what it holds back, where somebody may read along. NULL: nothing is held back. */
    mr_status (*flush)(struct mr_sink *s, mr_error *err);

    /* Once all rows are written, and those before are handed over. NULL: nothing. */
    mr_status (*finish)(struct mr_sink *s, mr_error *err);

    /* What it holds back nevertheless, into out->held, allocated; and back from there, into what
     * open() made. NULL: nothing. */
    mr_status (*save)(const struct mr_sink *s, struct mr_sink_place *out, mr_error *err);
    mr_status (*go_on)(struct mr_sink *s, const struct mr_sink_place *from, mr_error *err);
};

extern const struct sink_driver *const mr_sink_drivers[MR_SINK_COUNT];

struct mr_sink {
    const struct sink_driver *driver;
    struct mr_output output;
    const char *path; /* as the caller named it; while it is opened */
    enum mr_sink_format format;
    char separator;
    mr_dtype dtypes[MR_SINK_COLUMNS];
    size_t column_count;
    size_t row_bytes; /* as values in memory */
    int64_t expected_rows;
    int64_t rows; /* written so far */
    size_t used;
    char *buffer;       /* of MR_SINK_BYTES */
    void *state;        /* the driver's */
    bool has_end;       /* what comes after the rows is written */
    bool is_broken_off; /* when it is finished: not all rows came */
    bool finished;
    mr_error failure;
};

mr_status mr_sink_put(struct mr_sink *s, const void *bytes, size_t count, mr_error *err);

/* The same with values, the least byte of each first. */
mr_status mr_sink_put_values(struct mr_sink *s, const void *values, size_t item_bytes, size_t count,
                             mr_error *err);

/* Where `count` bytes, MR_SINK_BYTES at most, may be written; s->used then grows by what was. */
mr_status mr_sink_hand_over(struct mr_sink *s, mr_error *err);
static inline mr_status mr_sink_room(struct mr_sink *s, size_t count, char **at, mr_error *err)
{
    if (count > MR_SINK_BYTES - s->used) MR_TRY(mr_sink_hand_over(s, err));
    *at = s->buffer + s->used;
    return MR_OK;
}

/* The name of column k, "x" or "x0", "x1", ... where it has none, which `numbered` takes. */
const char *mr_sink_name(const struct mr_sink_layout *layout, size_t k, char numbered[32]);

/* Rows of numbers as text, s->separator between them, each a line. */
mr_status mr_sink_write_lines(struct mr_sink *s, const void *const columns[], size_t rows,
                              mr_error *err);

/* Rows of little-endian values, column after column. */
mr_status mr_sink_write_values(struct mr_sink *s, const void *const columns[], size_t rows,
                               mr_error *err);

#endif
