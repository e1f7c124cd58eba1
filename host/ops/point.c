#include "ops/point.h"

#include <stdio.h>

#include "ops/stage.h"

mr_status mr_point_check(struct mr_seq *seq, size_t dim_at, mr_error *err)
{
    int64_t dim = mr_count_argument(&seq->args[dim_at]);
    if (dim == 1) return mr_source_check(seq, MR_F64, MR_LENGTH_WITHOUT_END, err);
    seq->kind = MR_KIND_FUSED;
    seq->access = MR_ANYWHERE;
    seq->length = MR_LENGTH_WITHOUT_END;
    for (int k = 0; k < (int)dim; k++) {
        char name[MR_NAME_BYTES];
        (void)snprintf(name, sizeof name, "x%d", k);
        MR_TRY(mr_op_add_column(seq, name, MR_F64, err));
    }
    return MR_OK;
}

mr_status mr_point_first(const struct mr_seq *seq, size_t first_at, size_t known, mr_error *err)
{
    int64_t first = mr_count_argument(&seq->args[first_at]);
    int64_t most = (int64_t)(known - seq->column_count);
    char text[MR_NUMBER_TEXT];
    if (first <= most) return MR_OK;
    mr_status st = mr_op_fail(seq, &seq->args[first_at], err, MR_E_LIMIT,
                              "first=%s is above the limit of %lld",
                              mr_number_text(&seq->args[first_at], text), (long long)most);
    return mr_error_hint(err, st, "%zu dimensions are known", known);
}
