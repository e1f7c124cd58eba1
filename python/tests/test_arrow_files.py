"""Arrow's files and streams, written and read, beside pyarrow's."""

import os
import subprocess

import millrace as mr
import numpy as np
import pytest

pa = pytest.importorskip("pyarrow")
from pyarrow import feather, ipc # after it is known to be there

ROWS = 3000
TYPES = {"b": pa.bool_(), "j": pa.int32(), "u": pa.uint32(), "l": pa.int64(), "q": pa.uint64(),
         "f": pa.float32(), "d": pa.float64()}


def table_of(rows=ROWS):
    n = np.arange(rows)
    values = {"b": n % 3 == 0, "j": -n, "u": n + 2**31, "l": n * -2**40, "q": n.astype(np.uint64) + np.uint64(2**63),
              "f": n / np.float32(7), "d": n / 7}
    return pa.table({k: pa.array(values[k].astype(t.to_pandas_dtype()))
                     for k, t in TYPES.items()})


def write(path, table, stream=False, **options):
    new = ipc.new_stream if stream else ipc.new_file
    rows = options.pop("max_chunksize", None)
    with new(path, table.schema, options=ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, max_chunksize=rows)
    return path


def read(path, columns=(), **more):
    named = f", columns=({', '.join(columns)})" if columns else ""
    rest = "".join(f", {k}={v}" for k, v in more.items())
    return mr.seq(f'read("{path}"{named}{rest})')


def same(seq, table):
    got = seq.to_numpy()
    for name, _ in seq.columns:
        want = table[name].to_numpy()
        have = got[name] if len(seq.columns) > 1 else got
        assert have.dtype == want.dtype and have.tobytes() == want.tobytes()


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("chunk", [None, 1, 7, 1024])
def test_what_pyarrow_writes_is_read_to_the_bit(tmp_path, stream, chunk):
    path = write(tmp_path / ("a.arrows" if stream else "a.arrow"), table_of(), stream,
                 max_chunksize=chunk)
    seq = read(path)
    assert len(seq) == ROWS
    same(seq, table_of())
    for name in TYPES:
        same(read(path, [name]), table_of())
    same(read(path, ["d", "b"])[1000:1100], table_of()[1000:1100])
    assert read(path, ["l"]).sum() == table_of()["l"].to_numpy().sum()


def test_columns_stand_beside_all_others(tmp_path):
    n = 10
    pairs = pa.array([[{"x": k, "y": "t" * k}] * (k % 3) for k in range(n)])
    ids = pa.array(np.zeros(n, np.int8))
    others = {
        "text": pa.array([str(k) for k in range(n)]), "pairs": pairs,
        "words": pa.array(["a", "b"] * 5).dictionary_encode(), "none": pa.nulls(n),
        "when": pa.array(range(n), pa.timestamp("us")), "views": pa.array(["x" * 40] * n,
                                                                          pa.string_view()),
        "fixed": pa.array([[1, 2]] * n, pa.list_(pa.int16(), 2)),
        "sparse": pa.UnionArray.from_sparse(ids, [pa.array(range(n))]),
        "dense": pa.UnionArray.from_dense(ids, pa.array(range(n), pa.int32()),
                                          [pa.array(range(n))]),
        "runs": pa.RunEndEncodedArray.from_arrays(pa.array([4, n], pa.int32()),
                                                  pa.array([1.0, 2.0])),
        "map": pa.array([[(1, 2)]] * n, pa.map_(pa.int8(), pa.int8())),
    }
    table = pa.table({**others, "v": pa.array(range(n)), "half": pa.array(np.arange(n) / 2)})
    for stream, version in [(False, "V5"), (True, "V5"), (True, "V4")]:
        path = write(tmp_path / "a.arrow", table, stream, max_chunksize=3,
                     metadata_version=getattr(ipc.MetadataVersion, version))
        same(read(path, ["half", "v"]), table)
        for name in others:
            with pytest.raises(mr.Error, match=f"column '{name}' is of the type"):
                read(path, [name])
        with pytest.raises(mr.Error, match="column 'text' is of the type utf8"):
            read(path)


def test_small_integers_and_halves_are_refused_by_name(tmp_path):
    for kind, name in [(pa.int8(), "int8"), (pa.uint16(), "uint16"), (pa.float16(), "float16")]:
        path = write(tmp_path / "a.arrow", pa.table({"v": pa.array(np.zeros(2), kind)}))
        with pytest.raises(mr.Error, match=f"'v' is of the type {name}"):
            read(path)


@pytest.mark.parametrize("codec", ["lz4", "zstd"])
def test_compressed_ones_are_refused(tmp_path, codec):
    feather.write_feather(table_of(), tmp_path / "a.feather", compression=codec)
    with pytest.raises(mr.Error, match=rf"compressed \({codec}\)"):
        read(tmp_path / "a.feather")
    feather.write_feather(table_of(), tmp_path / "a.feather", compression="uncompressed")
    same(read(tmp_path / "a.feather"), table_of())


@pytest.mark.parametrize("at", [0, 1, 511, 512, 2047, 2999])
def test_a_null_is_an_error_at_its_row(tmp_path, at):
    values = list(range(ROWS))
    values[at] = None
    table = pa.table({"v": pa.array(values), "w": pa.array(range(ROWS))})
    path = write(tmp_path / "a.arrows", table, True, max_chunksize=2048)
    assert read(path, ["w"]).sum() == sum(range(ROWS))
    stream = read(path, ["v"]).stream(batch=256)
    seen = []
    with pytest.raises(mr.Error, match=f"column 'v': row {at} is null") as failure:
        for batch in stream:
            seen += np.asarray(batch).tolist()
    assert seen == values[:at] and failure.value.element == at


def test_batches_that_are_empty_count_nothing(tmp_path):
    path, schema = tmp_path / "a.arrows", pa.schema({"v": pa.int64()})
    with ipc.new_stream(path, schema) as writer:
        for rows in [0, 3, 0, 0, 2, 0]:
            writer.write_batch(pa.record_batch([pa.array(range(rows), pa.int64())], schema=schema))
    assert list(read(path)) == [0, 1, 2, 0, 1]
    assert list(write_and_read(tmp_path, schema.empty_table())) == []


def write_and_read(tmp_path, table):
    return read(write(tmp_path / "e.arrow", table))


def test_each_changed_byte_is_an_error_or_gives_what_pyarrow_reads(tmp_path):
    table = pa.table({"n": pa.array(range(5), pa.int32()), "ok": pa.array([True, False] * 2 + [True])})
    for stream in [False, True]:
        path = write(tmp_path / "a.arrow", table, stream, max_chunksize=3)
        whole, skipped = path.read_bytes(), 0 if stream else 8 # a file has its stream within
        agreed = refused = 0
        for at in range(len(whole)):
            changed = bytes([whole[at] ^ (0x01, 0x80, 0xff)[at % 3]])
            path.write_bytes(whole[:at] + changed + whole[at + 1:])
            try:
                seq = read(path)
                got = seq.to_numpy(engine="host")
            except (mr.Error, UnicodeDecodeError):
                refused += 1
                continue
            try:
                other = ipc.open_stream(path.read_bytes()[skipped:]).read_all()
                other.validate(full=True)
            except (pa.ArrowException, OSError, UnicodeDecodeError):
                continue # pyarrow asks for more, as of alignment
            names = [name for name, _ in seq.columns]
            assert names == [name or f"x{k}" for k, name in enumerate(other.column_names)], at
            for name, column in zip(names, other.columns):
                mine = got[name] if len(names) > 1 else got
                assert mine.tobytes() == column.to_numpy().tobytes(), at
            agreed += 1
        assert agreed > 100 and refused > 100


@pytest.mark.skipif("MILLRACE_COMMAND" not in os.environ, reason="needs the command")
@pytest.mark.parametrize("rows", [0, 1, 7, 65536, 200_000])
def test_pyarrow_reads_what_the_command_writes(tmp_path, rows):
    text = (f"range({rows}) | map(b: x%3==0, j: i32(-x), u: u32(x), l: x*-1099511627776, "
            "q: u64(x), f: f32(x)/7.0, d: x/7.0)")
    files = [tmp_path / name for name in ("a.arrow", "a.feather", "a.arrows")]
    for path in files:
        subprocess.run([os.environ["MILLRACE_COMMAND"], "-o", path, text], check=True)
    piped = subprocess.run([os.environ["MILLRACE_COMMAND"], "--format", "arrow", text], check=True,
                           stdout=subprocess.PIPE).stdout
    readers = [ipc.open_file(pa.memory_map(str(p))) for p in files[:2]]
    readers += [ipc.open_stream(files[2]), ipc.open_stream(piped)]
    expected = mr.seq(text).to_numpy()
    for reader in readers:
        table = reader.read_all()
        table.validate(full=True)
        assert table.num_rows == rows and table.schema.types == list(TYPES.values())
        for name in TYPES:
            assert table[name].to_numpy().tobytes() == expected[name].tobytes()
    for chunk in readers[0].get_batch(0).columns if rows else []:
        assert chunk.buffers()[0] is None and chunk.buffers()[1].address % 64 == 0
    same(read(files[0]), readers[0].read_all())
