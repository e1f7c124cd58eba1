/* A growing text buffer. Appending after a failed allocation does nothing; ask `failed` once. */
#ifndef MR_BASE_STRBUF_H
#define MR_BASE_STRBUF_H

#include <stdbool.h>
#include <stddef.h>

struct mr_strbuf {
    char *text; /* NUL-terminated once anything was appended; NULL before */
    size_t length;
    size_t capacity;
    bool failed;
};

void mr_strbuf_add(struct mr_strbuf *buf, const char *text);
void mr_strbuf_add_bytes(struct mr_strbuf *buf, const char *bytes, size_t count);
void mr_strbuf_addf(struct mr_strbuf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The text, "" when nothing was appended; owned by the buffer. */
const char *mr_strbuf_text(const struct mr_strbuf *buf);

/* Frees the memory; the buffer is as new. */
void mr_strbuf_free(struct mr_strbuf *buf);

#endif
