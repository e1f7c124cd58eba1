#!/usr/bin/env python3
"""Elements and batches in Python, by time on the CPUs, which a busy machine disturbs least:

    build/python/venv/bin/python bench/elements.py [ROUNDS [MILLRACE]]

`for v in seq` beside the same generator, and beside an array.array, which is what numbers cost Python to
make; batches as NumPy arrays beside the command MILLRACE (build/release/millrace), which delivers them to
/dev/null. All take turns; a figure is the median of the rounds, and in brackets the least."""

import array
import os
import resource
import statistics
import subprocess
import sys
import time

import numpy as np

import millrace as mr

COUNT = 2_000_000
LARGE = 100_000_000 # elements delivered in batches
BATCHES = "range({}) | map(x*x)"


def loop(iterable):
    for _ in iterable:
        pass


def function(count):
    for x in range(count):
        y = x * x
        if y % 7 == 2:
            yield y


SQUARES = array.array("q", [x * x for x in range(COUNT)])
HALVES = array.array("d", [x * 0.5 for x in range(COUNT)])
RIVALS = {
    "range | map | filter": (
        lambda: mr.range(COUNT).map("x*x").filter("x % 7 == 2"),
        {"one generator expression": lambda: (x * x for x in range(COUNT) if x * x % 7 == 2),
         "two": lambda: (y for y in (x * x for x in range(COUNT)) if y % 7 == 2),
         "a function": lambda: function(COUNT),
         "filter(map(range))": lambda: filter(lambda x: x % 7 == 2,
                                              map(lambda x: x * x, range(COUNT)))}),
    "range | map, to floats": (
        lambda: mr.range(COUNT).map("x*0.5"),
        {"one generator expression": lambda: (x * 0.5 for x in range(COUNT)),
         "array.array, already there": lambda: HALVES}),
    "range | map, to large integers": (
        lambda: mr.range(COUNT).map("x*x"),
        {"one generator expression": lambda: (x * x for x in range(COUNT)),
         "array.array, already there": lambda: SQUARES}),
}


def seconds(action):
    began = time.process_time()
    action()
    return time.process_time() - began


def compare(title, ours, others, rounds):
    times = {name: [] for name in ("millrace", *others)}
    for _ in range(rounds):
        for name, make in (("millrace", ours), *others.items()):
            times[name].append(seconds(lambda make=make: loop(make())))
    print(f"\n{title}: ns of CPU time for each of {COUNT:.0e} elements of range")
    for name, of in times.items():
        ratio = statistics.median(t / m for t, m in zip(of, times["millrace"]))
        print(f"  {name:28}{statistics.median(of) / COUNT * 1e9:7.1f} ({min(of) / COUNT * 1e9:.1f})"
              f"{ratio:7.1f}x")


def take_arrays(count):
    for batch in mr.seq(BATCHES.format(count)).stream(engine="opencl"):
        np.asarray(batch)


def deliver(command, count):
    """Its time on the CPUs."""
    def used():
        of = resource.getrusage(resource.RUSAGE_CHILDREN)
        return of.ru_utime + of.ru_stime
    began = used()
    subprocess.run([command, "-q", "--engine", "opencl", "--format", "raw", "-o", "/dev/null",
                    BATCHES.format(count)], check=True)
    return used() - began


def compare_batches(command, rounds):
    """Of both what a short run takes, too, is not counted."""
    take_arrays(1000)
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(seconds(lambda: take_arrays(LARGE)) - seconds(lambda: take_arrays(1000)))
        theirs.append(deliver(command, LARGE) - deliver(command, 1000))
    print(f"\nbatches as NumPy arrays, {BATCHES.format(f'{LARGE:.0e}')}: ns of CPU time an element")
    for name, of in (("millrace for Python", ours), ("the command", theirs)):
        print(f"  {name:28}{statistics.median(of) / LARGE * 1e9:8.3f} ({min(of) / LARGE * 1e9:.3f})")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    command = sys.argv[2] if len(sys.argv) > 2 else "build/release/millrace"
    for title, (ours, others) in RIVALS.items():
        compare(title, ours, others, rounds)
    if os.access(command, os.X_OK):
        compare_batches(command, rounds)
    else:
        print(f"\nno {command} to compare batches with: ./dev run makes it")


main()
