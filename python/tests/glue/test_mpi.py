"""MPI: the bits of one run on any number of ranks."""

import os
import shutil
import subprocess
import sys

import millrace as mr
import pytest

pytest.importorskip("mpi4py")

SCRIPT = """
from mpi4py import MPI
import millrace as mr
from millrace.mpi import batches, reduce
comm = MPI.COMM_WORLD
value = reduce(mr.seq("range(1e6) | map(1/sqrt(x + 1)) | sum()"), comm, engine="host")
mine = [b[0] for b in batches(mr.range(10**6), comm, 10**5, engine="host")]
firsts = sorted(x for part in comm.allgather(mine) for x in part)
if comm.rank == 0:
    print(value.hex(), firsts == list(range(0, 10**6, 10**5)))
"""


@pytest.mark.parametrize("ranks", [1, 2, 3, 4, 7])
def test_ranks_change_no_bit(ranks):
    if not shutil.which("mpirun"):
        pytest.skip("there is no mpirun")
    path = os.path.dirname(os.path.dirname(mr.__file__))
    environment = {**os.environ, "PYTHONPATH": path, "OMPI_ALLOW_RUN_AS_ROOT": "1",
                   "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    done = subprocess.run(["mpirun", "--oversubscribe", "-n", str(ranks), sys.executable, "-c",
                           SCRIPT], env=environment, capture_output=True, text=True, timeout=120)
    value = mr.seq("range(1e6) | map(1/sqrt(x + 1)) | sum()").head()[0]
    assert done.stdout.split() == [value.hex(), "True"], done.stderr
