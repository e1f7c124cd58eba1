#include "io/sink_driver.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/spelling.h"
#include "io/table.h"

mr_status mr_sink_hand_over(struct mr_sink *s, mr_error *err)
{
    size_t count = s->used;
    s->used = 0;
    return mr_output_write(&s->output, s->buffer, count, err);
}

mr_status mr_sink_put(struct mr_sink *s, const void *bytes, size_t count, mr_error *err)
{
    if (count > MR_SINK_BYTES - s->used) MR_TRY(mr_sink_hand_over(s, err));
    if (count > MR_SINK_BYTES) return mr_output_write(&s->output, bytes, count, err);
    memcpy(s->buffer + s->used, bytes, count);
    s->used += count;
    return MR_OK;
}

const char *mr_sink_name(const struct mr_sink_layout *layout, size_t k, char numbered[32])
{
    if (layout->names && layout->names[k]) return layout->names[k];
    (void)snprintf(numbered, 32, layout->column_count == 1 ? "x" : "x%zu", k);
    return numbered;
}

/* ---- formats ---- */

const char *mr_sink_format_name(enum mr_sink_format format)
{
    return mr_sink_drivers[format]->name;
}

enum mr_sink_format mr_sink_format_named(const char *name, size_t length)
{
    unsigned k = 0;
    for (; k < MR_SINK_COUNT; k++) {
        const char *own = mr_sink_drivers[k]->name;
        if (strlen(own) == length && memcmp(own, name, length) == 0) break;
    }
    return (enum mr_sink_format)k;
}

bool mr_sink_format_is_binary(enum mr_sink_format format)
{
    return mr_sink_drivers[format]->is_binary;
}

bool mr_sink_layout_by_suffix(struct mr_sink_layout *layout, const char *name)
{
    char separator = '\0';
    const char *read_as = mr_table_name_by_suffix(name, &separator);
    enum mr_sink_format format = MR_SINK_COUNT;
    if (read_as) format = mr_sink_format_named(read_as, strlen(read_as));
    for (unsigned k = 0; format == MR_SINK_COUNT && k < MR_SINK_COUNT; k++)
        for (const char *const *suffix = mr_sink_drivers[k]->suffixes; *suffix; suffix++)
            if (mr_has_suffix(name, *suffix)) format = (enum mr_sink_format)k;
    if (format == MR_SINK_COUNT) return false;
    layout->format = format;
    layout->separator = separator;
    return true;
}

char mr_sink_separator(const struct mr_sink_layout *layout)
{
    if (!mr_sink_drivers[layout->format]->has_separator) return '\t';
    return layout->separator ? layout->separator : ',';
}

/* ---- opening ---- */

static mr_status check_names(const struct mr_sink_layout *layout, const char *name, mr_error *err)
{
    const struct sink_driver *driver = mr_sink_drivers[layout->format];
    char shown[MR_SHOWN_BYTES];
    if (!driver->has_utf8_names || !layout->names) return MR_OK;
    for (size_t k = 0; k < layout->column_count; k++) {
        const char *column = layout->names[k];
        if (!column || mr_text_is_utf8(column)) continue;
        mr_status st = mr_fail(err, MR_E_VALUE,
                               "%s: the name of column %zu, '%s', is not in UTF-8, as names in "
                               "%s are",
                               name, k, mr_show_text(shown, column, strlen(column)), driver->name);
        return mr_error_hint(err, st,
                             "name the column anew, or convert the file that it comes from to "
                             "UTF-8; csv takes any name");
    }
    return MR_OK;
}

static mr_status check_layout(const struct mr_sink_layout *layout, const char *name, mr_error *err)
{
    if ((unsigned)layout->format >= MR_SINK_COUNT)
        return mr_fail(err, MR_E_VALUE, "%s: format %d is none", name, (int)layout->format);
    if (layout->column_count < 1 || layout->column_count > MR_SINK_COLUMNS)
        return mr_fail(err, MR_E_LIMIT, "%s: %zu columns to write, the limits are 1 and %d", name,
                       layout->column_count, (int)MR_SINK_COLUMNS);
    for (size_t k = 0; k < layout->column_count; k++)
        if (mr_dtype_size(layout->dtypes[k]) == 0)
            return mr_fail(err, MR_E_VALUE, "%s: column %zu: dtype=%d is none", name, k,
                           (int)layout->dtypes[k]);
    return check_names(layout, name, err);
}

/* What could not be gone on with is not begun. */
static mr_status check_partial(const struct mr_sink *s, const struct mr_sink_layout *layout,
                               mr_error *err)
{
    if (!layout->is_partial || s->output.is_partial || !s->driver->head_bytes) return MR_OK;
    mr_status st = mr_fail(err, MR_E_STATE,
                           "%s: .%s that is written in place cannot be gone on with: it starts "
                           "with its length",
                           s->output.name, s->driver->name);
    return mr_error_hint(err, st, "use MR_SINK_RAW, or mr_sink_open()");
}

/* As it was at that place, whatever was written after it. */
static mr_status go_on(struct mr_sink *s, const struct mr_sink_place *from, mr_error *err)
{
    uint64_t hash;
    s->rows = from->rows;
    s->has_end = from->is_whole;
    if (s->driver->go_on) MR_TRY(s->driver->go_on(s, from, err));
    if (!s->output.is_partial) return MR_OK;
    MR_TRY(mr_output_hash(&s->output, (int64_t)s->driver->head_bytes, from->bytes, &hash, err));
    if (hash == from->hash) return mr_output_cut(&s->output, from->bytes, err);
    mr_status st =
        mr_fail(err, MR_E_STATE, "%s.partial: holds other bytes than were saved", s->output.name);
    return mr_error_hint(err, st, "remove it and begin anew: it is not as the saved run left it");
}

/* Takes over `output`, also when it fails. */
static mr_status open_output(struct mr_sink **out, struct mr_output output, const char *path,
                             const struct mr_sink_layout *layout, mr_error *err)
{
    mr_status st = MR_OK;
    struct mr_sink *s = mr_alloc(1, sizeof *s);
    if (!s) {
        mr_output_discard(&output);
        return mr_fail_no_memory(err, "a sink");
    }
    s->output = output;
    s->path = path;
    s->format = layout->format;
    s->driver = mr_sink_drivers[layout->format];
    s->separator = mr_sink_separator(layout);
    s->column_count = layout->column_count;
    s->expected_rows = layout->expected_rows;
    for (size_t k = 0; k < s->column_count; k++) {
        s->dtypes[k] = layout->dtypes[k];
        s->row_bytes += mr_dtype_size(s->dtypes[k]);
    }
    s->buffer = mr_alloc(MR_SINK_BYTES, 1);
    if (!s->buffer) st = mr_fail_no_memory(err, "a sink's buffer");
    if (!st) st = check_partial(s, layout, err);
    if (!st && s->driver->open) st = s->driver->open(s, layout, err);
    if (!st && layout->from) st = go_on(s, layout->from, err);
    if (!st && !layout->from && s->driver->begin) st = s->driver->begin(s, layout, err);
    s->path = NULL;
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
    return open_output(out, output, path, layout, err);
}

mr_status mr_sink_open_fd(struct mr_sink **out, int fd, const char *name,
                          const struct mr_sink_layout *layout, mr_error *err)
{
    struct mr_output output;
    *out = NULL;
    MR_TRY(check_layout(layout, name, err));
    MR_TRY(mr_output_adopt(&output, fd, name, err));
    return open_output(out, output, name, layout, err);
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
    return keep(s, s->driver->write(s, columns, rows, &s->failure), err);
}

static mr_status flush(struct mr_sink *s, mr_error *err)
{
    if (s->driver->flush) MR_TRY(s->driver->flush(s, err));
    return mr_sink_hand_over(s, err);
}

mr_status mr_sink_flush(struct mr_sink *s, mr_error *err)
{
    MR_TRY(check_usable(s, err));
    return keep(s, flush(s, &s->failure), err);
}

static mr_status put_end(struct mr_sink *s, mr_error *err)
{
    MR_TRY(mr_sink_hand_over(s, err));
    if (s->has_end || !s->driver->finish) return MR_OK;
    s->has_end = true;
    MR_TRY(s->driver->finish(s, err));
    return mr_sink_hand_over(s, err);
}

static mr_status save(struct mr_sink *s, bool is_whole, struct mr_sink_place *out, mr_error *err)
{
    out->rows = s->rows;
    out->is_whole = is_whole || s->has_end;
    MR_TRY(is_whole ? put_end(s, err) : flush(s, err));
    if (s->driver->save) MR_TRY(s->driver->save(s, out, err));
    MR_TRY(mr_file_sync(s->output.fd, s->output.name, err));
    if (!s->output.is_partial) return MR_OK;
    out->bytes = mr_output_tell(&s->output);
    return mr_output_hash(&s->output, (int64_t)s->driver->head_bytes, out->bytes, &out->hash, err);
}

mr_status mr_sink_save(struct mr_sink *s, bool is_whole, struct mr_sink_place *out, mr_error *err)
{
    *out = (struct mr_sink_place){.rows = 0};
    MR_TRY(check_usable(s, err));
    return keep(s, save(s, is_whole, out, &s->failure), err);
}

mr_status mr_sink_is_finished(bool *is_finished, const char *path, enum mr_sink_format format,
                              const struct mr_sink_place *place, mr_error *err)
{
    int64_t head = (int64_t)mr_sink_drivers[format]->head_bytes;
    return mr_output_is_file(is_finished, path, head, place->bytes, place->hash, err);
}

void mr_sink_place_free(struct mr_sink_place *place)
{
    mr_free(place->held);
    *place = (struct mr_sink_place){.rows = 0};
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

/* It is not removed: another run may have opened it, and be about to lock it. */
void mr_sink_empty(struct mr_sink *s)
{
    if (s->output.is_partial) (void)mr_output_cut(&s->output, 0, NULL);
}

bool mr_sink_is_followed(const struct mr_sink *s)
{
    return !s->output.appears_whole;
}

static mr_status finish(struct mr_sink *s, mr_error *err)
{
    MR_TRY(put_end(s, err));
    return mr_output_commit(&s->output, err);
}

mr_status mr_sink_finish(struct mr_sink *s, mr_error *err)
{
    MR_TRY(check_usable(s, err));
    s->finished = true;
    return keep(s, finish(s, &s->failure), err);
}

mr_status mr_sink_break_off(struct mr_sink *s, mr_error *err)
{
    s->is_broken_off = true;
    return mr_sink_finish(s, err);
}

void mr_sink_discard(struct mr_sink **s)
{
    struct mr_sink *old = *s;
    *s = NULL;
    if (!old) return;
    mr_output_discard(&old->output);
    mr_free(old->buffer);
    mr_free(old->state);
    mr_free(old);
}
