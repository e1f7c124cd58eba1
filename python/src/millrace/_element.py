"""Elements by position, for indices: a stream of small units that stays open between them."""

from __future__ import annotations

import os
from collections.abc import Iterator

from . import _core
from ._errors import Error, ShortageError

_LEAF = 1024 # positions that are computed together anyway
_BUDGETS = (1 << 18, 1 << 20, 1 << 22, 0) # bytes; the less, the smaller the units


def runs(positions: list[int]) -> Iterator[list[int]]:
    """Sorted positions in stretches without large gaps."""
    first = 0
    for k in range(1, len(positions) + 1):
        if k == len(positions) or positions[k] - positions[k - 1] > _LEAF:
            yield positions[first:k]
            first = k


class Reader:
    """Reads elements at rising positions of any sequence, and at any of one that seeks."""

    __slots__ = ("_core", "_stream", "_process", "may_stay")

    def __init__(self, core: _core.Sequence) -> None:
        self._core = core
        self._stream: _core.Stream | None = None
        self._process = 0
        self.may_stay = True

    def read(self, first: int, count: int) -> _core.Batch:
        """Elements from `first` on; fewer only at the end."""
        stream = self._opened()
        if stream.tell() != first:
            try:
                stream.seek(first)
            except Error as error:
                if error.status != "not-seekable":
                    raise
                self.may_stay = False
                _skip(stream, first - stream.tell())
        return stream.read(count)

    def _opened(self) -> _core.Stream:
        if self._stream is None or self._process != os.getpid(): # another process's is of no use
            self._stream, self._process = _open_small(self._core), os.getpid()
        return self._stream


def _open_small(sequence: _core.Sequence) -> _core.Stream:
    for budget in _BUDGETS:
        try:
            return _core.open(sequence, {"engine": "host", "batch": 64, "ring": 2,
                                         "max_memory": budget})
        except ShortageError:
            if not budget:
                raise
    raise AssertionError("no budget")


def _skip(stream: _core.Stream, count: int) -> None:
    while count > 0 and (got := len(stream.read(min(count, 1 << 16)))):
        count -= got
