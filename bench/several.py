#!/usr/bin/env python3
"""Two devices of one core each beside one of them, on a quiet machine of two cores or more:

    bench/several.py [ROUNDS [COMMAND [LAYER]]]

The test layer LAYER (build/test/libmillrace_layer.so, which `./dev test` builds) makes a device of each of
PoCL's cores; COMMAND (build/release/millrace) computes on the first, and on the first two, in turns. Of
both what a short run takes is not counted. Medians of the rounds, in brackets the least and the most: how
many times as fast as one device two are, by the clock, and as they would be by CPU time alone, were all
cores free; and how many units each of the two got in the last round."""

import os
import re
import resource
import statistics
import subprocess
import sys
import time

WORK = {
    "exp and sin": ("range({:.0f}) | map(exp(x*1e-9)*sin(x)) | sum()", 2e8),
    "remainders": ("range({:.0f}) | map(x*x % 1000003) | sum()", 1e9),
    "normal numbers": ("normal(1) | take({:.0f}) | map(x*x) | sum()", 4e8),
}
SHORT = 1e6


def run(command, layer, device, pipeline):
    """Seconds by the clock, those of the CPUs, units by device."""
    environment = dict(os.environ, OPENCL_LAYERS=layer, MILLRACE_LAYER_SPLIT="1")
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([command, "run", "--stats", "--device", device, pipeline], check=True,
                          env=environment, capture_output=True, text=True)
    taken, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return taken, used, re.findall(r"(\d+) units,", done.stderr)


def measure(command, layer, device, text, count):
    long, short = (run(command, layer, device, text.format(n)) for n in (count, SHORT))
    return long[0] - short[0], long[1] - short[1], long[2]


def show(name, values):
    return f"{name} {statistics.median(values):.2f}x ({min(values):.2f} to {max(values):.2f})"


def main(rounds=7, command="build/release/millrace", layer="build/test/libmillrace_layer.so"):
    for name, (text, count) in WORK.items():
        by_clock, by_cpu = [], []
        for _ in range(int(rounds)):
            one = measure(command, layer, "0", text, count)
            two = measure(command, layer, "0,1", text, count)
            by_clock.append(one[0] / two[0])
            by_cpu.append(2 * one[1] / two[1])
        print(f"{name}: {show('by the clock', by_clock)}, {show('by CPU time', by_cpu)}, "
              f"units {' and '.join(two[2])}", flush=True)


main(*sys.argv[1:])
