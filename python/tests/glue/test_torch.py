"""torch: each batch to one rank and worker, in order; exact resume."""

import millrace as mr
import pytest

torch = pytest.importorskip("torch")
from torch.utils.data import DataLoader

from millrace.torch import Batches

SEQ = mr.range(1000).map("x*x")
ALL = SEQ.head(1000)


def elements(loader):
    return [x for batch in loader for x in batch.tolist()]


@pytest.mark.parametrize("workers", [0, 1, 2, 3])
def test_any_number_of_workers_gives_the_sequence(workers):
    assert elements(DataLoader(Batches(SEQ, 64), batch_size=None, num_workers=workers)) == ALL


@pytest.mark.parametrize("workers", [0, 2])
def test_ranks_share_and_another_number_goes_on(workers):
    seq = SEQ.take(960)
    def rounds(rank, world, start, count):
        loader = DataLoader(Batches(seq, 32, start=start, rank=rank, world=world), batch_size=None,
                            num_workers=workers)
        return [batch.tolist() for batch, _ in zip(loader, range(count))]

    first = [batch for step in zip(*(rounds(r, 3, 0, 4) for r in range(3))) for batch in step]
    rest = [batch for step in zip(*(rounds(r, 2, 3 * 4 * 32, 100) for r in range(2))) for batch in step]
    assert [x for batch in first + rest for x in batch] == ALL[:960]


def test_ranks_would_wait_for_unequal_shares():
    with pytest.raises(ValueError, match="take"):
        Batches(SEQ, 64, world=3)
    with pytest.raises(ValueError, match="unequal"):
        Batches(SEQ.filter("x > 3"), 64, world=2)


def test_a_dataset_goes_on_from_its_state():
    data = Batches(SEQ, 100)
    iterator = iter(data)
    first = elements(next(iterator) for _ in range(3))
    again = Batches(SEQ, 100)
    again.load_state_dict(data.state_dict())
    assert first + elements(again) == ALL
    assert elements(again) == ALL # the next epoch is whole


def test_columns_are_a_dict_of_tensors():
    batch = next(iter(Batches(mr.range(8).map(a="x", b="f32(x) / 2"))))
    assert batch["a"].sum() == 28 and batch["b"].dtype == torch.float32
    batch["a"][0] = 5 # its own memory


@pytest.mark.parametrize("workers", [0, 2])
def test_a_sequence_is_a_map_style_dataset(workers):
    loader = DataLoader(SEQ, batch_size=50, num_workers=workers)
    assert elements(loader) == ALL
    shuffled = DataLoader(SEQ, batch_size=50, num_workers=workers, shuffle=True)
    assert sorted(elements(shuffled)) == ALL


def test_filters_go_to_workers_behind_the_shard():
    with pytest.raises(mr.Error, match="shard"):
        elements(DataLoader(Batches(SEQ.filter("x % 3 == 1"), 64), batch_size=None, num_workers=2))
