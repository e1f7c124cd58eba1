/* The library speaks to C programs. The command says the same in the words of its options. */
#ifndef MR_CLI_WORDS_H
#define MR_CLI_WORDS_H

#include <stddef.h>

/* Names of parameters and constants as the library writes them, and what to write here instead;
 * ends with a NULL name. */
struct mr_word {
    const char *name, *option;
};
extern const struct mr_word mr_words[];

/* Writes `text` with these words replaced into `out`, which is another place, cut to size. */
void mr_words_translate(char *out, size_t size, const char *text);

#endif
