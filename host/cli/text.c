#include <stdio.h>

#include "base/error.h"
#include "base/memory.h"
#include "cli/cli.h"

static mr_status text_of(char **out, const struct mr_options *options, char *const arguments[],
                         size_t count, mr_error *err)
{
    char *text = NULL;
    mr_seq *seq = NULL;
    MR_TRY(mr_pipeline_text(&text, options, arguments, count, err));
    mr_status st = mr_seq_parse(&seq, text, err);
    if (!st) st = mr_seq_text(out, seq, err);
    mr_seq_release(&seq);
    mr_free(text);
    return st;
}

int mr_command_text(const struct mr_options *options, char *const arguments[], size_t count)
{
    char *out = NULL;
    mr_error err;
    if (text_of(&out, options, arguments, count, &err)) return mr_report(&err);
    (void)puts(out);
    mr_text_free(&out);
    return 0;
}
