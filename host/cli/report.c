#include <stdio.h>

#include "cli/cli.h"
#include "cli/words.h"

static void say(const mr_error *err)
{
    char rendered[2048];
    mr_error said = *err;
    (void)mr_text_translate(said.message, sizeof said.message, err->message, mr_words);
    (void)mr_text_translate(said.hint, sizeof said.hint, err->hint, mr_words);
    (void)mr_error_render(rendered, sizeof rendered, &said);
    (void)fputs(rendered, stderr);
}

int mr_report(const mr_error *err)
{
    if (err->status != MR_E_PIPE) say(err);
    return mr_status_exit_code(err->status);
}

void mr_report_notices(const mr_seq *seq)
{
    mr_error notice;
    for (size_t k = 0; mr_seq_notice(&notice, seq, k) == MR_OK; k++) say(&notice);
}
