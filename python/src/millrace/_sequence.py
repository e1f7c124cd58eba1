"""Seq: a description of elements that never exist in full."""

from __future__ import annotations

import array
import itertools
import numbers
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence

from . import _core
from ._errors import Error
from ._element import Reader, runs
from ._expression import Expr, quoted, text_of, trace
from ._operators import Operators

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
Columns = tuple[tuple[str, str], ...]
_TYPECODES = {"i32": "i", "u32": "I", "i64": "q", "u64": "Q", "f32": "f", "f64": "d", "bool": "B"}
_NUMPY = {"i32": "int32", "u32": "uint32", "i64": "int64", "u64": "uint64", "f32": "float32",
          "f64": "float64", "bool": "bool"}
_DTYPE_NAMES = {name: dtype for dtype, name in _NUMPY.items()}
_OPERATORS = [(*row, _core.parameters(k)) for k, row in enumerate(_core.operators())]
SOURCES, _STAGES, _TERMINALS = (
    frozenset(name for name, role, *_ in _OPERATORS if role == wanted)
    for wanted in ("source", "stage", "terminal"))


def _argument(keyword: str | None, value: Any, columns: Columns,
              is_path: bool) -> tuple[str | None, str, object]:
    """(keyword, kind, value), as the core takes it."""
    if isinstance(value, Seq):
        return (keyword, "seq", value._core)
    if isinstance(value, Expr):
        return (keyword, "expr", value.text)
    if isinstance(value, str):
        return (keyword, "text" if is_path else "expr", value)
    if callable(value):
        return (keyword, "expr", text_of(trace(value, columns)))
    if isinstance(value, (list, tuple)):
        items = (item if isinstance(item, str) else text_of(item) for item in value)
        return (keyword, "expr", f"({', '.join(items)})")
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return (keyword, "expr", "true" if value else "false")
    if isinstance(value, numbers.Integral) or hasattr(value, "__index__"):
        return (keyword, "int", int(value))
    if isinstance(value, numbers.Real):
        return (keyword, "real", float(value))
    if hasattr(value, "__fspath__"):
        return (keyword, "text", value.__fspath__())
    raise TypeError(f"{value!r} is no number, text, expression, function or sequence")


def _constants(constants: dict) -> list:
    return [_constant(name, value) for name, value in constants.items()]


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) or type(value).__name__ in ("bool", "bool_")


def _constant(name: str, value: Any) -> tuple[str, str, object, bool, str]:
    """A constant of the caller's. Python's numbers take the dtype of what they meet, as numbers in
    text do; NumPy's keep theirs."""
    dtype = getattr(getattr(value, "dtype", None), "name", "")
    dtype = _DTYPE_NAMES.get(dtype, "bool" if isinstance(value, bool) else "")
    if isinstance(value, str) or hasattr(value, "__fspath__"):
        return (name, "text", value if isinstance(value, str) else value.__fspath__(), True, "")
    if dtype == "bool" or isinstance(value, numbers.Integral):
        return (name, "int", int(value), True, dtype)
    if isinstance(value, numbers.Real):
        return (name, "real", float(value), True, dtype)
    raise TypeError(f"the constant {name}={value!r} is neither a number nor a text")


# The parameters that a call may name.
_PARAMETERS = {(name, role == "source"): {p["name"] for p in rows if not p["is_variadic"]}
               for name, role, _, _, _, rows in _OPERATORS}


def apply(name: str, before: Seq | None, arguments: Sequence, keywords: dict) -> Seq:
    """One operator applied to a sequence, or a source. A number by a keyword that is no parameter
    is a constant, which the expressions use by that name."""
    parameters = _PARAMETERS.get((name, before is None), ())
    columns = before.columns if before is not None else ()
    rows: list[tuple] = [_argument(None, value, columns, name == "read" and k == 0)
            for k, value in enumerate(arguments)]
    for keyword, value in keywords.items():
        if keyword == "columns" and isinstance(value, (list, tuple)):
            value = tuple(quoted(v) if isinstance(v, str) else v for v in value)
        if keyword not in parameters and _is_number(value):
            rows.append(_constant(keyword, value))
        else:
            rows.append(_argument(keyword, value, columns, keyword == "path"))
    core = before._core if before is not None else None
    return _described(_core.apply(name, core, rows), core,
                      *(value._core for value in arguments if isinstance(value, Seq)), level=4)


def _described(core: _core.Sequence, *inputs: _core.Sequence | None, level: int = 3) -> Seq:
    """The sequence; what in its text may be meant otherwise, as x & 1 == 0, is a warning."""
    notices = core.notices
    if notices:
        known = {notice for one in inputs if one is not None for notice in one.notices}
        for notice in notices:
            if notice not in known:
                warnings.warn(notice.rstrip(), stacklevel=level)
    return Seq(core)


class Seq(Operators):
    """An immutable description. Making one computes nothing; iterating over it does."""

    __slots__ = ("_core", "_readers")
    __array_priority__ = 1000

    def __init__(self, core: _core.Sequence) -> None:
        self._core = core
        self._readers: list[Reader] = []

    # -- what it is --

    @property
    def columns(self) -> Columns:
        """((name, dtype), ...)"""
        return self._core.columns

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self._core.columns)

    @property
    def dtypes(self) -> tuple[str, ...]:
        return tuple(dtype for _, dtype in self._core.columns)

    @property
    def is_endless(self) -> bool:
        return self._core.length[0] == "endless"

    def explain(self, kernels: bool = False) -> str:
        """How it would run: segments, buffers, the memory bound; nothing is computed."""
        return self._core.explain(kernels)

    def __repr__(self) -> str:
        text = self._text()
        return f"<millrace.Seq {self._kind()}>" if text is None else f"millrace.seq({text!r})"

    def _kind(self) -> str:
        kind, most = self._core.length
        columns = ", ".join(f"{name} {dtype}" for name, dtype in self.columns)
        return f"of {most if kind == 'known' else kind + ' length'}: {columns}"

    def _repr_html_(self) -> str:
        import html
        try:
            plan = self.explain()
        except Error as error:
            plan = str(error)
        return f"<code>{html.escape(repr(self))}</code><pre>{html.escape(plan)}</pre>"

    def _text(self) -> str | None:
        return self._core.text

    def __str__(self) -> str:
        return self._text() or repr(self)

    # -- lengths --

    def __len__(self) -> int:
        kind, most = self._core.length
        if kind == "known":
            return most
        raise TypeError(f"the length of this sequence is {kind}"
                        + ("" if kind == "endless" else "; count() computes it"))

    def __length_hint__(self) -> int:
        kind, most = self._core.length
        return most if kind == "known" else NotImplemented

    def __bool__(self) -> bool:
        kind, most = self._core.length
        if kind == "known":
            return most > 0
        return kind == "endless" or next(iter(self), None) is not None

    # -- elements --

    def stream(self, *, progress: object = None, **params: Any) -> Stream:
        """Opens it. ``engine`` ('auto', 'host', 'opencl'), ``device``, ``batch``, ``ring``,
        ``max_memory`` (bytes), ``shape``, ``native``, ``no_map`` change no bit but ``native``.
        ``progress(computed, expected, elements, seconds)`` is called now and then while a pull
        works: positions done, of how many (None: not known), elements delivered."""
        return Stream(self, _core.open(self._core, params, progress))

    def resume(self, state: dict, *, progress: object = None, **params: Any) -> Stream:
        """Opens it where a stream of it was when that gave its ``state()``, to the same bits: in
        another process, on another machine, engine or device, with another batch size."""
        return Stream(self, _core.open(self._core, params, progress,
                                       _decoded(state["state"])))

    def partial(self, k: int, n: int, **params: object) -> bytes:
        """What this terminal knows of part `k` of `n`, from 0, as bytes of some hundred:
        ``merge()`` gives the value of all parts, to the bits of one run."""
        return _core.partial(self._core, k, n, params)

    def __iter__(self) -> Iterator:
        return _core.open(self._core, {}).elements()

    def batches(self, batch: int = 0, **params: Any) -> Iterator[_core.Batch]:
        """Batches of so many elements (0: 65536); the last may be shorter."""
        return iter(self.stream(batch=batch, **params))

    def head(self, n: int = 5) -> list:
        """The first elements as Python numbers."""
        elements = _core.open(self._core, {"batch": max(n, 1)}).elements()
        return list(itertools.islice(elements, n))

    def to_numpy(self, **params: Any):
        """All elements: an array, or a dict of them where there are several columns."""
        import numpy
        parts = list(self.batches(**params))
        arrays = {name: numpy.concatenate([numpy.asarray(part[name]) for part in parts])
                  if parts else numpy.empty(0, _NUMPY[dtype]) for name, dtype in self.columns}
        return arrays if len(arrays) > 1 else next(iter(arrays.values()))

    def __array__(self, dtype=None, copy=None):
        import numpy
        if self._core.length[0] != "known":
            raise TypeError(f"an array of {self._core.length[0]} length: end it with take(n), or "
                            "use to_numpy() where there is memory for all")
        bytes_ = len(self) * row_bytes(self)
        if bytes_ > 1 << 31:
            raise MemoryError(f"the array would take {bytes_} bytes: iterate over batches(), or "
                              "use to_numpy() where there is memory for all")
        whole = self.to_numpy()
        if isinstance(whole, dict):
            whole = numpy.stack(list(whole.values()), axis=1)
        return whole if dtype is None else whole.astype(dtype)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._core.__arrow_c_stream__(requested_schema)

    def __getitems__(self, indices: Sequence[int]) -> list:
        """The elements at these indices, in their order: one look-up for each run of neighbours."""
        wanted = [self._position(index) for index in indices]
        found: dict[int, object] = {}
        reader = self._readers.pop() if self._readers else Reader(self._core)
        for positions in runs(sorted(set(wanted))):
            part = reader.read(positions[0], positions[-1] - positions[0] + 1)
            if len(part) <= positions[-1] - positions[0]:
                raise IndexError(f"element {positions[-1]} is past the end")
            found.update((position, part[position - positions[0]]) for position in positions)
        if reader.may_stay and self._text() is not None:
            self._readers.append(reader)
        return [found[position] for position in wanted]

    def _position(self, index: Any) -> int:
        position = index.__index__()
        if position < 0:
            position += len(self)
        kind, most = self._core.length
        if position < 0 or (kind == "known" and position >= most):
            raise IndexError(f"element {index} of a sequence {self._kind()}")
        return position

    def _slice(self, key: slice) -> Seq:
        step = 1 if key.step is None else key.step.__index__()
        if step == 0:
            raise ValueError("slice step cannot be zero")
        bounds = [value for value in (key.start, key.stop) if value is not None]
        if step < 0 or any(value < 0 for value in bounds):
            start, stop, step = key.indices(len(self))
        else:
            start, stop = key.start or 0, key.stop
        if step < 0:
            return self._backwards(start, stop, step)
        result = self
        if start:
            result = result.pipe(f"skip({start})")
        if stop is not None:
            result = result.pipe(f"take({max(stop - start, 0)})")
        return result.pipe(f"slice(0, inf, {step})") if step > 1 else result

    def _backwards(self, start: int, stop: int, step: int) -> Seq:
        """From `start` down to before `stop`."""
        part = self.pipe(f"take({max(start + 1, 0)}) | reverse() | take({max(start - stop, 0)})")
        return part.pipe(f"slice(0, inf, {-step})") if step < -1 else part

    def __reversed__(self) -> Iterator:
        return iter(self.pipe("reverse()"))

    def __contains__(self, value: Any) -> bool:
        if self.is_endless:
            raise TypeError("an endless sequence may never tell; end it with take(n)")
        return any(element == value for element in self)

    # -- more of it --

    def pipe(self, stages: str, **constants: object) -> Seq:
        """Stages in the language, put behind: ``seq.pipe("map(x*k) | filter(x > 3)", k=7)``."""
        return _described(self._core.pipe(stages, _constants(constants)), self._core)

    def __or__(self, stages: str) -> Seq:
        return self.pipe(stages) if isinstance(stages, str) else NotImplemented

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Seq):
            return NotImplemented
        if self._core is other._core:
            return True
        return self._text() is not None and self._text() == other._text()

    def __hash__(self) -> int:
        return hash(self._text()) if self._text() is not None else hash(self._core)

    def __reduce__(self):
        text = self._text()
        if text is None:
            raise TypeError("a sequence over memory or functions of this process has no text to "
                            "be pickled as")
        return (seq, (text,))

    def __copy__(self) -> Seq:
        return self

    def __deepcopy__(self, memo: dict) -> Seq:
        return self

    def __dask_tokenize__(self):
        text = self._text()
        if text is None: # no two are known to be the same
            import uuid
            text = uuid.uuid4().hex
        return ("millrace.Seq", text)

    if not TYPE_CHECKING: # there _operators.pyi knows them
        def __getitem__(self, key: Any):
            if isinstance(key, slice):
                return self._slice(key)
            return self.__getitems__((key,))[0]

        def __getattr__(self, name: str) -> Callable:
            if name.startswith("_") or name not in _STAGES | _TERMINALS:
                raise AttributeError(f"no stage or terminal '{name}'")
            return _Method(self, name)

    def __dir__(self) -> list[str]:
        return sorted(set(super().__dir__()) | _STAGES | _TERMINALS)


def documentation(name: str, *roles: str) -> str:
    """An operator's page, from the table of operators."""
    parts = []
    for found, role, brief, signature, example, rows in _OPERATORS:
        if found == name and role in roles:
            lines = "\n".join(f"    {row['name']}: {row['brief']}" for row in rows)
            parts.append("\n\n".join(
                part for part in (signature, brief, lines, f"In the language: {example}") if part))
    return "\n\n".join(parts)


class _Method:
    """A stage or terminal of a sequence, to be called."""

    __slots__ = ("seq", "name")

    def __init__(self, seq_: Seq, name: str) -> None:
        self.seq = seq_
        self.name = name

    @property
    def __doc__(self) -> str: # type: ignore[override]
        return documentation(self.name, "stage", "terminal")

    def __call__(self, *arguments: object, **keywords: object):
        described = apply(self.name, self.seq, arguments, keywords)
        if self.name not in _TERMINALS:
            return described
        return value_of(described)


def value_of(described: Seq):
    """What a terminal's one row says: a number, a dict of several columns, a hist's counts."""
    stream = _core.open(described._core, {})
    batch = next(stream, None)
    if batch is None:
        return None
    if len(batch) != 1:
        return batch.columns[0]
    values = {name: batch[name][0] for name in batch.names}
    return values if len(values) > 1 else next(iter(values.values()))


class Stream:
    """An opened sequence: an iterator of batches, for one thread at a time."""

    def __init__(self, seq_: Seq, core: _core.Stream) -> None:
        self.seq = seq_
        self._core = core

    def __iter__(self) -> Iterator[_core.Batch]:
        return self._core # without a call in between

    def __next__(self) -> _core.Batch:
        return next(self._core)

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Frees all it has; the end of every later pull."""
        self._core.close()

    def read(self, count: int) -> _core.Batch:
        """The next `count` elements; fewer only at the end."""
        return self._core.read(count)

    def seek(self, position: int) -> None:
        """Makes `position` the next element."""
        self._core.seek(position)

    def tell(self) -> int:
        """How many elements were delivered, or where seek() put it."""
        return self._core.tell()

    def state(self) -> dict:
        """All that is needed to go on from here: the sequence's text, the position, and a text of
        about 1 KiB. Save it once what was pulled has been dealt with: ``seq.resume(state)`` gives
        what comes after that."""
        import base64
        return {"text": str(self.seq), "position": self.tell(),
                "state": base64.b85encode(self._core.save()).decode()}

    def stats(self) -> dict:
        """What has happened so far."""
        return self._core.stats()

    def interrupt(self) -> None:
        """From any thread: the pull in progress ends soon, with KeyboardInterrupt."""
        self._core.interrupt()


def _decoded(text: str) -> bytes:
    import base64
    return base64.b85decode(text)


# ---- making them ----

def seq(text: str, **constants: object) -> Seq:
    """The sequence that a pipeline's text describes: ``seq("range(10) | map(x*k)", k=7)``.
    Constants are numbers or texts that it uses by their names; they are never made text that is
    parsed, so ``seq("read(path)", path=name)`` is safe for any name."""
    return _described(_core.parse(text, _constants(constants)))


def resume(state: dict, **params: Any) -> Stream:
    """A stream that goes on where another gave its ``state()``; its sequence is the stream's
    ``seq``."""
    return seq(state["text"]).resume(state, **params)


def from_arrays(*arrays: object, **named: object) -> Seq:
    """Arrays (anything with a buffer, of one dimension) as columns, in place: they must not change
    while the sequence lives, which keeps them."""
    rows = [(None, value) for value in arrays] + list(named.items())
    for name, value in rows:
        if isinstance(value, (list, tuple, range)):
            raise TypeError(f"{type(value).__name__} has no buffer: give numpy.asarray(...) or "
                            "array.array(...), or use from_iterable(...)")
    return Seq(_core.from_buffers(rows))


def from_arrow(stream: Any, *, nulls: str = "refused") -> Seq:
    """What has ``__arrow_c_stream__`` (a pyarrow table, a DuckDB result, a Polars frame) as columns.
    An element that is null is an error, or with nulls='nan' NaN in columns of floats. It is read
    once, unless it is described anew."""
    if nulls not in ("refused", "nan"):
        raise ValueError(f"nulls={nulls!r} must be 'refused' or 'nan'")
    return Seq(_core.from_arrow(stream.__arrow_c_stream__(), nulls == "nan"))


def row_bytes(seq: Seq) -> int:
    """The bytes of an element, of all its columns."""
    return sum(array.array(_TYPECODES[dtype]).itemsize for dtype in seq.dtypes)


def from_callback(fill: Callable, columns: Iterable[tuple[str, str]] = (("x", "f64"),), *,
                  length: int = 0, restartable: bool = False) -> Seq:
    """``fill(first, count)`` returns a tuple of buffers, one a column, of up to `count` elements;
    fewer mean the end. restartable: it begins anew when asked with first == 0."""
    return Seq(_core.from_callback(fill, list(columns), length, restartable))


def from_iterable(iterable: Iterable, dtype: str = "f64") -> Seq:
    """Python numbers as a sequence, read as they are needed. What can be iterated over again, as a
    list can, makes a sequence that can."""
    typecode = _TYPECODES[dtype]
    restartable = iter(iterable) is not iterable
    iterator: Iterator = iter(())

    def fill(first: int, count: int) -> tuple:
        nonlocal iterator
        if first == 0:
            iterator = iter(iterable)
        part = array.array(typecode, itertools.islice(iterator, count))
        return (memoryview(part).cast("B").cast("?") if dtype == "bool" else part,)

    return from_callback(fill, (("x", dtype),), restartable=restartable)
