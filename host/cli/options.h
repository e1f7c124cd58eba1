/* The command's options: one table, from which parsing, help and checks are derived. */
#ifndef MR_CLI_OPTIONS_H
#define MR_CLI_OPTIONS_H

#include "cli/cli.h"

/* Reads the options wherever they stand and moves them before the arguments, which begin at
 * argv[*first]. */
mr_status mr_options_parse(struct mr_options *out, int argc, char **argv, int *first,
                           mr_error *err);

/* MR_E_NAME for a given option that the command does not take. */
mr_status mr_options_check(const struct mr_options *options, const struct mr_command *command,
                           mr_error *err);

/* What the option that `word` is takes as the word after it, "auto|host|opencl" or "FILE"; NULL: it
 * is none, or takes nothing. */
const char *mr_option_values(const char *word);

/* Writes "--name<tab>what it does" for those that begin with `word` and that the command takes
 * (NULL or none: run). */
void mr_options_complete(const char *word, const char *command);

/* Calls put("-o, --output FILE", "write there, ...") for each. */
void mr_options_each(void (*put)(const char *left, const char *brief));

/* Writes a line for each option that these commands take to standard output. */
void mr_options_print(enum mr_takers takers);

#endif
