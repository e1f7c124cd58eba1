"""A terminal shared out: the bits of one run, for any number of ranks, whoever distributes them."""

import subprocess
import sys
import threading

import pytest

import millrace as mr

PIPELINES = [
    "gen(1.0/(i + 1), 20000) | filter(i % 3 != 1) | sum()",
    "gen(sin(i), 20000) | var()",
    "range(20000) | map((x*7919) % 101) | argmax()",
    "zip(range(20000), gen(sin(i), 20000)) | mean()",
    "gen(cos(i), 20000) | hist(5, -1, 1)",
    "range(20000) | filter(x % 1999 == 1500) | last()",
]
WHOLE = "gen(1.0/(i + 1), 50000) | filter(i % 3 != 1) | var()"


def value(seq):
    rows = list(seq)
    return rows if len(rows) > 1 else rows[0]


def same(shared, seq):
    whole = value(seq)
    if isinstance(whole, tuple):
        return tuple(shared.values()) == whole
    return list(shared) == whole if isinstance(whole, list) else shared == whole


@pytest.mark.parametrize("text", PIPELINES)
@pytest.mark.parametrize("n", [1, 2, 3, 4, 7])
def test_any_number_of_ranks_gives_the_bits_of_one_run(text, n):
    seq = mr.seq(text)
    parts = [seq.partial(k, n, engine="host") for k in reversed(range(n))]
    assert same(mr.merge(parts), seq)
    halves = [mr.merge(part, partial=True) for part in (parts[:1], parts[1:]) if part]
    assert same(mr.merge(map(bytearray, halves)), seq)


def test_what_does_not_belong_together_is_refused():
    seq, other = mr.seq(WHOLE), mr.seq("range(9) | sum()")
    part = seq.partial(0, 2)
    for parts, says in (([part], "are missing"), ([part, part], "in partial 1 and in partial 2"),
                        ([part, other.partial(0, 1)], "another pipeline"),
                        ([part[:-1]], "damaged or cut short"), ([], "no partials")):
        with pytest.raises(mr.Error, match=says):
            mr.merge(parts)
    with pytest.raises(mr.Error, match="partials are of terminals"):
        mr.range(9).partial(0, 1)
    with pytest.raises(mr.Error, match="k=2 must be from 0 to 1"):
        seq.partial(2, 2)


def test_parts_are_computed_side_by_side_in_threads():
    seq, parts = mr.seq(WHOLE), [None] * 4
    threads = [threading.Thread(
        target=lambda k=k: parts.__setitem__(k, seq.partial(k, 4, engine="host")))
        for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert same(mr.merge(parts), seq)


# ---- who distributes them ----

def test_dask():
    dask = pytest.importorskip("dask")
    seq = mr.seq(WHOLE)
    parts = [dask.delayed(seq.partial)(k, 5, engine="host") for k in range(5)]
    assert same(dask.delayed(mr.merge)(parts).compute(scheduler="threads"), seq)
    assert same(dask.delayed(mr.merge)(parts).compute(scheduler="processes"), seq)


RANK = """
import sys
from mpi4py import MPI
import millrace as mr
seq = mr.seq(sys.argv[1])
world = MPI.COMM_WORLD
parts = world.gather(seq.partial(world.rank, world.size, engine="host"))
if world.rank == 0:
    print(world.size, mr.merge(parts).hex())
"""


def test_mpi4py(tmp_path):
    pytest.importorskip("mpi4py")
    program = tmp_path / "rank.py"
    program.write_text(RANK)
    command = ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "3", sys.executable,
               str(program), WHOLE]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    except FileNotFoundError:
        pytest.skip("no mpirun")
    assert done.stdout.split() == ["3", value(mr.seq(WHOLE)).hex()], done.stderr


def test_what_the_docstring_shows():
    import doctest

    import millrace._partials
    assert doctest.testmod(millrace._partials).attempted == 4
