"""Grain: a sequence is a source as it is."""

import millrace as mr
import pytest

grain = pytest.importorskip("grain")


def test_a_sequence_is_a_source():
    data = grain.MapDataset.source(mr.range(1000).map("x*x")).shuffle(seed=3).batch(10)
    assert len(data) == 100
    assert sorted(x for batch in data for x in batch.tolist()) == [x * x for x in range(1000)]


def test_an_iterator_goes_on_from_its_state():
    data = grain.MapDataset.source(mr.range(100)).to_iter_dataset()
    iterator = iter(data)
    first = [next(iterator) for _ in range(30)]
    state = iterator.get_state()
    again = iter(data)
    again.set_state(state)
    assert first + list(again) == list(range(100))
