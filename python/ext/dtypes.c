#include <string.h>

#include "core.h"

enum { DLPACK_INT = 0, DLPACK_UINT = 1, DLPACK_FLOAT = 2, DLPACK_BOOL = 6 };

/* An element as a Python number. */
#define VALUE(name, type, make)                                                                    \
    static PyObject *name##_value(const void *element)                                             \
    {                                                                                              \
        return make(*(const type *)element);                                                       \
    }
VALUE(bool, uint8_t, PyBool_FromLong)
VALUE(i32, int32_t, PyLong_FromLong)
VALUE(u32, uint32_t, PyLong_FromUnsignedLong)
VALUE(i64, int64_t, PyLong_FromLongLong)
VALUE(u64, uint64_t, PyLong_FromUnsignedLongLong)
VALUE(f32, float, PyFloat_FromDouble)
VALUE(f64, double, PyFloat_FromDouble)
#undef VALUE

/* In the order of mr_dtype. */
static const struct core_dtype dtypes[] = {
    {MR_BOOL, "?", DLPACK_BOOL, 8, "b", bool_value},
    {MR_I32, "i", DLPACK_INT, 32, "i", i32_value},
    {MR_U32, "I", DLPACK_UINT, 32, "I", u32_value},
    {MR_I64, "q", DLPACK_INT, 64, "l", i64_value},
    {MR_U64, "Q", DLPACK_UINT, 64, "L", u64_value},
    {MR_F32, "f", DLPACK_FLOAT, 32, "f", f32_value},
    {MR_F64, "d", DLPACK_FLOAT, 64, "g", f64_value},
};

enum { DTYPES = sizeof dtypes / sizeof dtypes[0] };

const struct core_dtype *core_dtype_of(mr_dtype dtype)
{
    return &dtypes[dtype - MR_BOOL];
}

mr_dtype core_dtype_named(const char *name)
{
    for (size_t k = 0; k < DTYPES; k++)
        if (!strcmp(mr_dtype_name(dtypes[k].dtype), name)) return dtypes[k].dtype;
    return MR_DTYPE_NONE;
}

/* A long is an int or a long long, by the machine. */
const struct core_dtype *core_dtype_by_format(const char *format, Py_ssize_t itemsize)
{
    if (!format) return NULL;
    if (*format == '@' || *format == '=') format++;
    if (PY_LITTLE_ENDIAN && *format == '<') format++;
    for (size_t k = 0; k < DTYPES; k++) {
        bool same = !strcmp(dtypes[k].format, format) ||
                    (!strcmp(format, "l") && dtypes[k].dlpack_code == DLPACK_INT) ||
                    (!strcmp(format, "L") && dtypes[k].dlpack_code == DLPACK_UINT);
        if (same && itemsize * 8 == dtypes[k].bits) return &dtypes[k];
    }
    return NULL;
}

PyObject *core_value(mr_dtype dtype, const void *elements, size_t index)
{
    const struct core_dtype *row = core_dtype_of(dtype);
    return row->value((const char *)elements + index * (row->bits / 8));
}
