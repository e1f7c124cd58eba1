/* The library speaks to C programs. The command says the same in the words of its options. */
#ifndef MR_CLI_WORDS_H
#define MR_CLI_WORDS_H

#include <millrace/status.h>

/* Names of parameters and constants as the library writes them, and what to write here instead. */
extern const mr_word mr_words[];

/* The text with these words, for the next call to overwrite. */
const char *mr_in_words(const char *text);

#endif
