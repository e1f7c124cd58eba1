"""Types and documentation of what the table of operators makes."""

import pathlib
import shutil
import subprocess
import sys

import millrace as mr
import pytest
from millrace import _core

FOLDER = pathlib.Path(__file__).parents[1]


@pytest.mark.parametrize("row", _core.operators(), ids=lambda row: f"{row[1]} {row[0]}")
def test_every_operator_is_documented(row):
    name, role, brief, signature, example = row
    page = (getattr(mr, name) if role == "source" else getattr(mr.range(3), name)).__doc__
    assert signature in page and brief in page and example in page
    assert name in dir(mr if role == "source" else mr.range(3))


def test_every_function_is_there():
    assert {"sqrt", "where", "floordiv", "f32"} <= set(dir(mr))
    for name in _core.functions():
        assert name in dir(mr) and callable(getattr(mr, name))


USES = """
import millrace as mr
seq = mr.range(0, 1e12).map("x*k", lambda x: x % 7, c=mr.col("x") / 2).filter("c > 3")
reveal_type(seq)
reveal_type(seq.take(9).head())
reveal_type(mr.sqrt(mr.col("x")))
reveal_type(next(seq.stream(batch=64)))
reveal_type(seq[3:9])
state = seq.stream().state()
mr.resume(state, batch=9).read(3).tolist(), mr.range(3, dtype=float), mr.devices()[0]["name"]
seq.take("nine")
seq.scan("plus")
mr.rnage(10)
mr.range(10).mpa("x")
mr.count(dtype="i16")
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The sources with their stubs, as a wheel has them."""
    package = tmp_path_factory.mktemp("typed") / "millrace"
    shutil.copytree(FOLDER / "src" / "millrace", package)
    subprocess.run([sys.executable, FOLDER / "stubs.py", _core.__file__, package], check=True)
    return package


def mypy(package, folder, *files):
    pytest.importorskip("mypy")
    done = subprocess.run([sys.executable, "-m", "mypy", "--config-file", FOLDER / "pyproject.toml",
                           "--cache-dir", package.parent / "cache", *files], cwd=folder,
                          env={"MYPYPATH": package.parent}, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_stubs_are_python(package):
    for name in ("__init__.pyi", "_operators.pyi", "_core.pyi"):
        compile((package / name).read_text(), name, "exec")
    assert "def take(self, n: Number) -> Seq: ..." in (package / "_operators.pyi").read_text()


def test_mypy_knows_the_types(package, tmp_path):
    (tmp_path / "uses.py").write_text(USES)
    said = mypy(package, tmp_path, "uses.py")
    lines = [line for line in said.splitlines() if "Revealed" in line or ": error:" in line]
    assert [int(line.split(":")[1]) for line in lines] == [4, 5, 6, 7, 8, 11, 12, 13, 14, 15], said
    for line, word in zip(lines, ["Seq", "list[", "Expr", "Batch", "Seq"]):
        assert word in line


def test_mypy_finds_nothing_in_the_package(package, tmp_path):
    files = (package / f"_{name}.py" for name in ("sequence", "expression", "element", "errors", "arguments",
                                              "catalogue", "sources", "stream"))
    assert "Success" in mypy(package, tmp_path, *files)
