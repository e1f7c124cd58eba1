"""The ways of Python: NumPy in chunks that stay in the cache, numexpr, generators.

Reads lines "workload peer count path path path", answers "seconds answer" (or a reason) each.
"""
import sys
import time

CHUNK = 1 << 16


def numpy_chunks(np, count, dtype):
    for first in range(0, count, CHUNK):
        yield np.arange(first, min(first + CHUNK, count), dtype=dtype)


def columns(np, count, paths):
    arrays = [np.load(path, mmap_mode="r") for path in paths]
    for first in range(0, min(count, len(arrays[0])), CHUNK):
        yield [a[first:first + CHUNK] for a in arrays]


def philox(np, count, seed):
    generator = np.random.Generator(np.random.Philox(seed))
    for first in range(0, count, CHUNK):
        yield generator.random(min(CHUNK, count - first), dtype=np.float32)


def numpy_w1(np, count, paths):
    total = 0
    for i in numpy_chunks(np, count, np.uint64):
        x = i * i
        total += int(x[x % np.uint64(7) == 2].sum())
    return total % 2**64


def numpy_w2(np, count, paths):
    total = 0.0
    for i in numpy_chunks(np, count, np.float64):
        x = i * 1e-9
        total += float((x * x * 0.5 + 1).sum())
    return total


def numpy_w3(np, count, paths):
    for x in philox(np, count, 1):
        pass
    return 0


def numpy_w4(np, count, paths):
    return sum(int(np.count_nonzero(a * a + b * b < 1))
               for a, b in zip(philox(np, count, 1), philox(np, count, 2)))


def numpy_w5(np, count, paths):
    generator = np.random.Generator(np.random.Philox(1))
    for first in range(0, count, CHUNK):
        generator.standard_normal(min(CHUNK, count - first), dtype=np.float32)
    return 0


def numpy_w6(np, count, paths):
    return sum(float((x * x + 1).sum()) for (x,) in columns(np, count, paths[:1]))


def numpy_w7(np, count, paths):
    for (x,) in columns(np, count, paths[:1]):
        np.sqrt(x[x > 0])
    return 0


def numpy_w8(np, count, paths):
    for x in numpy_chunks(np, count, np.uint64):
        x[(x * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(33)) % np.uint64(3) == 0]
    return 0


def numpy_w9f(np, count, paths):
    carry = 0.0
    for (x,) in columns(np, count, paths[:1]):
        carry = (np.cumsum(x) + carry)[-1]
    return 0


def numpy_w9i(np, count, paths):
    carry = 0
    for (x,) in columns(np, count, paths[:1]):
        carry = (np.cumsum((x * 1e6).astype(np.int64)) + carry)[-1]
    return 0


def numpy_w10(np, count, paths):
    array = np.load(paths[0], mmap_mode="r")
    for first in range(0, len(array) - 63, CHUNK):
        sums = np.cumsum(array[first:first + CHUNK + 63])
        sums[64:] -= sums[:-64].copy()
        sums[63:] / 64
    return 0


def numpy_w11(np, count, paths):
    return sum(float((a * b + c).sum()) for a, b, c in columns(np, count, paths))


def numpy_w13(np, count, paths):
    bins = 0
    for x in philox(np, count, 1):
        bins = bins + np.bincount((x * 256).astype(np.intp), minlength=256)
    return 0


def numpy_r1(np, count, paths):
    words = np.random.Philox(1)  # 64 bits at once is its fastest way, two words of 32 to millrace
    for first in range(0, count, CHUNK):
        words.random_raw(min(CHUNK, count - first) // 2)
    return 0


numpy_r2 = numpy_w3
numpy_r3 = numpy_w5


def numpy_r4(np, count, paths):
    np.random.Generator(np.random.Philox(1)).permutation(count)
    return 0


def numexpr_w1(ne, count, paths):
    import numpy as np
    # numexpr has no unsigned integers; squares stay positive below 3e9.
    if count > 3_000_000_000:
        raise ValueError("numexpr has no u64")
    return sum(int(ne.evaluate("sum(where(x * x % 7 == 2, x * x, 0))", {"x": x}))
               for x in numpy_chunks(np, count, np.int64)) % 2**64


def numexpr_w2(ne, count, paths):
    import numpy as np
    return sum(float(ne.evaluate("sum((x * 1e-9) ** 2 * 0.5 + 1)", {"x": x}))
               for x in numpy_chunks(np, count, np.float64))


def numexpr_w6(ne, count, paths):
    import numpy as np
    x = np.load(paths[0], mmap_mode="r")
    return float(ne.evaluate("sum(x * x + 1)", {"x": x}))


def numexpr_w7(ne, count, paths):
    import numpy as np
    for (x,) in columns(np, count, paths[:1]):
        ne.evaluate("sqrt(y)", {"y": x[x > 0]})
    return 0


def numexpr_w11(ne, count, paths):
    import numpy as np
    a, b, c = (np.load(path, mmap_mode="r") for path in paths)
    return float(ne.evaluate("sum(a * b + c)", {"a": a, "b": b, "c": c}))


def python_w1(_, count, paths):
    squares = (i * i for i in range(count))
    return sum(x for x in squares if x % 7 == 2) % 2**64


def python_w2(_, count, paths):
    scaled = (i * 1e-9 for i in range(count))
    return sum(x * x * 0.5 + 1 for x in scaled)


def uniforms(count):
    import random
    generator = random.Random(1)
    return (generator.random() for _ in range(count))


def python_w3(_, count, paths):
    for _ in uniforms(count):
        pass
    return 0


def python_w4(_, count, paths):
    return sum(1 for a, b in zip(uniforms(count), uniforms(count)) if a * a + b * b < 1)


def python_w5(_, count, paths):
    import random
    generator = random.Random(1)
    for _ in (generator.gauss(0, 1) for _ in range(count)):
        pass
    return 0


def python_w8(_, count, paths):
    mask = 2**64 - 1
    for _ in (x for x in range(count) if ((x * 0x9E3779B97F4A7C15 & mask) >> 33) % 3 == 0):
        pass
    return 0


def python_w12(_, count, paths):
    modulus = 2**61 - 1
    a, b = 0, 1
    for _ in range(count):
        a, b = b, (a + b) % modulus
    return 0


def python_w13(_, count, paths):
    bins = [0] * 256
    for x in uniforms(count):
        bins[int(x * 256)] += 1
    return 0


def choose(g, n, shares=(0.1, 0.2, 0.3, 0.0, 0.4)):
    return g.choice(5, n, p=shares)


def sphere(g, n):
    x = g.standard_normal((n, 3))
    return x / ((x * x).sum(axis=1) ** 0.5)[:, None]


DRAWS = {
    "d1": lambda g, n: g.random(n),
    "d2": lambda g, n: g.standard_normal(n),
    "d3": lambda g, n: g.lognormal(0, 1, n),
    "d4": lambda g, n: g.standard_exponential(n),
    "d5": lambda g, n: g.standard_exponential(n, dtype="f4"),
    "d6": lambda g, n: g.standard_gamma(2.5, n),
    "d7": lambda g, n: g.standard_gamma(0.5, n),
    "d8": lambda g, n: g.beta(2, 5, n),
    "d9": lambda g, n: g.beta(0.5, 0.5, n),
    "d10": lambda g, n: g.integers(0, 100, n),
    "d11": lambda g, n: g.random(n) < 0.3,
    "d12": lambda g, n: g.geometric(0.1, n),
    "d13": lambda g, n: g.poisson(30, n),
    "d14": lambda g, n: g.poisson(1e6, n),
    "d15": lambda g, n: g.binomial(1000, 0.4, n),
    "d16": lambda g, n: g.binomial(10**7, 0.4, n),
    "d17": choose,
    "d18": lambda g, n: g.bit_generator.random_raw(n),
    "d19": sphere,
    "d20": lambda g, n: g.dirichlet((1, 1, 1), n),
}


def draws(workload):
    """NumPy's default generator, whose words are the fastest it has."""
    def run(np, count, paths):
        generator = np.random.default_rng(1)
        for first in range(0, count, CHUNK):
            DRAWS[workload](generator, min(CHUNK, count - first))
        return 0
    return run


def load(name):
    """The module a peer needs; a generator needs none."""
    if name == "python":
        return None
    module = __import__(name)
    if name == "numexpr":
        import os
        module.set_num_threads(os.cpu_count())
    return module


def main():
    for line in sys.stdin:
        workload, peer, count, *paths = line.split()
        try:
            name = workload.lower()
            function = draws(name) if name in DRAWS else globals()[f"{peer}_{name}"]
            module = load(peer)
            start = time.perf_counter()
            answer = function(module, int(count), paths)
            print(f"{time.perf_counter() - start:.9f} {answer}", flush=True)
        except Exception as problem:  # any failure is that peer's alone
            print(f"not run ({type(problem).__name__}: {problem})".replace("\n", " "), flush=True)


main()
