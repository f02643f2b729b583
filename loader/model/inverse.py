"""The way back of a state recipe: from `weight -> kernel: w.T` to `kernel -> weight: w.T`.

A recipe that transposes, reshapes, splits, joins or reorders blocks has one, and it is a recipe again. Two biases that
the other side adds up come back as the sum and zeros, which computes the same.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from loader.model.state import State, StateEntry


class NotInvertible(ValueError):
    """The recipe does something that cannot be undone by itself, such as an average."""


@dataclass(frozen=True)
class _Part:
    """What one destination says about one entry: all of it, or one of `of` equal blocks along the first axis."""

    text: str
    index: int = 0
    of: int = 1


def inverse(recipe: State) -> State:
    """The recipe of the other direction. Entries without a counterpart do not occur in it.

    Where two entries feed the same destination (a layer that keeps its projections in one matrix or in three), the
    first one is meant.

    Raises:
        NotInvertible: a transform cannot be undone; the message names it.
    """
    parts: dict[str, dict[str, _Part]] = {}  # entry -> destination -> what it says
    taken: dict[str, str] = {}
    for entry, weight in recipe.items():
        for path, transform in weight.transforms.items():
            if taken.setdefault(path, entry) != entry:
                continue
            for leaf, part in _undone(ast.parse(transform, mode="eval").body, "w", transform).items():
                parts.setdefault(entry if leaf == "w" else leaf, {})[path] = part
    made: dict[str, dict[str, str]] = {}  # destination -> entry -> expression
    into: dict[str, str] = {}
    for entry, said in parts.items():
        main, *others = _in_order(entry, said)
        texts = [said[main].text, *(_of_another(said[path].text, path) for path in others)]
        made.setdefault(main, {})[entry] = texts[0] if not others else f"np.concatenate([{', '.join(texts)}])"
        into |= dict.fromkeys(others, main)
    if both := sorted(made.keys() & into.keys()):
        raise NotInvertible(f"{both[0]} is a part of one entry and makes another")
    return {
        path: StateEntry(into=into[path]) if path in into else _weight(made[path])
        for path in dict.fromkeys(path for said in parts.values() for path in said)
    }


def _weight(entries: dict[str, str]) -> StateEntry:
    if len(entries) > 1:
        return StateEntry(to=entries)
    [(entry, transform)] = entries.items()
    return StateEntry(to=entry, transform=transform)


def _in_order(entry: str, said: dict[str, _Part]) -> list[str]:
    """The destinations that together hold an entry, first block first."""
    ordered = sorted(said, key=lambda path: said[path].index)
    if [said[path].index for path in ordered] != list(range(said[ordered[0]].of)):
        raise NotInvertible(f"the blocks of {entry} do not all arrive")
    return ordered


def _of_another(text: str, path: str) -> str:
    """An expression over `w` as one over another destination of the same state."""
    tree = ast.parse(text, mode="eval")
    other = ast.parse(f"state[{path!r}]", mode="eval").body

    class Rename(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return other if node.id == "w" else node

    return ast.unparse(Rename().visit(tree))


def _undone(node: ast.expr, value: str, whole: str) -> dict[str, _Part]:
    """What each entry in an expression was, given that the expression came out as `value`."""
    match node:
        case ast.Name(id="w"):
            return {"w": _Part(value)}
        case ast.Subscript(value=ast.Name(id="state"), slice=ast.Constant(value=str(entry))):
            return {entry: _Part(value)}
        case ast.Attribute(value=inner, attr="T"):
            return _undone(inner, f"{value}.T", whole)
        case ast.Call(func=ast.Attribute(value=inner, attr="transpose"), args=axes):
            order = [ast.literal_eval(axis) for axis in axes]
            back = [order.index(axis) for axis in range(len(order))]
            return _undone(inner, f"{value}.transpose({', '.join(map(str, back))})", whole)
        case ast.Call(func=ast.Attribute(value=inner, attr="reshape")):
            return _undone(inner, f"{value}.reshape({_shape(inner, whole)})", whole)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            zeros = {entry: _Part("np.zeros(shape)") for entry in _undone(right, value, whole)}
            return _undone(left, value, whole) | zeros
        case ast.Subscript(value=split, slice=ast.Constant(value=int(index))) if (blocks := _split(split)) is not None:
            inner, count = blocks
            if not isinstance(inner, ast.Name):
                raise NotInvertible(f"blocks of a changed entry: {whole}")
            return {"w": _Part(value, index, count)}
        case ast.Subscript(value=inner, slice=ast.Constant(value=0)):
            return _undone(inner, f"{value}.reshape({_shape(inner, whole)})", whole)
        case ast.Call(func=ast.Attribute(attr="concatenate"), args=[listed]):
            inner, order = _reordered(listed, whole)
            back_order = tuple(order.index(block) for block in range(len(order)))
            blocks_text = f"np.split({value}, {len(order)})[i] for i in {back_order}"
            return _undone(inner, f"np.concatenate([{blocks_text}])", whole)
        case ast.Call(func=ast.Attribute(attr="stack"), args=[ast.ListComp() as listed]):
            return _unstacked(listed, value, whole)
    raise NotInvertible(f"cannot be undone: {whole}")


def _unstacked(listed: ast.ListComp, value: str, whole: str) -> dict[str, _Part]:
    """`np.stack([f(b) for b in (w, state['x'])])`: each row is one entry."""
    [loop] = listed.generators
    if not isinstance(loop.target, ast.Name) or not isinstance(loop.iter, ast.Tuple):
        raise NotInvertible(f"cannot be undone: {whole}")
    name = loop.target.id
    found: dict[str, _Part] = {}
    for row, source in enumerate(loop.iter.elts):

        class Rename(ast.NodeTransformer):
            replacement = source

            def visit_Name(self, node: ast.Name) -> ast.expr:
                return self.replacement if node.id == name else node

        element = ast.parse(ast.unparse(listed.elt), mode="eval")
        found |= _undone(Rename().visit(element).body, f"{value}[{row}]", whole)
    return found


def _split(node: ast.expr) -> tuple[ast.expr, int] | None:
    """The array and the number of blocks of `np.split(array, number)`."""
    match node:
        case ast.Call(func=ast.Attribute(attr="split"), args=[inner, ast.Constant(value=int(count))]):
            return inner, count
    return None


def _reordered(node: ast.expr, whole: str) -> tuple[ast.expr, list[int]]:
    """The array whose blocks are listed, and the order in which they are: `np.split(w, 3)[1::-1] + ...`."""
    calls = [found for part in ast.walk(node) if isinstance(part, ast.expr) and (found := _split(part)) is not None]
    if not calls or len({(ast.dump(inner), count) for inner, count in calls}) > 1:
        raise NotInvertible(f"joins what are not blocks of one entry: {whole}")
    inner, count = calls[0]
    order = _blocks(node, count, whole)
    if sorted(order) != list(range(count)):
        raise NotInvertible(f"leaves out blocks: {whole}")
    return inner, order


def _blocks(node: ast.expr, count: int, whole: str) -> list[int]:
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _blocks(left, count, whole) + _blocks(right, count, whole)
        case ast.List(elts=elements):
            return [block for element in elements for block in _blocks(element, count, whole)]
        case ast.Subscript(value=split, slice=ast.Slice() as cut) if _split(split) is not None:
            ends = (None if end is None else ast.literal_eval(end) for end in (cut.lower, cut.upper, cut.step))
            return list(range(count))[slice(*ends)]
        case ast.Subscript(value=split, slice=ast.Constant(value=int(index))) if _split(split) is not None:
            return [range(count)[index]]
        case ast.Call() if _split(node) is not None:
            return list(range(count))
    raise NotInvertible(f"cannot be undone: {whole}")


def _shape(node: ast.expr, whole: str) -> str:
    """The shape of an expression, as text over `shape`, that of the entry."""
    match node:
        case ast.Name(id="w"):
            return "shape"
        case ast.Attribute(value=inner, attr="T"):
            return f"{_shape(inner, whole)}[::-1]"
        case ast.Call(func=ast.Attribute(value=inner, attr="transpose"), args=axes):
            order = tuple(ast.literal_eval(axis) for axis in axes)
            return f"[{_shape(inner, whole)}[i] for i in {order}]"
        case ast.Subscript(value=split, slice=ast.Constant(value=int())) if (blocks := _split(split)) is not None:
            return f"(shape[0] // {blocks[1]}, *shape[1:])"
    raise NotInvertible(f"the shape before it was reshaped is not known: {whole}")
