"""What PyTorch's functions, methods and layers give: kind, dtype and rank, as far as the text tells."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loader.calls.known import (
    ANYTHING,
    BOOL,
    COMPLEX,
    FLOATING,
    INT,
    INTEGER,
    TRUTH,
    Known,
    literal,
    of_kind,
    sequence,
    tensor,
)

DTYPES = {
    "half": "float16", "float": "float32", "double": "float64", "short": "int16", "int": "int32", "long": "int64",
    "cfloat": "complex64", "cdouble": "complex128", "bool": "bool", "uint8": "uint8", "int8": "int8",
    "int16": "int16", "int32": "int32", "int64": "int64", "float16": "float16", "bfloat16": "bfloat16",
    "float32": "float32", "float64": "float64", "complex64": "complex64", "complex128": "complex128",
}  # fmt: skip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAMES = {
    key: _words(text) for key, text in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items()
}
NUMBER_METHODS: dict[str, Known] = {
    "dim": INT, "ndimension": INT, "numel": INT, "nelement": INT, "element_size": INT, "get_device": INT,
    "is_floating_point": TRUTH, "is_complex": TRUTH, "is_contiguous": TRUTH, "equal": TRUTH, "allclose": TRUTH,
    "is_tensor": TRUTH, "is_signed": TRUTH, "tolist": of_kind("list"), "numpy": of_kind("ndarray"),
    "backward": literal(None), "stride": ANYTHING, "is_nonzero": TRUTH,
}  # fmt: skip


@dataclass(frozen=True)
class Given:
    """The arguments of a call, the tensor of a method first."""

    args: tuple[Known, ...]
    kwargs: dict[str, Known]
    default_float: str | None = "float32"

    def at(self, place: int, *names: str) -> Known | None:
        for name in names:
            if name in self.kwargs:
                return self.kwargs[name]
        return self.args[place] if place < len(self.args) else None

    @property
    def dtype(self) -> frozenset[str] | None:
        found = self.kwargs.get("dtype")
        return found.dtypes if found is not None and not found.is_surely("none") else None

    @property
    def input(self) -> Known:
        return self.at(0, "input", "self", "tensors", "tensor", "query") or ANYTHING


def result_of(leaf: str, given: Given, *, method: bool) -> Known:
    """What a function of torch or a method of a tensor gives; a tensor, where nothing else is said."""
    if leaf.endswith("_") and not leaf.endswith("__"):
        return tensor(given.input.dtypes, given.input.shape)
    for names, rule in _RULES:
        if leaf in names:
            return rule(leaf, given)
    if method and leaf in NUMBER_METHODS:
        return NUMBER_METHODS[leaf]
    if not method and leaf in (
        "is_tensor",
        "is_floating_point",
        "is_complex",
        "equal",
        "allclose",
        "numel",
        "is_grad_enabled",
    ):
        return NUMBER_METHODS.get(leaf, TRUTH)
    return tensor(given.dtype)


def _same(_leaf: str, given: Given) -> Known:
    return tensor(given.dtype or given.input.dtypes, given.input.shape)


def floated(dtypes: frozenset[str] | None, default: str | None = "float32") -> frozenset[str]:
    """The dtypes of a function that makes integers floating."""
    kept = (dtypes or FLOATING | COMPLEX | INTEGER) & (FLOATING | COMPLEX)
    if dtypes is None or not dtypes <= (FLOATING | COMPLEX):
        kept |= frozenset((default,)) if default else FLOATING
    return kept


def _float(_leaf: str, given: Given) -> Known:
    return tensor(floated(given.input.dtypes, given.default_float), given.input.shape)


def _truth(_leaf: str, given: Given) -> Known:
    other = given.at(1, "other")
    rank = _broadcast_rank(given.input, other) if other is not None else given.input.rank
    return tensor(BOOL, rank=rank)


def _index(leaf: str, given: Given) -> Known:
    if leaf in ("argmax", "argmin"):
        return tensor(frozenset(("int64",)), rank=_reduced_rank(given))
    shape = given.input.shape if leaf == "argsort" else None
    if leaf == "randint":
        return tensor(given.dtype or frozenset(("int64",)))
    return tensor(frozenset(("int64",)), shape)


def _reshape(leaf: str, given: Given) -> Known:
    rank = given.input.rank
    first = given.at(1, "dim", "dim0", "dims", "size", "shape", "start_dim")
    if leaf in ("view", "reshape", "permute", "expand", "repeat", "broadcast_to"):
        if leaf == "view" and first is not None and first.is_surely("dtype"):
            return tensor(first.dtypes)
        if first is not None and first.items is not None:
            rank = len(first.items)
            return tensor(given.input.dtypes, _sizes(first) if leaf in ("view", "reshape") else None, rank=rank)
        numbers = given.args[1:]
        rank = len(numbers) if numbers and all(n.is_surely("int") or n.kinds is None for n in numbers) else None
        if len(numbers) == 1 and not numbers[0].is_surely("int"):
            rank = None
        shape = tuple(_size(n) for n in numbers) if rank and leaf in ("view", "reshape") else None
        return tensor(given.input.dtypes, shape, rank=None if shape else rank)
    if leaf in ("transpose", "swapaxes", "swapdims", "movedim", "moveaxis", "t", "T", "mT", "gather", "expand_as"):
        rank = rank if leaf != "expand_as" else (first.rank if first else None)
    elif leaf == "unsqueeze":
        rank = None if rank is None else rank + 1
    elif leaf == "squeeze":
        rank = None
    elif leaf == "select":
        rank = None if rank is None else rank - 1
    elif leaf in ("narrow", "index_select", "flip"):
        pass
    elif leaf == "flatten":
        start, end = given.at(1, "start_dim"), given.at(2, "end_dim")
        whole = (start is None or start.value == 0) and end is None
        rank = (
            1
            if whole
            else rank - (rank - 1 - start.value)
            if rank is not None and start and isinstance(start.value, int) and start.value >= 0 and end is None
            else None
        )
    elif leaf in ("ravel", "masked_select", "take"):
        rank = 1
    else:
        rank = None
    return tensor(given.input.dtypes, rank=rank)


def _sizes(known: Known) -> tuple[int | None, ...]:
    return tuple(_size(item) for item in known.items or ())


def _size(known: Known) -> int | None:
    return known.value if isinstance(known.value, int) and known.value >= 0 else None


def _reduced_rank(given: Given) -> int | None:
    dim, keep = given.at(1, "dim", "axis"), given.at(2, "keepdim", "keepdims")
    rank = given.input.rank
    keeps = keep is not None and keep.value is True
    if dim is None or dim.is_surely("none"):
        return rank if keeps else 0
    if keeps:
        return rank
    if rank is None or (keep is not None and not keep.is_literal):
        return None
    if dim.is_surely("int"):
        return max(0, rank - 1)
    return max(0, rank - len(dim.items)) if dim.items is not None else None


def _total(leaf: str, given: Given) -> Known:
    dim = given.at(1, "dim", "other", "axis")
    rank = _reduced_rank(given)
    dtypes = given.dtype or given.input.dtypes
    if leaf in ("sum", "prod", "nansum") and given.dtype is None:
        dtypes = None if dtypes is None else frozenset(d if d in FLOATING | COMPLEX else "int64" for d in dtypes)
    if leaf in ("all", "any"):
        dtypes = BOOL
    if leaf in ("mean", "std", "var", "norm", "logsumexp", "quantile", "nanmean") and dtypes is None:
        dtypes = FLOATING | COMPLEX
    if leaf in ("max", "min", "median", "nanmedian") and dim is not None:
        if dim.is_surely("tensor"):
            return _binary(leaf, given)
        if dim.is_surely("int", "bool"):
            return sequence("tuple", (tensor(dtypes, rank=rank), tensor(frozenset(("int64",)), rank=rank)))
        return ANYTHING
    if leaf in ("std", "var") and dim is not None and dim.is_surely("bool"):
        rank = 0
    return tensor(dtypes, rank=rank)


def _binary(leaf: str, given: Given) -> Known:
    if leaf in ("cat", "concat", "concatenate", "stack", "hstack", "vstack", "dstack"):
        parts = given.input.items
        found = [part for part in parts or () if part.is_surely("tensor")]
        kinds = {part.dtypes for part in found}
        rank = next((part.rank for part in found if part.rank is not None), None)
        rank = (
            rank
            if leaf in ("cat", "concat", "concatenate")
            else rank + 1
            if rank is not None and leaf == "stack"
            else None
        )
        return tensor(kinds.pop() if parts and len(found) == len(parts) and len(kinds) == 1 else None, rank=rank)
    if leaf == "embedding":
        weight = given.at(1, "weight")
        return tensor(
            weight.dtypes if weight else None, rank=None if given.input.rank is None else given.input.rank + 1
        )
    if leaf == "einsum":
        return tensor(next((known.dtypes for known in given.args[1:]), None))
    if leaf == "where":
        a, b = given.at(1, "input", "self"), given.at(2, "other")
        return of_kind("tuple") if a is None or b is None else tensor(promoted(a, b))
    other = given.at(1, "other", "mat2", "tensor2", "vec", "weight", "exponent", "end") or ANYTHING
    dtypes = promoted(given.input, other)
    if leaf in ("div", "divide", "true_divide", "atan2", "xlogy") and "rounding_mode" not in given.kwargs:
        dtypes = floated(dtypes, given.default_float) if dtypes is not None or leaf != "div" else None
    if leaf in ("matmul", "mm", "bmm", "linear"):
        rank = (
            given.input.rank
            if other.rank == 2 or leaf in ("mm", "bmm", "linear")
            else other.rank
            if given.input.rank == 2
            else (
                max(given.input.rank, other.rank)
                if given.input.rank and other.rank and min(given.input.rank, other.rank) > 1
                else None
            )
        )
        rank = rank if rank is None or rank > 1 or leaf == "linear" else None
        return tensor(dtypes, rank=rank)
    return tensor(dtypes, rank=_broadcast_rank(given.input, other))


def _broadcast_rank(a: Known, b: Known) -> int | None:
    ranks = [
        known.rank if known.is_surely("tensor") else 0 if known.is_surely("int", "float", "bool") else None
        for known in (a, b)
    ]
    return None if None in ranks else max(r for r in ranks if r is not None)


ORDER = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64", "complex64",
         "complex128")  # fmt: skip


def promoted(a: Known, b: Known, default: str | None = "float32") -> frozenset[str] | None:
    """The dtype that PyTorch promotes two operands to; None where it is not known."""
    if a.is_surely("tensor") and b.is_surely("tensor"):
        if a.dtypes is None or b.dtypes is None:
            if a.dtypes == FLOATING or b.dtypes == FLOATING:
                return None
            return None
        return frozenset(promote(x, y) for x in a.dtypes for y in b.dtypes)
    one, number = (a, b) if a.is_surely("tensor") else (b, a)
    if not one.is_surely("tensor") or one.dtypes is None:
        return None
    if number.is_surely("bool"):
        return one.dtypes
    if number.is_surely("int", "bool"):
        return frozenset("int64" if dtype == "bool" else dtype for dtype in one.dtypes)
    if number.is_surely("float", "int", "bool"):
        return floated(one.dtypes, default)
    return one.dtypes if one.dtypes <= FLOATING and number.is_never("tensor", "complex") else None


def promote(a: str, b: str) -> str:
    """PyTorch's promotion of two tensors with dimensions."""
    if a == b:
        return a
    low, high = sorted((a, b), key=ORDER.index)
    if (low, high) == ("float16", "bfloat16"):
        return "float32"
    if (low, high) == ("uint8", "int8"):
        return "int16"
    if high == "complex64" and low == "float64":
        return "complex128"
    return high


def _created(leaf: str, given: Given) -> Known:
    default = frozenset((given.default_float,)) if given.default_float else FLOATING
    if leaf == "full":
        value = given.at(1, "fill_value") or ANYTHING
        kinds = {"bool": BOOL, "int": frozenset(("int64",)), "float": default}
        found = next((dtypes for kind, dtypes in kinds.items() if value.is_surely(kind)), None)
        sizes = given.at(0, "size") or ANYTHING
        return tensor(given.dtype or found, _sizes(sizes) if sizes.items is not None else None)
    shape: tuple[int | None, ...] | None = None
    size = given.at(0, "size", "n")
    if leaf in ("linspace", "logspace") or leaf.endswith("_window"):
        shape = (None,)
    elif leaf == "eye":
        shape = (None, None)
    elif leaf == "normal":
        third = given.at(2, "size")
        shape = _sizes(third) if third and third.items is not None else None
    elif size is not None and size.items is not None:
        shape = _sizes(size)
    elif given.args and all(arg.is_surely("int") for arg in given.args):
        shape = tuple(_size(arg) for arg in given.args)
    elif size is not None and size.is_surely("shape"):
        shape = size.shape
    elif not given.args and size is None:
        shape = ()
    return tensor(given.dtype or default, shape)


def of_data(known: Known, default: str | None = "float32") -> Known:
    """What `torch.tensor(data)` makes of nested lists of numbers."""
    from loader.calls.results import kind_of_items

    if known.is_surely("tensor"):
        return known
    shape: list[int | None] = []
    item = known
    while item.items is not None:
        shape.append(len(item.items))
        if not item.items:
            break
        item = item.items[0]
    plain = item.is_surely("int", "float", "bool", "complex")
    letters = {"i": "int64", "f": default, "b": "bool", "c": "complex64"}
    letter = kind_of_items(known)
    dtype = letters.get(letter) if letter else None
    return tensor(dtype, tuple(shape) if plain or known.items == () else None)


def _data(_leaf: str, given: Given) -> Known:
    made = of_data(given.at(0, "data", "obj") or ANYTHING, given.default_float)
    return tensor(given.dtype or made.dtypes, made.shape)


def _arange(_leaf: str, given: Given) -> Known:
    numbers = [*given.args, *(given.kwargs[key] for key in ("start", "end", "step") if key in given.kwargs)]
    if given.dtype:
        return tensor(given.dtype, (None,))
    if all(number.is_surely("int") for number in numbers):
        return tensor("int64", (None,))
    if any(number.is_surely("float") for number in numbers):
        return tensor(given.default_float, (None,))
    return tensor(None, (None,))


def _loss(_leaf: str, given: Given) -> Known:
    reduction = given.kwargs.get("reduction")
    return tensor(
        given.input.dtypes or FLOATING, () if reduction is None or reduction.value in ("mean", "sum") else None
    )


def _in_float(_leaf: str, given: Given) -> Known:
    return tensor(given.input.dtypes or FLOATING, rank=given.input.rank)


def _many(_leaf: str, _given: Given) -> Known:
    return of_kind("tuple")


def _pair(leaf: str, given: Given) -> Known:
    dtypes = given.input.dtypes
    shape = given.input.shape if leaf in ("sort", "cummax", "cummin") else None
    rank = given.input.rank if leaf == "topk" else None
    places = tensor(frozenset(("int64",)), shape, rank)
    return sequence("tuple", (tensor(dtypes, shape, rank), places))


def _cast(leaf: str, given: Given) -> Known:
    return tensor(frozenset((DTYPES.get(leaf, leaf),)), given.input.shape)


def _to(_leaf: str, given: Given) -> Known:
    for known in (*given.args[1:], *given.kwargs.values()):
        if known.is_surely("dtype"):
            return tensor(known.dtypes, given.input.shape)
        if known.is_surely("tensor"):
            return tensor(known.dtypes, given.input.shape)
    named = given.at(1, "device", "dtype")
    if named is not None and (named.is_surely("str") or named.is_surely("device")):
        return given.input
    return tensor(None, given.input.shape)


def _size_of(_leaf: str, given: Given) -> Known:
    if len(given.args) + len(given.kwargs) > 1:
        place = given.at(1, "dim")
        shape = given.input.shape
        if (
            shape is not None
            and place is not None
            and isinstance(place.value, int)
            and -len(shape) <= place.value < len(shape)
        ):
            size = shape[place.value]
            return INT if size is None else literal(size)
        return INT
    shape = given.input.shape
    return Known(
        frozenset(("shape",)),
        shape=shape,
        items=None if shape is None else tuple(INT if n is None else literal(n) for n in shape),
    )


def _item(_leaf: str, given: Given) -> Known:
    dtypes = given.input.dtypes
    if dtypes is not None and dtypes <= FLOATING:
        return of_kind("float")
    return of_kind("int") if dtypes is not None and dtypes <= INTEGER else of_kind("int", "float", "bool", "complex")


Rule = Callable[[str, Given], Known]
_RULES: list[tuple[Any, Rule]] = [
    (_NAMES["same"], _same),
    (_NAMES["float"], _float),
    (_NAMES["truths"], _truth),
    (_NAMES["indices"], _index),
    (_NAMES["reshapes"], _reshape),
    (_NAMES["totals"], _total),
    (_NAMES["binary"], _binary),
    (_NAMES["creation"], _created),
    (_NAMES["losses"], _loss),
    (_NAMES["in_float"], _in_float),
    (_words("tensor as_tensor asarray"), _data), (("arange", "range"), _arange),
    (_NAMES["many"], _many),
    (_words("sort topk kthvalue mode cummax cummin"), _pair),
    (_words("half float double short int long bool bfloat16 cfloat cdouble byte char"), _cast),
    (("to", "type", "type_as"), _to), (("size",), _size_of), (("item",), _item),
]  # fmt: skip
DTYPES |= {"byte": "uint8", "char": "int8"}


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
