"""Arrow: tables out and in, by its C stream."""

import millrace as mr
import numpy as np
import pytest


def test_sequences_go_through_arrow_and_come_back():
    seq = mr.range(1000).map("x", "x > 500", "x / 7.0")
    back = mr.from_arrow(seq)
    assert back.columns == seq.columns and list(back) == list(seq)
    with pytest.raises(mr.Error, match="(?s)arrow: .*read before.*of a new stream"):
        list(back)
    with pytest.raises(mr.Error, match="(?s)elements arrow gives.*npy file"):
        back.shard(0, 2)


def test_each_capsule_is_a_fresh_stream():
    seq = mr.range(5)
    assert list(mr.from_arrow(seq)) == list(mr.from_arrow(seq)) == list(range(5))
    for _ in range(100):
        seq.__arrow_c_stream__()


def test_pyarrow_reads_and_gives_tables():
    pa = pytest.importorskip("pyarrow")
    seq = mr.range(200_000).map(k="x", half=lambda x: x * 0.5, odd=lambda x: x % 2 == 1)
    table = pa.table(seq)
    assert table.column_names == ["k", "half", "odd"] and table.num_rows == 200_000
    assert table.schema.field("odd").type == pa.bool_()
    assert table["half"].to_numpy().tolist() == [x * 0.5 for x in range(200_000)]
    assert list(mr.from_arrow(table).map("k").sum() for _ in range(2)) == [19999900000] * 2
    column = next(mr.range(70).map("x > 3").stream())["x"]
    assert pa.array(column).to_pylist() == [x > 3 for x in range(70)]


def test_a_batch_is_a_record_batch_where_it_is():
    pa = pytest.importorskip("pyarrow")
    seq = mr.range(70).map(k="x", odd="x % 2 == 1", half="x / 7.0")
    batch = next(seq.stream(batch=64))
    rows = pa.record_batch(batch)
    assert rows.schema.names == ["k", "odd", "half"] and rows.num_rows == 64
    assert rows.column(0).buffers()[1].address == np.asarray(batch["k"]).ctypes.data
    del batch
    assert rows.to_pylist() == [dict(zip(("k", "odd", "half"), row)) for row in seq[:64]]
    kept = rows.column(1)
    del rows
    assert kept.to_pylist() == [k % 2 == 1 for k in range(64)]
    for _ in range(100): # capsules that nobody takes
        next(seq.stream()).__arrow_c_array__()
    with pytest.raises(UnicodeEncodeError):
        next(mr.from_arrays(**{"\udcff": np.arange(3)}).stream()).__arrow_c_array__()


def test_an_array_is_a_stream_of_one():
    batch = next(mr.range(70).map(k="x", odd="x % 2 == 1").stream())
    back = mr.from_arrow(batch)
    assert back.columns == (("k", "i64"), ("odd", "bool"))
    assert list(back) == [(k, k % 2 == 1) for k in range(70)]
    assert list(mr.from_arrow(batch["k"])) == list(range(70))
    for _ in range(100): # that nobody reads
        mr.from_arrow(batch)
    with pytest.raises(mr.Error, match="read before"):
        list(back)


def test_pyarrow_arrays_are_read():
    pa = pytest.importorskip("pyarrow")
    numbers = pa.array([0.5, None, 2.5, 3.5])
    assert list(mr.from_arrow(numbers[2:])) == [2.5, 3.5]
    assert np.isnan(mr.from_arrow(numbers, nulls="nan").to_numpy()).tolist() == [0, 1, 0, 0]
    with pytest.raises(OSError, match="row 1 is null"):
        list(mr.from_arrow(numbers))
    with pytest.raises(TypeError, match="format 'u'"):
        mr.from_arrow(pa.array(["a"]))
    rows = pa.record_batch({"a": pa.array([1, 2]), "b": pa.array([True, False])})
    assert list(mr.from_arrow(rows)) == [(1, True), (2, False)]


def test_what_is_masked_is_none_where_no_element_is():
    assert list(mr.from_arrays(np.ma.array([1.0, 2.0]))) == [1.0, 2.0]
    assert list(mr.from_arrays(np.ma.array([1, 2], mask=[0, 0]))) == [1, 2]


def test_nulls_are_refused_or_become_nan():
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"v": [1.0, None, 3.0]})
    with pytest.raises(TypeError, match="int gives no Arrow C stream"):
        mr.from_arrow(5)
    with pytest.raises(OSError, match="row 1 is null"):
        list(mr.from_arrow(table))
    assert np.isnan(mr.from_arrow(table, nulls="nan").to_numpy()).tolist() == [False, True, False]


def test_pandas_reads_through_pyarrow():
    pa = pytest.importorskip("pyarrow")
    pytest.importorskip("pandas")
    frame = pa.table(mr.range(10).map("x", "x*x")).to_pandas()
    assert frame["x1"].sum() == 285


def test_duckdb_selects_from_a_sequence():
    duckdb = pytest.importorskip("duckdb")
    seq = mr.range(10**6).map(k="x % 10", v="x")
    rows = duckdb.sql("SELECT k, sum(v)::BIGINT FROM seq GROUP BY k ORDER BY k").fetchall()
    assert rows == [(k, sum(range(k, 10**6, 10))) for k in range(10)]
    assert duckdb.sql("SELECT count(*) FROM seq").fetchall() == [(10**6,)]
    back = mr.from_arrow(duckdb.sql("SELECT k, v FROM seq WHERE v < 100"))
    assert back.map("v").sum() == 4950


def test_polars_reads_and_gives_frames():
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(mr.range(1000).map(a="x", b="x*0.5"))
    assert frame["a"].sum() == 499500 and frame["b"].dtype == pl.Float64
    assert mr.from_arrow(frame).map("b").sum() == 249750
