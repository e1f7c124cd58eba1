#include "io/table.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/byte_order.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "io/table_driver.h"

enum { MAGIC_BYTES = 16 };

bool mr_has_suffix(const char *name, const char *suffix)
{
    size_t length = strlen(name), tail = strlen(suffix);
    if (length <= tail) return false;
    for (size_t k = 0; k < tail; k++) {
        char c = name[length - tail + k];
        if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
        if (c != suffix[k]) return false;
    }
    return true;
}

/* MR_TABLE_AUTO, and NULL in *suffix: it says nothing. */
static enum mr_table_kind find_suffix(const char *name, const struct table_suffix **suffix)
{
    for (unsigned kind = MR_TABLE_AUTO + 1; kind < MR_TABLE_COUNT; kind++)
        for (*suffix = mr_table_drivers[kind]->suffixes; (*suffix)->text; ++*suffix)
            if (mr_has_suffix(name, (*suffix)->text)) return (enum mr_table_kind)kind;
    *suffix = NULL;
    return MR_TABLE_AUTO;
}

enum mr_table_kind mr_table_kind_by_suffix(const char *name)
{
    const struct table_suffix *suffix;
    return find_suffix(name, &suffix);
}

const char *mr_table_name_by_suffix(const char *name, char *separator)
{
    const struct table_suffix *suffix;
    enum mr_table_kind kind = find_suffix(name, &suffix);
    *separator = suffix ? suffix->separator : '\0';
    return suffix ? mr_table_drivers[kind]->name : NULL;
}

bool mr_table_kind_names_columns(enum mr_table_kind kind)
{
    return kind != MR_TABLE_AUTO && mr_table_drivers[kind]->names_columns;
}

bool mr_table_kind_says_dtype(enum mr_table_kind kind)
{
    return kind != MR_TABLE_AUTO && mr_table_drivers[kind]->says_dtype;
}

bool mr_table_kind_has_header(enum mr_table_kind kind)
{
    return kind != MR_TABLE_AUTO && mr_table_drivers[kind]->has_header;
}

bool mr_table_kind_needs_file(enum mr_table_kind kind)
{
    return kind != MR_TABLE_AUTO && mr_table_drivers[kind]->needs_file;
}

/* What nothing but its content tells: pipes are taken for text. */
static mr_status kind_by_content(struct mr_table *t, enum mr_table_kind *kind, mr_error *err)
{
    char first[MAGIC_BYTES] = {0};
    size_t got = 0;
    if (t->input.seekable) MR_TRY(mr_input_read(&t->input, 0, first, sizeof first, &got, err));
    for (unsigned k = MR_TABLE_AUTO + 1; k < MR_TABLE_COUNT; k++) {
        const char *magic = mr_table_drivers[k]->magic;
        size_t bytes = magic ? strlen(magic) : 0;
        if (!bytes || got < bytes || memcmp(first, magic, bytes) != 0) continue;
        *kind = (enum mr_table_kind)k;
        return MR_OK;
    }
    if (!t->input.seekable || !t->input.owned) *kind = MR_TABLE_TEXT;
    return MR_OK;
}

/* "csv, jsonl and text": the formats that have what is at `offset` of their drivers. */
static void list_formats(struct mr_strbuf *out, size_t offset)
{
    const char *names[MR_TABLE_COUNT];
    size_t count = 0;
    for (unsigned k = MR_TABLE_AUTO + 1; k < MR_TABLE_COUNT; k++) {
        bool has;
        memcpy(&has, (const char *)mr_table_drivers[k] + offset, sizeof has);
        if (has) names[count++] = mr_table_drivers[k]->name;
    }
    for (size_t k = 0; k < count; k++)
        mr_strbuf_addf(out, "%s%s", k == 0 ? "" : k + 1 < count ? ", " : " and ", names[k]);
}

static mr_status fail_applies(const struct mr_table *t, const char *what, size_t offset,
                              mr_error *err)
{
    struct mr_strbuf formats = {0};
    list_formats(&formats, offset);
    mr_status st =
        mr_fail(err, MR_E_VALUE, "%s: %s is for %s", t->input.name, what, mr_strbuf_text(&formats));
    mr_strbuf_free(&formats);
    return mr_error_hint(err, st, "leave it out, or say format=csv");
}

/* What is said of one format is not passed over elsewhere. */
static mr_status check_applies(const struct mr_table *t, const struct mr_table_format *format,
                               mr_error *err)
{
    const struct table_driver *d = t->driver;
    const size_t header = offsetof(struct table_driver, has_header);
    if (!d->has_header && format->header != MR_TABLE_HEADER_AUTO)
        return fail_applies(t, "header=", header, err);
    if (!d->has_header && format->separator) return fail_applies(t, "separator=", header, err);
    if (!d->takes_dtypes && format->dtypes)
        return fail_applies(t, "a dtype for each column",
                            offsetof(struct table_driver, takes_dtypes), err);
    if (!d->takes_missing && format->missing)
        return fail_applies(t, "missing=", offsetof(struct table_driver, takes_missing), err);
    return MR_OK;
}

static mr_status choose_driver(struct mr_table *t, struct mr_table_format *format, mr_error *err)
{
    const char *name = t->input.name;
    char separator;
    if (format->kind == MR_TABLE_AUTO) format->kind = mr_table_kind_by_suffix(name);
    if (format->kind == MR_TABLE_AUTO) MR_TRY(kind_by_content(t, &format->kind, err));
    if ((unsigned)format->kind >= MR_TABLE_COUNT || format->kind == MR_TABLE_AUTO) {
        mr_status st = mr_fail(err, MR_E_VALUE, "%s: no known suffix says what it holds", name);
        return mr_error_hint(err, st, "give its format: " MR_TABLE_CHOICES);
    }
    t->driver = mr_table_drivers[format->kind];
    (void)mr_table_name_by_suffix(name, &separator);
    if (t->driver->has_header && !format->separator) format->separator = separator;
    return check_applies(t, format, err);
}

static mr_status check_format(const struct mr_table_format *format, mr_error *err)
{
    if (format->has_dtype && !format->dtypes && mr_dtype_size(format->dtype) == 0)
        return mr_fail(err, MR_E_VALUE, "dtype=%d is none", (int)format->dtype);
    if (format->separator && !strchr(",;\t", format->separator)) {
        mr_status st = mr_fail(err, MR_E_VALUE, "separator=0x%02x is not supported",
                               (unsigned char)format->separator);
        return mr_error_hint(err, st, "use one of , ; and tab");
    }
    for (size_t k = 0; format->dtypes && k < format->dtype_count; k++)
        if (mr_dtype_size(format->dtypes[k]) == 0)
            return mr_fail(err, MR_E_VALUE, "dtype=%d is none", (int)format->dtypes[k]);
    if (format->column_count <= MR_TABLE_MAX_COLUMNS) return MR_OK;
    return mr_fail(err, MR_E_LIMIT, "columns: %zu are given, at most %d can be read",
                   format->column_count, MR_TABLE_MAX_COLUMNS);
}

/* Takes over `input`, also when it fails. */
static mr_status open_input(struct mr_table **out, struct mr_input input,
                            const struct mr_table_format *format, mr_error *err)
{
    mr_status st;
    struct mr_table_format chosen = format ? *format : (struct mr_table_format){0};
    struct mr_table *t = mr_alloc(1, sizeof *t);
    if (!t) {
        mr_input_close(&input);
        return mr_fail_no_memory(err, "a table");
    }
    t->input = input;
    t->row_count = -1;
    t->missing = chosen.missing;
    t->is_stdin = chosen.is_stdin;
    if ((st = check_format(&chosen, err))) goto out;
    if ((st = choose_driver(t, &chosen, err))) goto out;
    if ((st = t->driver->open(t, &chosen, err))) goto out;
    *out = t;
    t = NULL; /* moved to the caller */
out:
    mr_table_close(&t);
    return st;
}

mr_status mr_table_open(struct mr_table **out, const char *path,
                        const struct mr_table_format *format, mr_error *err)
{
    struct mr_input input;
    *out = NULL;
    MR_TRY(mr_input_open(&input, path, err));
    return open_input(out, input, format, err);
}

mr_status mr_table_open_fd(struct mr_table **out, int fd, const char *name,
                           const struct mr_table_format *format, mr_error *err)
{
    struct mr_input input;
    *out = NULL;
    MR_TRY(mr_input_adopt(&input, fd, name, err));
    return open_input(out, input, format, err);
}

size_t mr_table_column_count(const struct mr_table *t)
{
    return t->column_count;
}

const char *mr_table_column_name(const struct mr_table *t, size_t column)
{
    return t->columns[column].name;
}

mr_dtype mr_table_column_dtype(const struct mr_table *t, size_t column)
{
    return t->columns[column].dtype;
}

int64_t mr_table_row_count(const struct mr_table *t)
{
    return t->row_count;
}

bool mr_table_seekable(const struct mr_table *t)
{
    return t->input.seekable;
}

const char *mr_table_found(const struct mr_table *t)
{
    return t->note;
}

int64_t mr_table_read_bytes(const struct mr_table *t)
{
    return t->input.read_bytes;
}

size_t mr_table_scratch_bytes(const struct mr_table *t)
{
    return t->scratch_bytes;
}

/* How many of `rows` rows from first_row on exist in a table of a known length. */
static size_t rows_within(const struct mr_table *t, int64_t first_row, int64_t step, size_t rows)
{
    if (t->row_count >= 0 && first_row >= t->row_count) return 0;
    uint64_t room = 0; /* rows after the first */
    if (step < 0)
        room = (uint64_t)first_row / (0 - (uint64_t)step);
    else if (t->row_count >= 0)
        room = (uint64_t)(t->row_count - 1 - first_row) / (uint64_t)step;
    else
        room = (uint64_t)(INT64_MAX - 1 - first_row) / (uint64_t)step;
    return rows == 0 || rows - 1 <= room ? rows : (size_t)room + 1;
}

static mr_status check_position(const struct mr_table *t, int64_t first_row, int64_t step,
                                mr_error *err)
{
    if (first_row < 0 || first_row == INT64_MAX)
        return mr_fail(err, MR_E_VALUE, "%s: row %" PRId64 " does not exist", t->input.name,
                       first_row);
    if (step == 0) return mr_fail(err, MR_E_VALUE, "%s: step=0 reads no rows", t->input.name);
    if (t->input.seekable || (first_row == t->next_row && step == 1)) return MR_OK;
    mr_status st = mr_fail(err, MR_E_NOT_SEEKABLE,
                           "%s: row %" PRId64 " step %" PRId64
                           " cannot be read from a pipe that stands at row %" PRId64,
                           t->input.name, first_row, step, t->next_row);
    return mr_error_hint(err, st, "write it to a file first, or read it from its start in order");
}

void mr_table_set_patience(struct mr_table *t, enum mr_patience patience)
{
    t->patience = patience;
}

bool mr_table_is_in_lull(const struct mr_table *t)
{
    return t->input.is_in_lull;
}

/* The first row is waited for or not, those after it as they come: two reads, for the drivers'
 * loops to know nothing of it. */
static mr_status read_patiently(struct mr_table *t, int64_t first_row, int64_t step, size_t rows,
                                void *const columns[], size_t *got, mr_error *err)
{
    void *rest[MR_TABLE_MAX_COLUMNS];
    size_t more = 0;
    bool waits_for_one = t->patience == MR_WAIT_FOR_ONE && !t->input.seekable && rows > 1;
    mr_input_hurry(&t->input, t->patience == MR_WAIT_FOR_NONE);
    if (!waits_for_one) return t->driver->read(t, first_row, step, rows, columns, got, err);
    MR_TRY(t->driver->read(t, first_row, step, 1, columns, got, err));
    if (*got == 0) return MR_OK;
    for (size_t k = 0; k < t->column_count; k++)
        rest[k] = columns[k] ? (char *)columns[k] + mr_dtype_size(t->columns[k].dtype) : NULL;
    mr_input_hurry(&t->input, true);
    mr_status st = t->driver->read(t, first_row + step, step, rows - 1, rest, &more, err);
    *got += more;
    return st;
}

mr_status mr_table_read(struct mr_table *t, int64_t first_row, int64_t step, size_t rows,
                        void *const columns[], size_t *got, mr_error *err)
{
    *got = 0;
    if (t->failure.status) {
        if (err) *err = t->failure;
        return t->failure.status;
    }
    MR_TRY(check_position(t, first_row, step, err));
    size_t within = rows_within(t, first_row, step, rows);
    t->input.is_in_lull = false;
    if (within == 0 || t->at_end) return MR_OK;
    mr_status st = read_patiently(t, first_row, step, within, columns, got, &t->failure);
    for (size_t k = 0; t->driver->is_binary && k < t->column_count; k++)
        mr_order_bytes(columns[k], mr_dtype_size(t->columns[k].dtype), *got);
    int64_t last = *got ? first_row + (int64_t)(*got - 1) * step : 0;
    if (*got) t->next_row = last + 1;
    if (!st) {
        t->at_end = *got < within && !t->input.seekable && !t->input.is_in_lull;
        return MR_OK;
    }
    t->failure.status = st;
    t->failure.element = *got ? last + step : first_row;
    if (err) *err = t->failure;
    return st;
}

bool mr_table_map(struct mr_table *t, int64_t first_row, size_t rows, struct mr_mapping *out)
{
    if (t->failure.status || !t->driver->map || first_row < 0 || rows == 0) return false;
    if (MR_IS_BIG_ENDIAN && t->driver->is_binary) return false;
    if (rows_within(t, first_row, 1, rows) < rows) return false;
    return t->driver->map(t, first_row, rows, out);
}

bool mr_table_tell(const struct mr_table *t, struct mr_table_place *out)
{
    if (!t->driver->tell || !t->input.seekable) return false;
    *out = t->driver->tell(t);
    return true;
}

void mr_table_go(struct mr_table *t, const struct mr_table_place *place)
{
    if (t->driver->go) t->driver->go(t, place);
}

void mr_table_close(struct mr_table **t)
{
    struct mr_table *old = *t;
    *t = NULL;
    if (!old) return;
    if (old->driver && old->driver->close) old->driver->close(old);
    for (size_t k = 0; k < old->column_count; k++) mr_free(old->columns[k].name);
    mr_free(old->state);
    mr_input_close(&old->input);
    mr_free(old);
}
