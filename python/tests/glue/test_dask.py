"""Dask: chunks change no element."""

import millrace as mr
import numpy as np
import pytest

pytest.importorskip("dask.array")
from millrace.dask import array, reduce


@pytest.mark.parametrize("chunk", [100, 4096, 10**6])
def test_chunks_change_no_element(chunk):
    seq = mr.normal(seed=5).take(20_000)
    made = array(seq, chunk)
    assert made.shape == (20_000,) and made.dtype == np.float64
    assert made.compute(scheduler="threads").tolist() == seq.to_numpy().tolist()


def test_columns_are_arrays():
    made = array(mr.range(1000).map(a="x", **{"b c": "x > 500"}), 300)
    assert made["a"].sum().compute(scheduler="sync") == 499500
    assert made["b c"][-3:].compute(scheduler="sync").all()


def test_processes_compute_chunks():
    assert array(mr.range(10_000).map("x*x"), 4000).sum().compute(
        scheduler="processes", num_workers=2) == sum(x * x for x in range(10_000))


def test_equal_sequences_have_equal_names():
    assert array(mr.range(9), 5).name == array(mr.seq("range(0, 9)"), 5).name
    assert array(mr.range(9), 5).name != array(mr.range(8), 5).name


def test_an_empty_sequence_is_an_empty_array():
    assert array(mr.range(0)).compute(scheduler="sync").shape == (0,)


@pytest.mark.parametrize("parts", [1, 2, 3, 4, 7])
def test_parts_change_no_bit(parts):
    total = mr.seq("range(1e5) | map(1/sqrt(x + 1)) | sum()")
    assert reduce(total, parts).compute(scheduler="threads") == total.head()[0]


def test_unknown_lengths_are_refused():
    with pytest.raises(TypeError, match="unknown"):
        array(mr.range(9).filter("x > 3"))
