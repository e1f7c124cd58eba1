#include "io/json_members.h"

#include <stdint.h>
#include <string.h>

struct mr_json_object mr_json_object_of(const char *line, size_t length)
{
    return (struct mr_json_object){.line = line, .at = line, .end = line + length};
}

static bool fail(struct mr_json_object *o, const char *fault)
{
    o->fault = fault;
    return false;
}

/* The next character that is no blank, 0 at the end (and where the line has one). */
static char peek(struct mr_json_object *o)
{
    while (o->at < o->end && (*o->at == ' ' || *o->at == '\t' || *o->at == '\r')) o->at++;
    return o->at < o->end ? *o->at : '\0';
}

/* From a quote to behind the one that closes it. */
static bool take_string(struct mr_json_object *o, const char **text, size_t *length)
{
    *text = ++o->at;
    while (o->at < o->end && *o->at != '"') o->at += 1 + (*o->at == '\\');
    if (o->at >= o->end) {
        o->at = o->end;
        return fail(o, "the line ends within a string");
    }
    *length = (size_t)(o->at++ - *text);
    return true;
}

/* To behind the bracket that closes what begins here, whatever is in it. */
static bool skip_nested(struct mr_json_object *o)
{
    size_t depth = 0, length;
    const char *text;
    while (o->at < o->end) {
        char c = *o->at;
        if (c == '"') {
            if (!take_string(o, &text, &length)) return false;
            continue;
        }
        o->at++;
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        if (depth == 0) return true;
    }
    return fail(o, "the line ends within an object or array");
}

static bool ends_word(char c)
{
    switch (c) {
    case ' ':
    case '\t':
    case '\r':
    case ',':
    case ':':
    case '"':
    case '[':
    case ']':
    case '{':
    case '}': return true;
    default: return false;
    }
}

static bool take_value(struct mr_json_object *o, struct mr_json_member *member)
{
    char c = peek(o);
    member->is_nested = c == '{' || c == '[';
    member->is_string = c == '"';
    if (member->is_string) return take_string(o, &member->text, &member->length);
    member->text = o->at;
    if (member->is_nested) {
        if (!skip_nested(o)) return false;
    } else {
        while (o->at < o->end && !ends_word(*o->at)) o->at++;
    }
    member->length = (size_t)(o->at - member->text);
    return member->length ? true : fail(o, "there is no value");
}

bool mr_json_next(struct mr_json_object *o, struct mr_json_member *member)
{
    if (o->fault || o->has_ended) return false;
    char c = peek(o);
    if (!o->has_begun && c != '{') return fail(o, "the line is no JSON object");
    if (o->has_begun && c != ',' && c != '}') return fail(o, "a comma or } is missing");
    if (c == '{' || c == ',') {
        bool is_first = !o->has_begun;
        o->has_begun = true;
        o->at++;
        c = peek(o);
        if (c != '"' && !(is_first && c == '}')) return fail(o, "a name in quotes is missing");
    }
    if (c == '}') {
        o->has_ended = true;
        o->at++;
        (void)peek(o);
        return o->at < o->end ? fail(o, "something is behind the object") : false;
    }
    if (!take_string(o, &member->key, &member->key_length)) return false;
    if (peek(o) != ':') return fail(o, "a colon is missing");
    o->at++;
    return take_value(o, member);
}

static bool take_digits(const char **at, const char *end)
{
    const char *begin = *at;
    while (*at < end && **at >= '0' && **at <= '9') ++*at;
    return *at > begin;
}

bool mr_json_is_number(const char *text, size_t length)
{
    const char *at = text, *end = text + length;
    if (at < end && *at == '-') at++;
    const char *first = at;
    if (!take_digits(&at, end) || (*first == '0' && at - first > 1)) return false;
    if (at < end && *at == '.') {
        at++;
        if (!take_digits(&at, end)) return false;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-')) at++;
        if (!take_digits(&at, end)) return false;
    }
    return at == end;
}

/* The number of \uXXXX at text[0..length); -1: there is none. */
static int32_t code_at(const char *text, size_t length)
{
    int32_t code = 0;
    if (length < 6 || text[0] != '\\' || text[1] != 'u') return -1;
    for (size_t k = 2; k < 6; k++) {
        char c = text[k];
        bool is_digit = c >= '0' && c <= '9', is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'f';
        if (!is_digit && !is_letter) return -1;
        code = 16 * code + (is_digit ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return code;
}

/* \uXXXX, or a pair of them, as UTF-8 of *written bytes; returns how many were read, 0 if there is
 * none. */
static size_t take_code(char *out, size_t *written, const char *text, size_t length)
{
    static const unsigned char first_bytes[] = {0, 0, 0xc0, 0xe0, 0xf0};
    int32_t code = code_at(text, length);
    if (code < 0) return 0;
    int32_t low = length > 6 ? code_at(text + 6, length - 6) : -1;
    bool is_pair = code >= 0xd800 && code < 0xdc00 && low >= 0xdc00 && low < 0xe000;
    if (is_pair) code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    size_t bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    *written = bytes;
    for (size_t k = bytes - 1; k > 0; k--, code >>= 6) out[k] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(first_bytes[bytes] | code);
    return is_pair ? 12 : 6;
}

size_t mr_json_plain(char *out, const char *text, size_t length)
{
    static const char escaped[] = "bfnrt", plain[] = "\b\f\n\r\t";
    size_t used = 0;
    for (size_t k = 0; k < length;) {
        size_t written = 1, taken = 1;
        if (text[k] == '\\' && k + 1 < length) {
            const char *found = text[k + 1] ? strchr(escaped, text[k + 1]) : NULL;
            taken = take_code(out + used, &written, text + k, length - k);
            if (!taken) out[used] = found ? plain[found - escaped] : text[k + 1];
            if (!taken) taken = 2;
        } else {
            out[used] = text[k];
        }
        used += written;
        k += taken;
    }
    return used;
}

bool mr_json_is(const char *text, size_t length, const char *name)
{
    char plain[256 * 6];
    size_t known = strlen(name);
    if (!memchr(text, '\\', length)) return known == length && memcmp(text, name, length) == 0;
    if (length > sizeof plain) return false;
    size_t used = mr_json_plain(plain, text, length);
    return used == known && memcmp(plain, name, used) == 0;
}
