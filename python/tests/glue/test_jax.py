"""JAX: batches as its arrays."""

import millrace as mr
import numpy as np
import pytest

jax = pytest.importorskip("jax")
from millrace.jax import batches


def test_batches_are_arrays_of_jax():
    total = sum(float(jax.numpy.sum(part)) for part in batches(mr.range(5000).map("f32(x)"), 512))
    assert total == 5000 * 4999 / 2
    part = next(batches(mr.range(9).map(a="i32(x)", b="x > 3"), 64))
    assert part["a"].tolist() == list(range(9)) and part["b"].dtype == bool


def test_what_is_wider_than_jax_computes_is_refused():
    with pytest.raises(TypeError, match="x i64 to 32 bits"):
        next(batches(mr.range(9)))
    with jax.enable_x64(True) if hasattr(jax, "enable_x64") else jax.experimental.enable_x64():
        assert np.asarray(next(batches(mr.range(9)))).dtype == np.int64


def test_a_batch_may_be_kept():
    parts = list(batches(mr.range(5000).map("f32(x)"), 512))
    assert np.concatenate(parts).tolist() == list(range(5000))
