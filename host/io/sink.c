#include "io/sink.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/spelling.h"
#include "io/csv_head.h"
#include "io/npy_header.h"
#include "io/number.h"
#include "io/output.h"
#include "io/table.h"

enum {
    BUFFER_BYTES = 64 << 10,
    COLUMNS_LIMIT = 8,
    /* One more byte a value for the tab, comma or newline after it. */
    TEXT_ROW_BYTES = COLUMNS_LIMIT * (MR_NUMBER_TEXT_BYTES + 1)
};

struct mr_sink {
    struct mr_output output;
    enum mr_sink_format format;
    char separator;
    mr_dtype dtypes[COLUMNS_LIMIT];
    size_t column_count;
    size_t row_bytes; /* of raw and .npy */
    int64_t expected_rows;
    int64_t rows;
    size_t used;
    char *buffer;
    bool finished;
    mr_error failure;
};

static mr_status flush_buffer(struct mr_sink *s, mr_error *err)
{
    size_t count = s->used;
    s->used = 0;
    return mr_output_write(&s->output, s->buffer, count, err);
}

static mr_status put_bytes(struct mr_sink *s, const void *bytes, size_t count, mr_error *err)
{
    if (count > BUFFER_BYTES - s->used) MR_TRY(flush_buffer(s, err));
    if (count > BUFFER_BYTES) return mr_output_write(&s->output, bytes, count, err);
    memcpy(s->buffer + s->used, bytes, count);
    s->used += count;
    return MR_OK;
}

/* Names that could be taken for something else in a header go in quotes (RFC 4180, section 2). */
static mr_status put_name(struct mr_sink *s, const char *name, mr_error *err)
{
    const bool quoted = !mr_csv_is_plain_name(name);
    if (quoted) MR_TRY(put_bytes(s, "\"", 1, err));
    for (const char *p = name; *p; p++) {
        if (*p == '"') MR_TRY(put_bytes(s, "\"", 1, err));
        MR_TRY(put_bytes(s, p, 1, err));
    }
    return quoted ? put_bytes(s, "\"", 1, err) : MR_OK;
}

/* A terminal obeys what names say, so it gets them as messages show them. */
static mr_status put_shown_name(struct mr_sink *s, const char *name, mr_error *err)
{
    struct mr_strbuf shown = {0};
    mr_strbuf_add_shown(&shown, name);
    mr_status st = shown.failed ? mr_fail_no_memory(err, "a column's name")
                                : put_name(s, mr_strbuf_text(&shown), err);
    mr_strbuf_free(&shown);
    return st;
}

static mr_status put_csv_header(struct mr_sink *s, const char *const *names, mr_error *err)
{
    const bool is_terminal = isatty(s->output.fd);
    for (size_t k = 0; k < s->column_count; k++) {
        char numbered[32];
        (void)snprintf(numbered, sizeof numbered, s->column_count == 1 ? "x" : "x%zu", k);
        if (k) MR_TRY(put_bytes(s, &s->separator, 1, err));
        const char *name = names && names[k] ? names[k] : numbered;
        MR_TRY(is_terminal ? put_shown_name(s, name, err) : put_name(s, name, err));
    }
    return put_bytes(s, "\n", 1, err);
}

static void print_npy_header(const struct mr_sink *s, int64_t rows, char out[MR_NPY_WRITTEN_BYTES])
{
    mr_npy_print_header(out, &(struct mr_npy_header){.dtype = s->dtypes[0],
                                                     .rows = rows,
                                                     .columns = (int64_t)s->column_count,
                                                     .is_2d = s->column_count > 1});
}

static mr_status put_npy_header(struct mr_sink *s, mr_error *err)
{
    char header[MR_NPY_WRITTEN_BYTES];
    for (size_t k = 1; k < s->column_count; k++) {
        if (s->dtypes[k] == s->dtypes[0]) continue;
        mr_status st =
            mr_fail(err, MR_E_TYPE, "%s: .npy has one dtype, but column %zu is %s and column 0 %s",
                    s->output.name, k, mr_dtype_name(s->dtypes[k]), mr_dtype_name(s->dtypes[0]));
        return mr_error_hint(err, st, "cast the columns to one dtype, or write csv");
    }
    if (s->expected_rows < 0 && !s->output.patchable) {
        mr_status st =
            mr_fail(err, MR_E_VALUE, "%s: .npy starts with its length, which is not known yet",
                    s->output.name);
        return mr_error_hint(err, st, "use --format raw, or -o FILE");
    }
    print_npy_header(s, s->expected_rows < 0 ? 0 : s->expected_rows, header);
    return put_bytes(s, header, sizeof header, err);
}

bool mr_sink_layout_by_suffix(struct mr_sink_layout *layout, const char *name)
{
    switch (mr_table_kind_by_suffix(name)) {
    case MR_TABLE_NPY: layout->format = MR_SINK_NPY; break;
    case MR_TABLE_RAW: layout->format = MR_SINK_RAW; break;
    case MR_TABLE_TEXT: layout->format = MR_SINK_TEXT; break;
    case MR_TABLE_CSV: layout->format = MR_SINK_CSV; break;
    case MR_TABLE_AUTO: return false;
    }
    layout->separator = mr_has_suffix(name, ".tsv") ? '\t' : ',';
    return true;
}

static mr_status check_layout(const struct mr_sink_layout *layout, const char *name, mr_error *err)
{
    if ((unsigned)layout->format > MR_SINK_NPY)
        return mr_fail(err, MR_E_VALUE, "%s: format %d is none", name, (int)layout->format);
    if (layout->column_count < 1 || layout->column_count > COLUMNS_LIMIT)
        return mr_fail(err, MR_E_LIMIT, "%s: %zu columns to write, the limits are 1 and %d", name,
                       layout->column_count, (int)COLUMNS_LIMIT);
    for (size_t k = 0; k < layout->column_count; k++)
        if (mr_dtype_size(layout->dtypes[k]) == 0)
            return mr_fail(err, MR_E_VALUE, "%s: column %zu: dtype=%d is none", name, k,
                           (int)layout->dtypes[k]);
    return MR_OK;
}

/* The header of .npy is written again at the end. */
static int64_t header_bytes(const struct mr_sink *s)
{
    return s->format == MR_SINK_NPY ? MR_NPY_WRITTEN_BYTES : 0;
}

/* What could not be gone on with is not begun. */
static mr_status check_partial(const struct mr_sink *s, const struct mr_sink_layout *layout,
                               mr_error *err)
{
    if (!layout->is_partial || s->output.is_partial || s->format != MR_SINK_NPY) return MR_OK;
    mr_status st = mr_fail(err, MR_E_STATE,
                           "%s: .npy that is written in place cannot be gone on with: it starts "
                           "with its length",
                           s->output.name);
    return mr_error_hint(err, st, "use --format raw, or -o FILE");
}

/* As it was at that place, whatever was written after it. */
static mr_status go_on(struct mr_sink *s, const struct mr_sink_place *from, mr_error *err)
{
    uint64_t hash;
    s->rows = from->rows;
    if (!s->output.is_partial) return MR_OK;
    MR_TRY(mr_output_hash(&s->output, header_bytes(s), from->bytes, &hash, err));
    if (hash == from->hash) return mr_output_cut(&s->output, from->bytes, err);
    mr_status st =
        mr_fail(err, MR_E_STATE, "%s.partial: holds other bytes than were saved", s->output.name);
    return mr_error_hint(err, st, "begin anew: it is not as the saved run left it");
}

/* Takes over `output`, also when it fails. */
static mr_status open_output(struct mr_sink **out, struct mr_output output,
                             const struct mr_sink_layout *layout, mr_error *err)
{
    mr_status st = MR_OK;
    struct mr_sink *s = mr_alloc(1, sizeof *s);
    if (!s) {
        mr_output_discard(&output);
        return mr_fail_no_memory(err, "a sink");
    }
    s->output = output;
    s->format = layout->format;
    s->separator = layout->format != MR_SINK_CSV ? '\t'
                   : layout->separator           ? layout->separator
                                                 : ',';
    s->column_count = layout->column_count;
    s->expected_rows = layout->expected_rows;
    for (size_t k = 0; k < s->column_count; k++) {
        s->dtypes[k] = layout->dtypes[k];
        s->row_bytes += mr_dtype_size(s->dtypes[k]);
    }
    s->buffer = mr_alloc(BUFFER_BYTES, 1);
    if (!s->buffer) st = mr_fail_no_memory(err, "a sink's buffer");
    if (!st) st = check_partial(s, layout, err);
    if (!st && layout->from) st = go_on(s, layout->from, err);
    if (!st && !layout->from && s->format == MR_SINK_CSV)
        st = put_csv_header(s, layout->names, err);
    if (!st && !layout->from && s->format == MR_SINK_NPY) st = put_npy_header(s, err);
    if (!st) {
        *out = s;
        s = NULL; /* moved to the caller */
    }
    mr_sink_discard(&s);
    return st;
}

mr_status mr_sink_open(struct mr_sink **out, const char *path, const struct mr_sink_layout *layout,
                       mr_error *err)
{
    struct mr_output output;
    *out = NULL;
    MR_TRY(check_layout(layout, path, err));
    MR_TRY(layout->is_partial
               ? mr_output_open_partial(&output, path, layout->from ? layout->from->bytes : -1, err)
               : mr_output_open(&output, path, err));
    return open_output(out, output, layout, err);
}

mr_status mr_sink_open_fd(struct mr_sink **out, int fd, const char *name,
                          const struct mr_sink_layout *layout, mr_error *err)
{
    struct mr_output output;
    *out = NULL;
    MR_TRY(check_layout(layout, name, err));
    MR_TRY(mr_output_adopt(&output, fd, name, err));
    return open_output(out, output, layout, err);
}

static mr_status write_text(struct mr_sink *s, const void *const columns[], size_t rows,
                            mr_error *err)
{
    const char between = s->separator;
    size_t sizes[COLUMNS_LIMIT] = {0};
    for (size_t k = 0; k < s->column_count; k++) sizes[k] = mr_dtype_size(s->dtypes[k]);
    for (size_t n = 0; n < rows; n++) {
        if (BUFFER_BYTES - s->used < TEXT_ROW_BYTES) MR_TRY(flush_buffer(s, err));
        char *p = s->buffer + s->used;
        for (size_t k = 0; k < s->column_count; k++) {
            p += mr_format_number(p, s->dtypes[k], (const char *)columns[k] + n * sizes[k]);
            *p++ = between;
        }
        p[-1] = '\n';
        s->used = (size_t)(p - s->buffer);
        s->rows++;
    }
    return MR_OK;
}

/* `count` values into rows that are row_bytes apart. */
static void interleave(char *to, size_t row_bytes, const char *from, size_t item_bytes,
                       size_t count)
{
    for (size_t n = 0; n < count; n++) {
        switch (item_bytes) {
        case 8: memcpy(to + n * row_bytes, from + n * 8, 8); break;
        case 4: memcpy(to + n * row_bytes, from + n * 4, 4); break;
        default: to[n * row_bytes] = from[n]; break;
        }
    }
}

static mr_status write_binary(struct mr_sink *s, const void *const columns[], size_t rows,
                              mr_error *err)
{
    if (s->column_count == 1) {
        s->rows += (int64_t)rows;
        return put_bytes(s, columns[0], rows * s->row_bytes, err);
    }
    for (size_t n = 0; n < rows;) {
        size_t room = (BUFFER_BYTES - s->used) / s->row_bytes, at = 0;
        if (room == 0) {
            MR_TRY(flush_buffer(s, err));
            continue;
        }
        size_t count = rows - n < room ? rows - n : room;
        for (size_t k = 0; k < s->column_count; k++) {
            size_t item_bytes = mr_dtype_size(s->dtypes[k]);
            interleave(s->buffer + s->used + at, s->row_bytes,
                       (const char *)columns[k] + n * item_bytes, item_bytes, count);
            at += item_bytes;
        }
        s->used += count * s->row_bytes;
        s->rows += (int64_t)count;
        n += count;
    }
    return MR_OK;
}

/* The failure from before, or that the sink is finished. */
static mr_status check_usable(const struct mr_sink *s, mr_error *err)
{
    if (s->failure.status && err) *err = s->failure;
    if (s->failure.status) return s->failure.status;
    if (s->finished) return mr_fail(err, MR_E_STATE, "%s: is already complete", s->output.name);
    return MR_OK;
}

static mr_status keep(struct mr_sink *s, mr_status st, mr_error *err)
{
    s->failure.status = st;
    if (st && err) *err = s->failure;
    return st;
}

mr_status mr_sink_write(struct mr_sink *s, const void *const columns[], size_t rows, mr_error *err)
{
    MR_TRY(check_usable(s, err));
    bool text = s->format == MR_SINK_TEXT || s->format == MR_SINK_CSV;
    return keep(s,
                text ? write_text(s, columns, rows, &s->failure)
                     : write_binary(s, columns, rows, &s->failure),
                err);
}

mr_status mr_sink_flush(struct mr_sink *s, mr_error *err)
{
    MR_TRY(check_usable(s, err));
    return keep(s, flush_buffer(s, &s->failure), err);
}

static mr_status save(struct mr_sink *s, struct mr_sink_place *out, mr_error *err)
{
    *out = (struct mr_sink_place){.rows = s->rows};
    MR_TRY(flush_buffer(s, err));
    MR_TRY(mr_file_sync(s->output.fd, s->output.name, err));
    if (!s->output.is_partial) return MR_OK;
    out->bytes = mr_output_tell(&s->output);
    return mr_output_hash(&s->output, header_bytes(s), out->bytes, &out->hash, err);
}

mr_status mr_sink_save(struct mr_sink *s, struct mr_sink_place *out, mr_error *err)
{
    MR_TRY(check_usable(s, err));
    return keep(s, save(s, out, &s->failure), err);
}

void mr_sink_format_of(const struct mr_sink *s, enum mr_sink_format *format, char *separator)
{
    *format = s->format;
    *separator = s->separator;
}

bool mr_sink_is_partial(const struct mr_sink *s)
{
    return s->output.is_partial;
}

bool mr_sink_is_followed(const struct mr_sink *s)
{
    return !s->output.appears_whole;
}

static mr_status complete_npy(struct mr_sink *s, mr_error *err)
{
    char header[MR_NPY_WRITTEN_BYTES];
    if (s->rows == s->expected_rows) return MR_OK;
    if (!s->output.patchable)
        return mr_fail(err, MR_E_STATE, "%s: %" PRId64 " rows were announced, %" PRId64 " written",
                       s->output.name, s->expected_rows, s->rows);
    print_npy_header(s, s->rows, header);
    return mr_output_patch(&s->output, header, sizeof header, err);
}

static mr_status finish(struct mr_sink *s, mr_error *err)
{
    MR_TRY(flush_buffer(s, err));
    if (s->format == MR_SINK_NPY) MR_TRY(complete_npy(s, err));
    return mr_output_commit(&s->output, err);
}

mr_status mr_sink_finish(struct mr_sink *s, mr_error *err)
{
    MR_TRY(check_usable(s, err));
    s->finished = true;
    return keep(s, finish(s, &s->failure), err);
}

void mr_sink_discard(struct mr_sink **s)
{
    struct mr_sink *old = *s;
    *s = NULL;
    if (!old) return;
    mr_output_discard(&old->output);
    mr_free(old->buffer);
    mr_free(old);
}
