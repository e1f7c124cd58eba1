/* The members of an object that stands on one line, one after the other. */
#ifndef MR_IO_JSON_MEMBERS_H
#define MR_IO_JSON_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

struct mr_json_member {
    const char *key; /* between its quotes, escapes as written */
    size_t key_length;
    const char *text; /* a number or word as written, a string between its quotes */
    size_t length;
    bool is_nested; /* an object or array: text is where it begins */
    bool is_string;
};

struct mr_json_object {
    const char *line, *at, *end;
    const char *fault; /* what is wrong at `at`; NULL: nothing */
    bool has_begun, has_ended;
};

struct mr_json_object mr_json_object_of(const char *line, size_t length);

/* False behind the last member, and at a fault. */
bool mr_json_next(struct mr_json_object *o, struct mr_json_member *member);

/* Whether the text is a number of JSON's grammar. */
bool mr_json_is_number(const char *text, size_t length);

/* Whether a key or string with its escapes is `name`. */
bool mr_json_is(const char *text, size_t length, const char *name);

/* The text without its escapes and its length, which is `length` at most. */
size_t mr_json_plain(char *out, const char *text, size_t length);

#endif
