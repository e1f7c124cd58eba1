"""Lazy sequences computed by generated OpenCL kernels.

>>> import millrace as mr
>>> mr.range(0, 1e12).map("x*x").filter(lambda x: x % 7 == 2).head(3)
[9, 16, 100]
>>> mr.seq("range(101) | sum()").head()
[5050]
"""

from __future__ import annotations

import atexit

from . import _core
from ._core import Batch, Column, devices
from ._catalogue import SOURCES, documentation
from ._errors import (DescriptionError, DivisionError, DtypeError, Error, InputError, RangeError,
                      ShortageError)
from ._expression import FUNCTIONS, Expr, call, col, i, where
from ._partials import merge
from ._sequence import Seq, apply, resume, seq
from ._sources import from_arrays, from_arrow, from_callback, from_iterable
from ._stream import Stream

atexit.register(_core.end)
__version__ = _core.version
__all__ = ["Batch", "Column", "DescriptionError", "DivisionError", "DtypeError", "Error", "Expr",
           "InputError", "RangeError", "Seq", "ShortageError", "Stream", "col", "devices",
           "from_arrays", "from_arrow", "from_callback", "from_iterable", "i", "merge", "resume", "seq",
           "where", *sorted(SOURCES)]


def _source(name: str):
    def make(*arguments: object, **keywords: object) -> Seq:
        return apply(name, None, arguments, keywords)

    make.__name__ = make.__qualname__ = name
    make.__doc__ = documentation(name, "source")
    return make


def _function(name: str):
    def make(*arguments: object) -> Expr:
        return call(name, *arguments)

    make.__name__ = make.__qualname__ = name
    make.__doc__ = f"The language's function {name}, of expressions and numbers."
    return make


def __dir__() -> list[str]:
    return sorted(set(globals()) | SOURCES | FUNCTIONS)


def __getattr__(name: str):
    """Sources of the language, mr.range(10), and its functions of expressions, mr.sqrt(x)."""
    if not name.startswith("_"):
        if name in SOURCES:
            made = _source(name)
        elif name in FUNCTIONS:
            made = _function(name)
        else:
            raise AttributeError(f"millrace has no source or function '{name}'")
        globals()[name] = made
        return made
    raise AttributeError(name)
