"""The tasks by NumPy, in chunks that stay in the cache."""
import numpy as np

from sizes import (
    CHUNK, DARTS, DRIFT, GAMMAS, NORMALS, PATHS, SQUARES, STARTS, STEPS, VOLATILITY, chunks,
    columns, mapped, merged, path)


def start():
    return [np.int64(0)]


def squares():
    total = 0
    for first in range(0, SQUARES, CHUNK):
        x = np.arange(first, min(first + CHUNK, SQUARES))
        x *= x
        total += int(x[x % 7 == 2].sum())
    return [total % 2**64]


def normals():
    draws = np.random.default_rng(1)
    drawn = (draws.standard_normal(n) for n in chunks(NORMALS))
    parts = ((len(x), x.mean(), x.var() * len(x)) for x in drawn)
    return [(merged(parts)[2] / NORMALS) ** 0.5]


def pi():
    draws = np.random.default_rng(1)
    hits = 0
    for n in chunks(DARTS):
        x, y = draws.random(n), draws.random(n)
        hits += np.count_nonzero(x * x + y * y < 1)
    return [4 * hits / DARTS]


def window():
    (series,), best = mapped("x"), -np.inf
    for first in range(0, len(series) - 63, CHUNK):
        sums = np.cumsum(series[first:first + CHUNK + 63])
        sums[64:] -= sums[:-64].copy()
        best = max(best, sums[63:].max())
    return [best / 64]


def gamma():
    draws = np.random.default_rng(1)
    return sum(np.histogram(draws.gamma(2.5, size=n), 100, (0, 10))[0] for n in chunks(GAMMAS))


def csv():
    day, price, volume = np.loadtxt(path("trades.csv"), delimiter=",", skiprows=1, unpack=True)
    return [(price * volume)[day >= 100].sum()]


def dot():
    x, y = mapped("x", "y")
    return [x.dot(y)]


def option():
    draws, total = np.random.default_rng(7), 0.0
    for n in chunks(PATHS, CHUNK // STEPS):
        moves = DRIFT + VOLATILITY * draws.standard_normal((STEPS, n))
        prices = 100 * np.exp(moves.cumsum(axis=0))
        total += np.maximum(prices.mean(axis=0) - 100, 0).sum()
    return [total / PATHS]


def collatz():
    best, longest = 0, 0
    for first in range(1, STARTS, CHUNK):
        n = np.arange(first, min(first + CHUNK, STARTS))
        starts, steps = n.copy(), 0
        while len(n):
            going = n != 1
            if not going.any():
                break
            n, starts = n[going], starts[going]
            n = np.where(n % 2 == 0, n // 2, 3 * n + 1)
            steps += 1
        if steps > longest:
            best, longest = starts[0], steps
    return [best]


def lowest():
    carry, lowest = 0.0, np.inf
    for (x,) in columns("x"):
        sums = np.cumsum(x)
        sums += carry
        carry, lowest = sums[-1], min(lowest, sums.min())
    return [lowest]
