#!/usr/bin/env python3
"""DuckDB over a sequence, beside what it has to be measured with, by time on the CPUs:

    build/python/venv/bin/python bench/scan.py [ELEMENTS [ROUNDS]]

sum(x) of a sequence; of DuckDB's own range(); of one array of Arrow again and again, which is what DuckDB
takes to read it; and the same sequence delivered to nobody. Each is a process of its own, in turns: in ns
for each element CPU time; what its threads' shares of that allow at best on two cores, the larger of the
largest share and half of all; and time; medians of the rounds with the least in brackets; the most
memory."""

import os
import resource
import statistics
import subprocess
import sys
import time

BATCH = 1 << 16


def sequence(connection, count):
    import millrace as mr
    seq = mr.range(count)
    return connection.sql("SELECT sum(x) FROM seq").fetchall()


def own_range(connection, count):
    return connection.sql(f"SELECT sum(range) FROM range({count})").fetchall()


def one_array(connection, count):
    import numpy as np
    import pyarrow as pa
    schema = pa.schema([pa.field("x", pa.int64(), nullable=False)])
    batch = pa.record_batch([pa.array(np.arange(BATCH))], schema=schema)
    source = pa.RecordBatchReader.from_batches(schema, (batch for _ in range(count // BATCH)))
    return connection.sql("SELECT sum(x) FROM source").fetchall()


def delivery(_, count):
    import millrace as mr
    return sum(len(batch) for batch in mr.range(count).batches())


WAYS = {way.__name__: way for way in (sequence, own_range, one_array, delivery)}


def shares():
    """Seconds of the CPU by thread."""
    ticks = {}
    for thread in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{thread}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        ticks[thread] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return ticks


def child(way, count):
    import duckdb
    connection = duckdb.connect()
    WAYS[way](connection, 1000) # what is loaded once
    before, began, used = shares(), time.perf_counter(), time.process_time()
    WAYS[way](connection, count)
    whole, taken = time.process_time() - used, time.perf_counter() - began
    largest = max(share - before.get(thread, 0) for thread, share in shares().items())
    print(whole, max(largest, whole / 2), taken,
          resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)


def main(count, rounds):
    found = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way in WAYS:
            done = subprocess.run([sys.executable, __file__, way, str(count)], check=True,
                                  capture_output=True, text=True)
            found[way].append([float(number) for number in done.stdout.split()])
    print(" " * 10, *(f"{title:>14}" for title in ("CPU", "two cores", "time", "MiB")))
    for way, rows in found.items():
        *times, memory = zip(*rows)
        print(f"{way:10}", *(f"{statistics.median(of) / count * 1e9:7.2f} "
                             f"({min(of) / count * 1e9:.2f})" for of in times),
              f"{max(memory):14.0f}")


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in WAYS:
        child(sys.argv[1], int(sys.argv[2]))
    else:
        main(int(float(sys.argv[1])) if sys.argv[1:] else 10**9,
             int(sys.argv[2]) if sys.argv[2:] else 5)
