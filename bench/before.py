#!/usr/bin/env python3
"""The benchmark of another commit and of this tree in turns, by time on the CPUs:

    ./dev bench --before COMMIT [--only W1,D3] [--turns N]

COMMIT is unpacked and built in build/before; each row that both have runs N times (5) on either side, one
after the other, each time 3 rounds of 0.15 s. A row of the table: time on the CPUs now by time before, the
median of the turns with the least and the most, for both engines; beside them the loops in C, which have
not changed: what their ratio is away from 1 is the machine's. Exit code 1 where a row's median is above
1.03 and above what the loops in C show."""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ENGINES = ("millrace opencl", "millrace host")
MOST = 1.03


def unpack(name):
    """The folder of the commit of this name, built with its benchmark."""
    found = subprocess.run(["git", "-C", ROOT, "rev-parse", "--verify", "--quiet", name + "^{commit}"],
                           check=False, stdout=subprocess.PIPE, text=True)
    if found.returncode != 0:
        sys.exit(f"bench --before: git has no commit {name} here")
    commit = found.stdout.strip()
    folder = os.path.join(ROOT, "build", "before", commit)
    if not os.path.isdir(folder):
        partial = folder + ".partial"
        os.makedirs(partial, exist_ok=True)
        archive = subprocess.run(["git", "-C", ROOT, "archive", commit], check=True, stdout=subprocess.PIPE)
        subprocess.run(["tar", "-x", "-C", partial], input=archive.stdout, check=True)
        os.rename(partial, folder)
    subprocess.run([os.path.join(folder, "dev"), "bench", "--only", "W1", "--rounds", "3", "--no-peers"],
                   check=True, stdout=subprocess.DEVNULL)
    return folder


def rows_of(folder):
    with open(os.path.join(folder, "bench", "workloads.c"), encoding="utf-8") as f:
        return re.findall(r'(?:\.id = |DRAWS\()"(\w+)"', f.read())


def measure(folder, row):
    """Elements by second on the CPUs of each rival."""
    build = os.path.join(folder, "build", "release")
    with tempfile.NamedTemporaryFile(suffix=".json") as f:
        subprocess.run([os.path.join(folder, "bench", "run"), "--only", row, "--rounds", "3", "--no-peers",
                        "--sample", "0.15", "--json", f.name],
                       check=True, env=dict(os.environ, MILLRACE_BUILD_DIR=build), stdout=subprocess.DEVNULL)
        (workload,) = json.load(f)["workloads"]
    return {rival["name"]: rival["rate_a_cpu_second"] for rival in workload["rivals"] if not rival["is_limit"]}


def compare(before, row, turns):
    """Of each rival that both have, the ratio of every turn: above 1 it takes more time now."""
    ratios = {}
    for turn in range(turns):
        sides = (before, ROOT) if turn % 2 == 0 else (ROOT, before)
        rates = {side: measure(side, row) for side in sides}
        for name, rate in rates[ROOT].items():
            if rate and rates[before].get(name):
                ratios.setdefault(name, []).append(rates[before][name] / rate)
    return ratios


def shown(ratios):
    return f"{statistics.median(ratios):.3f} ({min(ratios):.2f}-{max(ratios):.2f})" if ratios else ""


def main():
    parser = argparse.ArgumentParser(prog="./dev bench --before", description=__doc__.split("\n", 1)[0])
    parser.add_argument("commit")
    parser.add_argument("--only", default="")
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    before = unpack(options.commit)
    both = [row for row in rows_of(before) if row in rows_of(ROOT)]
    chosen = options.only.split(",") if options.only else both
    if missing := [row for row in chosen if row not in both]:
        sys.exit(f"bench --before: {', '.join(missing)}: not a row of both; those are {', '.join(both)}")
    slower = 0
    print(f"| | OpenCL, of {options.commit} | host engine | loops in C |\n|---|---|---|---|")
    for row in chosen:
        ratios = compare(before, row, options.turns)
        loops = [ratio for name, all_ in ratios.items() if name not in ENGINES for ratio in all_]
        machine = max(1.0, statistics.median(loops)) if loops else 1.0
        slower += any(statistics.median(ratios[e]) > MOST * machine for e in ENGINES if e in ratios)
        print(f"| {row} | {' | '.join(shown(ratios.get(e)) for e in ENGINES)} | {shown(loops)} |", flush=True)
    return slower > 0


if __name__ == "__main__":
    sys.exit(main())
