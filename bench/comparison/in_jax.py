"""The tasks by JAX: loops over chunks; compiled code is kept."""
import jax
import jax.numpy as np

from sizes import (
    CHUNK, DARTS, DRIFT, GAMMAS, NORMALS, PATHS, SQUARES, STARTS, STEPS, VOLATILITY, columns,
    mapped, path)

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_compilation_cache_dir", path("jax"))
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)


def over_chunks(count, chunk, start, step):
    """step(state, number of the chunk) over all chunks, in one compiled loop."""
    assert count % chunk == 0
    return jax.jit(lambda: jax.lax.fori_loop(0, count // chunk, lambda k, s: step(s, k), start))()


def start():
    return [np.zeros(())]


def squares():
    def step(total, k):
        x = k * 100_000 + np.arange(100_000)
        x = x * x
        return total + np.where(x % 7 == 2, x, 0).sum()
    return [int(over_chunks(SQUARES, 100_000, np.int64(0), step)) % 2**64]


def keys(seed):
    """The key of each chunk."""
    key = jax.random.key(seed)
    return lambda k: jax.random.fold_in(key, k)


def normals():
    key = keys(1)

    def step(sums, k):
        x = jax.random.normal(key(k), 100_000)
        return sums[0] + x.sum(), sums[1] + (x * x).sum()
    total, squares = over_chunks(NORMALS, 100_000, (0.0, 0.0), step)
    return [(squares / NORMALS - (total / NORMALS) ** 2) ** 0.5]


def pi():
    key = keys(1)

    def step(hits, k):
        x, y = jax.random.uniform(key(k), (2, 100_000), "f8")
        return hits + (x * x + y * y < 1).sum()
    return [4 * over_chunks(DARTS, 100_000, 0, step) / DARTS]


def window():
    @jax.jit
    def best(x):
        sums = x.cumsum()
        return np.maximum(sums[63], (sums[64:] - sums[:-64]).max())
    series, = mapped("x")
    firsts = [*range(0, len(series) - CHUNK - 63, CHUNK), len(series) - CHUNK - 63]
    return [max(float(best(series[first:first + CHUNK + 63])) for first in firsts) / 64]


def gamma():
    key = keys(1)

    def step(bins, k):
        x = jax.random.gamma(key(k), 2.5, (100_000,), "f8")
        return bins + np.bincount((x * 10).astype(int).clip(0, 100), length=101)
    return over_chunks(GAMMAS, 100_000, np.zeros(101, int), step)[:100]


def dot():
    dot = jax.jit(np.dot)
    return [sum(float(dot(x, y)) for x, y in columns("x", "y"))]


def option():
    key = keys(7)

    def step(total, k):
        moves = DRIFT + VOLATILITY * jax.random.normal(key(k), (STEPS, 5000))
        return total + np.maximum((100 * np.exp(moves.cumsum(0))).mean(0) - 100, 0).sum()
    return [over_chunks(PATHS, 5000, 0.0, step) / PATHS]


def collatz():
    def length(start):
        def step(state):
            n, steps = state
            return np.where(n % 2 == 0, n // 2, 3 * n + 1), steps + 1
        return jax.lax.while_loop(lambda state: state[0] != 1, step, (start, 0))[1]
    lengths = jax.jit(lambda: jax.lax.map(length, np.arange(1, STARTS), batch_size=1000))
    return [int(lengths().argmax()) + 1]


def lowest():
    @jax.jit
    def step(carry, lowest, x):
        sums = carry + x.cumsum()
        return sums[-1], np.minimum(lowest, sums.min())
    carry, lowest = 0.0, float("inf")
    for (x,) in columns("x"):
        carry, lowest = step(carry, lowest, x)
    return [lowest]
