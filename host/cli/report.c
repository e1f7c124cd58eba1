#include <stdio.h>

#include "base/error.h"
#include "cli/cli.h"

int mr_report(const mr_error *err)
{
    char rendered[2048];
    if (err->status != MR_E_PIPE) {
        (void)mr_error_render(rendered, sizeof rendered, err);
        (void)fputs(rendered, stderr);
    }
    return mr_status_exit_code(err->status);
}

void mr_report_notices(const mr_seq *seq, const char *text)
{
    char rendered[2048];
    mr_error notice;
    for (size_t k = 0; mr_seq_notice(&notice, seq, k) == MR_OK; k++) {
        (void)mr_error_quote(&notice, MR_OK, text);
        (void)mr_error_render(rendered, sizeof rendered, &notice);
        (void)fputs(rendered, stderr);
    }
}
