"""Spark: what executors ask of a data source. Without a JVM its parts are called by hand."""

import pickle

import millrace as mr
import pytest

pytest.importorskip("pyspark.sql.datasource")
pyarrow = pytest.importorskip("pyarrow")
from millrace.spark import Source

SEQ = mr.range(10_000).map(a="x", **{"b c": "x * 0.5"}, odd="x % 2 == 1")


def test_partitions_make_the_whole():
    source = Source({"text": str(SEQ), "partitions": "3"})
    reader = pickle.loads(pickle.dumps(source.reader(None)))
    parts = [pickle.loads(pickle.dumps(part)) for part in reader.partitions()]
    batches = [batch for part in parts for batch in reader.read(part)]
    assert len(parts) == 3 and pyarrow.Table.from_batches(batches).equals(pyarrow.table(SEQ))


def test_schemas_are_sparks():
    assert Source({"text": str(SEQ)}).schema() == "`a` bigint, `b c` double, `odd` boolean"
    text = str(mr.range(3).map(**{"a`b": "x"}))
    assert Source({"text": text}).schema() == "`a``b` bigint"
    with pytest.raises(TypeError, match="no unsigned"):
        Source({"text": "range(3) | map(u32(x))"}).schema()
