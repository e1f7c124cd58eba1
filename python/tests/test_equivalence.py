"""What Python's iterators and NumPy say, millrace says too: each row one test."""

import itertools as it
import math
import random

import millrace as mr
import pytest

N = 3000

ROWS = {
    "range": (lambda: range(10), lambda: mr.range(10)),
    "range_down": (lambda: range(10, -5, -3), lambda: mr.range(10, -5, -3)),
    "range_empty": (lambda: range(5, 5), lambda: mr.range(5, 5)),
    "map": (lambda: (x * x for x in range(N)), lambda: mr.range(N).map("x*x")),
    "filter": (lambda: (x for x in range(N) if x % 7 == 2),
               lambda: mr.range(N).filter(lambda x: x % 7 == 2)),
    "enumerate": (lambda: enumerate(range(5, 9), 2), lambda: mr.range(5, 9).enumerate(2)),
    "zip": (lambda: zip(range(5), range(7, 20)), lambda: mr.zip(mr.range(5), mr.range(7, 20))),
    "chain": (lambda: it.chain(range(3), range(10, 13)),
              lambda: mr.chain(mr.range(3), mr.range(10, 13))),
    "count": (lambda: it.islice(it.count(5, 3), 9), lambda: mr.count(5, 3).take(9)),
    "repeat": (lambda: it.repeat(7, 4), lambda: mr.repeat(7, 4)),
    "islice": (lambda: it.islice(it.count(), 10, 20, 3), lambda: mr.count().slice(10, 20, 3)),
    "slicing": (lambda: range(100)[5:50:7], lambda: mr.range(100)[5:50:7]),
    "slicing_from_the_end": (lambda: range(100)[-20:-3], lambda: mr.range(100)[-20:-3]),
    "slicing_backwards": (lambda: range(100)[50:5:-7], lambda: mr.range(100)[50:5:-7]),
    "all_backwards": (lambda: range(10)[::-1], lambda: mr.range(10)[::-1]),
    "backwards_past_the_ends": (lambda: range(10)[99:-99:-4], lambda: mr.range(10)[99:-99:-4]),
    "nothing_backwards": (lambda: range(10)[3:7:-1], lambda: mr.range(10)[3:7:-1]),
    "reversed": (lambda: reversed(range(2000)), lambda: reversed(mr.range(2000))),
    "shards_make_the_whole": (lambda: range(9000), lambda: it.chain.from_iterable(
        mr.range(9000).shard(k, 4) for k in range(4))),
    "shards_in_turn": (lambda: [x for x in range(100) if x // 5 % 3 == 1],
                       lambda: mr.range(100).shard(1, 3, block=5)),
    "takewhile": (lambda: it.takewhile(lambda x: x * x < 50, it.count()),
                  lambda: mr.count().take_while("x*x < 50")),
    "dropwhile": (lambda: it.dropwhile(lambda x: x < 4, range(9)),
                  lambda: mr.range(9).drop_while("x < 4")),
    "accumulate": (lambda: it.accumulate(range(N)), lambda: mr.range(N).scan("sum")),
    "accumulate_max": (lambda: it.accumulate([x * 7 % 10 for x in range(N)], max),
                       lambda: mr.range(N).map("x*7 % 10").scan("max")),
    "pairwise_difference": (lambda: (b - a for a, b in it.pairwise([x * x for x in range(20)])),
                            lambda: mr.range(20).map("x*x").diff()),
    "starmap": (lambda: it.starmap(pow, ((2, 5), (3, 2), (10, 3))),
                lambda: mr.zip(a=mr.from_iterable([2, 3, 10], "i64"),
                               b=mr.from_iterable([5, 2, 3], "i64")).map("i64(pow(a, b))")),
    "true_division": (lambda: (x / 2 for x in range(-5, 5)),
                      lambda: mr.range(-5, 5).map(lambda x: x / 2)),
    "floor_division": (lambda: (x // 3 for x in range(-9, 9)),
                       lambda: mr.range(-9, 9).map(lambda x: x // 3)),
    "remainder": (lambda: (x % -3 for x in range(-9, 9)),
                  lambda: mr.range(-9, 9).map(lambda x: x % -3)),
    "power": (lambda: (x ** 3 for x in range(-9, 9)), lambda: mr.range(-9, 9).map(lambda x: x**3)),
    "reflected": (lambda: (100 - x for x in range(9)), lambda: mr.range(9).map(lambda x: 100 - x)),
    "conditional": (lambda: (x if x % 2 else -x for x in range(9)),
                    lambda: mr.range(9).map(lambda x: mr.where(x % 2 == 1, x, -x))),
    "boolean": (lambda: ((x > 2) and not (x == 5) for x in range(9)),
                lambda: mr.range(9).map(lambda x: (x > 2) & ~(x == 5))),
    "isin": (lambda: (x in (1, 4) for x in range(6)),
             lambda: mr.range(6).map(lambda x: x.isin((1, 4)))),
    "sqrt": (lambda: (math.sqrt(x) for x in range(N)), lambda: mr.range(N).map(mr.sqrt)),
    "fibonacci": (lambda: [0, 1, 1, 2, 3, 5, 8, 13], lambda: mr.fibonacci().take(8)),
    "generator_in": (lambda: (x + 1 for x in range(5)),
                     lambda: mr.from_iterable((x for x in range(5)), "i64").map("x + 1")),
}


@pytest.mark.parametrize("row", ROWS)
def test_behaves_as_python(row):
    expected, ours = ROWS[row]
    assert list(ours()) == list(expected())


TERMINALS = {
    "sum": (sum, lambda s: s.sum()),
    "min": (min, lambda s: s.min()),
    "max": (max, lambda s: s.max()),
    "any": (any, lambda s: s.any()),
    "all": (all, lambda s: s.all()),
    "len": (lambda xs: len(list(xs)), lambda s: s.count()),
    "next": (lambda xs: next(iter(xs)), lambda s: s.first()),
    "last": (lambda xs: list(xs)[-1], lambda s: s.last()),
    "mean": (lambda xs: sum(xs) / len(xs), lambda s: s.mean()),
    "prod": (math.prod, lambda s: s.prod()),
}


@pytest.mark.parametrize("name", TERMINALS)
def test_terminals_are_pythons(name):
    of_python, ours = TERMINALS[name]
    for data in (range(1, 12), range(7, 8), range(-5, 6)):
        assert ours(mr.range(data.start, data.stop)) == of_python(data)


def test_what_no_generator_can():
    assert mr.range(10**15)[10**14] == 10**14
    assert len(mr.range(10**18)) == 10**18
    squares = mr.range(10).map("x*x")
    assert list(squares) == list(squares)
    stream = mr.count().map("x*x").stream()
    stream.seek(10**9)
    assert next(stream)[0] == 10**18
    assert mr.uniform(42)[10**12] == mr.uniform(42).skip(10**12).head(1)[0]


@pytest.mark.parametrize("seed", range(40))
def test_random_pipelines_are_pythons(seed):
    draw = random.Random(seed)
    ours, theirs = mr.range(500), list(range(500))
    text = []
    for _ in range(draw.randint(1, 5)):
        k, m = draw.randint(1, 9), draw.randint(2, 9)
        stage, mine = draw.choice([
            (f"map(x*{k} - {m})", lambda xs: [x * k - m for x in xs]),
            (f"filter(mod(x, {m}) < {k})", lambda xs: [x for x in xs if x % m < k]),
            (f"skip({k})", lambda xs: xs[k:]),
            (f"take({40 * k})", lambda xs: xs[:40 * k]),
            ("scan(sum)", lambda xs: list(it.accumulate(xs))),
            ("diff()", lambda xs: [b - a for a, b in it.pairwise(xs)]),
            (f"slice(0, inf, {m})", lambda xs: xs[::m]),
            (f"chunk({m}, sum)", lambda xs: [sum(xs[j:j + m]) for j in range(0, len(xs), m)]),
        ])
        text.append(stage)
        ours, theirs = ours.pipe(stage), mine(theirs)
    assert list(ours) == theirs, f"seed {seed}: range(500) | {' | '.join(text)}"
