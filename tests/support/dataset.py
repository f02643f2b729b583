"""A small dataset, written by the tests that need one: a few mappings, inventories and hand-made evidence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

from loader.database.build import Inputs, build, read_inputs
from loader.proof.evidence import (
    Compared,
    Evidence,
    ExampleEvidence,
    Mutations,
    SweepCount,
    SweepEvidence,
    example_hash,
    sweep_hash,
    sweep_key,
    write_evidence,
)
from loader.proof.programs import Differences, ProgramEvidence, Worked, read_program
from loader.proof.programs import write_evidence as write_program_evidence
from loader.reading.data import read_mapping

VERSIONS = {"torch": "2.13.0", "tensorflow": "2.21.0", "keras": "3.15.1"}

CONVENTIONS = """\
general_parameters:
  out: {text: "Assign the result."}
  inplace: {text: "Tensors never change."}
dtypes: {torch.float32: tf.float32}
values: {tensors: "By value."}
"""

OUTSIDE = """\
packages:
  torchvision: {text: "A package of its own.", see: [torch.cat]}
names:
  torchvision.transforms.ToTensor: {text: "Divides by 255.", see: [torch.clamp]}
  tf.masked_select: {text: "TensorFlow never had it.", see: []}
"""

MODULES = {
    "tensors": "title: Tensors\norder: 1\nintroduction: Making and shaping tensors.\n",
    "layers": "title: Layers\norder: 2\nintroduction: Building blocks of networks.\n",
}

CHINESE = {
    "tensors/module": "title: 张量\nintroduction: 创建张量并改变其形状。\n",
    "tensors/torch.clamp": """\
summary: 把每个元素限制在一个范围内。
arguments:
  min: 在 PyTorch 中可选，在 TensorFlow 中必需
  max: 在 PyTorch 中可选，在 TensorFlow 中必需
notes: [min 大于 max 时结果不同。]
""",
}

MAPPINGS: dict[str, str] = {
    "tensors/torch.cat": """\
        name: torch.cat
        also: [torch.concat]
        twins: [tf.concat]
        kind: function
        relation: renamed
        summary: Join tensors along an existing axis.
        questions: [how to join two tensors, 张量拼接, 如何把两个张量连接起来]
        signatures:
          - parameters:
              tensors: values
              dim: axis
            drop_in: |
              def cat(tensors, dim=0):
                  return tf.concat(tensors, axis=dim)
        examples:
          - name: columns
            inputs: {x: "rng.normal(size=(2, 3))"}
            torch: y = torch.cat([x, x], dim=1)
            tf: y = tf.concat([x, x], axis=1)
            compare: [y]
        """,
    "tensors/torch.clamp": """\
        name: torch.clamp
        methods: [clamp, clamp_]
        twins: [tf.clip_by_value]
        uses: [tf.maximum, tf.concat]
        kind: function
        relation: composed
        summary: Limit every element to a range.
        questions: [cap values at a maximum, 张量裁剪]
        signatures:
          - parameters:
              input: t
              min: {to: clip_value_min, note: "optional in PyTorch, required in TensorFlow"}
              max: {to: clip_value_max, note: "optional in PyTorch, required in TensorFlow"}
        notes:
          - kind: pitfall
            when: min is not None and max is not None
            text: Where min is above max the results differ.
            proof: min-above-max
        examples:
          - name: both-bounds
            inputs: {x: "rng.normal(size=(2, 3))"}
            torch: y = torch.clamp(x, -0.5, 0.5)
            tf: y = tf.clip_by_value(x, -0.5, 0.5)
            compare: [y]
          - name: min-above-max
            inputs: {x: "rng.normal(size=(2, 3))"}
            torch: y = torch.clamp(x, 1.0, -1.0)
            tf: y = tf.clip_by_value(x, 1.0, -1.0)
            compare: [y]
            outcome: differ
            differ: [values]
        """,
    "tensors/torch.Tensor.view": """\
        name: torch.Tensor.view
        twins: [tf.reshape]
        kind: method
        relation: renamed
        summary: The same elements in another shape.
        signatures:
          - parameters: {self: tensor, size: shape}
        examples:
          - name: two-to-one
            inputs: {x: "rng.normal(size=(2, 3))"}
            torch: y = x.view(6)
            tf: y = tf.reshape(x, (6,))
            compare: [y]
        """,
    "tensors/torch.reshape": """\
        name: torch.reshape
        methods: [reshape]
        twins: [tf.reshape]
        kind: function
        relation: renamed
        summary: The same elements in another shape, copied where needed.
        signatures:
          - parameters: {input: tensor, shape: shape}
        """,
    "tensors/tf.image.resize": """\
        name: tf.image.resize
        kind: function
        relation: none
        summary: Resize images.
        signatures:
          - parameters: {images: {note: See the notes.}, size: {note: See the notes.}}
        notes: [{kind: tip, text: "See torch.nn.functional.interpolate."}]
        """,
    "layers/torch.relu": """\
        name: torch.relu
        methods: [relu, relu_]
        twins: [tf.nn.relu]
        kind: function
        relation: renamed
        summary: Negative elements become zero.
        signatures:
          - parameters: {input: features}
        """,
    "layers/torch.nn.ReLU": """\
        name: torch.nn.ReLU
        twins: [tf.keras.layers.ReLU]
        kind: layer
        relation: identical
        summary: A layer that makes negative elements zero.
        signatures:
          - parameters: {}
        """,
    "layers/torch.nn.functional.relu": """\
        name: torch.nn.functional.relu
        twins: [tf.nn.relu]
        kind: function
        relation: composed
        summary: Negative elements become zero, as a function.
        signatures:
          - parameters: {input: features}
        """,
    "layers/torch.nn.functional.conv2d": """\
        name: torch.nn.functional.conv2d
        twins: [tf.nn.conv2d]
        kind: function
        relation: composed
        summary: Two-dimensional convolution.
        signatures:
          - parameters: {input: input, weight: filters, bias: {note: Add it with tf.nn.bias_add.}}
        """,
    "layers/torch.nn.Conv2d": """\
        name: torch.nn.Conv2d
        twins: [tf.keras.layers.Conv2D]
        kind: layer
        relation: composed
        summary: A two-dimensional convolution with weights of its own.
        questions: [convolutional layer for images, 二维卷积层]
        signatures:
          - parameters:
              in_channels: {note: Keras finds it out at the first call.}
              out_channels: filters
              kernel_size: kernel_size
              stride: strides
              padding: {to: padding, note: Keras knows same and valid only.}
        state:
          weight: {to: kernel, transform: "w.transpose(2, 3, 1, 0)"}
          bias: {to: bias}
        examples:
          - name: plain
            inputs: {x: "rng.normal(size=(2, 3, 7, 5))"}
            torch: |
              layer = nn.Conv2d(3, 4, 3)
              y = layer(x)
            tf: |
              layer = keras.layers.Conv2D(4, 3, data_format="channels_first")
              y = layer(x)
            compare: [y]
            carry: layer
        """,
    "layers/torch.optim.Adam": """\
        name: torch.optim.Adam
        twins: [tf.keras.optimizers.Adam]
        kind: optimizer
        relation: defaults
        summary: Adaptive moments.
        signatures:
          - parameters:
              params: {note: Keras takes them with the gradients.}
              lr: learning_rate
              eps: epsilon
        """,
}


PROGRAM_YAML = """\
title: A line
order: 1
summary: A line through two points.
introduction: Nothing is *simpler*.
steps: 3
tolerance: {longest_sum: 4, depth: 2, why: Four numbers are added.}
weights: [{torch: "", tf: "0", recipe: torch.nn.Conv2d}]
drifts: [{parameter: bias, limit: 0.5, reason: It has no effect.}]
sections: {model: Both have one.}
ported: [The range is forgotten.]
cannot_show: [Speed.]
"""
PROGRAM = {
    "in_torch.py": "import torch\n\n\n# %% model\ny = torch.clamp(x, 0, 1)\n\n# %% loss\nz = torch.cat([y])\n",
    "in_tf.py": (
        "import tensorflow as tf\n\n\n# %% model\ny = tf.clip_by_value(x, 0, 1)\n\n# %% loss\nz = tf.concat([y], 0)\n"
    ),
    "as_ported.py": "import tensorflow as tf\n\n\n# %% model\ny = x\n",
}


def _parameter(name: str) -> dict[str, str]:
    """`*size` collects, `dim=0` has a default, `out` is required."""
    if name.startswith("*"):
        return {"name": name[1:], "kind": "var_positional"}
    plain, equals, default = name.partition("=")
    return {"name": plain, "default": default} if equals else {"name": plain}


def _entry(kind: str, *signatures: str, aliases: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "kind": kind,
        "signatures": [[_parameter(p) for p in signature.split()] for signature in signatures],
        "aliases": list(aliases),
    }


TORCH: dict[str, dict[str, Any]] = {
    "torch": _entry("module"),
    "torch.Tensor.clamp": _entry("method", "self min=None max=None"),
    "torch.Tensor.clamp_": _entry("method", "self min=None max=None"),
    "torch.Tensor.relu": _entry("method", "self"),
    "torch.Tensor.relu_": _entry("method", "self"),
    "torch.Tensor.reshape": _entry("method", "self *shape"),
    "torch.Tensor.view": _entry("method", "self *size"),
    "torch.cat": _entry("function", "tensors dim=0 out=None"),
    "torch.clamp": _entry("function", "input min=None max=None out=None", "input min max"),
    "torch.concat": _entry("function", "tensors dim=0 out=None"),
    "torch.cumsum": _entry("function", "input dim"),
    "torch.nn.Conv2d": _entry("class", "in_channels out_channels kernel_size stride=1 padding=0"),
    "torch.nn.ReLU": _entry("class", "inplace=False"),
    "torch.nn.functional.conv2d": _entry("function", "input weight bias=None"),
    "torch.nn.functional.relu": _entry("function", "input inplace=False"),
    "torch.optim.Adam": _entry("class", "params lr=0.001 eps=1e-08"),
    "torch.relu": _entry("function", "input"),
    "torch.reshape": _entry("function", "input shape"),
}
TENSORFLOW: dict[str, dict[str, Any]] = {
    "tf": _entry("module"),
    "tf.clip_by_value": _entry("function", "t clip_value_min clip_value_max name=None"),
    "tf.concat": _entry("function", "values axis name='concat'"),
    "tf.cumsum": _entry("function", "x axis=0", aliases=("tf.math.cumsum",)),
    "tf.einsum": _entry("function", "equation *inputs", aliases=("tf.linalg.einsum",)),
    "tf.image.resize": _entry("function", "images size"),
    "tf.keras.layers.Conv2D": _entry(
        "class",
        "filters kernel_size strides=(1,1) padding='valid' data_format=None",
        aliases=("tf.keras.layers.Convolution2D", "keras.layers.Conv2D", "keras.layers.Convolution2D"),
    ),
    "tf.keras.layers.ReLU": _entry("class", "max_value=None", aliases=("keras.layers.ReLU",)),
    "tf.keras.optimizers.Adam": _entry("class", "learning_rate=0.001 epsilon=1e-07"),
    "tf.maximum": _entry("function", "x y", aliases=("tf.math.maximum",)),
    "tf.nn.conv2d": _entry("function", "input filters"),
    "tf.nn.relu": _entry("function", "features name=None"),
    "tf.reshape": _entry("function", "tensor shape name=None"),
}


@dataclass(frozen=True)
class Dataset:
    """Folders of a dataset on disk."""

    mappings: Path
    evidence: Path
    programs: Path

    def inputs(self) -> Inputs:
        return read_inputs(self.mappings, self.evidence, self.programs)

    def build(self, target: Path) -> Path:
        build(self.inputs(), target)
        return target

    def path(self, name: str) -> Path:
        """The file of `layers/torch.nn.Conv2d`."""
        return self.mappings / f"{name}.yaml"


def write_dataset(folder: Path) -> Dataset:
    """Write the dataset below a folder: two mappings with current evidence, one with stale, others with none."""
    dataset = Dataset(folder / "mappings", folder / "evidence", folder / "programs")
    inventory = dataset.mappings / "inventory"
    inventory.mkdir(parents=True)
    for file, framework, names in (("torch", "torch", TORCH), ("tensorflow", "tensorflow", TENSORFLOW)):
        document = {"framework": framework, "version": VERSIONS[framework], "names": names}
        (inventory / f"{file}.json").write_text(json.dumps(document), encoding="utf-8")
    (dataset.mappings / "conventions.yaml").write_text(CONVENTIONS, encoding="utf-8")
    (dataset.mappings / "outside.yaml").write_text(OUTSIDE, encoding="utf-8")
    for module, text in MODULES.items():
        (dataset.mappings / module).mkdir()
        (dataset.mappings / module / "module.yaml").write_text(text, encoding="utf-8")
    for name, text in MAPPINGS.items():
        dataset.path(name).write_text(dedent(text), encoding="utf-8")
    for name, text in CHINESE.items():
        (dataset.mappings / f"{name}.zh.yaml").write_text(text, encoding="utf-8")
    for name in ("tensors/torch.cat", "tensors/torch.clamp", "layers/torch.nn.Conv2d"):
        record_evidence(dataset, name)
    stale = dataset.path("tensors/torch.Tensor.view")
    record_evidence(dataset, "tensors/torch.Tensor.view")
    stale.write_text(stale.read_text(encoding="utf-8").replace("x.view(6)", "x.view(-1)"), encoding="utf-8")
    write_program(dataset)
    return dataset


def write_program(dataset: Dataset) -> Worked:
    """A worked program with evidence as the verification would write it."""
    folder = dataset.programs / "a_line"
    folder.mkdir(parents=True)
    (dataset.programs / "datasets.py").write_text("", encoding="utf-8")
    for file, text in {"program.yaml": PROGRAM_YAML, **PROGRAM}.items():
        (folder / file).write_text(text, encoding="utf-8")
    worked = read_program(folder)
    recipes = {"torch.nn.Conv2d": read_mapping(dataset.path("layers/torch.nn.Conv2d")).mapping.state}
    evidence = ProgramEvidence(
        program=worked.name,
        hash=worked.hash(recipes),
        versions=VERSIONS,
        losses={"torch": [3.0, 2.0, 1.0], "tf": [3.0, 2.0, 1.0000001], "ported": [3.0, 2.5, 2.25]},
        first=0.0,
        faithful=Differences(loss=1e-7, parameters=2e-7, predictions=3e-7),
        ported=Differences(loss=1.25, parameters=0.5, predictions=0.25),
        drifts={"bias": 0.0078},
    )
    write_program_evidence(worked, evidence)
    return worked


def record_evidence(dataset: Dataset, name: str) -> None:
    """Evidence as the verification would write it, with invented numbers."""
    mapping = read_mapping(dataset.path(name)).mapping
    state: dict[str, tuple[tuple[int, ...], str]] = {}
    if mapping.state:
        state = {"weight": ((4, 3, 3, 3), "float32"), "bias": ((4,), "float32")}
    examples = {
        example.name: ExampleEvidence(
            hash=example_hash(mapping, example),
            outcome=example.outcome,
            outputs={"y": Compared(shape=(2, 3), dtype="float32", difference=1.5 if example.differ else "rounding")},
            gradients={} if example.differ else {"x": Compared(shape=(2, 3), dtype="float32", difference="rounding")},
            state_shapes=state if example.carry else {},
            differs=list(example.differ),
            mutations=Mutations(total=1, proved=1),
        )
        for example in mapping.examples
    }
    sweeps = {
        sweep_key(index, overload): SweepEvidence(
            hash=sweep_hash(mapping, overload),
            source="op_db:cat",
            dtypes={"float32": SweepCount(samples=20, matched=18, limited=2, gradients=10)},
        )
        for index, overload in enumerate(mapping.signatures)
        if overload.drop_in
    }
    write_evidence(
        dataset.evidence, Evidence(mapping=mapping.name, versions=VERSIONS, examples=examples, sweeps=sweeps)
    )
