"""The dtypes, as others call them."""

TYPECODES = {"i32": "i", "u32": "I", "i64": "q", "u64": "Q", "f32": "f", "f64": "d", "bool": "B"}
NUMPY = {"i32": "int32", "u32": "uint32", "i64": "int64", "u64": "uint64", "f32": "float32",
         "f64": "float64", "bool": "bool"}
SIZES = {"bool": 1, "i32": 4, "u32": 4, "i64": 8, "u64": 8, "f32": 4, "f64": 8}
_OTHERS = {**{name: dtype for dtype, name in NUMPY.items()}, "float": "f64", "int": "i64"}


def dtype_name(dtype: object) -> str:
    """The dtype that is meant: by its name, NumPy's, or as one of Python's or NumPy's types."""
    name = dtype if isinstance(dtype, str) else getattr(dtype, "name", None)
    name = name or getattr(dtype, "__name__", repr(dtype))
    found = name if name in NUMPY else _OTHERS.get(str(name))
    if found is None:
        raise ValueError(f"{name!r} is no dtype: {', '.join(NUMPY)}")
    return str(found)


def is_dtype(value: object) -> bool:
    """Whether it is a dtype and no name of one: np.int32, np.dtype('i4'), float."""
    return isinstance(value, type) or (hasattr(value, "itemsize") and hasattr(value, "char"))
