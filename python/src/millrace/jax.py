"""JAX: the batches of a sequence as its arrays."""

from __future__ import annotations

from collections.abc import Iterator

import jax

from ._sequence import Seq


def batches(seq: Seq, batch: int = 0, **params: object) -> Iterator:
    """Arrays, or dicts of them by the names of columns. What is compiled for one batch serves all but
    the last, which may be shorter."""
    wide = [f"{name} {dtype}" for name, dtype in seq.columns if dtype in ("i64", "u64", "f64")]
    if wide and not jax.config.read("jax_enable_x64"):
        raise TypeError(f"JAX would cut {', '.join(wide)} to 32 bits: cast it in map(), as in "
                        "f32(x), or set jax.config.update('jax_enable_x64', True)")
    for part in seq.batches(batch, **params):
        arrays = {name: jax.dlpack.from_dlpack(part[name]) for name in part.names}
        yield arrays if len(arrays) > 1 else arrays.popitem()[1]
