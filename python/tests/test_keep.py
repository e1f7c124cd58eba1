"""Batches that are kept and dropped in any order, on any thread, to the very end."""

import os
import queue
import random
import subprocess
import sys
import threading
import tracemalloc

import millrace as mr
import numpy as np
import pytest

COUNT = 10_000 if os.environ.get("MILLRACE_TESTS") == "brief" else 100_000
SIZE = 64 # elements of a batch


def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def keep_and_drop(seed, count, drop):
    """Views of `count` batches; some twenty are held, and each is checked as it is dropped."""
    draw, held = random.Random(seed), []
    with mr.count().map("x*x").stream(batch=SIZE, engine="host") as stream:
        for number in range(count):
            batch = next(stream)
            held.append((number, draw.choice([np.asarray, memoryview, lambda b: b])(batch)))
            del batch
            if len(held) > 20:
                drop(*held.pop(draw.randrange(len(held))))
    while held:
        drop(*held.pop(draw.randrange(len(held))))


def check(number, view):
    first, last = number * SIZE, number * SIZE + SIZE - 1
    assert view[0] == first * first and view[SIZE - 1] == last * last


def measure():
    """In a process of its own, where nothing else takes memory or gives it back."""
    keep_and_drop(1, 2000, check)
    tracemalloc.start(1)
    keep_and_drop(2, 500, check)
    traced = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    resident = resident_bytes()
    keep_and_drop(3, COUNT, check)
    assert resident_bytes() - resident < 8 << 20, resident_bytes() - resident
    tracemalloc.start(1)
    keep_and_drop(4, 500, check)
    assert tracemalloc.get_traced_memory()[0] - traced < 50_000


def run(*arguments):
    path = os.path.dirname(os.path.dirname(mr.__file__))
    done = subprocess.run([sys.executable, *arguments], env={**os.environ, "PYTHONPATH": path},
                          capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_batches_in_random_order_leave_nothing_behind():
    run(__file__)


def test_batches_are_dropped_by_other_threads():
    dropped, failures = queue.Queue(100), []

    def produce(seed):
        keep_and_drop(seed, COUNT // 20, lambda *kept: dropped.put(kept))

    def consume():
        while (kept := dropped.get()) is not None:
            try:
                check(*kept)
            except AssertionError as error:
                failures.append(error)
            del kept

    makers = [threading.Thread(target=produce, args=(seed,)) for seed in range(3)]
    users = [threading.Thread(target=consume) for _ in range(2)]
    for thread in makers + users:
        thread.start()
    for thread in makers:
        thread.join()
    for _ in users:
        dropped.put(None)
    for thread in users:
        thread.join()
    assert not failures


# A reader of Arrow that knows nothing of Python: calls of ctypes are without the GIL.
READS_ARROW = """
import ctypes, threading
class Array(ctypes.Structure):
    _fields_ = [("head", ctypes.c_void_p * 8), ("release", ctypes.CFUNCTYPE(None, ctypes.c_void_p)),
                ("private", ctypes.c_void_p)]
class Stream(ctypes.Structure):
    pass
Next = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Stream), ctypes.POINTER(Array))
Stream._fields_ = [("schema", ctypes.c_void_p), ("next", Next), ("error", ctypes.c_void_p),
                   ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(Stream))), ("private", ctypes.c_void_p)]
address = ctypes.pythonapi.PyCapsule_GetPointer
address.restype, address.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
def stream_of(capsule):
    return Stream.from_address(address(capsule, b"arrow_array_stream"))
def read(capsule, array):
    arrow = stream_of(capsule)
    while arrow.next(arrow, array) == 0:
        array.release(ctypes.addressof(array))
capsule, array = seq.__arrow_c_stream__(), Array()
"""

ENDS = {
    "held_views": "kept = [np.asarray(next(stream)) for _ in range(20)]",
    "held_batches_in_a_cycle": "kept = [next(stream)]; kept.append(kept)",
    "elements_half_way": "e = iter(seq); next(e); kept = [e]",
    "a_function_that_fills": "s = mr.from_iterable(iter(range(10**6)), 'i64'); e = iter(s); next(e)",
    "arrays_in_place": "s = mr.from_arrays(np.arange(1e5)); kept = s.stream(); next(kept)",
    "a_thread_that_pulls": "import threading; threading.Thread(target=lambda: "
                           "[None for _ in stream], daemon=True).start(); time.sleep(0.05)",
    "a_thread_that_computes_a_part": "import threading; total = mr.seq('range(1e12) | map(sin(x)) | "
                                     "sum()'); threading.Thread(target=total.partial, args=(0, 1), "
                                     "daemon=True).start(); time.sleep(0.05)",
    "threads_that_drop_streams": "import threading; work = lambda: [next(seq.stream()) for _ in "
                                 "iter(int, 1)]; [threading.Thread(target=work, daemon=True).start() "
                                 "for _ in range(3)]; time.sleep(0.05)",
    "a_thread_whose_function_waits": "import threading; ask = threading.Event(); "
                                     "s = mr.from_iterable((ask.wait() for _ in iter(int, 1)), 'i64'); "
                                     "threading.Thread(target=next, args=(iter(s),), daemon=True)"
                                     ".start(); time.sleep(0.05)",
    "a_thread_that_reads_arrow": READS_ARROW + "threading.Thread(target=read, args=(capsule, array), "
                                 "daemon=True).start(); time.sleep(0.05)",
    "a_thread_that_reads_arrow_of_a_device":
        READS_ARROW + "slow = mr.seq('range(1e12) | map(sin(x)) | filter(x > 2)'); threading.Thread("
        "target=read, args=(slow.__arrow_c_stream__(), array), daemon=True).start(); time.sleep(0.3)",
    "a_thread_that_lets_go_at_the_end":
        READS_ARROW + "arrow = stream_of(capsule); arrow.next(arrow, array); threading.Thread(target="
        "lambda: (threading.main_thread().join(), array.release(ctypes.addressof(array)), "
        "arrow.release(arrow)), daemon=True).start()",
    "a_child_beside_a_thread_that_pulls":
        "import os, threading; threading.Thread(target=next, args=(seq.filter('x < 0').stream(),), "
        "daemon=True).start(); time.sleep(0.05); child = os.fork(); "
        "assert child == 0 or os.waitpid(child, 0)[1] == 0",
    "capsules": "kept = [seq.__arrow_c_stream__(), next(stream).__dlpack__()]",
    "a_reader": "kept = seq[10**6]; mr.kept = seq",
    "dropped_at_exit": "import atexit; kept = [next(stream)]; atexit.register(kept.clear)",
}


@pytest.mark.parametrize("row", ENDS)
def test_the_interpreter_ends_with_all_of_it_open(row):
    script = ("import time, numpy as np, millrace as mr; seq = mr.count().map('x*x'); "
              f"stream = seq.stream(batch=64)\n{ENDS[row]}")
    run("-c", script)


# Handlers run in the reverse order: this one after millrace's, before Python itself ends.
COMES_BACK_LATE = """
import atexit, os, threading, time
asked, answer, returned = threading.Event(), threading.Event(), threading.Event()
atexit.register(lambda: (answer.set(), returned.wait(0.2) and os._exit(1)))
import millrace as mr
def numbers():
    asked.set()
    yield answer.wait()
def pull():
    try:
        next(iter(mr.from_iterable(numbers(), "i64")))
    finally:
        returned.set()
threading.Thread(target=pull, daemon=True).start()
asked.wait()
"""


def test_who_comes_back_out_of_a_function_at_the_end_goes_no_further():
    run("-c", COMES_BACK_LATE)


if __name__ == "__main__":
    measure()
