"""Laws of descriptions."""

import gc
import os
import pickle
import subprocess
import sys
import warnings
import weakref
from concurrent.futures import ThreadPoolExecutor

import millrace as mr
import numpy as np
import pytest


def test_what_may_be_meant_otherwise_is_warned_of_once():
    with pytest.warns(UserWarning, match="comparisons come before &"):
        masked = mr.range(10).filter("x & 1 == 0")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(masked.map("x + 1")) == []
        assert pickle.loads(pickle.dumps(masked)) == masked
        assert list(mr.range(4).filter(lambda x: x & 1 == 0)) == [0, 2]


def test_lists_are_no_buffers():
    with pytest.raises(TypeError, match="list has no buffer"):
        mr.from_arrays([1, 2, 3])


def test_making_one_computes_nothing():
    def fill(first, count):
        raise AssertionError("asked")

    mr.from_callback(fill).map("x*x").filter("x > 3")


def test_lengths_are_known_endless_or_unknown():
    assert len(mr.range(5)) == 5
    for seq, word in ((mr.count(), "endless"), (mr.range(9).filter("x > 3"), "unknown")):
        with pytest.raises(TypeError, match=word):
            len(seq)


def test_truth_is_whether_there_are_elements():
    assert mr.range(1) and mr.count() and mr.range(9).filter("x > 7")
    assert not mr.range(0) and not mr.range(9).filter("x > 8")


def test_indices_are_a_lists():
    seq = mr.range(10, 20)
    assert [seq[0], seq[-1], seq[9]] == [10, 19, 19]
    for index in (10, -11):
        with pytest.raises(IndexError):
            seq[index]
    with pytest.raises(TypeError):
        mr.count()[-1]


def test_slices_are_lazy_and_slice_again():
    part = mr.range(10**15)[10**14::3]
    assert part.head(2) == [10**14, 10**14 + 3]
    assert list(part[5:7]) == [10**14 + 15, 10**14 + 18]


def test_membership_of_an_endless_sequence_is_refused():
    assert 4 in mr.range(9) and 10 not in mr.range(9)
    with pytest.raises(TypeError):
        4 in mr.count()


def test_columns_have_names_and_dtypes():
    seq = mr.zip(a=mr.count(), b=mr.linspace(0, 1, 3))
    assert seq.columns == (("a", "i64"), ("b", "f64"))
    assert list(seq.map(s=lambda a, b: a + b)) == [0.0, 1.5, 3.0]


def test_names_need_no_care():
    seq = mr.from_arrays(**{"unit price": np.array([0.5, 2.0]), "i": np.array([3.0, 4.0])})
    price, count = mr.col("unit price"), mr.col("i")
    assert list(seq.map(due=price * count)) == [1.5, 8.0]


def test_a_single_column_may_have_any_name_in_a_function():
    assert list(mr.range(3).map(lambda anything: anything + 1)) == [1, 2, 3]
    with pytest.raises(TypeError, match="no column"):
        mr.zip(a=mr.range(3), b=mr.range(3)).map(lambda a, c: a)


def test_attributes_that_do_not_exist_say_so():
    with pytest.raises(AttributeError):
        mr.range(3).fold_up
    with pytest.raises(AttributeError):
        mr.no_such_source
    assert not hasattr(mr, "sqr") and hasattr(mr, "sqrt") and hasattr(mr.range(3), "scan")


def test_arrays_are_used_in_place_and_kept_alive():
    array = np.arange(5.0)
    seq = mr.from_arrays(array).map("x + 1")
    array[0] = 10
    assert list(seq) == [11, 2, 3, 4, 5]
    last = weakref.ref(array)
    del array
    gc.collect()
    assert last() is not None and list(seq)[1] == 2
    del seq
    gc.collect()
    assert last() is None


@pytest.mark.parametrize("dtype", ["bool", "int32", "uint32", "int64", "uint64", "float32",
                                   "float64"])
def test_arrays_come_back_with_their_dtype(dtype):
    array = np.array([0, 1, 1, 0, 1]).astype(dtype)
    back = mr.from_arrays(array).to_numpy()
    assert back.dtype == array.dtype and (back == array).all()


def test_arrays_that_do_not_fit_say_why():
    with pytest.raises(TypeError, match="astype"):
        mr.from_arrays(np.arange(3, dtype="int16"))
    with pytest.raises(ValueError, match="dimensions"):
        mr.from_arrays(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="equal lengths"):
        mr.from_arrays(np.zeros(2), np.zeros(3))
    with pytest.raises((BufferError, ValueError)):
        mr.from_arrays(np.arange(10.0)[::2])


def test_exceptions_of_a_filling_function_come_through():
    class Trouble(Exception):
        pass

    def fill(first, count):
        if first == 0:
            return (np.arange(float(count)),)
        raise Trouble(first)

    stream = mr.from_callback(fill).stream(batch=100, engine="host")
    assert len(next(stream)) == 100
    with pytest.raises(Trouble):
        for _ in range(10):
            next(stream)


@pytest.mark.parametrize("use", [
    lambda: list(mr.range(3)), lambda: mr.seq("range(9) | sum()").partial(0, 1),
    lambda: mr.range(3).__arrow_c_stream__(), lambda: mr.range(3).stream().stats()])
@pytest.mark.parametrize("pull", [list, lambda seq: next(seq.stream()), mr.Seq.to_numpy])
def test_a_filling_function_may_use_other_sequences_before_it_raises(use, pull):
    class Trouble(Exception):
        pass

    def fill(first, count):
        use()
        raise Trouble

    with pytest.raises(Trouble):
        pull(mr.from_callback(fill, length=9, restartable=True))


def test_what_an_iterable_gave_before_it_failed_comes_first():
    def numbers():
        yield from (1, 2)
        raise LookupError

    for source, kind in [(numbers(), LookupError), ([1, 2, "a"], TypeError),
                         ([1, 2, 2**70], OverflowError)]:
        elements = iter(mr.from_iterable(source, "i64").map("x * 10"))
        assert [next(elements), next(elements)] == [10, 20]
        with pytest.raises(kind) as caught:
            next(elements)
        assert caught.value.__notes__ == ["at element 2 of the iterable"]


def test_what_can_be_iterated_again_makes_a_sequence_that_can():
    seq = mr.from_iterable([1.5, 2.5])
    assert list(seq) == list(seq) == [1.5, 2.5]
    once = mr.from_iterable(iter([1.5, 2.5]))
    assert list(once) == [1.5, 2.5]
    with pytest.raises(mr.Error):
        list(once)


def test_errors_are_pythons_too():
    with pytest.raises(ZeroDivisionError) as caught:
        list(mr.range(3, -3, -1).map("60 / x"))
    assert caught.value.element == 3 and caught.value.op == "map" and caught.value.hint
    with pytest.raises(ValueError, match="squared"):
        mr.range(3).map("squared(x)")
    with pytest.raises(TypeError):
        mr.range(3).map("x << 1.5")
    with pytest.raises(MemoryError):
        mr.range(3).stream(max_memory=1)
    with pytest.raises(OSError):
        mr.read("no such file.npy").head()


def test_elements_before_a_failure_are_delivered():
    got = []
    with pytest.raises(ZeroDivisionError):
        for element in mr.range(3, -3, -1).map("60 / x"):
            got.append(element)
    assert got == [20, 30, 60]


def test_terminals_give_python_numbers():
    assert type(mr.range(5).sum()) is int and type(mr.range(5).mean()) is float
    assert mr.range(5).map("x > 3").any() is True
    assert mr.zip(a=mr.range(3), b=mr.range(5)).sum() == {"a": 3, "b": 3}
    assert mr.range(100).hist(4, 0, 100).tolist() == [25, 25, 25, 25]


def test_arrays_of_what_is_too_long_are_refused():
    assert np.asarray(mr.range(5)).tolist() == [0, 1, 2, 3, 4]
    assert np.asarray(mr.zip(mr.range(2), mr.range(2))).tolist() == [[0, 0], [1, 1]]
    with pytest.raises(TypeError):
        np.asarray(mr.count())
    with pytest.raises(MemoryError):
        np.asarray(mr.range(10**12))


def test_descriptions_do_not_compute_to_be_shown():
    assert "10" in repr(mr.range(10)) and "i64" in mr.count()._repr_html_()
    assert "map" in mr.range(10).map("x*x").explain()


def test_every_engine_gives_the_same_bits():
    seq = mr.normal(seed=3).take(5000).map("exp(x)")
    assert (seq.to_numpy(engine="host") == seq.to_numpy(batch=77)).all()


def test_text_is_identity():
    import copy
    import pickle

    seq = mr.uniform(7).map(lambda x: x * 2).filter("x > 0.5").take(9)
    again = mr.seq(str(seq))
    assert again == seq and hash(again) == hash(seq) and list(again) == list(seq)
    assert pickle.loads(pickle.dumps(seq)) == seq and copy.deepcopy(seq) is seq
    assert eval(repr(seq), {"millrace": mr}) == seq
    assert seq != mr.uniform(8) and seq != 3
    assert seq.__dask_tokenize__() == again.__dask_tokenize__()


def test_what_has_no_text_cannot_be_pickled():
    import pickle

    seq = mr.from_arrays(np.zeros(3))
    assert seq == seq and "Seq of 3" in repr(seq)
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(seq)


CONSTANTS = {
    "int": (3, "x * 3"), "negative": (-3, "x * -3"), "float": (0.1, "x * 0.1"),
    "least": (-2**63, "x * -9223372036854775808"), "subnormal": (5e-324, "x * 5e-324"),
    "infinite": (float("-inf"), "x * -inf"), "bool": (True, "x * true"),
    "float32": (np.float32(0.5), "x * f32(0.5)"), "int32": (np.int32(-7), "x * i32(-7)"),
    "float64": (np.float64(0.1), "x * f64(0.1)"), "numpy's bool": (np.bool_(False), "x * false"),
}


@pytest.mark.parametrize("row", CONSTANTS)
def test_constants_are_typed_literals(row):
    value, text = CONSTANTS[row]
    described = mr.range(4).map("x*k", k=value)
    assert str(described) == f"range(0, 4) | map({text})"
    assert described == mr.seq("range(4) | map(x * k)", k=value)
    assert described == mr.range(4).pipe("map(x * k)", k=value)
    assert mr.seq(str(described)) == described


def test_constants_are_never_parsed():
    with pytest.raises(OSError):
        mr.seq("read(path)", path='no such file") | map(x')
    with pytest.raises(TypeError, match="neither a number nor a text"):
        mr.seq("range(3) | map(x*k)", k=[3])


def test_parameters_are_no_constants():
    assert list(mr.range(9).take(n=3)) == [0, 1, 2]
    assert list(mr.range(9).map(a="x*k", b="x+k", k=2).take(1)) == [(0, 2)]
    assert mr.range(9).filter("x > least", least=4).first() == 5
    assert mr.count().scan("sum").take_while("x < most", most=9).last() == 6


@pytest.mark.parametrize("use, way", [
    (lambda: mr.range(3).map("x", k=3), "is in no expression"),
    (lambda: mr.range(3).map("x + 1", x=3), "a column has this name too"),
    (lambda: mr.seq("range(3)", k=3), "is in no expression")])
def test_constants_that_cannot_be_meant_are_refused(use, way):
    with pytest.raises(mr.DescriptionError, match=way):
        use()


def test_elements_by_index_are_those_of_iteration():
    whole = list(mr.range(20_000).map("x*x").filter("x % 3 == 1"))
    for seq in (mr.seq("range(20000) | map(x*x) | filter(x % 3 == 1)"), mr.from_arrays(np.array(whole))):
        wanted = [5, 12_000, 4, 5, 0, 9999]
        assert seq.__getitems__(wanted) == [whole[k] for k in wanted]
        assert seq[7000] == whole[7000] and seq[3] == whole[3]
        with pytest.raises(IndexError):
            seq.__getitems__([0, len(whole)])
    with pytest.raises(IndexError, match="element 7 of a sequence of 3: x i64"):
        mr.range(3)[7]
    records = mr.range(9).map(a="x", b="x*0.5")
    assert records[3] == (3, 1.5) and records.__getitems__([8, 0]) == [(8, 4.0), (0, 0.0)]
    assert mr.range(9).__getitems__([]) == []


def test_elements_by_index_after_a_fork():
    seq = mr.range(10**6).map("x*x")
    assert seq[1000] == 10**6
    child = os.fork()
    if not child:
        os._exit(0 if seq[2000] == 4 * 10**6 else 1)
    assert os.waitpid(child, 0)[1] == 0 and seq[3000] == 9 * 10**6


def test_threads_may_index_one_sequence():
    seq = mr.range(10**6).map("x*x")
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(seq.__getitem__, range(0, 10**6, 5000))) == \
            [x * x for x in range(0, 10**6, 5000)]


def test_failing_elements_do_not_spoil_others():
    seq = mr.range(10).map("6 / (x - 5)")
    with pytest.raises(ZeroDivisionError):
        seq[5]
    assert seq[6] == 6


def test_the_page_of_a_sequence_computes_nothing():
    def fill(first, count):
        raise AssertionError("asked")

    page = mr.from_callback(fill).map("x < 3")._repr_html_()
    assert "&lt;" in page and "memory: at most" in page


def test_importing_brings_little():
    heavy = "inspect re numpy asyncio typing dataclasses decimal uuid html".split()
    script = f"import sys, millrace; print([m for m in {heavy} if m in sys.modules])"
    path = os.path.dirname(os.path.dirname(mr.__file__))
    assert subprocess.run([sys.executable, "-S", "-c", script], env={**os.environ, "PYTHONPATH": path},
                          capture_output=True, text=True, check=True).stdout == "[]\n"
