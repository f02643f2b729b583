"""Mechanical repairs: order and quotes, and nothing else."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
import yaml

from loader.__main__ import main
from loader.fix import fixed
from loader.reading.data import mapping_files
from loader.reading.problems import BadData
from tests.support.dataset import Dataset

PATH = Path("planted.yaml")


def repaired(text: str) -> str:
    return fixed(PATH, dedent(text))


def test_fields_are_put_in_order_with_their_comments() -> None:
    before = """\
        # yaml-language-server: $schema=../schema.json
        # torch.relu(input)
        name: torch.relu
        summary: Negative elements become zero.  # short
        # as people say
        questions:
          - relu

        kind: function
        twins: [tf.nn.relu]
        """
    after = """\
        # yaml-language-server: $schema=../schema.json
        # torch.relu(input)
        name: torch.relu
        twins: [tf.nn.relu]
        kind: function
        summary: Negative elements become zero.  # short
        # as people say
        questions:
          - relu
        """
    assert repaired(before) == dedent(after)


def test_items_are_put_in_order() -> None:
    before = """\
        name: torch.relu
        examples:
          - compare: [y]
            # drawn once
            name: one
            tf: |
              y = 1
              # of the code
            torch: y = 1
          - {compare: [y], name: two}
          - name: three
            compare: [y]
        """
    after = """\
        name: torch.relu
        examples:
          - # drawn once
            name: one
            torch: y = 1
            tf: |
              y = 1
              # of the code
            compare: [y]
          - {compare: [y], name: two}
          - name: three
            compare: [y]
        """
    assert repaired(before) == dedent(after)
    assert yaml.safe_load(dedent(after)) == yaml.safe_load(dedent(before))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("name: a\nsummary: Note: this\n", 'name: a\nsummary: "Note: this"\n'),
        ("name: a\nparameters:\n  on: x\n", 'name: a\nparameters:\n  "on": x\n'),
        ("name: a\nsummary: 12:30\n", 'name: a\nsummary: "12:30"\n'),
        ("name: a   \r\nsummary: b\r\n\r\n\r\n", "name: a\nsummary: b\n"),
        ("\ufeffname: a\n", "name: a\n"),
        ("name: a\ntext: |+\n  b\n\n\n", "name: a\ntext: |+\n  b\n\n\n"),
    ],
    ids=["colon", "key", "number", "spaces", "mark", "kept"],
)
def test_quotes_and_spaces(before: str, after: str) -> None:
    assert fixed(PATH, before) == after


def test_what_is_not_mechanical_is_left_to_a_person() -> None:
    with pytest.raises(BadData, match="is missing here"):
        fixed(PATH, "name: [a\nkind: b\n")


@pytest.mark.parametrize("path", mapping_files(Path("mappings"))[::97], ids=lambda path: path.stem)
def test_committed_files_keep_their_meaning_and_are_fixed_once(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    once = fixed(path, text)
    assert yaml.safe_load(once) == yaml.safe_load(text)
    assert fixed(path, once) == once


def test_command_writes_what_changed(dataset: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    path = dataset.path("layers/torch.relu")
    path.write_text("kind: function\nname: torch.relu\nsummary: Zero: below zero.\n", encoding="utf-8")
    assert main(["fix", "--mappings", str(dataset.mappings), str(path)]) == 0
    assert path.read_text(encoding="utf-8") == 'name: torch.relu\nkind: function\nsummary: "Zero: below zero."\n'
    assert capsys.readouterr().out == f"{path}\n"
    assert main(["fix", "--mappings", str(dataset.mappings), str(path)]) == 0
    assert capsys.readouterr().out == ""
    path.write_text("name: [\n", encoding="utf-8")
    assert main(["fix", "--mappings", str(dataset.mappings), str(path)]) == 1
    assert f"{path}:2:1: " in capsys.readouterr().err
