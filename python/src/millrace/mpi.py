"""MPI: a terminal shared out over the ranks of an mpi4py communicator."""

from __future__ import annotations

from ._partials import merge, need_even
from ._sequence import Seq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def reduce(seq: Seq, comm: Any, **params: Any) -> Any:
    """What ``seq``, which ends in a terminal, gives, on every rank; each computes its part. The bits
    are those of one run, whatever the number of ranks: ``reduce(seq.pipe("sum()"), comm)``."""
    return merge(comm.allgather(seq.partial(comm.Get_rank(), comm.Get_size(), **params)))


def batches(seq: Seq, comm: Any, batch: int = 65536, *, start: int = 0, even: bool = True,
            **params: Any) -> Any:
    """This rank's batches: each rank gets every size-th. All ranks get equally many, as those need who
    meet after each batch; a length that does not allow that is refused, unless `even` is false: then
    some get one less, and one a shorter one. A run goes on, with another number of ranks too, from
    `start`: how many elements all ranks together have used."""
    if even:
        need_even(seq, start, batch, comm.Get_size())
    part = seq.skip(start) if start else seq
    return part.shard(comm.Get_rank(), comm.Get_size(), block=batch).batches(batch, **params)
