"""Data sets of tensors and their loaders as tf.data."""

from __future__ import annotations

import ast

from api.port.classes.modules import ModulePorter
from api.port.expressions.writer import Done
from api.port.plan.planner import Left
from api.port.write.text import wrapped
from api.source.value import Called


class DataPorter(ModulePorter):
    """Text of what feeds a model."""

    def call(self, node: ast.Call) -> str | None:
        called = self.inference.called.get(node)
        if called is not None and called.side == "torch" and called.receiver is None:
            if called.name == "torch.utils.data.TensorDataset":
                self.done.append(self._rule(node))
                comma = "," if len(node.args) == 1 else ""
                return f"tf.data.Dataset.from_tensor_slices(({self._arguments_text(node)}{comma}))"
            if called.name == "torch.utils.data.DataLoader":
                return self.loader(node, called)
        return super().call(node)

    def _rule(self, node: ast.expr) -> Done:
        called = self.inference.called.get(node)
        return Done(node, called.name if called else "training", "rule")

    def loader(self, node: ast.Call, called: Called) -> str:
        """Batches of a dataset of tensors."""
        known = {
            "dataset",
            "batch_size",
            "shuffle",
            "drop_last",
            "num_workers",
            "pin_memory",
            "persistent_workers",
            "prefetch_factor",
        }
        given = dict(zip(("dataset", "batch_size", "shuffle"), node.args, strict=False)) | {
            k.arg or "**": k.value for k in node.keywords
        }
        dataset = given.get("dataset")
        made = self.value(dataset).made if dataset is not None else None
        if dataset is None or made != "torch.utils.data.TensorDataset" or set(given) - known:
            return self.leave(
                node,
                called.name,
                Left(
                    "only a TensorDataset is known to be a tf.data.Dataset",
                    "write the dataset with tf.data, or keras.utils.PyDataset",
                ),
            )
        self.done.append(self._rule(node))
        text = wrapped(self.text(dataset))
        shuffle = given.get("shuffle")
        if isinstance(shuffle, ast.Constant) and shuffle.value:
            inline = isinstance(dataset, ast.Call) and dataset.args
            count = self.text(dataset.args[0]) if isinstance(dataset, ast.Call) and inline else text
            text += f".shuffle(len({count}))"
        elif shuffle is not None and not isinstance(shuffle, ast.Constant):
            return self.leave(
                node, called.name, Left("whether it shuffles depends on a value that the text does not show")
            )
        size = self.text(given["batch_size"]) if "batch_size" in given else "1"
        drop = given.get("drop_last")
        extra = (
            f", drop_remainder={self.text(drop)}"
            if drop is not None and not (isinstance(drop, ast.Constant) and not drop.value)
            else ""
        )
        return f"{text}.batch({size}{extra})"
