"""Laws of streams, batches and columns."""

import gc
import multiprocessing
import signal
import subprocess
import sys
import threading
import time

import millrace as mr
import numpy as np
import pytest


def test_batches_are_full_but_for_the_last():
    assert [len(b) for b in mr.range(250).batches(100)] == [100, 100, 50]
    assert [b.position for b in mr.range(250).batches(100)] == [0, 100, 200]


def test_a_batch_is_the_streams_memory_and_nothing_is_copied():
    stream = mr.range(10**6).map("x*3").stream(batch=10**5)
    places = set()
    for batch in stream:
        first, again = np.asarray(batch), np.asarray(batch["x"])
        assert first.ctypes.data == again.ctypes.data
        assert first[7] == 3 * (batch.position + 7)
        assert 1 <= stream.stats()["leases"] <= 3
        places.add(first.ctypes.data)
    assert len(places) < 10  # they go round
    del batch
    assert stream.stats()["leases"] == 1
    stream.close()
    assert again[7] == 3 * (9 * 10**5 + 7)


def test_where_no_more_may_be_kept_batches_are_copied():
    peak = mr.range(10**6).stream(engine="host").stats()["peak_host_bytes"]
    stream = mr.range(10**6).stream(engine="host", max_memory=peak)
    kept = [np.asarray(batch) for batch in stream]
    assert stream.stats()["leases"] < len(kept)
    assert np.concatenate(kept).tolist() == list(range(10**6))


def test_an_array_of_a_batch_is_the_batchs_memory_and_may_be_kept():
    kept = [np.asarray(b) for b in mr.range(1000).batches(64)]
    batch = next(mr.range(10).stream())
    assert np.asarray(batch).ctypes.data == np.asarray(batch["x"]).ctypes.data
    assert np.asarray(batch).ctypes.data % 64 == 0
    gc.collect()
    assert np.concatenate(kept).tolist() == list(range(1000))


def test_batches_are_read_only():
    with pytest.raises(ValueError):
        np.asarray(next(mr.range(5).stream()))[0] = 1


def test_elements_and_columns_of_a_batch():
    batch = next(mr.zip(a=mr.range(3), b=mr.linspace(0, 1, 3)).stream())
    assert batch.names == ("a", "b") and batch[1] == (1, 0.5) and batch[-1] == (2, 1.0)
    assert batch["b"].tolist() == [0.0, 0.5, 1.0] and list(batch)[0] == (0, 0.0)
    with pytest.raises(KeyError):
        batch["c"]
    with pytest.raises(BufferError, match="columns"):
        memoryview(batch)


def test_dlpack_hands_over_without_a_copy_where_it_can_be_read_only():
    column = next(mr.range(100).map("x*0.5").stream())["x"]
    array = np.from_dlpack(column)
    assert array.tolist() == [x * 0.5 for x in range(100)]
    assert column.__dlpack_device__() == (1, 0)
    assert "versioned" in repr(column.__dlpack__(max_version=(1, 0)))
    assert '"dltensor"' in repr(column.__dlpack__())
    with pytest.raises(BufferError):
        column.__dlpack__(copy=False)
    with pytest.raises(BufferError):
        column.__dlpack__(dl_device=(2, 0))


def test_capsules_that_nobody_takes_are_freed():
    column = next(mr.range(100).stream())["x"]
    for _ in range(1000):
        column.__dlpack__(max_version=(1, 0)), column.__dlpack__(), column.__arrow_c_array__()


def test_streams_seek_and_tell():
    with mr.range(10**12).stream(batch=10) as stream:
        next(stream)
        assert stream.tell() == 10
        stream.seek(10**11)
        assert next(stream)[0] == 10**11
        assert stream.read(3).tolist() == [10**11 + 10, 10**11 + 11, 10**11 + 12]
    assert next(stream, None) is None
    with pytest.raises(ValueError, match="closed"):
        stream.tell()
    with pytest.raises(ValueError):
        mr.range(9).filter("x > 3").stream().seek(2)


def test_the_end_stays():
    stream = mr.range(3).stream()
    assert len(next(stream)) == 3
    assert next(stream, None) is None and next(stream, None) is None
    assert len(stream.read(5)) == 0


def test_an_interrupt_from_another_thread_ends_a_pull():
    stream = mr.count().filter("x < 0").stream(engine="host")
    timer = threading.Timer(0.2, stream.interrupt)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        next(stream)
    timer.join()


def test_two_threads_in_one_stream_get_an_error():
    stream = mr.count().filter("x < 0").stream(engine="host")
    worker = threading.Thread(target=lambda: pytest.raises(KeyboardInterrupt, next, stream))
    worker.start()
    seen = False
    for _ in range(10**6):
        try:
            stream.stats()
        except RuntimeError as error:
            seen = "another thread" in str(error)
            break
    stream.interrupt()
    worker.join()
    assert seen


def test_the_gil_is_free_while_millrace_works():
    stream = mr.count().filter("x < 0").stream(engine="host")
    worker = threading.Thread(target=lambda: pytest.raises(KeyboardInterrupt, next, stream))
    worker.start()
    turns = sum(1 for _ in range(10**5))
    stream.interrupt()
    worker.join()
    assert turns == 10**5


def _in_child(queue):
    queue.put(mr.range(5).sum())


def test_a_description_opens_anew_after_fork():
    stream = mr.count().stream()
    next(stream)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_in_child, args=(queue,))
    child.start()
    assert queue.get(timeout=60) == 10
    child.join()


def test_wrong_parameters_are_refused():
    for wrong in ({"engine": "gpu"}, {"batch": -1}, {"batch": 1 << 30}, {"no_such": 1}):
        with pytest.raises((ValueError, TypeError)):
            mr.range(3).stream(**wrong)


def test_stats_say_what_happened():
    stream = mr.range(1000).filter("x % 2 == 0").stream(engine="host")
    assert sum(len(b) for b in stream) == 500
    stats = stream.stats()
    assert stats["elements"] == 500 and stats["computed"] >= 1000 and stats["engine"] == "host"


@pytest.mark.parametrize("text", [
    "range(5000) | map(x*x)", "count() | filter(x % 7 == 2) | take(3000)",
    "normal(seed=2) | scan(sum) | take(3000)", "range(30000) | chunk(7, sum) | filter(x % 2 == 0)"])
def test_a_state_goes_on_to_the_same_bits(text):
    import json

    whole = list(mr.seq(text))
    stream = mr.seq(text).stream(batch=100, engine="host")
    taken = 0
    while taken < 1000:
        taken += len(next(stream))
        state = json.loads(json.dumps(stream.state()))
        assert state == stream.state() and state["position"] == taken
        rest = mr.resume(state, batch=77)
        assert rest.read(len(whole)).tolist() == whole[taken:]
        stream = mr.seq(text).resume(state, batch=93 + taken % 5)


def test_states_of_others_are_refused():
    state = mr.range(10).stream().state()
    with pytest.raises(mr.Error):
        mr.range(11).resume(state)
    with pytest.raises(mr.Error):
        mr.range(10).resume({**state, "state": state["state"][:-5]})
    with pytest.raises(mr.Error, match="callback"):
        mr.from_iterable(iter([1.0, 2.0])).stream().state()


def test_ctrl_c_ends_a_pull_within_a_second():
    program = """
import millrace as mr
print("begun", flush=True)
try:
    next(mr.count().filter("x < 0").stream())
finally:
    print("ended", flush=True)
"""
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
    child.stdout.readline()
    time.sleep(0.3)
    began = time.monotonic()
    child.send_signal(signal.SIGINT)
    child.stdout.readline()
    assert time.monotonic() - began < 1
    errors = child.communicate(timeout=30)[1] # after the kernel that is being built
    assert "KeyboardInterrupt" in errors and child.returncode != 0


def test_progress_is_told_and_its_exceptions_come_through():
    class Enough(Exception):
        pass

    told = []

    def progress(*what):
        told.append(what)
        if len(told) == 3:
            raise Enough

    with pytest.raises(Enough):
        next(mr.range(10**15).filter("x < 0").stream(progress=progress))
    assert told[-1][0] > 0 and told[-1][1] == 10**15 and told[-1][2] == 0
    assert sorted(told) == told
