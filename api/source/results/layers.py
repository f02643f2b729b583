"""What layers of torch.nn give when they are called."""

from __future__ import annotations

from api.source.results.given import Given
from loader.calls.known import (
    ANYTHING,
    FLOATING,
    Known,
    of_kind,
    sequence,
    tensor,
)


def result_of_layer(leaf: str, given: Given) -> Known:
    """What a layer of torch.nn gives when it is called."""
    known = given.args[0] if given.args else ANYTHING
    dtypes = known.dtypes if known.dtypes is not None and known.dtypes <= FLOATING else FLOATING
    if leaf.endswith("Loss"):
        return tensor(dtypes)
    if leaf in ("LSTM", "GRU", "RNN"):
        y = tensor(dtypes, rank=3)
        state: Known = tensor(dtypes, rank=3)
        return sequence("tuple", (y, sequence("tuple", (state, state)) if leaf == "LSTM" else state))
    if leaf in ("LSTMCell",):
        return sequence("tuple", (tensor(dtypes, rank=2), tensor(dtypes, rank=2)))
    if leaf == "MultiheadAttention":
        return sequence("tuple", (tensor(dtypes, rank=3), of_kind("tensor", "none")))
    if leaf == "Embedding":
        return tensor(FLOATING, rank=None if known.rank is None else known.rank + 1)
    if leaf == "Flatten":
        return tensor(known.dtypes, rank=2)
    if leaf == "Identity":
        return known
    if leaf in ("Sequential", "ModuleList", "Module"):
        return tensor(FLOATING)
    digit = next((d for d in "123" if leaf.endswith(f"{d}d")), None)
    if digit and not leaf.startswith(("BatchNorm1d", "Dropout")):
        return tensor(dtypes, rank=int(digit) + 2)
    shape = known.shape if leaf not in ("Linear", "Bilinear", "Unflatten", "PixelShuffle", "Upsample", "GLU") else None
    rank = known.rank if leaf in ("Linear", "PixelShuffle", "Upsample", "GLU") else None
    return tensor(
        known.dtypes if leaf in ("Dropout", "ReLU", "Softmax", "GELU") and known.dtypes else dtypes, shape, rank
    )
