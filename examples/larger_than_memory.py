"""Statistics over a file 16 times as large as the memory they may take."""
import os
from array import array

import millrace as mr

BLOCK, BLOCKS, BUDGET_BYTES = 4096, 2048, 4 << 20
PATH = "larger_than_memory.py.i64"

with open(PATH, "wb") as file: # the numbers 0, 1, 2, ...
    for k in range(BLOCKS):
        array("q", range(k * BLOCK, (k + 1) * BLOCK)).tofile(file)
print(f"file: {os.path.getsize(PATH) >> 20} MiB")

numbers = mr.read(PATH, dtype="i64", format="raw")
kept = numbers.map(lambda x: 3 * x + 1).filter(lambda x: x % 5 == 0)
# Would say by how much the budget is too small.
with kept.pipe("mean()").stream(max_memory=BUDGET_BYTES) as stream:
    print(f"mean: {stream.read(1)[0]:.17g}")
    stats = stream.stats()
    peak = stats["peak_host_bytes"] + stats["peak_device_bytes"]
    print(f"memory kept within 4 MiB: {'yes' if peak <= BUDGET_BYTES else 'no'}")
os.remove(PATH)
