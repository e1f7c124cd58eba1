#include "io/table_faults.h"

#include "base/memory.h"
#include "io/table.h"
#include "suite.h"

uint64_t table_faults(const char *path)
{
    size_t before = mr_memory_live_bytes();
    for (uint64_t nth = 1;; nth++) {
        struct mr_table *t;
        mr_error err;
        mr_memory_fail_at(nth, 0);
        mr_status st = mr_table_open(&t, path, NULL, &err);
        mr_memory_fail_at(0, 0);
        CU_ASSERT_EQUAL(t == NULL, st != MR_OK);
        mr_table_close(&t);
        CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
        if (st == MR_OK) return nth;
        CU_ASSERT_EQUAL(st, MR_E_NO_MEMORY);
    }
}
