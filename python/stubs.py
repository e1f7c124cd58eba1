#!/usr/bin/env python3
"""stubs.py MODULE FOLDER: writes the type stubs of what the table of operators makes, __init__.pyi
and _operators.pyi, into the folder. MODULE is the file of the extension module."""

import importlib.util
import keyword
import pathlib
import sys

HEAD = '''# Written by stubs.py from the table of operators.
from collections.abc import Callable as Callable, Sequence as Sequence
from os import PathLike as PathLike
from typing import Any as Any, Literal as Literal, SupportsIndex, TypeAlias, overload

from ._expression import Expr as Expr
from ._sequence import Seq as Seq

Number: TypeAlias = int | float
Expression: TypeAlias = str | Expr | Number | Callable[..., Any]
Dtype: TypeAlias = Literal["bool", "i32", "u32", "i64", "u64", "f32", "f64"] | type
'''
EXPORTS = '''from . import _core as _core
from ._core import Batch as Batch, Column as Column, devices as devices
from ._errors import (
    DescriptionError as DescriptionError, DivisionError as DivisionError, DtypeError as DtypeError,
    Error as Error, InputError as InputError, RangeError as RangeError,
    ShortageError as ShortageError,
)
from ._expression import call as call, col as col, i as i, where as where
from ._operators import (
    Any, Dtype, Expr as Expr, Expression, Literal, Number, PathLike, Seq as Seq, Sequence,
)
from ._partials import merge as merge
from ._sequence import resume as resume, seq as seq
from ._sources import (
    from_arrays as from_arrays, from_arrow as from_arrow, from_callback as from_callback,
    from_iterable as from_iterable,
)
from ._stream import Stream as Stream

__version__: str
'''
OPERATORS = """class Operators:
    @overload
    def __getitem__(self, key: SupportsIndex) -> Any: ...
    @overload
    def __getitem__(self, key: slice) -> Seq: ..."""
TYPES = {"integer": "Number", "number": "Number", "dtype": "Dtype", "text": "str | PathLike[str]",
         "expression": "Expression", "name": "str", "column": "str | int", "sequence": "Seq"}


def type_of(row):
    if row["type"] == "choice":
        return f"Literal[{', '.join(repr(word) for word in row['choices'].split('|'))}]"
    one = TYPES[row["type"]]
    return f"{one} | Sequence[{one}]" if row["is_list"] else one


def parameters(rows, first):
    """As Python writes them. Numbers under other names are constants of the expressions."""
    places, by_name, others = [*first], [], ""
    star = False
    for row in rows:
        wanted = type_of(row)
        if row["takes_label"] or row["type"] == "expression":
            others = f"**named: {wanted}" if row["takes_label"] else "**constants: Number"
        word = row["name"] + "_" * keyword.iskeyword(row["name"]) # while_=...
        if row["is_variadic"]:
            places.append(f"*{row['name']}: {wanted}")
            star = True
        elif row["by_name"] or star:
            by_name.append(f"{word}: {wanted}" + ("" if row["is_required"] else " = ..."))
        else:
            has_default = not row["is_required"] or any(" = " in place for place in places)
            places.append(f"{word}: {wanted}" + (" = ..." if has_default else ""))
    bar = ["*"] if by_name and not star else []
    return ", ".join([*places, *bar, *by_name, *([others] if others else [])])


def function(indent, name, rows, first, returns):
    return f"{indent}def {name}({parameters(rows, first)}) -> {returns}: ..."


def load(path):
    spec = importlib.util.spec_from_file_location("millrace._core", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def generate(_core):
    operators = [(*row, _core.parameters(k)) for k, row in enumerate(_core.operators())]
    sources = [function("", name, rows, [], "Seq")
               for name, role, _, _, _, rows in operators if role == "source"]
    taken = {name for name, role, *_ in operators if role == "source"}
    calls = [f"def {name}(*arguments: Expression) -> Expr: ..."
             for name in sorted(set(_core.functions()) - taken)]
    methods = [function("    ", name, rows, ["self"], "Seq" if role == "stage" else "Any")
               for name, role, _, _, _, rows in operators if role != "source"]
    return {
        "__init__.pyi": "\n".join(["# Written by stubs.py from the table of operators.", EXPORTS,
                                   *sources, "", *calls, ""]),
        "_operators.pyi": "\n".join([HEAD, OPERATORS, *methods, ""]),
    }


if __name__ == "__main__":
    for name, text in generate(load(sys.argv[1])).items():
        (pathlib.Path(sys.argv[2]) / name).write_text(text)
