"""Seq: a description of elements that never exist in full."""

from __future__ import annotations

import itertools
import operator
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence

from . import _core
from ._arguments import Columns, argument, constant, constants, is_number, shown
from ._catalogue import PARAMETERS, STAGES, TERMINALS, documentation
from ._dtypes import NUMPY, SIZES
from ._element import Reader, runs
from ._errors import Error
from ._expression import quoted
from ._operators import Operators
from ._stream import Stream, decoded, part_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


# Parameters that are written as expressions.
_WITH_NAMES = ("expression", "number", "integer")


def apply(name: str, before: Seq | None, arguments: Sequence, keywords: dict) -> Seq:
    """One operator applied to a sequence, or a source. A number by a keyword that is no parameter
    is a constant, which the expressions use by that name; where there are none, it is a mistake."""
    parameters = PARAMETERS.get((name, before is None), {})
    keywords = {word[:-1] if word[-1:] == "_" and word[:-1] in parameters else word: value
                for word, value in keywords.items()} # while_=..., as `while` is Python's
    columns = before.columns if before is not None else ()
    labels = [keyword for keyword, value in keywords.items() if "init" in parameters # of a state
              and keyword not in parameters and not is_number(value)]
    rows: list[tuple] = [argument(None, value, columns, name == "read" and k == 0, labels)
                         for k, value in enumerate(arguments)]
    uses = any(kind == "expr" for _, kind, _ in rows) or any(
        parameters.get(keyword, "expression") in _WITH_NAMES and not is_number(value)
        for keyword, value in keywords.items())
    for keyword, value in keywords.items():
        if keyword == "columns" and isinstance(value, (list, tuple)):
            value = tuple(quoted(v) if isinstance(v, str) else v for v in value)
        if keyword not in parameters and is_number(value) and uses:
            rows.append(constant(keyword, value))
        else:
            rows.append(argument(keyword, value, columns, keyword == "path", labels))
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
        columns = ", ".join(f"{shown(name)} {dtype}" for name, dtype in self.columns)
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
                                       decoded(part_of(state, "state"))))

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
        n = operator.index(n)
        if n < 0:
            raise ValueError(f"head({n}): must not be negative")
        elements = _core.open(self._core, {"batch": min(max(n, 1), 1 << 16)}).elements()
        return list(itertools.islice(elements, min(n, sys.maxsize)))

    def to_numpy(self, **params: Any):
        """All elements: an array, or a dict of them where there are several columns."""
        import numpy
        parts = list(self.batches(**params))
        arrays = {name: numpy.concatenate([numpy.asarray(part[name]) for part in parts])
                  if parts else numpy.empty(0, NUMPY[dtype]) for name, dtype in self.columns}
        return arrays if len(arrays) > 1 else next(iter(arrays.values()))

    def __array__(self, dtype=None, copy=None):
        import numpy
        if copy is False:
            raise ValueError("an array of what is computed is always a new one")
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
        position = operator.index(index)
        if position < 0:
            position += len(self)
        kind, most = self._core.length
        if not 0 <= position <= sys.maxsize or (kind == "known" and position >= most):
            raise IndexError(f"element {index} of a sequence {self._kind()}")
        return position

    def _slice(self, key: slice) -> Seq:
        key = slice(*(None if value is None else operator.index(value)
                      for value in (key.start, key.stop, key.step)))
        step = 1 if key.step is None else key.step
        if step == 0:
            raise ValueError("slice step cannot be zero")
        bounds = [value for value in (key.start, key.stop) if value is not None]
        if step < 0:
            return self._backwards(*key.indices(len(self)))
        if any(value < 0 for value in bounds):
            key = slice(*key.indices(len(self)))
        start = min(key.start or 0, sys.maxsize)
        stop = None if key.stop is None else min(key.stop, sys.maxsize)
        result = self
        if start:
            result = result.pipe(f"skip({start})")
        if stop is not None:
            result = result.pipe(f"take({max(stop - start, 0)})")
        return result.pipe(f"slice(0, inf, {min(step, sys.maxsize)})") if step > 1 else result

    def _backwards(self, start: int, stop: int, step: int) -> Seq:
        """From `start` down to before `stop`."""
        part = self.pipe(f"take({max(start + 1, 0)}) | reverse() | take({max(start - stop, 0)})")
        return part.pipe(f"slice(0, inf, {min(-step, sys.maxsize)})") if step < -1 else part

    def __reversed__(self) -> Iterator:
        return iter(self.pipe("reverse()"))

    def __contains__(self, value: Any) -> bool:
        if self.is_endless:
            raise TypeError("an endless sequence may never tell; end it with take(n)")
        return any(element == value for element in self)

    # -- more of it --

    def pipe(self, stages: str, **named: object) -> Seq:
        """Stages in the language, put behind: ``seq.pipe("map(x*k) | filter(x > 3)", k=7)``."""
        return _described(self._core.pipe(stages, constants(named)), self._core)

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
            if name.startswith("_") or name not in STAGES | TERMINALS:
                raise AttributeError(f"no stage or terminal '{name}'")
            return _Method(self, name)

    def __dir__(self) -> list[str]:
        return sorted(set(super().__dir__()) | STAGES | TERMINALS)


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
        if self.name not in TERMINALS:
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


def seq(text: str, **named: object) -> Seq:
    """The sequence that a pipeline's text describes: ``seq("range(10) | map(x*k)", k=7)``.
    Constants are numbers or texts that it uses by their names; they are never made text that is
    parsed, so ``seq("read(path)", path=name)`` is safe for any name."""
    return _described(_core.parse(text, constants(named)))


def resume(state: dict, **params: Any) -> Stream:
    """A stream that goes on where another gave its ``state()``; its sequence is the stream's
    ``seq``."""
    return seq(part_of(state, "text")).resume(state, **params)


def row_bytes(seq_: Seq) -> int:
    """The bytes of an element, of all its columns."""
    return sum(SIZES[dtype] for dtype in seq_.dtypes)
