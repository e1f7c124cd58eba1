/* What options take, as text: choices, counts, sizes and times. Errors name the option. */
#ifndef MR_CLI_OPTION_VALUES_H
#define MR_CLI_OPTION_VALUES_H

#include <stddef.h>
#include <stdint.h>

#include <millrace/status.h>

/* The place of the value in "a|b|c". */
mr_status mr_parse_choice(int *out, const char *name, const char *choices, const char *value,
                          mr_error *err);

/* Written as in a pipeline: 65536, 1e6, 1_000_000, 1 << 16. -1: it is none. Lack of memory is no
 * fault of the text. */
mr_status mr_read_count(int64_t *out, const char *value, mr_error *err);
mr_status mr_parse_count(unsigned long *out, const char *name, const char *value,
                         unsigned long least, unsigned long most, mr_error *err);

/* "64MiB", "1G", "1.5 GB": K, M, G, T and KiB, ... count in 1024s, KB, MB, GB, TB in 1000s. */
mr_status mr_parse_size(size_t *out, const char *text, mr_error *err);

/* "500ms", "30s", "5m", "1h", in ns. */
mr_status mr_parse_time(int64_t *ns_out, const char *name, const char *value, mr_error *err);

#endif
