"""What Python's iterators and NumPy say, millrace says too: each row one test."""

import copy
import itertools as it
import json
import math
import operator
import pickle

import millrace as mr
import numpy as np
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
    "floor_division_of_floats": (lambda: (x / 8 // 0.3 for x in range(-9, 9)),
                                 lambda: mr.range(-9, 9).map(lambda x: x / 8 // 0.3)),
    "remainder_of_floats": (lambda: (x / 8 % -0.3 for x in range(-9, 9)),
                            lambda: mr.range(-9, 9).map(lambda x: x / 8 % -0.3)),
    "numpy_fmod": (lambda: (math.fmod(x / 8, 0.3) for x in range(-9, 9)),
                   lambda: mr.range(-9, 9).map(lambda x: np.fmod(x / 8, 0.3))),
    "conditional": (lambda: (x if x % 2 else -x for x in range(9)),
                    lambda: mr.range(9).map(lambda x: mr.where(x % 2 == 1, x, -x))),
    "boolean": (lambda: ((x > 2) and not (x == 5) for x in range(9)),
                lambda: mr.range(9).map(lambda x: (x > 2) & ~(x == 5))),
    "isin": (lambda: (x in (1, 4) for x in range(6)),
             lambda: mr.range(6).map(lambda x: x.isin((1, 4)))),
    "sqrt": (lambda: (math.sqrt(x) for x in range(N)), lambda: mr.range(N).map(mr.sqrt)),
    "accumulate_initial": (lambda: it.accumulate(range(9), initial=100),
                           lambda: mr.chain(mr.repeat(100, 1), mr.range(9)).scan("sum")),
    "accumulate_product": (lambda: it.accumulate(range(1, 15), lambda a, b: a * b),
                           lambda: mr.range(1, 15).scan("prod")),
    "accumulate_function": (lambda: it.accumulate(range(N), lambda s, x: (s * 31 + x) % 1009),
                            lambda: mr.range(N).scan(s="mod(s*31 + x, 1009)", init=0)),
    "count_of_floats": (lambda: [0.5 + 0.1 * k for k in range(N)],
                        lambda: mr.count(0.5, 0.1).take(N)),
    "batched": (lambda: (sum(range(k, min(k + 7, 100))) for k in range(0, 100, 7)),
                lambda: mr.range(100).chunk(7, "sum")),
    "sliding_window": (lambda: (sum(range(k, k + 5)) for k in range(96)),
                       lambda: mr.range(100).window(5, "sum")),
    "pairwise": (lambda: it.pairwise(range(20)),
                 lambda: mr.range(20).map(a="prev(x, 0)", b="x").skip(1)),
    "groupby": (lambda: ((key, len(list(group))) for key, group in
                         it.groupby(x // 7 for x in range(100))),
                lambda: mr.range(100).map("x / 7").run_length()),
    "unique_justseen": (lambda: (key for key, _ in it.groupby(x * x // 50 for x in range(100))),
                        lambda: mr.range(100).map("x*x / 50").dedup()),
    "compress": (lambda: it.compress(range(10), it.cycle([1, 0, 1])),
                 lambda: mr.range(10).enumerate().filter("i % 3 != 1").map("x")),
    "filterfalse": (lambda: it.filterfalse(lambda x: x % 2, range(9)),
                    lambda: mr.range(9).filter(lambda x: ~(x % 2 == 1))),
    "cycle": (lambda: it.islice(it.cycle(range(3)), 10), lambda: mr.count().map("x % 3").take(10)),
    "product": (lambda: it.product(range(3), range(4)),
                lambda: mr.range(12).map(a="x / 4", b="x % 4")),
    "interleave": (lambda: [x for pair in zip(range(5), range(10, 15)) for x in pair],
                   lambda: mr.range(10).map("x % 2 == 0 ? x / 2 : 10 + x / 2")),
    "tee_by_describing_twice": (lambda: zip(*it.tee(range(5))),
                                lambda: mr.zip(mr.range(5), mr.range(5))),
    "constants": (lambda: (x * 3 + 1 for x in range(9)), lambda: mr.range(9).map("x*k + c", k=3, c=1)),
    "default_arguments": (lambda: map(lambda x, k=3: x * k, range(9)),
                          lambda: mr.range(9).map(lambda x, k=3: x * k)),
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


PROTOCOLS = {
    "len": lambda: len(mr.range(10**18)) == 10**18,
    "len_hint": lambda: operator.length_hint(mr.count().filter("x > 3"), 7) == 7,
    "bool": lambda: bool(mr.count()) and not mr.range(0),
    "index": lambda: (mr.range(9)[4], mr.range(9)[-1]) == (4, 8),
    "numpy_index": lambda: mr.range(9)[np.int64(4)] == 4,
    "slice": lambda: list(mr.range(9)[1:8:3]) == [1, 4, 7],
    "reversed": lambda: next(reversed(mr.range(10**18))) == 10**18 - 1,
    "in": lambda: 7 in mr.range(9) and 9 not in mr.range(9),
    "equal": lambda: mr.range(3).map("x + 1") == mr.seq("range(0,3)|map(x+1)"),
    "not_equal": lambda: mr.range(3) != mr.range(4) and mr.range(3) != [0, 1, 2],
    "hash": lambda: len({mr.range(3), mr.seq("range(0, 3)"), mr.range(4)}) == 2,
    "pickle": lambda: list(pickle.loads(pickle.dumps(mr.range(3).map(lambda x: x * 2)))) == [0, 2, 4],
    "copy": lambda: copy.copy(mr.range(3)) == copy.deepcopy(mr.range(3)) == mr.range(3),
    "unpacking": lambda: (lambda *xs: xs)(*mr.range(3)) == (0, 1, 2),
    "star": lambda: [*mr.range(2), *mr.range(2)] == [0, 1, 0, 1],
    "sorted": lambda: sorted(mr.range(5).map("-x")) == [-4, -3, -2, -1, 0],
    "dict": lambda: dict(mr.range(3).map(k="x", v="x*x")) == {0: 0, 1: 1, 2: 4},
    "fsum": lambda: math.fsum(mr.repeat(0.1, 10)) == 1.0,
    "array": lambda: np.array(mr.range(3)).tolist() == [0, 1, 2],
    "array_dtype": lambda: np.asarray(mr.range(3), dtype="f4").dtype == np.float32,
    "getitems": lambda: mr.range(10**9).__getitems__([5, 3, -1, 5]) == [5, 3, 10**9 - 1, 5],
    "dask_tokenize": lambda: mr.range(3).__dask_tokenize__() ==
    mr.seq("range(0, 3)").__dask_tokenize__() != mr.range(4).__dask_tokenize__(),
    "repr": lambda: eval(repr(mr.range(3).map("x*k", k=0.1)), {"millrace": mr}) ==
    mr.range(3).map("x * 0.1"),
}


@pytest.mark.parametrize("row", PROTOCOLS)
def test_protocols_are_pythons(row):
    assert PROTOCOLS[row]()


REFUSED = {
    "len_endless": (lambda: len(mr.count()), TypeError),
    "len_unknown": (lambda: len(mr.range(9).filter("x > 3")), TypeError),
    "in_endless": (lambda: 3 in mr.count(), TypeError),
    "reversed_endless": (lambda: list(reversed(mr.count())), ValueError),
    "index_past_the_end": (lambda: mr.range(3)[3], IndexError),
    "index_past_an_unknown_end": (lambda: mr.range(9).filter("x > 3")[5], IndexError),
    "index_before_an_unknown_end": (lambda: mr.range(9).filter("x > 3")[-1], TypeError),
    "index_by_text": (lambda: mr.range(3)["x"], TypeError),
    "step_zero": (lambda: mr.range(3)[::0], ValueError),
    "array_endless": (lambda: np.array(mr.count()), TypeError),
    "array_too_large": (lambda: np.array(mr.range(10**12)), MemoryError),
    "pickle_of_memory": (lambda: pickle.dumps(mr.from_arrays(np.zeros(3))), TypeError),
    "assignment": (lambda: operator.setitem(mr.range(3), 0, 1), TypeError),
}


@pytest.mark.parametrize("row", REFUSED)
def test_what_cannot_be_is_refused(row):
    use, kind = REFUSED[row]
    with pytest.raises(kind):
        use()


def seeks():
    stream = mr.count().map("x*x").stream()
    stream.seek(10**9)
    return next(stream)[0] == 10**18


def resumes():
    stream = mr.count().filter("x % 7 == 2").stream(batch=100)
    first = next(stream).tolist()
    state = json.loads(json.dumps(stream.state()))
    return first + mr.resume(state, batch=7).read(50).tolist() == \
        mr.count().filter("x % 7 == 2").head(150)


def loses_nothing_at_the_end():
    stream = mr.range(100).take_while("x < 10").stream()
    return [x for batch in stream for x in batch.tolist()] == list(range(10)) and \
        mr.range(100).drop_while("x < 10").first() == 10


def has_the_same_bits_in_any_batches():
    sums = {mr.uniform(7).take(10**5).map("sin(x)").stream(batch=batch).seq.sum()
            for batch in (64, 1000, 65536)}
    parts = {tuple(mr.normal(seed=3).take(3000).stream(batch=b, engine=e).read(3000).tolist())
             for b in (64, 777) for e in ("host", "auto")}
    return len(sums) == len(parts) == 1


IMPOSSIBLE = {
    "index_far_away": lambda: mr.range(10**15)[10**14] == 10**14,
    "iterate_twice": lambda: (lambda s: list(s) == list(s) == [0, 1, 4])(mr.range(3).map("x*x")),
    "seek": seeks,
    "save_and_resume": resumes,
    "no_loss_at_the_end_of_take_while": loses_nothing_at_the_end,
    "random_element_by_position": lambda: mr.uniform(42)[10**12] ==
    mr.uniform(42).skip(10**12).head(1)[0],
    "prefix_of_draws": lambda: mr.normal(seed=1).head(3) == mr.normal(seed=1).head(300)[:3],
    "linear_recurrence_far_away": lambda:
    mr.fibonacci(mod=1000)[10**15] == mr.fibonacci(mod=1000)[10**15 % 1500],
    "nth_permuted": lambda: sorted(mr.permutation(10, seed=1)) == list(range(10)) and
    0 <= mr.permutation(10**12, seed=1)[10**11] < 10**12,
    "shards": lambda: sorted(x for k in range(3) for x in mr.range(5000).shard(k, 3)) ==
    list(range(5000)),
    "same_bits_in_any_batches": has_the_same_bits_in_any_batches,
    "described_by_text": lambda: str(mr.range(3).map(lambda v: v + 1)) == "range(0, 3) | map(x + 1)",
    "memory_known_beforehand": lambda: "memory: at most" in mr.range(10**18).explain(),
    "budget_refused_at_open": lambda: refuses(lambda: mr.range(10**9).stream(max_memory=1000)),
}


def refuses(use):
    with pytest.raises(MemoryError, match="needs at least"):
        use()
    return True


@pytest.mark.parametrize("row", IMPOSSIBLE)
def test_what_no_generator_can(row):
    assert IMPOSSIBLE[row]()
