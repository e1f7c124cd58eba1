"""Ray Data: a sequence of known length as a Dataset; tasks get texts and give blocks of Arrow."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pyarrow
import ray.data
from ray.data.block import BlockMetadata
from ray.data.datasource import Datasource, ReadTask

from ._partials import merge
from ._sequence import Seq, row_bytes

_BLOCK = 1 << 20 # elements of a block


def _blocks(part: Seq) -> Iterator[pyarrow.Table]:
    for start in range(0, len(part), _BLOCK):
        yield pyarrow.table(part[start:start + _BLOCK])


class _Source(Datasource):
    def __init__(self, seq: Seq) -> None:
        super().__init__()
        self.seq = seq

    def estimate_inmemory_data_size(self) -> int:
        return row_bytes(self.seq) * len(self.seq)

    def get_read_tasks(self, parallelism: int, *_: object, **__: object) -> list[ReadTask]:
        parts = [self.seq.shard(k, parallelism) for k in range(parallelism)]
        return [ReadTask(functools.partial(_blocks, part),
                         BlockMetadata(len(part), row_bytes(part) * len(part), None, None))
                for part in parts if len(part)]


def read(seq: Seq, **options: object) -> ray.data.Dataset:
    """A Dataset of the sequence's elements."""
    return ray.data.read_datasource(_Source(seq), **options)


def reduce(seq: Seq, parts: int = 16):
    """What ``seq``, which ends in a terminal, gives, computed by tasks: the bits of one run."""
    part = ray.remote(lambda k: seq.partial(k, parts))
    return merge(ray.get([part.remote(k) for k in range(parts)]))
