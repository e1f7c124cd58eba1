#include "io/text_window.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* One system call; small enough for what is parsed next to be in the cache still. */
enum { READ_BYTES = 128 << 10, FIRST_MARK_ROWS = 1024 };

mr_status mr_text_window_open(struct text_window *w, struct mr_input *input, mr_error *err)
{
    *w = (struct text_window){
        .input = input, .newline = '\n', .line = 1, .mark_rows = FIRST_MARK_ROWS};
    w->buffer = mr_alloc(MR_WINDOW_BYTES, 1);
    if (!w->buffer) return mr_fail_no_memory(err, "a line buffer");
    return MR_OK;
}

void mr_text_window_close(struct text_window *w)
{
    mr_free(w->buffer);
    w->buffer = NULL;
}

static mr_status read_more(struct text_window *w, const char *unit, mr_error *err)
{
    if (w->begin > 0) {
        memmove(w->buffer, w->buffer + w->begin, w->end - w->begin);
        w->end -= w->begin;
        w->begin = 0;
    }
    size_t room = MR_WINDOW_BYTES - w->end, got;
    if (room == 0)
        return mr_fail(err, MR_E_LIMIT, "%s:%" PRId64 ": %s longer than %d bytes", w->input->name,
                       w->line, unit, (int)MR_WINDOW_BYTES - 1);
    MR_TRY(mr_input_read_some(w->input, w->read_bytes, w->buffer + w->end,
                              room < READ_BYTES ? room : READ_BYTES, &got, err));
    if (got == 0) MR_TRY(mr_input_check_end(w->input, w->read_bytes, err));
    w->end += got;
    w->read_bytes += (int64_t)got;
    w->at_end = got == 0;
    return MR_OK;
}

/* At the start of the file. Waits for a third byte only where it could be part of a mark. */
static mr_status skip_byte_order_mark(struct text_window *w, mr_error *err)
{
    while (w->end > 0 && w->end < 3 && !w->at_end && (unsigned char)w->buffer[0] >= 0x80)
        MR_TRY(read_more(w, "line", err));
    if (w->end >= 3 && memcmp(w->buffer, "\xef\xbb\xbf", 3) == 0) w->begin = 3;
    if (w->end < 2 ||
        (memcmp(w->buffer, "\xff\xfe", 2) != 0 && memcmp(w->buffer, "\xfe\xff", 2) != 0))
        return MR_OK;
    mr_status st = mr_fail(err, MR_E_FORMAT, "%s: is UTF-16 text", w->input->name);
    return mr_error_hint(err, st, "convert it: iconv -f UTF-16 -t UTF-8");
}

mr_status mr_text_window_fill(struct text_window *w, const char *unit, mr_error *err)
{
    bool at_start = w->read_bytes == 0;
    if (mr_input_has_lull(w->input)) return MR_OK;
    MR_TRY(read_more(w, unit, err));
    return at_start ? skip_byte_order_mark(w, err) : MR_OK;
}

mr_status mr_text_window_find_line_end(struct text_window *w, mr_error *err)
{
    bool quoted = false;
    for (size_t k = 0;; k++) {
        while (w->begin + k >= w->end) {
            if (w->at_end) return MR_OK;
            MR_TRY(mr_text_window_fill(w, "line", err));
        }
        char c = w->buffer[w->begin + k];
        quoted ^= c == '"';
        if (quoted || (c != '\n' && c != '\r')) continue;
        while (c == '\r' && w->begin + k + 1 >= w->end && !w->at_end)
            MR_TRY(mr_text_window_fill(w, "line", err));
        bool alone =
            c == '\r' && (w->begin + k + 1 == w->end || w->buffer[w->begin + k + 1] != '\n');
        w->newline = alone ? '\r' : '\n';
        return MR_OK;
    }
}

/* Where the line that starts `from` bytes after the window's begin ends, *ended by a newline. */
static inline mr_status find_newline(struct text_window *w, size_t from, size_t *length,
                                     bool *ended, mr_error *err)
{
    size_t searched = from;
    for (;;) {
        size_t available = w->end - w->begin;
        const char *start = w->buffer + w->begin, *newline = NULL;
        if (available > searched)
            newline = memchr(start + searched, w->newline, available - searched);
        *ended = newline != NULL;
        *length = (newline ? (size_t)(newline - start) : available) - from;
        if (newline || w->at_end) return MR_OK;
        searched = available;
        MR_TRY(mr_text_window_fill(w, "line", err));
        if (w->input->is_in_lull) {
            *length = 0; /* what is there of the line waits for its rest */
            return MR_OK;
        }
    }
}

/* "\r\n" ends a line as "\n" does. */
static inline size_t without_cr(const struct text_window *w, const char *line, size_t length)
{
    return length && w->newline == '\n' && line[length - 1] == '\r' ? length - 1 : length;
}

/* Goes on from a line of *length bytes that ends within quotes to the line where they are closed.
 * False in *closed where there is none, or none within the window; *length is as it was then. */
static mr_status find_closed(struct text_window *w, size_t from, size_t *length, size_t *lines,
                             bool *closed, mr_error *err)
{
    size_t all = *length, more;
    bool ended = true;
    *closed = false;
    for (*lines = 1; ended && !*closed; ++*lines) {
        mr_status st = find_newline(w, from + all + 1, &more, &ended, err);
        if (st == MR_E_LIMIT) return MR_OK;
        if (st) return st;
        if (!ended && more == 0) return MR_OK;
        *closed = mr_has_open_quote(w->buffer + w->begin + from + all + 1, more);
        all += more + 1;
    }
    if (*closed) *length = all;
    return MR_OK;
}

mr_status mr_text_window_ahead(struct text_window *w, size_t number, const char **line,
                               size_t *length, mr_error *err)
{
    size_t from = 0, lines;
    bool ended, closed;
    *line = NULL;
    for (;; number--) {
        MR_TRY(find_newline(w, from, length, &ended, err));
        if (!ended && *length == 0) return MR_OK;
        if (ended && mr_has_open_quote(w->buffer + w->begin + from, *length)) {
            MR_TRY(find_closed(w, from, length, &lines, &closed, err));
            ended = w->begin + from + *length < w->end;
        }
        if (number == 0) break;
        from += *length + ended;
    }
    *line = w->buffer + w->begin + from;
    *length = without_cr(w, *line, *length);
    return MR_OK;
}

mr_status mr_text_window_line(struct text_window *w, const char **line, size_t *length,
                              mr_error *err)
{
    bool ended;
    *line = NULL;
    MR_TRY(find_newline(w, 0, length, &ended, err));
    if (!ended && *length == 0) return MR_OK;
    *line = w->buffer + w->begin;
    w->taken = *length + ended;
    w->begin += w->taken;
    w->line++;
    *length = without_cr(w, *line, *length);
    return MR_OK;
}

mr_status mr_text_window_close_quote(struct text_window *w, const char **line, size_t *length,
                                     mr_error *err)
{
    size_t lines, taken = w->taken, first = taken - 1;
    bool closed;
    *line = NULL;
    if (w->buffer[w->begin - 1] != w->newline) return MR_OK; /* the last line */
    w->begin -= taken;
    MR_TRY(find_closed(w, 0, &first, &lines, &closed, err));
    if (!closed && w->input->is_in_lull) {
        w->line--;
        return MR_OK;
    }
    w->begin += taken;
    if (!closed) return MR_OK;
    *line = w->buffer + w->begin - taken;
    w->taken = first + (w->begin - taken + first < w->end);
    w->begin += w->taken - taken;
    w->line += (int64_t)lines - 1;
    *length = without_cr(w, *line, first);
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

struct text_window_mark mr_text_window_tell(const struct text_window *w)
{
    int64_t offset = w->read_bytes - (int64_t)(w->end - w->begin);
    return (struct text_window_mark){offset, w->line, w->line_bytes};
}

void mr_text_window_go(struct text_window *w, struct text_window_mark place)
{
    w->begin = w->end = 0;
    w->read_bytes = place.offset;
    w->line = place.line;
    w->line_bytes = place.line_bytes;
    w->at_end = false;
}

void mr_text_window_mark(struct text_window *w, int64_t row)
{
    if (row != (int64_t)w->mark_count * w->mark_rows) return;
    if (w->mark_count == MR_WINDOW_MARKS) {
        for (size_t k = 0; k < MR_WINDOW_MARKS / 2; k++) w->marks[k] = w->marks[2 * k];
        w->mark_count = MR_WINDOW_MARKS / 2;
        w->mark_rows *= 2;
    }
    w->marks[w->mark_count++] = mr_text_window_tell(w);
}

int64_t mr_text_window_seek(struct text_window *w, int64_t row, int64_t wanted)
{
    if (w->mark_count == 0) return row;
    int64_t k = wanted / w->mark_rows;
    if (k >= (int64_t)w->mark_count) k = (int64_t)w->mark_count - 1;
    if (wanted >= row && k * w->mark_rows <= row) return row;
    mr_text_window_go(w, w->marks[k]);
    return k * w->mark_rows;
}
