#!/usr/bin/env python3
"""Makes calls fail, and kills, at every place of whole runs of the command.

    run.py --build BUILD_FOLDER [--all] [ROW...]

Each row of the table is run undisturbed, which tells the right output and how many calls of each
kind there are, and then once for each fault: the n-th call of a kind fails with each of its codes
or transfers one byte only (libc.c beside this file), the n-th OpenCL call fails (tests/layer), a
signal comes just before the n-th call. The law of all of them:

    The output is right to the byte and the exit code 0; or the exit code and a message tell, what
    came out is the beginning of what is right, and a file of -o is as it was before or whole.
    No crash, no hang. The next run, with what a killed one or a fault in the cache left, is right
    and leaves no temporary file.

Without --all a sample is taken, spread over all rows, kinds and places: --all takes every n.
"""
import argparse
import collections
import concurrent.futures
import math
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import zlib

HANG_S = 60
OLD = b"what was here before\n"

# How many faults are taken, on average, of each kind and code of a run, by engine: in a sample, and
# where all are but of the runs that take long.
SAMPLE = {"host": 0.6, "opencl": 0.1, "auto": 0}
ALL = {"host": math.inf, "opencl": math.inf, "auto": 8}

# How a call may fail: errno, or 0 for one byte alone. What is not named here, and what may end at a
# signal, fails with EIO (5) or EINTR (4).
CODES = collections.defaultdict(lambda: [5], {
    "aligned_alloc": [12], "fdopen": [12], "mmap": [12], "poll": [4, 12], "pthread_create": [11],
    "read": [5, 4, 0], "pread": [5, 4, 0], "write": [28, 4, 0], "pwrite": [28, 4, 0],
    "open": [24, 4, 13], "openat": [24], "close": [5, 4], "fclose": [28], "fsync": [5, 4, 22],
    "flock": [4, 37], "linkat": [1, 17, 18], "rename": [13], "lseek": [29], "fcntl": [9],
    "mkdir": [30],
})
# What an error then says, if not what errno means.
REASONS = {"aligned_alloc": "memory", "mmap": "address space", "munmap": "address space",
           "pthread_create": "thread"}
SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT]
CL_CODE = -5  # CL_OUT_OF_RESOURCES
# The call that failed, and on which device; those that look for devices are of none.
OF_DEVICE = r"error: .*(clGet(Platform|Device)IDs|cl[A-Z]\w+ failed.*\bon '.+'|device '.+'.*cl[A-Z])"

# A cold one has an empty cache folder, in which it keeps programs.
Row = collections.namedtuple("Row", "name engine pipeline input output words cold",
                             defaults=(None, None, (), False))
ROWS = [
    Row("csv", "host", "range(3000) | map(a: x*x, b: x % 7 == 2)"),
    Row("npy to a pipe", "host", "range(3000) | map(x*x)", words=("--format", "npy")),
    Row("new csv", "host", "range(3000) | map(x*0.5) | scan(sum)", output="new.csv"),
    Row("old csv", "host", "range(3000) | window(7, max)", output="old.csv"),
    Row("new npy", "host", "range(3000) | filter(x % 3 == 0)", output="new.npy"),
    Row("old npy", "host", "range(3000) | chunk(10, mean)", output="old.npy"),
    Row("old raw", "host", "range(3000) | shuffle(1, window=700)", output="old.raw"),
    Row("npy, read", "host", "read(\"a.npy\") | map(x*2) | sum()", words=("--no-map",)),
    Row("npy, shuffled", "host", "read(\"a.npy\") | shuffle(1, window=700)"),
    Row("csv, filtered", "host", "read(\"a.csv\") | filter(b > 10) | map(a)", output="old.csv"),
    Row("csv, var", "host", "read(\"a.csv\") | map(b) | var()"),
    Row("raw, hist", "host", "read(\"a.f64\", dtype=f64, format=raw) | hist(16, 0, 3000)"),
    Row("text, drop", "host", "read(\"a.txt\") | drop_while(x < 100)", output="new.npy"),
    Row("no size", "host", "read(\"/proc/version\", dtype=bool, format=raw) | count()"),
    Row("pipe, text", "host", "stdin(i64) | diff()", input="a.txt"),
    Row("pipe, raw", "host", "stdin(f64, format=raw) | sum(exact)", input="a.f64"),
    Row("zip", "host", "zip(read(\"a.npy\"), read(\"a.csv\")) | skip(10) | take(2000)"),
    Row("partial", "host", "read(\"a.npy\") | map(x*0.5) | var()", output="new.part",
        words=("--shard", "1/2", "--partial")),
    Row("explain", "host", "read(\"a.csv\") | filter(a > 2) | sum()", words=("explain",)),
    Row("device, csv", "opencl", "read(\"a.csv\") | filter(b > 10) | map(a)", output="old.csv"),
    Row("device, npy", "opencl", "read(\"a.npy\") | map(x*2)", output="new.npy"),
    Row("device, scan", "opencl", "range(3000) | map(x*0.5) | scan(sum)"),
    Row("device, sum", "opencl", "range(30000) | filter(x % 7 == 2) | sum()"),
    Row("device, cold", "opencl", "range(3000) | filter(x % 7 == 2) | map(x*x)", cold=True),
    Row("device, pipe", "opencl", "stdin(i64) | window(7, max)", input="a.txt"),
    Row("both, sum", "auto", "range(2e8) | map(x*x % 1001) | filter(x % 7 == 2) | sum()"),
    Row("both, csv", "auto", "range(3e8) | filter(x % 1000003 == 2)", output="old.csv"),
]


def write_inputs(folder):
    numbers = [k * k % 3001 for k in range(3000)]
    header = "{'descr': '<i8', 'fortran_order': False, 'shape': (3000,), }"
    header = header.ljust(117) + "\n"
    (folder / "a.npy").write_bytes(b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) +
                                   header.encode() + struct.pack("<3000q", *numbers))
    (folder / "a.csv").write_text("a,b\n" + "".join(f"{k},{n / 2}\n"
                                                     for k, n in enumerate(numbers)))
    (folder / "a.f64").write_bytes(struct.pack("<3000d", *numbers))
    (folder / "a.txt").write_text("".join(f"{n}\n" for n in numbers))


class Fault:
    """One place where something happens, and what."""

    def __init__(self, layer, kind, nth, code, persists=False):
        self.layer, self.kind, self.nth, self.code, self.persists = (
            layer, kind, nth, code, persists)

    def __str__(self):
        return f"{self.kind}:{self.nth}:{self.code}{':persist' if self.persists else ''}"

    def environment(self):
        return {f"MILLRACE_{'LIBC_' if self.layer == 'libc' else ''}FAULT": str(self)}

    def is_told(self, text):
        """Whether an error says what failed, and not something else."""
        if self.layer == "cl":
            return re.search(OF_DEVICE, text) is not None
        return "error: " in text and (REASONS.get(self.kind) or os.strerror(self.code)) in text

    def signal(self):
        return -self.code if self.layer == "libc" and self.code < 0 else 0


Outcome = collections.namedtuple("Outcome", "code out err file later left calls")


class Bench:
    """What runs of the command need."""

    def __init__(self, build, scratch):
        self.command, self.scratch = build / "millrace", scratch
        self.libc, self.layer = build / "libmillrace_faults.so", build / "libmillrace_layer.so"
        for needed in (self.command, self.libc, self.layer):
            if not needed.exists():
                sys.exit(f"faults: {needed} is missing")

    def arguments(self, row, folder):
        batch = [] if row.engine == "auto" else ["--batch", "500"]
        to = ["-o", str(folder / row.output)] if row.output else []
        return [str(self.command), *row.words, row.pipeline, "--engine", row.engine, *batch, *to]

    def run(self, row, fault=None):
        """Runs it in a folder of its own, where a fault leaves what it leaves."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as name:
            folder = pathlib.Path(name)
            output = folder / row.output if row.output else None
            if output and output.name.startswith("old"):
                output.write_bytes(OLD)
            code, out, err = self.start(row, folder, fault)
            calls = self.read_calls(folder)
            file = output.read_bytes() if output and output.exists() else None
            later = None
            if fault and (fault.signal() or row.cold):
                later = self.start(row, folder, None)[:2]
            left = [entry.name for entry in folder.iterdir() if entry.name.startswith(".mill")]
            return Outcome(code, out, err, file, later, left, calls)

    def start(self, row, folder, fault):
        environment = dict(os.environ, LD_PRELOAD=str(self.libc),
                           MILLRACE_LIBC_LEDGER=str(folder / "libc"))
        if row.engine != "host":
            environment |= {"OPENCL_LAYERS": str(self.layer),
                            "MILLRACE_FAULT_COUNTS": str(folder / "cl")}
        environment["ASAN_OPTIONS"] = self.sanitizer_options(fault)
        if row.cold:
            environment["XDG_CACHE_HOME"] = str(folder)
        if fault:
            environment |= fault.environment()
        with open(self.scratch / row.input if row.input else os.devnull, "rb") as stdin:
            try:
                done = subprocess.run(self.arguments(row, folder), stdin=stdin, env=environment,
                                      capture_output=True, timeout=HANG_S, cwd=self.scratch)
            except subprocess.TimeoutExpired:
                return None, b"", b""
        return done.returncode, done.stdout, done.stderr

    @staticmethod
    def sanitizer_options(fault):
        """What PoCL keeps of a call made to fail is not ours."""
        options = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        return options + (":detect_leaks=0" if fault and fault.layer == "cl" else "")

    @staticmethod
    def read_calls(folder):
        """The counts of both layers; those of faults that struck together."""
        calls = collections.Counter()
        for ledger in (folder / "libc", folder / "cl"):
            if ledger.exists():
                for name, count in struct.iter_unpack("24sq", ledger.read_bytes()):
                    calls[name.split(b"\0")[0].decode()] += count
        return calls


def faults_of(calls):
    """All of them, from the counts of an undisturbed run."""
    for kind, count in calls.items():
        if kind in ("struck", "cl"):
            continue
        for nth in range(1, count + 1):
            for code in CODES[kind]:
                yield Fault("libc", kind, nth, code)
        for nth in range(1, count + 1, 4):
            if CODES[kind][0] != 4:
                yield Fault("libc", kind, nth, CODES[kind][0], True)
    everything = sum(count for kind, count in calls.items() if kind not in ("struck", "cl"))
    for nth in range(1, everything + 1):
        for number in SIGNALS:
            yield Fault("libc", "*", nth, -number)
    for nth in range(1, calls["cl"] + 1):
        yield Fault("cl", "*", nth, CL_CODE)
        if nth % 4 == 1:
            yield Fault("cl", "*", nth, CL_CODE, True)


def choose(row, faults, per_kind):
    """The same ones in each run of this program."""
    counts = collections.Counter((fault.kind, fault.code) for fault in faults)
    return [fault for fault in faults if zlib.crc32(f"{row.name} {fault}".encode()) / 2**32 <
            per_kind[row.engine] / counts[fault.kind, fault.code]]


def verdict(fault, right, got):
    """"" or which law it breaks."""
    if got.code is None:
        return "hang"
    if b"Sanitizer" in got.err or b"runtime error" in got.err:
        return "crash"
    if got.left:
        return "left behind"
    if got.later and got.later != (0, right.clean.out):
        return "spoilt"
    before = OLD if right.old else None
    if got.file not in (before, right.clean.file):
        return "half file"
    if got.code == 0:
        same = got.out == right.clean.out and got.file == right.clean.file
        return "" if same else "wrong"
    if not right.clean.out.startswith(got.out):
        return "wrong"
    if fault.signal():
        return "" if got.code in (-fault.signal(), 128 + fault.signal()) else "crash"
    if got.code < 0 or got.code >= 128:
        return "crash"
    return "" if fault.is_told(got.err.decode()) else "not told"


Right = collections.namedtuple("Right", "clean old")
BREACHES = {"crash": "crashes", "hang": "hangs", "wrong": "wrong outputs",
            "half file": "half files", "left behind": "files left behind",
            "not told": "untold failures", "spoilt": "later runs spoilt"}


def check_row(bench, pool, row, per_kind, tally):
    clean = bench.run(row)
    if clean.code != 0 or clean.left:
        sys.exit(f"faults: '{row.name}' fails undisturbed: {clean.err.decode()}")
    right = Right(clean, bool(row.output and row.output.startswith("old")))
    taken = choose(row, list(faults_of(clean.calls)), per_kind)
    for fault, got in zip(taken, pool.map(lambda f: bench.run(row, f), taken)):
        tally["injected"] += got.calls["struck"] > 0
        breach = verdict(fault, right, got)
        tally[breach] += 1
        if breach:
            tell(bench, row, fault, breach, got)


def tell(bench, row, fault, breach, got):
    """How to see it again by hand."""
    (name, value), = fault.environment().items()
    preload = f"LD_PRELOAD={bench.libc}" if fault.layer == "libc" else \
        f"OPENCL_LAYERS={bench.layer}"
    words = " ".join(f"'{w}'" for w in bench.arguments(row, pathlib.Path(".")))
    print(f"{breach}: row '{row.name}', exit code {got.code}, left {got.left}, "
          f"{got.err.decode(errors='replace').strip()!r}\n    {preload} {name}='{value}' {words}",
          flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("rows", nargs="*")
    options = parser.parse_args()
    unknown = set(options.rows) - {row.name for row in ROWS}
    if unknown:
        sys.exit(f"faults: no rows {unknown}; there are: {[row.name for row in ROWS]}")
    per_kind = ALL if options.all else SAMPLE
    tally = collections.Counter()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="millrace-faults-"))
    try:
        write_inputs(scratch)
        bench = Bench(options.build.resolve(), scratch)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for row in ROWS:
                if row.name in (options.rows or [row.name]) and per_kind[row.engine]:
                    before = tally["injected"]
                    check_row(bench, pool, row, per_kind, tally)
                    if options.all:
                        print(f"{row.name}: {tally['injected'] - before} faults", flush=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{tally['injected']} faults injected: " +
          ", ".join(f"{tally[breach]} {words}" for breach, words in BREACHES.items()))
    sys.exit(1 if any(tally[breach] for breach in BREACHES) or not tally["injected"] else 0)


main()
