"""torch: a sequence of known length is a map-style dataset as it is; this is the iterable style."""

from __future__ import annotations

from collections.abc import Iterator

import torch.utils.data

from ._partials import need_even
from ._sequence import Seq


class Batches(torch.utils.data.IterableDataset):
    """Batches as tensors, in order, each to one rank and worker: ``DataLoader(Batches(seq),
    batch_size=None)``. A run goes on, with other numbers of ranks and workers too, from `start`: how
    many elements all ranks together have used."""

    def __init__(self, seq: Seq, batch: int = 1024, *, start: int = 0, rank: int = 0,
                 world: int = 1) -> None:
        need_even(seq, start, batch, world)
        self.seq, self.batch, self.start, self.rank, self.world = seq, batch, start, rank, world
        self.done = 0 # batches of this rank and worker

    def __iter__(self) -> Iterator:
        info = torch.utils.data.get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        part = self.seq.skip(self.start) if self.start else self.seq
        if self.world * workers > 1:
            part = part.shard(worker * self.world + self.rank, self.world * workers, block=self.batch)
        for batch in part.skip(self.done * self.batch).batches(self.batch):
            self.done += 1
            tensors = {name: torch.from_dlpack(batch[name]) for name in batch.names}
            yield tensors if len(tensors) > 1 else tensors.popitem()[1]
        self.done = 0

    def state_dict(self) -> dict[str, int]:
        return {"start": self.start, "done": self.done}

    def load_state_dict(self, state: dict) -> None:
        self.start, self.done = state["start"], state["done"]
