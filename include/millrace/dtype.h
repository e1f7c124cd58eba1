/* The seven element types. */
#ifndef MILLRACE_DTYPE_H
#define MILLRACE_DTYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <millrace/export.h>
#include <millrace/limits.h>

MR_EXTERN_C_BEGIN

/* One row a dtype: constant, name in pipelines, C type of a stored element, OpenCL type.
 * A bool is stored as one byte, 0 or 1. Integers are two's complement, floats IEEE 754.
 * They count from 1: 0 is no dtype, and a field that was left out is refused. */
#define MR_DTYPE_TABLE(ROW)                                                                        \
    ROW(MR_BOOL, "bool", uint8_t, uchar)                                                           \
    ROW(MR_I32, "i32", int32_t, int)                                                               \
    ROW(MR_U32, "u32", uint32_t, uint)                                                             \
    ROW(MR_I64, "i64", int64_t, long)                                                              \
    ROW(MR_U64, "u64", uint64_t, ulong)                                                            \
    ROW(MR_F32, "f32", float, float)                                                               \
    ROW(MR_F64, "f64", double, double)

typedef enum mr_dtype {
    MR_DTYPE_NONE,
#define MR_DTYPE_ENUM(constant, name, ctype, cltype) constant,
    MR_DTYPE_TABLE(MR_DTYPE_ENUM)
#undef MR_DTYPE_ENUM
        MR_DTYPE_COUNT
} mr_dtype;

/* Bytes of one stored element: 1, 4 or 8. */
MR_API size_t mr_dtype_size(mr_dtype dtype);

/* "i64" and so on, "none" for MR_DTYPE_NONE. Never NULL. */
MR_API const char *mr_dtype_name(mr_dtype dtype);

/* One value of any dtype, 8 bytes for good. Read the member that the dtype names; a bool is in
 * u64. */
typedef union mr_scalar {
    int64_t i64;  /* bool, i32, i64 (sign-extended) */
    uint64_t u64; /* u32, u64 (zero-extended) */
    double f64;   /* f32 (exactly widened), f64 */
} mr_scalar;

MR_EXTERN_C_END
#endif
