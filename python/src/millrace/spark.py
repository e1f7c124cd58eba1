"""Spark 4: a data source that executors compute, by a sequence's text. After
``spark.dataSource.register(Source)``:
``spark.read.format("millrace").option("text", str(seq)).option("partitions", 64).load()``."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition

from ._expression import quoted
from ._sequence import seq

_TYPES = {"bool": "boolean", "i32": "int", "i64": "bigint", "f32": "float", "f64": "double"}


class Source(DataSource):
    @classmethod
    def name(cls) -> str:
        return "millrace"

    def schema(self) -> str:
        columns = seq(self.options["text"]).columns
        wrong = [name for name, dtype in columns if dtype not in _TYPES]
        if wrong:
            raise TypeError(f"Spark has no unsigned integers: cast {', '.join(wrong)} in map()")
        return ", ".join(f"{quoted(name)} {_TYPES[dtype]} NOT NULL" for name, dtype in columns)

    def reader(self, schema: object) -> Reader:
        return Reader(self.options)


class Reader(DataSourceReader):
    def __init__(self, options: dict) -> None:
        self.text, self.count = options["text"], int(options.get("partitions", 8))

    def partitions(self) -> list[InputPartition]:
        return [InputPartition(k) for k in range(self.count)]

    def read(self, partition: InputPartition) -> Iterator[pyarrow.RecordBatch]:
        part = seq(self.text).shard(partition.value, self.count)
        yield from pyarrow.RecordBatchReader.from_stream(part)
