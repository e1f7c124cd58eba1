"""Ten tasks as one who knows a peer would write them: comparison_tasks.py FOLDER PEER TASK.

Prints the answer, numbers between blanks. Each peer uses all cores that it uses by itself, and works in
pieces where it would else hold the whole sequence; comparison.py says why a peer has no way.
"""
import sys

CHUNK = 1 << 16
SQUARES, NORMALS, DARTS, GAMMAS, PATHS, STEPS, STARTS = (
    300_000_000, 50_000_000, 50_000_000, 10_000_000, 500_000, 16, 1_000_000)
DRIFT, VOLATILITY = 0.0003, 0.05
FOLDER = sys.argv[1]


def path(name):
    return f"{FOLDER}/{name}"


def sizes(count, chunk=CHUNK):
    return (min(chunk, count - first) for first in range(0, count, chunk))


def merged(parts):
    """Count, mean and sum of squared deviations of all parts, by Chan's rule."""
    count, mean, squares = 0, 0.0, 0.0
    for n, m, s in parts:
        delta = m - mean
        squares += s + delta * delta * count * n / (count + n)
        mean += delta * n / (count + n)
        count += n
    return count, mean, squares


# ---- NumPy: chunks that stay in the cache --------------------------------------------------------


def columns(*names):
    import numpy as np
    arrays = [np.load(path(name + ".npy"), mmap_mode="r") for name in names]
    for first in range(0, len(arrays[0]), CHUNK):
        yield [array[first:first + CHUNK] for array in arrays]


def numpy_start():
    import numpy
    return [numpy.int64(0)]


def numpy_squares():
    import numpy as np
    total = 0
    for first in range(0, SQUARES, CHUNK):
        x = np.arange(first, min(first + CHUNK, SQUARES))
        x *= x
        total += int(x[x % 7 == 2].sum())
    return [total % 2**64]


def numpy_normals():
    import numpy as np
    draws = np.random.default_rng(1)
    parts = ((n, x.mean(), x.var() * n) for n in sizes(NORMALS) for x in [draws.standard_normal(n)])
    return [(merged(parts)[2] / NORMALS) ** 0.5]


def numpy_pi():
    import numpy as np
    draws = np.random.default_rng(1)
    hits = 0
    for n in sizes(DARTS):
        x, y = draws.random(n), draws.random(n)
        hits += np.count_nonzero(x * x + y * y < 1)
    return [4 * hits / DARTS]


def numpy_window():
    import numpy as np
    series, best = np.load(path("x.npy"), mmap_mode="r"), -np.inf
    for first in range(0, len(series) - 63, CHUNK):
        sums = np.cumsum(series[first:first + CHUNK + 63])
        sums[64:] -= sums[:-64].copy()
        best = max(best, sums[63:].max())
    return [best / 64]


def numpy_gamma():
    import numpy as np
    draws = np.random.default_rng(1)
    return sum(np.histogram(draws.gamma(2.5, size=n), 100, (0, 10))[0] for n in sizes(GAMMAS))


def numpy_csv():
    import numpy as np
    day, price, volume = np.loadtxt(path("trades.csv"), delimiter=",", skiprows=1, unpack=True)
    return [(price * volume)[day >= 100].sum()]


def numpy_dot():
    import numpy as np
    x, y = (np.load(path(name), mmap_mode="r") for name in ("x.npy", "y.npy"))
    return [x.dot(y)]


def numpy_option():
    import numpy as np
    draws, total = np.random.default_rng(7), 0.0
    for n in sizes(PATHS, CHUNK // STEPS):
        moves = DRIFT + VOLATILITY * draws.standard_normal((STEPS, n))
        prices = 100 * np.exp(moves.cumsum(axis=0))
        total += np.maximum(prices.mean(axis=0) - 100, 0).sum()
    return [total / PATHS]


def numpy_collatz():
    import numpy as np
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


def numpy_lowest():
    import numpy as np
    carry, lowest = 0.0, np.inf
    for (x,) in columns("x"):
        sums = np.cumsum(x)
        sums += carry
        carry, lowest = sums[-1], min(lowest, sums.min())
    return [lowest]


# ---- numexpr: NumPy's chunks, expressions in its own threads -------------------------------------


def numexpr_start():
    import numexpr
    return [numexpr.evaluate("0")]


def numexpr_squares():
    import numexpr as ne
    import numpy as np
    total, chunk = 0, 1 << 20
    for first in range(0, SQUARES, chunk):
        x = np.arange(first, min(first + chunk, SQUARES))
        total += int(ne.evaluate("sum(where(x * x % 7 == 2, x * x, 0))"))
    return [total % 2**64]


def numexpr_dot():
    import numexpr as ne
    import numpy as np
    x, y = (np.load(path(name), mmap_mode="r") for name in ("x.npy", "y.npy"))
    return [ne.evaluate("sum(x * y)")]


# ---- Numba: loops, parallel where they can be; compiled code is kept -----------------------------


def jit(**options):
    import numba
    return numba.njit(cache=True, **options)


def numba_start():
    import numba
    return [numba.int64(0)]


def numba_squares():
    import numba

    @jit(parallel=True)
    def run(count):
        total = 0
        for i in numba.prange(count):
            x = i * i
            if x % 7 == 2:
                total += x
        return total
    return [run(SQUARES) % 2**64]


def numba_normals():
    import numba
    import numpy as np

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


def numba_pi():
    import numba
    import numpy as np

    @jit(parallel=True)
    def run(count):
        hits = 0
        for _ in numba.prange(count):
            x, y = np.random.random(), np.random.random()
            if x * x + y * y < 1:
                hits += 1
        return hits
    return [4 * run(DARTS) / DARTS]


def numba_window():
    import numba
    import numpy as np

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
    return [run(np.load(path("x.npy"), mmap_mode="r"), CHUNK)]


def numba_gamma():
    import numba
    import numpy as np

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


def numba_dot():
    import numba
    import numpy as np

    @jit(parallel=True, fastmath={"reassoc"})
    def run(x, y):
        total = 0.0
        for i in numba.prange(len(x)):
            total += x[i] * y[i]
        return total
    return [run(*(np.load(path(name), mmap_mode="r") for name in ("x.npy", "y.npy")))]


def numba_option():
    import numba
    import numpy as np

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


def numba_collatz():
    import numba
    import numpy as np

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


def numba_lowest():
    import numpy as np

    @jit()
    def run(x):
        total, lowest = 0.0, np.inf
        for value in x:
            total += value
            lowest = min(lowest, total)
        return lowest
    return [run(np.load(path("x.npy"), mmap_mode="r"))]


# ---- JAX: loops over chunks; compiled code is kept -----------------------------------------------


def jax_of():
    import jax
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_compilation_cache_dir", path("jax"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    return jax


def jax_chunks(count, chunk, start, step):
    """step(state, number of the chunk) over all chunks, in one compiled loop."""
    jax = jax_of()
    assert count % chunk == 0
    return jax.jit(lambda: jax.lax.fori_loop(0, count // chunk, lambda k, s: step(s, k), start))()


def jax_start():
    return [jax_of().numpy.zeros(())]


def jax_squares():
    np = jax_of().numpy

    def step(total, k):
        x = k * 100_000 + np.arange(100_000)
        x = x * x
        return total + np.where(x % 7 == 2, x, 0).sum()
    return [int(jax_chunks(SQUARES, 100_000, np.int64(0), step)) % 2**64]


def jax_draws(seed):
    jax = jax_of()
    key = jax.random.key(seed)
    return jax, lambda k: jax.random.fold_in(key, k)


def jax_normals():
    jax, key = jax_draws(1)

    def step(sums, k):
        x = jax.random.normal(key(k), 100_000)
        return sums[0] + x.sum(), sums[1] + (x * x).sum()
    total, squares = jax_chunks(NORMALS, 100_000, (0.0, 0.0), step)
    return [(squares / NORMALS - (total / NORMALS) ** 2) ** 0.5]


def jax_pi():
    jax, key = jax_draws(1)

    def step(hits, k):
        x, y = jax.random.uniform(key(k), (2, 100_000), "f8")
        return hits + (x * x + y * y < 1).sum()
    return [4 * jax_chunks(DARTS, 100_000, 0, step) / DARTS]


def jax_window():
    jax = jax_of()
    import numpy

    @jax.jit
    def best(x):
        sums = x.cumsum()
        return jax.numpy.maximum(sums[63], (sums[64:] - sums[:-64]).max())
    series = numpy.load(path("x.npy"), mmap_mode="r")
    firsts = [*range(0, len(series) - CHUNK - 63, CHUNK), len(series) - CHUNK - 63]
    return [max(float(best(series[first:first + CHUNK + 63])) for first in firsts) / 64]


def jax_gamma():
    jax, key = jax_draws(1)
    np = jax.numpy

    def step(bins, k):
        x = jax.random.gamma(key(k), 2.5, (100_000,), "f8")
        return bins + np.bincount((x * 10).astype(int).clip(0, 100), length=101)
    return jax_chunks(GAMMAS, 100_000, np.zeros(101, int), step)[:100]


def jax_dot():
    jax = jax_of()
    dot = jax.jit(jax.numpy.dot)
    return [sum(float(dot(x, y)) for x, y in columns("x", "y"))]


def jax_option():
    jax, key = jax_draws(7)
    np = jax.numpy

    def step(total, k):
        moves = DRIFT + VOLATILITY * jax.random.normal(key(k), (STEPS, 5000))
        return total + np.maximum((100 * np.exp(moves.cumsum(0))).mean(0) - 100, 0).sum()
    return [jax_chunks(PATHS, 5000, 0.0, step) / PATHS]


def jax_collatz():
    jax = jax_of()
    np = jax.numpy

    def length(start):
        def step(state):
            n, steps = state
            return np.where(n % 2 == 0, n // 2, 3 * n + 1), steps + 1
        return jax.lax.while_loop(lambda state: state[0] != 1, step, (start, 0))[1]
    lengths = jax.jit(lambda: jax.lax.map(length, np.arange(1, STARTS), batch_size=1000))
    return [int(lengths().argmax()) + 1]


def jax_lowest():
    jax = jax_of()
    np = jax.numpy

    @jax.jit
    def step(carry, lowest, x):
        sums = carry + x.cumsum()
        return sums[-1], np.minimum(lowest, sums.min())
    carry, lowest = 0.0, float("inf")
    for (x,) in columns("x"):
        carry, lowest = step(carry, lowest, x)
    return [lowest]


# ---- Polars: its lazy frames, collected by the streaming engine ----------------------------------


def polars_start():
    import polars
    return [polars.select(polars.lit(0)).item()]


def collected(frame, what):
    return [frame.select(what).collect(engine="streaming").item()]


def polars_file():
    import polars as pl
    return pl.scan_parquet(path("xy.parquet")), pl.col("x"), pl.col("y")


def polars_squares():
    import polars as pl
    # A range of polars is made whole; pieces of it keep the memory flat.
    total, chunk = 0, 1 << 20
    for first in range(0, SQUARES, chunk):
        x = pl.int_range(first, min(first + chunk, SQUARES), eager=True).alias("x")
        x = x.to_frame().lazy().select(x=pl.col("x") * pl.col("x"))
        total += x.filter(pl.col("x") % 7 == 2).sum().collect().item()
    return [total % 2**64]


def polars_window():
    frame, x, _ = polars_file()
    return collected(frame, x.rolling_mean(64).max())


def polars_csv():
    import polars as pl
    rows = pl.scan_csv(path("trades.csv")).filter(pl.col("day") >= 100)
    return collected(rows, (pl.col("price") * pl.col("volume")).sum())


def polars_dot():
    frame, x, y = polars_file()
    return collected(frame, (x * y).sum())


def polars_lowest():
    frame, x, _ = polars_file()
    return collected(frame, x.cum_sum().min())


# ---- DuckDB: SQL ---------------------------------------------------------------------------------


def sql(query):
    import duckdb
    return list(duckdb.sql(query).fetchall()[0])


def duckdb_start():
    return sql("SELECT 0")


def duckdb_squares():
    total, = sql(f"SELECT sum(x) FROM (SELECT range * range AS x FROM range({SQUARES})) "
                 "WHERE x % 7 = 2")
    return [total % 2**64]


# Box and Muller's way, for it has uniform numbers only.
NORMAL = "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())"


def duckdb_normals():
    return sql(f"SELECT stddev_pop({NORMAL}) FROM range({NORMALS})")


def duckdb_pi():
    return sql(f"SELECT 4 * avg((random() ** 2 + random() ** 2 < 1)::INT) FROM range({DARTS})")


def duckdb_window():
    return sql("SELECT max(m) FROM (SELECT avg(x) OVER (ROWS 63 PRECEDING) AS m, "
               f"row_number() OVER () AS n FROM '{path('xy.parquet')}') WHERE n >= 64")


def duckdb_csv():
    return sql(f"SELECT sum(price * volume) FROM '{path('trades.csv')}' WHERE day >= 100")


def duckdb_dot():
    return sql(f"SELECT sum(x * y) FROM '{path('xy.parquet')}'")


def duckdb_option():
    return sql(f"""
        WITH walk AS (SELECT range // {STEPS} AS path, 100 * exp(sum({DRIFT} + {VOLATILITY} * {NORMAL})
                OVER (PARTITION BY range // {STEPS} ORDER BY range)) AS price
            FROM range({PATHS * STEPS}))
        SELECT avg(greatest(m - 100, 0)) FROM (SELECT avg(price) AS m FROM walk GROUP BY path)""")


def duckdb_collatz():
    return sql(f"""
        WITH RECURSIVE walk AS (SELECT range AS start, range AS n, 0 AS steps FROM range(1, {STARTS})
            UNION ALL SELECT start, if(n % 2 = 0, n // 2, 3 * n + 1), steps + 1 FROM walk WHERE n != 1)
        SELECT arg_max(start, steps) FROM walk WHERE n = 1""")


def duckdb_lowest():
    return sql("SELECT min(s) FROM (SELECT sum(x) OVER (ROWS UNBOUNDED PRECEDING) AS s "
               f"FROM '{path('xy.parquet')}')")


if __name__ == "__main__":
    print(*globals()[f"{sys.argv[2]}_{sys.argv[3]}"]())
