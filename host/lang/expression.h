/* Expressions: tokens to trees, by precedence. The parser of pipelines shares its state. */
#ifndef MR_LANG_EXPRESSION_H
#define MR_LANG_EXPRESSION_H

#include "ir/expr.h"
#include "lang/named_constant.h"

struct mr_parser {
    struct mr_lexer lexer;
    size_t depth;               /* open parentheses, prefix operators and nested pipelines */
    size_t node_count;          /* of all expressions so far */
    size_t stage_count;         /* of all operators so far */
    struct mr_written *written; /* of a pipeline: its text */
    bool has_place; /* spans go into trees and errors; false for the fallbacks of parameters */
    struct mr_constants *constants; /* of the caller's; NULL: none */
    uint32_t base; /* added to their columns; tells the texts of one C call apart */
    mr_error *err;
};

/* Starts on `text`, which must outlive the parser. */
mr_status mr_parser_start(struct mr_parser *p, const char *text, bool has_place, mr_error *err);

/* Parses `text`, the whole of it, as one expression (or as a list, see mr_parse_list), with columns
 * from base + 1 on; base 0: without places. */
mr_status mr_parse_whole(struct mr_expr **out, const char *text, bool is_list, uint32_t base,
                         mr_error *err);

/* The same with constants. */
mr_status mr_parse_with(struct mr_expr **out, const char *text, bool is_list, uint32_t base,
                        struct mr_constants *constants, mr_error *err);

mr_status mr_parse_expr(struct mr_parser *p, struct mr_expr **out);

/* One expression, or several in parentheses: "a" or "(a, b)". *out is a call without a name. */
mr_status mr_parse_list(struct mr_parser *p, struct mr_expr **out);

/* The pieces that pipelines are parsed with as well. */
mr_status mr_parser_next(struct mr_parser *p);
mr_status mr_parser_enter(struct mr_parser *p);
void mr_parser_leave(struct mr_parser *p);
mr_status mr_parser_close(struct mr_parser *p, struct mr_span open);
mr_status mr_parser_unexpected(struct mr_parser *p, const char *expected);
bool mr_parser_at(const struct mr_parser *p, const char *punctuation);

/* Where the current token stands; nowhere for the texts of C calls. */
struct mr_span mr_parser_span(const struct mr_parser *p);

#endif
