#!/usr/bin/env python3
"""The rows' work by CuPy, as its users would write it, beside ./dev gpu's own.

    peers_cupy.py DEVICE SECONDS [MODULE [ELEMENTS]]

takes the first CUDA device whose name is in DEVICE, or the first, and prints

    name of a row|positions a second|bytes of results a second|CuPy

where everything stays on the device. Answers are checked before anything is timed, and a wrong one
is left out and named. MODULE is what stands for CuPy: numpy, in a test. Exit code 3: it is not
there.
"""
import importlib
import sys
import time

CHECKED = 1 << 16


def wait(xp):
    if hasattr(xp, "cuda"):
        xp.cuda.Device().synchronize()


def take_device(xp, wanted):
    """The number of the device that `wanted` names."""
    if not hasattr(xp, "cuda"):
        return
    for number in range(xp.cuda.runtime.getDeviceCount()):
        name = xp.cuda.runtime.getDeviceProperties(number)["name"]
        if (name.decode() if isinstance(name, bytes) else name) in wanted:
            xp.cuda.Device(number).use()
            return


def philox(xp, seed):
    kind = getattr(xp.random, "Philox4x3210", None) or xp.random.Philox
    return xp.random.Generator(kind(seed))


def squares_summed(xp, n):
    x = xp.arange(n, dtype="uint64")
    y = x * x
    return y[y % 7 == 2].sum()


def arithmetic_summed(xp, n):
    x = xp.arange(n, dtype="float64") * 1e-9
    return (x * x * 0.5 + 1).sum()


def monte_carlo(xp, n):
    random = philox(xp, 1)
    a, b = random.random(n, dtype="float32"), random.random(n, dtype="float32")
    return xp.count_nonzero(a * a + b * b < 1)


def normal_mean(xp, n):
    return philox(xp, 1).standard_normal(n, dtype="float32").mean()


def histogram(xp, n):
    values = philox(xp, 1).random(n, dtype="float32")
    return xp.histogram(values, bins=256, range=(0, 1))[0]


def one_in_three(xp, n):
    x = xp.arange(n, dtype="uint64")
    hashed = (x * xp.uint64(0x9E3779B97F4A7C15)) >> xp.uint64(33)
    return x[hashed % xp.uint64(3) == 0]


def memory(xp, n):
    return xp.tile(xp.asarray([0.25, 0.75]), n // 2)


def kept(function):
    """For rows whose input is on the device before."""
    function.is_kept = True
    return function


@kept
def memory_summed(xp, x):
    return x.sum()


@kept
def memory_mapped(xp, x):
    return x * x + 1


@kept
def memory_filtered(xp, x):
    return x[x > 0.5]


# Name of the row, bytes of a position's result, what computes it, and what is true of its answer.
ROWS = [
    ("squares, summed", 0, squares_summed,
     lambda y, n: int(y) == sum(x * x for x in range(n) if x * x % 7 == 2)),
    ("f64 arithmetic, summed", 0, arithmetic_summed, lambda y, n: abs(float(y) - n) < 1),
    ("Monte Carlo pi, f32", 0, monte_carlo, lambda y, n: abs(int(y) / n - 0.785398) < 0.02),
    ("normal f32, mean", 0, normal_mean, lambda y, n: abs(float(y)) < 0.05),
    ("histogram, 256 bins", 0, histogram, lambda y, n: int(y.sum()) == n),
    ("from memory, summed", 0, memory_summed, lambda y, n: float(y) == n / 2),
    ("from memory, x*x+1", 8, memory_mapped, lambda y, n: float(y[1]) == 1.5625),
    ("from memory, half survive", 4, memory_filtered, lambda y, n: len(y) == n // 2),
    ("halves, f32", 4, lambda xp, n: xp.arange(n, dtype="float32") * xp.float32(0.5),
     lambda y, n: float(y[7]) == 3.5),
    ("uniform f32", 4, lambda xp, n: philox(xp, 1).random(n, dtype="float32"),
     lambda y, n: 0 <= float(y.min()) and abs(float(y.mean()) - 0.5) < 0.02),
    ("uniform f64", 8, lambda xp, n: philox(xp, 1).random(n, dtype="float64"),
     lambda y, n: 0 <= float(y.min()) and abs(float(y.mean()) - 0.5) < 0.02),
    ("normal f32", 4, lambda xp, n: philox(xp, 1).standard_normal(n, dtype="float32"),
     lambda y, n: abs(float(y.mean())) < 0.05),
    ("normal f64", 8, lambda xp, n: philox(xp, 1).standard_normal(n, dtype="float64"),
     lambda y, n: abs(float(y.mean())) < 0.05),
    ("one in three", 8 / 3, one_in_three, lambda y, n: abs(len(y) / n - 1 / 3) < 0.01),
    ("running sum i64", 8, lambda xp, n: xp.cumsum(xp.arange(n, dtype="int64") % 1000),
     lambda y, n: int(y[1999]) == 999000),
    ("running sum f64", 8, lambda xp, n: xp.cumsum(xp.arange(n, dtype="float64") * 1e-9),
     lambda y, n: abs(float(y[2000]) - 2.001e-3) < 1e-9),
]


def time_row(xp, function, n, enough_s):
    """Seconds of the best pass of as many as take long enough."""
    given = memory(xp, n) if hasattr(function, "is_kept") else n
    function(xp, given)
    wait(xp)
    best_s, end_s, passes = 1e9, time.perf_counter() + enough_s, 0
    while passes < 2 or time.perf_counter() < end_s:
        start_s = time.perf_counter()
        function(xp, given)
        wait(xp)
        best_s = min(best_s, time.perf_counter() - start_s)
        passes += 1
    return best_s


def main(arguments):
    device, seconds = arguments[0], float(arguments[1])
    module = arguments[2] if len(arguments) > 2 else "cupy"
    n = int(arguments[3]) if len(arguments) > 3 else 1 << 26
    try:
        xp = importlib.import_module(module)
        take_device(xp, device)
    except Exception as error:  # it may be there and find no driver
        print(f"{module}: {error}", file=sys.stderr)
        return 3
    print(f"{module} {xp.__version__}, {n} elements", file=sys.stderr)
    end_s = time.perf_counter() + seconds
    enough_s = 0.25 if n > CHECKED else 0
    failed = False
    for name, result_bytes, function, is_true in ROWS:
        if time.perf_counter() > end_s:
            break
        given = memory(xp, CHECKED) if hasattr(function, "is_kept") else CHECKED
        try:
            if not is_true(function(xp, given), CHECKED):
                raise ValueError("a wrong answer")
            rate = n / time_row(xp, function, n, enough_s)
        except Exception as error:
            failed = True
            print(f"{name}: {error}", file=sys.stderr)
            continue
        print(f"{name}|{rate:.0f}|{rate * result_bytes:.0f}|CuPy", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
