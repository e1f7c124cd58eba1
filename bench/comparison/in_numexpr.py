"""The tasks by numexpr: NumPy's chunks, expressions in its own threads."""
import numexpr as ne
import numpy as np

from sizes import SQUARES, mapped


def start():
    return [ne.evaluate("0")]


def squares():
    total, chunk = 0, 1 << 20
    for first in range(0, SQUARES, chunk):
        x = np.arange(first, min(first + chunk, SQUARES))
        total += int(ne.evaluate("sum(where(x * x % 7 == 2, x * x, 0))"))
    return [total % 2**64]


def dot():
    x, y = mapped("x", "y")
    return [ne.evaluate("sum(x * y)")]
