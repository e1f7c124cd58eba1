/* A run shared by several processes: --shard, --partial. */
#ifndef MR_CLI_SHARDS_H
#define MR_CLI_SHARDS_H

#include "cli/cli.h"

/* Names of files, with {k} and {n} filled in. */
struct mr_shard_names {
    char *texts[3];
};

/* Fills them in, in the options, and refuses options that do not go together. */
mr_status mr_shard_begin(struct mr_shard_names *names, struct mr_options *options, mr_error *err);
void mr_shard_end(struct mr_shard_names *names);

/* Fills in a pipeline's {k} and {n}, which then says itself what the part is. */
mr_status mr_shard_text(char **text, struct mr_options *options, mr_error *err);

/* Makes *seq this process's part of it, unless its text said so; a terminal stays whole, of which
 * --partial takes a part. */
mr_status mr_shard_take(mr_seq **seq, const struct mr_options *options, mr_error *err);

/* Writes the partial of a terminal. */
mr_status mr_shard_write_partial(const mr_seq *seq, const struct mr_options *options,
                                 const mr_stream_params *params, mr_error *err);

/* Writes bytes that are a partial: to a file, or to what is no terminal. */
mr_status mr_partial_write(const void *bytes, size_t size, const struct mr_options *options,
                           mr_error *err);

#endif
