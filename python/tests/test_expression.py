"""Laws of expressions written with Python's operators."""

import math

import millrace as mr
import numpy as np
import pytest

x = mr.col("x")


@pytest.mark.parametrize("use", [
    lambda: x and 1, lambda: x or 1, lambda: not x, lambda: 1 if x > 0 else 2,
    lambda: 0 < x < 5, lambda: max(x, 1)])
def test_truth_is_refused_and_the_rewrite_named(use):
    with pytest.raises(TypeError, match="mr.where"):
        use()


@pytest.mark.parametrize("use, way", [
    (lambda: math.sin(x), "mr.sin"), (lambda: round(x), "mr.round"), (lambda: math.floor(x), "floor"),
    (lambda: list(x), "iterate"), (lambda: float(x), "mr.f64.*mr.sin"), (lambda: len(x), "sequences"),
    (lambda: int(x), "mr.i64"), (lambda: [1, 2][x], "another value"), (lambda: complex(x), "complex")])
def test_what_wants_a_number_is_told_the_way(use, way):
    with pytest.raises(TypeError, match=way):
        use()


def test_an_expression_prints_its_text():
    assert str(x * 2 + 1) == "((`x` * 2) + 1)"
    assert str(mr.where(x > 0, x, -x)) == "((`x` > 0) ? `x` : (-`x`))"
    assert str(mr.hypot(x, 3)) == "hypot(`x`, 3)"
    assert str(x.astype("f32")) == "f32(`x`)"


VALUES = np.linspace(-2, 2, 41)


@pytest.mark.parametrize("function", [
    lambda v: v / 3, lambda v: 1 / (v + 10), lambda v: v ** 2, lambda v: -v + 2.5,
    lambda v: abs(v), lambda v: np.sqrt(v * v), lambda v: np.floor(v), lambda v: 2.0 - v,
    lambda v: np.where is not None and v * 1e-3, lambda v: np.absolute(v) + np.ceil(v),
    lambda v: np.add(v, 2), lambda v: np.float64(3.5) * v])
def test_numpy_means_the_same(function):
    ours = mr.from_arrays(VALUES).map(function).to_numpy()
    assert ours.tolist() == function(VALUES).tolist()


@pytest.mark.parametrize("function", [
    lambda v: (v > 0) & (v < 1.5), lambda v: (v > 0) | (v < -1), lambda v: ~(v > 0),
    lambda v: (v > 0) ^ (v > 1), lambda v: np.logical_and(v > 0, v < 1),
    lambda v: ~((v > 0) & np.bool_(True)), lambda v: ~np.logical_or(np.bool_(False), v > 0)])
def test_truth_values_combine(function):
    ours = mr.from_arrays(VALUES).map(function).to_numpy()
    assert ours.dtype == bool and ours.tolist() == function(VALUES).tolist()


@pytest.mark.parametrize("function", [
    lambda v: np.logical_and(v, 2), lambda v: np.logical_or(0, v), lambda v: np.logical_not(v),
    lambda v: np.minimum(v, 1), lambda v: np.maximum(-1, v),
    lambda v: v ^ 3, lambda v: -2 ^ v])
def test_numbers_of_numpy_combine_as_there(function, recwarn):
    values = np.arange(-3, 4)
    assert mr.from_arrays(values).map(function).to_numpy().tolist() == function(values).tolist()
    assert not recwarn.list


def test_constants_keep_their_value():
    for value in (0.1, -1e308, 5e-324, float("inf"), 2**63 - 1, -2**63, True):
        dtype = "i64" if isinstance(value, int) and not isinstance(value, bool) else "f64"
        zero = mr.from_arrays(np.zeros(1, "int64" if dtype == "i64" else "float64"))
        assert zero.map(mr.col("x") + value).head() == [0 + value]
