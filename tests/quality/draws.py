#!/usr/bin/python3
"""Random sources against NumPy, SciPy and, where it is installed, JAX.

    draws.py --build BUILD_FOLDER [--draws N] [--words N] [--points N]

Words of the engines: each equal to that of NumPy's Philox, of JAX's threefry, or of the published
algorithm written down once more for NumPy's arrays, from the start and across the places where a
32-bit or a 64-bit word of the counter overflows. Points: each equal to SciPy's. Distributions, at
fixed seeds: the test of Kolmogorov and Smirnov or the chi-square test against SciPy's at 1e-4, and
mean and variance within 5 standard errors.

Needs numpy and scipy, as Debian's python3-scipy brings them to Debian's Python. As a test of ctest
it runs only with MILLRACE_TESTS=long (status 77: skipped).
"""
import argparse
import os
import pathlib
import subprocess
import sys

try:
    import numpy as np
    from scipy import stats
except ImportError:
    np = stats = None

DTYPES = {"u32": "uint32", "u64": "uint64", "i64": "int64", "f32": "float32", "f64": "float64",
          "bool": "uint8"}
LEAST_P = 1e-4
MOST_ERRORS = 5
SKIPPED = 77


class Millrace:
    """The command; gives arrays."""

    def __init__(self, build):
        self.command = build / "millrace"

    def pull(self, pipeline, dtype, engine="opencl"):
        done = subprocess.run([self.command, "--engine", engine, "--format", "raw", pipeline],
                              check=True, stdout=subprocess.PIPE)
        return np.frombuffer(done.stdout, dtype=DTYPES[dtype])


class Report:
    """A line a check; remembers failures."""

    def __init__(self):
        self.failures = 0

    def line(self, name, holds, text):
        self.failures += not holds
        print(f"{name:<52} {text}{'' if holds else '  FAILED'}", flush=True)


# ---- engines, written down for arrays ----

U32 = 0xFFFFFFFF


def high_and_low(a, b):
    product = a * np.uint64(b)
    return product >> np.uint64(32), product & np.uint64(U32)


def philox4x32(positions, seed, stream):
    """Salmon et al. 2011, table 2; block i // 4 under the key, its word i % 4."""
    block = positions >> np.uint64(2)
    c = [block & np.uint64(U32), block >> np.uint64(32), np.full_like(block, stream & U32),
         np.full_like(block, stream >> 32)]
    k0, k1 = seed & U32, seed >> 32
    for _ in range(10):
        high0, low0 = high_and_low(c[0], 0xD2511F53)
        high1, low1 = high_and_low(c[2], 0xCD9E8D57)
        c = [high1 ^ c[1] ^ np.uint64(k0), low1, high0 ^ c[3] ^ np.uint64(k1), low0]
        k0, k1 = k0 + 0x9E3779B9 & U32, k1 + 0xBB67AE85 & U32
    return np.choose((positions & np.uint64(3)).astype(int), c).astype(np.uint32)


def threefry2x32(key, counters):
    """Salmon et al. 2011, section 3.2; both words of a block as one, the first high."""
    keys = [np.uint32(key >> 32), np.uint32(key & U32)]
    keys.append(keys[0] ^ keys[1] ^ np.uint32(0x1BD11BDA))
    x0 = (counters >> np.uint64(32)).astype(np.uint32) + keys[0]
    x1 = (counters & np.uint64(U32)).astype(np.uint32) + keys[1]
    for turn in range(5):
        for r in ((13, 15, 26, 6), (17, 29, 16, 24))[turn % 2]:
            x0 = x0 + x1
            x1 = (x1 << np.uint32(r) | x1 >> np.uint32(32 - r)) ^ x0
        x0 = x0 + keys[(turn + 1) % 3]
        x1 = x1 + keys[(turn + 2) % 3] + np.uint32(turn + 1)
    return x0.astype(np.uint64) << np.uint64(32) | x1


def jax_bits(seed, count):
    try:
        import jax
    except ImportError:
        return None
    jax.config.update("jax_threefry_partitionable", True)
    jax.config.update("jax_enable_x64", True)
    return np.asarray(jax.random.bits(jax.random.key(seed), (count,), "uint32"))


def check_engines(m, report, count):
    with np.errstate(over="ignore"):
        for engine in ("host", "opencl"):
            for first in (0, 2**34 - count // 2, 2**62 + 1):
                at = np.arange(first, first + count, dtype=np.uint64)
                where = f"| skip({first}) | take({count})"
                same = m.pull(f"philox(20111115, 7) {where}", "u32", engine) == philox4x32(
                    at, 20111115, 7)
                report.line(f"philox from {first}, {engine}", same.all(), f"{same.sum()} equal")
            for first in (0, 2**32 - count // 2, 2**62 + 1):
                at = np.arange(first, first + count, dtype=np.uint64)
                where = f"| skip({first}) | take({count})"
                same = m.pull(f"threefry(77, dtype=u64) {where}", "u64",
                              engine) == threefry2x32(77, at)
                report.line(f"threefry from {first}, {engine}", same.all(), f"{same.sum()} equal")
            for key, counter in ((0, 0), (42, 2**32 - 1000), (42 + 5 * 2**64, 2**64 - 1000),
                                 (3, 2**128 - 1000), (2**128 - 1, 2**256 - 1000)):
                keys = ", ".join(str(key >> 64 * k & 2**64 - 1) for k in range(2))
                words = ", ".join(str(counter >> 64 * k & 2**64 - 1) for k in range(4))
                got = m.pull(f"philox4x64(({keys}), ({words})) | take({count})", "u64", engine)
                same = got == np.random.Philox(key=key, counter=counter).random_raw(count)
                report.line(f"philox4x64 as NumPy's, {counter.bit_length()} bits counted, {engine}",
                            same.all(), f"{same.sum()} equal")
            for seed in (0, 42, 2**40 + 1):
                expected = jax_bits(seed, count)
                if expected is not None:
                    same = m.pull(f"threefry({seed}) | take({count})", "u32", engine) == expected
                    report.line(f"threefry as JAX's, seed {seed}, {engine}", same.all(),
                                f"{same.sum()} equal")


# ---- points ----


def check_points(m, report, count):
    for engine in ("host", "opencl"):
        for first in (0, 504, 1016):
            expected = stats.qmc.Halton(first + 8, scramble=False).random(count)[:, first:]
            compare_points(m, report, f"halton(8, {first})", expected, engine)
        for first in (0, 504, 1103):
            sobol = stats.qmc.Sobol(first + 8, scramble=False, bits=30)
            # Any other way of asking warns about numbers of points that are no power of two.
            expected = np.concatenate([sobol.random(1), sobol.random(count - 1)])[:, first:]
            compare_points(m, report, f"sobol(8, {first})", expected, engine)


def compare_points(m, report, pipeline, expected, engine):
    same = True
    for k in range(8):
        column = m.pull(f"{pipeline} | take({len(expected)}) | map(x{k})", "f64", engine)
        same = same and (column == expected[:, k]).all()
    report.line(f"{pipeline} as SciPy's, {engine}", same, f"{len(expected)} points")


# ---- distributions ----


def distributions():
    """Pipeline, dtype, SciPy's distribution."""
    choice = stats.rv_discrete(values=(range(5), (0.1, 0.2, 0.3, 0.0, 0.4)))
    return (
        ("uniform(1)", "f64", stats.uniform()),
        ("uniform(2, lo=-3, hi=7, ends=none)", "f64", stats.uniform(-3, 10)),
        ("uniform(3, dtype=f32)", "f32", stats.uniform()),
        ("normal(seed=4)", "f64", stats.norm()),
        ("normal(1, 2, seed=5, dtype=f32)", "f32", stats.norm(1, 2)),
        ("lognormal(0, 0.25, 6)", "f64", stats.lognorm(0.25)),
        ("exponential(2, 7)", "f64", stats.expon(scale=0.5)),
        ("exponential(2, 8, dtype=f32)", "f32", stats.expon(scale=0.5)),
        ("gamma(0.3, 2, 9)", "f64", stats.gamma(0.3, scale=2)),
        ("gamma(1, 1, 10)", "f64", stats.gamma(1)),
        ("gamma(7.5, 0.5, 11)", "f64", stats.gamma(7.5, scale=0.5)),
        ("beta(2, 0.5, 12)", "f64", stats.beta(2, 0.5)),
        ("beta(0.2, 0.3, 13)", "f64", stats.beta(0.2, 0.3)),
        ("beta(9, 30, 14)", "f64", stats.beta(9, 30)),
        ("sphere(3, 15) | map(x0)", "f64", stats.uniform(-1, 2)),
        ("sphere(5, 16) | map((1 + x4) / 2)", "f64", stats.beta(2, 2)),
        ("simplex(4, 17) | map(x1)", "f64", stats.beta(1, 3)),
        ("range(1e9) | map(rand(18))", "f64", stats.uniform()),
        ("range(1e9) | map(randn(19))", "f64", stats.norm()),
        ("normal(seed=20) | map(erf(x / sqrt(2.0)))", "f64", stats.uniform(-1, 2)),
        ("uniform(21) | map(normal_quantile(x))", "f64", stats.norm()),
        ("squares(22, dtype=u64) | map(f64(x >> 11) / 9007199254740992.0)", "f64", stats.uniform()),
        ("bernoulli(0.3, 24)", "bool", stats.bernoulli(0.3)),
        ("randint(-5, 12, 25)", "i64", stats.randint(-5, 12)),
        ("geometric(0.1, 26)", "i64", stats.geom(0.1)),
        ("geometric(0.9, 27)", "i64", stats.geom(0.9)),
        ("poisson(0.7, 28)", "i64", stats.poisson(0.7)),
        ("poisson(9.5, 29)", "i64", stats.poisson(9.5)),
        ("poisson(250, 30)", "i64", stats.poisson(250)),
        ("poisson(1000000, 35)", "i64", stats.poisson(1000000)),
        ("binomial(20, 0.1, 31)", "i64", stats.binom(20, 0.1)),
        ("binomial(200, 0.6, 32)", "i64", stats.binom(200, 0.6)),
        ("binomial(100000, 0.01, 33)", "i64", stats.binom(100000, 0.01)),
        ("binomial(10000000, 0.3, 36)", "i64", stats.binom(10000000, 0.3)),
        ("categorical((1, 2, 3, 0, 4), 34)", "i64", choice),
    )


def chi_square(draws, law):
    """The p-value; outcomes expected less than 10 times are taken together at both ends."""
    low, high = int(law.ppf(1e-12)) - 1, int(law.ppf(1 - 1e-12)) + 1
    expected = law.pmf(np.arange(low, high + 1)) * len(draws)
    observed = np.bincount(np.clip(draws, low, high).astype(np.int64) - low,
                           minlength=high - low + 1).astype(float)
    if observed[expected == 0].any():
        return 0.0
    rare = expected < 10
    cells = np.append(observed[~rare], observed[rare].sum())
    means = np.append(expected[~rare], max(len(draws) - expected[~rare].sum(), 0))
    if means[-1] < 1:
        cells, means = cells[:-1], means[:-1]
    return stats.chi2.sf(((cells - means) ** 2 / means).sum(), len(cells) - 1)


def check_distributions(m, report, count):
    for pipeline, dtype, law in distributions():
        draws = m.pull(f"{pipeline} | take({count})", dtype)
        discrete = dtype in ("bool", "i64")
        p = chi_square(draws, law) if discrete else stats.kstest(draws, law.cdf,
                                                                 method="asymp").pvalue
        mean, variance, _, excess = (float(x) for x in law.stats(moments="mvsk"))
        draws = draws.astype(np.float64)
        off_mean = (draws.mean() - mean) / np.sqrt(variance / count)
        # The variance of a sample's variance, for n much greater than 1.
        off_variance = (draws.var() - variance) / (variance * np.sqrt((excess + 2) / count))
        holds = (p > LEAST_P and abs(off_mean) < MOST_ERRORS and
                 abs(off_variance) < MOST_ERRORS and len(draws) == count)
        report.line(pipeline, holds, f"p = {p:.4f}, mean {off_mean:+.2f}, "
                                     f"variance {off_variance:+.2f} standard errors")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--draws", type=int, default=10**7)
    parser.add_argument("--words", type=int, default=10**6)
    parser.add_argument("--points", type=int, default=10**5)
    parser.add_argument("--unless-short", action="store_true",
                        help="do nothing unless MILLRACE_TESTS is long")
    options = parser.parse_args()
    if options.unless_short and os.environ.get("MILLRACE_TESTS") != "long":
        print("only with MILLRACE_TESTS=long")
        return SKIPPED
    if stats is None:
        print("needs numpy and scipy: apt-get install python3-scipy, or pip install numpy scipy")
        return 1
    report = Report()
    m = Millrace(options.build)
    check_engines(m, report, options.words)
    check_points(m, report, options.points)
    check_distributions(m, report, options.draws)
    print(f"{report.failures} failed")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
