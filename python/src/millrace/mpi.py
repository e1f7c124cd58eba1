"""MPI: a terminal shared out over the ranks of an mpi4py communicator."""

from __future__ import annotations

from ._partials import merge
from ._sequence import Seq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def reduce(seq: Seq, comm: Any, **params: Any) -> Any:
    """What ``seq``, which ends in a terminal, gives, on every rank; each computes its part. The bits
    are those of one run, whatever the number of ranks: ``reduce(seq.pipe("sum()"), comm)``."""
    return merge(comm.allgather(seq.partial(comm.Get_rank(), comm.Get_size(), **params)))


def batches(seq: Seq, comm: Any, batch: int = 65536, **params: Any) -> Any:
    """This rank's batches: each rank gets every size-th. All ranks get equally many where the length
    is a multiple of ``batch * comm.Get_size()``; otherwise some get one less, as whoever meets the
    others after each batch must know."""
    return seq.shard(comm.Get_rank(), comm.Get_size(), block=batch).batches(batch, **params)
