"""The tasks by Polars: its lazy frames, collected by the streaming engine."""
import polars as pl

from sizes import SQUARES, path


def start():
    return [pl.select(pl.lit(0)).item()]


def collected(frame, what):
    return [frame.select(what).collect(engine="streaming").item()]


def both():
    return pl.scan_parquet(path("xy.parquet")), pl.col("x"), pl.col("y")


def squares():
    # A range of polars is made whole; pieces of it keep the memory flat.
    total, chunk = 0, 1 << 20
    for first in range(0, SQUARES, chunk):
        x = pl.int_range(first, min(first + chunk, SQUARES), eager=True).alias("x")
        x = x.to_frame().lazy().select(x=pl.col("x") * pl.col("x"))
        total += x.filter(pl.col("x") % 7 == 2).sum().collect().item()
    return [total % 2**64]


def window():
    frame, x, _ = both()
    return collected(frame, x.rolling_mean(64).max())


def csv():
    rows = pl.scan_csv(path("trades.csv")).filter(pl.col("day") >= 100)
    return collected(rows, (pl.col("price") * pl.col("volume")).sum())


def dot():
    frame, x, y = both()
    return collected(frame, (x * y).sum())


def lowest():
    frame, x, _ = both()
    return collected(frame, x.cum_sum().min())
