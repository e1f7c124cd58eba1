#include "cli/script_rows.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/shell.h"
#include "suite.h"

static bool err_matches(const struct script_row *row, const char *err)
{
    if (!row->err[0]) return err[0] == '\0';
    for (size_t k = 0; k < 3 && row->err[k]; k++) {
        err = strstr(err, row->err[k]);
        if (!err) return false;
        err += strlen(row->err[k]);
    }
    return true;
}

void check_rows(const struct script_row rows[], size_t count)
{
    static struct shell s;
    shell_open(&s);
    for (size_t k = 0; k < count; k++) {
        const struct script_row *row = &rows[k];
        int exit_code = shell_run(&s, row->script);
        bool fits = exit_code == row->exit_code && (!row->out || strcmp(s.out, row->out) == 0) &&
                    err_matches(row, s.err);
        CU_ASSERT(fits);
        if (!fits)
            printf("\n    %s\n    exit code %d (%d expected)\n    stdout: %.2000s\n    stderr: "
                   "%.2000s\n",
                   row->script, exit_code, row->exit_code, s.out, s.err);
    }
    shell_close(&s);
}
