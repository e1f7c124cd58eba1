"""How values of Python's enter a description: as numbers, texts, expressions or sequences."""

from __future__ import annotations

import numbers
import operator
import os
from collections.abc import Iterable

from . import _core
from ._dtypes import NUMPY, dtype_name, is_dtype
from ._expression import Expr, text_of, trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
Columns = tuple[tuple[str, str], ...]
_DTYPE_NAMES = {name: dtype for dtype, name in NUMPY.items()}


def _plain(value: Any) -> Any:
    """The number in an array without dimensions, the numbers of one with them."""
    if not hasattr(value, "ndim") or not hasattr(value, "tolist"):
        return value
    return value.tolist() if value.ndim else value.item()


def argument(keyword: str | None, value: Any, columns: Columns, is_path: bool = False,
             labels: Iterable[str] = ()) -> tuple[str | None, str, object]:
    """(keyword, kind, value), as the core takes it; `labels`: names that expressions may use besides
    those of columns."""
    core = getattr(value, "_core", None)
    if isinstance(core, _core.Sequence):
        return (keyword, "seq", core)
    if isinstance(value, Expr):
        return (keyword, "expr", value.text)
    if isinstance(value, str):
        return (keyword, "text" if is_path else "expr", value)
    if hasattr(value, "__fspath__") or (is_path and isinstance(value, bytes)):
        return (keyword, "text", os.fsdecode(value))
    if is_dtype(value):
        return (keyword, "expr", dtype_name(value))
    if callable(value):
        return (keyword, "expr", text_of(trace(value, columns, labels)))
    value = _plain(value)
    if isinstance(value, (list, tuple)):
        items = (item if isinstance(item, str) else text_of(item) for item in value)
        return (keyword, "expr", f"({', '.join(items)})")
    if type(value).__name__ in ("bool", "bool_"):
        return (keyword, "expr", "true" if value else "false")
    if isinstance(value, numbers.Integral) or hasattr(value, "__index__"):
        return (keyword, "int", operator.index(value))
    if isinstance(value, numbers.Real):
        return (keyword, "real", float(value))
    raise TypeError(f"{value!r} is no number, text, expression, function or sequence")


def constants(constants: dict) -> list:
    return [constant(name, value) for name, value in constants.items()]


def is_number(value: Any) -> bool:
    value = _plain(value)
    return isinstance(value, numbers.Real) or type(value).__name__ in ("bool", "bool_")


def constant(name: str, value: Any) -> tuple[str, str, object, bool, str]:
    """A constant of the caller's. Python's numbers take the dtype of what they meet, as numbers in
    text do; NumPy's keep theirs."""
    dtype = getattr(getattr(value, "dtype", None), "name", "")
    dtype = _DTYPE_NAMES.get(dtype, "bool" if isinstance(value, bool) else "")
    value = _plain(value)
    if isinstance(value, str) or hasattr(value, "__fspath__"):
        return (name, "text", os.fsdecode(value), True, "")
    if dtype == "bool" or isinstance(value, numbers.Integral):
        return (name, "int", int(value), True, dtype)
    if isinstance(value, numbers.Real):
        return (name, "real", float(value), True, dtype)
    raise TypeError(f"the constant {name}={value!r} is neither a number nor a text")


def shown(name: str) -> str:
    """A name for people: of bytes that are no UTF-8, escapes."""
    return name.encode(errors="surrogateescape").decode(errors="backslashreplace")
