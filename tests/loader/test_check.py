"""Planted mistakes: each is found, where it stands, with what was probably meant."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from loader.__main__ import main
from loader.checks.command import find_problems
from loader.reading.yaml_text import MAX_BYTES
from tests.support.dataset import Dataset

CONV = "layers/torch.nn.Conv2d"
ADAM = "layers/torch.optim.Adam"
CAT = "tensors/torch.cat"
CLAMP = "tensors/torch.clamp"
RELU = "layers/torch.relu"


def problems(dataset: Dataset) -> list[str]:
    """Everything that is wrong, as `torch.cat.yaml:5:7: message`."""
    found = find_problems(dataset.mappings)
    return [str(problem).removeprefix(f"{problem.path.parent}/") for problem in found]


def edit(dataset: Dataset, name: str, old: str, new: str) -> None:
    path = dataset.path(name)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_dataset_is_clean(dataset: Dataset) -> None:
    assert problems(dataset) == []


def test_namespaces_that_no_inventory_lists_are_let_pass(dataset: Dataset) -> None:
    """As a name that answers, and in code."""
    edit(dataset, RELU, "twins: [tf.nn.relu]", "twins: [tf.nn.relu, tf.experimental.numpy.maximum]")
    edit(
        dataset,
        CONV,
        "layer = keras.layers.Conv2D(",
        "tf.experimental.numpy.abs(x)\n      layer = keras.layers.Conv2D(",
    )
    assert problems(dataset) == []


@pytest.mark.parametrize(
    ("name", "code", "is_run"),
    [
        ("tf.nn.relu", "y = tf.nn.relu(x)", True),
        ("tf.keras.layers.ReLU", "y = keras.layers.ReLU()(x)", True),
        ("tf.keras.activations.selu", 'y = keras.layers.Activation("selu")(x)', True),
        ("tf.GradientTape.gradient", "y = tape.gradient(x, x)", True),
        ("tf.Tensor.__getitem__", "y = x[0]", True),
        ("tf.nn.relu", "y = relu(x)", False),
        ("tf.nn.relu", 'y = keras.layers.Activation("selu")(x)', False),
        ("tf.nn.relu", "y = tf.nn.relu6(x)", False),
    ],
)
def test_answer_that_no_code_runs(dataset: Dataset, name: str, code: str, is_run: bool) -> None:
    """An alias, a method and an activation given by name count; a name that is merely listed does not."""
    edit(dataset, RELU, "twins: [tf.nn.relu]", f"twins: [{name}]")
    path = dataset.path(RELU)
    example = f"examples:\n  - name: planted\n    torch: y = torch.relu(x)\n    tf: '{code}'\n"
    path.write_text(path.read_text(encoding="utf-8") + example, encoding="utf-8")
    message = f"3:9: {name} occurs in no TensorFlow snippet"
    assert any(message in problem for problem in problems(dataset)) is not is_run


# The form of a file


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        ("name: torch.relu\nknid: function\n", "2:1", "did you mean 'kind'"),
        ("name: torch.relu\ntwins: [tf.nn.relu]\nname: torch.relu\n", "3:1", "stands twice (first in line 1)"),
        ("name: torch.relu\ntwins: tf.nn.relu\n", "2:1", "valid list, not str 'tf.nn.relu'"),
        ("name: torch.relu\nsummary: no\n", "2:1", "put the word in quotes"),
        ("name: torch.relu\nsignatures:\n  - on: features\n", "3:5", "'on' is read as bool: put it in quotes"),
        ("name: torch.relu\n\ttwins: [tf.nn.relu]\n", "2:1", "never tabs"),
        (b"name: torch.relu\nsummary: caf\xe9\n", "2:13", "not UTF-8"),
        ("", "1:1", "python -m loader new NAME"),
        ("# only a comment\n", "1:1", "empty"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "1:4", "anchors and aliases"),
        (b"x" * 10_000_000, "1:1", f"10,000,000 bytes: such a file may have {MAX_BYTES:,} at most"),
    ],
    ids=["unknown-field", "duplicate", "type", "no", "on", "tab", "utf-8", "empty", "comment", "bomb", "large"],
)
def test_a_malformed_file(dataset: Dataset, content: str | bytes, place: str, message: str) -> None:
    dataset.path(RELU).write_bytes(content if isinstance(content, bytes) else content.encode())

    found = [problem for problem in problems(dataset) if problem.startswith(f"torch.relu.yaml:{place}: ")]
    assert any(message in problem for problem in found), problems(dataset)


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (
            CAT,
            "    compare: [y]",
            "    tolerance: {rtol: 1e-5, atol: 0.0, why: Sums.}\n    compare: [y]",
            "torch.cat.yaml:20:17: examples.0.tolerance.rtol: Input should be a valid number, not str '1e-5': "
            "YAML reads 1e-5 as text: write 1.0e-5",
        ),
        (
            CAT,
            "tf: y = tf.concat([x, x], axis=1)",
            "tf: y = tf.concat([x, x], axis=1",
            "torch.cat.yaml:19:5: examples.0.tf: this Python does not parse: '(' was never closed (line 1 of the text)",
        ),
        (
            CLAMP,
            "proof: min-above-max",
            "proof: min-over-max",
            "torch.clamp.yaml:18:5: the proof 'min-over-max' names no example of this file "
            "(did you mean 'min-above-max'?)",
        ),
        (
            CONV,
            "kernel_size: kernel_size",
            "kernal_size: kernel_size",
            "torch.nn.Conv2d.yaml:11:7: torch.nn.Conv2d has no parameter 'kernal_size' (did you mean 'kernel_size'?)",
        ),
        (
            CONV,
            "      stride: strides\n",
            "",
            "torch.nn.Conv2d.yaml:8:5: missing here: 'stride' of "
            "torch.nn.Conv2d(in_channels, out_channels, kernel_size, stride=1, padding=0)",
        ),
        (
            CAT,
            "      tensors: values\n      dim: axis",
            "      dim: axis\n      tensors: values",
            "torch.cat.yaml:9:5: not in the order of torch.cat(tensors, dim=0, out=None)",
        ),
        (
            CONV,
            "  stride: strides",
            "  stride: stride",
            "torch.nn.Conv2d.yaml:12:7: no name on the other side has a parameter 'stride' (did you mean 'strides'?)",
        ),
        (
            RELU,
            "signatures:\n  - parameters: {input: features}\n",
            "",
            "torch.relu.yaml:1:1: `signatures` is missing: input of torch.relu(input)",
        ),
        (
            CONV,
            "twins: [tf.keras.layers.Conv2D]",
            "twins: [tf.keras.layers.Conv2d]",
            "torch.nn.Conv2d.yaml:2:9: TensorFlow has no public name tf.keras.layers.Conv2d "
            "(did you mean tf.keras.layers.Conv2D or tf.nn.conv2d?)",
        ),
        (
            CAT,
            "also: [torch.concat]",
            "also: [torch.concta]",
            "torch.cat.yaml:2:8: PyTorch has no public name torch.concta (did you mean torch.concat?)",
        ),
        (
            CLAMP,
            "methods: [clamp, clamp_]",
            "methods: [clamp, clmp_]",
            "torch.clamp.yaml:2:18: PyTorch has no public name torch.Tensor.clmp_ (did you mean torch.Tensor.clamp_?)",
        ),
        (
            CLAMP,
            "uses: [tf.maximum,",
            "uses: [torch.cat, tf.maximun,",
            "torch.clamp.yaml:4:19: TensorFlow has no public name tf.maximun (did you mean tf.maximum?)",
        ),
        (
            RELU,
            "summary:",
            "gone: {since: '2.0', instead: Nothing.}\nsummary:",
            "torch.relu.yaml:6:1: torch.relu still works: remove `gone`",
        ),
        (
            CAT,
            "def cat(tensors, dim=0)",
            "def concat(tensors, dim=0)",
            "torch.cat.yaml:12:5: the last function of the drop-in must be named 'cat', not 'concat'",
        ),
        (
            CAT,
            "def cat(tensors, dim=0)",
            "def cat(tensors, axis=0)",
            "torch.cat.yaml:13:7: the drop-in takes (tensors, axis), the argument table has (tensors, dim)",
        ),
        (
            CAT,
            "def cat(tensors, dim=0)",
            "def cat(tensors, dim=-1)",
            "torch.cat.yaml:13:28: dim=-1: PyTorch has dim=0",
        ),
        (
            CAT,
            "def cat(tensors, dim=0)",
            "def cat(tensors, dim=False)",
            "torch.cat.yaml:13:28: dim=False: PyTorch has dim=0",
        ),
        (
            CAT,
            "def cat(tensors, dim=0)",
            "def cat(tensors, dim)",
            "torch.cat.yaml:13:7: dim without a default: PyTorch has dim=0",
        ),
        (
            CAT,
            "return tf.concat(",
            "return tf.concatt(",
            "torch.cat.yaml:14:18: there is no tf.concatt (did you mean tf.concat?)",
        ),
        (
            CONV,
            "keras.layers.Conv2D(",
            "keras.layers.Conv2d(",
            "torch.nn.Conv2d.yaml:24:15: there is no keras.layers.Conv2d (did you mean keras.layers.Conv2D",
        ),
        (
            CAT,
            "torch.cat([x, x], dim=1)",
            "torch.cat([x, x], dmi=1)",
            "torch.cat.yaml:18:34: torch.cat has no parameter 'dmi' (did you mean 'dim'?)",
        ),
        (
            CLAMP,
            "when: min is not None and max is not None",
            "when: minimum is not None and inptu.ndim == 2",
            "torch.clamp.yaml:16:5: the condition speaks of 'inptu', which no argument table has "
            "(did you mean 'input'?)",
        ),
        (
            CAT,
            "    compare: [y]",
            "    dtypes: {z: {torch: float32, tf: float64, why: Because.}}\n    compare: [y]",
            "torch.cat.yaml:20:14: 'z' is not compared (known here: y)",
        ),
        (
            CONV,
            "bias: {to: bias}",
            '"{k}.{k}.bias": {to: bias}',
            "torch.nn.Conv2d.yaml:16:3: {k} may stand in a name once",
        ),
        (
            CLAMP,
            "kind: pitfall",
            "kind: same",
            "torch.clamp.yaml:18:5: 'min-above-max' has the outcome differ: it does not prove",
        ),
        (
            CLAMP,
            "    proof: min-above-max\n",
            "",
            "torch.clamp.yaml:29:5: no note or limit explains 'min-above-max': name it as `proof` of one",
        ),
        (
            RELU,
            "relation: renamed",
            "relation: identical",
            "torch.relu.yaml:8:18: relation identical, but input is called features there: it is `renamed`",
        ),
        (
            RELU,
            "relation: renamed",
            "relation: none\nnotes: [{kind: tip, text: Nothing.}]",
            "torch.relu.yaml:5:1: relation none, but tf.nn.relu is said to be its twin",
        ),
        (
            ADAM,
            "relation: defaults",
            "relation: renamed",
            "torch.optim.Adam.yaml:10:7: relation renamed, but eps defaults to 1e-08, epsilon to 1e-07",
        ),
        (
            CAT,
            "tensors: values",
            "tensors: {note: Nothing takes it.}",
            "torch.cat.yaml:10:7: relation renamed, but tensors has no counterpart: it is `composed`",
        ),
        (
            CAT,
            "twins: [tf.concat]",
            "twins: [torch.clamp]",
            "torch.cat.yaml:3:9: torch.clamp is a name of PyTorch: twins are of the other framework",
        ),
        (
            CAT,
            "also: [torch.concat]",
            "also: [tf.concat]",
            "torch.cat.yaml:2:8: tf.concat is a name of TensorFlow: this field holds names of the same framework",
        ),
        (
            CAT,
            "dim: axis",
            "dim: values",
            "torch.cat.yaml:11:7: 'values' takes tensors already: say how both go into it, in `convert` or `note`",
        ),
        (
            CAT,
            "    drop_in: |",
            "    rewrites: [{when: axis == 0, to: 'tf.concat({tensors}, 0)'}]\n    drop_in: |",
            "torch.cat.yaml:12:17: this speaks of 'axis', which is no parameter here",
        ),
        (
            CAT,
            "    drop_in: |",
            "    rewrites: [{to: 'tf.concatt({tensors}, {dim})'}]\n    drop_in: |",
            "torch.cat.yaml:12:22: there is no tf.concatt (did you mean tf.concat?)",
        ),
        (
            CAT,
            "    drop_in: |",
            "    rewrites: [{to: 'tf.concat({tensor}, {dim})'}]\n    drop_in: |",
            "torch.cat.yaml:12:17: this speaks of 'tensor', which is no parameter here (did you mean 'tensors'?)",
        ),
        (
            CAT,
            "name: columns",
            "name: Two columns",
            "torch.cat.yaml:16:5: examples.0.name: 'Two columns' is not a name of an example: lower-case words and "
            "digits joined by hyphens, such as 'same-padding'",
        ),
        (
            CAT,
            "also: [torch.concat]",
            'also: ["torch.concat()"]',
            "torch.cat.yaml:2:8: also.0: 'torch.concat()' is not a full name of a framework, such as 'torch.nn.Conv2d'",
        ),
        (
            CAT,
            "summary: Join tensors",
            "summary: Join: tensors",
            "torch.cat.yaml:6:14: a text with a colon followed by a space is read as a field: put the whole text in",
        ),
        (
            CAT,
            "[how to join two tensors,",
            "[how to: join two tensors,",
            "torch.cat.yaml:7:13: questions.0: Input should be a valid string: a text with a colon followed",
        ),
        (RELU, "become zero", "become TODO", "torch.relu.yaml:6:35: fill in the TODO"),
    ],
    ids=lambda value: value.partition(": ")[2][:50] if ".yaml:" in value else "",
)
def test_a_planted_mistake(dataset: Dataset, name: str, old: str, new: str, expected: str) -> None:
    edit(dataset, name, old, new)
    found = problems(dataset)
    assert any(problem.startswith(expected) for problem in found), found


def test_files_that_nothing_reads_are_told(dataset: Dataset) -> None:
    text = dataset.path(RELU).read_text(encoding="utf-8")
    for name in ("layers/torch.nn.GELU.yml", "layers/torch.nn.SELU.YAML", "layers/deep/torch.nn.ELU.yaml", "x.yaml"):
        path = dataset.mappings / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert problems(dataset) == [
        "torch.nn.ELU.yaml:1:1: not read: a mapping stands in MODULE/NAME.yaml, no higher and no deeper",
        "torch.nn.GELU.yml:1:1: not read: a file of data is named torch.nn.GELU.yaml",
        "torch.nn.SELU.YAML:1:1: not read: a file of data is named torch.nn.SELU.yaml",
        "x.yaml:1:1: not read: a mapping stands in MODULE/NAME.yaml, no higher and no deeper",
    ]


def test_a_mapping_that_is_no_file(dataset: Dataset) -> None:
    """A pipe is not waited for, a device is not read to its end, a folder is no mapping."""
    os.mkfifo(dataset.path("layers/torch.nn.GELU"))
    dataset.path("layers/torch.nn.SELU").symlink_to("/dev/zero")
    dataset.path("layers/torch.nn.ELU").mkdir()
    assert problems(dataset) == [
        f"torch.nn.{name}.yaml:1:1: cannot be read: it is not a regular file" for name in ("ELU", "GELU", "SELU")
    ]


# Between files


def test_two_files_answering_the_same_name(dataset: Dataset) -> None:
    edit(dataset, RELU, "name: torch.relu\n", "name: torch.relu\nalso: [torch.concat]\n")
    (found,) = [problem for problem in problems(dataset) if "only one file may" in problem]
    assert found.startswith("torch.cat.yaml:2:8: torch.concat is answered by ")
    assert "layers/torch.relu.yaml already" in found


def test_one_name_in_two_modules(dataset: Dataset) -> None:
    dataset.path("tensors/torch.relu").write_bytes(dataset.path(RELU).read_bytes())
    found = problems(dataset)
    assert [problem.split(":", 3)[:3] for problem in found] == [
        ["torch.relu.yaml", "1", "1"], ["torch.relu.yaml", "2", "11"], ["torch.relu.yaml", "2", "17"],
    ]  # fmt: skip


def test_what_is_outside_is_outside(dataset: Dataset) -> None:
    with (dataset.mappings / "outside.yaml").open("a", encoding="utf-8") as file:
        file.write('  torch.cat: {text: "Somewhere."}\n  torch.nobody: {text: "Gone.", see: [torch.clmap]}\n')

    found = problems(dataset)
    assert found == [
        "outside.yaml:6:3: torch.cat is not outside: it has a mapping, or is a public name",
        "outside.yaml:7:39: no mapping is called torch.clmap (did you mean 'torch.clamp'?)",
    ]


def test_reading_names_mappings_of_the_module(dataset: Dataset) -> None:
    with (dataset.mappings / "layers" / "module.yaml").open("a", encoding="utf-8") as file:
        file.write("reading:\n  - torch.relu\n  - torch.rellu\n")
    (found,) = problems(dataset)
    assert found == "module.yaml:6:5: this module has no mapping torch.rellu (did you mean 'torch.relu'?)"


# What is right


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tf: y = tf.concat([x, x], axis=1)", "tf: y = tf.cast(tf.raw_ops.Abc(x), tf.concat.anything)"),
        ("tf: y = tf.concat([x, x], axis=1)", "tf: F = x; y = F.whatever(x)"),
        ("def cat(tensors, dim=0)", "def cat(tensors, dim=0, out=None)"),
    ],
    ids=["unlisted", "local", "general"],
)
def test_what_cannot_be_wrong_is_left_alone(dataset: Dataset, old: str, new: str) -> None:
    edit(dataset, CAT, old, new)
    assert [problem for problem in problems(dataset) if "tf.cast" not in problem] == []


def test_a_snippet_that_must_raise_may_use_what_does_not_exist(dataset: Dataset) -> None:
    edit(dataset, CLAMP, "tf: y = tf.clip_by_value(x, 1.0, -1.0)", "tf: y = tf.clip_by_value(x, minimum=1.0)")
    edit(dataset, CLAMP, "outcome: differ\n    differ: [values]", "outcome: error\n    error: {tf: TypeError}")
    assert problems(dataset) == []


# The commands


def test_check_prints_the_problems_of_all_files(dataset: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["check", "--mappings", str(dataset.mappings)]
    assert main(arguments) == 0
    assert capsys.readouterr().err == "no problems\n"

    dataset.path(RELU).write_text("name: torch.relu\nknid: function\n", encoding="utf-8")
    edit(dataset, CAT, "also: [torch.concat]", "also: [torch.concta]")
    assert main(arguments) == 1
    shown = capsys.readouterr()
    assert "did you mean 'kind'" in shown.out
    assert "did you mean torch.concat" in shown.out
    assert shown.err == f"{len(shown.out.splitlines())} problem(s)\n"

    assert main([*arguments, str(dataset.path(CAT))]) == 1
    assert capsys.readouterr().err == "1 problem(s)\n"
    assert main([*arguments, str(dataset.path(CONV))]) == 0
    assert main([*arguments, str(dataset.mappings / "nowhere")]) == 2


def test_build_refuses_what_check_finds(dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(dataset, CAT, "also: [torch.concat]", "also: [torch.concta]")
    folders = ["--mappings", str(dataset.mappings), "--evidence", str(dataset.evidence)]
    assert main(["build", *folders, "--output", str(tmp_path / "x.sqlite")]) == 1
    assert "torch.cat.yaml:2:8: " in capsys.readouterr().err


def test_new_writes_a_draft_that_check_rejects_until_it_is_filled(
    dataset: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = ["--mappings", str(dataset.mappings)]
    assert main(["new", "torch.cumsum", *folders]) == 0
    path = dataset.path("tensors/torch.cumsum")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../schema.json\n# torch.cumsum(input, dim)\n")
    assert "signatures:\n  - parameters:\n      input: TODO\n      dim: TODO\n" in text
    assert main(["check", *folders, str(path)]) == 1

    filled = """\
        name: torch.cumsum
        twins: [tf.cumsum]
        kind: function
        relation: renamed
        summary: Running sums along an axis.
        signatures: [{parameters: {input: x, dim: axis}}]
        """
    path.write_text("\n".join(line.strip() for line in filled.splitlines()), encoding="utf-8")
    assert main(["check", *folders, str(path)]) == 0

    capsys.readouterr()
    assert main(["new", "torch.cumsum", *folders]) == 1
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "filling"),
    [
        ("torch.cumsum", {"twins: [TODO]": "twins: [tf.cumsum]", "input: TODO": "input: x", "dim: TODO": "dim: axis"}),
        ("tf.cumsum", {"twins: [TODO]": "twins: [torch.cumsum]", "x: TODO": "x: input", "axis: TODO": "axis: dim"}),
    ],
)
def test_draft_is_right_once_every_placeholder_is_filled(
    dataset: Dataset, capsys: pytest.CaptureFixture[str], name: str, filling: dict[str, str]
) -> None:
    """In both directions, by replacing the placeholders and nothing else; its fields are in order already."""
    folders = ["--mappings", str(dataset.mappings)]
    assert main(["new", name, *folders, "--module", "tensors"]) == 0
    path = dataset.path(f"tensors/{name}")
    text = path.read_text(encoding="utf-8")
    common = {
        "kind: TODO": "kind: function",
        "relation: TODO": "relation: renamed" if name == "torch.cumsum" else "relation: composed",
        'summary: ""  # TODO: one sentence': "summary: Running sums along an axis.",
        "questions: [TODO]": "questions: [running total]",
        "name: TODO": "name: rows",
        "torch: y = TODO": "torch: y = torch.cumsum(x, 1)",
        "tf: y = TODO": "tf: y = tf.cumsum(x, 1)",
    }
    for placeholder, value in (filling | common).items():
        assert text.count(placeholder) == 1, text
        text = text.replace(placeholder, value)
    assert "TODO" not in text
    path.write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert main(["check", *folders, str(path)]) == 0, capsys.readouterr().out
    assert main(["fix", *folders, str(path)]) == 0
    assert path.read_text(encoding="utf-8") == text


def test_new_explains_what_it_cannot_draft(dataset: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    folders = ["--mappings", str(dataset.mappings)]
    assert main(["new", "torch.cumsun", *folders]) == 1
    assert "did you mean torch.cumsum" in capsys.readouterr().err
    assert main(["new", "torch.cumsum", "--module", "nowhere", *folders]) == 2
    assert "one of layers, tensors" in capsys.readouterr().err
    assert not dataset.path("tensors/torch.cumsum").exists()


def test_new_leaves_out_what_others_answer(dataset: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    """And says where the file went, which was a guess."""
    folders = ["--mappings", str(dataset.mappings)]
    path = dataset.path(CLAMP)
    path.unlink()
    assert main(["new", "torch.clamp", *folders]) == 0
    assert "give --module, if another fits better" in capsys.readouterr().out
    assert "methods: [clamp, clamp_]\n" in path.read_text(encoding="utf-8")
    path.unlink()
    edit(dataset, CAT, "kind: function", "methods: [clamp_]\nkind: function")
    assert main(["new", "torch.clamp", *folders]) == 0
    assert "methods: [clamp]\n" in path.read_text(encoding="utf-8")


def test_new_drafts_every_overload(dataset: Dataset) -> None:
    edit_inventory = (dataset.mappings / "inventory" / "torch.json").read_text(encoding="utf-8")
    two = '"signatures": [[{"name": "input"}], [{"name": "input"}, {"name": "dim"}]]'
    old = '"signatures": [[{"name": "input"}, {"name": "dim"}]]'
    assert old in edit_inventory
    (dataset.mappings / "inventory" / "torch.json").write_text(edit_inventory.replace(old, two), encoding="utf-8")
    assert main(["new", "torch.cumsum", "--mappings", str(dataset.mappings)]) == 0
    text = dataset.path("tensors/torch.cumsum").read_text(encoding="utf-8")
    assert (
        "signatures:\n  - parameters:\n      input: TODO\n  - parameters:\n      input: TODO\n      dim: TODO\n" in text
    )


@pytest.mark.parametrize(
    ("head", "is_right"), [("self, x, axis=0", True), ("x, axis=0", True), ("it, x, axis=0", False)]
)
def test_drop_in_of_a_tensorflow_method_takes_the_object_first(dataset: Dataset, head: str, is_right: bool) -> None:
    """As `self`, which TensorFlow's signatures leave out; a static method has none."""
    dataset.path("tensors/tf.cumsum").write_text(
        "name: tf.cumsum\nkind: method\nrelation: composed\nsummary: Sums so far.\nquestions: [running sum]\n"
        "signatures:\n  - parameters: {x: {note: the tensor}, axis: {note: the axis}}\n"
        f"    drop_in: |\n      def cumsum({head}):\n          return torch.relu(x)\n"
        'examples:\n  - name: planted\n    inputs: {x: "rng.normal(size=(2, 3))"}\n'
        "    torch: y = cumsum(x, x)\n    tf: y = tf.cumsum(x)\n    compare: [y]\n",
        encoding="utf-8",
    )
    wrong = [problem for problem in problems(dataset) if "the drop-in takes" in problem]
    assert (wrong == []) is is_right, problems(dataset)


def test_what_lies_elsewhere_is_not_said_to_have_no_problems(
    dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_text("name: nonsense\n", encoding="utf-8")
    assert main(["check", "--mappings", str(dataset.mappings), str(elsewhere)]) == 2
    assert f"{elsewhere}: not below {dataset.mappings}" in capsys.readouterr().err
