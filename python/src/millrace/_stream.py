"""Stream: a sequence that was opened."""

from __future__ import annotations

from collections.abc import Iterator

from . import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._sequence import Seq


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


def part_of(state: dict, key: str) -> str:
    """A text of what a stream's ``state()`` gave."""
    if not isinstance(state, dict) or not isinstance(state.get(key), str):
        raise TypeError(f"{state!r} is not what a stream's state() gave: it has no text '{key}'")
    return state[key]


def decoded(text: str) -> bytes:
    """A state's text as the bytes that were saved."""
    import base64
    return base64.b85decode(text)
