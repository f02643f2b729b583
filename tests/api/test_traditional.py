"""Chinese in traditional characters is read as the data write it."""

from __future__ import annotations

import pytest

from api.search.chinese import _SIMPLIFIED, _TRADITIONAL, _WORDS, simplified


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("學習率", "学习率"),
        ("隨機亂數", "随机随机数"),  # Taiwan's word
        ("載入資料集", "加载数据集"),
        ("改變數據", "改变数据"),  # 變數, a variable, is not in it
        ("打亂數據", "打乱数据"),
        ("改变数据", "改变数据"),
        ("conv2d 卷積", "conv2d 卷积"),
        ("torch.cat", "torch.cat"),
    ],
)
def test_read_in_simplified_characters(text: str, read: str) -> None:
    assert simplified(text) == read


def test_every_traditional_character_has_one_form() -> None:
    assert len(_TRADITIONAL) == len(_SIMPLIFIED) == len(set(_TRADITIONAL))
    assert not set(_TRADITIONAL) & set(_SIMPLIFIED)


def test_words_of_taiwan_are_looked_for_once_simplified() -> None:
    assert all(word == simplified(word) for word in _WORDS)
