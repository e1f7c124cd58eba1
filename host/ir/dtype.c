#include <millrace/dtype.h>

static const struct {
    const char *name;
    size_t size;
} dtype_rows[MR_DTYPE_COUNT] = {[MR_DTYPE_NONE] = {"none", 0},
#define DTYPE_ROW(constant, name, ctype, cltype) [constant] = {name, sizeof(ctype)},
                                MR_DTYPE_TABLE(DTYPE_ROW)
#undef DTYPE_ROW
};

size_t mr_dtype_size(mr_dtype dtype)
{
    return (unsigned)dtype < MR_DTYPE_COUNT ? dtype_rows[dtype].size : 0;
}

const char *mr_dtype_name(mr_dtype dtype)
{
    return (unsigned)dtype < MR_DTYPE_COUNT ? dtype_rows[dtype].name : "?";
}
