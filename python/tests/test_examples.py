"""The examples print what those in C print, which stand beside them."""

import os
import pathlib
import subprocess
import sys

import millrace as mr
import pytest

FOLDER = pathlib.Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("example", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_examples_print_what_those_in_c_print(example, tmp_path):
    path = os.path.dirname(os.path.dirname(mr.__file__))
    done = subprocess.run([sys.executable, example], cwd=tmp_path,
                          env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (example.with_suffix(".out").read_text(), "")
