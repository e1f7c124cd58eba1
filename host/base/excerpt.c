/* The part of a text that an error points into, and texts made fit for a terminal. */
#include <string.h>

#include "base/error.h"

enum { EXCERPT_BYTES = 100 };

static bool continues_character(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80; /* UTF-8 */
}

void mr_text_clean(char *text, bool keeps_lines)
{
    for (char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '\n' && keeps_lines) continue;
        if (c == '\n' || c == '\t')
            *p = ' ';
        else if (c < 0x20 || c == 0x7f)
            *p = '?';
        else if (c == 0xc2 && (unsigned char)p[1] >= 0x80 && (unsigned char)p[1] < 0xa0)
            p[0] = p[1] = '?'; /* U+0080 to U+009F, of which U+009B begins commands */
    }
}

/* Offsets [from, to) of a line, around [caret, caret_end). */
struct excerpt {
    size_t from, to, caret, caret_end;
    bool is_cut_before, is_cut_after;
};

static struct excerpt find_excerpt(const char *text, size_t caret, size_t span)
{
    size_t length = strlen(text);
    if (caret > length) caret = length;
    struct excerpt w = {.from = caret, .to = caret, .caret = caret};
    while (w.from > 0 && text[w.from - 1] != '\n') w.from--;
    while (w.to < length && text[w.to] != '\n') w.to++;
    if (w.to > w.from && text[w.to - 1] == '\r' && w.to > caret) w.to--;

    if (w.to - w.from > EXCERPT_BYTES) {
        size_t line_from = w.from, line_to = w.to;
        if (caret - line_from > EXCERPT_BYTES / 2) w.from = caret - EXCERPT_BYTES / 2;
        if (line_to - w.from > EXCERPT_BYTES)
            w.to = w.from + EXCERPT_BYTES;
        else
            w.from = line_to - EXCERPT_BYTES;
        /* A character has at most three bytes more. */
        for (int k = 0; k < 3 && w.from > line_from && continues_character(text[w.from]); k++)
            w.from--;
        for (int k = 0; k < 3 && w.to < line_to && continues_character(text[w.to]); k++) w.to++;
        w.is_cut_before = w.from > line_from;
        w.is_cut_after = w.to < line_to;
    }
    w.caret_end = span < w.to - caret ? caret + span : w.to;
    return w;
}

mr_status mr_error_quote(mr_error *err, mr_status status, const char *text)
{
    static const char dots[] = "...";
    _Static_assert(sizeof err->excerpt > EXCERPT_BYTES + 6 + 2 * sizeof dots, "room for it");
    if (!err || !text || !err->column || err->excerpt[0]) return status;
    struct excerpt w = find_excerpt(text, err->column - 1, err->span);
    char *out = err->excerpt;
    size_t before = w.is_cut_before ? strlen(dots) : 0, length = w.to - w.from;
    memcpy(out, dots, before);
    memcpy(out + before, text + w.from, length);
    memcpy(out + before + length, dots, w.is_cut_after ? sizeof dots : 0);
    if (!w.is_cut_after) out[before + length] = '\0';
    mr_text_clean(out, false);
    err->caret = (uint32_t)(before + w.caret - w.from);
    err->caret_span = (uint32_t)(w.caret_end - w.caret);
    return status;
}
