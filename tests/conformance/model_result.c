#include "base/memory.h"
#include "model.h"

void model_free(struct model_result *result)
{
    for (size_t c = 0; c < MODEL_COLUMNS; c++) {
        mr_free(result->column[c].data);
        result->column[c].data = NULL;
        result->column[c].len = 0;
    }
    result->columns = 0;
}
