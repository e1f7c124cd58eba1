"""Text between C and Python: bytes that are no UTF-8, and what is said in words of Python."""

import os
import pickle

import millrace as mr
import pytest

NAME = os.fsdecode(b"caf\xe9") # as a header in Latin-1 has it


@pytest.fixture
def table(tmp_path):
    path = tmp_path / os.fsdecode(b"t\xff.csv")
    path.write_bytes(b"caf\xe9,b\n1,2\n3,4\n")
    return mr.read(path)


def test_names_of_any_bytes_come_back_as_they_came(table):
    assert table.columns == ((NAME, "i64"), ("b", "i64"))
    again = [mr.seq(str(table)), pickle.loads(pickle.dumps(table)), mr.seq("read(p)", p=os.fsdecode(
        os.fsencode(str(table).split('"')[1])))]
    assert all(seq.columns == table.columns for seq in again)
    assert table.map(mr.col(NAME)).head() == [1, 3] == next(table.batches())[NAME].tolist()
    assert table.map(**{NAME: "b * 2"}).names == (NAME,) == mr.from_callback(
        None, [(NAME, "f64")]).names
    assert mr.resume(table.map(mr.col(NAME) + 1).stream().state()).read(2).tolist() == [2, 4]


def test_what_is_said_can_be_printed(table):
    for text in [repr(table), table.explain(), repr(mr.from_callback(None, [(NAME, "f64")])),
                 table._repr_html_()]:
        assert text.encode("utf-8")
    with pytest.raises(mr.Error, match="caf") as raised:
        table.map("`caf`")
    assert str(raised.value).encode("utf-8") and r"\xe9" in raised.value.hint


def test_arrow_refuses_names_that_it_cannot_have(table):
    pyarrow = pytest.importorskip("pyarrow")
    with pytest.raises(mr.Error, match="UTF-8"):
        pyarrow.table(table)
    assert pyarrow.table(table.map(a=mr.col(NAME))).column_names == ["a"]


@pytest.mark.parametrize("use, said", [
    (lambda: mr.range(9).stream(max_memory=1), r"allow \d+ KiB \(max_memory\)"),
    (lambda: mr.range(9).stream(max_memory=1), "a smaller batch or ring"),
    (lambda: mr.range(9).stream(ring=99), "0 in ring has"),
    (lambda: mr.range(9).stream(engine="host", device="0"), "engine='opencl'"),
    (lambda: mr.seq("range(9) | sum()").partial(3, 3), "^partial: k=3"),
    (lambda: mr.merge([]), "^merge: there are none|^merge: there are no"),
    (lambda: mr.zip(3), "mr.range"),
    (lambda: mr.range(4).resume(mr.range(3).stream().state()), r"mr.resume\(state\)"),
    (lambda: mr.range(3).resume(mr.range(3).stream(native=True).state()), "with native=True"),
    (lambda: [list(seq) for seq in [mr.from_iterable(iter([1.0]))] * 2], "restartable=True"),
])
def test_errors_name_what_python_has(use, said):
    with pytest.raises(mr.Error, match="(?m)" + said) as raised:
        use()
    assert "mr_" not in str(raised.value) and "MR_" not in str(raised.value)


def test_devices_are_those_of_the_hint():
    try:
        found = mr.devices()
    except mr.Error as error:
        assert error.status == "no-device" and error.hint
    else:
        assert all(isinstance(one["number"], int) and one["name"] for one in found)
