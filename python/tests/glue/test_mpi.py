"""MPI: the bits of one run on any number of ranks."""

import os
import shutil
import subprocess
import sys

import millrace as mr
import pytest

pytest.importorskip("mpi4py")

if not shutil.which("mpirun"):
    pytest.skip("there is no mpirun", allow_module_level=True)


def run(ranks, script, folder):
    """What its ranks print, which work in the folder."""
    path = os.path.dirname(os.path.dirname(mr.__file__))
    environment = {**os.environ, "PYTHONPATH": path, "OMPI_ALLOW_RUN_AS_ROOT": "1",
                   "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    done = subprocess.run(["mpirun", "--oversubscribe", "-n", str(ranks), sys.executable, "-c",
                           script], env=environment, cwd=folder, capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


SHARED = """
from mpi4py import MPI
import millrace as mr
from millrace.mpi import batches, reduce
comm = MPI.COMM_WORLD
value = reduce(mr.seq("range(1e6) | map(1/sqrt(x + 1)) | sum()"), comm, engine="host")
mine = [b[0] for b in batches(mr.range(10**6), comm, 10**5, even=False, engine="host")]
firsts = sorted(x for part in comm.allgather(mine) for x in part)
if comm.rank == 0:
    print(value.hex(), firsts == list(range(0, 10**6, 10**5)))
"""


@pytest.mark.parametrize("ranks", [1, 2, 3, 4, 7])
def test_ranks_change_no_bit(ranks, tmp_path):
    value = mr.seq("range(1e6) | map(1/sqrt(x + 1)) | sum()").head()[0]
    assert run(ranks, SHARED, tmp_path) == [value.hex(), "True"]


class Ranks:
    """A communicator of so many, as one of them sees it."""

    def __init__(self, rank, size):
        self.Get_rank, self.Get_size = lambda: rank, lambda: size


def test_unequal_numbers_of_batches_are_refused_or_asked_for():
    from millrace.mpi import batches
    seq = mr.range(1000)
    for wrong in (seq, seq.filter("x > 5")):
        with pytest.raises(ValueError, match=r"take\(\) a multiple of .* = 300 elements"):
            batches(wrong, Ranks(0, 3), 100)
    lengths = [[len(b) for b in batches(seq, Ranks(k, 3), 150, even=False)] for k in range(3)]
    assert lengths == [[150, 150, 100], [150] * 2, [150] * 2]
    assert [len(list(batches(seq.take(900), Ranks(k, 3), 100))) for k in range(3)] == [3] * 3
    for wrong in ({"batch": 0}, {"batch": 100, "start": -3}):
        with pytest.raises(ValueError, match="from 1 and from 0 on"):
            batches(seq, Ranks(0, 3), **wrong)
    assert not list(batches(seq, Ranks(0, 3), 100, start=1001))
    assert [b[0] for b in batches(seq, Ranks(1, 3), 100, start=400)] == [500, 800]
    assert next(batches(mr.count(), Ranks(6, 7), 10, start=70))[0] == 130


PIPELINES = """
import json
from mpi4py import MPI
import millrace as mr
from millrace.mpi import batches
comm = MPI.COMM_WORLD
def everything():
    return mr.seq("range(60000) | map(x*x % 1009)")
steps = mr.range(3840)
total = mr.seq("gen(1.0/(i + 1), 50000) | filter(i % 3 != 1) | var()")
"""

# Saved in the middle of a shard each, after five batches together, and with 8 of 12 parts done.
BEGINS = PIPELINES + """
stream = everything().shard(comm.rank, comm.size).stream(batch=64, engine="host")
done = [x for _ in range(20 + 30 * comm.rank) for x in next(stream).tolist()]
mine = batches(steps, comm, 64, engine="host")
used = [x for _ in range(5) for x in next(mine).tolist()]
parts = {k: total.partial(k, 12, engine="host").hex() for k in (comm.rank, comm.rank + 4)}
with open(f"run.{comm.rank}", "w") as file:
    json.dump([stream.state(), done, used, parts], file)
"""

GOES_ON = PIPELINES + """
runs = [json.load(open(f"run.{k}")) for k in range(4)]
mine = {k: runs[k][1] + mr.resume(runs[k][0], batch=77, engine="host").read(60000).tolist()
        for k in range(comm.rank, 4, comm.size)}
used = [x for batch in batches(steps, comm, 64, start=5 * 4 * 64, even=False, engine="host")
        for x in batch.tolist()]
parts = [total.partial(k, 12, engine="host").hex() for k in range(8 + comm.rank, 12, comm.size)]
ranks = comm.gather((mine, used, parts))
if comm.rank == 0:
    shards = {k: shard for rank in ranks for k, shard in rank[0].items()}
    print([x for k in range(4) for x in shards[k]] == list(everything()))
    print(sorted(sum([r[2] for r in runs] + [r[1] for r in ranks], [])) == list(steps))
    done = [part for r in runs for part in r[3].values()] + [part for r in ranks for part in r[2]]
    print(mr.merge(map(bytes.fromhex, done)) == next(iter(total)))
"""


def test_a_run_saved_on_4_ranks_goes_on_with_3(tmp_path):
    assert run(4, BEGINS, tmp_path) == []
    assert run(3, GOES_ON, tmp_path) == ["True"] * 3
