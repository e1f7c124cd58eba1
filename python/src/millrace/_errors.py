"""The exceptions: one for each kind of failure, all of them ``millrace.Error``."""

from __future__ import annotations

from . import _core


class Error(Exception):
    """Something failed. ``str(error)`` says what, where, and what to do about it.

    ``status`` is a stable name ('division-by-zero'), ``op`` the operator, ``element`` the position
    in its input or None, ``hint`` the way out, ``device`` the device's name.
    """

    def __init__(self, text: str, status: str = "", message: str = "", hint: str = "",
                 op: str = "", element: int | None = None, device: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.message = message
        self.hint = hint
        self.op = op
        self.element = element
        self.device = device

    def __reduce__(self):
        return (type(self), (self.args[0], self.status, self.message, self.hint, self.op,
                             self.element, self.device))


class DescriptionError(Error, ValueError):
    """A description cannot be: a wrong name, value, number of arguments."""


class DtypeError(Error, TypeError):
    """An argument or a column has the wrong dtype."""


class DivisionError(Error, ZeroDivisionError):
    """An integer was divided by zero."""


class RangeError(Error, OverflowError):
    """A term does not fit its dtype."""


class ShortageError(Error, MemoryError):
    """There is no memory, or not within ``max_memory``."""


class InputError(Error, OSError):
    """A file or pipe cannot be read, or holds what its format does not allow."""


_KINDS: dict[str, type[Error]] = {
    **dict.fromkeys(("syntax", "unknown-name", "arity", "value", "limit", "empty",
                     "not-seekable"), DescriptionError),
    "type": DtypeError,
    "division-by-zero": DivisionError,
    "overflow": RangeError,
    "memory-budget": ShortageError,
    "out-of-memory": ShortageError,
    "io": InputError,
    "format": InputError,
}


def _raise(status: str, message: str, hint: str, op: str, element: int, device: str,
           text: str) -> None:
    if status == "interrupted":
        raise KeyboardInterrupt(message)
    kind = _KINDS.get(status, Error)
    raise kind(text.strip().removeprefix("error: "), status, message, hint, op,
               None if element < 0 else element, device)


_core.set_raise(_raise)
