#include <stdio.h>

#include "base/error.h"
#include "base/memory.h"
#include "cli/cli.h"
#include "engine/knobs.h"

static mr_status explain(char **text, char **out, const struct mr_options *options,
                         char *const arguments[], size_t count, mr_error *err)
{
    mr_seq *seq = NULL;
    MR_TRY(mr_pipeline_text(text, options, arguments, count, err));
    MR_TRY(mr_seq_parse(&seq, *text, err));
    mr_report_notices(seq);
    unsigned parts = (options->with_kernels ? MR_EXPLAIN_KERNELS : 0u) |
                     (options->with_passes ? MR_EXPLAIN_PASSES : 0u);
    /* Drivers are asked which device would be chosen, whose shape is told. */
    struct mr_knobs knobs = {0};
    if (options->stream.knobs) knobs = *options->stream.knobs;
    knobs.asks_drivers = true;
    mr_stream_params params = options->stream;
    params.knobs = &knobs;
    mr_status st = mr_explain(out, seq, &params, parts, err);
    mr_seq_release(&seq);
    return st;
}

int mr_command_explain(const struct mr_options *options, char *const arguments[], size_t count)
{
    char *text = NULL, *out = NULL;
    mr_error err;
    mr_status st = explain(&text, &out, options, arguments, count, &err);
    int exit_code = st ? mr_report(&err) : 0;
    if (!st) (void)fputs(out, stdout);
    mr_text_free(&out);
    mr_free(text);
    return exit_code;
}
