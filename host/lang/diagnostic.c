#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>

#include "base/strbuf.h"

enum { WINDOW_BYTES = 100, MARK_BYTES = 3 };

/* The part of the text that is shown: offsets [from, to) of a line, around [caret, caret_end). */
struct excerpt {
    size_t from, to, caret, caret_end;
    bool is_cut_before, is_cut_after;
};

static bool continues_character(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80; /* UTF-8 */
}

static struct excerpt find_excerpt(const char *text, size_t caret, size_t span)
{
    size_t length = strlen(text);
    if (caret > length) caret = length;
    struct excerpt e = {.from = caret, .to = caret, .caret = caret};
    while (e.from > 0 && text[e.from - 1] != '\n') e.from--;
    while (e.to < length && text[e.to] != '\n') e.to++;
    if (e.to > e.from && text[e.to - 1] == '\r' && e.to > caret) e.to--;

    if (e.to - e.from > WINDOW_BYTES) {
        size_t line_from = e.from, line_to = e.to;
        if (caret - line_from > WINDOW_BYTES / 2) e.from = caret - WINDOW_BYTES / 2;
        if (line_to - e.from > WINDOW_BYTES)
            e.to = e.from + WINDOW_BYTES;
        else
            e.from = line_to - WINDOW_BYTES;
        while (e.from > line_from && continues_character(text[e.from])) e.from--;
        while (e.to < line_to && continues_character(text[e.to])) e.to++;
        e.is_cut_before = e.from > line_from;
        e.is_cut_after = e.to < line_to;
    }
    e.caret_end = span < e.to - caret ? caret + span : e.to;
    return e;
}

/* Control bytes would move the caret, or command the terminal. */
static char shown(char c)
{
    if (c == '\t') return ' ';
    return (unsigned char)c < 0x20 || c == 0x7f ? '?' : c;
}

static void render_excerpt(struct mr_strbuf *buf, const char *text, size_t caret, size_t span)
{
    struct excerpt e = find_excerpt(text, caret, span);
    mr_strbuf_add(buf, e.is_cut_before ? "  ..." : "  ");
    for (size_t k = e.from; k < e.to; k++) {
        char c = shown(text[k]);
        mr_strbuf_add_bytes(buf, &c, 1);
    }
    mr_strbuf_add(buf, e.is_cut_after ? "...\n" : "\n");

    mr_strbuf_add(buf, e.is_cut_before ? "     " : "  ");
    for (size_t k = e.from; k < e.caret; k++)
        if (!continues_character(text[k])) mr_strbuf_add(buf, " ");
    mr_strbuf_add(buf, "^");
    for (size_t k = e.caret + 1; k < e.caret_end; k++)
        if (!continues_character(text[k])) mr_strbuf_add(buf, "~");
    mr_strbuf_add(buf, "\n");
}

/* "element 12", and not as the beginning of "element 123". */
static bool names_element(const char *message, const char *element)
{
    const char *found = strstr(message, element);
    return found && strspn(found + strlen(element), "0123456789") == 0;
}

/* What the message leaves out. */
static void render_rest(struct mr_strbuf *buf, const mr_error *err)
{
    char element[32];
    (void)snprintf(element, sizeof element, "element %lld", (long long)err->element);
    if (err->element >= 0 && !names_element(err->message, element))
        mr_strbuf_addf(buf, "at %s\n", element);
    if (err->device[0] && !strstr(err->message, err->device))
        mr_strbuf_addf(buf, "on device '%s'\n", err->device);
    if (err->call[0] && !strstr(err->message, err->call)) {
        mr_strbuf_addf(buf, "in %s", err->call);
        if (err->cl_code) mr_strbuf_addf(buf, ", code %d", (int)err->cl_code);
        mr_strbuf_add(buf, "\n");
    }
}

size_t mr_error_render(char *out, size_t size, const mr_error *err, const char *text)
{
    struct mr_strbuf buf = {0};
    mr_strbuf_addf(&buf, "error: %s\n",
                   err->message[0] ? err->message : mr_status_name(err->status));
    if (text && err->column) render_excerpt(&buf, text, err->column - 1, err->span);
    render_rest(&buf, err);
    if (err->hint[0]) mr_strbuf_addf(&buf, "hint: %s\n", err->hint);

    size_t length = buf.failed ? 0 : buf.length;
    /* Without memory the message alone must do. */
    int alone = buf.failed ? snprintf(out, size, "error: %s\n", err->message) : 0;
    if (!buf.failed && size) {
        size_t kept = length < size ? length : size - 1;
        memcpy(out, mr_strbuf_text(&buf), kept);
        out[kept] = '\0';
    }
    mr_strbuf_free(&buf);
    return alone > 0 ? (size_t)alone : length;
}
