#!/usr/bin/env python3
"""What one machine computes, writes and saves, another one has to the bit.

Two commands, one of them built for another CPU, compute the same pipelines, write files in every
format, read each other's, merge each other's partials, and go on with each other's runs.

    same_bits.py [--seed N] HERE -- THERE...
"""

import argparse
import itertools
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

SOURCES = ["range(1500)", "fibonacci(mod=1000003) | take(1500)",
           "range(5, 3005, 2) | filter(x % 4 != 3)"]
KINDS = ["map(x * 3 % 1009)", "diff()", "map(x + lag(x, 3, 7))", "filter(x % 3 != 1)",
         "take_while(i < 700)", "drop_while(i < 130)", "scan(sum)", "window(5, max)",
         "chunk(10, sum)", "shuffle(3, window=50)", "map(x / 3) | run_length() | map(x + count)",
         "scan(s: s*3 ^ x, init=0, every=37) | map(x: s)"]
OTHERS = ["uniform(3) | take(3000) | map(sin(x), exp(x), lgamma(x), erf(x), cbrt(x))",
          "normal(3, dtype=f32) | take(3000) | map(tanh(x), exp2(x), atan(x))",
          "range(3000) | map(u64(x)*11400714819323198485) | map(x / 7, x % 13, x >> 3)",
          "range(3000) | map(i64(x)*-8446744073709551557) | map(x / 7, x % 13, gcd(x, 12))",
          "range(1e15, 1e15 + 3000) | map(x / 3.0, f32(x), i32(x))",
          "permutation(10007, 3)", "sobol(3) | take(3000)", "poisson(17.5, 4) | take(3000)"]
TERMINALS = ["sum()", "sum(exact)", "mean()", "var()", "min()", "argmax()", "norm()",
             "hist(20, 0, 50000)", "last()"]
ROWS = "range(1000) | map(a: x*x*x, b: i64(x) - 500)"
# What a run is saved of, and the format that it writes.
RUNS = [("range(300000) | filter(x % 3 != 1) | map(a: x*3, b: f32(x)/7, c: x % 2 == 0)", "arrow"),
        ("range(2000000) | filter(x % 3 != 1) | scan(s: 0.9*s + 0.1*x, init=0)", "npy"),
        ("uniform(5) | take(2000000) | window(5, mean) | map(lag(x, 3, 0))", "raw"),
        ("range(1000000) | shuffle(3, window=5000) | chunk(7, sum)", "csv"),
        ("range(6000000) | map(f64(x)/3) | sum(exact)", "jsonl")]

failed = 0


def law(holds, what):
    global failed
    if not holds:
        failed += 1
        print(f"  {what}", flush=True)


def run(command, *arguments):
    call = [*command, "--engine", "host", "-q", *arguments]
    done = subprocess.run(call, capture_output=True, timeout=300, check=False)
    return done.returncode, done.stdout, done.stderr.replace(b"\0", b"")


def same(here, there, text, *arguments):
    ours = run(here, text, *arguments)
    law(ours[0] == 0 and ours == run(there, text, *arguments), text)


def elements(here, there):
    pairs = (f"{SOURCES[n % 3]} | {a} | {b}"
             for n, (a, b) in enumerate(itertools.product(KINDS, KINDS)) if n % 5 == 0)
    for text in itertools.chain(pairs, OTHERS):
        same(here, there, text, "--format", "raw")


def files(folder, here, there):
    dtypes = {"raw": ", dtype=i64, columns=(a, b)"}
    for suffix in ["npy", "raw", "arrow", "arrows", "csv", "jsonl"]:
        paths = [folder / f"{side}.{suffix}" for side in ("here", "there")]
        for path, command in zip(paths, (here, there)):
            run(command, ROWS, "-o", str(path))
        law(paths[0].read_bytes() == paths[1].read_bytes(), f"{suffix}: other bytes")
        text = f'read("{paths[0]}"{dtypes.get(suffix, "")})'
        for stage in ["", " | slice(1, inf, 3)", " | take(7)"]:
            same(here, there, text + stage)


def partials(folder, here, there):
    for n, terminal in enumerate(TERMINALS):
        text = f"range(100000) | map(f64(x)/3) | {terminal}"
        parts = {}
        for side, command in (("here", here), ("there", there)):
            for k in range(2):
                path = parts[side, k] = str(folder / f"{side}.{n}.{k}")
                run(command, text, "--shard", f"{k}/2", "--partial", "-o", path)
        law(all(pathlib.Path(parts["here", k]).read_bytes() ==
                pathlib.Path(parts["there", k]).read_bytes() for k in range(2)), f"parts: {text}")
        whole = run(here, text)[1]
        for command, first, second in ((here, "here", "there"), (there, "there", "here")):
            merged = subprocess.run([*command, "merge", parts[first, 0], parts[second, 1]],
                                    capture_output=True, timeout=300, check=False).stdout
            law(whole and merged == whole, f"merged: {text}")


def interrupted(folder, first, second, text, suffix, whole):
    path, state = folder / f"run.{suffix}", folder / "state"
    for file in folder.glob("run.*"):
        file.unlink()
    state.unlink(missing_ok=True)
    going = subprocess.Popen([*first, "--engine", "host", "-q", "--save", str(state), "--every",
                              "20ms", text, "-o", str(path)], stderr=subprocess.DEVNULL)
    until = time.monotonic() + random.uniform(0.1, 1.0)
    while going.poll() is None and (not state.exists() or time.monotonic() < until):
        time.sleep(0.01)
    going.send_signal(signal.SIGTERM)
    going.wait()
    if state.exists():
        run(second, "--resume", str(state), "-o", str(path))
    law(path.exists() and path.read_bytes() == whole, f"gone on with: {text} as {suffix}")


def runs(folder, here, there):
    for text, suffix in RUNS:
        path = folder / f"whole.{suffix}"
        run(here, text, "-o", str(path))
        for first, second in ((here, there), (there, here)):
            interrupted(folder, first, second, text, suffix, path.read_bytes())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("here")
    parser.add_argument("there", nargs="+")
    options = parser.parse_args()
    random.seed(options.seed)
    here = [options.here]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        elements(here, options.there)
        for laws in (files, partials, runs):
            laws(folder, here, options.there)
    print(f"{failed} of its laws do not hold" if failed else "the same bits")
    sys.exit(1 if failed else 0)


main()
