#!/usr/bin/env python3
"""Ten tasks by millrace and by those that would do them in Python; `./dev bench --peers` calls it.

    compare.py --millrace COMMAND --python PYTHON --folder FOLDER [--page PAGE] [--seconds N]

Each run is a process of its own. All peers take turns, round after round, until the time is up; answers
are compared with those of millrace. Prints the tables, or puts them between the marks of PAGE.
"""
import argparse
import datetime
import math
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time

TASK = pathlib.Path(__file__).with_name("task.py")
PEERS = {"millrace": "millrace", "numpy": "NumPy", "numexpr": "numexpr", "numba": "Numba",
         "jax": "JAX", "polars": "Polars", "duckdb": "DuckDB"}
LIMIT_S = 60  # of one run
ROUNDS = 9    # at most
UNCOUNTED = {"millrace": 6}  # runs before the first that counts; of all others one
FIGURES = ("CPU time, seconds", "Wall time, seconds", "Peak memory, MiB")


def exact(a, b):
    return a == b


def close(a, b):
    return abs(a - b) <= 1e-9 * abs(b)


def within(sd):
    """Two estimates, each of which has this standard deviation."""
    return lambda a, b: abs(a - b) <= 6 * math.sqrt(2) * sd


def counts(a, b):
    return abs(a - b) <= 6 * math.sqrt(a + b + 1)


# Task: what is done, with its sizes; how far answers may be apart; millrace's pipeline. The sizes stand
# in sizes.py, too, as far as they are not those of the files.
ROWS = {
    "start": ("nothing: the start alone", exact, "range(1)"),
    "squares": ("sum of the squares below (3e8)^2 that are 2 modulo 7", exact,
                "range(3e8) | map(x*x) | filter(x % 7 == 2) | map(u64(x)) | sum()"),
    "normals": ("standard deviation of 5e7 normal numbers", within(1e-4),
                "normal(seed=1) | take(5e7) | std()"),
    "pi": ("pi by 5e7 darts", within(2.4e-4),
           "zip(x: uniform(seed=1), y: uniform(seed=1, stream=1)) | take(5e7)"
           " | map(x*x + y*y < 1 ? 4.0 : 0.0) | mean()"),
    "window": ("highest mean of 64 neighbours in a file of 2e7", close,
               'read("x.npy") | window(64, mean) | max()'),
    "gamma": ("histogram of 1e7 gamma draws", counts,
              "gamma(2.5, seed=1) | take(1e7) | hist(100, 0, 10)"),
    "csv": ("sum of price times volume where day >= 100, 3e6 rows of CSV", close,
            'read("trades.csv") | filter(day >= 100) | map(price * volume) | sum()'),
    "dot": ("dot product of two files of 2e7", close,
            'zip(a: read("x.npy"), b: read("y.npy")) | map(a*b) | sum()'),
    "option": ("Asian option by 5e5 paths of 16 steps", within(0.0125),
               "normal(seed=7) | scan(s: s*exp(0.0003 + 0.05*x), init=100, every=16)"
               " | chunk(16, mean) | map(max(x - 100, 0)) | take(5e5) | mean()"),
    "collatz": ("longest Collatz path that starts below 1e6", exact,
                "range(1, 1e6) | loop(n: n % 2 == 0 ? n/2 : 3*n + 1, steps: steps + 1,"
                " init=(x, 0), while=n != 1, most=1000) | map(steps) | argmax()"),
    "lowest": ("lowest point of the running sum of a file of 2e7", close,
               'read("x.npy") | scan(sum) | min()'),
}
REASONS = {
    ("numexpr", "normals pi gamma option"): "no random numbers",
    ("numexpr", "window lowest"): "an expression sees one element, not its neighbours",
    ("numexpr", "collatz"): "no loops",
    ("numexpr numba jax", "csv"): "no reader of CSV; they would take NumPy's",
    ("polars", "normals pi gamma option"): "no random numbers by a distribution; it would take NumPy's",
    ("polars", "collatz"): "no loops in an expression",
    ("duckdb", "gamma"): "uniform random numbers only, of which normal ones can still be made",
}


def reason(peer, task):
    return next((why for (peers, tasks), why in REASONS.items()
                 if peer in peers.split() and task in tasks.split()), None)


def write_files(options):
    """The same numbers in the binary form that each peer likes best."""
    made = {"x.npy": "normal(seed=1) | take(2e7)", "y.npy": "normal(seed=2) | take(2e7)",
            "trades.csv": "zip(u: uniform(seed=3), v: uniform(seed=4)) | map(day: i/16384,"
                          " price: round(u*1e4)/100.0, volume: i64(v*1000)) | take(3e6)"}
    for name, pipeline in made.items():
        if not (options.folder / name).exists():
            subprocess.run([options.millrace, "-q", "-o", name, pipeline], cwd=options.folder,
                           check=True)
    program = ("import numpy as np, polars as pl; pl.DataFrame({c: np.load(c + '.npy') for c in 'xy'})"
               ".write_parquet('xy.parquet', compression='uncompressed')")
    if not (options.folder / "xy.parquet").exists():
        subprocess.run([options.python, "-c", program], cwd=options.folder, check=True)


def run(options, peer, task):
    """The answer, and seconds of CPU, seconds and MiB that a process took."""
    argv = [options.python, TASK, ".", peer, task]
    if peer == "millrace":
        argv = [options.millrace, "-q", ROWS[task][2]]
    environment = dict(os.environ, NUMBA_CACHE_DIR="numba", PYTHONDONTWRITEBYTECODE="1")
    with tempfile.TemporaryFile("w+") as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(argv, cwd=options.folder, env=environment, text=True,
                                   stdout=subprocess.PIPE, stderr=errors)
        stop = threading.Timer(LIMIT_S, process.kill)
        stop.start()
        answer = process.stdout.read().split()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = status
        stop.cancel()
        if status != 0 or not answer:
            errors.seek(0)
            lines = errors.read().splitlines() or [f"nothing, status {status}"]
            raise RuntimeError(f"{PEERS[peer]}, {task}: {lines[-1]}")
    answer = [float(a) if set(a) & set(".en") else int(a) for a in answer]
    return answer, (usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def agree(task, answer, expected):
    # millrace counts positions from 0, and its range begins at 1.
    shift = 1 if task == "collatz" else 0
    same = ROWS[task][1]
    return len(answer) == len(expected) and all(
        same(a, b + shift) for a, b in zip(answer, expected))


def measure(options):
    """All figures of each (task, peer), one a round, and the number of rounds."""
    cells = [(task, peer) for task in ROWS for peer in PEERS if not reason(peer, task)]
    figures = {cell: [] for cell in cells}
    expected, begin, rounds, longest = {}, time.monotonic(), -1, 0.0
    # The first round is not counted: who keeps compiled code has it from then on. millrace builds
    # its kernels beside its work, and ends those that a run had no use for in the next ones.
    while rounds < 1 or (rounds < ROUNDS and
                         time.monotonic() - begin + longest < options.seconds):
        start = time.monotonic()
        for task, peer in cells:
            for _ in range(UNCOUNTED.get(peer, 1) if rounds < 0 else 1):
                answer, figure = run(options, peer, task)
            if peer == "millrace":
                expected[task] = answer
            elif not agree(task, answer, expected[task]):
                sys.exit(f"{task}: {PEERS[peer]} has {answer[:5]}, millrace {expected[task][:5]}")
            if rounds >= 0:
                figures[task, peer].append(figure)
        rounds += 1
        longest = max(longest, time.monotonic() - start) if rounds else 0.0
        print(f"round {rounds}: {time.monotonic() - start:.0f} s", file=sys.stderr)
    return figures, rounds


def table(figures, k):
    """Of one figure: tasks by peers, the lowest of each task in bold."""
    yield f"**{FIGURES[k]}**"
    yield ""
    yield "| | " + " | ".join(PEERS.values()) + " |"
    yield "|---|" + "--:|" * len(PEERS)
    for task, (what, *_) in ROWS.items():
        medians = {peer: statistics.median(figure[k] for figure in figures[task, peer])
                   for peer in PEERS if (task, peer) in figures}
        cells = {peer: f"{m:.0f}" if k == 2 else f"{m:.2f}" for peer, m in medians.items()}
        lowest = min(medians, key=medians.get)
        cells[lowest] = f"**{cells[lowest]}**"
        yield f"| {what} | " + " | ".join(cells.get(peer, "n/a") for peer in PEERS) + " |"
    yield ""


def about(options, rounds):
    """On what machine, with which versions, when."""
    def said(*argv):
        return subprocess.run(argv, check=True, text=True, stdout=subprocess.PIPE).stdout.strip()

    names = {peer: name for peer, name in PEERS.items() if peer != "millrace"}
    program = ("from importlib.metadata import version\n"
               f"print(', '.join(n + ' ' + version(p) for p, n in {names!r}.items()))")
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kernel = platform.release().split("-")[0]
    flags = " with AVX-512" if "avx512f" in open("/proc/cpuinfo", encoding="utf-8").read() else ""
    return (f"{cpu}{flags}, {os.cpu_count()} cores, {memory:.0f} GiB, Linux {kernel}; "
            f"{said(options.millrace, 'version').splitlines()[0]}, {said(options.python, '-V')}, "
            f"{said(options.python, '-c', program)}; {datetime.date.today()}. "
            f"Medians of {rounds} round{'s' * (rounds != 1)}.")


def reasons():
    yield "What is n/a, and why:"
    yield ""
    for (peers, tasks), why in REASONS.items():
        names = ", ".join(PEERS[peer] for peer in peers.split())
        yield f"- {names}: {why} ({', '.join(ROWS[task][0] for task in tasks.split())})."


def put(page, lines):
    begin, end = "<!-- comparison -->\n", "<!-- end of comparison -->"
    before, rest = page.read_text(encoding="utf-8").split(begin)
    page.write_text(before + begin + "\n".join(lines) + "\n" + end + rest.split(end)[1],
                    encoding="utf-8")


def main():
    parser = argparse.ArgumentParser()
    for name in ("millrace", "python", "folder", "page"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=name != "page")
    parser.add_argument("--seconds", type=float, default=330, help="no round begins that ends later")
    options = parser.parse_args()
    for name in ("millrace", "python"):
        setattr(options, name, pathlib.Path(os.path.abspath(getattr(options, name))))
    options.folder.mkdir(parents=True, exist_ok=True)
    write_files(options)
    figures, rounds = measure(options)
    lines = [about(options, rounds), ""]
    for k in range(len(FIGURES)):
        lines += table(figures, k)
    lines += reasons()
    print("\n".join(lines))
    if options.page:
        put(options.page, lines)


main()
