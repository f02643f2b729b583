"""A snippet and its port run side by side: what each leaves in `out`, compared."""

from __future__ import annotations

from typing import Any

from examples.compare.values import tf_array
from examples.frameworks import np, reset, tf, torch

TOLERANCE = 1e-5


def outcome(source: str) -> Any:
    """What a source leaves in `out`, as Python's and NumPy's own values."""
    reset(0)
    space: dict[str, Any] = {"__name__": "snippet"}
    exec(compile(source, "<snippet>", "exec"), space)
    return plain(space["out"])


def plain(value: Any) -> Any:
    """Tensors and variables as arrays, through lists."""
    if isinstance(value, torch.Tensor):
        return value.detach().numpy()
    if tf.is_tensor(value) or isinstance(value, tf.Variable) or hasattr(value, "assign"):
        return tf_array(tf.convert_to_tensor(value))
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def difference(wanted: Any, found: Any) -> str | None:
    """How two outcomes differ; None where they are equal within rounding."""
    if isinstance(wanted, list):
        if not isinstance(found, list) or len(wanted) != len(found):
            return f"{wanted} against {found}"
        return next((told for a, b in zip(wanted, found, strict=True) if (told := difference(a, b))), None)
    if isinstance(wanted, str | None):
        return None if wanted == found else f"{wanted!r} against {found!r}"
    a, b = np.asarray(wanted), np.asarray(found)
    if a.shape != b.shape or a.dtype.kind != b.dtype.kind or (isinstance(wanted, np.ndarray) and a.dtype != b.dtype):
        return f"{a.dtype}{a.shape} against {b.dtype}{b.shape}"
    close = np.allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
    return None if close else f"{a.tolist()} against {b.tolist()}"
