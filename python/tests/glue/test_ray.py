"""Ray Data: blocks of Arrow from tasks."""

import millrace as mr
import pytest

ray = pytest.importorskip("ray")
pytest.importorskip("pyarrow")


@pytest.fixture(scope="module")
def glue():
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False)
    import millrace.ray
    yield millrace.ray
    ray.shutdown()


def test_a_dataset_has_all_elements_once(glue):
    ray.data.DataContext.get_current().execution_options.preserve_order = True
    rows = glue.read(mr.range(5000).map(a="x", b="x*0.5"), override_num_blocks=2).take_all()
    assert rows == [{"a": k, "b": k * 0.5} for k in range(5000)]


def test_blocks_are_as_large_as_their_columns(glue):
    source = glue._Source(mr.range(1000).map(a="x", b="f32(x)", c="x > 5"))
    sizes = [task.metadata.size_bytes for task in source.get_read_tasks(4)]
    assert sum(sizes) == source.estimate_inmemory_data_size() == 1000 * (8 + 4 + 1)


def test_tasks_change_no_bit(glue):
    total = mr.seq("range(1e5) | map(1/sqrt(x + 1)) | sum()")
    assert {glue.reduce(total, parts) for parts in (1, 2, 3, 4, 7)} == {total.head()[0]}
