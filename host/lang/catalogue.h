/* What operators are called and take, as messages and listings say it. */
#ifndef MR_LANG_CATALOGUE_H
#define MR_LANG_CATALOGUE_H

#include <millrace/sequence.h>

#include "ir/op.h"

/* True when any number of arguments may be for it. */
bool mr_param_is_variadic(const struct mr_param *param);

/* True when a label may stand before it. */
bool mr_param_takes_label(const struct mr_param *param);

/* True of one of "sum|prod|min|max". */
bool mr_param_has_choice(const struct mr_param *param, const char *word);

/* "range(start, [stop], step=1, [dtype])". */
void mr_op_signature(const struct mr_op *op, char *out, size_t size);

/* The row of a parameter, as mr_op_param_describe() gives it. */
void mr_param_describe(mr_op_param *out, const struct mr_param *param);

/* What is in a parameter's range, as a message or listing goes on: "from 1 to 8", "at least 1",
 * "in [0, 1)"; "" where there is no bound. */
enum { MR_RANGE_TEXT_BYTES = 80 };
const char *mr_param_range_text(const struct mr_param *param, char out[MR_RANGE_TEXT_BYTES]);

/* Hints, added to an error: the signature; the example, where there is no hint so far; "did you
 * mean 'a'?" or else "<lead> a, b, c". */
mr_status mr_hint_signature(const struct mr_op *op, mr_error *err, mr_status st);
mr_status mr_hint_example(const struct mr_op *op, mr_error *err, mr_status st);
mr_status mr_hint_names(mr_error *err, mr_status st, const char *name, const char *lead,
                        const char *const names[], size_t count);

/* The same of a word that is none of the choices: all of them, but where one letter is wrong. */
mr_status mr_hint_choices(mr_error *err, mr_status st, const char *word,
                          const char *const choices[], size_t count);

#endif
