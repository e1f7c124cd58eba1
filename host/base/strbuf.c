#include "base/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

static bool reserve(struct mr_strbuf *buf, size_t extra)
{
    if (buf->failed) return false;
    size_t need = buf->length + extra + 1;
    if (need <= buf->capacity) return true;
    size_t capacity = need < 256 ? 256 : need * 2;
    char *grown = mr_resize(buf->text, capacity, 1);
    if (!grown) {
        buf->failed = true;
        return false;
    }
    buf->text = grown;
    buf->capacity = capacity;
    return true;
}

void mr_strbuf_add_bytes(struct mr_strbuf *buf, const char *bytes, size_t count)
{
    if (!reserve(buf, count)) return;
    if (count) memcpy(buf->text + buf->length, bytes, count);
    buf->length += count;
    buf->text[buf->length] = '\0';
}

void mr_strbuf_add(struct mr_strbuf *buf, const char *text)
{
    mr_strbuf_add_bytes(buf, text, strlen(text));
}

void mr_strbuf_addf(struct mr_strbuf *buf, const char *format, ...)
{
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int count = vsnprintf(NULL, 0, format, list);
    if (count > 0 && reserve(buf, (size_t)count)) {
        (void)vsnprintf(buf->text + buf->length, (size_t)count + 1, format, again);
        buf->length += (size_t)count;
    }
    va_end(again);
    va_end(list);
}

const char *mr_strbuf_text(const struct mr_strbuf *buf)
{
    return buf->text ? buf->text : "";
}

void mr_strbuf_free(struct mr_strbuf *buf)
{
    mr_free(buf->text);
    *buf = (struct mr_strbuf){0};
}
