"""The sizes of the tasks, and what several peers need: chunks, files, parts that are merged."""
import sys

CHUNK = 1 << 16
SQUARES, NORMALS, DARTS, GAMMAS, PATHS, STEPS, STARTS = (
    300_000_000, 50_000_000, 50_000_000, 10_000_000, 500_000, 16, 1_000_000)
DRIFT, VOLATILITY = 0.0003, 0.05
FOLDER = sys.argv[1]


def path(name):
    return f"{FOLDER}/{name}"


def chunks(count, chunk=CHUNK):
    return (min(chunk, count - first) for first in range(0, count, chunk))


def mapped(*names):
    import numpy as np
    return [np.load(path(name + ".npy"), mmap_mode="r") for name in names]


def columns(*names):
    arrays = mapped(*names)
    for first in range(0, len(arrays[0]), CHUNK):
        yield [array[first:first + CHUNK] for array in arrays]


def merged(parts):
    """Count, mean and sum of squared deviations of all parts, by Chan's rule."""
    count, mean, squares = 0, 0.0, 0.0
    for n, m, s in parts:
        delta = m - mean
        squares += s + delta * delta * count * n / (count + n)
        mean += delta * n / (count + n)
        count += n
    return count, mean, squares
