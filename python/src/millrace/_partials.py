"""What processes share out: of a terminal each knows its part, which are merged; of batches each takes
its turns."""

from __future__ import annotations

from collections.abc import Iterable

from . import _core
from ._sequence import Seq, value_of


def merge(parts: Iterable[bytes], *, partial: bool = False):
    """The value of a terminal, of the bytes that ``Seq.partial(k, n)`` gave for all of its parts, in
    any order: as one run would have given it, to the last bit. With ``partial=True`` bytes again,
    of those parts, for merging in a tree.

    >>> import millrace as mr
    >>> total = mr.seq("range(1e6) | map(1/sqrt(x + 1)) | sum()")
    >>> parts = [total.partial(k, 3) for k in (2, 0, 1)]
    >>> mr.merge(parts) == total.head()[0]
    True
    """
    merged = _core.merge(list(parts))
    return merged if partial else value_of(Seq(_core.finish(merged)))


def need_even(seq: Seq, start: int, batch: int, ranks: int) -> None:
    """An error where ranks that take turns at batches from `start` on would get unequal numbers."""
    kind, most = seq._core.length
    if batch < 1 or start < 0:
        raise ValueError(f"batch = {batch} and start = {start} elements: from 1 and from 0 on")
    left = max(most - start, 0) if kind == "known" else 0
    if ranks > 1 and (kind == "unknown" or left % (batch * ranks)):
        raise ValueError("ranks would get unequal numbers of batches: take() a multiple of batch * "
                         f"ranks = {batch * ranks} elements")
