/* Our dtypes in the words of Arrow's C data interface. */
#ifndef MR_IR_ARROW_FORMAT_H
#define MR_IR_ARROW_FORMAT_H

#include <millrace/dtype.h>

static inline const char *mr_arrow_format(mr_dtype dtype)
{
    static const char *const formats[MR_DTYPE_COUNT] = {
        [MR_BOOL] = "b", [MR_I32] = "i", [MR_U32] = "I", [MR_I64] = "l",
        [MR_U64] = "L",  [MR_F32] = "f", [MR_F64] = "g"};
    return formats[dtype];
}

#endif
