#include "table_seeks.h"

#include "suite.h"

enum { MOST = 10 };

int64_t same_row(int64_t row)
{
    return row;
}

void assert_seeks(struct mr_table *t, const struct table_seek *seeks, size_t count, int64_t rows,
                  int64_t (*value)(int64_t row))
{
    bool is_float = mr_table_column_dtype(t, 0) == MR_F64;
    for (size_t k = 0; k < count; k++) {
        int64_t wholes[MOST];
        double reals[MOST];
        void *columns[] = {is_float ? (void *)reals : (void *)wholes};
        mr_error err;
        size_t got, expected = 0;
        mr_status st = mr_table_read(t, seeks[k].first, seeks[k].step, MOST, columns, &got, &err);
        CU_ASSERT_EQUAL(st, MR_OK);
        for (int64_t row = seeks[k].first; row >= 0 && row < rows && expected < MOST;
             row += seeks[k].step, expected++)
            CU_ASSERT(is_float ? reals[expected] == (double)value(row)
                               : wholes[expected] == value(row));
        CU_ASSERT_EQUAL(got, expected);
    }
}
