"""Polars: laws of the scan."""

import millrace as mr
import numpy as np
import pytest

pl = pytest.importorskip("polars")
from millrace.polars import scan

SEQ = mr.range(200_000).map(k="x % 10", v="x", **{"half value": "x * 0.5"}, odd="x % 2 == 1")


def test_a_scan_is_the_frame():
    assert scan(SEQ).collect().equals(pl.DataFrame(SEQ))
    assert scan(SEQ).collect_schema() == pl.DataFrame(SEQ).schema


QUERIES = {
    "projection": lambda f: f.select("half value", "k"),
    "predicate": lambda f: f.filter(pl.col("v") % 7 == 2),
    "predicate_of_another_column": lambda f: f.filter(pl.col("odd")).select("half value"),
    "head": lambda f: f.head(70_000),
    "head_then_predicate": lambda f: f.head(100).filter(pl.col("k") > 7).select("v"),
    "predicate_then_head": lambda f: f.filter(pl.col("k") > 7).head(100),
    "group_by": lambda f: f.group_by("k").agg(pl.col("v").sum()).sort("k"),
    "slice": lambda f: f.slice(1000, 50),
    "join": lambda f: f.head(50).join(f.head(20), on="v").sort("v"),
    "count": lambda f: f.select(pl.len()),
}


@pytest.mark.parametrize("row", QUERIES)
@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_queries_of_a_scan_are_those_of_the_frame(row, engine):
    query = QUERIES[row]
    assert query(scan(SEQ)).collect(engine=engine).equals(query(pl.DataFrame(SEQ).lazy()).collect())


def test_an_endless_sequence_is_read_as_far_as_needed():
    assert scan(mr.count().map("x*x")).head(3).collect()["x"].to_list() == [0, 1, 4]


def test_rows_that_are_not_needed_are_not_asked_for():
    asked = []

    def fill(first, count):
        asked.append(first + count)
        return (np.arange(first, first + count, dtype="f8"),)

    assert scan(mr.from_callback(fill)).head(5).collect()["x"].to_list() == [0, 1, 2, 3, 4]
    assert max(asked) < 10**6


def test_batches_of_a_parquet_file(tmp_path):
    scan(SEQ).sink_parquet(tmp_path / "a.parquet")
    assert pl.read_parquet(tmp_path / "a.parquet").equals(pl.DataFrame(SEQ))
