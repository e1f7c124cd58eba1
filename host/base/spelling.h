/* Names of columns, and text that is not ours, as pipelines and messages spell them. */
#ifndef MR_BASE_SPELLING_H
#define MR_BASE_SPELLING_H

#include <stdbool.h>
#include <stddef.h>

#include <millrace/limits.h>

#include "base/error.h"
#include "base/strbuf.h"

/* A name and its NUL. */
enum { MR_NAME_BYTES = MR_MAX_NAME_BYTES + 1 };

/* The rule for names of columns, whichever way they come in (labels, files, arrays, callbacks):
 * any text of 1 to 255 bytes. What is no plain name, or means something else in an expression, is
 * written in back quotes there. `what` is what gives the name, for the message. */
mr_status mr_name_check(mr_error *err, const char *what, const char *name);

/* What a bare name means besides a column: "a number" of nan; NULL: nothing. */
const char *mr_name_meaning(const char *name);

/* Letters, digits and underscores, no digit first. */
bool mr_name_is_plain(const char *name);

bool mr_text_is_utf8(const char *text);

/* At most 40 bytes of hostile text made fit for a message: printable UTF-8 stays, other bytes
 * become \xNN, a cut is shown as "...". */
enum { MR_SHOWN_BYTES = 176 };
const char *mr_show_text(char shown[MR_SHOWN_BYTES], const char *text, size_t length);

/* A name as an expression says it, in back quotes where it needs them; for messages. */
const char *mr_show_name(char shown[MR_SHOWN_BYTES], const char *name);

/* The same, whole. */
void mr_strbuf_add_name(struct mr_strbuf *buf, const char *name);

/* The whole text with bytes that are not printable as \xNN. */
void mr_strbuf_add_shown(struct mr_strbuf *buf, const char *text);

#endif
