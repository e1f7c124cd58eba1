#include "base/spelling.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN_LIMIT = 40 };

mr_status mr_name_check(mr_error *err, const char *what, const char *name)
{
    char shown[MR_SHOWN_BYTES];
    size_t length = strlen(name);
    if (length == 0) {
        mr_status st = mr_fail(err, MR_E_NAME, "%s: a column's name is empty", what);
        return mr_error_hint(err, st, "name it, or leave the name out: x, or x0, x1, ...");
    }
    if (length < MR_NAME_BYTES) return MR_OK;
    mr_status st = mr_fail(err, MR_E_LIMIT, "%s: too long for a column's name: '%s'", what,
                           mr_show_text(shown, name, length));
    return mr_error_hint(err, st, "names have %d bytes at most", MR_NAME_BYTES - 1);
}

const char *mr_name_meaning(const char *name)
{
    static const struct {
        const char *name, *meaning;
    } rows[] = {
        {"i", "the element's position"}, {"inf", "a number"},        {"nan", "a number"},
        {"true", "a truth value"},       {"false", "a truth value"},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
        if (strcmp(name, rows[k].name) == 0) return rows[k].meaning;
    return NULL;
}

bool mr_name_is_plain(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    if (!*name || (*name >= '0' && *name <= '9')) return false;
    return name[strspn(name, letters)] == '\0';
}

/* Length of the UTF-8 character that starts here; 0: none does. What a second byte may be keeps
 * longer forms than needed out, halves of pairs, and what is beyond U+10FFFF (RFC 3629). */
static size_t character_bytes(const unsigned char *text, size_t left)
{
    unsigned char c = text[0];
    size_t bytes = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
    unsigned least = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
    unsigned most = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
    if (bytes > left || (bytes > 1 && (text[1] < least || text[1] > most))) return 0;
    for (size_t k = 2; k < bytes; k++)
        if ((text[k] & 0xc0) != 0x80) return 0;
    return bytes;
}

bool mr_text_is_utf8(const char *text)
{
    for (size_t left = strlen(text), bytes; left; left -= bytes, text += bytes)
        if (!(bytes = character_bytes((const unsigned char *)text, left))) return false;
    return true;
}

/* The same of a printable one. U+0080 to U+009F are terminal controls. */
static size_t printable_bytes(const unsigned char *text, size_t left)
{
    size_t bytes = character_bytes(text, left);
    if (bytes == 1) return text[0] >= 32 && text[0] != 127;
    return bytes > 1 && text[0] == 0xc2 && text[1] < 0xa0 ? 0 : bytes;
}

/* The next character of text[0..left) as it is shown, at most 5 bytes with the NUL; gives the
 * bytes that it takes up in the text. */
static size_t show_character(char shown[5], const char *text, size_t left)
{
    size_t bytes = printable_bytes((const unsigned char *)text, left);
    if (bytes == 0) {
        (void)snprintf(shown, 5, "\\x%02x", (unsigned char)text[0]);
        return 1;
    }
    memcpy(shown, text, bytes);
    shown[bytes] = '\0';
    return bytes;
}

const char *mr_show_text(char shown[MR_SHOWN_BYTES], const char *text, size_t length)
{
    char one[5];
    size_t at = 0, taken = 0;
    while (taken < length) {
        size_t bytes = show_character(one, text + taken, length - taken);
        if (taken + bytes > SHOWN_LIMIT) break;
        at += (size_t)snprintf(shown + at, MR_SHOWN_BYTES - at, "%s", one);
        taken += bytes;
    }
    (void)snprintf(shown + at, MR_SHOWN_BYTES - at, "%s", taken < length ? "..." : "");
    return shown;
}

static bool needs_quotes(const char *name)
{
    return !mr_name_is_plain(name) || mr_name_meaning(name);
}

const char *mr_show_name(char shown[MR_SHOWN_BYTES], const char *name)
{
    char inner[MR_SHOWN_BYTES];
    mr_show_text(inner, name, strlen(name));
    if (!needs_quotes(name)) {
        memcpy(shown, inner, MR_SHOWN_BYTES);
        return shown;
    }
    size_t at = 0;
    shown[at++] = '`';
    for (const char *p = inner; *p && at + 4 < MR_SHOWN_BYTES; p++) {
        if (*p == '`') shown[at++] = '`';
        shown[at++] = *p;
    }
    memcpy(shown + at, "`", 2);
    return shown;
}

static void add_shown(struct mr_strbuf *buf, const char *text, bool doubles)
{
    char one[5];
    for (size_t left = strlen(text); left;) {
        size_t bytes = show_character(one, text, left);
        mr_strbuf_add(buf, one);
        if (doubles && *text == '`') mr_strbuf_add(buf, one);
        text += bytes;
        left -= bytes;
    }
}

void mr_strbuf_add_shown(struct mr_strbuf *buf, const char *text)
{
    add_shown(buf, text, false);
}

void mr_strbuf_add_name(struct mr_strbuf *buf, const char *name)
{
    bool quotes = needs_quotes(name);
    if (quotes) mr_strbuf_add(buf, "`");
    add_shown(buf, name, quotes);
    if (quotes) mr_strbuf_add(buf, "`");
}
