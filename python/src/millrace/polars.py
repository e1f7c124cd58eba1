"""Polars: a sequence as a LazyFrame that is read as far as the query needs it."""

from __future__ import annotations

from collections.abc import Iterator

import polars
from polars.io.plugins import register_io_source

from ._expression import col
from ._sequence import Seq

_DTYPES = {"bool": polars.Boolean, "i32": polars.Int32, "u32": polars.UInt32, "i64": polars.Int64,
           "u64": polars.UInt64, "f32": polars.Float32, "f64": polars.Float64}


def scan(seq: Seq) -> polars.LazyFrame:
    """Only the columns that a query uses are made, and the rows that it takes."""

    def source(with_columns: list[str] | None, predicate: polars.Expr | None, n_rows: int | None,
               batch_size: int | None) -> Iterator[polars.DataFrame]:
        needed = list(seq.names if with_columns is None else with_columns)
        if predicate is not None: # it may ask columns that are not wanted
            needed += [name for name in predicate.meta.root_names() if name not in needed]
        part = seq if n_rows is None else seq.take(n_rows)
        part = part.map(**{name: col(name) for name in needed})
        for batch in part.batches(batch_size or 0):
            frame = polars.DataFrame({name: polars.Series(name, batch[name]) for name in needed})
            if predicate is not None:
                frame = frame.filter(predicate)
            yield frame if with_columns is None else frame.select(with_columns)

    schema = {name: _DTYPES[dtype] for name, dtype in seq.columns}
    return register_io_source(source, schema=schema, is_pure=seq._text() is not None)
