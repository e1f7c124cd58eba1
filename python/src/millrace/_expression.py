"""Expressions: what a pipeline computes of an element, written with Python's operators.

``col("a") > 3`` prints the text that it stands for; Python's operators mean what they mean in
Python, so ``/`` is true division and ``%`` takes the sign of the divisor.
"""

from __future__ import annotations

import numbers
import operator
from collections.abc import Callable, Iterable

from . import _core
from ._dtypes import dtype_name

_INSTEAD = ("write a & b for 'a and b', a | b for 'a or b', ~a for 'not a', "
            "mr.where(c, a, b) for 'a if c else b', (0 < x) & (x < 5) for '0 < x < 5', "
            "mr.min(a, b) and mr.max(a, b) for min and max")


def quoted(name: str) -> str:
    """A column's name as it stands in expressions: in back quotes."""
    return "`" + name.replace("`", "``") + "`"


class Expr:
    """An expression of the columns of an element. ``str(expr)`` is its text in the language."""

    __slots__ = ("text", "is_bool")
    __hash__ = None # type: ignore[assignment]

    def __init__(self, text: str, is_bool: bool = False) -> None:
        self.text = text
        self.is_bool = is_bool

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<millrace.Expr {self.text}>"

    def __bool__(self) -> bool:
        raise TypeError(f"the expression {self.text} has no truth value of its own: {_INSTEAD}")

    def _no_number(self, way: str, what: str = "a number"):
        raise TypeError(f"the expression {self.text} is not {what}: {way}")

    def __float__(self):
        self._no_number("use mr.f64(x) for float(x), mr.sin(x) for math.sin(x)")

    def __int__(self):
        self._no_number("use mr.i64(x)")

    def __index__(self):
        self._no_number("it has another value for each element")

    def __complex__(self):
        self._no_number("elements are not complex")

    def __iter__(self):
        self._no_number("iterate over the sequence", "iterable")

    def __round__(self, digits=None):
        self._no_number("round() of Python goes to even, mr.round(x) away from zero at halves")

    def __trunc__(self):
        self._no_number("use mr.trunc(x)")

    def __floor__(self):
        self._no_number("use mr.floor(x)")

    def __ceil__(self):
        self._no_number("use mr.ceil(x)")

    def __len__(self):
        self._no_number("len() is of sequences", "a sequence")

    # -- arithmetic, as in Python --

    def __add__(self, other):
        return _binary("{} + {}", self, other)

    def __radd__(self, other):
        return _binary("{} + {}", other, self)

    def __sub__(self, other):
        return _binary("{} - {}", self, other)

    def __rsub__(self, other):
        return _binary("{} - {}", other, self)

    def __mul__(self, other):
        return _binary("{} * {}", self, other)

    def __rmul__(self, other):
        return _binary("{} * {}", other, self)

    # A float literal makes f64 of integers and leaves f32 as it is.
    def __truediv__(self, other):
        return _binary("{} * 1.0 / {}", self, other)

    def __rtruediv__(self, other):
        return _binary("{} * 1.0 / {}", other, self)

    def __floordiv__(self, other):
        return _binary("floordiv({}, {})", self, other)

    def __rfloordiv__(self, other):
        return _binary("floordiv({}, {})", other, self)

    def __mod__(self, other):
        return _binary("mod({}, {})", self, other)

    def __rmod__(self, other):
        return _binary("mod({}, {})", other, self)

    def __pow__(self, other):
        if isinstance(other, int) and not isinstance(other, bool) and 1 <= other <= 16:
            return Expr("(" + " * ".join([self.text] * other) + ")")
        return _binary("pow({}, {})", self, other)

    def __rpow__(self, other):
        return _binary("pow({}, {})", other, self)

    def __neg__(self):
        return Expr(f"(-{self.text})")

    def __pos__(self):
        return self

    def __abs__(self):
        return Expr(f"abs({self.text})")

    def __invert__(self):
        return Expr(f"(!{self.text})", True) if self.is_bool else Expr(f"(~{self.text})")

    # -- bits, and truth --

    def __and__(self, other):
        return _logical("&", self, other)

    def __rand__(self, other):
        return _logical("&", other, self)

    def __or__(self, other):
        return _logical("|", self, other)

    def __ror__(self, other):
        return _logical("|", other, self)

    def __xor__(self, other):
        return _exclusive(self, other)

    def __rxor__(self, other):
        return _exclusive(other, self)

    def __lshift__(self, other):
        return _binary("{} << {}", self, other)

    def __rlshift__(self, other):
        return _binary("{} << {}", other, self)

    def __rshift__(self, other):
        return _binary("{} >> {}", self, other)

    def __rrshift__(self, other):
        return _binary("{} >> {}", other, self)

    # -- comparisons --

    def __lt__(self, other):
        return _binary("{} < {}", self, other, True)

    def __le__(self, other):
        return _binary("{} <= {}", self, other, True)

    def __gt__(self, other):
        return _binary("{} > {}", self, other, True)

    def __ge__(self, other):
        return _binary("{} >= {}", self, other, True)

    def __eq__(self, other):
        return Expr(f"({self.text} == {text_of(other)})", True) # Python would say False of a text

    def __ne__(self, other):
        return Expr(f"({self.text} != {text_of(other)})", True)

    # -- more --

    def astype(self, dtype: object) -> Expr:
        """The value as another dtype: 'f32', 'bool', np.float32, float."""
        name = dtype_name(dtype)
        return Expr(f"{name}({self.text})", name == "bool")

    def isin(self, values: Iterable) -> Expr:
        """Whether it is one of some numbers."""
        tests = [(self == value).text for value in values]
        return Expr("(" + " || ".join(tests) + ")" if tests else "false", True)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        name = _UFUNCS.get(ufunc.__name__, ufunc.__name__)
        if method != "__call__" or kwargs:
            return NotImplemented
        if name in _OPERATORS:
            return _OPERATORS[name](*(_lifted(value) for value in inputs))
        return call(name, *inputs)


_UFUNCS = {"absolute": "abs", "fabs": "abs", "power": "power", "arcsin": "asin",
           "arccos": "acos", "arctan": "atan", "arctan2": "atan2", "minimum": "min",
           "maximum": "max"}
_OPERATORS: dict[str, Callable] = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul,
    "divide": operator.truediv, "true_divide": operator.truediv,
    "floor_divide": operator.floordiv, "remainder": operator.mod, "power": operator.pow,
    "negative": operator.neg, "positive": operator.pos, "less": operator.lt,
    "less_equal": operator.le, "greater": operator.gt, "greater_equal": operator.ge,
    "equal": operator.eq, "not_equal": operator.ne, "bitwise_and": operator.and_,
    "bitwise_or": operator.or_, "bitwise_xor": operator.xor, "invert": operator.invert,
    "logical_and": lambda a, b: _binary("{} && {}", a, b, True),
    "logical_or": lambda a, b: _binary("{} || {}", a, b, True),
    "logical_not": lambda a: Expr(f"(!{a})", True), "left_shift": operator.lshift,
    "right_shift": operator.rshift,
}


def _literal(value: numbers.Real) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, numbers.Integral):
        number = int(value)
        return str(number) if number >= 0 else f"({number})"
    real = float(value)
    if real != real:
        return "nan"
    if real in (float("inf"), float("-inf")):
        return "inf" if real > 0 else "(-inf)"
    return repr(real) if str(real)[0] != "-" else f"({real!r})"


def _is_bool(value: object) -> bool:
    return value.is_bool if isinstance(value, Expr) else type(value).__name__ in ("bool_", "bool")


def text_of(value: object) -> str:
    """An expression or a number as it stands in the language."""
    if isinstance(value, Expr):
        return value.text
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        value = value.item() # of an array without dimensions
    if _is_bool(value):
        return "true" if value else "false"
    if isinstance(value, numbers.Real):
        return _literal(value)
    raise TypeError(f"{value!r} is neither an expression nor a number")


def _lifted(value: object) -> Expr:
    return value if isinstance(value, Expr) else Expr(text_of(value), _is_bool(value))


def _binary(form: str, left: object, right: object, is_bool: bool = False):
    try:
        text = form.format(text_of(left), text_of(right))
    except TypeError:
        return NotImplemented
    return Expr(text if text.endswith(")") and form[0] not in "{" else f"({text})", is_bool)


# ^ beside a number of base 10 looks like a power in text, but not in Python.
def _exclusive(left: object, right: object):
    return _logical("^", *(Expr(f"({value:#x})") if type(value) is int else value
                           for value in (left, right)))


def _logical(sign: str, left: object, right: object):
    return _binary("{} " + sign + " {}", left, right, _is_bool(left) and _is_bool(right))


def col(name: str) -> Expr:
    """The column of this name."""
    if not isinstance(name, str):
        raise TypeError(f"col({name!r}): a column's name is a text")
    return Expr(quoted(name))


#: The position in the stage's input, from 0.
i = Expr("i")


def where(condition: object, a: object, b: object) -> Expr:
    """`a` where the condition holds, else `b`; only what is needed is computed."""
    return Expr(f"({text_of(condition)} ? {text_of(a)} : {text_of(b)})")


def call(name: str, *arguments: object) -> Expr:
    """A function of the language, ``call("hypot", x, y)``; ``mr.hypot(x, y)`` is the same."""
    return Expr(f"{name}({', '.join(text_of(a) for a in arguments)})", name in ("isnan", "isinf"))


FUNCTIONS = frozenset(_core.functions())


def trace(function: Callable, columns: tuple[tuple[str, str], ...],
          labels: Iterable[str] = ()) -> object:
    """Calls a lambda once, with expressions for its parameters: columns by name, `i` the position
    where no column has that name; `labels` are what the call names besides, as the state of a
    scan. Of a single column the one parameter may have any other name, of a source all may. A
    parameter with a default that is no column keeps it."""
    known = {name: Expr(quoted(name), dtype == "bool") for name, dtype in columns}
    only = list(known.values())[:1]
    known.setdefault("i", i)
    known.update((name, Expr(quoted(name))) for name in labels if name not in known)
    wanted = _parameters(function, known)
    if wanted is None or (len(columns) == 1 and len(wanted) == 1 and wanted[0] not in known):
        return function(*only)
    if not columns:
        known.update((name, Expr(quoted(name))) for name in wanted if name not in known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise TypeError(f"the function's parameter '{unknown[0]}' is no column; there are: "
                        + ", ".join(name for name, _ in columns))
    return function(*(known[name] for name in wanted))


def _parameters(function: Callable, known: dict) -> list[str] | None:
    """The parameters to fill: all without a default, and those behind that are columns. None: some
    functions in C do not tell theirs."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_flags & 0x0C or code.co_kwonlyargcount: # *args, **keywords
        import inspect # slow to import
        try:
            return list(inspect.signature(function).parameters)
        except ValueError:
            return None
    names = list(code.co_varnames[:code.co_argcount])
    optional = len(getattr(function, "__defaults__", None) or ())
    while optional and names[-1] not in known:
        names.pop()
        optional -= 1
    return names
