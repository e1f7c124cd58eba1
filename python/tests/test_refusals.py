"""What is no number, array, index, dtype or expression: an error of Python's that says so."""

import decimal

import millrace as mr
import numpy as np
import pytest

ROWS = {
    "index of no integer": (lambda: mr.range(9)[1.5], TypeError, "integer"),
    "index beyond all": (lambda: mr.count()[2**70], IndexError, "element 1180591620717411303424"),
    "slice of no integers": (lambda: mr.range(9)[1.5:], TypeError, "integer"),
    "slice of step 0": (lambda: mr.range(9)[::0], ValueError, "zero"),
    "head of less than none": (lambda: mr.range(9).head(-1), ValueError, "negative"),
    "integer above all": (lambda: mr.range(10**30), OverflowError, "2\\^64-1"),
    "integer below all": (lambda: mr.range(-10**30), OverflowError, "-2\\^63"),
    "constant above all": (lambda: mr.range(3).map("x+k", k=10**30), OverflowError, "2\\^64-1"),
    "dtype that is not there": (lambda: mr.from_iterable([1], "i16"), ValueError, "'i16' is no dtype"),
    "type that is no dtype": (lambda: mr.range(3, dtype=complex), ValueError, "no dtype"),
    "column of no dtype": (lambda: mr.from_callback(None, [("a", "i16")]), ValueError, "no dtype"),
    "cast to no dtype": (lambda: mr.col("x").astype(np.int8), ValueError, "'int8' is no dtype"),
    "None as a number": (lambda: mr.range(None), TypeError, "None is no number"),
    "None as an array": (lambda: mr.from_arrays(None), TypeError, "NoneType has no buffer"),
    "batch of columns as an array": (lambda: np.asarray(next(mr.zip(mr.range(3), mr.range(3)).stream())),
                                     TypeError, "take one of them"),
    "array with gaps": (lambda: mr.from_arrays(np.arange(9)[::2]), ValueError, "ascontiguousarray"),
    "array of no dimension": (lambda: mr.from_arrays(np.array(3.0)), ValueError, "0 dimensions"),
    "array of big-endian": (lambda: mr.from_arrays(np.arange(3, dtype=">i8")), TypeError, "astype"),
    "array with a masked element": (lambda: mr.from_arrays(a=np.ma.array([1.0, 2.0], mask=[0, 1])),
                                    ValueError, "'a': element 1 is masked.*filled.*compressed"),
    "array of texts": (lambda: mr.from_arrays(np.array(["a"])), TypeError, "none of bool"),
    "compared with None": (lambda: mr.range(3).filter(lambda x: x == None), TypeError, "None"),
    "compared with text": (lambda: mr.range(3).filter(lambda x: x != "a"), TypeError, "'a'"),
    "among texts": (lambda: mr.range(3).filter(lambda x: x.isin("ab")), TypeError, "'a'"),
    "times an array": (lambda: mr.range(3).map(lambda x: x * np.array([1, 2])), TypeError, "array"),
    "times a Decimal": (lambda: mr.range(3).map(lambda x: x * decimal.Decimal(1)), TypeError, "Expr"),
    "function of other columns": (lambda: mr.range(3).map(lambda x, y: x), TypeError, "'y'"),
    "parameter that is none": (lambda: mr.range(9).shuffle(windw=5), ValueError, "parameter 'windw'"),
    "parameter of no file": (lambda: mr.read("a.csv", skip=1, format="csv"), ValueError,
                             "parameter 'skip'"),
    "state that is none": (lambda: mr.resume({}), TypeError, "no text 'text'"),
    "state that is no dict": (lambda: mr.range(3).resume(5), TypeError, "5 is not what a stream"),
    "column of no name": (lambda: mr.col(5), TypeError, "name is a text"),
    "ring below none": (lambda: mr.range(3).stream(ring=-1), ValueError, "negative"),
    "text with NUL": (lambda: mr.seq("range(3)\0"), ValueError, "NUL"),
    "path with NUL": (lambda: mr.read("a\0b"), ValueError, "NUL"),
    "text that is none": (lambda: mr.seq(b"range(3)"), TypeError, "no text"),
}


@pytest.mark.parametrize("call, kind, said", ROWS.values(), ids=ROWS)
def test_what_does_not_fit_is_refused(call, kind, said):
    with pytest.raises(kind, match=said):
        call()


def test_a_source_does_not_use_the_stream_that_it_feeds():
    stream = mr.from_callback(lambda first, count: next(stream)).stream()
    with pytest.raises(RuntimeError, match="in use"):
        next(stream)


@pytest.mark.parametrize("three", [3, np.int8(3), np.int64(3), np.array(3), np.float32(3)], ids=repr)
def test_numbers_of_numpy_are_numbers(three):
    assert list(mr.range(three)) == [0, 1, 2] == mr.range(9).filter(lambda x: x < three).head()
    assert mr.range(2).map("x * k", k=three).head() == [0, 3]


def test_arrays_without_dimensions_are_not_cut():
    assert mr.linspace(0, np.array(2.5), 2).head() == [0.0, 2.5]
    with pytest.raises(mr.Error, match="must be an integer"):
        mr.count().take(np.array(2.5))


@pytest.mark.parametrize("dtype", ["f32", np.float32, np.dtype("f4"), np.dtype("f4").type])
def test_dtypes_have_many_names(dtype):
    assert mr.range(3, dtype=dtype).dtypes == ("f32",) == mr.from_iterable([1], dtype).dtypes
    assert mr.range(3).map(lambda x: x.astype(dtype)).dtypes == ("f32",)


def test_functions_see_the_state_and_the_sources_variables():
    assert mr.gen(lambda i: i * i, 3).head() == [0, 1, 4]
    assert mr.iterate(lambda x: 3 * x + 1, 1).head(3) == [1, 4, 13]
    assert mr.iterate(a=lambda b: b, b=lambda a, b: a + b, init=(0, 1)).map("a").head() == [0, 1, 1, 2, 3]
    assert mr.range(4).scan(s=lambda s, x: s + x, init=0).head() == [0, 1, 3, 6]
    assert mr.range(9).scan(s="s + x", init=0, while_=lambda s: s < 7).head(9) == [0, 1, 3, 6]
    assert mr.range(1, 7).loop(n=lambda n: mr.where(n % 2 == 0, n // 2, 3 * n + 1), k="k + 1", most=99,
                               init=("x", 0), while_="n != 1").map("k").head(6) == [0, 1, 7, 2, 5, 8]
    assert mr.range(3).map(due=lambda due: due * 2).head() == [0, 2, 4]


def test_columns_alone_keep_their_names():
    pairs = mr.range(2).map(a="x", b="x * 2")
    assert pairs.map("b", "a").names == ("b", "a") == pairs.map(lambda b: b, mr.col("a")).names
    assert pairs.map("b", "a + 1").names == ("b", "x1") and pairs.map("a", "a").names == ("x0", "x1")
    assert pairs.map("b").names == ("b",) and pairs.map("b").map("x + 1").head() == [1, 3]
