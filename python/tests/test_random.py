"""Random pipelines beside the same in Python's iterators and in NumPy."""

import itertools as it
import random

import millrace as mr
import numpy as np
import pytest

# A stage with numbers k and m in it, and what it does to a list.
STAGES = {
    "map(x*k - m)": lambda xs, k, m: [x * k - m for x in xs],
    "map(floordiv(x, m) + k)": lambda xs, k, m: [x // m + k for x in xs],
    "map(x % 2 == 0 ? x : -x)": lambda xs, k, m: [x if x % 2 == 0 else -x for x in xs],
    "filter(mod(x, m) < k)": lambda xs, k, m: [x for x in xs if x % m < k],
    "filter(i % m != 0)": lambda xs, k, m: [x for n, x in enumerate(xs) if n % m],
    "skip(k)": lambda xs, k, m: xs[k:],
    "take(40*k)": lambda xs, k, m: xs[:40 * k],
    "take_while(x < 1000*k)": lambda xs, k, m: list(it.takewhile(lambda x: x < 1000 * k, xs)),
    "drop_while(x < k*m)": lambda xs, k, m: list(it.dropwhile(lambda x: x < k * m, xs)),
    "scan(sum)": lambda xs, k, m: list(it.accumulate(xs)),
    "scan(max)": lambda xs, k, m: list(it.accumulate(xs, max)),
    "scan(s: mod(s*k + x, 10007), init=m)": lambda xs, k, m: list(
        it.accumulate(xs, lambda s, x: (s * k + x) % 10007, initial=m))[1:],
    "diff()": lambda xs, k, m: [b - a for a, b in it.pairwise(xs)],
    "slice(0, inf, m)": lambda xs, k, m: xs[::m],
    "dedup()": lambda xs, k, m: [key for key, _ in it.groupby(xs)],
    "chunk(m, sum)": lambda xs, k, m: [sum(xs[j:j + m]) for j in range(0, len(xs), m)],
    "window(m, max)": lambda xs, k, m: [max(xs[j:j + m]) for j in range(len(xs) - m + 1)],
    "map(x + prev(x, k))": lambda xs, k, m: [x + y for x, y in zip(xs, [k, *xs])],
}


def check(stages, length):
    ours, theirs = mr.range(length), list(range(length))
    for stage, k, m in stages:
        ours = ours.pipe(stage, **{name: n for name, n in (("k", k), ("m", m)) if uses(stage, name)})
        theirs = [wrapped(x) for x in STAGES[stage](theirs, k, m)]
    assert list(ours) == theirs, str(ours)
    assert mr.seq(str(ours)) == ours
    if theirs:
        assert ours[len(theirs) // 2] == theirs[len(theirs) // 2]


def uses(stage, name):
    return name in stage.replace("mod(", "").replace("max", "").replace("sum", "").replace(
        "map", "").replace("take", "").replace("skip", "").replace("chunk", "")


def wrapped(x):
    return (x + 2**63) % 2**64 - 2**63


@pytest.mark.parametrize("seed", range(40))
def test_random_pipelines_are_pythons(seed):
    draw = random.Random(seed)
    check([(draw.choice(list(STAGES)), draw.randint(1, 9), draw.randint(2, 9))
           for _ in range(draw.randint(1, 5))], 500)


UNARY = {"sqrt": np.sqrt, "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc, "abs": np.abs}
BINARY = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}


def random_expression(choose, depth):
    """A text, and the same as a function of an array; all operations are exactly rounded."""
    if depth == 0:
        number = choose([0.5, 3.0, -2.25, 1e300, 1e-300])
        return choose([("x", lambda x: x), (f"({number!r})", lambda x: np.full_like(x, number))])
    left, f = random_expression(choose, depth - 1)
    if choose([True, False]):
        name = choose(list(UNARY))
        return f"{name}({left})", lambda x: UNARY[name](f(x))
    right, g = random_expression(choose, depth - 1)
    sign = choose(list(BINARY))
    return f"({left} {sign} {right})", lambda x: BINARY[sign](f(x), g(x))


def check_floats(choose, depth, values):
    values = np.array(values, dtype="f8")
    text, function = random_expression(choose, depth)
    with np.errstate(all="ignore"):
        expected = function(values)
    got = mr.from_arrays(values).map(text).to_numpy()
    np.testing.assert_array_equal(got, expected, err_msg=text)


@pytest.mark.parametrize("seed", range(20))
def test_random_expressions_are_numpys(seed):
    draw = random.Random(seed)
    check_floats(draw.choice, 4, [draw.uniform(-1e3, 1e3) for _ in range(300)])


hypothesis = pytest.importorskip("hypothesis", reason="hypothesis is not installed")
given, settings, st = hypothesis.given, hypothesis.settings, hypothesis.strategies
QUICK = settings(max_examples=30, deadline=None, database=None, derandomize=True)


@QUICK
@given(st.lists(st.tuples(st.sampled_from(list(STAGES)), st.integers(1, 9), st.integers(2, 9)),
                min_size=1, max_size=5), st.integers(0, 3000))
def test_any_pipeline_is_pythons(stages, length):
    check(stages, length)


@QUICK
@given(st.data(), st.integers(1, 5),
       st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=200))
def test_any_expression_is_numpys(data, depth, values):
    check_floats(lambda choices: data.draw(st.sampled_from(choices)), depth, values)


@QUICK
@given(st.integers(0, 5000), st.slices(5000), st.slices(2000))
def test_any_slice_of_a_slice_is_a_ranges(length, first, second):
    assert list(mr.range(length)[first][second]) == list(range(length)[first][second])


@QUICK
@given(st.lists(st.integers(-3000, 2999), max_size=50))
def test_any_indices_are_a_lists(indices):
    values = [x * x for x in range(3000)]
    assert mr.range(3000).map("x*x").__getitems__(indices) == [values[k] for k in indices]


@QUICK
@given(st.one_of(st.integers(-2**63, 2**64 - 1), st.floats(), st.booleans()))
def test_any_constant_keeps_its_value(value):
    back = mr.seq("repeat(k, 1)", k=value).head()[0]
    assert back == value or (back != back and value != value)
    assert type(back) is type(value)
