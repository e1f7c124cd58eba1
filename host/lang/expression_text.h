/* Parts of a pipeline as text that the parser reads as the same: one spelling for each tree. */
#ifndef MR_LANG_EXPRESSION_TEXT_H
#define MR_LANG_EXPRESSION_TEXT_H

#include "base/strbuf.h"
#include "ir/expr.h"

/* What is written, and what of it the parser counts against its limits. */
struct mr_writing {
    struct mr_strbuf buf;
    size_t node_count;
    size_t depth, most_depth; /* as mr_parser_enter() counts them */
};

void mr_writing_enter(struct mr_writing *w);
void mr_writing_leave(struct mr_writing *w);

/* Binary operators between blanks, brackets where the tree needs them only, floats as short as they
 * read back to the same bits, and integers in decimal; but those next to `^` in hexadecimal, where
 * a small decimal one would look like a power's. */
void mr_write_expr(struct mr_writing *w, const struct mr_expr *expr);

/* A quoted text. */
void mr_write_text(struct mr_writing *w, const char *text);

/* A name as a label or an expression has it: in back quotes where it needs them. It must not have a
 * line break, which nothing between back quotes has. */
void mr_write_name(struct mr_writing *w, const char *name);

#endif
