/* Text to tokens. A lexer is a small value: copy it to look ahead. */
#ifndef MR_LANG_LEXER_H
#define MR_LANG_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <millrace/limits.h>

#include "base/error.h"

enum mr_token_kind {
    MR_TOKEN_END,
    MR_TOKEN_NAME,
    MR_TOKEN_QUOTED_NAME, /* back quotes included; `` within is one */
    MR_TOKEN_INTEGER,     /* integer */
    MR_TOKEN_REAL,        /* real */
    MR_TOKEN_TEXT,        /* quotes and escapes included; the escapes are valid */
    MR_TOKEN_PUNCTUATION
};

struct mr_token {
    enum mr_token_kind kind;
    struct mr_span span;
    const char *start;
    size_t length;
    uint64_t integer;
    double real;
};

struct mr_lexer {
    const char *text;
    size_t length, at; /* `at`: the first byte after the token */
    struct mr_token token;
};

/* Starts on `text` and reads its first token. MR_E_LIMIT above MR_MAX_TEXT_BYTES. */
mr_status mr_lexer_start(struct mr_lexer *lexer, const char *text, mr_error *err);

/* Moves to the next token; stays at MR_TOKEN_END. */
mr_status mr_lexer_next(struct mr_lexer *lexer, mr_error *err);

/* Writes the name that a NAME or QUOTED_NAME is, cut to room - 1 bytes, and gives its length. */
size_t mr_token_name(const struct mr_token *token, char *out, size_t room);

bool mr_token_is(const struct mr_token *token, const char *punctuation);
bool mr_token_is_name(const struct mr_token *token, const char *name);

#endif
