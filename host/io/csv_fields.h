/* The fields of one line of CSV. In a header, since reading a file is mostly this. */
#ifndef MR_IO_CSV_FIELDS_H
#define MR_IO_CSV_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Walks along one line. */
struct fields {
    const char *line, *p, *end;
    char separator;
    size_t count;     /* fields taken */
    const char *text; /* the last one, without blanks and quotes around it */
    size_t length;
    bool quoted;
    const char *fault; /* NULL: the line is well-formed so far */
    bool is_open;      /* the fault is that a quote is not closed: the row goes on */
};

static inline struct fields fields_of(const char *line, size_t length, char separator)
{
    return (struct fields){.line = line, .p = line, .end = line + length, .separator = separator};
}

static inline bool is_blank(const struct fields *f, char c)
{
    return c == ' ' || (c == '\t' && f->separator != '\t');
}

/* RFC 4180, section 2: quotes around a field, "" for one within; blanks around are let through. */
static inline void take_quoted(struct fields *f, const char *p)
{
    f->quoted = true;
    f->text = ++p;
    for (;; p += 2) {
        p = memchr(p, '"', (size_t)(f->end - p));
        if (!p) {
            f->fault = "a quote is not closed";
            f->is_open = true;
            return;
        }
        if (f->end - p < 2 || p[1] != '"') break;
    }
    f->length = (size_t)(p - f->text);
    for (p++; p < f->end && is_blank(f, *p); p++) {
    }
    if (p < f->end && *p != f->separator) f->fault = "text follows a closing quote";
    f->p = p;
}

/* False at the line's end. A line of n separators has n + 1 fields. */
static inline bool next_field(struct fields *f)
{
    if (f->fault || (f->count && f->p == f->end)) return false;
    const char *p = f->count ? f->p + 1 : f->p; /* after the separator */
    f->count++;
    f->quoted = false;
    while (p < f->end && is_blank(f, *p)) p++;
    f->text = p;
    if (p < f->end && *p == '"') {
        take_quoted(f, p);
        return !f->fault;
    }
    const char *stop = memchr(p, f->separator, (size_t)(f->end - p));
    f->p = stop = stop ? stop : f->end;
    while (stop > p && is_blank(f, stop[-1])) stop--;
    f->length = (size_t)(stop - p);
    return true;
}

#endif
