#include <string.h>

#include "core.h"

enum { DLPACK_INT = 0, DLPACK_UINT = 1, DLPACK_FLOAT = 2, DLPACK_BOOL = 6 };

static const struct core_dtype dtypes[] = {
    {MR_BOOL, "?", DLPACK_BOOL, 8, "b"},  {MR_I32, "i", DLPACK_INT, 32, "i"},
    {MR_U32, "I", DLPACK_UINT, 32, "I"},  {MR_I64, "q", DLPACK_INT, 64, "l"},
    {MR_U64, "Q", DLPACK_UINT, 64, "L"},  {MR_F32, "f", DLPACK_FLOAT, 32, "f"},
    {MR_F64, "d", DLPACK_FLOAT, 64, "g"},
};

enum { DTYPES = sizeof dtypes / sizeof dtypes[0] };

const struct core_dtype *core_dtype_of(mr_dtype dtype)
{
    for (size_t k = 0; k < DTYPES; k++)
        if (dtypes[k].dtype == dtype) return &dtypes[k];
    return NULL;
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
    switch (dtype) {
    case MR_BOOL: return PyBool_FromLong(((const uint8_t *)elements)[index]);
    case MR_I32: return PyLong_FromLong(((const int32_t *)elements)[index]);
    case MR_U32: return PyLong_FromUnsignedLong(((const uint32_t *)elements)[index]);
    case MR_I64: return PyLong_FromLongLong(((const int64_t *)elements)[index]);
    case MR_U64: return PyLong_FromUnsignedLongLong(((const uint64_t *)elements)[index]);
    case MR_F32: return PyFloat_FromDouble((double)((const float *)elements)[index]);
    case MR_F64: return PyFloat_FromDouble(((const double *)elements)[index]);
    default: PyErr_SetString(PyExc_SystemError, "no dtype"); return NULL;
    }
}
