/* Where the parser stands: the next token, how deep it is, and what it says when it meets another
 * one than it expected. */
#include "ir/seq.h"
#include "lang/expression.h"

/* What people bring from other languages, where it can mean nothing else. */
static const struct {
    const char *written, *hint;
} habits[] = {
    {"**", "a power is pow(a, b)"},
    {"//", "'/' truncates, floordiv(a, b) rounds down; comments begin with #"},
    {"=", "comparison is written =="},
    {"=>", "write >="},
    {"<>", "write !="},
    {"[", "neighbours come from prev(x, default), and from window() and diff()"},
    {";", "stages are separated by '|'"},
    {"and", "write &&"},
    {"or", "write ||"},
    {"not", "write !"},
    {"if", "write condition ? a : b"},
    {"lambda", "write the expression itself: map(x*x)"},
};

mr_status mr_parser_start(struct mr_parser *p, const char *text, bool has_place, mr_error *err)
{
    *p = (struct mr_parser){.has_place = has_place, .err = err};
    mr_status st = mr_lexer_start(&p->lexer, text, err);
    if (st && !has_place) mr_error_at(err, st, NULL, (struct mr_span){0, 0});
    return st;
}

struct mr_span mr_parser_span(const struct mr_parser *p)
{
    if (!p->has_place) return (struct mr_span){0, 0};
    struct mr_span span = p->lexer.token.span;
    span.column += p->base;
    return span;
}

bool mr_parser_at(const struct mr_parser *p, const char *punctuation)
{
    return mr_token_is(&p->lexer.token, punctuation);
}

mr_status mr_parser_next(struct mr_parser *p)
{
    mr_status st = mr_lexer_next(&p->lexer, p->err);
    if (st && !p->has_place) mr_error_at(p->err, st, NULL, (struct mr_span){0, 0});
    return st;
}

mr_status mr_parser_enter(struct mr_parser *p)
{
    if (p->depth++ <= MR_MAX_NESTING) return MR_OK; /* the first level nests in nothing */
    mr_status st =
        mr_fail(p->err, MR_E_LIMIT, "nested deeper than the limit of %d levels", MR_MAX_NESTING);
    mr_error_hint(p->err, st, "split the expression over several map() stages");
    return mr_error_at(p->err, st, NULL, mr_parser_span(p));
}

void mr_parser_leave(struct mr_parser *p)
{
    p->depth--;
}

static const char *habit_hint(const struct mr_token *token)
{
    for (size_t k = 0; k < sizeof habits / sizeof habits[0]; k++)
        if (mr_token_is(token, habits[k].written) || mr_token_is_name(token, habits[k].written))
            return habits[k].hint;
    return NULL;
}

mr_status mr_parser_unexpected(struct mr_parser *p, const char *expected)
{
    const struct mr_token *token = &p->lexer.token;
    mr_status st = MR_E_SYNTAX;
    if (token->kind == MR_TOKEN_END) {
        mr_fail(p->err, st, "expected %s, found the end", expected);
    } else {
        bool is_long = token->length > 40;
        mr_fail(p->err, st, "expected %s, found '%.*s%s'", expected,
                is_long ? 40 : (int)token->length, token->start, is_long ? "..." : "");
    }
    const char *hint = habit_hint(token);
    if (hint) mr_error_hint(p->err, st, "%s", hint);
    return mr_error_at(p->err, st, NULL, mr_parser_span(p));
}

mr_status mr_parser_close(struct mr_parser *p, struct mr_span open)
{
    if (mr_parser_at(p, ")")) return mr_parser_next(p);
    mr_status st = mr_parser_unexpected(p, "',' or ')'");
    if (p->lexer.token.kind == MR_TOKEN_END && open.column)
        mr_error_hint(p->err, st, "the '(' in column %u is not closed",
                      (unsigned)(open.column - p->base));
    return st;
}
