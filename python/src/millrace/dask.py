"""Dask: a sequence of known length as an array whose chunks are computed where they are needed, and
terminals shared out over workers."""

from __future__ import annotations

import dask
import dask.array
from dask.base import tokenize

from ._dtypes import NUMPY
from ._expression import quoted
from ._partials import merge
from ._sequence import Seq


def _chunk(part: Seq, name: str):
    return part.map(**{name: quoted(name)}).to_numpy()


def array(seq: Seq, chunk: int = 1 << 20):
    """A dask.array, or a dict of them by the names of columns. The elements do not depend on `chunk`;
    a chunk goes to its worker as a text."""
    length = len(seq)
    starts = range(0, length, chunk)
    sizes = tuple(min(chunk, length - start) for start in starts) or (0,)
    arrays = {}
    for name, dtype in seq.columns:
        key = f"millrace-{tokenize(seq, chunk, name)}"
        graph = {(key, k): (_chunk, seq[start:start + size], name)
                 for k, (start, size) in enumerate(zip(starts or (0,), sizes))}
        arrays[name] = dask.array.Array(graph, key, chunks=(sizes,), dtype=NUMPY[dtype])
    return arrays if len(arrays) > 1 else arrays.popitem()[1]


def reduce(seq: Seq, parts: int = 16):
    """What ``seq``, which ends in a terminal, gives, as a delayed value: the bits of one run."""
    part = dask.delayed(seq.partial, pure=True)
    return dask.delayed(merge, pure=True)([part(k, parts) for k in range(parts)])
