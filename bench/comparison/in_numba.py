"""The tasks by Numba: loops, parallel where they can be; compiled code is kept."""
import numba
import numpy as np

from sizes import (
    CHUNK, DARTS, DRIFT, GAMMAS, NORMALS, PATHS, SQUARES, STARTS, STEPS, VOLATILITY, mapped,
    merged)


def jit(**options):
    return numba.njit(cache=True, **options)


def start():
    return [numba.int64(0)]


def squares():
    @jit(parallel=True)
    def run(count):
        total = 0
        for i in numba.prange(count):
            x = i * i
            if x % 7 == 2:
                total += x
        return total
    return [run(SQUARES) % 2**64]


def normals():
    @jit(parallel=True)
    def run(chunks, chunk):
        means, squares = np.empty(chunks), np.empty(chunks)
        for k in numba.prange(chunks):
            mean, sum_of = 0.0, 0.0
            for i in range(chunk):
                x = np.random.standard_normal()
                delta = x - mean
                mean += delta / (i + 1)
                sum_of += delta * (x - mean)
            means[k], squares[k] = mean, sum_of
        return means, squares
    chunk = 1_000_000
    means, squares = run(NORMALS // chunk, chunk)
    return [(merged((chunk, m, s) for m, s in zip(means, squares))[2] / NORMALS) ** 0.5]


def pi():
    @jit(parallel=True)
    def run(count):
        hits = 0
        for _ in numba.prange(count):
            x, y = np.random.random(), np.random.random()
            if x * x + y * y < 1:
                hits += 1
        return hits
    return [4 * run(DARTS) / DARTS]


def window():
    @jit(parallel=True)
    def run(x, piece):
        windows = len(x) - 63
        pieces = (windows + piece - 1) // piece
        best = np.empty(pieces)
        for k in numba.prange(pieces):
            first = k * piece
            total = x[first:first + 64].sum()
            top = total
            for i in range(first + 1, min(first + piece, windows)):
                total += x[i + 63] - x[i - 1]
                top = max(top, total)
            best[k] = top
        return best.max() / 64
    return [run(*mapped("x"), CHUNK)]


def gamma():
    @jit(parallel=True)
    def run(chunks, chunk):
        bins = np.zeros((chunks, 100), np.int64)
        for k in numba.prange(chunks):
            for _ in range(chunk):
                x = np.random.gamma(2.5, 1.0)
                if x < 10:
                    bins[k, int(x * 10)] += 1
        return bins.sum(axis=0)
    return run(GAMMAS // 100_000, 100_000)


def dot():
    @jit(parallel=True, fastmath={"reassoc"})
    def run(x, y):
        total = 0.0
        for i in numba.prange(len(x)):
            total += x[i] * y[i]
        return total
    return [run(*mapped("x", "y"))]


def option():
    @jit(parallel=True)
    def run(paths, steps, drift, volatility):
        total = 0.0
        for path_of in numba.prange(paths):
            price, sum_of = 100.0, 0.0
            for step in range(steps):
                price *= np.exp(drift + volatility * np.random.standard_normal())
                sum_of += price
            total += max(sum_of / steps - 100, 0.0)
        return total / paths
    return [run(PATHS, STEPS, DRIFT, VOLATILITY)]


def collatz():
    @jit(parallel=True)
    def run(starts):
        steps = np.zeros(starts, np.int32)
        for start in numba.prange(1, starts):
            n = start
            while n != 1:
                n = n // 2 if n % 2 == 0 else 3 * n + 1
                steps[start] += 1
        return steps.argmax()
    return [run(STARTS)]


def lowest():
    @jit()
    def run(x):
        total, lowest = 0.0, np.inf
        for value in x:
            total += value
            lowest = min(lowest, total)
        return lowest
    return [run(*mapped("x"))]
