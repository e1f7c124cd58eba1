#include "io/text_reader.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* One system call; small enough for what is parsed next to be in the cache still. */
enum { READ_BYTES = 128 << 10, FIRST_ROWS_APART = 1024 };

mr_status mr_text_reader_open(struct text_reader *r, struct mr_input *input, mr_error *err)
{
    *r = (struct text_reader){
        .input = input, .newline = '\n', .line = 1, .rows_apart = FIRST_ROWS_APART};
    r->buffer = mr_alloc(MR_TEXT_BYTES, 1);
    if (!r->buffer) return mr_fail_no_memory(err, "a line buffer");
    return MR_OK;
}

void mr_text_reader_close(struct text_reader *r)
{
    mr_free(r->buffer);
    r->buffer = NULL;
}

static mr_status read_more(struct text_reader *r, const char *unit, mr_error *err)
{
    if (r->begin > 0) {
        memmove(r->buffer, r->buffer + r->begin, r->end - r->begin);
        r->end -= r->begin;
        r->begin = 0;
    }
    size_t room = MR_TEXT_BYTES - r->end, got;
    if (room == 0)
        return mr_fail(err, MR_E_LIMIT, "%s:%" PRId64 ": %s longer than %d bytes", r->input->name,
                       r->line, unit, (int)MR_TEXT_BYTES - 1);
    MR_TRY(mr_input_read_some(r->input, r->read_bytes, r->buffer + r->end,
                              room < READ_BYTES ? room : READ_BYTES, &got, err));
    if (got == 0) MR_TRY(mr_input_check_end(r->input, r->read_bytes, err));
    r->end += got;
    r->read_bytes += (int64_t)got;
    r->at_end = got == 0;
    return MR_OK;
}

/* At the start of the file. Waits for a third byte only where it could be part of a mark. */
static mr_status skip_byte_order_mark(struct text_reader *r, mr_error *err)
{
    while (r->end > 0 && r->end < 3 && !r->at_end && (unsigned char)r->buffer[0] >= 0x80)
        MR_TRY(read_more(r, "line", err));
    if (r->end >= 3 && memcmp(r->buffer, "\xef\xbb\xbf", 3) == 0) r->begin = 3;
    if (r->end < 2 ||
        (memcmp(r->buffer, "\xff\xfe", 2) != 0 && memcmp(r->buffer, "\xfe\xff", 2) != 0))
        return MR_OK;
    mr_status st = mr_fail(err, MR_E_FORMAT, "%s: is UTF-16 text", r->input->name);
    return mr_error_hint(err, st, "convert it: iconv -f UTF-16 -t UTF-8");
}

mr_status mr_text_reader_fill(struct text_reader *r, const char *unit, mr_error *err)
{
    bool at_start = r->read_bytes == 0;
    if (mr_input_has_lull(r->input)) return MR_OK;
    MR_TRY(read_more(r, unit, err));
    return at_start ? skip_byte_order_mark(r, err) : MR_OK;
}

mr_status mr_text_reader_find_line_end(struct text_reader *r, mr_error *err)
{
    bool quoted = false;
    for (size_t k = 0;; k++) {
        while (r->begin + k >= r->end) {
            if (r->at_end) return MR_OK;
            MR_TRY(mr_text_reader_fill(r, "line", err));
        }
        char c = r->buffer[r->begin + k];
        quoted ^= c == '"';
        if (quoted || (c != '\n' && c != '\r')) continue;
        while (c == '\r' && r->begin + k + 1 >= r->end && !r->at_end)
            MR_TRY(mr_text_reader_fill(r, "line", err));
        bool alone =
            c == '\r' && (r->begin + k + 1 == r->end || r->buffer[r->begin + k + 1] != '\n');
        r->newline = alone ? '\r' : '\n';
        return MR_OK;
    }
}

/* Where the line that starts `from` bytes after the buffer's begin ends, *ended by a newline. */
static inline mr_status find_newline(struct text_reader *r, size_t from, size_t *length,
                                     bool *ended, mr_error *err)
{
    size_t searched = from;
    for (;;) {
        size_t available = r->end - r->begin;
        const char *start = r->buffer + r->begin, *newline = NULL;
        if (available > searched)
            newline = memchr(start + searched, r->newline, available - searched);
        *ended = newline != NULL;
        *length = (newline ? (size_t)(newline - start) : available) - from;
        if (newline || r->at_end) return MR_OK;
        searched = available;
        MR_TRY(mr_text_reader_fill(r, "line", err));
        if (r->input->is_in_lull) {
            *length = 0; /* what is there of the line waits for its rest */
            return MR_OK;
        }
    }
}

/* "\r\n" ends a line as "\n" does. */
static inline size_t without_cr(const struct text_reader *r, const char *line, size_t length)
{
    return length && r->newline == '\n' && line[length - 1] == '\r' ? length - 1 : length;
}

/* Goes on from a line of *length bytes that ends within quotes to the line where they are closed.
 * False in *closed where there is none, or none within the buffer; *length is as it was then. */
static mr_status find_closed(struct text_reader *r, size_t from, size_t *length, size_t *lines,
                             bool *closed, mr_error *err)
{
    size_t all = *length, more;
    bool ended = true;
    *closed = false;
    for (*lines = 1; ended && !*closed; ++*lines) {
        mr_status st = find_newline(r, from + all + 1, &more, &ended, err);
        if (st == MR_E_LIMIT) return MR_OK;
        if (st) return st;
        if (!ended && more == 0) return MR_OK;
        *closed = mr_has_open_quote(r->buffer + r->begin + from + all + 1, more);
        all += more + 1;
    }
    if (*closed) *length = all;
    return MR_OK;
}

mr_status mr_text_reader_ahead(struct text_reader *r, size_t number, const char **line,
                               size_t *length, mr_error *err)
{
    size_t from = 0, lines;
    bool ended, closed;
    *line = NULL;
    for (;; number--) {
        MR_TRY(find_newline(r, from, length, &ended, err));
        if (!ended && *length == 0) return MR_OK;
        if (ended && mr_has_open_quote(r->buffer + r->begin + from, *length)) {
            MR_TRY(find_closed(r, from, length, &lines, &closed, err));
            ended = r->begin + from + *length < r->end;
        }
        if (number == 0) break;
        from += *length + ended;
    }
    *line = r->buffer + r->begin + from;
    *length = without_cr(r, *line, *length);
    return MR_OK;
}

mr_status mr_text_reader_line(struct text_reader *r, const char **line, size_t *length,
                              mr_error *err)
{
    bool ended;
    *line = NULL;
    MR_TRY(find_newline(r, 0, length, &ended, err));
    if (!ended && *length == 0) return MR_OK;
    *line = r->buffer + r->begin;
    r->taken = *length + ended;
    r->begin += r->taken;
    r->line++;
    *length = without_cr(r, *line, *length);
    return MR_OK;
}

mr_status mr_text_reader_close_quote(struct text_reader *r, const char **line, size_t *length,
                                     mr_error *err)
{
    size_t lines, taken = r->taken, first = taken - 1;
    bool closed;
    *line = NULL;
    if (r->buffer[r->begin - 1] != r->newline) return MR_OK; /* the last line */
    r->begin -= taken;
    MR_TRY(find_closed(r, 0, &first, &lines, &closed, err));
    if (!closed && r->input->is_in_lull) {
        r->line--;
        return MR_OK;
    }
    r->begin += taken;
    if (!closed) return MR_OK;
    *line = r->buffer + r->begin - taken;
    r->taken = first + (r->begin - taken + first < r->end);
    r->begin += r->taken - taken;
    r->line += (int64_t)lines - 1;
    *length = without_cr(r, *line, first);
    return MR_OK;
}

bool mr_has_open_quote(const char *text, size_t length)
{
    bool is_open = false;
    const char *end = text + length;
    while ((text = memchr(text, '"', (size_t)(end - text)))) {
        is_open = !is_open;
        if (++text == end) break;
    }
    return is_open;
}

static struct text_reader_place here(const struct text_reader *r)
{
    int64_t offset = r->read_bytes - (int64_t)(r->end - r->begin);
    return (struct text_reader_place){offset, r->line, r->line_bytes};
}

static void go(struct text_reader *r, struct text_reader_place place)
{
    r->begin = r->end = 0;
    r->read_bytes = place.offset;
    r->line = place.line;
    r->line_bytes = place.line_bytes;
    r->at_end = false;
}

struct mr_table_place mr_text_reader_tell(const struct text_reader *r, int64_t row)
{
    struct text_reader_place at = here(r);
    return (struct mr_table_place){
        .row = row, .offset = at.offset, .line = at.line, .line_bytes = (int64_t)at.line_bytes};
}

void mr_text_reader_go(struct text_reader *r, const struct mr_table_place *place)
{
    go(r, (struct text_reader_place){place->offset, place->line, (size_t)place->line_bytes});
}

void mr_text_reader_remember(struct text_reader *r, int64_t row)
{
    if (row != (int64_t)r->place_count * r->rows_apart) return;
    if (r->place_count == MR_TEXT_PLACES) {
        for (size_t k = 0; k < MR_TEXT_PLACES / 2; k++) r->places[k] = r->places[2 * k];
        r->place_count = MR_TEXT_PLACES / 2;
        r->rows_apart *= 2;
    }
    r->places[r->place_count++] = here(r);
}

int64_t mr_text_reader_seek(struct text_reader *r, int64_t row, int64_t wanted)
{
    if (r->place_count == 0) return row;
    int64_t k = wanted / r->rows_apart;
    if (k >= (int64_t)r->place_count) k = (int64_t)r->place_count - 1;
    if (wanted >= row && k * r->rows_apart <= row) return row;
    go(r, r->places[k]);
    return k * r->rows_apart;
}
