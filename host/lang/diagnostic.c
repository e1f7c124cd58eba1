#include <stdio.h>
#include <string.h>

#include <millrace/status.h>

#include "base/error.h"
#include "base/strbuf.h"

static bool continues_character(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80; /* UTF-8 */
}

static void render_excerpt(struct mr_strbuf *buf, const mr_error *err)
{
    const char *line = err->excerpt;
    mr_strbuf_addf(buf, "  %s\n  ", line);
    size_t length = strlen(line), caret = err->caret < length ? err->caret : length;
    for (size_t k = 0; k < caret; k++)
        if (!continues_character(line[k])) mr_strbuf_add(buf, " ");
    mr_strbuf_add(buf, "^");
    for (size_t k = caret + 1; k < length && k - caret < err->caret_span; k++)
        if (!continues_character(line[k])) mr_strbuf_add(buf, "~");
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
    /* A record of zeros is none of a failure. */
    if (err->status != MR_OK && err->element >= 0 && !names_element(err->message, element))
        mr_strbuf_addf(buf, "at %s\n", element);
    if (err->device[0] && !strstr(err->message, err->device))
        mr_strbuf_addf(buf, "on device '%s'\n", err->device);
    if (err->call[0] && !strstr(err->message, err->call)) {
        mr_strbuf_addf(buf, "in %s", err->call);
        if (err->cl_code) mr_strbuf_addf(buf, ", code %d", (int)err->cl_code);
        mr_strbuf_add(buf, "\n");
    }
}

size_t mr_error_render(char *out, size_t size, const mr_error *err)
{
    struct mr_strbuf buf = {0};
    if (!err || (!out && size)) return 0;
    mr_strbuf_addf(&buf, "%s: %s\n", err->status ? "error" : "note",
                   err->message[0] ? err->message : mr_status_name(err->status));
    if (err->excerpt[0]) render_excerpt(&buf, err);
    render_rest(&buf, err);
    if (err->hint[0]) mr_strbuf_addf(&buf, "hint: %s\n", err->hint);

    /* Who made the record may have put anything into it. */
    if (buf.length) mr_text_clean(buf.text, true);
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
