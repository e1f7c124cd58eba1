#include "lang/refusal.h"

#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>

#include "base/memory.h"
#include "suite.h"

static bool is_refused(const struct refusal *row)
{
    char rendered[2048];
    mr_seq *seq = NULL;
    mr_error err = {.status = MR_OK};
    mr_status st = mr_seq_parse(&seq, row->text, &err);
    mr_seq_release(&seq);
    if (st == MR_OK) {
        printf("\n  accepted: %s\n", row->text);
        return false;
    }
    (void)mr_error_render(rendered, sizeof rendered, &err);
    bool is_right = st == row->status && err.status == st && err.column == row->column &&
                    strstr(rendered, row->part) && err.hint[0] &&
                    err.column + err.span <= strlen(row->text) + 1;
    if (!is_right)
        printf("\n  wanted %s in column %u with \"%s\", got %s in column %u:\n%s",
               mr_status_name(row->status), row->column, row->part, mr_status_name(st), err.column,
               rendered);
    return is_right;
}

void assert_refused(const struct refusal *rows, size_t count)
{
    size_t live_bytes = mr_memory_live_bytes();
    for (size_t k = 0; k < count; k++) CU_ASSERT_TRUE(is_refused(&rows[k]));
    CU_ASSERT_EQUAL(mr_memory_live_bytes(), live_bytes);
}
