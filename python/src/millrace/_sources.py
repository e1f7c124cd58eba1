"""Sequences of what Python has: arrays, streams of Arrow, functions, iterables."""

from __future__ import annotations

import array
import itertools
from collections.abc import Callable, Iterable, Iterator

from . import _core
from ._dtypes import TYPECODES, dtype_name
from ._sequence import Seq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _refuse_masked(place: object, values: Any) -> None:
    """What stands in memory for an element that is masked is no value of it, as of one that is null."""
    if not (hasattr(values, "mask") and hasattr(values, "compressed")) or values.mask.dtype.names:
        return
    if values.mask.any():
        raise ValueError(f"array {place!r}: element {int(values.mask.argmax())} is masked; give what "
                         "stands for it, as with array.filled(...), or leave those out, as with "
                         "array.compressed()")


def from_arrays(*arrays: object, **named: object) -> Seq:
    """Arrays (anything with a buffer, of one dimension) as columns, in place: they must not change
    while the sequence lives, which keeps them. An element that is masked is an error."""
    for place, values in [*enumerate(arrays), *named.items()]:
        _refuse_masked(place, values)
    rows = [(None, value) for value in arrays] + list(named.items())
    return Seq(_core.from_buffers(rows))


def from_arrow(stream: Any, *, nulls: str = "refused") -> Seq:
    """What has ``__arrow_c_stream__`` (a pyarrow table, a DuckDB result, a Polars frame) or
    ``__arrow_c_array__`` (a record batch, an array of numbers) as columns.
    An element that is null is an error, or with nulls='nan' NaN in columns of floats. It is read
    once, unless it is described anew."""
    if nulls not in ("refused", "nan"):
        raise ValueError(f"nulls={nulls!r} must be 'refused' or 'nan'")
    if hasattr(stream, "__arrow_c_stream__"):
        given = stream.__arrow_c_stream__()
    elif hasattr(stream, "__arrow_c_array__"):
        given = stream.__arrow_c_array__()
    else:
        raise TypeError(f"{type(stream).__name__} gives no Arrow C stream or array: give a table, a "
                        "reader or an array, as pyarrow.table(...), or use from_arrays(...)")
    return Seq(_core.from_arrow(given, nulls == "nan"))


def from_callback(fill: Callable, columns: Iterable[tuple[str, str]] = (("x", "f64"),), *,
                  length: int = 0, restartable: bool = False) -> Seq:
    """``fill(first, count)`` returns a tuple of buffers, one a column, of up to `count` elements;
    fewer mean the end. An exception behind them in the tuple is raised once they are delivered.
    restartable: it begins anew when asked with first == 0."""
    described = [(name, dtype_name(dtype)) for name, dtype in columns]
    return Seq(_core.from_callback(fill, described, length, restartable))


def from_iterable(iterable: Iterable, dtype: str = "f64") -> Seq:
    """Python numbers as a sequence, read as they are needed. What can be iterated over again, as a
    list can, makes a sequence that can."""
    dtype = dtype_name(dtype)
    typecode = TYPECODES[dtype]
    restartable = iter(iterable) is not iterable
    iterator: Iterator = iter(())

    def fill(first: int, count: int) -> tuple:
        nonlocal iterator
        if first == 0:
            iterator = iter(iterable)
        part = array.array(typecode)
        failed = []
        try:
            part.extend(itertools.islice(iterator, count))
        except Exception as error:
            error.add_note(f"at element {first + len(part)} of the iterable")
            failed.append(error)
        return (memoryview(part).cast("B").cast("?") if dtype == "bool" else part, *failed)

    return from_callback(fill, (("x", dtype),), restartable=restartable)
