#include <stdio.h>

#include "base/memory.h"
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
