"""Translations: each planted mistake is found, with its place and what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.checks.command import find_problems
from loader.checks.translations import differences
from tests.support.dataset import Dataset


def told(dataset: Dataset, *only: Path) -> list[str]:
    return [str(problem).removeprefix(f"{dataset.mappings}/") for problem in find_problems(dataset.mappings, only)]


def change(dataset: Dataset, file: str, before: str, after: str) -> Path:
    path = dataset.mappings / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    return path


def test_translations_are_no_mappings(dataset: Dataset) -> None:
    assert told(dataset) == []
    assert all(not path.name.endswith(".zh.yaml") for path in dataset.inputs().common.files)


@pytest.mark.parametrize(
    ("file", "before", "after", "problem"),
    [
        (
            "tensors/torch.clamp.yaml", "the results differ.", "the results differ by 1.5.",
            "tensors/torch.clamp.zh.yaml:5:9: not as in torch.clamp.yaml:17: lacks 1.5",
        ),
        (
            "tensors/torch.clamp.zh.yaml", "结果不同。", "`tf.clip_by_value` 结果不同。",
            "tensors/torch.clamp.zh.yaml:5:9: not as in torch.clamp.yaml:17: has in addition `tf.clip_by_value`",
        ),
        (
            "tensors/torch.clamp.yaml", "notes:\n", "notes:\n  - {kind: tip, text: Another one.}\n",
            "tensors/torch.clamp.zh.yaml:5:1: 1 notes, but torch.clamp.yaml has 2: one text for each, in their order",
        ),
        (
            "tensors/torch.clamp.zh.yaml", "  max: 在", "  maks: 在",
            "tensors/torch.clamp.zh.yaml:2:1: the note of max in torch.clamp.yaml is not translated",
        ),
        (
            "tensors/torch.clamp.zh.yaml", "  max: 在", "  maks: 在",
            "tensors/torch.clamp.zh.yaml:4:3: maks has no note in torch.clamp.yaml",
        ),
        (
            "tensors/torch.clamp.yaml", 'clip_value_min, note: "', 'clip_value_min, note: "in 2.0 ',
            "tensors/torch.clamp.zh.yaml:3:3: not as in torch.clamp.yaml:12: lacks 2.0",
        ),
        (
            "tensors/module.yaml", "order: 1\n", "order: 1\nreading: [torch.cat]\n",
            "tensors/torch.cat.zh.yaml:1:1: torch.cat stands in the reading order of a translated module: write its "
            "translation",
        ),
        (
            "tensors/module.yaml", "shaping tensors", "shaping [tensors](/torch.cat) of 3 axes",
            "tensors/module.zh.yaml:2:1: not as in module.yaml: lacks /torch.cat, 3",
        ),
        (
            "tensors/module.zh.yaml", " 创建张量并改变其形状。", " |\n  创建张量，\n  改变形状。",
            "tensors/module.zh.yaml:2:1: a line ends inside a paragraph (，⏎改), which shows as a space: write a "
            "paragraph in one line",
        ),
        (
            "tensors/torch.clamp.zh.yaml", "summary:", "sumary:",
            "tensors/torch.clamp.zh.yaml:1:1: sumary: unknown field (did you mean 'summary'?)",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(dataset: Dataset, file: str, before: str, after: str, problem: str) -> None:
    path = change(dataset, file, before, after)
    assert problem in told(dataset)
    if "module" not in path.name:  # whichever of the two is asked about
        assert problem in told(dataset, path)


def test_what_is_read_is_translated_whole_and_the_rest_as_far_as_somebody_came(dataset: Dataset) -> None:
    path = dataset.mappings / "tensors" / "torch.clamp.zh.yaml"
    path.write_text("summary: 把每个元素限制在一个范围内。\n", encoding="utf-8")
    assert told(dataset) == []
    change(dataset, "tensors/module.yaml", "order: 1\n", "order: 1\nreading: [torch.clamp]\n")
    assert told(dataset) == [
        "tensors/torch.clamp.zh.yaml:1:1: 0 notes, but torch.clamp.yaml has 1: one text for each, in their order",
        "tensors/torch.clamp.zh.yaml:1:1: the note of max in torch.clamp.yaml is not translated",
        "tensors/torch.clamp.zh.yaml:1:1: the note of min in torch.clamp.yaml is not translated",
    ]


def test_a_translation_of_nothing_is_told(dataset: Dataset) -> None:
    clamp = dataset.mappings / "tensors" / "torch.clamp.zh.yaml"
    clamp.rename(clamp.with_name("torch.clam.zh.yaml"))
    message = "this translates nothing: what it belongs to is gone or has another name"
    assert told(dataset) == [f"tensors/torch.clam.zh.yaml:1:1: {message}"]


@pytest.mark.parametrize(
    ("english", "chinese", "difference"),
    [
        ("Off by 3.9, or 12.4 on 8x8.", "相差 3.9，在 8x8 上相差 12.4。", ""),
        ("Off by 3.9.", "相差 3.8。", "lacks 3.9; has in addition 3.8"),
        ("Pass ceil_mode to MaxPool2d.", "向 MaxPool2d 传入 ceil_mode。", ""),
        ("Pass ceil_mode.", "传入该参数。", "lacks ceil_mode"),
        ("It is 1e-05 in PyTorch, twice: 1e-05.", "为 1e-05。", "lacks 1e-05"),
        ("About 50% of `x`, e.g. all.", "约 `x` 的 50%。", ""),
        ("Use `y`.", "使用 `x`。", "lacks `y`; has in addition `x`"),
        ("Two axes", "两个轴", ""),
        ("Off by 3.9", "相差3.9。", ""),
    ],
)
def test_code_links_and_numbers_are_compared(english: str, chinese: str, difference: str) -> None:
    assert differences(english, chinese) == difference
