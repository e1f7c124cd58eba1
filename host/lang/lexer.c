#include "lang/lexer.h"

#include <string.h>

#include "base/memory.h"
#include "io/number.h"

/* Longest first. The last ones are never valid; they are read whole so that errors name them. */
static const char *const punctuation[] = {
    "||", "&&", "==", "!=", "<=", ">=", "<<", ">>", "|", "^", "&", "<", ">", "+", "-",
    "*",  "/",  "%",  "!",  "~",  "(",  ")",  ",",  ":", "=", "?", "[", "]", ";", ".",
};
static const char *const foreign[] = {"**", "//", "=>", "->", "<>"};

/* The C library's ctype follows the locale; the language does not. */
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_hex_digit(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The byte `ahead` of the current place; NUL past the end. */
static char peek(const struct mr_lexer *lexer, size_t ahead)
{
    return lexer->length - lexer->at > ahead ? lexer->text[lexer->at + ahead] : '\0';
}

static struct mr_span span_of(size_t from, size_t to)
{
    return (struct mr_span){(uint32_t)from + 1, (uint32_t)(to - from)};
}

static void skip_blanks(struct mr_lexer *lexer)
{
    for (;;) {
        char c = peek(lexer, 0);
        if (c == '#')
            while (lexer->at < lexer->length && peek(lexer, 0) != '\n') lexer->at++;
        else if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
            lexer->at++;
        else
            return;
    }
}

static mr_status bad_byte(const struct mr_lexer *lexer, mr_error *err)
{
    unsigned char byte = (unsigned char)peek(lexer, 0);
    mr_status st;
    if (byte < 0x20 || byte > 0x7e) {
        st = mr_fail(err, MR_E_SYNTAX, "byte 0x%02x cannot stand here", byte);
        mr_error_hint(err, st, "outside quotes a pipeline is plain ASCII");
    } else {
        st = mr_fail(err, MR_E_SYNTAX, "the character '%c' is not in the language", byte);
        mr_error_hint(err, st, "remove it; in a file's name it may stand, within quotes");
    }
    return mr_error_at(err, st, NULL, span_of(lexer->at, lexer->at + 1));
}

static mr_status bad_number(const struct mr_lexer *lexer, mr_error *err, mr_status status,
                            const char *why, const char *hint)
{
    const struct mr_token *token = &lexer->token;
    int shown = token->length > 60 ? 60 : (int)token->length;
    mr_fail(err, status, "the number %.*s%s %s", shown, token->start,
            token->length > 60 ? "..." : "", why);
    if (hint) mr_error_hint(err, status, "%s", hint);
    return mr_error_at(err, status, NULL, token->span);
}

/* Takes in digits and the underscores between them; false when one stands elsewhere. */
static bool skip_digits(struct mr_lexer *lexer, bool (*belongs)(char))
{
    bool after_digit = false;
    for (; belongs(peek(lexer, 0)) || peek(lexer, 0) == '_'; lexer->at++) {
        if (peek(lexer, 0) == '_' && !(after_digit && belongs(peek(lexer, 1)))) return false;
        after_digit = peek(lexer, 0) != '_';
    }
    return true;
}

/* Takes in the number's bytes, by shape alone. */
static bool skip_number(struct mr_lexer *lexer, bool *is_real)
{
    *is_real = false;
    if (peek(lexer, 0) == '0' && (peek(lexer, 1) == 'x' || peek(lexer, 1) == 'X')) {
        lexer->at += 2;
        return is_hex_digit(peek(lexer, 0)) && skip_digits(lexer, is_hex_digit);
    }
    if (!skip_digits(lexer, is_digit)) return false;
    if (peek(lexer, 0) == '.') {
        *is_real = true;
        lexer->at++;
        if (!skip_digits(lexer, is_digit)) return false;
    }
    if (peek(lexer, 0) == 'e' || peek(lexer, 0) == 'E') {
        *is_real = true;
        lexer->at++;
        if (peek(lexer, 0) == '+' || peek(lexer, 0) == '-') lexer->at++;
        return is_digit(peek(lexer, 0)) && skip_digits(lexer, is_digit);
    }
    return true;
}

static mr_status number_value(struct mr_lexer *lexer, bool is_real, mr_error *err)
{
    struct mr_token *token = &lexer->token;
    char *digits = mr_alloc(token->length + 1, 1);
    if (!digits) return mr_fail_no_memory(err, "a number");
    size_t count = 0;
    for (size_t k = 0; k < token->length; k++)
        if (token->start[k] != '_') digits[count++] = token->start[k];

    mr_scalar value = {0};
    enum mr_number_status st = mr_parse_number(digits, count, is_real ? MR_F64 : MR_U64, &value);
    mr_free(digits);
    token->kind = is_real ? MR_TOKEN_REAL : MR_TOKEN_INTEGER;
    token->integer = is_real ? 0 : value.u64;
    token->real = is_real ? value.f64 : 0;
    if (st == MR_NUMBER_OK) return MR_OK;
    if (st == MR_NUMBER_MALFORMED)
        return bad_number(lexer, err, MR_E_SYNTAX, "is malformed", "write 10, 0xff, 1.5 or 1e12");
    if (is_real)
        return bad_number(lexer, err, MR_E_VALUE, "is too large for f64 (1.8e308)",
                          "write inf for infinity");
    return bad_number(lexer, err, MR_E_VALUE, "is above 2^64-1 = 18446744073709551615",
                      "write it as a float, with a point or an exponent");
}

static mr_status lex_number(struct mr_lexer *lexer, mr_error *err)
{
    size_t start = lexer->at;
    bool is_real = false, is_whole = skip_number(lexer, &is_real);
    bool ends = !is_letter(peek(lexer, 0)) && !is_digit(peek(lexer, 0)) && peek(lexer, 0) != '.';
    bool has_suffix = is_whole && is_letter(peek(lexer, 0));
    while (is_letter(peek(lexer, 0)) || is_digit(peek(lexer, 0)) || peek(lexer, 0) == '.')
        lexer->at++;
    lexer->token.length = lexer->at - start;
    lexer->token.span = span_of(start, lexer->at);
    if (is_whole && ends) return number_value(lexer, is_real, err);

    bool has_underscore = memchr(lexer->token.start, '_', lexer->token.length) != NULL;
    if (has_suffix)
        return bad_number(lexer, err, MR_E_SYNTAX, "ends in letters",
                          "literals take the dtype of what they meet; to choose one write u64(10)");
    return bad_number(lexer, err, MR_E_SYNTAX, "is malformed",
                      has_underscore ? "'_' may stand between two digits only"
                                     : "write 10, 0xff, 1.5 or 1e12");
}

static mr_status lex_text(struct mr_lexer *lexer, mr_error *err)
{
    size_t start = lexer->at;
    char quote = peek(lexer, 0);
    for (lexer->at++; peek(lexer, 0) != quote; lexer->at++) {
        if (lexer->at >= lexer->length || peek(lexer, 0) == '\n') {
            mr_status st =
                mr_fail(err, MR_E_SYNTAX, "the text is not closed by %c on its line", quote);
            return mr_error_at(err, st, NULL, span_of(start, lexer->at));
        }
        if (peek(lexer, 0) != '\\') continue;
        lexer->at++;
        char escaped = peek(lexer, 0);
        if (escaped == '\0' || !strchr("\\\"'nt", escaped)) {
            mr_status st = mr_fail(err, MR_E_SYNTAX, "unknown escape in a text");
            mr_error_hint(err, st, "there are \\\\ \\\" \\' \\n \\t; a backslash itself is \\\\");
            return mr_error_at(err, st, NULL, span_of(lexer->at - 1, lexer->at + (escaped != 0)));
        }
    }
    lexer->at++;
    lexer->token.kind = MR_TOKEN_TEXT;
    return MR_OK;
}

static mr_status lex_quoted_name(struct mr_lexer *lexer, mr_error *err)
{
    size_t start = lexer->at++;
    while (peek(lexer, 0) != '`' || peek(lexer, 1) == '`') {
        if (lexer->at >= lexer->length || peek(lexer, 0) == '\n') {
            mr_status st =
                mr_fail(err, MR_E_SYNTAX, "the name is not closed by a back quote on its line");
            mr_error_hint(err, st, "a back quote within a name is written twice");
            return mr_error_at(err, st, NULL, span_of(start, lexer->at));
        }
        lexer->at += peek(lexer, 0) == '`' ? 2 : 1;
    }
    lexer->at++;
    lexer->token.kind = MR_TOKEN_QUOTED_NAME;
    if (lexer->at - start > 2) return MR_OK;
    mr_status st = mr_fail(err, MR_E_SYNTAX, "the name between the back quotes is empty");
    return mr_error_at(err, st, NULL, span_of(start, lexer->at));
}

size_t mr_token_name(const struct mr_token *token, char *out, size_t room)
{
    bool is_quoted = token->kind == MR_TOKEN_QUOTED_NAME;
    size_t length = 0;
    for (size_t k = is_quoted; k < token->length - is_quoted; k++) {
        if (length + 1 < room) out[length] = token->start[k];
        length++;
        k += is_quoted && token->start[k] == '`';
    }
    out[length < room ? length : room - 1] = '\0';
    return length;
}

static bool take_spelling(struct mr_lexer *lexer, const char *spelling)
{
    size_t length = strlen(spelling);
    if (lexer->length - lexer->at < length) return false;
    if (memcmp(lexer->text + lexer->at, spelling, length) != 0) return false;
    lexer->at += length;
    lexer->token.kind = MR_TOKEN_PUNCTUATION;
    return true;
}

static mr_status lex_punctuation(struct mr_lexer *lexer, mr_error *err)
{
    for (size_t k = 0; k < sizeof foreign / sizeof foreign[0]; k++)
        if (take_spelling(lexer, foreign[k])) return MR_OK;
    for (size_t k = 0; k < sizeof punctuation / sizeof punctuation[0]; k++)
        if (take_spelling(lexer, punctuation[k])) return MR_OK;
    return bad_byte(lexer, err);
}

mr_status mr_lexer_next(struct mr_lexer *lexer, mr_error *err)
{
    size_t previous_end = lexer->at;
    skip_blanks(lexer);
    size_t start = lexer->at;
    lexer->token = (struct mr_token){.start = lexer->text + start};
    char c = peek(lexer, 0);
    if (start >= lexer->length) {
        /* Something missing at the end is missing behind the last token, not behind the blanks. */
        lexer->token.kind = MR_TOKEN_END;
        lexer->token.span = span_of(previous_end, previous_end);
        lexer->at = previous_end;
        return MR_OK;
    }
    if (is_letter(c)) {
        while (is_letter(peek(lexer, 0)) || is_digit(peek(lexer, 0))) lexer->at++;
        lexer->token.kind = MR_TOKEN_NAME;
    } else if (is_digit(c) || (c == '.' && is_digit(peek(lexer, 1)))) {
        MR_TRY(lex_number(lexer, err));
    } else if (c == '"' || c == '\'') {
        MR_TRY(lex_text(lexer, err));
    } else if (c == '`') {
        MR_TRY(lex_quoted_name(lexer, err));
    } else {
        MR_TRY(lex_punctuation(lexer, err));
    }
    lexer->token.length = lexer->at - start;
    lexer->token.span = span_of(start, lexer->at);
    return MR_OK;
}

mr_status mr_lexer_start(struct mr_lexer *lexer, const char *text, mr_error *err)
{
    size_t length = strlen(text);
    *lexer = (struct mr_lexer){.text = text, .length = length};
    if (length > MR_MAX_TEXT_BYTES) {
        mr_status st = mr_fail(err, MR_E_LIMIT, "the text has %zu bytes, above the limit of %d",
                               length, MR_MAX_TEXT_BYTES);
        return mr_error_hint(err, st, "build long pipelines in parts with mr_seq_pipe()");
    }
    return mr_lexer_next(lexer, err);
}

bool mr_token_is(const struct mr_token *token, const char *spelling)
{
    return token->kind == MR_TOKEN_PUNCTUATION && token->length == strlen(spelling) &&
           memcmp(token->start, spelling, token->length) == 0;
}

bool mr_token_is_name(const struct mr_token *token, const char *name)
{
    return token->kind == MR_TOKEN_NAME && token->length == strlen(name) &&
           memcmp(token->start, name, token->length) == 0;
}
